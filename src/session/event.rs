// SPDX-License-Identifier: GPL-3.0-or-later
//! What a session tells the player's side.

use std::sync::Arc;

use uuid::Uuid;

use super::record::LedgerState;
use super::roster::RosterView;
use super::timeline::MayAdvance;
use crate::protocol::force::ToeUpdated;
use crate::protocol::link::{GoodbyeCode, Refused};
use crate::protocol::member::MembershipChanged;
use crate::protocol::roster::{GmModeChanged, LocationChanged};
use crate::protocol::settlement::Standing;
use crate::protocol::team::{DailyLog, TeamAssignment};
use crate::protocol::timeline::{CampaignDateChanged, ReadyToAdvance};
use crate::protocol::trust::Distrust;
use crate::protocol::{BusMessage, CampaignDetails, CampaignId, Refusal};

/// How a bus came to its end (protocol.md section 2, point 10).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndCause {
    /// The other side, or the host on its behalf, said why.
    Goodbye(GoodbyeCode),
    /// The connection ended without a goodbye.
    Reset,
    /// The other side no longer answered.
    TimedOut,
    /// A remote campaign learns from the roster that another one left, but not why.
    Unknown,
}

/// How the transport saw a bus end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BusEnd {
    /// The stream ended, in whatever way.
    Reset,
    /// The peer did not take what was sent to it.
    TooSlow,
    /// The peer sent a message larger than the limit.
    TooLarge,
}

/// One bus between a host and the books of a campaign, counted from 1 within a session object; on a host the way to its
/// own campaign is one too. Nothing that belongs to one bus is ever taken on another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BooksBus(pub u32);

/// What concerns the books of the loaded campaign. It waits, in its order, for the executor that changes the campaign.
#[derive(Debug, Clone, PartialEq)]
pub enum BooksEvent {
    /// A bus is open, and the host waits to hear how far the save is.
    Opened {
        /// The host's session.
        session: Uuid,
        /// The bus.
        bus: BooksBus,
    },
    /// The host said something about settlements or requests.
    Said {
        /// On which bus.
        bus: BooksBus,
        /// What.
        message: BusMessage,
    },
    /// The bus has ended.
    Ended(BooksBus),
}

/// One thing that happened. What is *state* may be dropped under pressure and told anew by [`Event::Resynchronised`].
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// Remote only: the bus is open.
    Connected {
        /// Everyone.
        roster: RosterView,
        /// The host's session; none at a host of the old contract.
        session: Option<Uuid>,
        /// The host's MekHQ version.
        host_version: String,
        /// The host is of the old contract.
        legacy_host: bool,
    },
    /// Remote only: the session never came to be, or cannot come back.
    ConnectFailed(Refusal),
    /// Remote only: a host was reached, but it is not trusted. [`Event::ConnectFailed`] follows when no other address
    /// was better, and for a session that was open before as well: a changed certificate is not waited out.
    HostDistrusted(Distrust),
    /// Remote only: the bus ended.
    Disconnected {
        /// How.
        cause: EndCause,
        /// For people; may be empty.
        reason: String,
        /// The session tries to reach the host again by itself.
        reconnecting: bool,
    },
    /// A campaign came, or came back.
    CampaignJoined(CampaignDetails),
    /// A campaign's bus ended.
    CampaignLeft {
        /// The campaign as it is now.
        campaign: CampaignDetails,
        /// How its bus ended.
        cause: EndCause,
        /// For people; may be empty.
        reason: String,
    },
    /// A campaign stands on another day.
    CampaignDateChanged(CampaignDateChanged),
    /// A campaign entered or left GM mode.
    GmModeChanged(GmModeChanged),
    /// A campaign is in another system.
    LocationChanged(LocationChanged),
    /// A campaign's TOE changed.
    ToeUpdated(ToeUpdated),
    /// A campaign's TOE may no longer be seen, and was forgotten.
    ToeHidden(CampaignId),
    /// Everyone's team.
    TeamAssignment(TeamAssignment),
    /// What a campaign's save could not apply is something else now.
    StandingChanged {
        /// Whose.
        campaign: CampaignId,
        /// As everyone may see it.
        standing: Arc<Standing>,
    },
    /// Lines of a teammate's day.
    DailyLog(DailyLog),
    /// Host only: a campaign is ready to advance.
    ReadyToAdvance(ReadyToAdvance),
    /// Host only: a decision about who belongs to the session has taken effect.
    MembershipChanged(MembershipChanged),
    /// Whether the own campaign may advance from the date it stands on has changed.
    MayAdvanceChanged(MayAdvance),
    /// Host only: the ledger can no longer be written, or can be again.
    LedgerChanged(LedgerState),
    /// The other side refused a message of ours.
    Refused(Refused),
    /// Events were dropped; this is where things stand.
    Resynchronised(RosterView),
    /// For the books of the loaded campaign.
    Books(BooksEvent),
    /// Something waits for the books of the loaded campaign; said once until it is taken.
    BooksWaiting,
    /// The last event.
    Closed,
}

impl Event {
    /// Whether the event only tells where things stand, so that a later look at the whole replaces it.
    pub fn is_state(&self) -> bool {
        match self {
            Self::CampaignJoined(_)
            | Self::CampaignLeft { .. }
            | Self::CampaignDateChanged(_)
            | Self::GmModeChanged(_)
            | Self::LocationChanged(_)
            | Self::ToeUpdated(_)
            | Self::ToeHidden(_)
            | Self::TeamAssignment(_)
            | Self::StandingChanged { .. }
            | Self::ReadyToAdvance(_)
            | Self::MembershipChanged(_)
            | Self::MayAdvanceChanged(_)
            | Self::LedgerChanged(_)
            | Self::BooksWaiting
            | Self::Resynchronised(_) => true,
            Self::Connected { .. }
            | Self::ConnectFailed(_)
            | Self::HostDistrusted(_)
            | Self::Disconnected { .. }
            | Self::DailyLog(_)
            | Self::Refused(_)
            | Self::Books(_)
            | Self::Closed => false,
        }
    }
}
