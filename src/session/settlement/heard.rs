// SPDX-License-Identifier: GPL-3.0-or-later
//! What a participant makes of the host's messages, one after the other (protocol.md section 5).

use uuid::Uuid;

use super::assets::CampaignAssets;
use super::books::{SettleError, Settled};
use super::participant::{News, Participant, Talk};
use crate::protocol::count::HELD_PER_MESSAGE_MAX;
use crate::protocol::link::Refused;
use crate::protocol::refusal::ErrorCode;
use crate::protocol::settlement::{
    Adjustment, Confirmed, Cursor, HoldKey, OpenContent, OpenRequests, Outcome, Place, QuarantineExited, RequestId,
};
use crate::protocol::transfer::{WireTransferCompleted, WireTransferRequest};
use crate::protocol::{BusMessage, CampaignDate};

/// Whether the next message may be taken.
enum Step {
    Done,
    /// It stays where it is, and so does all behind it.
    Stuck,
}

impl Participant {
    /// Takes what waits, until something cannot be taken.
    pub(super) fn work(&mut self, session: Uuid, date: CampaignDate, assets: &mut dyn CampaignAssets) {
        loop {
            let Some(conversation) = self.conversations.get_mut(&session) else { return };
            let Some(message) = conversation.waiting.front().cloned() else {
                if conversation.overflowed {
                    self.reconnect(session);
                }
                return;
            };
            match self.take(session, message, date, assets) {
                Step::Stuck => {
                    if let Some(conversation) = self.conversations.get_mut(&session) {
                        conversation.paused = true;
                    }
                    return;
                }
                Step::Done => {
                    if let Some(conversation) = self.conversations.get_mut(&session) {
                        conversation.waiting.pop_front();
                    }
                }
            }
        }
    }

    /// The settlement that a message is for this campaign, and its place.
    pub(super) fn settlement_in(&self, message: &BusMessage) -> Option<(Cursor, Outcome)> {
        match message {
            BusMessage::WireTransferCompleted(completed) => {
                let Place(place) = completed.place?;
                Some((place, completed.outcome(self.campaign)))
            }
            BusMessage::Adjustment(adjustment) if adjustment.campaign == self.campaign => {
                let Place(place) = adjustment.place?;
                Some((place, adjustment.outcome()))
            }
            _ => None,
        }
    }

    fn take(
        &mut self,
        session: Uuid,
        message: BusMessage,
        date: CampaignDate,
        assets: &mut dyn CampaignAssets,
    ) -> Step {
        if let Some((place, outcome)) = self.settlement_in(&message) {
            return self.settle(session, message, place, outcome, date, assets);
        }
        match message {
            BusMessage::WireTransferCompleted(completed) => self.unnumbered(session, completed, assets),
            BusMessage::OpenRequests(page) => self.listed(session, page, assets),
            BusMessage::WireTransferRequest(request) => self.asked(session, request),
            BusMessage::Refused(refused) => self.refused(session, refused, assets),
            BusMessage::Quarantined(quarantined) => {
                self.set_talk(session, Talk::Quarantined);
                self.tell(session, News::Quarantined(quarantined));
            }
            BusMessage::QuarantineExited(exited) => return self.exited(session, exited),
            BusMessage::Adjustment(adjustment) => self.another_adjusted(session, adjustment),
            news => self.tell(session, News::Said(news)),
        }
        Step::Done
    }

    /// The way out of quarantine; in a replay, an exit that another save of this campaign has taken: this one passes over
    /// it, and over what repairs it.
    fn exited(&mut self, session: Uuid, QuarantineExited { exit, cursor }: QuarantineExited) -> Step {
        let talk = self.conversations.get(&session).map(|conversation| conversation.talk);
        if talk == Some(Talk::Quarantined) {
            self.books.exit_quarantine(session, exit, cursor);
            self.set_talk(session, Talk::Replaying);
        } else if self.books.pass_over(session, cursor).is_err() {
            self.reconnect(session);
            return Step::Stuck;
        }
        Step::Done
    }

    /// Another campaign was adjusted. The save knows from now on that its player has been told.
    fn another_adjusted(&mut self, session: Uuid, adjustment: Adjustment) {
        if let Some(Place(news)) = adjustment.place {
            self.books.hear_news(session, news);
        }
        self.tell(session, News::Said(adjustment.into()));
    }

    fn set_talk(&mut self, session: Uuid, talk: Talk) {
        if let Some(conversation) = self.conversations.get_mut(&session) {
            conversation.talk = talk;
            conversation.pages = 0;
            conversation.listing.clear();
        }
    }

    fn settle(
        &mut self,
        session: Uuid,
        message: BusMessage,
        place: Cursor,
        outcome: Outcome,
        date: CampaignDate,
        assets: &mut dyn CampaignAssets,
    ) -> Step {
        match self.books.settle(session, place, &outcome, assets) {
            Ok(settled) => {
                if let Some(request) = outcome.request {
                    self.word_heard(session, request);
                }
                if let Settled::Applied(broken) = settled {
                    self.withdraw(broken);
                    self.tell(session, News::Applied { place, outcome, message });
                    if let Err(error) = self.books.deliver_last(session, date, assets) {
                        self.tell(session, News::AssetsFailed(error));
                    }
                }
                Step::Done
            }
            Err(SettleError::Gap { .. } | SettleError::Another(_)) => {
                self.reconnect(session);
                Step::Stuck
            }
            Err(error @ (SettleError::Assets(_) | SettleError::Crowded)) => {
                self.tell(session, News::Paused { place, reason: error.to_string() });
                Step::Stuck
            }
        }
    }

    /// A completion that is no settlement. A rejection ends the hold of its key; an acceptance is not recognised.
    fn unnumbered(&mut self, session: Uuid, completed: WireTransferCompleted, assets: &mut dyn CampaignAssets) {
        let request = completed.request;
        if completed.end.is_accepted() {
            let refused = Refused {
                request: request.to_string(),
                code: ErrorCode::UnknownRequest,
                reason: "an acceptance without its number among the settlements".into(),
                revision: 0,
                refused: "WireTransferCompleted".into(),
                withdrawal: false,
            };
            self.send(session, refused);
        } else {
            self.word_heard(session, request);
            self.end_hold(session, HoldKey { request, revision: 0 }, assets);
        }
        self.tell(session, News::Said(completed.into()));
    }

    fn end_hold(&mut self, session: Uuid, key: HoldKey, assets: &mut dyn CampaignAssets) {
        if let Err(error) = self.books.end_hold(session, key, assets) {
            self.tell(session, News::AssetsFailed(error));
        }
    }

    /// A page of the listing; after the last one the holds are made equal to it, and the host is told.
    fn listed(&mut self, session: Uuid, page: OpenRequests, assets: &mut dyn CampaignAssets) {
        let Some(conversation) = self.conversations.get_mut(&session) else { return };
        if conversation.talk != Talk::Replaying || page.page != conversation.pages + 1 {
            return self.reconnect(session);
        }
        conversation.pages = page.page;
        conversation.listing.extend(page.open);
        if !page.last {
            return;
        }
        let listing = std::mem::take(&mut conversation.listing);
        conversation.open = listing.iter().filter_map(|open| wire(&open.content)).collect();
        conversation.talk = Talk::Confirmed;
        let (held, failed) = self.books.equalise(session, &listing, assets);
        for error in failed {
            self.tell(session, News::AssetsFailed(error));
        }
        let pages: Vec<_> = held.chunks(HELD_PER_MESSAGE_MAX as usize).collect();
        if pages.is_empty() {
            self.send(session, Confirmed { held: Vec::new(), more: false });
        }
        for (at, page) in pages.iter().enumerate() {
            self.send(session, Confirmed { held: page.to_vec(), more: at + 1 < pages.len() });
        }
        self.tell(session, News::Confirmed(listing));
    }

    fn asked(&mut self, session: Uuid, request: WireTransferRequest) {
        if let Some(conversation) = self.conversations.get_mut(&session) {
            conversation.open.insert(request.request, request.clone());
            self.tell(session, News::Asked(request));
        }
    }

    /// A refusal ends a hold only if it refuses the very message that made it. `STALE_REVISION` and `CONFLICT` speak of a
    /// later message, or of another request of the same id; and that of a withdrawal leaves the promise as it was. Where
    /// nothing is held for it any more, that must not be: the listing of another bus, which the campaign answers without
    /// it, stands until the host can record it.
    fn refused(&mut self, session: Uuid, refused: Refused, assets: &mut dyn CampaignAssets) {
        if let Ok(request) = RequestId::parse("request", &refused.request) {
            let key = HoldKey { request, revision: refused.revision };
            let hold = self.books.get(session).and_then(|book| book.holds.get(&key));
            let made_it = hold.is_some_and(|hold| hold.promise.message() == refused.refused);
            let withdrawal = refused.withdrawal || refused.refused == "CancelWireTransferRequest";
            if withdrawal {
                let conversation = self.conversations.get_mut(&session);
                let broken = conversation.is_some_and(|conversation| {
                    conversation.withdrawn.remove(&key);
                    conversation.broken.remove(&key)
                });
                if broken {
                    self.reconnect(session);
                }
            } else if made_it && !matches!(refused.code, ErrorCode::StaleRevision | ErrorCode::Conflict) {
                self.end_hold(session, key, assets);
            }
        }
        self.tell(session, News::Said(refused.into()));
    }
}

fn wire(content: &OpenContent) -> Option<(RequestId, WireTransferRequest)> {
    match content {
        OpenContent::Wire(wire) => Some((wire.request, wire.clone())),
        OpenContent::Unknown => None,
    }
}
