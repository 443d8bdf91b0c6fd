// SPDX-License-Identifier: GPL-3.0-or-later
//! A machine on the simulated network, and the session that runs on it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use distributed_mekhq::net::session::Session;
use distributed_mekhq::protocol::{CampaignDate, CampaignDetails, CampaignId, Text};
use distributed_mekhq::session::timeline::MayAdvance;
use distributed_mekhq::session::{Announcement, Event};
use tempfile::TempDir;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::random::Random;
use crate::support::text;

/// What a roster says of one campaign.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    pub date: CampaignDate,
    pub location: Text,
    pub gm_mode: bool,
    pub active: bool,
    pub team: i32,
}

type Job = Box<dyn FnOnce() -> Session + Send>;

/// Runs sessions, one after another, on a machine of the simulation; the test holds this end.
pub struct Player {
    pub name: String,
    data_folder: TempDir,
    jobs: UnboundedSender<Job>,
    session: Arc<Mutex<Option<Session>>>,
}

/// The machine's own end.
pub struct Machine {
    jobs: UnboundedReceiver<Job>,
    session: Arc<Mutex<Option<Session>>>,
}

impl Machine {
    /// Does what it is told for as long as the simulation lasts.
    pub async fn run(mut self) -> turmoil::Result {
        while let Some(job) = self.jobs.recv().await {
            *self.session.lock().unwrap_or_else(PoisonError::into_inner) = Some(job());
        }
        Ok(())
    }
}

impl Player {
    pub fn new(name: &str) -> (Self, Machine) {
        let (sender, jobs) = unbounded_channel();
        let session = Arc::default();
        let machine = Machine { jobs, session: Arc::clone(&session) };
        let data_folder = TempDir::new().expect("a folder");
        (Self { name: name.to_owned(), data_folder, jobs: sender, session }, machine)
    }

    /// Where the machine keeps things.
    pub fn data_folder(&self) -> PathBuf {
        self.data_folder.path().to_owned()
    }

    /// Starts a session there at the machine's next turn, in place of the one before.
    pub fn start(&self, job: impl FnOnce() -> Session + Send + 'static) {
        // The machine ends with the simulation only.
        let _ = self.jobs.send(Box::new(job));
    }

    fn with<T>(&self, look: impl FnOnce(&Session) -> T) -> Option<T> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner).as_ref().map(look)
    }

    pub fn events(&self) -> Vec<Event> {
        self.with(|session| session.events().take_now()).unwrap_or_default()
    }

    pub fn connected(&self) -> bool {
        self.with(|session| session.snapshot().roster.connected()).unwrap_or_default()
    }

    /// Everyone that this player's side knows of, itself included.
    pub fn roster(&self) -> BTreeMap<CampaignId, Line> {
        let roster = self.with(Session::snapshot).map(|snapshot| snapshot.roster.clone());
        let everyone = |roster: &distributed_mekhq::session::roster::RosterView| {
            std::iter::once(&roster.own)
                .chain(roster.others.values())
                .map(|details| (details.id, line(details)))
                .collect()
        };
        roster.as_ref().map(everyone).unwrap_or_default()
    }

    /// Announces something by chance, as the rules allow it. A player that cannot be heard plays all the same.
    pub fn play(&self, random: &mut Random) {
        let number = random.below(1_000);
        let kind = random.below(3);
        self.with(|session| {
            let own = Arc::clone(&session.snapshot().roster.own);
            let announcement = match kind {
                0 if session.may_advance(own.date) == MayAdvance::Allowed => {
                    own.date.plus_days(1).map(|date| Announcement::DateChanged { date, jump: false })
                }
                1 => Some(Announcement::GmModeChanged(!own.gm_mode)),
                _ => {
                    let location = text(&format!("System {number}"));
                    Some(Announcement::LocationChanged { location, gm_movement: own.gm_mode })
                }
            };
            // A full queue drops an announcement, which then is as if it had not been made.
            announcement.map(|announcement| session.announce(announcement))
        });
    }
}

fn line(details: &Arc<CampaignDetails>) -> Line {
    Line {
        date: details.date,
        location: details.location.clone(),
        gm_mode: details.gm_mode,
        active: details.active,
        team: details.team,
    }
}
