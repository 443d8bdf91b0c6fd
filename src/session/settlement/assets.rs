// SPDX-License-Identifier: GPL-3.0-or-later
//! The one interface through which a campaign's save changes (protocol.md section 5, "Holds").

use crate::protocol::CampaignDate;
use crate::protocol::money::{Bundle, Money};
use crate::protocol::settlement::{HoldKey, Outcome, RequestId};

/// A campaign's funds and goods.
///
/// Each call either happens as a whole or changes nothing and says so. The books change in the same turn in which a call
/// returns, so whoever saves the campaign saves both or neither.
pub trait CampaignAssets {
    /// What the campaign knows and has of a bundle. Changes nothing.
    fn inspect(&mut self, bundle: &Bundle) -> Result<Inspection, AssetsError>;

    /// Sets a bundle aside for a promise: nobody else can use it from now on.
    fn reserve(&mut self, key: HoldKey, bundle: &Bundle) -> Result<(), AssetsError>;

    /// Makes free what was set aside.
    fn release(&mut self, key: HoldKey, bundle: &Bundle) -> Result<(), AssetsError>;

    /// Applies an outcome: all of it or nothing.
    fn settle(&mut self, settling: &Settling) -> Result<(), AssetsError>;

    /// Hands over what has fallen due.
    fn deliver(&mut self, delivery: &Delivery) -> Result<(), AssetsError>;
}

/// What a campaign knows and has of a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Inspection {
    /// As much of the bundle as is free: there, and not set aside.
    pub free: Bundle,
}

/// Why a campaign did not change.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AssetsError {
    /// It does not have free what was to be set aside.
    #[error("the campaign does not have that much")]
    Insufficient,
    /// Something went wrong.
    #[error("the campaign could not do it: {0}")]
    Failed(String),
}

/// How an outcome changes a campaign. What comes in is not here: it is delivered when it falls due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settling {
    /// The outcome itself.
    pub outcome: Outcome,
    /// What was set aside and is free from now on.
    pub released: Vec<(HoldKey, Bundle)>,
    /// What was set aside and leaves the campaign.
    pub consumed: Vec<(HoldKey, Bundle)>,
    /// What was free, after the release, and leaves the campaign.
    pub taken: Bundle,
    /// What was to leave and is not there: a debt from now on.
    pub owed: Option<Money>,
}

/// Something that arrives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The request that it comes from; none for an adjustment.
    pub request: Option<RequestId>,
    /// What arrives.
    pub bundle: Bundle,
    /// The day from which on it is there, not after the campaign's own.
    pub due: CampaignDate,
}
