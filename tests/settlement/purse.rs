// SPDX-License-Identifier: GPL-3.0-or-later
//! A campaign that is nothing but money, and remembers what it was told to do with it.

use std::collections::{BTreeMap, BTreeSet};

use distributed_mekhq::protocol::CampaignDate;
use distributed_mekhq::protocol::money::{Bundle, Currency, Money};
use distributed_mekhq::protocol::settlement::{HoldKey, RequestId};
use distributed_mekhq::session::settlement::{AssetsError, CampaignAssets, Delivery, Inspection, Settling};

/// What each campaign begins with.
pub const BEGIN: i64 = 600;

pub fn money(units: i64) -> Money {
    Money::new(Currency::parse("currency", "CSB").expect("a currency"), units * 100).expect("an amount")
}

pub fn units(bundle: &Bundle) -> i64 {
    bundle.money().map_or(0, |money| money.hundredths() / 100)
}

/// Money, and the sums that explain it. Cloned, it is what a save holds of the campaign.
#[derive(Debug, Clone)]
pub struct Purse {
    pub free: i64,
    pub held: BTreeMap<HoldKey, i64>,
    /// Earned and spent in play.
    #[allow(dead_code, reason = "not every test plays")]
    pub income: i64,
    /// All that settlements gave, without what they took.
    pub applied: i64,
    /// Requests that an accepting settlement has ended.
    pub accepted: BTreeSet<RequestId>,
    pub date: CampaignDate,
    /// Whatever changes something fails.
    pub broken: bool,
    /// The first thing that must not have happened.
    pub wrong: Option<String>,
}

impl Purse {
    pub fn new(date: CampaignDate) -> Self {
        Self {
            free: BEGIN,
            held: BTreeMap::new(),
            income: 0,
            applied: 0,
            accepted: BTreeSet::new(),
            date,
            broken: false,
            wrong: None,
        }
    }

    fn works(&self) -> Result<(), AssetsError> {
        if self.broken { Err(AssetsError::Failed("out of order".into())) } else { Ok(()) }
    }

    fn expect(&mut self, holds: bool, what: &str) {
        if !holds {
            self.wrong.get_or_insert_with(|| what.to_owned());
        }
    }

    fn take_from_hold(&mut self, key: HoldKey, amount: i64) {
        let left = self.held.get(&key).copied().unwrap_or_default() - amount;
        self.expect(left >= 0, "more was released or consumed than was set aside");
        self.held.insert(key, left);
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
        self.works()?;
        let amount = units(bundle);
        if self.free < amount {
            return Err(AssetsError::Insufficient);
        }
        self.free -= amount;
        let before = self.held.insert(key, amount);
        self.expect(before.is_none(), "set aside twice for one promise");
        Ok(())
    }

    fn release(&mut self, key: HoldKey, bundle: &Bundle) -> Result<(), AssetsError> {
        self.works()?;
        self.take_from_hold(key, units(bundle));
        self.free += units(bundle);
        Ok(())
    }

    fn settle(&mut self, settling: &Settling) -> Result<(), AssetsError> {
        self.works()?;
        for (key, bundle) in &settling.released {
            self.take_from_hold(*key, units(bundle));
            self.free += units(bundle);
        }
        for (key, bundle) in &settling.consumed {
            self.take_from_hold(*key, units(bundle));
        }
        self.free -= units(&settling.taken);
        self.expect(self.free >= 0, "more was taken than was free");
        let outcome = &settling.outcome;
        self.applied += units(&outcome.incoming) - units(&outcome.outgoing);
        if let Some(request) = outcome.request.filter(|_| !outcome.incoming.is_empty() || !outcome.outgoing.is_empty())
        {
            let first = self.accepted.insert(request);
            self.expect(first, "one request was settled twice in one line of saves");
        }
        Ok(())
    }

    fn deliver(&mut self, delivery: &Delivery) -> Result<(), AssetsError> {
        self.works()?;
        let due = delivery.due <= self.date;
        self.expect(due, "something arrived from the future");
        self.free += units(&delivery.bundle);
        Ok(())
    }
}
