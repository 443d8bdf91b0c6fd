// SPDX-License-Identifier: GPL-3.0-or-later
//! All wire transfers of a session, as its host has recorded them (protocol.md section 6).

use std::collections::{BTreeMap, BTreeSet};

use crate::protocol::CampaignId;
use crate::protocol::money::Bundle;
use crate::protocol::settlement::{HoldKey, OpenContent, OpenRequest, RequestId};
use crate::protocol::transfer::{TransferEnd, WireTransferRequest};

/// One transfer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transfer {
    /// What was asked for.
    pub request: WireTransferRequest,
    /// When it expires, in milliseconds since 1970-01-01 UTC; none: never.
    pub expires_unix_ms: Option<i64>,
    /// How it stands.
    pub state: TransferState,
}

/// How a transfer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransferState {
    /// The target has not answered.
    Open,
    /// The target has accepted; the side that pays is waited for.
    Accepted,
    /// It is over.
    Closed(TransferEnd),
}

impl Transfer {
    /// Whether it is not over.
    pub fn is_open(&self) -> bool {
        !matches!(self.state, TransferState::Closed(_))
    }

    /// Whether the campaign is one of its two sides.
    pub fn concerns(&self, campaign: CampaignId) -> bool {
        self.request.source == campaign || self.request.target == campaign
    }

    /// What one of its sides has promised and must hold while it is open: the source by asking, the target by accepting.
    pub fn promised_by(&self, campaign: CampaignId) -> Bundle {
        let by_asking = self.request.source == campaign;
        let by_accepting = self.request.target == campaign && self.state == TransferState::Accepted;
        let pays = self.request.payer() == campaign;
        if self.is_open() && pays && (by_asking || by_accepting) { self.request.bundle() } else { Bundle::default() }
    }

    /// As one of its sides is told of it in a listing.
    pub fn listed_for(&self, campaign: CampaignId) -> OpenRequest {
        OpenRequest {
            key: HoldKey { request: self.request.request, revision: 0 },
            promised: self.promised_by(campaign),
            accepted: self.request.target == campaign && self.state == TransferState::Accepted,
            content: OpenContent::Wire(self.request.clone()),
        }
    }
}

/// All transfers of a session. What is over stays: the same request gets the same outcome for ever.
#[derive(Debug, Default)]
pub struct Transfers {
    by_request: BTreeMap<RequestId, Transfer>,
    open: BTreeSet<RequestId>,
}

impl Transfers {
    /// One transfer.
    pub fn get(&self, request: RequestId) -> Option<&Transfer> {
        self.by_request.get(&request)
    }

    /// Every transfer, whatever its state.
    pub fn iter(&self) -> impl Iterator<Item = &Transfer> {
        self.by_request.values()
    }

    /// Those that are not over.
    pub fn open(&self) -> impl Iterator<Item = &Transfer> {
        self.open.iter().filter_map(|request| self.by_request.get(request))
    }

    /// Those of one campaign that are not over.
    pub fn open_of(&self, campaign: CampaignId) -> impl Iterator<Item = &Transfer> {
        self.open().filter(move |transfer| transfer.concerns(campaign))
    }

    /// Takes over that a transfer is asked for.
    pub fn requested(&mut self, request: WireTransferRequest, expires_unix_ms: Option<i64>) {
        let id = request.request;
        self.open.insert(id);
        self.by_request.insert(id, Transfer { request, expires_unix_ms, state: TransferState::Open });
    }

    /// Takes over that a target accepts.
    pub fn accepted(&mut self, request: RequestId) {
        if let Some(transfer) = self.by_request.get_mut(&request).filter(|transfer| transfer.is_open()) {
            transfer.state = TransferState::Accepted;
        }
    }

    /// Takes over how a transfer ended; answers with the request where it was open until now.
    pub fn closed(&mut self, request: RequestId, end: TransferEnd) -> Option<WireTransferRequest> {
        let transfer = self.by_request.get_mut(&request).filter(|transfer| transfer.is_open())?;
        transfer.state = TransferState::Closed(end);
        self.open.remove(&request);
        Some(transfer.request.clone())
    }
}
