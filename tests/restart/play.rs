// SPDX-License-Identifier: GPL-3.0-or-later
//! What is played: campaigns come, are put on teams, write daily logs to each other, leave and come back.

use std::net::Ipv4Addr;
use std::time::Duration;

use distributed_mekhq::protocol::envelope::Inbound;
use distributed_mekhq::protocol::force::{Force, ToeUpdated};
use distributed_mekhq::protocol::handshake::{JoinRequest, Token};
use distributed_mekhq::protocol::key::CampaignKey;
use distributed_mekhq::protocol::link::Pong;
use distributed_mekhq::protocol::team::DailyLog;
use distributed_mekhq::protocol::timeline::CampaignDateChanged;
use distributed_mekhq::protocol::version::VersionRule;
use distributed_mekhq::protocol::{
    BusMessage, CampaignDate, CampaignDetails, CampaignId, PROTOCOL_MAJOR, Refusal, Text, proto,
};
use distributed_mekhq::session::host::{Answer, BusId, CallId, ConnectionId, Host, HostEffect, HostInput};
use distributed_mekhq::session::{Announcement, BusEnd, Command, Now, Rules, Visibility};
use prost::Message;
use uuid::Uuid;

pub const HOST: u128 = 100;
pub const CAMPAIGNS: [u128; 3] = [1, 2, 3];
/// Two that are never teammates.
pub const STRANGERS: [u128; 2] = [1, 3];
const START: &str = "3025-06-01";

pub fn date(text: &str) -> CampaignDate {
    CampaignDate::parse("date", text).expect("a date")
}

fn campaign(number: u128) -> CampaignDetails {
    let text = |text: String| Text::parse("text", &text).expect("a text");
    CampaignDetails {
        id: CampaignId::from_u128(number),
        name: text(format!("Company {number} 🦊")),
        date: date(START),
        team: 0,
        location: text("Outreach".into()),
        gm_mode: false,
        active: false,
        status: Default::default(),
        ready: false,
        standing: Default::default(),
    }
}

/// The host's program, started with its save.
pub fn started(session: Uuid) -> Host {
    let rules = Rules {
        version: "0.50.06".into(),
        version_rule: VersionRule::Exact,
        password: None,
        allow_legacy_peers: false,
        ping_interval: Duration::from_secs(15),
    };
    Host::new(rules, campaign(HOST), session, 16)
}

/// Plays with a host by its inputs; what a host does about each is carried out by `step`.
pub struct Play<'a> {
    pub step: &'a mut dyn FnMut(HostInput) -> Vec<HostEffect>,
    calls: u64,
}

impl<'a> Play<'a> {
    pub fn new(step: &'a mut dyn FnMut(HostInput) -> Vec<HostEffect>) -> Self {
        Self { step, calls: 0 }
    }

    /// Comes with the campaign's own key, or with another one.
    fn introduce(&mut self, number: u128, key: u8) -> Result<Token, Refusal> {
        self.calls += 1;
        let token = Token::new([self.calls as u8; 32]);
        let request = JoinRequest {
            version: "0.50.06".into(),
            details: campaign(number).as_told_by_a_remote(),
            password: None,
            protocol: PROTOCOL_MAJOR,
            features: Vec::new(),
            key: Some(CampaignKey::new([key; 32]).digest()),
        };
        let effects = (self.step)(HostInput::Connect {
            call: CallId(self.calls),
            connection: ConnectionId(self.calls),
            address: Ipv4Addr::LOCALHOST.into(),
            request: Box::new(request),
            token: token.clone(),
        });
        match effects.into_iter().find_map(answer) {
            Some(Err(refusal)) => Err(refusal),
            _ => Ok(token),
        }
    }

    /// Whether the host knows a stranger's key from the campaign's own.
    pub fn is_stranger_refused(&mut self, number: u128) -> bool {
        self.introduce(number, 0xff).is_err()
    }

    /// Joins; answers with the bus, if it was granted, and with all that led to.
    pub fn join(&mut self, number: u128) -> (Option<BusId>, Vec<HostEffect>) {
        let Ok(token) = self.introduce(number, number as u8) else { return (None, Vec::new()) };
        let (call, connection) = (CallId(self.calls), ConnectionId(self.calls));
        let effects = (self.step)(HostInput::OpenBus { call, connection, token: Some(token) });
        let bus = effects.iter().find_map(|effect| match effect {
            HostEffect::Reply { answer: Ok(Answer::BusOpen(bus)), .. } => Some(*bus),
            _ => None,
        });
        (bus, effects)
    }

    pub fn say(&mut self, bus: BusId, number: u128, message: impl Into<BusMessage>) -> Vec<HostEffect> {
        let inbound = Ok(Inbound { sender: CampaignId::from_u128(number), message: Some(message.into()) });
        (self.step)(HostInput::FromBus { bus, inbound })
    }

    fn leave(&mut self, bus: BusId) {
        (self.step)(HostInput::BusEnded { bus, end: BusEnd::Reset });
    }

    fn order(&mut self, command: Command) {
        (self.step)(HostInput::Command(command));
    }

    /// The whole play, as far as the host lives: afterwards its answers are empty and nothing happens any more.
    pub fn all(&mut self) -> Option<()> {
        let (first, second) = (self.join(1).0?, self.join(2).0?);
        for number in [1, 2] {
            self.order(Command::AssignTeam { campaign: CampaignId::from_u128(number), team: 5 });
        }
        self.leave(second);
        for line in ["Zahltag 💰", "Repaired: Firefly FFL-4DA", "Contract signed"] {
            self.say(first, 1, log(1, line));
        }
        let third = self.join(3).0?;
        self.order(Command::Announce(Announcement::DateChanged { date: date("3025-06-08"), jump: false }));
        let changed = CampaignDateChanged { campaign: campaign(1).id, date: date("3025-06-07"), jump: false };
        self.say(first, 1, changed);
        self.order(Command::SetVisibility(Visibility::Everyone));
        let second = self.join(2).0?;
        self.say(second, 2, pong(2));
        self.leave(first);
        self.say(second, 2, log(2, "Training finished"));
        self.order(Command::AssignTeam { campaign: CampaignId::from_u128(3), team: 9 });
        self.say(third, 3, log(3, "New recruits"));
        self.leave(third);
        self.order(Command::SetVisibility(Visibility::Team));
        self.order(Command::Close);
        Some(())
    }
}

fn answer(effect: HostEffect) -> Option<Result<Answer, Refusal>> {
    match effect {
        HostEffect::Reply { answer, .. } => Some(answer),
        _ => None,
    }
}

fn log(number: u128, line: &str) -> DailyLog {
    DailyLog::new(CampaignId::from_u128(number), date(START), vec![line.into()]).expect("a good log")
}

fn pong(number: u128) -> Pong {
    Pong { campaign: campaign(number), campaigns: Vec::new(), malformed: 0, roster_revision: 0, unasked: false }
}

pub fn toe(number: u128) -> ToeUpdated {
    let force = proto::Force { name: "Company".into(), ..Default::default() };
    let force = Force::decode(&force.encode_to_vec()).expect("a force");
    ToeUpdated { campaign: CampaignId::from_u128(number), force }
}

/// Inputs carried out at once, on a host that is alive.
pub fn at_once(host: &mut Host) -> impl FnMut(HostInput) -> Vec<HostEffect> {
    |input| host.handle(Now(0), input)
}
