// SPDX-License-Identifier: GPL-3.0-or-later
//! A running session as the player's side holds it.
//!
//! Concurrency: commands go to the session's task through a bounded queue and never wait; reads come from a snapshot
//! that the task publishes after each change, without a lock; `close` may be called by any number of threads that are
//! not runtime threads, of which each waits until the task has ended, or the deadline has passed.

use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::events::EventQueue;
use super::host::{Hosting, Reply, unix_ms};
use super::invite;
use crate::protocol::force::ToeUpdated;
use crate::protocol::invitation::{Invitation, InvitedEncryption};
use crate::protocol::member::MembershipChanged;
use crate::protocol::refusal::ErrorCode;
use crate::protocol::settlement::Adjustment;
use crate::protocol::team::{DailyLog, check_team};
use crate::protocol::trust::Fingerprint;
use crate::protocol::{BusMessage, CampaignDate, CampaignId, HostAddress, Invalid, Refusal, envelope};
use crate::session::force::Forces;
use crate::session::host::{Answer, HostInput};
use crate::session::host_member::check_decision;
use crate::session::memento::Memento;
use crate::session::roster::RosterView;
use crate::session::settlement::statement::SessionStatement;
use crate::session::team::HOST_TEAM;
use crate::session::timeline::MayAdvance;
use crate::session::{Announcement, Command, Visibility};

/// Commands that may wait for the session's task.
pub const COMMANDS_MAX: usize = 1_024;

/// What `close` grants beyond the session's own deadline, for the task to be scheduled at all.
const CLOSE_MARGIN: Duration = Duration::from_millis(150);

/// What the player's side may read at any time.
#[derive(Debug)]
pub struct Snapshot {
    /// Everyone.
    pub roster: RosterView,
    /// Everyone's TOE.
    pub forces: Forces,
    /// What belongs into the own campaign's save of the sessions that it takes part in, its books aside.
    pub memento: Memento,
    /// The session that this is, as the memento knows it; none before the host was reached for the first time.
    pub entered: Option<Uuid>,
}

/// What a session's task and its handle share.
pub struct Shared {
    /// The last published state.
    pub snapshot: ArcSwap<Snapshot>,
    /// Events for the player's side.
    pub events: EventQueue,
    /// The player's side wants the session to end.
    pub closing: CancellationToken,
    ended: Mutex<bool>,
    end: Condvar,
}

impl Shared {
    /// Before the session's task begins.
    pub fn new(snapshot: Snapshot) -> Self {
        Self {
            snapshot: ArcSwap::from_pointee(snapshot),
            events: EventQueue::default(),
            closing: CancellationToken::new(),
            ended: Mutex::new(false),
            end: Condvar::new(),
        }
    }

    /// The session's task has ended and freed what it held.
    pub fn set_ended(&self) {
        *self.ended.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.end.notify_all();
    }

    fn wait_for_end(&self, timeout: Duration) -> bool {
        let deadline = Instant::now() + timeout;
        let mut ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        while !*ended {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            ended = self.end.wait_timeout(ended, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }
}

/// A handle to a running session.
pub struct Session {
    shared: Arc<Shared>,
    commands: mpsc::Sender<Command>,
    own: CampaignId,
    hosting: Option<Hosting>,
    close_timeout: Duration,
}

impl Session {
    /// A handle to the task that reads `commands`.
    pub fn new(
        shared: Arc<Shared>,
        commands: mpsc::Sender<Command>,
        hosting: Option<Hosting>,
        close_timeout: Duration,
    ) -> Self {
        let own = shared.snapshot.load().roster.own.id;
        Self { shared, commands, own, hosting, close_timeout }
    }

    /// The port that a host listens on; none for a remote campaign.
    pub fn port(&self) -> Option<u16> {
        self.hosting.as_ref().map(|hosting| hosting.port)
    }

    /// Copies what is durable of the host's ledger to a new file. Waits for the disk; must not be called on a runtime
    /// thread. Refused: this is not the host, the session is closed, or the file cannot be written or is there already.
    pub fn backup_ledger(&self, to: PathBuf) -> Result<(), Refusal> {
        let answer = self.hosting()?.ledger.backup(to).blocking_recv().map_err(|_| closed())?;
        answer.map_err(|error| Refusal::new(ErrorCode::LedgerUnavailable, error.to_string()))
    }

    /// What came to each campaign, what went, and what waits; or of one, line by line. Waits for the session's task;
    /// must not be called on a runtime thread. Refused: this is not the host, or the session is closed.
    pub fn statement(&self, detailed: Option<CampaignId>) -> Result<SessionStatement, Refusal> {
        match self.hosting()?.calls.ask_blocking(|call| HostInput::Statement { call, detailed })? {
            Reply::Answer(Answer::Statement(statement)) => Ok(*statement),
            _ => Err(Refusal::new(ErrorCode::Internal, "the answer belongs to another question")),
        }
    }

    /// What a host shows to peers so that they know it; none without encryption. Refused: this is not the host.
    pub fn fingerprint(&self) -> Result<Option<Fingerprint>, Refusal> {
        Ok(self.hosting()?.fingerprint)
    }

    /// The line by which players join: the addresses that the player names, then those of this machine. Refused: this
    /// is not the host.
    pub fn invitation(&self, named: Vec<HostAddress>, with_password: bool) -> Result<Invitation, Refusal> {
        let hosting = self.hosting()?;
        let encryption = hosting.fingerprint.map_or(InvitedEncryption::Plaintext, InvitedEncryption::Fingerprint);
        Ok(Invitation {
            addresses: invite::addresses(named, hosting.bind_address, hosting.port)?,
            encryption,
            password: hosting.password.clone().filter(|_| with_password),
        })
    }

    /// The last published state.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.shared.snapshot.load_full()
    }

    /// Events for the player's side.
    pub fn events(&self) -> &EventQueue {
        &self.shared.events
    }

    /// Whether the own campaign may advance from a date. Waits for nothing.
    pub fn may_advance(&self, date: CampaignDate) -> MayAdvance {
        self.shared.snapshot.load().roster.gate.may_advance(date)
    }

    /// Tells the session something of the own campaign. Refused: the session is closed, or does not keep up.
    pub fn announce(&self, announcement: Announcement) -> Result<(), Refusal> {
        self.check_size(&announcement)?;
        self.check_moment(&announcement)?;
        self.command(Command::Announce(announcement))
    }

    /// What only the moment can refuse: nobody would hear it later.
    fn check_moment(&self, announcement: &Announcement) -> Result<(), Refusal> {
        let roster = &self.shared.snapshot.load().roster;
        match announcement {
            Announcement::DailyLog { .. } | Announcement::ReadyToAdvance if !roster.connected() => {
                Err(Refusal::new(ErrorCode::HostLost, "the host is out of reach; tell it again once connected"))
            }
            _ => Ok(()),
        }
    }

    /// Puts a campaign on a team. Refused: this is not the host, it knows no such campaign, or its ledger cannot be
    /// written.
    pub fn assign_team(&self, campaign: CampaignId, team: i32) -> Result<(), Refusal> {
        self.check_writable()?;
        let roster = &self.snapshot().roster;
        if campaign == self.own && team != HOST_TEAM {
            return Err(Invalid(format!("the host campaign is always on team {HOST_TEAM}")).into());
        }
        if campaign != self.own && !roster.others.contains_key(&campaign) {
            return Err(Invalid::field("campaign", "is not on the roster").into());
        }
        self.command(Command::AssignTeam { campaign, team: check_team(team)? })
    }

    /// Sets who may see TOEs. Refused: this is not the host, or its ledger cannot be written.
    pub fn set_visibility(&self, visibility: Visibility) -> Result<(), Refusal> {
        self.check_writable()?;
        self.command(Command::SetVisibility(visibility))
    }

    /// Shuts a campaign out, lets it back in, or forgets its key. Refused: this is not the host, the decision makes no
    /// sense as things stand, or the ledger cannot be written (a kick is not kept there).
    pub fn change_membership(&self, changed: MembershipChanged) -> Result<(), Refusal> {
        self.hosting()?;
        check_decision(&changed, &self.shared.snapshot.load().roster)?;
        self.command(Command::ChangeMembership(changed))
    }

    /// Plays on while the host is out of reach, or no longer. Refused: this is the host.
    pub fn continue_without_host(&self, alone: bool) -> Result<(), Refusal> {
        if self.hosting.is_some() {
            return Err(Refusal::new(ErrorCode::Forbidden, "the host campaign is its own host"));
        }
        self.command(Command::ContinueWithoutHost(alone))
    }

    /// Something from the campaign's books.
    pub fn books_say(&self, command: Command) -> Result<(), Refusal> {
        self.command(command)
    }

    /// Sets something right in a campaign's save. Refused: this is not the host, or its ledger cannot be written.
    pub fn adjust(&self, adjustment: Adjustment) -> Result<(), Refusal> {
        self.check_writable()?;
        self.command(Command::Adjust(adjustment))
    }

    /// Whether the session is over, or about to be.
    pub fn is_closing(&self) -> bool {
        self.shared.closing.is_cancelled()
    }

    fn hosting(&self) -> Result<&Hosting, Refusal> {
        let forbidden = || Refusal::new(ErrorCode::Forbidden, "only the host campaign may do this");
        self.hosting.as_ref().ok_or_else(forbidden)
    }

    fn check_writable(&self) -> Result<(), Refusal> {
        self.hosting()?;
        self.shared.snapshot.load().roster.ledger.check_writable()
    }

    fn command(&self, command: Command) -> Result<(), Refusal> {
        if self.shared.closing.is_cancelled() {
            return Err(closed());
        }
        self.commands.try_send(command).map_err(|error| match error {
            TrySendError::Closed(_) => closed(),
            TrySendError::Full(_) => {
                let reason = format!("{COMMANDS_MAX} announcements wait to be sent; try again later");
                Refusal::new(ErrorCode::TooMany, reason)
            }
        })
    }

    /// What no message can hold is refused before anything changes.
    fn check_size(&self, announcement: &Announcement) -> Result<(), Refusal> {
        let message: BusMessage = match announcement {
            Announcement::ToeUpdated(force) => ToeUpdated { campaign: self.own, force: force.clone() }.into(),
            Announcement::DailyLog { date, entries } => {
                DailyLog { campaign: self.own, date: *date, entries: Arc::clone(entries) }.into()
            }
            _ => return Ok(()),
        };
        envelope::encode(self.own, unix_ms(), &message).map(drop)
    }

    /// Says goodbye and waits until the session has ended, or its deadline has passed. Further calls do the same.
    /// Must not be called on a runtime thread.
    pub fn close(&self) {
        self.shared.closing.cancel();
        if !self.shared.wait_for_end(self.close_timeout + CLOSE_MARGIN) {
            tracing::warn!("a session did not end within its deadline; it ends in the background");
        }
    }
}

/// What a call on a closed session gets.
pub fn closed() -> Refusal {
    Refusal::new(ErrorCode::SessionClosed, "the session is closed")
}
