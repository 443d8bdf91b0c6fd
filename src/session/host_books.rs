// SPDX-License-Identifier: GPL-3.0-or-later
//! The host's exchange within its session: who speaks to it, by which bus, and how what it says leaves (protocol.md
//! sections 5 and 6).
//!
//! The host campaign takes part by the same messages as any other. Its bus leads to its own player: events one way,
//! commands the other.

use std::time::Duration;

use super::event::{BooksBus, BooksEvent};
use super::host::{BusId, Host, HostEffect};
use super::member::Members;
use super::roster::Roster;
use super::settlement::statement::SessionStatement;
use super::settlement::{Exchange, ExchangeEffect, World};
use super::{Event, Now};
use crate::protocol::link::{Ping, Position};
use crate::protocol::member::Membership;
use crate::protocol::refusal::ErrorCode;
use crate::protocol::settlement::{Adjustment, Standing};
use crate::protocol::{BusMessage, CampaignDate, CampaignId};

/// The wall clock is looked at again at least this often, since players set it.
const WALL_CLOCK_INTERVAL: Duration = Duration::from_secs(3_600);

/// Messages from the exchange that one peer is sent before an answer is awaited: well within its queue.
const PORTION: usize = 256;

/// Messages from the exchange that a peer is sent at most when no answer of it will come: still within its queue.
const LAST_PORTION: usize = 2 * PORTION;

/// The wall clock at a moment of the other one. Only expiry looks at it.
#[derive(Debug, Clone, Copy)]
pub(super) struct WallClock {
    at: Now,
    unix_ms: i64,
}

impl Default for WallClock {
    fn default() -> Self {
        Self { at: Now(0), unix_ms: 0 }
    }
}

impl WallClock {
    /// When it will show this, or when to look again.
    fn shows(self, unix_ms: i64) -> Now {
        let wait = Duration::from_millis(unix_ms.saturating_sub(self.unix_ms).try_into().unwrap_or(0));
        self.at.after(wait.min(WALL_CLOCK_INTERVAL))
    }
}

/// The session around the exchange.
struct Surroundings<'a> {
    roster: &'a Roster,
    members: &'a Members,
    unix_ms: i64,
}

impl World for Surroundings<'_> {
    fn date(&self, campaign: CampaignId) -> Option<CampaignDate> {
        if campaign == self.roster.own().id {
            return Some(self.roster.own().date);
        }
        let details = self.roster.get(campaign).filter(|_| self.members.ban_of(campaign).is_none());
        details.map(|details| details.date)
    }

    fn unix_ms(&self) -> i64 {
        self.unix_ms
    }
}

impl Host {
    /// What the wall clock shows. Whoever drives the host says so before each step.
    pub fn wall_clock(&mut self, now: Now, unix_ms: i64) {
        self.wall_clock = WallClock { at: now, unix_ms };
    }

    fn exchange(&mut self) -> (&mut Exchange, Surroundings<'_>) {
        let (roster, members) = (&self.state.roster, &*self.members);
        (&mut self.exchange, Surroundings { roster, members, unix_ms: self.wall_clock.unix_ms })
    }

    /// When something expires, or the wall clock is to be looked at again. While the ledger cannot be written nothing
    /// does, and what is over by then stays so.
    pub(super) fn expiry_due(&self) -> Option<Now> {
        let expiry = self.exchange.next_expiry_unix_ms().filter(|_| !self.is_read_only());
        expiry.map(|unix_ms| self.wall_clock.shows(unix_ms))
    }

    pub(super) fn expire_requests(&mut self) {
        let (exchange, world) = self.exchange();
        exchange.expire(&world);
    }

    /// What came, went and waits, of every campaign, or of one line by line.
    pub(super) fn statement(&self, detailed: Option<CampaignId>) -> SessionStatement {
        self.exchange.statement(detailed, |campaign| {
            let own = self.state.roster.own();
            if campaign == own.id { Some(own.date) } else { self.known(campaign).map(|details| details.date) }
        })
    }

    /// The way to the own campaign's books begins, or begins anew.
    pub(super) fn open_own_books(&mut self) {
        self.own_bus.0 += 1;
        let own = self.id();
        self.exchange.opened(own);
        let opened = BooksEvent::Opened { session: self.session, bus: self.own_bus };
        self.effects.push(HostEffect::Emit(Event::Books(opened)));
    }

    /// What came on the way to the own campaign's books was lost.
    pub(super) fn renew_own_books(&mut self, bus: BooksBus) {
        if bus == self.own_bus {
            self.open_own_books();
        }
    }

    /// The own campaign's books speak.
    pub(super) fn own_books_say(&mut self, bus: BooksBus, message: BusMessage) {
        let own = self.id();
        if bus == self.own_bus {
            let (exchange, world) = self.exchange();
            exchange.message(own, message, &world);
        }
    }

    /// The own campaign's books tell how far they are, and what its save could not apply.
    pub(super) fn own_position_told(&mut self, bus: BooksBus, position: &Position) {
        let own = self.id();
        if bus == self.own_bus {
            self.standing_told(own, &position.standing);
            self.exchange.greeted(own, position);
        }
    }

    /// A ping that tells how far a save of this session is. The first one of a bus is answered by replay and listing.
    pub(super) fn position_told(&mut self, ping: &Ping) {
        if let Some(position) = ping.position.as_ref().filter(|_| ping.session == Some(self.session)) {
            self.standing_told(ping.campaign.id, &position.standing);
            self.exchange.greeted(ping.campaign.id, position);
        }
    }

    /// What a save could not apply replaces what was known of it. Everyone sees it in the next roster that they ask for,
    /// and no sooner: it changes as often as a campaign likes.
    fn standing_told(&mut self, campaign: CampaignId, standing: &Standing) {
        if self.state.roster.set_standing(campaign, &standing.shown()) {
            let shown = standing.shown();
            self.effects.push(HostEffect::Emit(Event::StandingChanged { campaign, standing: shown.into() }));
        }
    }

    /// A message about settlements or requests came on a campaign's bus.
    pub(super) fn exchange_asked(&mut self, bus: BusId, message: BusMessage) {
        let Some(bus) = self.buses.get_mut(bus).filter(|bus| !bus.is_legacy()) else { return };
        let campaign = bus.campaign;
        let (exchange, world) = self.exchange();
        exchange.message(campaign, message, &world);
    }

    /// The host's player sets something right in a campaign's save.
    pub(super) fn adjustment_ordered(&mut self, adjustment: Adjustment) {
        let (exchange, world) = self.exchange();
        if let Err(refusal) = exchange.adjust(adjustment, &world) {
            self.refuse_own("Adjustment", refusal);
        }
    }

    /// What a campaign that is shut out for long has open is rejected.
    pub(super) fn reject_requests_of(&mut self, campaign: CampaignId, change: Membership) {
        match change {
            Membership::Banned => self.exchange.reject_open_of(campaign, ErrorCode::Banned),
            Membership::Retired => self.exchange.reject_open_of(campaign, ErrorCode::Retired),
            Membership::Kicked | Membership::KeyReset | Membership::Unbanned | Membership::Readmitted => {}
        }
    }

    pub(super) fn exchange_ledger_changed(&mut self) {
        let read_only = self.is_read_only();
        let (exchange, world) = self.exchange();
        exchange.set_read_only(read_only, &world);
    }

    /// What the exchange has recorded is kept; what it says leaves once every record so far is durable, its own or not.
    pub(super) fn release_exchange(&mut self, now: Now) {
        self.hand_over_exchange();
        let portions = self.next_portions(now);
        if !portions.is_empty() {
            self.effects.push(HostEffect::AfterAll(portions));
        }
    }

    /// What the exchange says reaches the way to whom it is for.
    fn hand_over_exchange(&mut self) {
        let own = self.id();
        let mut said = Vec::new();
        for effect in self.exchange.take_effects() {
            match effect {
                ExchangeEffect::Record(record) => self.effects.push(HostEffect::Record(record)),
                ExchangeEffect::SendAtOnce(campaign, message) => self.say_at_once(campaign, message),
                ExchangeEffect::Send(campaign, message) if campaign == own => {
                    let said_to_own = BooksEvent::Said { bus: self.own_bus, message };
                    said.push(HostEffect::Emit(Event::Books(said_to_own)));
                }
                ExchangeEffect::Send(campaign, message) => {
                    let bus = self.buses.bus_of(campaign).and_then(|bus| self.buses.get_mut(bus));
                    bus.into_iter().for_each(|bus| bus.for_books.push_back(message.clone()));
                }
            }
        }
        if !said.is_empty() {
            self.effects.push(HostEffect::AfterAll(said));
        }
    }

    /// What the exchange has for the campaign of a bus that is about to end, to leave once every record so far is durable.
    /// The rest of a replay that is longer than the queue to a peer is not sent.
    pub(super) fn last_portion(&mut self, id: BusId) -> Vec<HostEffect> {
        self.hand_over_exchange();
        let Some(bus) = self.buses.get_mut(id) else { return Vec::new() };
        let portion = bus.for_books.len().min(LAST_PORTION);
        let messages = bus.for_books.drain(..portion);
        messages.map(|message| HostEffect::Send { to: vec![id], message }).collect()
    }

    fn say_at_once(&mut self, campaign: CampaignId, message: BusMessage) {
        if campaign == self.id() {
            let said_to_own = BooksEvent::Said { bus: self.own_bus, message };
            self.effects.push(HostEffect::Emit(Event::Books(said_to_own)));
        } else if let Some(bus) = self.buses.bus_of(campaign) {
            self.effects.push(HostEffect::Send { to: vec![bus], message });
        }
    }

    /// A replay may be longer than the queue to a peer, so it goes in portions: the next one once a ping that came after
    /// the last was answered.
    fn next_portions(&mut self, now: Now) -> Vec<HostEffect> {
        let mut portions = Vec::new();
        let mut to_ping = Vec::new();
        for (id, bus) in self.buses.iter_mut() {
            if bus.books_awaited.is_some_and(|ping| !bus.heartbeat.is_answered(ping)) {
                continue;
            }
            let portion = bus.for_books.len().min(PORTION);
            let messages = bus.for_books.drain(..portion);
            portions.extend(messages.map(|message| HostEffect::Send { to: vec![id], message }));
            bus.books_awaited = Some(bus.heartbeat.next_number()).filter(|_| !bus.for_books.is_empty());
            to_ping.extend(bus.books_awaited.map(|_| id));
        }
        for id in to_ping {
            // With the portion and not before it, so that its answer speaks of that.
            let before = self.effects.len();
            self.ping(now, id);
            portions.extend(self.effects.drain(before..));
        }
        portions
    }
}
