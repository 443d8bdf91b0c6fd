// SPDX-License-Identifier: GPL-3.0-or-later
//! One seed: a host, remotes, an intruder with a copied save, a minute of partition, and what must hold.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use distributed_mekhq::net::certificate::{Encryption, Identity};
use distributed_mekhq::net::tls::TlsListener;
use distributed_mekhq::net::trust::HostTrust;
use distributed_mekhq::net::{host, remote};
use distributed_mekhq::protocol::CampaignId;
use distributed_mekhq::protocol::link::GoodbyeCode;
use distributed_mekhq::protocol::refusal::ErrorCode;
use distributed_mekhq::session::{EndCause, Event};
use tokio::runtime::Handle;
use turmoil::{Builder, Sim};

use crate::cut::Cut;
use crate::network::{HOST, PORT, SimulatedConnector, SimulatedListener};
use crate::player::Player;
use crate::random::Random;
use crate::support::{campaign, host_options, remote_options, simulated_ledger};

/// The grain of the simulated clock.
const TICK: Duration = Duration::from_millis(10);

/// How long the network is cut.
const PARTITION: Duration = Duration::from_secs(60);

/// By when all must agree after healing: a dead connection is given up after 80 s at the latest, whatever the ping
/// interval; then come the longest wait between attempts (30 s), an attempt (10 s) and a probe (2 s).
const RECOVERY_MAX: Duration = Duration::from_secs(122);

/// For what takes a few round trips.
const SOON: Duration = Duration::from_secs(20);

const HOST_NUMBER: u128 = 100;

/// What happened with a seed that violated nothing.
pub struct Outcome {
    pub remotes: u64,
    pub intruders_refused: u64,
    pub reconnects: u64,
    pub cuts: Vec<Cut>,
    pub healed_after: Duration,
    pub simulated: Duration,
}

struct Remote {
    id: CampaignId,
    player: Player,
    /// Set while its link is cut, and after that until a bus is open again or all have recovered.
    cut: Option<Cut>,
}

pub struct World {
    sim: Sim<'static>,
    random: Random,
    shown: bool,
    ping_interval: Duration,
    host: Player,
    remotes: Vec<Remote>,
    intruder: Player,
    open: Arc<AtomicUsize>,
    /// Campaigns that the host has told of as joined and not as left.
    joined: BTreeSet<CampaignId>,
    connects: u64,
    intruders_refused: u64,
}

impl World {
    pub fn new(seed: u64, shown: bool) -> Self {
        let mut random = Random::new(seed);
        let mut sim = Builder::new()
            .rng_seed(random.next())
            .tick_duration(TICK)
            .min_message_latency(Duration::from_millis(random.between(1, 30)))
            .max_message_latency(Duration::from_millis(random.between(40, 300)))
            .simulation_duration(Duration::from_secs(24 * 3_600))
            .build();
        let mut add = |name: &str| {
            let (player, machine) = Player::new(name);
            sim.client(name, machine.run());
            player
        };
        let host = add(HOST);
        let intruder = add("intruder");
        let remotes = (1..=random.between(2, 4))
            .map(|number| Remote {
                id: campaign(number.into()).id,
                player: add(&format!("remote-{number}")),
                cut: None,
            })
            .collect();
        let open = Arc::default();
        let ping_interval = Duration::from_secs([5, 15, 30][random.index(3)]);
        Self {
            ping_interval,
            sim,
            random,
            shown,
            host,
            remotes,
            intruder,
            open,
            joined: BTreeSet::new(),
            connects: 0,
            intruders_refused: 0,
        }
    }

    pub fn run(mut self) -> Result<Outcome, String> {
        self.start();
        self.until(SOON, "all have joined and agree", Self::settled)?;
        self.play_for(Duration::from_secs(5))?;
        self.intrude()?;
        let cuts = self.cut();
        self.play_for(PARTITION)?;
        self.heal();
        let healed = self.sim.elapsed();
        self.play_for(Duration::from_secs(3))?;
        self.until(RECOVERY_MAX, "all agree, connected once each", Self::settled)?;
        let healed_after = self.sim.elapsed() - healed;
        self.remotes.iter_mut().for_each(|remote| remote.cut = None);
        self.intrude()?;
        self.until(SOON, "all still agree", Self::settled)?;
        Ok(Outcome {
            remotes: self.remotes.len() as u64,
            intruders_refused: self.intruders_refused,
            reconnects: self.connects - self.remotes.len() as u64,
            cuts,
            healed_after,
            simulated: self.sim.elapsed(),
        })
    }

    fn start(&mut self) {
        let (open, ping_interval) = (Arc::clone(&self.open), self.ping_interval);
        let data_folder = self.host.data_folder();
        self.host.start(move || {
            let bound = futures_now(SimulatedListener::bind(open));
            let listener = Box::new(bound.expect("nobody else listens there"));
            let identity = Identity::open(&Encryption::OwnCertificate, &data_folder).expect("a certificate");
            let listener = Box::new(TlsListener::new(listener, identity.expect("encrypted")));
            let mut options = host_options(HOST_NUMBER, PORT, &data_folder);
            options.rules.ping_interval = ping_interval;
            host::start_on(&Handle::current(), options, listener, simulated_ledger(HOST_NUMBER)).expect("a session")
        });
        for (number, remote) in (1..).zip(&self.remotes) {
            join(&remote.player, remote.player.data_folder(), number, self.ping_interval, self.random.next());
        }
    }

    /// A copy of a save, loaded by the same player elsewhere, must not disturb the campaign that is there.
    fn intrude(&mut self) -> Result<(), String> {
        let chosen = self.random.index(self.remotes.len());
        let keys = self.remotes[chosen].player.data_folder();
        join(&self.intruder, keys, chosen as u128 + 1, self.ping_interval, self.random.next());
        let deadline = self.sim.elapsed() + SOON;
        while self.sim.elapsed() < deadline {
            self.step()?;
            for event in self.intruder.events() {
                match event {
                    Event::ConnectFailed(refusal) if refusal.code == ErrorCode::AlreadyConnected => {
                        self.intruders_refused += 1;
                        return Ok(());
                    }
                    Event::Connected { .. } => return Err("a second Connect displaced a live connection".into()),
                    Event::ConnectFailed(refusal) => return Err(format!("a second Connect met {refusal}")),
                    _ => {}
                }
            }
        }
        Err("a second Connect was not answered".into())
    }

    fn cut(&mut self) -> Vec<Cut> {
        let all = self.random.percent(30);
        let spared = self.random.index(self.remotes.len());
        for (number, remote) in self.remotes.iter_mut().enumerate() {
            if all || number != spared {
                let cut = Cut::ALL[self.random.index(Cut::ALL.len())];
                cut.begin(&self.sim, &remote.player.name);
                remote.cut = Some(cut);
            }
        }
        self.remotes.iter().filter_map(|remote| remote.cut).collect()
    }

    fn heal(&mut self) {
        for remote in &self.remotes {
            if let Some(cut) = remote.cut {
                cut.heal(&self.sim, &remote.player.name);
            }
        }
    }

    fn play_for(&mut self, duration: Duration) -> Result<(), String> {
        let end = self.sim.elapsed() + duration;
        while self.sim.elapsed() < end {
            self.step()?;
            // About one announcement in two seconds.
            if self.random.below(200) == 0 {
                let number = self.random.index(self.remotes.len() + 1);
                let player = self.remotes.get(number).map_or(&self.host, |remote| &remote.player);
                player.play(&mut self.random);
            }
        }
        Ok(())
    }

    fn until(&mut self, timeout: Duration, what: &str, fits: fn(&Self) -> bool) -> Result<(), String> {
        let deadline = self.sim.elapsed() + timeout;
        while !fits(self) {
            if self.sim.elapsed() >= deadline {
                return Err(format!("within {timeout:?} it did not come to be that {what}: {}", self.situation()));
            }
            // Looking is dear; what is looked for comes in seconds.
            for _ in 0..25 {
                self.step()?;
            }
        }
        Ok(())
    }

    /// Everyone is connected by one connection, and all rosters say the same.
    fn settled(&self) -> bool {
        let truth = self.host.roster();
        truth.len() == self.remotes.len() + 1
            && self.open.load(Ordering::Relaxed) == self.remotes.len()
            && self
                .remotes
                .iter()
                .all(|remote| remote.player.connected() && truth[&remote.id].active && remote.player.roster() == truth)
    }

    fn situation(&self) -> String {
        let truth = self.host.roster();
        let remotes = self.remotes.iter().map(|remote| {
            let agrees = remote.player.roster() == truth;
            format!("{} connected={} agrees={agrees}", remote.player.name, remote.player.connected())
        });
        let remotes: Vec<_> = remotes.collect();
        let open = self.open.load(Ordering::Relaxed);
        format!("{} campaigns, {open} connections, {}", truth.len(), remotes.join(", "))
    }

    /// One tick, and a look at what every player was told.
    fn step(&mut self) -> Result<(), String> {
        self.sim.step().map_err(|error| error.to_string())?;
        for event in self.host.events() {
            self.show(HOST, &event);
            self.judge_host(&event)?;
        }
        for number in 0..self.remotes.len() {
            for event in self.remotes[number].player.events() {
                self.show(&self.remotes[number].player.name, &event);
                self.judge_remote(number, &event)?;
            }
        }
        Ok(())
    }

    fn show(&self, name: &str, event: &Event) {
        if self.shown {
            println!("{:>9.3} {name}: {event:?}", self.sim.elapsed().as_secs_f64());
        }
    }

    fn judge_host(&mut self, event: &Event) -> Result<(), String> {
        match event {
            Event::CampaignJoined(details) if !self.joined.insert(details.id) => {
                Err(format!("{} joined twice", details.name.as_str()))
            }
            Event::CampaignLeft { campaign, cause, .. } => {
                self.joined.remove(&campaign.id);
                let remote = self.remotes.iter().find(|remote| remote.id == campaign.id);
                let superseded = *cause == EndCause::Goodbye(GoodbyeCode::Superseded);
                match remote {
                    None => Err("an unknown campaign left".into()),
                    Some(remote) if superseded && remote.cut.is_none() => {
                        Err(format!("the living bus of {} was superseded", remote.player.name))
                    }
                    Some(_) => Ok(()),
                }
            }
            Event::Closed => Err("the host's session ended".into()),
            _ => Ok(()),
        }
    }

    fn judge_remote(&mut self, number: usize, event: &Event) -> Result<(), String> {
        let remote = &mut self.remotes[number];
        match event {
            Event::Connected { .. } => {
                self.connects += 1;
                remote.cut = None;
                Ok(())
            }
            Event::ConnectFailed(refusal) => Err(format!("{} is locked out: {refusal}", remote.player.name)),
            Event::Disconnected { reconnecting: false, reason, .. } => {
                Err(format!("{} was thrown out: {reason}", remote.player.name))
            }
            Event::Disconnected { .. } if remote.cut.is_none() => {
                Err(format!("{} lost a connection that was never cut: {event:?}", remote.player.name))
            }
            Event::Closed => Err(format!("the session of {} ended", remote.player.name)),
            _ => Ok(()),
        }
    }
}

fn join(player: &Player, data_folder: PathBuf, number: u128, ping_interval: Duration, jitter_seed: u64) {
    player.start(move || {
        let mut options = remote_options(number, PORT, &data_folder);
        options.trust = HostTrust::Known { first_use: true };
        options.connect_timeout = Duration::from_secs(10);
        options.rules.ping_interval = ping_interval;
        remote::start_on(&Handle::current(), options, Arc::new(SimulatedConnector), jitter_seed)
    });
}

/// The result of a future that has nothing to wait for.
fn futures_now<F: Future>(future: F) -> F::Output {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match std::pin::pin!(future).poll(&mut context) {
        std::task::Poll::Ready(output) => output,
        std::task::Poll::Pending => unreachable!("binding on the simulated network waits for nothing"),
    }
}
