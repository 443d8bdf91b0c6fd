// SPDX-License-Identifier: GPL-3.0-or-later
//! What goes wrong, by chance: connections, processes, slow peers.

use std::sync::Arc;

use distributed_mekhq::session::host::HostInput;
use distributed_mekhq::session::roster::RosterView;
use distributed_mekhq::session::{BusEnd, Command};

use super::counts::Reached;
use super::network::{Down, Event, LinkId, Moment, Up};
use super::restart::Model;
use super::world::{PLAY_MS, World};

#[derive(Clone, Copy)]
enum Fault {
    Break,
    HalfOpen,
    PartitionOne,
    PartitionAll,
    TooSlow,
    KillHost,
    CloseHost,
}

const FAULTS: [(u64, Fault); 7] = [
    (28, Fault::Break),
    (12, Fault::HalfOpen),
    (18, Fault::PartitionOne),
    (5, Fault::PartitionAll),
    (4, Fault::TooSlow),
    (5, Fault::KillHost),
    (2, Fault::CloseHost),
];

impl World {
    pub fn fault(&mut self) {
        if !self.playing {
            return;
        }
        let next = self.now + self.random.between(500, 7_000);
        self.queue.push(next, Event::Fault);
        let fault = self.random.weighted(&FAULTS);
        self.trace.note(self.now, "fault", fault as u64, String::new);
        match fault {
            Fault::Break => self.on_some_link(Reached::LinkBroken, Self::break_link),
            Fault::HalfOpen => self.on_some_link(Reached::LinkHalfOpen, Self::silence),
            Fault::TooSlow => self.on_some_link(Reached::PeerTooSlow, Self::too_slow),
            Fault::PartitionOne => {
                self.counts.add(Reached::OnePartitioned);
                let slot = self.random.index(self.slots.len());
                let until = self.partition_end();
                self.partition(slot, until);
            }
            Fault::PartitionAll => {
                self.counts.add(Reached::AllPartitioned);
                let until = self.partition_end();
                (0..self.slots.len()).for_each(|slot| self.partition(slot, until));
            }
            Fault::KillHost => self.kill_host(),
            Fault::CloseHost => self.close_host(),
        }
    }

    fn on_some_link(&mut self, reached: Reached, act: fn(&mut Self, LinkId)) {
        let slot = self.random.index(self.slots.len());
        if let Some(&link) = self.links_of(slot).last() {
            self.counts.add(reached);
            act(self, link);
        }
    }

    fn break_link(&mut self, link: LinkId) {
        self.links[link].cut = true;
        self.send_up(link, Up::Fin);
        self.send_on(link, Down::Fin);
    }

    /// In one direction or in both, for ever, without a word.
    fn silence(&mut self, link: LinkId) {
        let ways = self.random.weighted(&[(4, (true, true)), (1, (true, false)), (1, (false, true))]);
        (self.links[link].silent_up, self.links[link].silent_down) = ways;
    }

    fn too_slow(&mut self, link: LinkId) {
        if let Some(bus) = self.links[link].bus {
            self.host_input(HostInput::BusEnded { bus, end: BusEnd::TooSlow });
        }
    }

    fn partition_end(&mut self) -> Moment {
        let long = self.random.percent(30);
        let lasts = if long { self.random.between(20_000, 60_000) } else { self.random.between(300, 8_000) };
        (self.now + lasts).min(PLAY_MS)
    }

    fn partition(&mut self, slot: usize, until: Moment) {
        self.slots[slot].partitioned_until = self.slots[slot].partitioned_until.max(until);
        for link in self.links_of(slot) {
            self.links[link].disturb(until);
        }
    }

    /// The process dies; what was not durable is lost, and perhaps an older save is loaded afterwards.
    fn kill_host(&mut self) {
        let Some(view) = self.host.view() else { return };
        self.counts.add(Reached::HostKilled);
        if self.host.ledger.undurable() > 0 {
            self.counts.add(Reached::HostKilledUnflushed);
            self.host.last_view = None;
        } else {
            self.host.last_view = Some(self.with_buses_as_active(view));
        }
        self.host.ledger.crash();
        self.host.model = Model::of(self.host.ledger.records());
        self.forgive_host();
        self.host_ends();
        self.host_comes_back();
    }

    /// A campaign whose bus is open has not been recorded as it left.
    fn with_buses_as_active(&self, mut view: RosterView) -> RosterView {
        for (campaign, _) in self.host.process.iter().flat_map(|process| process.buses.values()) {
            if let Some(known) = view.others.get_mut(campaign) {
                Arc::make_mut(known).active = true;
            }
        }
        view
    }

    fn close_host(&mut self) {
        if self.host.process.is_none() {
            return;
        }
        self.counts.add(Reached::HostClosed);
        self.host.last_view = self.host.view().map(|view| self.with_buses_as_active(view));
        self.host_command(Command::Close);
        self.host.ledger.make_durable(self.host.ledger.undurable());
        self.host_comes_back();
    }

    fn host_comes_back(&mut self) {
        self.host.model = Model::of(self.host.ledger.records());
        self.host.visibility = self.host.model.visibility;
        self.check_restart();
        if self.random.percent(50) {
            let save = self.host.saves[self.random.index(self.host.saves.len())];
            if save < self.host.date {
                self.counts.add(Reached::HostRestartedOlder);
            }
            self.host.date = save;
            self.host.dates.push(save);
        }
        let at = self.now + self.random.between(100, 15_000);
        self.queue.push(at, Event::StartHost);
    }
}
