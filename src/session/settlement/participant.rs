// SPDX-License-Identifier: GPL-3.0-or-later
//! A campaign's talk with the hosts of its sessions about its books (protocol.md section 5, "Connecting").
//!
//! It runs on the executor that the campaign's owner changes the campaign on: every call here is one turn, in which
//! campaign and books change together. Whatever the host says about settlements and requests is taken in the order in
//! which it came: while a settlement is paused, all that came after it waits. What came by an older bus than the last one
//! that was opened is passed over, since a listing of then says nothing of the holds of now.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use uuid::Uuid;

use super::assets::{AssetsError, CampaignAssets};
use super::book::Promise;
use super::books::{Books, BrokenPromise};
use crate::protocol::link::Position;
use crate::protocol::refusal::ErrorCode;
use crate::protocol::settlement::{
    Cursor, HoldKey, OpenRequest, Outcome, QuarantineExitRequest, Quarantined, RequestId,
};
use crate::protocol::transfer::{CancelWireTransferRequest, WireTransferRequest, WireTransferResponse};
use crate::protocol::{BusMessage, CampaignDate, CampaignId, Refusal};

/// Messages that may wait behind a paused settlement. Those beyond it come again on a new bus, once nothing is paused: any
/// sooner they would only be too many again.
const WAITING_MAX: usize = 8_192;

/// One bus of a session, counted up: what came by an older one is passed over.
pub type BusNumber = u64;

/// What a participant wants done, in this order.
#[derive(Debug, Clone, PartialEq)]
pub enum Output {
    /// Send to the host of a session.
    Send(Uuid, BusMessage),
    /// Leave the bus of a session and open a new one: what came on it cannot be made sense of.
    Reconnect(Uuid),
    /// Tell the player's side.
    Tell(Uuid, News),
}

/// What the player's side hears.
#[derive(Debug, Clone, PartialEq)]
pub enum News {
    /// An outcome was applied.
    Applied {
        /// Its place.
        place: Cursor,
        /// What it meant.
        outcome: Outcome,
        /// The message that said so, in full.
        message: BusMessage,
    },
    /// An outcome could not be applied: settlements are paused until a retry succeeds or the player skips it.
    Paused {
        /// Its place.
        place: Cursor,
        /// Why.
        reason: String,
    },
    /// Something that fell due could not be handed over, or something held not be made free; it is tried again.
    AssetsFailed(AssetsError),
    /// A request of another campaign, to be answered.
    Asked(WireTransferRequest),
    /// The listing was worked through: new requests are taken from now on.
    Confirmed(Vec<OpenRequest>),
    /// A promise was withdrawn, since what was held for it had to serve another purpose.
    Withdrawn(HoldKey),
    /// A message, in full, that changes no book: a refusal, a rejection without a number, news of an adjustment.
    Said(BusMessage),
    /// The save has applied what the host's ledger does not have.
    Quarantined(Quarantined),
}

/// Where the talk on one bus stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::session) enum Talk {
    /// Replay and listing are under way.
    Replaying,
    /// The holds are those of the listing, and the host has been told.
    Confirmed,
    /// Nothing but the way out.
    Quarantined,
}

/// The talk on one bus. It is not part of the save.
#[derive(Debug)]
pub(in crate::session) struct Conversation {
    pub(in crate::session) bus: BusNumber,
    pub(in crate::session) talk: Talk,
    /// What waits to be taken; the first one is paused if `paused` says so.
    pub(in crate::session) waiting: VecDeque<BusMessage>,
    pub(in crate::session) paused: bool,
    /// More came than may wait.
    pub(in crate::session) overflowed: bool,
    /// The listing so far.
    pub(in crate::session) listing: Vec<OpenRequest>,
    pub(in crate::session) pages: u32,
    /// Open requests that the campaign takes part in, as far as the host has told.
    pub(in crate::session) open: BTreeMap<RequestId, WireTransferRequest>,
    /// Promises that were withdrawn on this bus: they cannot be made again before the host's word.
    pub(in crate::session) withdrawn: BTreeSet<HoldKey>,
    /// Those among them whose holds are gone: the host must hear of these, whatever it answers.
    pub(in crate::session) broken: BTreeSet<HoldKey>,
}

/// A campaign, its books, and its talk with hosts.
#[derive(Debug)]
pub struct Participant {
    pub(in crate::session) campaign: CampaignId,
    pub(in crate::session) books: Books,
    pub(in crate::session) conversations: BTreeMap<Uuid, Conversation>,
    pub(in crate::session) outputs: Vec<Output>,
}

impl Participant {
    /// A campaign that was just loaded, with the books of its save. No bus is open.
    pub fn new(campaign: CampaignId, books: Books) -> Self {
        Self { campaign, books, conversations: BTreeMap::new(), outputs: Vec::new() }
    }

    /// The books, as they belong into the save.
    pub fn books(&self) -> &Books {
        &self.books
    }

    /// Whose they are.
    pub fn campaign(&self) -> CampaignId {
        self.campaign
    }

    /// The bus on which a session is spoken with; none: it is not.
    pub fn bus(&self, session: Uuid) -> Option<BusNumber> {
        self.conversations.get(&session).map(|conversation| conversation.bus)
    }

    /// Where the campaign stands in a session; also what a later ping tells when it has changed.
    pub fn position(&self, session: Uuid) -> Position {
        self.books.get(session).map(|book| book.position()).unwrap_or_default()
    }

    /// The open transfers of a session that the campaign takes part in, as far as the host has told on this bus.
    pub fn open_transfers(&self, session: Uuid) -> impl Iterator<Item = &WireTransferRequest> {
        self.conversations.get(&session).into_iter().flat_map(|conversation| conversation.open.values())
    }

    /// Whether new requests are taken: the host knows what is held, and nothing is paused.
    pub fn may_promise(&self, session: Uuid) -> bool {
        let talk = self.conversations.get(&session);
        talk.is_some_and(|conversation| conversation.talk == Talk::Confirmed && !conversation.paused)
    }

    /// Whether a settlement of a session is paused.
    pub fn is_paused(&self, session: Uuid) -> bool {
        self.conversations.get(&session).is_some_and(|conversation| conversation.paused)
    }

    /// What the player's side is to do, in this order.
    pub fn take_outputs(&mut self) -> Vec<Output> {
        std::mem::take(&mut self.outputs)
    }

    /// A bus is about to open, whose first ping carries the answer. All that comes by an older one is passed over.
    pub fn open(&mut self, session: Uuid, bus: BusNumber) -> Position {
        let conversation = Conversation {
            bus,
            talk: Talk::Replaying,
            waiting: VecDeque::new(),
            paused: false,
            overflowed: false,
            listing: Vec::new(),
            pages: 0,
            open: BTreeMap::new(),
            withdrawn: BTreeSet::new(),
            broken: BTreeSet::new(),
        };
        self.conversations.insert(session, conversation);
        self.position(session)
    }

    /// A bus has ended. Holds stay: only the host's word ends them.
    pub fn close(&mut self, session: Uuid, bus: BusNumber) {
        if self.conversations.get(&session).is_some_and(|conversation| conversation.bus == bus) {
            self.conversations.remove(&session);
        }
    }

    /// The host said something about settlements or requests.
    pub fn receive(
        &mut self,
        session: Uuid,
        bus: BusNumber,
        message: BusMessage,
        date: CampaignDate,
        assets: &mut dyn CampaignAssets,
    ) {
        let Some(conversation) = self.conversations.get_mut(&session).filter(|talk| talk.bus == bus) else { return };
        if conversation.waiting.len() >= WAITING_MAX {
            conversation.overflowed = true;
            return;
        }
        conversation.waiting.push_back(message);
        if !conversation.paused {
            self.work(session, date, assets);
        }
    }

    /// Tries a paused settlement again, and all that waits behind it.
    pub fn retry(&mut self, session: Uuid, date: CampaignDate, assets: &mut dyn CampaignAssets) {
        if let Some(conversation) = self.conversations.get_mut(&session) {
            conversation.paused = false;
            self.work(session, date, assets);
        }
    }

    /// The player does without the paused settlement. It stands in the books, so a save without it gets it again.
    pub fn skip(&mut self, session: Uuid, date: CampaignDate, assets: &mut dyn CampaignAssets) {
        let Some(conversation) = self.conversations.get_mut(&session).filter(|talk| talk.paused) else { return };
        let Some(message) = conversation.waiting.pop_front() else { return };
        conversation.paused = false;
        if let Some((place, outcome)) = self.settlement_in(&message) {
            if let Some(request) = outcome.request {
                self.word_heard(session, request);
            }
            self.books.skip(session, place, &outcome, assets);
        }
        self.work(session, date, assets);
    }

    /// The campaign stands on another day: what has fallen due is handed over, with a session or without one, and what is
    /// paused is tried again.
    pub fn day(&mut self, date: CampaignDate, assets: &mut dyn CampaignAssets) {
        let failed = self.books.deliver(date, assets);
        let tell = |(session, error)| Output::Tell(session, News::AssetsFailed(error));
        self.outputs.extend(failed.into_iter().map(tell));
        let paused: Vec<_> =
            self.conversations.iter().filter(|(_, talk)| talk.paused).map(|(&session, _)| session).collect();
        for session in paused {
            self.retry(session, date, assets);
        }
    }

    /// The player gives a session up. Where its host is there after all, it has to hear what is not held any more: it does
    /// by a new bus, whose listing the campaign answers.
    pub fn abandon(&mut self, session: Uuid, assets: &mut dyn CampaignAssets) {
        if self.conversations.contains_key(&session) {
            self.reconnect(session);
        }
        let failed = self.books.abandon(session, assets);
        self.outputs.extend(failed.into_iter().map(|error| Output::Tell(session, News::AssetsFailed(error))));
    }

    /// The player's word to go on from the ledger's end.
    pub fn exit_quarantine(&mut self, session: Uuid) -> Result<(), Refusal> {
        let conversation = self.conversation(session)?;
        if conversation.talk != Talk::Quarantined {
            return Err(Refusal::new(ErrorCode::InvalidArgument, "the campaign is not in quarantine"));
        }
        self.send(session, QuarantineExitRequest);
        Ok(())
    }

    pub(in crate::session) fn conversation(&mut self, session: Uuid) -> Result<&mut Conversation, Refusal> {
        let lost = || Refusal::new(ErrorCode::HostLost, "the host is out of reach");
        self.conversations.get_mut(&session).ok_or_else(lost)
    }

    pub(in crate::session) fn send(&mut self, session: Uuid, message: impl Into<BusMessage>) {
        self.outputs.push(Output::Send(session, message.into()));
    }

    pub(in crate::session) fn tell(&mut self, session: Uuid, news: News) {
        self.outputs.push(Output::Tell(session, news));
    }

    /// Nothing more is taken from this bus.
    pub(in crate::session) fn reconnect(&mut self, session: Uuid) {
        self.conversations.remove(&session);
        self.outputs.push(Output::Reconnect(session));
    }

    /// The host has spoken on a request: it is not open any more, and may be promised for anew.
    pub(in crate::session) fn word_heard(&mut self, session: Uuid, request: RequestId) {
        if let Some(conversation) = self.conversations.get_mut(&session) {
            conversation.open.remove(&request);
            conversation.withdrawn.retain(|key| key.request != request);
            conversation.broken.retain(|key| key.request != request);
        }
    }

    /// Takes back promises whose holds had to serve another purpose. Where no bus is open, or the listing is still to
    /// come, the next `Confirmed` does it, since it lacks them.
    pub(in crate::session) fn withdraw(&mut self, broken: Vec<BrokenPromise>) {
        for BrokenPromise { session, key, promise } in broken {
            let campaign = self.campaign;
            let talk = self.conversations.get_mut(&session).filter(|talk| talk.talk == Talk::Confirmed);
            if let Some(conversation) = talk {
                conversation.withdrawn.insert(key);
                conversation.broken.insert(key);
                match promise {
                    Promise::WireRequest => self.send(session, CancelWireTransferRequest { request: key.request }),
                    Promise::WireResponse { source } => {
                        let response = WireTransferResponse {
                            source,
                            target: campaign,
                            request: key.request,
                            accepted: false,
                            reason: ErrorCode::NotHeld,
                        };
                        self.send(session, response);
                    }
                }
            }
            self.tell(session, News::Withdrawn(key));
        }
    }
}
