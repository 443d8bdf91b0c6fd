// SPDX-License-Identifier: GPL-3.0-or-later
//! The host's buses and the admissions that precede them (protocol.md section 2, points 3, 5 and 9).

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use super::Now;
use super::host::{BusId, ConnectionId};
use super::link::{Heartbeat, Misbehaviour};
use super::team::LogsInFlight;
use crate::protocol::handshake::{JoinRequest, Token};
use crate::protocol::key::CampaignKeyDigest;
use crate::protocol::{BusMessage, CampaignDetails, CampaignId, Refusal, refusal::ErrorCode};

/// How long an admitted campaign has to open its bus.
const ADMISSION_LIFETIME: Duration = Duration::from_secs(30);

/// What proves that a bus or a Disconnect belongs to an admitted campaign.
#[derive(Debug, Clone)]
pub enum Credential {
    /// Ours: the bearer token.
    Token(Token),
    /// A peer of the old contract: the HTTP/2 connection that its Connect came by.
    Connection(ConnectionId),
}

impl Credential {
    fn matches(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Token(own), Self::Token(other)) => own.matches(other),
            (Self::Connection(own), Self::Connection(other)) => own == other,
            _ => false,
        }
    }
}

/// A campaign that was admitted but has not opened its bus yet.
#[derive(Debug)]
pub struct Admission {
    /// As it introduced itself.
    pub details: CampaignDetails,
    /// What its bus will be known by.
    pub credential: Credential,
    /// The key that it showed.
    pub key: Option<CampaignKeyDigest>,
    until: Now,
}

/// One living bus.
#[derive(Debug)]
pub struct Bus {
    /// Whose it is.
    pub campaign: CampaignId,
    /// Pings to it.
    pub heartbeat: Heartbeat,
    /// Its malformed messages.
    pub misbehaviour: Misbehaviour,
    /// Its messages that were refused because they were too many.
    pub over_rate: Misbehaviour,
    /// What it was opened with.
    pub credential: Credential,
    /// Its opening ping has come.
    pub greeted: bool,
    /// What the exchange has for its campaign and has not been let out yet, oldest first.
    pub for_books: VecDeque<BusMessage>,
    /// The number of the ping whose answer says that the last portion of that has arrived.
    pub books_awaited: Option<u64>,
    /// The last kept log that was sent on it, and the number of the ping whose answer says that it has arrived.
    pub logs_sent: Option<(u64, u64)>,
    /// Logs that were sent on it at once, and whose arrival nothing says yet.
    pub in_flight: LogsInFlight,
}

impl Bus {
    /// Whether the peer is of the old contract.
    pub fn is_legacy(&self) -> bool {
        matches!(self.credential, Credential::Connection(_))
    }
}

/// Buses and admissions together: at most one of either for a campaign.
#[derive(Debug, Default)]
pub struct Buses {
    by_id: BTreeMap<BusId, Bus>,
    by_campaign: BTreeMap<CampaignId, BusId>,
    admissions: BTreeMap<CampaignId, Admission>,
    opened: u64,
}

impl Buses {
    /// One bus.
    pub fn get_mut(&mut self, id: BusId) -> Option<&mut Bus> {
        self.by_id.get_mut(&id)
    }

    /// All buses.
    pub fn iter(&self) -> impl Iterator<Item = (BusId, &Bus)> {
        self.by_id.iter().map(|(&id, bus)| (id, bus))
    }

    /// All buses, to be changed.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (BusId, &mut Bus)> {
        self.by_id.iter_mut().map(|(&id, bus)| (id, bus))
    }

    /// The campaign's bus.
    pub fn bus_of(&self, campaign: CampaignId) -> Option<BusId> {
        self.by_campaign.get(&campaign).copied()
    }

    /// Whether the campaign has a bus.
    pub fn has_bus(&self, campaign: CampaignId) -> bool {
        self.by_campaign.contains_key(&campaign)
    }

    /// Campaigns admitted and not yet on their bus.
    pub fn admitted(&self) -> impl Iterator<Item = CampaignId> {
        self.admissions.keys().copied()
    }

    /// Admits a campaign; an older admission of the same campaign or the same old-contract connection dies.
    pub fn admit(&mut self, request: JoinRequest, credential: Credential, now: Now) {
        if let Credential::Connection(_) = credential {
            self.admissions.retain(|_, admission| !admission.credential.matches(&credential));
        }
        let until = now.after(ADMISSION_LIFETIME);
        let JoinRequest { details, key, .. } = request;
        self.admissions.insert(details.id, Admission { details, credential, key, until });
    }

    /// Turns the admission that the credential belongs to into a bus.
    pub fn open(
        &mut self,
        credential: &Credential,
        now: Now,
        ping_interval: Duration,
    ) -> Result<(BusId, Admission), Refusal> {
        self.expire(now);
        let admitted = self.admissions.iter().find(|(_, admission)| admission.credential.matches(credential));
        let Some((&campaign, _)) = admitted else {
            let reason = "no admission stands behind this bus: connect first, then open it within 30 s";
            return Err(Refusal::new(ErrorCode::Unauthenticated, reason));
        };
        let admission = self.admissions.remove(&campaign).expect("found under this key a line above");
        self.opened += 1;
        let id = BusId(self.opened);
        let bus = Bus {
            campaign,
            heartbeat: Heartbeat::new(ping_interval, now),
            misbehaviour: Misbehaviour::default(),
            over_rate: Misbehaviour::default(),
            credential: admission.credential.clone(),
            greeted: false,
            for_books: VecDeque::new(),
            books_awaited: None,
            logs_sent: None,
            in_flight: LogsInFlight::default(),
        };
        self.by_id.insert(id, bus);
        self.by_campaign.insert(campaign, id);
        Ok((id, admission))
    }

    /// A campaign that was admitted may not open its bus any more.
    pub fn forget_admission(&mut self, campaign: CampaignId) {
        self.admissions.remove(&campaign);
    }

    /// Takes a bus out.
    pub fn remove(&mut self, id: BusId) -> Option<Bus> {
        let bus = self.by_id.remove(&id)?;
        self.by_campaign.remove(&bus.campaign);
        Some(bus)
    }

    /// What a Disconnect with this credential ends: the campaign's admission, and its bus if it has one.
    pub fn leave(&mut self, campaign: CampaignId, credential: &Credential) -> Result<Option<BusId>, Refusal> {
        let bus = self.by_campaign.get(&campaign).copied();
        let own = |found: Option<&Credential>| found.is_some_and(|found| found.matches(credential));
        if own(bus.and_then(|id| self.by_id.get(&id)).map(|bus| &bus.credential)) {
            return Ok(bus);
        }
        if own(self.admissions.get(&campaign).map(|admission| &admission.credential)) {
            self.admissions.remove(&campaign);
            return Ok(None);
        }
        let buses = self.by_id.values().map(|bus| &bus.credential);
        let somebody = buses.chain(self.admissions.values().map(|a| &a.credential)).any(|c| c.matches(credential));
        Err(if somebody {
            Refusal::new(ErrorCode::NotYours, "only the campaign itself can disconnect")
        } else {
            Refusal::new(ErrorCode::Unauthenticated, "no living admission or bus stands behind this call")
        })
    }

    /// Forgets admissions that nobody used in time.
    pub fn expire(&mut self, now: Now) {
        self.admissions.retain(|_, admission| now < admission.until);
    }

    /// When a ping is due or an admission runs out.
    pub fn due(&self) -> Option<Now> {
        let pings = self.by_id.values().map(|bus| bus.heartbeat.due());
        pings.chain(self.admissions.values().map(|admission| admission.until)).min()
    }
}
