// SPDX-License-Identifier: GPL-3.0-or-later
//! What both sides know of the world, and the one way in which a message changes it.

use std::sync::Arc;

use super::Event;
use super::force::Forces;
use super::roster::Roster;
use crate::protocol::force::{Force, ToeUpdated};
use crate::protocol::roster::{GmModeChanged, LocationChanged};
use crate::protocol::team::DailyLog;
use crate::protocol::timeline::{CampaignDateChanged, ReadyToAdvance};
use crate::protocol::{BusMessage, CampaignDate, CampaignDetails, Text};

/// What a campaign tells of itself, before it has its name on it.
#[derive(Debug, Clone, PartialEq)]
pub enum Announcement {
    /// It stands on another day (protocol.md section 3).
    DateChanged {
        /// Which.
        date: CampaignDate,
        /// It skipped the days in between, in GM mode.
        jump: bool,
    },
    /// It entered or left GM mode.
    GmModeChanged(bool),
    /// It is in another system.
    LocationChanged {
        /// MekHQ's id of the system.
        location: Text,
        /// The movement was a GM's doing, not a journey.
        gm_movement: bool,
    },
    /// Its whole TOE.
    ToeUpdated(Force),
    /// It has done its day and waits for the host date to pass its own.
    ReadyToAdvance,
    /// Lines of a day's report, for its team.
    DailyLog {
        /// Which day.
        date: CampaignDate,
        /// The lines, checked.
        entries: Arc<[String]>,
    },
}

/// Roster and forces.
#[derive(Debug)]
pub struct State {
    /// Who is there, in GM mode or not, where, and on which day.
    pub roster: Roster,
    /// Everyone's TOE.
    pub forces: Forces,
}

impl State {
    /// Nobody but the own campaign.
    pub fn new(own: CampaignDetails) -> Self {
        Self { roster: Roster::new(own), forces: Forces::default() }
    }

    /// Takes over what a message says. Answers with the event that tells it, if the message is about the world.
    pub fn apply(&mut self, message: &BusMessage) -> Option<Event> {
        match message {
            BusMessage::CampaignDateChanged(changed) => {
                self.roster.set_date(changed.campaign, changed.date);
            }
            BusMessage::GmModeChanged(changed) => {
                self.roster.set_gm_mode(changed.campaign, changed.gm_mode);
            }
            BusMessage::LocationChanged(changed) => {
                self.roster.set_location(changed.campaign, &changed.location);
            }
            BusMessage::ToeUpdated(updated) => self.forces.update(updated),
            BusMessage::TeamAssignment(assignment) => {
                for &(campaign, team) in &assignment.teams {
                    self.roster.set_team(campaign, team);
                }
            }
            // Not about the world.
            _ => {}
        }
        event_of(message)
    }

    /// Takes over what the own campaign announces. Answers with the message that tells the others.
    pub fn announce(&mut self, announcement: Announcement) -> BusMessage {
        let campaign = self.roster.own().id;
        let message = match announcement {
            Announcement::DateChanged { date, jump } => CampaignDateChanged { campaign, date, jump }.into(),
            Announcement::GmModeChanged(gm_mode) => GmModeChanged { campaign, gm_mode }.into(),
            Announcement::LocationChanged { location, gm_movement } => {
                LocationChanged { campaign, location, gm_movement }.into()
            }
            Announcement::ToeUpdated(force) => ToeUpdated { campaign, force }.into(),
            Announcement::ReadyToAdvance => ReadyToAdvance { campaign, date: self.roster.own().date }.into(),
            Announcement::DailyLog { date, entries } => DailyLog { campaign, date, entries }.into(),
        };
        self.apply(&message);
        message
    }
}

/// The event that tells the player's side what a message says, for messages about the world.
pub fn event_of(message: &BusMessage) -> Option<Event> {
    Some(match message {
        BusMessage::CampaignDateChanged(changed) => Event::CampaignDateChanged(changed.clone()),
        BusMessage::GmModeChanged(changed) => Event::GmModeChanged(changed.clone()),
        BusMessage::LocationChanged(changed) => Event::LocationChanged(changed.clone()),
        BusMessage::ToeUpdated(updated) => Event::ToeUpdated(updated.clone()),
        BusMessage::TeamAssignment(assignment) => Event::TeamAssignment(assignment.clone()),
        BusMessage::DailyLog(log) => Event::DailyLog(log.clone()),
        // Not about the world.
        _ => return None,
    })
}
