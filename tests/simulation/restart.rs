// SPDX-License-Identifier: GPL-3.0-or-later
//! What a host knows after a restart is what its durable records say; read here a second time, by other code.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::Ipv4Addr;

use distributed_mekhq::protocol::entry::{KeptLog, Record};
use distributed_mekhq::protocol::handshake::{JoinRequest, Token};
use distributed_mekhq::protocol::{BusMessage, CampaignDate, CampaignDetails, CampaignId, PROTOCOL_MAJOR};
use distributed_mekhq::session::host::{CallId, ConnectionId, Host, HostEffect, HostInput};
use distributed_mekhq::session::roster::RosterView;
use distributed_mekhq::session::{Now, Visibility};

use super::privacy::number_of;
use super::world::{World, later};

const KEPT_DAYS: i64 = 90;

/// A kept log: its number, its author, its day.
type KeptLine = (u64, CampaignId, CampaignDate);

/// What a list of records says.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Model {
    campaigns: BTreeMap<CampaignId, CampaignDetails>,
    pub teams: BTreeMap<CampaignId, i32>,
    pub visibility: Visibility,
    backlog: BTreeMap<CampaignId, VecDeque<KeptLine>>,
    /// Logs that were kept for somebody and became too old.
    pub given_up: BTreeSet<(CampaignId, u64)>,
}

impl Model {
    pub fn of(records: &[Record]) -> Self {
        let mut model = Self::default();
        for record in records {
            model.apply(record);
        }
        model
    }

    /// Takes over a record. Answers with the logs that it says have reached their reader.
    pub fn apply(&mut self, record: &Record) -> Vec<u64> {
        match record {
            Record::CampaignRecorded(details) => drop(self.campaigns.insert(details.id, details.clone())),
            Record::TeamAssigned { campaign, team } => drop(self.teams.insert(*campaign, *team)),
            Record::VisibilitySet(visibility) => self.visibility = *visibility,
            Record::LogKept(KeptLog { log, recipients }) => {
                let number = log.entries.first().and_then(|line| number_of(line)).expect("a marked log");
                let oldest = later(log.date, -KEPT_DAYS);
                for recipient in recipients {
                    let kept = self.backlog.entry(*recipient).or_default();
                    let too_old = |&(_, author, date): &KeptLine| author == log.campaign && date < oldest;
                    let gone = kept.iter().filter(|line| too_old(line)).map(|&(number, ..)| (*recipient, number));
                    self.given_up.extend(gone);
                    kept.retain(|line| !too_old(line));
                    kept.push_back((number, log.campaign, log.date));
                }
            }
            Record::LogDelivered { recipient, count } => {
                let kept = self.backlog.entry(*recipient).or_default();
                return kept.drain(..(*count as usize).min(kept.len())).map(|(number, ..)| number).collect();
            }
            Record::HostDate(_) => {}
            // The simulated campaigns have no keys, and nobody is shut out.
            Record::CampaignKeyBound { .. } | Record::MembershipChanged(_) => {}
            // Nothing is settled here.
            Record::TransferRequested { .. }
            | Record::TransferAccepted(_)
            | Record::TransferClosed { .. }
            | Record::QuarantineExited { .. }
            | Record::AdjustmentMade(_) => {}
        }
        Vec::new()
    }

    pub fn kept_for(&self, recipient: CampaignId) -> Vec<u64> {
        self.backlog.get(&recipient).into_iter().flatten().map(|(number, ..)| *number).collect()
    }
}

impl World {
    /// Rule "restart": the records give back roster, teams, backlog and visibility. Asked of a host made for the
    /// purpose, by what it tells campaigns that come to it.
    pub fn check_restart(&mut self) {
        let model = Model::of(self.host.ledger.records());
        let mut host = self.host.fresh();
        for record in self.host.ledger.records() {
            host.apply(record.clone());
        }
        let restarted = host.view();
        if let Some(detail) = roster_differs(&model, &restarted) {
            return self.fail("restart", detail);
        }
        self.check_restarted_live(&restarted);
        for (number, details) in model.campaigns.values().enumerate() {
            let told = opened(&mut host, number as u64 + 1, details);
            if told.logs != model.kept_for(details.id) {
                return self.fail("restart", format!("{}: kept {:?}", details.id, told.logs));
            }
            if model.teams.iter().any(|(id, team)| told.teams.get(id) != Some(team)) {
                return self.fail("restart", format!("teams {:?}, not {:?}", told.teams, model.teams));
            }
        }
    }

    /// Where nothing was lost, the host that died knew the same.
    fn check_restarted_live(&mut self, restarted: &RosterView) {
        let Some(last) = self.host.last_view.take() else { return };
        let teams = |view: &RosterView| view.others.values().map(|known| (known.id, known.team)).collect::<Vec<_>>();
        if teams(&last) != teams(restarted) {
            let (knew, knows) = (teams(&last), teams(restarted));
            self.fail("restart", format!("the host that died knew the teams {knew:?}, the new one {knows:?}"));
        }
        let away = last.others.values().filter(|known| !known.active);
        let forgotten = away.into_iter().find(|known| {
            let now = &restarted.others[&known.id];
            (now.date, now.gm_mode, &now.location) != (known.date, known.gm_mode, &known.location)
        });
        if let Some(known) = forgotten {
            let detail = format!("{} is not remembered as it was when it left", known.id);
            self.fail("restart", detail);
        }
    }
}

fn roster_differs(model: &Model, view: &RosterView) -> Option<String> {
    if !view.others.keys().eq(model.campaigns.keys()) {
        return Some("other campaigns are on the roster".into());
    }
    let differs = |known: &&CampaignDetails| {
        let now = &view.others[&known.id];
        let team = model.teams.get(&known.id).copied().unwrap_or(known.team);
        let same = now.date == known.date && now.gm_mode == known.gm_mode && now.location == known.location;
        !same || now.active || now.ready || now.team != team
    };
    model.campaigns.values().find(differs).map(|known| format!("{} is another one: {known:?}", known.id))
}

struct Told {
    logs: Vec<u64>,
    teams: BTreeMap<CampaignId, i32>,
}

fn opened(host: &mut Host, number: u64, details: &CampaignDetails) -> Told {
    let (call, connection, token) = (CallId(number), ConnectionId(number), Token::new([number as u8; 32]));
    let request = JoinRequest {
        key: None,
        version: "0.50.06".into(),
        details: details.clone().as_told_by_a_remote(),
        password: None,
        protocol: PROTOCOL_MAJOR,
        features: Vec::new(),
    };
    let address = Ipv4Addr::LOCALHOST.into();
    host.handle(
        Now(0),
        HostInput::Connect { call, connection, address, request: Box::new(request), token: token.clone() },
    );
    let effects = host.handle(Now(0), HostInput::OpenBus { call, connection, token: Some(token) });
    let mut told = Told { logs: Vec::new(), teams: BTreeMap::new() };
    for effect in effects {
        match effect {
            HostEffect::Send { message: BusMessage::DailyLog(log), .. } => {
                told.logs.extend(log.entries.iter().filter_map(|line| number_of(line)));
            }
            HostEffect::Send { message: BusMessage::TeamAssignment(assignment), .. } => {
                told.teams.extend(assignment.teams);
            }
            _ => {}
        }
    }
    told
}
