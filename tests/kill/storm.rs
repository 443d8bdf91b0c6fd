// SPDX-License-Identifier: GPL-3.0-or-later
//! A remote campaign that wires money to others as fast as the host takes it, whatever becomes of the host. It keeps a
//! save now and then, and now and then goes on from it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;

use distributed_mekhq::net::transport::TcpConnector;
use distributed_mekhq::protocol::settlement::{OpenContent, RequestId};
use distributed_mekhq::protocol::transfer::{WireTransferCompleted, WireTransferRequest};
use distributed_mekhq::protocol::{BusMessage, CampaignId, HostAddress};
use distributed_mekhq::session::Event;
use distributed_mekhq::session::settlement::News;
use tempfile::TempDir;

use super::host::ADDRESS;
use super::random::Random;
use super::support::books::{Save, Trader};
use super::support::{Player, remote_options};

/// The campaigns that wire to each other, by their numbers.
pub const CAMPAIGNS: [u128; 4] = [1, 2, 3, 4];

/// What each campaign begins with.
pub const BEGIN: i64 = 1_000;

/// Transfers of one campaign that are under way at once.
const WINDOW: usize = 8;

/// The outcomes that a campaign was told, by request, without their places.
pub type Outcomes = BTreeMap<RequestId, WireTransferCompleted>;

/// A save, and what had been applied in it.
#[derive(Clone)]
struct Line {
    save: Save,
    outcomes: Outcomes,
    /// The number of the settlement that was applied last.
    last: u64,
}

/// A campaign, loaded, and all that it was ever told.
pub struct Campaign {
    number: u128,
    port: u16,
    computer: Arc<TempDir>,
    trader: Trader,
    line: Line,
    /// The save to go back to.
    kept: Line,
    /// In all lines of saves.
    told: Outcomes,
    /// Its own requests that are under way.
    asked: BTreeSet<RequestId>,
    random: Random,
    /// Told of each outcome.
    progress: Sender<()>,
    /// How often an older save was loaded.
    pub reloads: u64,
}

/// What the campaign was told, and what it has.
pub struct Ledgered {
    pub number: u128,
    pub free: i64,
    pub held: usize,
    pub outcomes: Outcomes,
    pub told: Outcomes,
}

impl Campaign {
    pub fn join(number: u128, port: u16, random: Random, progress: Sender<()>) -> Self {
        let computer = Arc::new(tempfile::tempdir().expect("a folder"));
        let trader = Trader::new(connected(&computer, number, port), number, BEGIN);
        let line = Line { save: trader.save(), outcomes: Outcomes::new(), last: 0 };
        let (kept, told, asked) = (line.clone(), Outcomes::new(), BTreeSet::new());
        Self { number, port, computer, trader, line, kept, told, asked, random, progress, reloads: 0 }
    }

    /// Wires, answers and applies until it is to stop, which it sees when the host says something.
    pub fn storm(&mut self, stop: &AtomicBool) {
        while !stop.load(Ordering::SeqCst) {
            if self.hear() {
                self.confirmed_in_storm();
            }
            self.ask();
        }
    }

    /// Loads the save as it is now and ends what is open.
    pub fn drain(&mut self) {
        self.line.save = self.trader.save();
        self.load(self.line.clone());
        while !self.hear() {}
        while !self.trader.open().is_empty() {
            self.hear();
        }
    }

    /// From the very first save, all that the host has for it.
    pub fn replay(&mut self) {
        let outcomes = std::mem::take(&mut self.line.outcomes);
        let first = Trader::new(self.rejoined(), self.number, BEGIN);
        self.trader = first;
        self.line = Line { save: self.trader.save(), outcomes: Outcomes::new(), last: 0 };
        while !self.hear() {}
        assert_eq!(
            self.line.outcomes, outcomes,
            "campaign {}: the first save learns what the last one knows",
            self.number
        );
    }

    pub fn result(&self) -> Ledgered {
        let (outcomes, told) = (self.line.outcomes.clone(), self.told.clone());
        let purse = &self.trader.purse;
        Ledgered { number: self.number, free: purse.free, held: purse.held.len(), outcomes, told }
    }

    /// Takes what the host says next. Whether host and campaign agree from now on.
    fn hear(&mut self) -> bool {
        let mut confirmed = false;
        for news in self.trader.all_news() {
            confirmed |= self.take(news);
        }
        confirmed
    }

    fn take(&mut self, news: News) -> bool {
        match news {
            News::Applied { place, message: BusMessage::WireTransferCompleted(completed), .. } => {
                assert_eq!(place.number, self.line.last + 1, "campaign {}: in order, none left out", self.number);
                self.line.last = place.number;
                self.applied(WireTransferCompleted { place: None, ..completed });
            }
            News::Asked(request) => self.answer(&request),
            News::Confirmed(open) => {
                self.asked.clear();
                for request in open {
                    let OpenContent::Wire(transfer) = request.content else { panic!("only transfers are made") };
                    if transfer.target == CampaignId::from_u128(self.number) {
                        self.answer(&transfer);
                    } else {
                        self.asked.insert(transfer.request);
                    }
                }
                return true;
            }
            News::Said(_) | News::Withdrawn(_) => {}
            wrong => panic!("campaign {}: {wrong:?}", self.number),
        }
        false
    }

    fn applied(&mut self, completed: WireTransferCompleted) {
        let request = completed.request;
        self.asked.remove(&request);
        let again = self.line.outcomes.insert(request, completed.clone());
        assert_eq!(again, None, "campaign {}: applied twice in one line of saves", self.number);
        if let Some(before) = self.told.insert(request, completed.clone()) {
            assert_eq!(before, completed, "campaign {}: a request ends once", self.number);
        }
        // Nobody counts any more once the storm is over.
        let _ = self.progress.send(());
    }

    /// Mostly yes. Where that cannot be said, the host is out of reach or asks again.
    fn answer(&mut self, request: &WireTransferRequest) {
        let _ = self.trader.respond(request.request, !self.random.percent(10));
    }

    fn ask(&mut self) {
        while self.asked.len() < WINDOW {
            let target = CAMPAIGNS[self.random.index(CAMPAIGNS.len())];
            let request = RequestId::from_u128(u128::from(self.random.next()) << 64 | u128::from(self.random.next()));
            let units = self.random.between(1, 50).cast_signed();
            let units = if self.random.percent(25) { -units } else { units };
            if target == self.number {
                continue;
            }
            if self.trader.request(target, request, units).is_err() {
                return;
            }
            self.asked.insert(request);
        }
    }

    fn confirmed_in_storm(&mut self) {
        if self.random.percent(10) {
            self.reloads += 1;
            self.load(self.kept.clone());
        } else if self.random.percent(50) {
            self.line.save = self.trader.save();
            self.kept = self.line.clone();
        }
    }

    fn load(&mut self, line: Line) {
        self.trader = Trader::load(self.rejoined(), self.number, line.save.clone());
        self.line = line;
        self.asked.clear();
    }

    fn rejoined(&self) -> Player {
        self.trader.player.session.close();
        connected(&self.computer, self.number, self.port)
    }
}

/// A first connection is not tried again by itself, and the host may just be dead.
pub fn connected(computer: &Arc<TempDir>, number: u128, port: u16) -> Player {
    loop {
        let mut options = remote_options(number, port, computer.path());
        options.hosts = vec![HostAddress::parse(&ADDRESS.to_string(), port).expect("an address")];
        let player = Player::join_with(computer, options, TcpConnector::new());
        let decided = player.wait_for(|event| matches!(event, Event::Connected { .. } | Event::ConnectFailed(_)));
        if matches!(decided, Event::Connected { .. }) {
            return player;
        }
        player.session.close();
        std::thread::yield_now();
    }
}
