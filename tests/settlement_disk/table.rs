// SPDX-License-Identifier: GPL-3.0-or-later
//! A host on a disk that can fail, and two remote campaigns that send each other money.

use std::sync::Arc;

use distributed_mekhq::net::host::HostOptions;
use distributed_mekhq::net::transport::TcpConnector;
use distributed_mekhq::protocol::refusal::ErrorCode;
use distributed_mekhq::protocol::settlement::RequestId;
use distributed_mekhq::protocol::timeline::CampaignDateChanged;
use distributed_mekhq::protocol::{BusMessage, CampaignDate, CampaignId, Refusal};
use distributed_mekhq::session::settlement::News;
use distributed_mekhq::session::timeline::MayAdvance;
use distributed_mekhq::session::{Announcement, Event, LedgerState};
use tempfile::TempDir;

use crate::storage::Disk;
use crate::support::books::{Save, Trader};
use crate::support::{Player, date, host_options, remote_options};

const HOST: u128 = 100;
const A: u128 = 1;
const B: u128 = 2;
/// What each has at first.
const MONEY: i64 = 1_000;

/// What was seen, for the proof's figures.
#[derive(Debug, Default)]
pub struct Counts {
    pub completed: u64,
    pub refused: u64,
    pub days: u64,
}

/// Everyone, and what they have done.
pub struct Table {
    host: Option<Player>,
    port: u16,
    disk: Disk,
    a: Trader,
    b: Trader,
    first_saves: [Save; 2],
    year: i32,
    requests: u128,
    pub counts: Counts,
}

/// A campaign day; a year passes from each to the next.
fn day(year: i32) -> CampaignDate {
    date(&format!("{year:04}-01-01"))
}

fn options(port: u16, folder: &TempDir, year: i32) -> HostOptions {
    let mut options = host_options(HOST, port, folder.path());
    options.campaign.date = day(year);
    options
}

fn load(computer: &Arc<TempDir>, number: u128, port: u16, year: i32, save: Save) -> Trader {
    let mut options = remote_options(number, port, computer.path());
    options.campaign.date = day(year);
    let mut trader = Trader::load(Player::join_with(computer, options, TcpConnector::new()), number, save);
    trader.stand_on(day(year));
    trader.player.wait_for(|event| matches!(event, Event::Connected { .. }));
    trader
}

impl Table {
    /// Everyone has joined.
    pub fn on(disk: Disk) -> Self {
        let year = 3025;
        let host = Player::host_with(disk.folder(), options(0, disk.folder(), year)).expect("the disk works");
        let port = host.port();
        let join = |number| Trader::new(Player::joined(number, port), number, MONEY).confirmed();
        let (a, b) = (join(A), join(B));
        let first_saves = [a.save(), b.save()];
        Self { host: Some(host), port, disk, a, b, first_saves, year, requests: 0, counts: Counts::default() }
    }

    pub fn disk(&self) -> &Disk {
        &self.disk
    }

    fn host(&self) -> &Player {
        self.host.as_ref().expect("it is stopped only for a moment")
    }

    fn request(&mut self) -> RequestId {
        self.requests += 1;
        let request = RequestId::from_u128(self.requests);
        self.a.request(B, request, 1).expect("there is enough");
        request
    }

    /// A request that is on the disk and waits for B's answer.
    pub fn ask(&mut self) -> RequestId {
        let request = self.request();
        self.b.wait_for(|news| matches!(news, News::Asked(asked) if asked.request == request));
        request
    }

    /// The disk has just failed. A request is taken and goes no further; the host tells why.
    pub fn ask_in_vain(&mut self) -> (RequestId, String) {
        (self.request(), self.see_read_only())
    }

    /// Why the host cannot write its ledger.
    pub fn see_read_only(&self) -> String {
        let state = self.host().wait_for(|event| matches!(event, Event::LedgerChanged(_)));
        let Event::LedgerChanged(LedgerState::ReadOnly(reason)) = state else { panic!("{state:?}") };
        reason
    }

    /// New requests and answers are refused by name, and nobody has lost anything by it.
    pub fn see_refusals(&mut self, asked: RequestId) {
        let before = self.a.purse.free;
        self.request();
        refused(&mut self.a, "WireTransferRequest");
        assert_eq!(self.a.purse.free, before, "what was set aside is free again");
        self.b.respond(asked, true).expect("it was asked");
        refused(&mut self.b, "WireTransferResponse");
        self.counts.refused += 2;
        self.see_sums();
    }

    /// Whatever happens: what one has not, the other has.
    pub fn see_sums(&self) {
        let held: i64 = [&self.a, &self.b].iter().flat_map(|trader| trader.purse.held.values()).sum();
        assert_eq!(self.a.purse.free + self.b.purse.free + held, 2 * MONEY);
    }

    /// The host's calendar goes on, and the remotes' up to there and not past it.
    pub fn pass_a_day(&mut self) {
        let (before, now) = (day(self.year), day(self.year + 1));
        self.year += 1;
        let host = self.host.as_ref().expect("it runs");
        let is_there = |number: u128| {
            let told = CampaignDateChanged { campaign: CampaignId::from_u128(number), date: now, jump: false };
            move |event: &Event| *event == Event::CampaignDateChanged(told.clone())
        };
        let moved = Announcement::DateChanged { date: now, jump: false };
        host.session.announce(moved.clone()).expect("the calendar goes on");
        for (trader, number) in [(&mut self.a, A), (&mut self.b, B)] {
            trader.player.wait_for(is_there(HOST));
            assert_eq!(trader.player.session.may_advance(before), MayAdvance::Allowed);
            trader.player.session.announce(moved.clone()).expect("the host is there already");
            trader.stand_on(now);
            host.wait_for(is_there(number));
            assert_eq!(trader.player.session.may_advance(now), MayAdvance::WaitForHost);
        }
        self.counts.days += 1;
    }

    /// B's player loads the game again. It is let in, but what it would be told of requests waits for the disk.
    pub fn load_b_again(&mut self) {
        let save = self.b.save();
        self.b.player.session.close();
        self.b = load(self.b.player.computer(), B, self.port, self.year, save);
        assert!(self.b.news().is_empty());
    }

    /// The disk works again: the host tells so by itself, and B is told what is open.
    pub fn see_writable(&mut self, open: usize) {
        self.host().wait_for(|event| *event == Event::LedgerChanged(LedgerState::Writable));
        self.b.wait_for(|news| matches!(news, News::Confirmed(listed) if listed.len() == open));
    }

    /// B says yes to what was asked, and each completes.
    pub fn complete(&mut self, asked: &[RequestId]) {
        for &request in asked {
            self.b.respond(request, true).expect("it was asked");
            self.a.applied();
            self.b.applied();
            self.counts.completed += 1;
        }
        self.see_balances();
    }

    /// Each transfer that completed did so once, and no other one did.
    pub fn see_balances(&self) {
        let moved = i64::try_from(self.counts.completed).expect("not that many");
        assert_eq!((self.a.purse.free, self.b.purse.free), (MONEY - moved, MONEY + moved));
        assert!(self.a.purse.held.is_empty() && self.b.purse.held.is_empty());
    }

    pub fn stop(&mut self) {
        self.host().session.close();
        self.host = None;
    }

    /// Hosts the campaign again.
    pub fn try_start(&mut self) -> Result<(), Refusal> {
        let folder = self.disk.folder();
        self.host = Some(Player::host_with(folder, options(self.port, folder, self.year))?);
        Ok(())
    }

    /// The remotes come back by themselves, and have so many requests open.
    pub fn see_all_back(&mut self, open: usize) {
        for trader in [&mut self.a, &mut self.b] {
            trader.wait_for(|news| matches!(news, News::Confirmed(listed) if listed.len() == open));
        }
    }

    /// Starts the host again. What its ledger holds leads even the first saves to where the last ones are.
    pub fn start_again_with_first_saves(&mut self) {
        self.stop();
        self.try_start().expect("the disk works");
        self.see_all_back(0);
        let [save_a, save_b] = self.first_saves.clone();
        for (trader, number, save) in [(&mut self.a, A, save_a), (&mut self.b, B, save_b)] {
            trader.player.session.close();
            *trader = load(trader.player.computer(), number, self.port, self.year, save).confirmed();
        }
        self.see_balances();
    }

    /// Nothing stays open for the next test.
    pub fn end(mut self) -> Counts {
        self.stop();
        self.counts
    }
}

fn refused(trader: &mut Trader, name: &str) {
    let said = trader.wait_for(|news| matches!(news, News::Said(BusMessage::Refused(_))));
    let News::Said(BusMessage::Refused(refused)) = said else { panic!("{said:?}") };
    assert_eq!((refused.code, refused.refused.as_str()), (ErrorCode::HostReadOnly, name));
}
