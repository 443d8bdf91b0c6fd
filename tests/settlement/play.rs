// SPDX-License-Identifier: GPL-3.0-or-later
//! What players do, and what befalls them.

use distributed_mekhq::protocol::Text;
use distributed_mekhq::protocol::money::Bundle;
use distributed_mekhq::protocol::refusal::ErrorCode;
use distributed_mekhq::protocol::settlement::{Adjustment, RequestId};
use distributed_mekhq::protocol::transfer::WireTransferRequest;

use super::counts::Reached;
use super::purse::money;
use super::world::{Event, HOST, SESSION, World, id};

#[derive(Debug, Clone, Copy)]
enum Play {
    Ask,
    AskAgain,
    Answer,
    TakeBack,
    Cancel,
    Advance,
    Earn,
    Spend,
    Save,
    Reload,
    Abandon,
    Break,
    Mend,
    Skip,
    Crash,
    LoseLink,
    Partition,
    ConnectAnew,
    Adjust,
    Reject,
    FillDisk,
    CrashHost,
    BackUpOrRestore,
}

/// What anybody does, and how often.
const ANYBODY: &[(u64, Play)] = &[
    (20, Play::Ask),
    (5, Play::AskAgain),
    (35, Play::Answer),
    (4, Play::TakeBack),
    (6, Play::Cancel),
    (14, Play::Advance),
    (6, Play::Earn),
    (10, Play::Spend),
    (14, Play::Save),
    (5, Play::Reload),
    (1, Play::Abandon),
    (2, Play::Break),
    (5, Play::Mend),
    (2, Play::Skip),
    (2, Play::ConnectAnew),
];

/// What is played where one death is the only fault.
const QUIET: &[(u64, Play)] = &[
    (20, Play::Ask),
    (35, Play::Answer),
    (4, Play::TakeBack),
    (6, Play::Cancel),
    (8, Play::Advance),
    (6, Play::Spend),
    (20, Play::Save),
];

/// What befalls remote campaigns only.
const REMOTE: &[(u64, Play)] = &[(2, Play::Crash), (4, Play::LoseLink), (2, Play::Partition)];

/// What the host's player does, and what befalls the host.
const HOSTS: &[(u64, Play)] =
    &[(3, Play::Adjust), (1, Play::Reject), (2, Play::FillDisk), (4, Play::CrashHost), (3, Play::BackUpOrRestore)];

impl World {
    pub fn play(&mut self, campaign: usize) {
        if self.campaigns[campaign].process.is_none() {
            return;
        }
        if self.calm || self.random.percent(10) {
            self.leave_quarantine(campaign);
        }
        if self.calm {
            self.turn(campaign, |participant, purse| participant.day(purse.date, purse));
            return;
        }
        let own = if campaign == HOST { HOSTS } else { REMOTE };
        let choices = if self.death.is_some() { QUIET.to_vec() } else { [ANYBODY, own].concat() };
        let play = self.random.weighted(&choices);
        self.say(|| format!("{campaign} {play:?}"));
        match play {
            Play::Ask => self.ask(campaign),
            Play::AskAgain => self.ask_again(campaign),
            Play::Answer => self.answer(campaign, None),
            Play::TakeBack => self.answer(campaign, Some(false)),
            Play::Cancel => self.cancel(campaign),
            Play::Advance => self.advance(campaign),
            Play::Earn => self.earn(campaign),
            Play::Spend => self.spend(campaign),
            Play::Save => self.save(campaign),
            Play::Reload => self.reload(campaign),
            Play::Abandon => self.abandon(campaign),
            Play::Break => self.set_broken(campaign, true),
            Play::Mend => self.mend(campaign),
            Play::Skip => self.skip(campaign),
            Play::ConnectAnew => self.connect(campaign),
            Play::Crash => self.crash(campaign),
            Play::LoseLink => self.lose_link(campaign),
            Play::Partition => self.partition(campaign),
            Play::Adjust => self.adjust(),
            Play::Reject => self.reject(),
            Play::FillDisk => self.fill_disk(),
            Play::CrashHost => self.crash_host(),
            Play::BackUpOrRestore if self.nature.restores => self.back_up_or_restore(),
            Play::BackUpOrRestore => {}
        }
    }

    fn ask(&mut self, campaign: usize) {
        let others: Vec<_> = (0..self.campaigns.len()).filter(|&other| other != campaign).collect();
        let target = others[self.random.index(others.len())];
        let units = self.random.between(1, 400) as i64;
        let amount = money(if self.random.percent(60) { units } else { -units });
        let number = u128::from(self.random.next()) << 64 | u128::from(self.random.next()) | 1;
        let request = RequestId::from_u128(number);
        let (source, target) = (id(campaign), id(target));
        let transfer = WireTransferRequest { source, target, request, amount, memo: String::new() };
        self.asked.push(transfer.clone());
        self.request(campaign, transfer);
    }

    /// The same request once more, as a program would that does not trust its ears. What a restored ledger may have lost
    /// would be another request by an old id, which nobody makes.
    fn ask_again(&mut self, campaign: usize) {
        let own: Vec<_> = self.asked[self.perhaps_lost..]
            .iter()
            .filter(|transfer| transfer.source == id(campaign))
            .cloned()
            .collect();
        if !own.is_empty() {
            self.counts.add(Reached::Repeated);
            let transfer = own[self.random.index(own.len())].clone();
            self.request(campaign, transfer);
        }
    }

    fn request(&mut self, campaign: usize, transfer: WireTransferRequest) {
        self.turn(campaign, |participant, purse| {
            let _ = participant.request_transfer(SESSION, transfer, purse);
        });
    }

    /// Answers something that is asked of it.
    fn answer(&mut self, campaign: usize, wanted: Option<bool>) {
        let Some(running) = &self.campaigns[campaign].process else { return };
        let asked = running.participant.open_transfers(SESSION).filter(|open| open.target == id(campaign));
        let asked: Vec<_> = asked.map(|open| open.request).collect();
        if asked.is_empty() {
            return;
        }
        let request = asked[self.random.index(asked.len())];
        let accepted = wanted.unwrap_or_else(|| self.random.percent(75));
        if wanted.is_some() {
            self.counts.add(Reached::TakenBack);
        }
        self.turn(campaign, |participant, purse| {
            let _ = participant.respond_transfer(SESSION, request, accepted, purse);
        });
    }

    fn cancel(&mut self, campaign: usize) {
        let own: Vec<_> = self.asked.iter().filter(|transfer| transfer.source == id(campaign)).collect();
        if own.is_empty() {
            return;
        }
        let request = own[own.len() - 1 - self.random.index(own.len().min(4))].request;
        self.turn(campaign, |participant, _| {
            let _ = participant.cancel_transfer(SESSION, request);
        });
    }

    fn advance(&mut self, campaign: usize) {
        let days = self.random.between(1, 3) as i64;
        self.turn(campaign, |participant, purse| {
            purse.date = purse.date.plus_days(days).expect("far from the last year");
            participant.day(purse.date, purse);
        });
    }

    fn earn(&mut self, campaign: usize) {
        let units = self.random.between(1, 200) as i64;
        self.turn(campaign, |_, purse| {
            purse.free += units;
            purse.income += units;
        });
    }

    fn spend(&mut self, campaign: usize) {
        let units = self.random.between(1, 500) as i64;
        self.turn(campaign, |_, purse| {
            let spent = units.min(purse.free);
            purse.free -= spent;
            purse.income -= spent;
        });
    }

    /// The player loads another save, which connects anew.
    fn reload(&mut self, campaign: usize) {
        if !self.nature.reloads {
            return;
        }
        self.counts.add(if campaign == HOST { Reached::HostReloaded } else { Reached::Reloaded });
        let back = self.random.below(12) as usize;
        self.load(campaign, back);
        self.connect(campaign);
    }

    fn abandon(&mut self, campaign: usize) {
        if self.nature.reloads {
            self.counts.add(Reached::Abandoned);
            self.turn(campaign, |participant, purse| participant.abandon(SESSION, purse));
            self.connect(campaign);
        }
    }

    fn set_broken(&mut self, campaign: usize, broken: bool) {
        if let Some(running) = &mut self.campaigns[campaign].process {
            running.purse.broken = broken;
        }
    }

    /// The campaign works again, and its player says so.
    pub fn mend(&mut self, campaign: usize) {
        self.set_broken(campaign, false);
        self.turn(campaign, |participant, purse| participant.day(purse.date, purse));
    }

    fn skip(&mut self, campaign: usize) {
        let paused = self.campaigns[campaign].process.as_ref().is_some_and(|it| it.participant.is_paused(SESSION));
        if paused {
            self.counts.add(Reached::Skipped);
            self.turn(campaign, |participant, purse| participant.skip(SESSION, purse.date, purse));
        }
    }

    fn leave_quarantine(&mut self, campaign: usize) {
        let wants_out = self.campaigns[campaign].process.as_ref().is_some_and(|running| running.quarantined);
        if wants_out {
            self.turn(campaign, |participant, _| {
                let _ = participant.exit_quarantine(SESSION);
            });
        }
    }

    /// Each side notices in its own time.
    fn lose_link(&mut self, campaign: usize) {
        let Some(bus) = self.campaigns[campaign].bus else { return };
        self.counts.add(Reached::LinkBroken);
        for here in [true, false] {
            let notice = self.random.between(1, 5_000);
            self.plan(notice, if here { Event::BreakHere(campaign, bus) } else { Event::BreakThere(campaign, bus) });
        }
    }

    fn partition(&mut self, campaign: usize) {
        self.counts.add(Reached::Partitioned);
        let length = self.random.between(500, 8_000);
        self.campaigns[campaign].blocked_until = self.now + length;
        if self.random.percent(50) {
            self.lose_link(campaign);
        }
    }

    fn adjust(&mut self) {
        let campaign = self.random.index(self.campaigns.len());
        let units = money(self.random.between(1, 100) as i64);
        let bundle = Bundle::of_money(units).expect("above 0");
        let takes = self.nature.reloads && self.random.percent(40);
        let (outgoing, incoming) = if takes { (bundle, Bundle::default()) } else { (Bundle::default(), bundle) };
        let repairs = self.random.percent(50);
        let due = self.campaigns[HOST].date();
        self.exchange(|exchange, around| {
            let exit = if repairs { exchange.accounts().exits(id(campaign)) } else { 0 };
            let reason = Text::parse("reason", "set right").expect("a text");
            let adjustment = Adjustment { campaign: id(campaign), outgoing, incoming, reason, exit, due, place: None };
            let _ = exchange.adjust(adjustment, around);
        });
    }

    /// A campaign is shut out: all that it has open is rejected.
    fn reject(&mut self) {
        let campaign = self.random.index(self.campaigns.len());
        self.exchange(|exchange, _| exchange.reject_open_of(id(campaign), ErrorCode::Banned));
    }

    fn fill_disk(&mut self) {
        let full = self.random.percent(40);
        if full {
            self.counts.add(Reached::DiskFull);
        }
        self.host.disk.set_full(full);
    }
}
