// SPDX-License-Identifier: GPL-3.0-or-later
//! A host with campaigns on it, and a remote with its bus open.

use std::net::Ipv4Addr;
use std::time::Duration;

use distributed_mekhq::protocol::envelope::Inbound;
use distributed_mekhq::protocol::handshake::{JoinRequest, JoinResponse, Token};
use distributed_mekhq::protocol::key::CampaignKey;
use distributed_mekhq::protocol::version::VersionRule;
use distributed_mekhq::protocol::{CampaignDate, CampaignDetails, CampaignId, PROTOCOL_MAJOR, Text};
use distributed_mekhq::session::force::Forces;
use distributed_mekhq::session::host::{Answer, BusId, CallId, ConnectionId, Host, HostEffect, HostInput};
use distributed_mekhq::session::memento::Memento;
use distributed_mekhq::session::remote::{Attempt, Remote, RemoteEffect, RemoteInput};
use distributed_mekhq::session::roster::RosterView;
use distributed_mekhq::session::{BusEnd, Now, Rules, Statistics};
use uuid::Uuid;

use super::fuzz::values::uuid;

fn id(number: u8) -> CampaignId {
    CampaignId::parse("id", &uuid(number)).unwrap()
}

fn campaign(number: u8) -> CampaignDetails {
    CampaignDetails {
        id: id(number),
        name: Text::parse("name", "Company").unwrap(),
        date: CampaignDate::parse("date", "3025-01-01").unwrap(),
        team: 0,
        location: Text::parse("location", "Terra").unwrap(),
        gm_mode: false,
        active: false,
        status: Default::default(),
        ready: false,
        standing: Default::default(),
    }
}

fn rules() -> Rules {
    Rules {
        version: "0.50.06".into(),
        version_rule: VersionRule::Exact,
        password: None,
        allow_legacy_peers: false,
        ping_interval: Duration::from_secs(15),
    }
}

/// All that the player's side sees, the counts excepted.
fn seen(view: RosterView, forces: Forces) -> (RosterView, String) {
    let shown: Vec<_> = forces.owners().map(|owner| (owner, forces.get(owner).unwrap().clone())).collect();
    (RosterView { statistics: Statistics::default(), ..view }, format!("{shown:?}"))
}

/// A host with two campaigns that are there and one whose bus has ended.
pub struct HostPlay {
    pub host: Host,
    /// Whose bus the frauds come by.
    pub sender: CampaignId,
    /// Who is there as well.
    pub victim: CampaignId,
    /// Who was there.
    pub gone: CampaignId,
    bus: BusId,
    ended: BusId,
    now: Now,
}

impl HostPlay {
    pub fn begin() -> Self {
        let mut host = Host::new(rules(), campaign(6), Uuid::from_u128(1), 8);
        let [bus, _, ended] = [4, 5, 7].map(|number| join(&mut host, number));
        host.handle(Now(0), HostInput::BusEnded { bus: ended, end: BusEnd::Reset });
        Self { host, sender: id(4), victim: id(5), gone: id(7), bus, ended, now: Now(0) }
    }

    /// A second later, by the living bus or the one that has ended.
    pub fn receive(&mut self, inbound: Inbound, late: bool) -> Vec<HostEffect> {
        self.now = self.now.after(Duration::from_secs(1));
        let bus = if late { self.ended } else { self.bus };
        self.host.handle(self.now, HostInput::FromBus { bus, inbound: Ok(inbound) })
    }

    pub fn state(&self) -> (RosterView, String) {
        seen(self.host.view(), self.host.forces())
    }
}

fn join(host: &mut Host, number: u8) -> BusId {
    let (call, connection, token) = (CallId(1), ConnectionId(number.into()), Token::new([number; 32]));
    let request = Box::new(JoinRequest {
        version: "0.50.06".into(),
        details: campaign(number),
        password: None,
        protocol: PROTOCOL_MAJOR,
        features: Vec::new(),
        key: Some(CampaignKey::new([number; 32]).digest()),
    });
    let address = Ipv4Addr::LOCALHOST.into();
    host.handle(Now(0), HostInput::Connect { call, connection, address, request, token: token.clone() });
    let effects = host.handle(Now(0), HostInput::OpenBus { call, connection, token: Some(token) });
    let opened = effects.iter().find_map(|effect| match effect {
        HostEffect::Reply { answer: Ok(Answer::BusOpen(bus)), .. } => Some(*bus),
        _ => None,
    });
    opened.expect("the bus opens")
}

/// A remote whose first bus was lost and whose second is open.
pub struct RemotePlay {
    pub remote: Remote,
    pub host: CampaignId,
    now: Now,
}

impl RemotePlay {
    pub fn begin() -> Self {
        let mut remote = Remote::new(rules(), campaign(4), Memento::default(), 7);
        let now = Now(0);
        remote.handle(now, RemoteInput::Start);
        open(&mut remote, now, Attempt(1));
        remote.handle(now, RemoteInput::BusEnded(Attempt(1), BusEnd::Reset));
        let now = now.after(Duration::from_secs(60));
        remote.handle(now, RemoteInput::Timer);
        open(&mut remote, now, Attempt(2));
        Self { remote, host: id(6), now }
    }

    /// A second later, by the present bus or the one before it.
    pub fn receive(&mut self, inbound: Inbound, late: bool) -> Vec<RemoteEffect> {
        self.now = self.now.after(Duration::from_secs(1));
        let attempt = Attempt(if late { 1 } else { 2 });
        self.remote.handle(self.now, RemoteInput::FromHost(attempt, Ok(inbound)))
    }

    pub fn state(&self) -> (RosterView, String) {
        seen(self.remote.view(), self.remote.forces())
    }
}

fn open(remote: &mut Remote, now: Now, attempt: Attempt) {
    let response = JoinResponse {
        version: "0.50.06".into(),
        host: campaign(6),
        campaigns: vec![campaign(5)],
        malformed: 0,
        protocol: PROTOCOL_MAJOR,
        features: Vec::new(),
        session: Some(Uuid::from_u128(1)),
        token: Some(Token::new([9; 32])),
    };
    remote.handle(now, RemoteInput::ConnectAnswered(attempt, Ok(Box::new(response))));
    remote.handle(now, RemoteInput::BusAnswered(attempt, Ok(())));
}
