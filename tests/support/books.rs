// SPDX-License-Identifier: GPL-3.0-or-later
//! A player whose campaign is nothing but money, with its books, for tests over real sockets.

use std::collections::BTreeMap;
use std::sync::Arc;

use distributed_mekhq::net::campaign::{LoadedCampaign, Turn};
use distributed_mekhq::protocol::money::{Bundle, Currency, Money};
use distributed_mekhq::protocol::settlement::{HoldKey, RequestId};
use distributed_mekhq::protocol::transfer::WireTransferRequest;
use distributed_mekhq::protocol::{CampaignDate, Refusal};
use distributed_mekhq::session::Event;
use distributed_mekhq::session::settlement::{AssetsError, CampaignAssets, Delivery, Inspection, News, Settling};

use uuid::Uuid;

use super::{Player, campaign};

pub fn money(units: i64) -> Money {
    Money::new(Currency::parse("currency", "CSB").expect("a currency"), units * 100).expect("an amount")
}

fn units(bundle: &Bundle) -> i64 {
    bundle.money().map_or(0, |money| money.hundredths() / 100)
}

/// Cloned, it is half of a save.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Purse {
    pub free: i64,
    pub held: BTreeMap<HoldKey, i64>,
}

impl Purse {
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
        let free = if free > 0 { Bundle::of_money(money(free)).expect("above 0") } else { Bundle::default() };
        Ok(Inspection { free })
    }

    fn reserve(&mut self, key: HoldKey, bundle: &Bundle) -> Result<(), AssetsError> {
        if self.free < units(bundle) {
            return Err(AssetsError::Insufficient);
        }
        self.free -= units(bundle);
        assert_eq!(self.held.insert(key, units(bundle)), None, "set aside twice");
        Ok(())
    }

    fn release(&mut self, key: HoldKey, bundle: &Bundle) -> Result<(), AssetsError> {
        self.drop_hold(key, units(bundle));
        self.free += units(bundle);
        Ok(())
    }

    fn settle(&mut self, settling: &Settling) -> Result<(), AssetsError> {
        for (key, bundle) in &settling.released {
            self.release(*key, bundle)?;
        }
        for (key, bundle) in &settling.consumed {
            self.drop_hold(*key, units(bundle));
        }
        self.free -= units(&settling.taken);
        assert!(self.free >= 0, "more was taken than was free");
        Ok(())
    }

    fn deliver(&mut self, delivery: &Delivery) -> Result<(), AssetsError> {
        self.free += units(&delivery.bundle);
        Ok(())
    }
}

/// Campaign and memento as one unit.
#[derive(Debug, Clone)]
pub struct Save {
    purse: Purse,
    memento: String,
}

/// A campaign that was loaded, and the session that it is in.
pub struct Trader {
    pub player: Player,
    pub purse: Purse,
    number: u128,
    loaded: LoadedCampaign,
    /// What was heard and not yet waited for.
    news: Vec<News>,
}

impl Trader {
    /// A campaign of a fresh save, with so much money.
    pub fn new(player: Player, number: u128, free: i64) -> Self {
        let save = Save { purse: Purse { free, held: BTreeMap::new() }, memento: String::new() };
        Self::load(player, number, save)
    }

    pub fn load(player: Player, number: u128, save: Save) -> Self {
        let details = campaign(number);
        let mut loaded = LoadedCampaign::load(details.id, &save.memento, details.date).expect("a good memento");
        loaded.attach(u64::from(player.port_or(0)) << 8 | number as u64, Arc::clone(&player.session));
        Self { player, purse: save.purse, number, loaded, news: Vec::new() }
    }

    pub fn save(&self) -> Save {
        Save { purse: self.purse.clone(), memento: self.loaded.memento().to_text() }
    }

    fn session(&self) -> u64 {
        u64::from(self.player.port_or(0)) << 8 | self.number as u64
    }

    fn take(&mut self, turn: Turn) -> Result<(), Refusal> {
        self.news.extend(turn.news.into_iter().map(|(_, news)| news));
        turn.answer
    }

    /// Works through what the host says until such news comes.
    pub fn wait_for(&mut self, fits: impl Fn(&News) -> bool) -> News {
        loop {
            if let Some(at) = self.news.iter().position(&fits) {
                return self.news.drain(..=at).next_back().expect("found a line above");
            }
            let heard = self.news.len();
            if self.news().len() == heard {
                self.player.wait_for(|event| matches!(event, Event::BooksWaiting | Event::Resynchronised(_)));
            }
        }
    }

    /// What the host has said until now and nobody has waited for, worked through.
    pub fn news(&mut self) -> &[News] {
        let turn = self.loaded.work(&mut self.purse);
        self.take(turn).expect("working asks for nothing");
        &self.news
    }

    /// The campaign is on another day.
    pub fn stand_on(&mut self, date: CampaignDate) {
        let turn = self.loaded.day(date, &mut self.purse);
        self.take(turn).expect("a day asks for nothing");
    }

    /// Waits until there is news, and takes all: a save that is made then holds no more than what was heard.
    pub fn all_news(&mut self) -> Vec<News> {
        let first = self.wait_for(|_| true);
        std::iter::once(first).chain(self.news.drain(..)).collect()
    }

    /// Works through what the host has said by now. For each piece of news, whether it is told as this session's.
    pub fn told_as_of_this_session(&mut self) -> Vec<bool> {
        let turn = self.loaded.work(&mut self.purse);
        turn.news.iter().map(|(session, _)| *session == Some(self.session())).collect()
    }

    /// What is open, by the host's last word.
    pub fn open(&self) -> Vec<WireTransferRequest> {
        self.loaded.open_transfers(self.session())
    }

    pub fn confirmed(mut self) -> Self {
        self.wait_for(|news| matches!(news, News::Confirmed(_)));
        self
    }

    pub fn applied(&mut self) {
        self.wait_for(|news| matches!(news, News::Applied { .. }));
    }

    pub fn request(&mut self, target: u128, request: RequestId, units: i64) -> Result<(), Refusal> {
        let (source, target) = (campaign(self.number).id, campaign(target).id);
        let transfer = WireTransferRequest { source, target, request, amount: money(units), memo: String::new() };
        let turn = self.loaded.act(self.session(), &mut self.purse, |participant, session, _, assets| {
            participant.request_transfer(session, transfer, assets)
        });
        self.take(turn)
    }

    pub fn respond(&mut self, request: RequestId, accepted: bool) -> Result<(), Refusal> {
        let turn = self.loaded.act(self.session(), &mut self.purse, |participant, session, _, assets| {
            participant.respond_transfer(session, request, accepted, assets)
        });
        self.take(turn)
    }

    /// The player goes on from the end of a ledger that knows less than the save.
    pub fn exit_quarantine(&mut self, session: Uuid) -> Result<(), Refusal> {
        let turn = self
            .loaded
            .act(self.session(), &mut self.purse, |participant, _, _, _| participant.exit_quarantine(session));
        self.take(turn)
    }

    /// The player gives up a session that will never come back.
    pub fn abandon(&mut self, session: Uuid) {
        let turn = self.loaded.abandon(session, &mut self.purse);
        self.take(turn).expect("giving up asks for nothing");
    }
}
