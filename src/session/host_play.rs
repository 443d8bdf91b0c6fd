// SPDX-License-Identifier: GPL-3.0-or-later
//! What the tests of the host's rules do all the time: campaigns come, speak, and are listened to.

use core::net::{IpAddr, Ipv4Addr};

use uuid::Uuid;

use super::fixture::{campaign, date, join_request, rules, token};
use super::host::{Answer, BusId, CallId, ConnectionId, Host, HostEffect, HostInput};
use super::{Command, Event, Now, Rules};
use crate::protocol::envelope::{Inbound, Malformed};
use crate::protocol::handshake::JoinRequest;
use crate::protocol::link::Pong;
use crate::protocol::refusal::ErrorCode;
use crate::protocol::team::DailyLog;
use crate::protocol::timeline::CampaignDateChanged;
use crate::protocol::{BusMessage, CampaignDetails, CampaignId, Refusal};

pub const HOST: u128 = 100;
pub const ADDRESS: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
pub const HOST_DATE: &str = "3025-12-31";

pub fn host_with(change: impl FnOnce(&mut Rules)) -> Host {
    let mut rules = rules();
    change(&mut rules);
    let own = CampaignDetails { date: date(HOST_DATE), ..campaign(HOST) };
    Host::new(rules, own, Uuid::from_u128(1), 3)
}

pub fn host() -> Host {
    host_with(|_| ())
}

pub fn answer(effects: &[HostEffect]) -> &Result<Answer, Refusal> {
    let reply = effects.iter().find_map(|effect| match effect {
        HostEffect::Reply { answer, .. } => Some(answer),
        _ => None,
    });
    reply.expect("every call is answered")
}

pub fn connect(host: &mut Host, now: Now, request: JoinRequest, token_number: u8) -> Result<(), ErrorCode> {
    let connect = HostInput::Connect {
        call: CallId(1),
        connection: ConnectionId(token_number.into()),
        address: ADDRESS,
        request: Box::new(request),
        token: token(token_number),
    };
    match answer(&host.handle(now, connect)) {
        Ok(Answer::Admitted(_)) => Ok(()),
        Ok(other) => panic!("not an answer to Connect: {other:?}"),
        Err(refusal) => Err(refusal.code),
    }
}

pub fn open(host: &mut Host, now: Now, number: u8, with_token: bool) -> (Result<BusId, ErrorCode>, Vec<HostEffect>) {
    let token = with_token.then(|| token(number));
    let connection = ConnectionId(number.into());
    let effects = host.handle(now, HostInput::OpenBus { call: CallId(2), connection, token });
    let bus = match answer(&effects) {
        Ok(Answer::BusOpen(bus)) => Ok(*bus),
        Ok(other) => panic!("not an answer to a bus: {other:?}"),
        Err(refusal) => Err(refusal.code),
    };
    (bus, effects)
}

pub fn join(host: &mut Host, number: u8) -> BusId {
    connect(host, Now(0), join_request(number.into()), number).expect("admitted");
    open(host, Now(0), number, true).0.expect("open")
}

pub fn receive(host: &mut Host, bus: BusId, sender: u128, message: impl Into<BusMessage>) -> Vec<HostEffect> {
    let inbound = Ok(Inbound { sender: CampaignId::from_u128(sender), message: Some(message.into()) });
    host.handle(Now(0), HostInput::FromBus { bus, inbound })
}

pub fn malformed() -> Malformed {
    Malformed { refused: "Ping".into(), refusal: Refusal::new(ErrorCode::InvalidArgument, "bad") }
}

pub fn date_changed(number: u128) -> CampaignDateChanged {
    CampaignDateChanged { campaign: CampaignId::from_u128(number), date: date("3025-06-01"), jump: false }
}

pub fn sent(effects: &[HostEffect]) -> Vec<(Vec<BusId>, &BusMessage)> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            HostEffect::Send { to, message } => Some((to.clone(), message)),
            _ => None,
        })
        .collect()
}

pub fn emitted(effects: &[HostEffect]) -> Vec<&Event> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            HostEffect::Emit(event) => Some(event),
            _ => None,
        })
        .collect()
}

pub fn refused_with(effects: &[HostEffect]) -> Vec<ErrorCode> {
    sent(effects)
        .into_iter()
        .filter_map(|(_, message)| match message {
            BusMessage::Refused(refused) => Some(refused.code),
            _ => None,
        })
        .collect()
}

pub fn connect_again(host: &mut Host, number: u8) -> Vec<HostEffect> {
    let connect = HostInput::Connect {
        call: CallId(7),
        connection: ConnectionId(number.into()),
        address: ADDRESS,
        request: Box::new(join_request(1)),
        token: token(number),
    };
    host.handle(Now(1_000), connect)
}

pub fn pong_from(number: u128) -> Pong {
    let campaign = campaign(number);
    Pong { campaign, campaigns: Vec::new(), malformed: 0, roster_revision: 0, unasked: false }
}

pub fn assign(host: &mut Host, number: u128, team: i32) -> Vec<HostEffect> {
    let campaign = CampaignId::from_u128(number);
    host.handle(Now(0), HostInput::Command(Command::AssignTeam { campaign, team }))
}

pub fn daily_log(number: u128, line: &str) -> DailyLog {
    DailyLog::new(CampaignId::from_u128(number), date("3025-12-30"), vec![line.into()]).expect("a good log")
}

pub fn logs_sent(effects: &[HostEffect]) -> Vec<(Vec<BusId>, String)> {
    let logs = sent(effects).into_iter().filter_map(|(to, message)| match message {
        BusMessage::DailyLog(log) => Some((to, log.entries[0].clone())),
        _ => None,
    });
    logs.collect()
}
