// SPDX-License-Identifier: GPL-3.0-or-later
//! How campaigns come to a host and leave it (protocol.md section 2).

use core::net::IpAddr;
use std::time::Duration;

use super::host::{Answer, BusId, CallId, ConnectionId, Host, HostEffect};
use super::host_bus::Credential;
use super::{BusEnd, EndCause, Event, Now};
use crate::protocol::entry::Record;
use crate::protocol::handshake::{JoinRequest, Token};
use crate::protocol::key::CampaignKeyDigest;
use crate::protocol::link::{Goodbye, GoodbyeCode};
use crate::protocol::proto;
use crate::protocol::refusal::ErrorCode;
use crate::protocol::{CampaignDetails, CampaignId, FEATURES, PROTOCOL_MAJOR, Refusal};

/// How long a standing bus has to answer when a second Connect asks for its campaign.
const PROBE_TIMEOUT: Duration = Duration::from_secs(2);

/// A campaign that introduces itself.
#[derive(Debug)]
pub(super) struct Newcomer {
    pub call: CallId,
    pub connection: ConnectionId,
    pub address: IpAddr,
    pub request: JoinRequest,
    /// Its token, should it be admitted.
    pub token: Token,
}

/// A newcomer that waits for the standing bus of its campaign to answer, or not to (section 2, point 7).
#[derive(Debug)]
pub(super) struct Probe {
    pub newcomer: Newcomer,
    pub until: Now,
}

impl Host {
    pub(super) fn connect(&mut self, now: Now, newcomer: Newcomer) {
        self.buses.expire(now);
        let campaign = newcomer.request.details.id;
        if let Err(refusal) = self.check_join(now, &newcomer) {
            return self.reply(newcomer.call, Err(refusal));
        }
        match self.buses.bus_of(campaign) {
            None => self.admit(now, newcomer),
            Some(_) if self.probes.contains_key(&campaign) => self.reply(newcomer.call, Err(already_connected())),
            Some(standing) => {
                self.probes.insert(campaign, Probe { newcomer, until: now.after(PROBE_TIMEOUT) });
                self.ping(now, standing);
            }
        }
    }

    /// The standing bus is alive: the newcomer is refused, and nothing is touched.
    pub(super) fn standing_bus_answered(&mut self, campaign: CampaignId) {
        if let Some(probe) = self.probes.remove(&campaign) {
            self.reply(probe.newcomer.call, Err(already_connected()));
        }
    }

    /// Standing buses that did not answer in time make way.
    pub(super) fn settle_probes(&mut self, now: Now) {
        let unanswered: Vec<_> =
            self.probes.iter().filter(|(_, probe)| probe.until <= now).map(|(&campaign, _)| campaign).collect();
        for campaign in unanswered {
            let probe = self.probes.remove(&campaign);
            if let Some(standing) = self.buses.bus_of(campaign) {
                self.say_goodbye(standing, GoodbyeCode::Superseded, "the campaign connected anew");
            }
            match probe.map(|probe| (self.check_guest(&probe.newcomer.request), probe.newcomer)) {
                Some((Ok(()), newcomer)) => self.admit(now, newcomer),
                Some((Err(refusal), newcomer)) => self.reply(newcomer.call, Err(refusal)),
                None => {}
            }
        }
    }

    fn admit(&mut self, now: Now, newcomer: Newcomer) {
        let Newcomer { call, connection, request, token, .. } = newcomer;
        if let Err(wait) = self.rates.of(now, request.details.id).join(now) {
            return self.reply(call, Err(joins_too_often(wait)));
        }
        let legacy = request.protocol == 0;
        let credential = if legacy { Credential::Connection(connection) } else { Credential::Token(token.clone()) };
        let features = FEATURES.iter().map(|&name| name.to_owned()).filter(|name| request.features.contains(name));
        let mut response = proto::ConnectionResponse {
            version: self.rules.version.clone(),
            host: Some(self.state.roster.own().to_proto()),
            campaigns: self.state.roster.without(request.details.id).iter().map(CampaignDetails::to_proto).collect(),
            ..Default::default()
        };
        if !legacy {
            response.protocol = PROTOCOL_MAJOR;
            response.features = features.collect();
            response.session = self.session.to_string();
            response.token = token.to_text();
        }
        self.buses.admit(request, credential, now);
        self.reply(call, Ok(Answer::Admitted(Box::new(response))));
    }

    pub(super) fn open_bus(&mut self, now: Now, call: CallId, credential: &Credential) {
        let (bus, admission) = match self.buses.open(credential, now, self.rules.ping_interval) {
            Ok(opened) => opened,
            Err(refusal) => return self.reply(call, Err(refusal)),
        };
        let campaign = admission.details.id;
        let legacy = matches!(admission.credential, Credential::Connection(_));
        if !legacy {
            self.exchange.opened(campaign);
        }
        self.bind_key(campaign, admission.key);
        self.reply(call, Ok(Answer::BusOpen(bus)));
        let newcomer = self.teams.of(campaign).is_none();
        self.record_arrival(admission.details);
        self.state.roster.set_active(campaign, true);
        if newcomer {
            self.tell_teams();
        } else {
            self.send(vec![bus], self.team_assignment());
        }
        // Before all else about others: who came since this campaign's Connect must be known to it by then.
        let pong = self.pong(campaign, 0, true);
        self.send(vec![bus], pong);
        self.tell_hidden_forces(campaign);
        self.send_visible_forces(bus, campaign);
        self.send_kept_logs(bus, campaign);
        // Last, so that its answer says that all before it has arrived.
        self.ping(now, bus);
        self.tell_presence(campaign, None);
    }

    /// The first key that a campaign opens a bus with is its key: not that of its Connect, so that nobody fills the
    /// ledger by Connects alone.
    fn bind_key(&mut self, campaign: CampaignId, key: Option<CampaignKeyDigest>) {
        if let (Some(key), None) = (key, self.members.key_of(campaign)) {
            self.record_if_possible(Record::CampaignKeyBound { campaign, key });
        }
    }

    pub(super) fn disconnect(&mut self, campaign: CampaignId, credential: &Credential) -> Result<Answer, Refusal> {
        if let Some(bus) = self.buses.leave(campaign, credential)? {
            self.end_bus(bus, EndCause::Goodbye(GoodbyeCode::Leaving), String::new());
        }
        Ok(Answer::Disconnected(campaign))
    }

    pub(super) fn bus_ended(&mut self, id: BusId, end: BusEnd) {
        match end {
            BusEnd::Reset => self.end_bus(id, EndCause::Reset, String::new()),
            BusEnd::TooSlow => self.say_goodbye(id, GoodbyeCode::TooSlow, "the peer does not take what is sent to it"),
            BusEnd::TooLarge => {
                self.statistics.malformed += 1;
                let refusal = Refusal::new(ErrorCode::TooLarge, "the message is larger than 512 KiB");
                self.refuse(id, String::new(), refusal);
                self.say_goodbye(id, GoodbyeCode::ProtocolError, "a message was too large");
            }
        }
    }

    pub(super) fn say_goodbye(&mut self, id: BusId, code: GoodbyeCode, reason: &str) {
        self.send(vec![id], Goodbye { code, reason: reason.into() });
        self.end_bus(id, EndCause::Goodbye(code), reason.into());
    }

    /// As [`Self::say_goodbye`], to a campaign that does not come back: first it is told all that the exchange has for it,
    /// such as that what it had open is rejected. The goodbye waits with that for the records behind it.
    pub(super) fn dismiss(&mut self, id: BusId, code: GoodbyeCode, reason: &str) {
        let before = self.effects.len();
        self.send(vec![id], Goodbye { code, reason: reason.into() });
        let goodbye: Vec<_> = self.effects.drain(before..).collect();
        let mut last_words = self.last_portion(id);
        last_words.extend(goodbye);
        last_words.push(HostEffect::CloseBus(id));
        let ending = HostEffect::AfterAll(last_words);
        self.end_bus_by(ending, id, EndCause::Goodbye(code), reason.into());
    }

    pub(super) fn end_bus(&mut self, id: BusId, cause: EndCause, reason: String) {
        self.end_bus_by(HostEffect::CloseBus(id), id, cause, reason);
    }

    /// The session is done with a bus; `ending` closes it, now or later.
    fn end_bus_by(&mut self, ending: HostEffect, id: BusId, cause: EndCause, reason: String) {
        self.keep_in_flight(id);
        let Some(bus) = self.buses.remove(id) else { return };
        self.rates.forget_waiting(bus.campaign);
        self.effects.push(ending);
        self.exchange.closed(bus.campaign);
        self.record_campaign(bus.campaign);
        // Nobody is left to answer the probe: it is settled at the next timer, which is due now.
        if let Some(probe) = self.probes.get_mut(&bus.campaign) {
            probe.until = Now(0);
        }
        self.state.roster.set_ready(bus.campaign, false);
        let retired = self.members.retirement_of(bus.campaign).is_some();
        if self.state.roster.set_active(bus.campaign, false) || retired {
            self.tell_presence(bus.campaign, Some((cause, reason)));
        }
    }

    /// A campaign came, or left for a cause: the player's side and everyone else hear of it at once.
    pub(super) fn tell_presence(&mut self, campaign: CampaignId, left: Option<(EndCause, String)>) {
        let Some(details) = self.known(campaign) else { return };
        self.effects.push(HostEffect::Emit(match left {
            None => Event::CampaignJoined(details),
            Some((cause, reason)) => Event::CampaignLeft { campaign: details, cause, reason },
        }));
        self.send_rosters(Some(campaign));
    }

    pub(super) fn send_rosters(&mut self, but: Option<CampaignId>) {
        let others: Vec<_> = self
            .buses
            .iter()
            .filter(|(_, bus)| Some(bus.campaign) != but)
            .map(|(id, bus)| (id, bus.campaign))
            .collect();
        for (bus, recipient) in others {
            let pong = self.pong(recipient, 0, true);
            self.send(vec![bus], pong);
        }
    }
}

fn joins_too_often(wait: Duration) -> Refusal {
    let seconds = wait.as_millis().div_ceil(1_000);
    Refusal::new(ErrorCode::BackOff, format!("the campaign has joined too often in a short time: again in {seconds} s"))
}

fn already_connected() -> Refusal {
    Refusal::new(ErrorCode::AlreadyConnected, "this campaign is connected already, and its bus answers")
}
