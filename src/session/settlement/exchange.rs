// SPDX-License-Identifier: GPL-3.0-or-later
//! The host's judgement of what campaigns ask for, and what it tells them in turn (protocol.md section 5).
//!
//! The host campaign is a participant like any other: it is opened, greeted and confirmed the same way, on a bus that
//! leads nowhere but to its own player. What the exchange has recorded changes by [`Exchange::apply`] alone, live and from
//! the ledger. Its effects are to leave in their order, and none of them before every record that precedes it is durable:
//! a replay or a listing tells of records too.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::accounts::Accounts;
use super::stage::Stage;
use crate::protocol::entry::Record;
use crate::protocol::link::{Position, Refused};
use crate::protocol::refusal::ErrorCode;
use crate::protocol::settlement::{
    Adjustment, Confirmed, Cursor, HoldKey, OpenRequests, QuarantineExited, Quarantined, RequestId, Standing,
};
use crate::protocol::transfer::{TransferEnd, WireTransferCompleted};
use crate::protocol::{BusMessage, CampaignDate, CampaignId, Refusal};
use crate::session::transfer::{Transfer, Transfers};

/// Requests in one page of a listing: small enough for a message, whatever stands in them.
const PAGE: usize = 64;

/// What the exchange asks of the session around it.
pub trait World {
    /// Where a campaign of this session stands, the host's own included, by the last word of it; none if it is none.
    fn date(&self, campaign: CampaignId) -> Option<CampaignDate>;

    /// Now, in milliseconds since 1970-01-01 UTC by the host's clock. Only expiry looks at it.
    fn unix_ms(&self) -> i64;
}

/// What the exchange wants done, in this order.
#[derive(Debug, Clone, PartialEq)]
pub enum ExchangeEffect {
    /// Keep in the ledger.
    Record(Record),
    /// Send to a campaign, the host's own included, once every record before this is durable.
    Send(CampaignId, BusMessage),
    /// Send to a campaign, the host's own included, at once: it depends on no record.
    SendAtOnce(CampaignId, BusMessage),
}

/// The host's side of settlements and of the requests that lead to them.
#[derive(Debug)]
pub struct Exchange {
    pub(in crate::session) transfers: Transfers,
    pub(super) accounts: Accounts,
    stages: BTreeMap<CampaignId, Stage>,
    /// How far each campaign's save is in this past, by its last word.
    positions: BTreeMap<CampaignId, Cursor>,
    /// What each campaign last said that its save could not apply.
    standings: BTreeMap<CampaignId, Standing>,
    /// Campaigns that came with a save from another past, and have neither left quarantine nor come with another save.
    quarantined: BTreeSet<CampaignId>,
    read_only: bool,
    pub(in crate::session) expiry_days: Option<u32>,
    effects: Vec<ExchangeEffect>,
}

impl Exchange {
    /// An exchange without a past. Transfers that are asked for from now on expire after so many real days, or never.
    pub fn new(session: Uuid, expiry_days: Option<u32>) -> Self {
        Self {
            transfers: Transfers::default(),
            accounts: Accounts::new(session),
            stages: BTreeMap::new(),
            positions: BTreeMap::new(),
            standings: BTreeMap::new(),
            quarantined: BTreeSet::new(),
            read_only: false,
            expiry_days,
            effects: Vec::new(),
        }
    }

    /// Takes over a fact, live or from the ledger. Facts of other rooms change nothing here.
    pub fn apply(&mut self, record: &Record) {
        match record {
            Record::TransferRequested { transfer, expires_unix_ms } => {
                self.transfers.requested(transfer.clone(), *expires_unix_ms);
            }
            Record::TransferAccepted(request) => self.transfers.accepted(*request),
            Record::TransferClosed { request, end } => self.apply_closed(*request, *end),
            Record::QuarantineExited { campaign, exit, left } => self.accounts.exited(*campaign, *exit, *left),
            Record::AdjustmentMade(adjustment) => self.accounts.adjusted(adjustment.clone()),
            _ => {}
        }
    }

    fn apply_closed(&mut self, request: RequestId, end: TransferEnd) {
        let Some(request) = self.transfers.closed(request, end) else { return };
        let completed = WireTransferCompleted::of(&request, end);
        self.accounts.add(request.source, completed.clone().into());
        self.accounts.add(request.target, completed.into());
    }

    /// What the exchange wants done since it was last asked.
    pub fn take_effects(&mut self) -> Vec<ExchangeEffect> {
        std::mem::take(&mut self.effects)
    }

    /// The numbered settlements of each campaign.
    pub fn accounts(&self) -> &Accounts {
        &self.accounts
    }

    /// All wire transfers.
    pub fn transfers(&self) -> &Transfers {
        &self.transfers
    }

    /// How far a campaign's save is, by its last word; none: it was not heard, or is of another past.
    pub fn position(&self, campaign: CampaignId) -> Option<Cursor> {
        self.positions.get(&campaign).copied()
    }

    /// What a campaign last said that its save could not apply; none: nothing was heard of it.
    pub fn standing(&self, campaign: CampaignId) -> Option<&Standing> {
        self.standings.get(&campaign)
    }

    /// A new bus of a campaign was admitted, or another save of the host campaign loaded: from now on nothing that it was
    /// known to hold counts.
    pub fn opened(&mut self, campaign: CampaignId) {
        self.stages.insert(campaign, Stage::Silent);
    }

    /// A campaign's bus has ended.
    pub fn closed(&mut self, campaign: CampaignId) {
        self.stages.remove(&campaign);
    }

    /// A ping told how far a campaign's save is. The first one of a bus is answered by replay and listing, or by
    /// quarantine.
    pub fn greeted(&mut self, campaign: CampaignId, position: &Position) {
        self.standings.insert(campaign, position.standing.clone());
        let cursor = position.cursor;
        let known = self.accounts.at(campaign, cursor.number);
        match known == Some(cursor) {
            true => self.positions.insert(campaign, cursor),
            false => self.positions.remove(&campaign),
        };
        if self.stages.get(&campaign) != Some(&Stage::Silent) {
            return;
        }
        if known != Some(cursor) {
            self.stages.insert(campaign, Stage::Quarantined { left: cursor, news: position.news });
            self.quarantined.insert(campaign);
            let end = self.accounts.end(campaign);
            return self.send(campaign, Quarantined { end, known });
        }
        self.list(campaign, cursor.number, position.news);
    }

    /// Replay after that number, then the listing, then the adjustments of others since the one that it has heard of.
    fn list(&mut self, campaign: CampaignId, sent: u64, heard: Cursor) {
        self.quarantined.remove(&campaign);
        self.stages.insert(campaign, Stage::Listed { sent, held: BTreeSet::new(), said_all: false });
        self.flush(campaign);
        let open: Vec<_> = self.transfers.open_of(campaign).map(|transfer| transfer.listed_for(campaign)).collect();
        let pages = open.chunks(PAGE).count().max(1);
        for at in 0..pages {
            let open = open.chunks(PAGE).nth(at).unwrap_or_default().to_vec();
            self.send(campaign, OpenRequests { open, page: at as u32 + 1, last: at + 1 == pages });
        }
        let own = |news: &BusMessage| matches!(news, BusMessage::Adjustment(news) if news.campaign == campaign);
        let news: Vec<_> = self.accounts.news_after(heard).iter().map(|(_, news)| news.clone()).collect();
        news.into_iter().filter(|news| !own(news)).for_each(|news| self.send(campaign, news));
    }

    /// A message about settlements or requests came on a campaign's bus.
    pub fn message(&mut self, campaign: CampaignId, message: BusMessage, world: &dyn World) {
        match message {
            BusMessage::Confirmed(confirmed) => self.confirmed(campaign, confirmed, world),
            BusMessage::QuarantineExitRequest(_) => self.exit_quarantine(campaign),
            BusMessage::WireTransferRequest(request) => self.transfer_requested(campaign, request, world),
            BusMessage::WireTransferResponse(response) => self.transfer_answered(campaign, response, world),
            BusMessage::CancelWireTransferRequest(cancel) => self.transfer_cancelled(campaign, cancel.request),
            only_the_hosts => {
                let reason = Refusal::new(ErrorCode::Forbidden, "only the host says this");
                self.refuse(campaign, only_the_hosts.name(), None, reason);
            }
        }
    }

    /// A campaign has said what it holds. What it promised and does not hold is withdrawn before anything completes.
    fn confirmed(&mut self, campaign: CampaignId, confirmed: Confirmed, world: &dyn World) {
        let Some(Stage::Listed { held, said_all, .. }) = self.stages.get_mut(&campaign) else { return };
        let transfers = &self.transfers;
        // Whatever else it holds is for nothing that is open, and would only be remembered.
        let open = |key: &HoldKey| transfers.get(key.request).is_some_and(Transfer::is_open);
        held.extend(confirmed.held.into_iter().filter(open));
        *said_all = !confirmed.more;
        self.conclude_confirmation(campaign, world);
    }

    fn conclude_confirmation(&mut self, campaign: CampaignId, world: &dyn World) {
        let Some(Stage::Listed { sent, held, said_all: true }) = self.stages.get(&campaign) else { return };
        let (sent, held) = (*sent, held.clone());
        let not_held: Vec<_> = self
            .transfers
            .open_of(campaign)
            .filter(|transfer| !transfer.promised_by(campaign).is_empty())
            .map(|transfer| transfer.request.request)
            .filter(|&request| !held.contains(&HoldKey { request, revision: 0 }))
            .collect();
        if self.read_only && !not_held.is_empty() {
            return;
        }
        self.stages.insert(campaign, Stage::Confirmed { sent });
        for request in not_held {
            self.close_transfer(request, TransferEnd::Rejected { reason: ErrorCode::NotHeld });
        }
        self.complete_what_waits(world);
    }

    /// The player of a campaign in quarantine goes on from the ledger's end.
    fn exit_quarantine(&mut self, campaign: CampaignId) {
        let refuse = |code, reason: &str| Refusal::new(code, reason);
        let Some(&Stage::Quarantined { left, news }) = self.stages.get(&campaign) else {
            let refusal = refuse(ErrorCode::InvalidArgument, "the campaign is not in quarantine");
            return self.refuse(campaign, "QuarantineExitRequest", None, refusal);
        };
        if self.read_only {
            return self.refuse(campaign, "QuarantineExitRequest", None, read_only());
        }
        self.reject_open_of(campaign, ErrorCode::Quarantined);
        let exit = self.accounts.exits(campaign) + 1;
        self.record(Record::QuarantineExited { campaign, exit, left });
        let cursor = self.accounts.end(campaign);
        self.send(campaign, QuarantineExited { exit, cursor });
        self.list(campaign, cursor.number, news);
    }

    /// Rejects all that a campaign has open: it left quarantine, or the session for good.
    pub fn reject_open_of(&mut self, campaign: CampaignId, reason: ErrorCode) {
        let open: Vec<_> = self.transfers.open_of(campaign).map(|transfer| transfer.request.request).collect();
        for request in open {
            self.close_transfer(request, TransferEnd::Rejected { reason });
        }
    }

    /// The host's player sets something right. Everybody hears of it.
    pub fn adjust(&mut self, adjustment: Adjustment, world: &dyn World) -> Result<(), Refusal> {
        let campaign = adjustment.campaign;
        if self.read_only {
            return Err(read_only());
        }
        if world.date(campaign).is_none() {
            return Err(Refusal::new(ErrorCode::UnknownCampaign, "the session knows no such campaign"));
        }
        if self.is_quarantined(campaign) {
            let reason =
                "the campaign will go on from the ledger's end: it can be adjusted once it has left quarantine";
            return Err(Refusal::new(ErrorCode::Quarantined, reason));
        }
        if adjustment.exit != 0 && adjustment.exit != self.accounts.exits(campaign) {
            return Err(Refusal::new(ErrorCode::InvalidArgument, "exit is not the campaign's last one"));
        }
        self.record(Record::AdjustmentMade(Adjustment { place: None, ..adjustment }));
        self.flush(campaign);
        // Who is not here, or not listed yet, hears of it after the listing.
        let others: Vec<_> = self.stages.keys().copied().filter(|&other| other != campaign).collect();
        for (_, news) in self.accounts.last_news(1).to_vec() {
            others.iter().for_each(|&other| self.tell(other, news.clone()));
        }
        Ok(())
    }

    /// The ledger cannot be written, or can be again: then what waited for it goes on.
    pub fn set_read_only(&mut self, read_only: bool, world: &dyn World) {
        self.read_only = read_only;
        if !read_only {
            let campaigns: Vec<_> = self.stages.keys().copied().collect();
            for campaign in campaigns {
                self.conclude_confirmation(campaign, world);
            }
            self.complete_what_waits(world);
        }
    }

    /// Refuses what a campaign in this state may not ask for. Withdrawals are taken from any that has been listed.
    pub(in crate::session) fn check_may_ask(&self, campaign: CampaignId, withdrawal: bool) -> Result<(), Refusal> {
        match self.stages.get(&campaign) {
            Some(Stage::Quarantined { .. }) => {
                let reason = "the campaign's save has applied what the host's ledger does not have";
                Err(Refusal::new(ErrorCode::Quarantined, reason))
            }
            Some(Stage::Listed { .. }) if withdrawal => Ok(()),
            Some(Stage::Confirmed { .. }) => Ok(()),
            // It has said what it holds, and only the disk keeps that from counting.
            Some(Stage::Listed { said_all: true, .. }) if self.read_only => Err(read_only()),
            _ => Err(Refusal::new(ErrorCode::NotConfirmed, "what the campaign's save holds is not known yet: wait")),
        }
    }

    /// Refuses what would have to be recorded while that is not possible.
    pub(in crate::session) fn check_writable(&self) -> Result<(), Refusal> {
        if self.read_only { Err(read_only()) } else { Ok(()) }
    }

    /// Whether the ledger can be written.
    pub(in crate::session) fn is_writable(&self) -> bool {
        !self.read_only
    }

    /// Whether what a campaign has promised is known to be held.
    pub(in crate::session) fn is_confirmed(&self, campaign: CampaignId) -> bool {
        matches!(self.stages.get(&campaign), Some(Stage::Confirmed { .. }))
    }

    /// Whether a campaign waits to leave quarantine: then nothing completes that it takes part in, since it will go on
    /// from the ledger's end.
    pub(in crate::session) fn is_quarantined(&self, campaign: CampaignId) -> bool {
        self.quarantined.contains(&campaign)
    }

    /// Takes over a fact and has it kept.
    pub(in crate::session) fn record(&mut self, record: Record) {
        self.apply(&record);
        self.effects.push(ExchangeEffect::Record(record));
    }

    /// Sends a campaign those of its settlements that it has not been sent on this bus.
    pub(in crate::session) fn flush(&mut self, campaign: CampaignId) {
        let Some(sent) = self.stages.get_mut(&campaign).and_then(Stage::sent) else { return };
        for (cursor, settlement) in self.accounts.after(campaign, *sent) {
            *sent = cursor.number;
            self.effects.push(ExchangeEffect::Send(campaign, settlement.clone()));
        }
    }

    /// Sends to a campaign that has been listed; the listing of any other will hold it.
    pub(in crate::session) fn tell(&mut self, campaign: CampaignId, message: impl Into<BusMessage>) {
        if self.stages.get_mut(&campaign).and_then(Stage::sent).is_some() {
            self.send(campaign, message);
        }
    }

    pub(in crate::session) fn send(&mut self, campaign: CampaignId, message: impl Into<BusMessage>) {
        self.effects.push(ExchangeEffect::Send(campaign, message.into()));
    }

    pub(in crate::session) fn refuse(
        &mut self,
        campaign: CampaignId,
        refused: &str,
        request: Option<RequestId>,
        refusal: Refusal,
    ) {
        let Refusal { code, reason } = refusal;
        let request = request.map(|request| request.to_string()).unwrap_or_default();
        self.send_refused(
            campaign,
            Refused { request, code, reason, revision: 0, refused: refused.into(), withdrawal: false },
        );
    }

    /// That the ledger cannot be written is said while it cannot be, and nothing was recorded of what was refused so.
    pub(in crate::session) fn send_refused(&mut self, campaign: CampaignId, refused: Refused) {
        let at_once = refused.code == ErrorCode::HostReadOnly;
        let effect = if at_once { ExchangeEffect::SendAtOnce } else { ExchangeEffect::Send };
        self.effects.push(effect(campaign, refused.into()));
    }
}

fn read_only() -> Refusal {
    Refusal::new(ErrorCode::HostReadOnly, "the host cannot write its ledger at present; the calendar goes on")
}
