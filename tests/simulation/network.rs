// SPDX-License-Identifier: GPL-3.0-or-later
//! The simulated network and the simulated clock.
//!
//! A link is one HTTP/2 connection with its calls and its bus: ordered and reliable in each direction until it is cut or
//! falls silent. Nothing orders one link against another. What is due while its remote is partitioned waits for the end
//! of the partition, as TCP would send it again.

use std::collections::BTreeMap;

use bytes::Bytes;
use distributed_mekhq::protocol::handshake::Token;
use distributed_mekhq::protocol::{CampaignDate, Refusal};
use distributed_mekhq::session::Command;
use distributed_mekhq::session::host::BusId;
use distributed_mekhq::session::remote::Attempt;

use super::random::Random;

pub type LinkId = usize;
pub type ClientId = usize;

/// Milliseconds of simulated time since the session began.
pub type Moment = u64;

/// Travels from a remote to the host.
#[derive(Debug, Clone)]
pub enum Up {
    Connect(Bytes),
    OpenBus(Option<Token>),
    Frame(Bytes),
    StreamEnd,
    Disconnect(Option<Token>),
    /// The connection is gone.
    Fin,
}

/// Travels from the host to a remote. `version` counts the host dates, and says which one the message knows.
#[derive(Debug, Clone)]
pub enum Down {
    Connected {
        answer: Result<Bytes, Refusal>,
        version: usize,
    },
    BusOpen(Result<(), Refusal>),
    Frame {
        bytes: Bytes,
        version: usize,
    },
    StreamEnd,
    /// The connection is gone.
    Fin,
}

#[derive(Debug)]
pub enum Event {
    Up(LinkId, Up),
    Down(LinkId, Down),
    HostTimer(u32),
    ClientTimer(ClientId),
    Command(ClientId, Command),
    ConnectTimeout(LinkId),
    /// By now the remote must have heard of this version of the host date.
    HeardBy(Watch),
    /// Somebody at a keyboard does something.
    Act,
    Fault,
    Flush,
    StartHost,
    StartRemote(usize),
    EndSecondClient(ClientId),
}

/// A remote that must hear of a host date, and be told that it may advance if it was ready.
#[derive(Debug)]
pub struct Watch {
    pub client: ClientId,
    pub link: LinkId,
    pub since: Moment,
    pub version: usize,
    /// The day on which the remote is ready to advance and which the host has passed.
    pub ready_on: Option<CampaignDate>,
}

/// What happens next, in order of time, then in order of cause.
#[derive(Default)]
pub struct Queue {
    events: BTreeMap<(Moment, u64), Event>,
    pushed: u64,
}

impl Queue {
    pub fn push(&mut self, at: Moment, event: Event) {
        self.events.insert((at, self.pushed), event);
        self.pushed += 1;
    }

    pub fn pop(&mut self) -> Option<((Moment, u64), Event)> {
        self.events.pop_first()
    }

    /// Puts an event off without changing its place among the others of its link.
    pub fn put_off(&mut self, (_, order): (Moment, u64), until: Moment, event: Event) {
        self.events.insert((until, order), event);
    }
}

/// How far the remote's calls on a link have come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Connecting,
    Opening,
    Open,
    Over,
}

pub struct Link {
    pub client: ClientId,
    pub slot: usize,
    pub attempt: Attempt,
    pub stage: Stage,
    /// The host process that took the connection.
    pub epoch: Option<u32>,
    pub bus: Option<BusId>,
    /// The remote has something to send frames on.
    pub outgoing: bool,
    pub remote_gone: bool,
    pub host_saw_fin: bool,
    /// Torn down in the middle: only the two ends of it arrive.
    pub cut: bool,
    pub silent_up: bool,
    pub silent_down: bool,
    /// The last moment, perhaps to come, in which something keeps this link from working as it should.
    pub disturbed_until: Moment,
    delay: Moment,
    jitter: Moment,
    arrival_up: Moment,
    arrival_down: Moment,
}

impl Link {
    pub fn new(client: ClientId, slot: usize, attempt: Attempt, now: Moment, random: &mut Random) -> Self {
        let delay = random.weighted(&[(60, 5), (30, 60), (8, 300), (2, 1_400)]);
        Self {
            client,
            slot,
            attempt,
            stage: Stage::Connecting,
            epoch: None,
            bus: None,
            outgoing: false,
            remote_gone: false,
            host_saw_fin: false,
            cut: false,
            silent_up: false,
            silent_down: false,
            disturbed_until: now,
            delay,
            jitter: delay / 2,
            arrival_up: 0,
            arrival_down: 0,
        }
    }

    /// The longest that one message and its answer take when nothing disturbs them.
    pub fn round_trip(&self) -> Moment {
        2 * (self.delay + self.jitter)
    }

    pub fn up_at(&mut self, now: Moment, random: &mut Random) -> Moment {
        self.arrival_up = self.arrival_up.max(now + self.delay + random.below(self.jitter + 1));
        self.arrival_up
    }

    pub fn down_at(&mut self, now: Moment, random: &mut Random) -> Moment {
        self.arrival_down = self.arrival_down.max(now + self.delay + random.below(self.jitter + 1));
        self.arrival_down
    }

    pub fn disturb(&mut self, until: Moment) {
        self.disturbed_until = self.disturbed_until.max(until);
    }

    /// Nothing has disturbed it since then.
    pub fn healthy_since(&self, moment: Moment) -> bool {
        self.disturbed_until <= moment && !self.cut && !self.silent_up && !self.silent_down && !self.remote_gone
    }

    pub fn loses_up(&self, up: &Up) -> bool {
        self.silent_up || self.cut && !matches!(up, Up::Fin)
    }

    pub fn loses_down(&self, down: &Down) -> bool {
        self.silent_down || self.cut && !matches!(down, Down::Fin)
    }
}
