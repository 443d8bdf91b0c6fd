// SPDX-License-Identifier: GPL-3.0-or-later
//! What a campaign's player does with wire transfers: asks, answers, takes back (protocol.md section 6).
//!
//! What is promised is set aside before the promise is sent, and stays so until the host's word.

use uuid::Uuid;

use crate::protocol::Refusal;
use crate::protocol::refusal::ErrorCode;
use crate::protocol::settlement::{HoldKey, RequestId};
use crate::protocol::transfer::{CancelWireTransferRequest, WireTransferRequest, WireTransferResponse};
use crate::session::settlement::books::HOLDS_MAX;
use crate::session::settlement::participant::{Participant, Talk};
use crate::session::settlement::{AssetsError, CampaignAssets, Hold, Promise};

impl Participant {
    /// Asks for a transfer. With more than 0 the own campaign pays: the amount is set aside first.
    ///
    /// The same request again, while it is held for, sends nothing: the host has it, or the next listing tells.
    pub fn request_transfer(
        &mut self,
        session: Uuid,
        transfer: WireTransferRequest,
        assets: &mut dyn CampaignAssets,
    ) -> Result<(), Refusal> {
        if transfer.source != self.campaign {
            return Err(Refusal::new(ErrorCode::NotYours, "the source is another campaign"));
        }
        self.check_may_promise(session)?;
        if transfer.payer() == self.campaign {
            let key = key_of(transfer.request);
            let hold = Hold::new(transfer.bundle(), Promise::WireRequest);
            if self.conversation(session)?.withdrawn.contains(&key) {
                return Err(taken_back());
            }
            if let Some(held) = self.books.get(session).and_then(|book| book.holds.get(&key)) {
                return if *held == hold { Ok(()) } else { Err(conflict(held)) };
            }
            self.set_aside(session, key, hold, assets)?;
        }
        self.send(session, transfer);
        Ok(())
    }

    /// Answers a request of another campaign. An acceptance that pays sets the amount aside first; where that is not
    /// there, the answer is a no. A no after a yes takes the yes back: the money is free again at the host's word.
    pub fn respond_transfer(
        &mut self,
        session: Uuid,
        request: RequestId,
        accepted: bool,
        assets: &mut dyn CampaignAssets,
    ) -> Result<(), Refusal> {
        let campaign = self.campaign;
        let conversation = self.conversation(session)?;
        let transfer = conversation.open.get(&request).filter(|transfer| transfer.target == campaign).cloned();
        let unknown = || Refusal::new(ErrorCode::UnknownRequest, "no open transfer of this id asks this campaign");
        let transfer = transfer.ok_or_else(unknown)?;
        let key = key_of(request);
        if !accepted {
            conversation.withdrawn.insert(key);
            self.send(session, response(&transfer, false, ErrorCode::Unspecified));
            return Ok(());
        }
        if conversation.withdrawn.contains(&key) {
            return Err(Refusal::new(
                ErrorCode::Withdrawn,
                "it was taken back, and the host has not confirmed that yet",
            ));
        }
        self.check_may_promise(session)?;
        if let Some(held) = self.books.get(session).and_then(|book| book.holds.get(&key)) {
            if held.ended {
                return Err(conflict(held));
            }
            // Said on this bus, or recorded before. A second time, a late refusal of the first would end the hold of both.
            return Ok(());
        }
        if transfer.payer() == campaign {
            let hold = Hold::new(transfer.bundle(), Promise::WireResponse { source: transfer.source });
            if let Err(refusal) = self.set_aside(session, key, hold, assets) {
                if refusal.code == ErrorCode::InsufficientFunds {
                    self.send(session, response(&transfer, false, ErrorCode::InsufficientFunds));
                }
                return Err(refusal);
            }
        }
        self.send(session, response(&transfer, true, ErrorCode::Unspecified));
        Ok(())
    }

    /// Takes a request back. What is held for it is free again at the host's word.
    pub fn cancel_transfer(&mut self, session: Uuid, request: RequestId) -> Result<(), Refusal> {
        self.conversation(session)?.withdrawn.insert(key_of(request));
        self.send(session, CancelWireTransferRequest { request });
        Ok(())
    }

    /// Promises are made only while the host knows what is held, and while nothing waits to be settled.
    fn check_may_promise(&mut self, session: Uuid) -> Result<(), Refusal> {
        let conversation = self.conversation(session)?;
        match conversation.talk {
            Talk::Quarantined => {
                Err(Refusal::new(ErrorCode::Quarantined, "the save has applied what the host does not have"))
            }
            Talk::Replaying => Err(Refusal::new(ErrorCode::NotConfirmed, "the host is still telling what is open")),
            Talk::Confirmed if conversation.paused => {
                Err(Refusal::new(ErrorCode::NotConfirmed, "a settlement is paused"))
            }
            Talk::Confirmed => Ok(()),
        }
    }

    fn set_aside(
        &mut self,
        session: Uuid,
        key: HoldKey,
        hold: Hold,
        assets: &mut dyn CampaignAssets,
    ) -> Result<(), Refusal> {
        if self.books.holds() >= HOLDS_MAX {
            return Err(Refusal::new(ErrorCode::TooMany, format!("{HOLDS_MAX} promises are open")));
        }
        self.books.hold(session, key, hold, assets).map_err(|error| match error {
            AssetsError::Insufficient => Refusal::new(ErrorCode::InsufficientFunds, error.to_string()),
            AssetsError::Failed(_) => Refusal::new(ErrorCode::NotHeld, error.to_string()),
        })
    }
}

/// A wire has no revisions.
fn key_of(request: RequestId) -> HoldKey {
    HoldKey { request, revision: 0 }
}

fn response(transfer: &WireTransferRequest, accepted: bool, reason: ErrorCode) -> WireTransferResponse {
    let &WireTransferRequest { source, target, request, .. } = transfer;
    WireTransferResponse { source, target, request, accepted, reason }
}

fn conflict(held: &Hold) -> Refusal {
    if held.ended {
        Refusal::new(ErrorCode::NotHeld, "the campaign could not yet make free what was held for this before")
    } else {
        Refusal::new(ErrorCode::Conflict, "another promise of this id is held for")
    }
}

fn taken_back() -> Refusal {
    Refusal::new(ErrorCode::Withdrawn, "it was taken back, and the host has not confirmed that yet")
}
