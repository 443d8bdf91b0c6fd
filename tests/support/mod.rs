// SPDX-License-Identifier: GPL-3.0-or-later
//! Players for tests over real sockets.

#![allow(dead_code, reason = "each test file uses its own part of this")]

pub mod books;
pub mod logs;
pub mod raw;

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use distributed_mekhq::ledger::{self, Identity, InlineLedger, MemoryDisk, Reopened};
use distributed_mekhq::net::certificate::Encryption;
use distributed_mekhq::net::host::{self, HostOptions};
use distributed_mekhq::net::remote::{self, RemoteOptions};
use distributed_mekhq::net::runtime;
use distributed_mekhq::net::session::Session;
use distributed_mekhq::net::transport::{Connector, TcpConnector};
use distributed_mekhq::net::trust::HostTrust;
use distributed_mekhq::protocol::version::VersionRule;
use distributed_mekhq::protocol::{CampaignDate, CampaignDetails, CampaignId, HostAddress, Refusal, Text};
use distributed_mekhq::session::memento::Memento;
use distributed_mekhq::session::{Event, Rules};
use tempfile::TempDir;
use uuid::Uuid;

/// Far beyond anything that a healthy run needs.
const WATCHDOG: Duration = Duration::from_secs(30);

/// The longest that a player may ask for: a close waits no longer than it has to.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(10);

pub fn date(text: &str) -> CampaignDate {
    CampaignDate::parse("date", text).expect("a date")
}

pub fn text(text: &str) -> Text {
    Text::parse("text", text).expect("a text")
}

pub fn campaign(number: u128) -> CampaignDetails {
    CampaignDetails {
        id: CampaignId::from_u128(number),
        name: text(&format!("Company {number} 🦊")),
        date: date("3025-01-01"),
        team: 0,
        location: text("Outreach"),
        gm_mode: false,
        active: false,
        status: Default::default(),
        ready: false,
        standing: Default::default(),
    }
}

pub fn rules() -> Rules {
    Rules {
        version: "0.50.06".into(),
        version_rule: VersionRule::Exact,
        password: None,
        allow_legacy_peers: false,
        ping_interval: Duration::from_secs(15),
    }
}

/// Without encryption, so that peers typed by hand can take part; what encryption does has tests of its own.
pub fn host_options(number: u128, port: u16, data_folder: &Path) -> HostOptions {
    HostOptions {
        rules: rules(),
        campaign: campaign(number),
        data_folder: data_folder.to_owned(),
        memento: Memento::default(),
        encryption: Encryption::Plaintext,
        bind_address: Some([127, 0, 0, 1].into()),
        port,
        campaigns_max: 16,
        messages_per_second: 1_000,
        begin_anew: false,
        transfer_expiry_days: None,
        close_timeout: CLOSE_TIMEOUT,
    }
}

pub fn remote_options(number: u128, port: u16, data_folder: &Path) -> RemoteOptions {
    RemoteOptions {
        rules: rules(),
        campaign: campaign(number),
        data_folder: data_folder.to_owned(),
        memento: Memento::default(),
        hosts: vec![HostAddress::parse("127.0.0.1", port).expect("an address")],
        trust: HostTrust::Plaintext,
        connect_timeout: WATCHDOG,
        close_timeout: CLOSE_TIMEOUT,
    }
}

/// A ledger without a disk, which writes on the spot.
pub fn simulated_ledger(number: u128) -> Reopened {
    let identity = Identity { session: Uuid::from_u128(7), campaign: CampaignId::from_u128(number) };
    let store = MemoryDisk::new(0).open(&identity).expect("an empty disk opens");
    ledger::reopen(store, |store| Ok(Box::new(InlineLedger::new(store)))).expect("an empty ledger")
}

/// A session whose events are taken by a thread of its own, as Java does it.
pub struct Player {
    pub session: Arc<Session>,
    events: Receiver<Event>,
    data_folder: Arc<TempDir>,
}

impl Player {
    pub fn new(session: Session, data_folder: Arc<TempDir>) -> Self {
        let session = Arc::new(session);
        let (sender, events) = channel();
        let taken = Arc::clone(&session);
        std::thread::spawn(move || {
            while let Some(batch) = taken.events().take() {
                batch.into_iter().for_each(|event| drop(sender.send(event)));
            }
        });
        Self { session, events, data_folder }
    }

    pub fn host(number: u128) -> Self {
        Self::try_host(number, 0).expect("a free port")
    }

    pub fn try_host(number: u128, port: u16) -> Result<Self, Refusal> {
        let folder = Arc::new(tempfile::tempdir().expect("a folder"));
        let options = host_options(number, port, folder.path());
        Self::host_with(&folder, options)
    }

    /// With options whose data folder is that of the computer.
    pub fn host_with(computer: &Arc<TempDir>, options: HostOptions) -> Result<Self, Refusal> {
        logs::begin();
        Ok(Self::new(host::start(&runtime::handle()?, options)?, Arc::clone(computer)))
    }

    pub fn port(&self) -> u16 {
        self.session.port().expect("a host has a port")
    }

    /// The port of a host; another number for a remote campaign.
    pub fn port_or(&self, other: u16) -> u16 {
        self.session.port().unwrap_or(other)
    }

    /// From a computer on which nobody has played yet.
    pub fn join(number: u128, port: u16) -> Self {
        Self::join_from(&Arc::new(tempfile::tempdir().expect("a folder")), number, port)
    }

    /// From a computer that is known by its data folder.
    pub fn join_from(computer: &Arc<TempDir>, number: u128, port: u16) -> Self {
        Self::join_with(computer, remote_options(number, port, computer.path()), TcpConnector::new())
    }

    /// With options whose data folder is that of the computer, by connections of the test's choice.
    pub fn join_with(computer: &Arc<TempDir>, options: RemoteOptions, connector: impl Connector + 'static) -> Self {
        logs::begin();
        let runtime = runtime::handle().expect("threads");
        Self::new(remote::start_on(&runtime, options, Arc::new(connector), 7), Arc::clone(computer))
    }

    /// The computer that this player plays on.
    pub fn computer(&self) -> &Arc<TempDir> {
        &self.data_folder
    }

    /// Joins and waits until the bus is open.
    pub fn joined(number: u128, port: u16) -> Self {
        let player = Self::join(number, port);
        player.wait_for(|event| matches!(event, Event::Connected { .. }));
        player
    }

    /// Takes events until one fits, and answers with it.
    pub fn wait_for(&self, fits: impl Fn(&Event) -> bool) -> Event {
        loop {
            let event = self.events.recv_timeout(WATCHDOG).expect("the awaited event comes");
            if fits(&event) {
                return event;
            }
        }
    }

    /// All events up to the last one.
    pub fn rest(&self) -> Vec<Event> {
        let mut events = Vec::new();
        while events.last() != Some(&Event::Closed) {
            events.push(self.events.recv_timeout(WATCHDOG).expect("a session ends with Closed"));
        }
        events
    }
}
