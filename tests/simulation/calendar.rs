// SPDX-License-Identifier: GPL-3.0-or-later
//! The timeline's rules, looked at from outside: by what was delivered to whom, not by what the session keeps of it.

use distributed_mekhq::protocol::domain::CampaignStatus;
use distributed_mekhq::protocol::refusal::ErrorCode;
use distributed_mekhq::protocol::timeline::CampaignDateChanged;
use distributed_mekhq::protocol::{BusMessage, CampaignDate, CampaignDetails, CampaignId};
use distributed_mekhq::session::host::{BusId, HostEffect, HostInput};
use distributed_mekhq::session::roster::RosterView;
use distributed_mekhq::session::timeline::MayAdvance;

use super::counts::Reached;
use super::network::{ClientId, Event, Watch};
use super::world::World;

/// What the host must make of a message, by the table of protocol.md section 3.
#[derive(Debug, Clone, Copy)]
pub enum Judged {
    Nothing,
    Date { bus: BusId, campaign: CampaignId, date: CampaignDate, refused: Option<ErrorCode> },
    Ready(CampaignId),
}

impl Judged {
    fn expected(view: &RosterView, input: &HostInput, sender: Option<CampaignId>) -> Self {
        let HostInput::FromBus { bus, inbound: Ok(inbound) } = input else { return Self::Nothing };
        let Some(known) = sender.and_then(|sender| view.others.get(&sender)) else { return Self::Nothing };
        match &inbound.message {
            Some(BusMessage::CampaignDateChanged(changed)) => Self::date(*bus, changed, known, view.own.date),
            Some(BusMessage::ReadyToAdvance(ready)) if ready.date == known.date && ready.date >= view.own.date => {
                Self::Ready(known.id)
            }
            _ => Self::Nothing,
        }
    }

    fn date(bus: BusId, changed: &CampaignDateChanged, known: &CampaignDetails, host_date: CampaignDate) -> Self {
        let refused = if changed.date < known.date {
            Some(ErrorCode::ResyncRequired)
        } else if changed.jump && !known.gm_mode {
            Some(ErrorCode::Forbidden)
        } else {
            (changed.date > host_date).then_some(ErrorCode::AheadOfHost)
        };
        Self::Date { bus, campaign: known.id, date: changed.date, refused }
    }
}

impl World {
    pub fn expect_verdict(&self, view: &RosterView, input: &HostInput) -> Judged {
        let HostInput::FromBus { bus, .. } = input else { return Judged::Nothing };
        let sender = self.host.process.as_ref().and_then(|process| process.buses.get(bus));
        Judged::expected(view, input, sender.map(|(campaign, _)| *campaign))
    }

    /// Rule "verdict": each date is recorded and passed on to all others, or refused, as the table says.
    pub fn check_verdict(&mut self, judged: Judged, before: &RosterView, after: &RosterView, effects: &[HostEffect]) {
        match judged {
            Judged::Nothing => {}
            Judged::Ready(campaign) => {
                if !after.others[&campaign].ready {
                    self.fail("verdict", format!("{campaign} announced that it is ready, and is not shown so"));
                }
            }
            Judged::Date { bus, campaign, date, refused } => {
                self.count_verdict(refused);
                let recorded = !matches!(refused, Some(ErrorCode::ResyncRequired | ErrorCode::Forbidden));
                let date_before = before.others[&campaign].date;
                let stands = if recorded { date } else { date_before };
                let heard_by = if recorded { self.others_of(bus) } else { 0 };
                let told = refusals(effects, bus);
                if told != Vec::from_iter(refused) {
                    self.fail("verdict", format!("{campaign} on {date}: told {told:?}, not {refused:?}"));
                }
                if after.others[&campaign].date != stands || recipients(effects, campaign) != heard_by {
                    self.fail("verdict", format!("{campaign} on {date}: recorded or passed on wrongly"));
                }
            }
        }
    }

    fn others_of(&self, bus: BusId) -> usize {
        let buses = self.host.process.iter().flat_map(|process| process.buses.keys());
        buses.filter(|&&other| other != bus).count()
    }

    fn count_verdict(&mut self, refused: Option<ErrorCode>) {
        match refused {
            Some(ErrorCode::ResyncRequired) => self.counts.add(Reached::ResyncRequired),
            Some(ErrorCode::AheadOfHost) => self.counts.add(Reached::AheadReported),
            _ => {}
        }
    }

    /// Rule "standing": the board shows who is ahead, and nobody behind the host as ready. The host itself is free.
    pub fn check_standings(&mut self, view: &RosterView) {
        let host_date = view.own.date;
        let wrong = view.others.values().find(|campaign| {
            let ahead = (campaign.date > host_date) != (campaign.status == CampaignStatus::Ahead);
            let level = campaign.status == CampaignStatus::Level && campaign.date != host_date;
            ahead || level || campaign.ready && campaign.date < host_date
        });
        if let Some(campaign) = wrong {
            self.fail("standing", format!("{} on {}: {:?}", campaign.id, campaign.date, campaign.status));
        }
    }

    /// Rule "heard": a remote's gate knows the host date that was last delivered to it, and whether its bus is open.
    pub fn check_gate(&mut self, client: ClientId) {
        let state = &self.clients[client];
        let gate = state.remote.view().gate;
        let heard = state.heard.map(|heard| heard.date);
        if gate.host_date != heard || gate.connected != state.open {
            let (known, open) = (gate.host_date, gate.connected);
            let detail = format!("client {client} knows {known:?} (open: {open}), was told {heard:?}");
            self.fail("heard", detail);
        }
    }

    /// Rule "verdict": what the host would refuse anyway, an obedient remote does not even say.
    pub fn check_sent(&mut self, client: ClientId, message: &BusMessage) {
        let BusMessage::CampaignDateChanged(changed) = message else { return };
        if changed.jump && !self.clients[client].remote.view().own.gm_mode {
            self.fail("verdict", format!("client {client} jumped to {} without GM mode", changed.date));
        }
    }

    /// Rule "invariant": whenever an obedient remote advances, it stays within what it may.
    pub fn check_advance(&mut self, client: ClientId, from: CampaignDate, to: CampaignDate, connected: bool) {
        let state = &self.clients[client];
        let known = state.heard.filter(|heard| to <= heard.date);
        if !connected {
            if known.is_none() && !state.alone {
                self.fail("invariant", format!("client {client} went to {to}: past the last host date it knew"));
            }
            return;
        }
        let Some(heard) = known else {
            return self
                .fail("invariant", format!("client {client} went from {from} to {to}: past what was delivered"));
        };
        if to > self.host.date {
            if !self.host.went_back_since(heard.version) {
                let host_date = self.host.date;
                return self.fail("invariant", format!("client {client} went to {to}: past the host on {host_date}"));
            }
            self.counts.add(Reached::InFlight);
        }
    }

    /// From now on everyone whose link is up must hear of the host date, and be told if it was ready.
    pub fn watch_host_date(&mut self) {
        for slot in 0..self.slots.len() {
            let Some(client) = self.main_of(slot) else { continue };
            let Some(link) = self.clients[client].link.filter(|_| self.clients[client].open) else { continue };
            let stands = self.host.process.as_ref().is_some_and(|p| p.buses.values().any(|(_, bus)| *bus == link));
            if !stands || !self.links[link].healthy_since(self.now) {
                continue;
            }
            let view = self.clients[client].remote.view();
            let waits = view.gate.may_advance(view.own.date) != MayAdvance::Allowed;
            let ready = self.clients[client].ready_on.filter(|&day| waits && day < self.host.date);
            let ready_on = ready.filter(|&day| day == view.own.date && day == self.slots[slot].date);
            let watch = Watch { client, link, since: self.now, version: self.host.version(), ready_on };
            let deadline = self.now + self.links[link].round_trip();
            self.queue.push(deadline + 1, Event::HeardBy(watch));
        }
    }

    /// Rule "told": within one round trip of the host's change, it is known, and whoever was ready knows it may advance.
    pub fn check_heard(&mut self, watch: &Watch) {
        let state = &self.clients[watch.client];
        if !state.alive || state.link != Some(watch.link) || !self.links[watch.link].healthy_since(watch.since) {
            return;
        }
        if state.heard.is_none_or(|heard| heard.version < watch.version) {
            return self.fail("told", format!("client {} did not hear of the host date in time", watch.client));
        }
        let Some(day) = watch.ready_on else { return };
        let host_stayed = self.host.dates[watch.version..].iter().all(|&date| date > day);
        if !host_stayed || self.slots[state.slot].date != day || state.remote.view().own.date != day {
            return;
        }
        if state.allowed_at.is_some_and(|at| at >= watch.since) {
            self.counts.add(Reached::LevelTold);
        } else {
            self.fail("told", format!("client {} was ready and was not told in time", watch.client));
        }
    }
}

fn refusals(effects: &[HostEffect], bus: BusId) -> Vec<ErrorCode> {
    let refused = |effect: &HostEffect| match effect {
        HostEffect::Send { to, message: BusMessage::Refused(refused) } if to.contains(&bus) => Some(refused.code),
        _ => None,
    };
    effects.iter().filter_map(refused).collect()
}

/// How many buses get the date of a campaign passed on.
fn recipients(effects: &[HostEffect], campaign: CampaignId) -> usize {
    let counted = |effect: &HostEffect| match effect {
        HostEffect::Send { to, message: BusMessage::CampaignDateChanged(c) } if c.campaign == campaign => to.len(),
        _ => 0,
    };
    effects.iter().map(counted).sum()
}
