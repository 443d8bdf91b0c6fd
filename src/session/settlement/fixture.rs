// SPDX-License-Identifier: GPL-3.0-or-later
//! What the tests of the room share: a campaign that is nothing but money, and a host and its campaigns around a table,
//! whose messages travel one by one when the test says so.

use std::collections::{BTreeMap, VecDeque};

use uuid::Uuid;

use super::*;
use crate::protocol::entry::Record;
use crate::protocol::money::{Bundle, Currency, Money};
use crate::protocol::refusal::ErrorCode;
use crate::protocol::settlement::{Adjustment, HoldKey, RequestId};
use crate::protocol::transfer::WireTransferRequest;
use crate::protocol::{BusMessage, CampaignDate, CampaignId, Refusal, Text};

pub const SESSION: Uuid = Uuid::from_u128(900);

/// The host campaign, and two remote ones.
pub const H: usize = 0;
pub const A: usize = 1;
pub const B: usize = 2;

pub fn money(units: i64) -> Money {
    Money::new(Currency::parse("currency", "CSB").expect("a currency"), units * 100).expect("an amount")
}

pub fn bundle(units: i64) -> Bundle {
    Bundle::of_money(money(units)).expect("above 0")
}

pub fn units(bundle: &Bundle) -> i64 {
    bundle.money().map_or(0, |money| money.hundredths() / 100)
}

pub fn day(number: i64) -> CampaignDate {
    CampaignDate::parse("date", "3025-01-01").ok().and_then(|first| first.plus_days(number - 1)).expect("a date")
}

pub fn id(seat: usize) -> CampaignId {
    CampaignId::from_u128(seat as u128 + 1)
}

pub fn request(number: u128) -> RequestId {
    RequestId::from_u128(number)
}

pub fn key(number: u128, revision: u64) -> HoldKey {
    HoldKey { request: request(number), revision }
}

/// A campaign that is nothing but money. Cloned, it is a save.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Purse {
    pub free: i64,
    pub held: BTreeMap<HoldKey, i64>,
    /// Every call that changes something fails.
    pub broken: bool,
}

impl Purse {
    pub fn of(free: i64) -> Self {
        Self { free, held: BTreeMap::new(), broken: false }
    }

    fn works(&self) -> Result<(), AssetsError> {
        if self.broken { Err(AssetsError::Failed("broken".into())) } else { Ok(()) }
    }

    fn drop_hold(&mut self, key: HoldKey, amount: i64) {
        let held = self.held.get_mut(&key).expect("only what was set aside is released or consumed");
        *held -= amount;
        assert!(*held >= 0, "more than was set aside");
        self.held.retain(|_, held| *held > 0);
    }
}

impl CampaignAssets for Purse {
    fn inspect(&mut self, bundle: &Bundle) -> Result<Inspection, AssetsError> {
        let free = self.free.min(units(bundle));
        Ok(Inspection { free: if free > 0 { self::bundle(free) } else { Bundle::default() } })
    }

    fn reserve(&mut self, key: HoldKey, bundle: &Bundle) -> Result<(), AssetsError> {
        self.works()?;
        let amount = units(bundle);
        if self.free < amount {
            return Err(AssetsError::Insufficient);
        }
        self.free -= amount;
        assert_eq!(self.held.insert(key, amount), None, "set aside twice");
        Ok(())
    }

    fn release(&mut self, key: HoldKey, bundle: &Bundle) -> Result<(), AssetsError> {
        self.works()?;
        self.drop_hold(key, units(bundle));
        self.free += units(bundle);
        Ok(())
    }

    fn settle(&mut self, settling: &Settling) -> Result<(), AssetsError> {
        self.works()?;
        for (key, bundle) in &settling.released {
            self.drop_hold(*key, units(bundle));
            self.free += units(bundle);
        }
        for (key, bundle) in &settling.consumed {
            self.drop_hold(*key, units(bundle));
        }
        self.free -= units(&settling.taken);
        assert!(self.free >= 0, "more was taken than was free");
        Ok(())
    }

    fn deliver(&mut self, delivery: &Delivery) -> Result<(), AssetsError> {
        self.works()?;
        self.free += units(&delivery.bundle);
        Ok(())
    }
}

/// A save: campaign, books and date are one unit.
#[derive(Debug, Clone)]
pub struct Save {
    pub purse: Purse,
    pub books: Books,
    pub date: CampaignDate,
}

/// A campaign at the table, with what is on its way to it and from it.
pub struct Seat {
    pub participant: Participant,
    pub purse: Purse,
    pub date: CampaignDate,
    pub bus: BusNumber,
    pub up: VecDeque<BusMessage>,
    pub down: VecDeque<BusMessage>,
    pub news: Vec<News>,
}

/// A host's exchange, and the campaigns of its session.
pub struct Table {
    pub exchange: Exchange,
    pub seats: Vec<Seat>,
    pub records: Vec<Record>,
    pub unix_ms: i64,
}

struct Dates(Vec<CampaignDate>, i64);

impl World for Dates {
    fn date(&self, campaign: CampaignId) -> Option<CampaignDate> {
        (0..self.0.len()).find(|&seat| id(seat) == campaign).map(|seat| self.0[seat])
    }

    fn unix_ms(&self) -> i64 {
        self.1
    }
}

impl Table {
    /// Three campaigns with 100 each on day 1, all connected.
    pub fn connected() -> Self {
        let mut table = Self::away();
        for seat in [H, A, B] {
            table.connect(seat);
        }
        table.pump();
        table
    }

    pub fn away() -> Self {
        let seat = |seat| Seat {
            participant: Participant::new(id(seat), Books::default()),
            purse: Purse::of(100),
            date: day(1),
            bus: 0,
            up: VecDeque::new(),
            down: VecDeque::new(),
            news: Vec::new(),
        };
        let exchange = Exchange::new(SESSION, None);
        Self { exchange, seats: [H, A, B].map(seat).into(), records: Vec::new(), unix_ms: 0 }
    }

    fn world(&self) -> Dates {
        Dates(self.seats.iter().map(|seat| seat.date).collect(), self.unix_ms)
    }

    /// A bus opens; what was on its way on the old one is gone.
    pub fn connect(&mut self, seat: usize) {
        self.exchange.opened(id(seat));
        let at = &mut self.seats[seat];
        at.bus += 1;
        at.up.clear();
        at.down.clear();
        let position = at.participant.open(SESSION, at.bus);
        self.exchange.greeted(id(seat), &position);
        self.collect(seat);
    }

    pub fn disconnect(&mut self, seat: usize) {
        self.exchange.closed(id(seat));
        let at = &mut self.seats[seat];
        at.participant.close(SESSION, at.bus);
        at.up.clear();
        at.down.clear();
        self.collect(seat);
    }

    pub fn save(&self, seat: usize) -> Save {
        let at = &self.seats[seat];
        Save { purse: at.purse.clone(), books: at.participant.books().clone(), date: at.date }
    }

    /// Loads a save without connecting anew.
    pub fn load(&mut self, seat: usize, save: &Save) {
        let at = &mut self.seats[seat];
        at.participant = Participant::new(id(seat), save.books.clone());
        at.purse = save.purse.clone();
        at.date = save.date;
    }

    pub fn reload(&mut self, seat: usize, save: &Save) {
        self.load(seat, save);
        self.connect(seat);
        self.pump();
    }

    /// What campaign and host want done goes on its way.
    pub fn collect(&mut self, seat: usize) {
        let outputs = self.seats[seat].participant.take_outputs();
        for output in outputs {
            match output {
                Output::Send(session, message) => {
                    assert_eq!(session, SESSION);
                    self.seats[seat].up.push_back(message);
                }
                Output::Tell(_, news) => self.seats[seat].news.push(news),
                Output::Reconnect(_) => self.connect(seat),
            }
        }
        for effect in self.exchange.take_effects() {
            match effect {
                ExchangeEffect::Record(record) => self.records.push(record),
                ExchangeEffect::Send(campaign, message) | ExchangeEffect::SendAtOnce(campaign, message) => {
                    let to = self.seats.iter().position(|at| at.participant.campaign == campaign);
                    self.seats[to.expect("a campaign of the session")].down.push_back(message);
                }
            }
        }
    }

    /// One message reaches the host.
    pub fn up(&mut self, seat: usize) {
        let world = self.world();
        if let Some(message) = self.seats[seat].up.pop_front() {
            self.exchange.message(id(seat), message, &world);
        }
        self.collect(seat);
    }

    /// One message reaches a campaign.
    pub fn down(&mut self, seat: usize) {
        let at = &mut self.seats[seat];
        if let Some(message) = at.down.pop_front() {
            at.participant.receive(SESSION, at.bus, message, at.date, &mut at.purse);
        }
        self.collect(seat);
    }

    /// All messages reach whom they are for.
    pub fn pump(&mut self) {
        while self.seats.iter().any(|at| !at.up.is_empty() || !at.down.is_empty()) {
            for seat in 0..self.seats.len() {
                self.up(seat);
                self.down(seat);
            }
        }
    }

    pub fn wire(&mut self, from: usize, to: usize, number: u128, units: i64) -> Result<(), ErrorCode> {
        let transfer = transfer(from, to, number, units);
        let at = &mut self.seats[from];
        let asked = at.participant.request_transfer(SESSION, transfer, &mut at.purse);
        self.collect(from);
        asked.map_err(code)
    }

    pub fn respond(&mut self, seat: usize, number: u128, accepted: bool) -> Result<(), ErrorCode> {
        let at = &mut self.seats[seat];
        let answered = at.participant.respond_transfer(SESSION, request(number), accepted, &mut at.purse);
        self.collect(seat);
        answered.map_err(code)
    }

    pub fn cancel(&mut self, seat: usize, number: u128) {
        self.seats[seat].participant.cancel_transfer(SESSION, request(number)).expect("connected");
        self.collect(seat);
    }

    /// Asked, accepted and completed, as far as nobody is away.
    pub fn transfer(&mut self, from: usize, to: usize, number: u128, units: i64) {
        self.wire(from, to, number, units).expect("there is enough");
        self.pump();
        self.respond(to, number, true).expect("it was asked");
        self.pump();
    }

    pub fn advance(&mut self, seat: usize, to: i64) {
        let at = &mut self.seats[seat];
        at.date = day(to);
        at.participant.day(at.date, &mut at.purse);
        self.collect(seat);
    }

    /// The host's process starts anew from so many records.
    pub fn restart_host(&mut self, records: usize) {
        self.records.truncate(records);
        self.exchange = Exchange::new(SESSION, None);
        for record in &self.records {
            self.exchange.apply(record);
        }
        for at in &mut self.seats {
            at.participant.close(SESSION, at.bus);
            at.up.clear();
            at.down.clear();
        }
    }

    pub fn with_world(&mut self, act: impl FnOnce(&mut Exchange, &dyn World)) {
        let world = self.world();
        act(&mut self.exchange, &world);
        self.collect(H);
    }

    pub fn free(&self, seat: usize) -> i64 {
        self.seats[seat].purse.free
    }

    pub fn held(&self, seat: usize) -> i64 {
        self.seats[seat].purse.held.values().sum()
    }

    pub fn arriving(&self, seat: usize) -> i64 {
        self.book(seat).arrivals.values().map(|arrival| units(&arrival.bundle)).sum()
    }

    pub fn debt(&self, seat: usize) -> i64 {
        self.book(seat).debts.values().map(|debt| debt / 100).sum()
    }

    pub fn book(&self, seat: usize) -> Book {
        self.seats[seat].participant.books().get(SESSION).cloned().unwrap_or_default()
    }

    /// Free, held, arriving, and owed.
    pub fn wealth(&self, seat: usize) -> (i64, i64, i64, i64) {
        (self.free(seat), self.held(seat), self.arriving(seat), self.debt(seat))
    }

    pub fn state(&self, number: u128) -> crate::session::transfer::TransferState {
        self.exchange.transfers().get(request(number)).expect("it was recorded").state
    }
}

pub fn transfer(from: usize, to: usize, number: u128, units: i64) -> WireTransferRequest {
    let (source, target) = (id(from), id(to));
    WireTransferRequest { source, target, request: request(number), amount: money(units), memo: String::new() }
}

pub fn adjustment(seat: usize, units: i64) -> Adjustment {
    Adjustment {
        campaign: id(seat),
        outgoing: if units < 0 { bundle(-units) } else { Bundle::default() },
        incoming: if units > 0 { bundle(units) } else { Bundle::default() },
        reason: Text::parse("reason", "lost in the mail").expect("a text"),
        exit: 0,
        due: day(1),
        place: None,
    }
}

fn code(refusal: Refusal) -> ErrorCode {
    refusal.code
}
