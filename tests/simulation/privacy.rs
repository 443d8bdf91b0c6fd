// SPDX-License-Identifier: GPL-3.0-or-later
//! Who may read what: every log and every TOE carries a mark, and the bytes of every stream are searched for marks.

use std::collections::{BTreeMap, BTreeSet};

use distributed_mekhq::protocol::entry::Record;
use distributed_mekhq::protocol::force::Force;
use distributed_mekhq::protocol::team::DailyLog;
use distributed_mekhq::protocol::{BusMessage, CampaignDate, CampaignId, proto};
use distributed_mekhq::session::host::{HostEffect, HostInput};
use distributed_mekhq::session::roster::RosterView;
use distributed_mekhq::session::{Announcement, Command, Event, Visibility};
use prost::Message;

use super::counts::Reached;
use super::network::ClientId;
use super::world::{Campaigns, World};

/// Begins and ends a mark. No other byte of the session's texts.
const MARK: u8 = b'~';

#[derive(Default)]
pub struct Privacy {
    written: u64,
    /// Who may read a log: its writer's teammates when the host took it.
    readers: BTreeMap<u64, Campaigns>,
    /// Which logs have reached which campaign's player.
    received: BTreeSet<(CampaignId, u64)>,
    /// Logs that an open bus was given and that the host has not taken yet, with the client that answers for them.
    told: BTreeMap<u64, ClientId>,
    /// Logs that the host has taken for a reader who has not had them yet.
    owed: BTreeSet<(CampaignId, u64)>,
}

/// A log that the host is about to take: its number, and who wrote it.
pub type Written = (u64, Option<CampaignId>);

impl Privacy {
    /// A line with the mark of a new log.
    pub fn new_log(&mut self, date: CampaignDate) -> Command {
        self.written += 1;
        let entries = [format!("<b>Grüße</b> ~log {}~", self.written)].into();
        Command::Announce(Announcement::DailyLog { date, entries })
    }

    /// The log that comes with an input to the host.
    pub fn log_of(&self, input: &HostInput) -> Option<Written> {
        match input {
            HostInput::Command(Command::Announce(Announcement::DailyLog { entries, .. })) => {
                Some((number_of(entries.first()?)?, None))
            }
            HostInput::FromBus { inbound: Ok(inbound), .. } => match &inbound.message {
                Some(BusMessage::DailyLog(log)) => Some((number_of(log.entries.first()?)?, Some(log.campaign))),
                _ => None,
            },
            _ => None,
        }
    }
}

/// The number of a log, by its mark.
pub fn number_of(line: &str) -> Option<u64> {
    line.split_once("~log ")?.1.strip_suffix('~')?.parse().ok()
}

pub fn toe_name(number: usize, version: u64) -> String {
    format!("~toe {number}.{version}~")
}

/// The announcement of a marked TOE; the host's number is 0.
pub fn toe_of(number: usize, version: u64) -> Command {
    let unit = proto::ForceUnit { id: "1".into(), name: "Locust LCT-1V".into(), commander: "Häkkinen".into() };
    let force = proto::Force { id: 0, name: toe_name(number, version), units: vec![unit], ..Default::default() };
    Command::Announce(Announcement::ToeUpdated(Force::decode(&force.encode_to_vec()).expect("a good force")))
}

fn team_of(view: &RosterView, campaign: CampaignId) -> Option<i32> {
    if campaign == view.own.id { Some(view.own.team) } else { view.others.get(&campaign).map(|known| known.team) }
}

impl World {
    /// The campaigns that must get a log, one way or another.
    pub fn expect_log(&mut self, (number, writer): Written, view: &RosterView) -> (u64, Campaigns) {
        let writer = writer.unwrap_or(view.own.id);
        let team = team_of(view, writer);
        let everyone = view.others.keys().copied().chain([view.own.id]);
        let readers: Campaigns = everyone.filter(|&id| id != writer && team_of(view, id) == team).collect();
        self.privacy.told.remove(&number);
        // It may come twice, with other teams in between.
        self.privacy.readers.entry(number).or_default().extend(&readers);
        let remotes = readers.iter().filter(|&&reader| reader != view.own.id);
        let owed = remotes.map(|&reader| (reader, number)).filter(|had| !self.privacy.received.contains(had));
        self.privacy.owed.extend(owed.collect::<Vec<_>>());
        (number, readers)
    }

    /// Rule "privacy": a log goes to, or is kept for, each of its writer's teammates and nobody else.
    pub fn check_log(&mut self, expected: Option<(u64, Campaigns)>, effects: &[HostEffect]) {
        let Some((number, readers)) = expected else { return };
        let mut got = Campaigns::new();
        for effect in effects {
            match effect {
                HostEffect::Send { to, message: BusMessage::DailyLog(_) } => {
                    let buses = self.host.process.as_ref().map(|process| &process.buses);
                    got.extend(to.iter().filter_map(|bus| buses?.get(bus)).map(|(campaign, _)| *campaign));
                    self.counts.add(Reached::LogToTeammates);
                }
                HostEffect::Record(Record::LogKept(kept)) => got.extend(kept.recipients.iter().copied()),
                HostEffect::Emit(Event::DailyLog(_)) => {
                    got.insert(self.host.id);
                }
                _ => {}
            }
        }
        if got != readers {
            self.fail("privacy", format!("log {number} went to {got:?}, not to {readers:?}"));
        }
    }

    /// Rule "privacy": these bytes hold nothing that their recipient may not read.
    pub fn check_bytes(&mut self, bytes: &[u8], recipient: CampaignId, view: &RosterView) {
        if !bytes.contains(&MARK) {
            return;
        }
        let text = String::from_utf8_lossy(bytes).into_owned();
        for mark in text.split('~') {
            if let Some(number) = mark.strip_prefix("log ").and_then(|number| number.parse().ok()) {
                self.check_reader(number, recipient);
            }
            if let Some((number, _)) = mark.strip_prefix("toe ").and_then(|mark| mark.split_once('.')) {
                let owner = number.parse::<usize>().expect("our own mark").checked_sub(1);
                let owner = owner.map_or(self.host.id, |slot| self.slots[slot].id);
                self.check_toe(recipient, owner, view);
            }
        }
    }

    fn check_reader(&mut self, number: u64, recipient: CampaignId) {
        if !self.privacy.readers.get(&number).is_some_and(|readers| readers.contains(&recipient)) {
            self.fail("privacy", format!("log {number} was sent to {recipient}"));
        }
    }

    pub fn check_host_log(&mut self, log: &DailyLog) {
        let numbers: Vec<_> = log.entries.iter().filter_map(|entry| number_of(entry)).collect();
        for number in numbers {
            self.check_reader(number, self.host.id);
        }
    }

    /// Whether a campaign may see another one's TOE now.
    pub fn sees(&self, viewer: CampaignId, owner: CampaignId, view: &RosterView) -> bool {
        let teammates = team_of(view, viewer).is_some() && team_of(view, viewer) == team_of(view, owner);
        viewer == owner || self.host.visibility == Visibility::Everyone || teammates
    }

    /// Rule "privacy": a TOE is shown to those only who may see it at that moment.
    pub fn check_toe(&mut self, viewer: CampaignId, owner: CampaignId, view: &RosterView) {
        self.counts.add(Reached::ToeShown);
        if !self.sees(viewer, owner, view) {
            self.fail("privacy", format!("the TOE of {owner} was shown to {viewer}"));
        }
        if view.others.values().any(|known| known.active && !self.sees(known.id, owner, view)) {
            self.counts.add(Reached::ToeHidden);
        }
    }

    pub fn received_log(&mut self, client: ClientId, log: &DailyLog) {
        let reader = self.slots[self.clients[client].slot].id;
        for number in log.entries.iter().filter_map(|entry| number_of(entry)) {
            self.privacy.received.insert((reader, number));
            self.privacy.owed.remove(&(reader, number));
        }
    }

    /// A client sends a log: it answers for it until the host has it.
    pub fn log_told(&mut self, client: ClientId, log: &DailyLog) {
        for number in log.entries.iter().filter_map(|entry| number_of(entry)) {
            self.privacy.told.insert(number, client);
        }
    }

    /// The client is gone, or has said that its logs may be lost.
    pub fn forgive_client(&mut self, client: ClientId) {
        self.privacy.told.retain(|_, told_by| *told_by != client);
    }

    /// The host has died: what its ledger does not hold, it does not owe.
    pub fn forgive_host(&mut self) {
        let kept: BTreeMap<_, _> = self.slots.iter().map(|slot| (slot.id, self.host.model.kept_for(slot.id))).collect();
        self.privacy.owed.retain(|(reader, number)| kept[reader].contains(number));
    }

    /// Rule "no log lost": whatever was told on an open bus has reached every reader, or somebody died or said so.
    pub fn check_no_log_lost(&mut self) {
        let given_up = &self.host.model.given_up;
        if let Some((reader, number)) = self.privacy.owed.iter().find(|owed| !given_up.contains(owed)) {
            let detail = format!("log {number} never reached {reader}");
            return self.fail("no log lost", detail);
        }
        if let Some((number, client)) = self.privacy.told.first_key_value() {
            let detail = format!("log {number} of client {client} never reached the host");
            self.fail("no log lost", detail);
        }
    }

    /// Rule "kept logs": what counts as delivered has reached its reader.
    pub fn check_delivered(&mut self, record: &Record, delivered: &[u64]) {
        let Record::LogDelivered { recipient, .. } = record else { return };
        for &number in delivered {
            self.counts.add(Reached::LogDeliveredLater);
            if !self.privacy.received.contains(&(*recipient, number)) {
                self.fail("kept logs", format!("log {number} counts as delivered, and {recipient} never had it"));
            }
        }
    }
}
