// SPDX-License-Identifier: GPL-3.0-or-later
//! What the host makes of the messages about wire transfers (protocol.md section 6).

use super::transfers::{Transfer, TransferState};
use crate::protocol::entry::Record;
use crate::protocol::link::Refused;
use crate::protocol::refusal::ErrorCode;
use crate::protocol::settlement::RequestId;
use crate::protocol::transfer::{TransferEnd, WireTransferCompleted, WireTransferRequest, WireTransferResponse};
use crate::protocol::{BusMessage, CampaignId, Refusal};
use crate::session::settlement::{Exchange, World};

/// Transfers that a campaign may have asked for and that are still open.
const OPEN_MAX: usize = 256;

const MS_PER_DAY: i64 = 24 * 60 * 60 * 1_000;

impl Exchange {
    /// A campaign asks for a transfer.
    pub(in crate::session) fn transfer_requested(
        &mut self,
        from: CampaignId,
        request: WireTransferRequest,
        world: &dyn World,
    ) {
        let known = self.transfers.get(request.request).map(|known| (known.request == request, known.is_open()));
        if known == Some((true, true)) {
            // It is recorded, and the outcome is to come. A refusal, for whatever reason, would end the hold behind it.
            return;
        }
        if let Err(refusal) = self.check_may_ask(from, false) {
            return self.refuse_request(from, &request, refusal);
        }
        match known {
            None => {}
            Some((true, _)) => return self.tell_outcome(from, request.request),
            Some((false, _)) => {
                let reason = "a request of this id asks for something else";
                return self.refuse_request(from, &request, Refusal::new(ErrorCode::Conflict, reason));
            }
        }
        let checked = self.check_writable().and_then(|()| self.check_request(from, &request, world));
        if let Err(refusal) = checked {
            return self.refuse_request(from, &request, refusal);
        }
        let expires = self.expiry_days.map(|days| world.unix_ms().saturating_add(i64::from(days) * MS_PER_DAY));
        self.record(Record::TransferRequested { transfer: request.clone(), expires_unix_ms: expires });
        self.tell(request.target, request);
    }

    fn check_request(&self, from: CampaignId, request: &WireTransferRequest, world: &dyn World) -> Result<(), Refusal> {
        if request.source != from {
            return Err(Refusal::new(ErrorCode::NotYours, "the source is another campaign"));
        }
        if world.date(request.target).is_none() {
            return Err(Refusal::new(ErrorCode::UnknownCampaign, "the session knows no such campaign"));
        }
        let own = self.transfers.open_of(from).filter(|transfer| transfer.request.source == from);
        if own.count() >= OPEN_MAX {
            return Err(Refusal::new(ErrorCode::TooMany, format!("{OPEN_MAX} transfers of this campaign are open")));
        }
        Ok(())
    }

    fn refuse_request(&mut self, to: CampaignId, request: &WireTransferRequest, refusal: Refusal) {
        self.refuse(to, "WireTransferRequest", Some(request.request), refusal);
    }

    /// The target answers, or takes its answer back.
    pub(in crate::session) fn transfer_answered(
        &mut self,
        from: CampaignId,
        response: WireTransferResponse,
        world: &dyn World,
    ) {
        let refused = |this: &mut Self, Refusal { code, reason }: Refusal| {
            let refused = Refused {
                request: response.request.to_string(),
                code,
                reason,
                revision: 0,
                refused: "WireTransferResponse".into(),
                withdrawal: !response.accepted,
            };
            this.send_refused(from, refused);
        };
        if let Err(refusal) = self.check_may_ask(from, !response.accepted) {
            return refused(self, refusal);
        }
        let Some(transfer) = self.transfers.get(response.request) else {
            return self.send(from, not_known(&response));
        };
        if response.target != from || transfer.request.target != from || transfer.request.source != response.source {
            return refused(self, Refusal::new(ErrorCode::NotYours, "the request asks another campaign"));
        }
        let (state, request) = (transfer.state, response.request);
        match (state, response.accepted) {
            (TransferState::Closed(_), _) => return self.tell_outcome(from, request),
            (TransferState::Accepted, true) => return,
            _ => {}
        }
        if let Err(refusal) = self.check_writable() {
            return refused(self, refusal);
        }
        if response.accepted {
            return self.transfer_accepted(request, world);
        }
        let taken_back = state == TransferState::Accepted && response.reason == ErrorCode::Unspecified;
        self.reject(request, if taken_back { ErrorCode::Withdrawn } else { response.reason });
    }

    /// Both sides agree. It completes at once where the side that pays is known to hold the money, in one record.
    fn transfer_accepted(&mut self, request: RequestId, world: &dyn World) {
        let Some(transfer) = self.transfers.get(request) else { return };
        if !self.complete_if_held(&transfer.clone(), world) {
            self.record(Record::TransferAccepted(request));
        }
    }

    /// Completes what both sides agreed to, where the side that pays has become known to hold the money.
    pub(in crate::session) fn complete_what_waits(&mut self, world: &dyn World) {
        if !self.is_writable() {
            return;
        }
        let accepted = self.transfers.open().filter(|transfer| transfer.state == TransferState::Accepted);
        let accepted: Vec<_> = accepted.cloned().collect();
        for transfer in accepted {
            self.complete_if_held(&transfer, world);
        }
    }

    /// A side that gives counts only while its bus is open and confirmed. One that receives need not be there.
    fn complete_if_held(&mut self, transfer: &Transfer, world: &dyn World) -> bool {
        let request = &transfer.request;
        if !self.is_confirmed(request.payer()) || self.is_quarantined(request.payee()) {
            return false;
        }
        let dates = [request.source, request.target].map(|side| world.date(side));
        // The later of both: nothing arrives before it was given, on whichever calendar.
        let Some(due) = dates.into_iter().flatten().max() else { return false };
        self.close_transfer(request.request, TransferEnd::Accepted { due });
        true
    }

    /// The source takes its request back.
    pub(in crate::session) fn transfer_cancelled(&mut self, from: CampaignId, request: RequestId) {
        const NAME: &str = "CancelWireTransferRequest";
        if let Err(refusal) = self.check_may_ask(from, true) {
            return self.refuse(from, NAME, Some(request), refusal);
        }
        match self.transfers.get(request).map(|transfer| (transfer.request.source, transfer.is_open())) {
            None => {
                let refusal = Refusal::new(ErrorCode::UnknownRequest, "the host knows no request of this id");
                self.refuse(from, NAME, Some(request), refusal);
            }
            Some((source, _)) if source != from => {
                let refusal = Refusal::new(ErrorCode::NotYours, "another campaign asks for this");
                self.refuse(from, NAME, Some(request), refusal);
            }
            Some((_, false)) => self.tell_outcome(from, request),
            Some((_, true)) => match self.check_writable() {
                Ok(()) => self.reject(request, ErrorCode::Withdrawn),
                Err(refusal) => self.refuse(from, NAME, Some(request), refusal),
            },
        }
    }

    /// Rejects what nobody answered in the time that the host allows.
    pub fn expire(&mut self, world: &dyn World) {
        if !self.is_writable() {
            return;
        }
        let now = world.unix_ms();
        let over = |transfer: &&Transfer| transfer.expires_unix_ms.is_some_and(|expires| expires <= now);
        let over: Vec<_> = self.transfers.open().filter(over).map(|transfer| transfer.request.request).collect();
        for request in over {
            self.reject(request, ErrorCode::Expired);
        }
    }

    /// When something expires next, in milliseconds since 1970-01-01 UTC.
    pub fn next_expiry_unix_ms(&self) -> Option<i64> {
        self.transfers.open().filter_map(|transfer| transfer.expires_unix_ms).min()
    }

    fn reject(&mut self, request: RequestId, reason: ErrorCode) {
        self.close_transfer(request, TransferEnd::Rejected { reason });
    }

    /// Records how a transfer ended, and sends both sides what follows for them.
    pub(in crate::session) fn close_transfer(&mut self, request: RequestId, end: TransferEnd) {
        let Some(transfer) = self.transfers.get(request) else { return };
        let (source, target) = (transfer.request.source, transfer.request.target);
        self.record(Record::TransferClosed { request, end });
        self.flush(source);
        self.flush(target);
    }

    /// Says again how a request ended. The recipient has been sent it by its number before.
    fn tell_outcome(&mut self, to: CampaignId, request: RequestId) {
        let outcome = self.accounts().after(to, 0).iter().rev().find_map(|(_, message)| match message {
            BusMessage::WireTransferCompleted(completed) if completed.request == request => Some(completed.clone()),
            _ => None,
        });
        if let Some(completed) = outcome {
            self.tell(to, completed);
        }
    }
}

/// A rejection without a number: the host does not know the request.
fn not_known(response: &WireTransferResponse) -> WireTransferCompleted {
    WireTransferCompleted {
        source: response.source,
        target: response.target,
        request: response.request,
        end: TransferEnd::Rejected { reason: ErrorCode::UnknownRequest },
        amount: None,
        place: None,
    }
}
