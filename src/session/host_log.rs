// SPDX-License-Identifier: GPL-3.0-or-later
//! Daily logs on their way through the host (protocol.md section 4).
//!
//! A log that was sent to a teammate is in flight until the teammate has answered a ping that was sent after it. It
//! costs the ledger nothing meanwhile; only when the bus ends, or its peer falls silent, is what was in flight kept like
//! a log for somebody who is away. One such ping at a time is under way, so many logs cost few pings.

use super::Event;
use super::Now;
use super::host::{BusId, Host, HostEffect};
use crate::protocol::entry::{KeptLog, Record};
use crate::protocol::refusal::ErrorCode;
use crate::protocol::team::DailyLog;
use crate::protocol::{BusMessage, CampaignId, Refusal};

/// Kept logs that are sent before an answer is awaited.
const KEPT_LOGS_PORTION: usize = 256;

impl Host {
    /// To the sender's team: at once to those who are there, later to those who are away.
    pub(super) fn daily_log(&mut self, now: Now, log: DailyLog) {
        let teammates: Vec<_> =
            self.teams.all().map(|(id, _)| id).filter(|&id| self.teams.are_teammates(id, log.campaign)).collect();
        let mut to = Vec::new();
        let mut recipients = Vec::new();
        for teammate in teammates {
            if teammate == self.id() {
                self.effects.push(HostEffect::Emit(Event::DailyLog(log.clone())));
            } else if let Some(bus) = self.buses.bus_of(teammate).filter(|_| self.is_active(teammate)) {
                to.push(bus);
            } else {
                recipients.push(teammate);
            }
        }
        if !recipients.is_empty() {
            self.keep_told(now, log.clone(), recipients);
        }
        self.send(to.clone(), log.clone());
        for bus in to {
            self.await_arrival(now, bus, &log);
        }
    }

    /// For those who are away, unless the sender has had very much kept already.
    fn keep_told(&mut self, now: Now, log: DailyLog, recipients: Vec<CampaignId>) {
        let own = log.campaign == self.id();
        if own || self.rates.of(now, log.campaign).keep(now, log.weight()) {
            return self.keep_log(log, recipients);
        }
        self.statistics.ignored += 1;
        if let Some(bus) = self.buses.bus_of(log.campaign) {
            let reason = "teammates who are away do not get this: too much was kept for them in a short time";
            self.refuse(bus, "DailyLog".into(), Refusal::new(ErrorCode::TooMany, reason));
        }
    }

    /// For those who are away; the sender is told when that cannot be.
    fn keep_log(&mut self, log: DailyLog, recipients: Vec<CampaignId>) {
        let Err(refusal) = self.ledger.check_writable() else {
            return self.record(Record::LogKept(KeptLog { log, recipients }));
        };
        if log.campaign == self.id() {
            self.refuse_own("DailyLog", refusal);
        } else if let Some(bus) = self.buses.bus_of(log.campaign) {
            self.refuse(bus, "DailyLog".into(), refusal);
        }
    }

    /// A campaign that leaves pings unanswered may be gone already.
    fn is_active(&self, campaign: CampaignId) -> bool {
        self.state.roster.get(campaign).is_some_and(|details| details.active)
    }

    fn await_arrival(&mut self, now: Now, id: BusId, log: &DailyLog) {
        // A peer of the old contract gets no logs.
        let Some(bus) = self.buses.get_mut(id).filter(|bus| !bus.is_legacy()) else { return };
        bus.in_flight.push(log.clone(), bus.heartbeat.next_number());
        if !bus.heartbeat.is_waiting() {
            self.ping(now, id);
        }
    }

    /// A ping was answered: what was sent before it has arrived, and the next portion of what was kept may follow.
    pub(super) fn logs_arrived(&mut self, now: Now, id: BusId) {
        let Some(bus) = self.buses.get_mut(id) else { return };
        let (campaign, heartbeat) = (bus.campaign, &bus.heartbeat);
        bus.in_flight.arrived(|ping| heartbeat.is_answered(ping));
        let delivered = bus.logs_sent.take_if(|(_, ping)| heartbeat.is_answered(*ping));
        let awaited = bus.logs_sent.is_some();
        let unasked = !bus.in_flight.is_empty() && !heartbeat.is_waiting();
        let count = delivered.map_or(0, |(last, _)| self.backlog.count_up_to(campaign, last));
        if count > 0 {
            self.record(Record::LogDelivered { recipient: campaign, count: count as u64 });
        }
        if !awaited && !self.is_read_only() && self.backlog.count_for(campaign) > 0 {
            self.send_kept_logs(id, campaign);
            self.ping(now, id);
        } else if unasked {
            self.ping(now, id);
        }
    }

    /// In portions that no queue is too small for. One counts as delivered, and the next follows, once the recipient
    /// has answered a ping that came after it. They wait while the ledger cannot note that.
    pub(super) fn send_kept_logs(&mut self, bus: BusId, recipient: CampaignId) {
        if self.is_read_only() {
            return;
        }
        let kept: Vec<_> = self.backlog.kept_for(recipient).take(KEPT_LOGS_PORTION).cloned().collect();
        if let Some(bus) = self.buses.get_mut(bus).filter(|bus| !bus.is_legacy()) {
            bus.logs_sent = kept.last().map(|(number, _)| (*number, bus.heartbeat.next_number()));
        }
        for (_, log) in kept {
            self.send(vec![bus], BusMessage::DailyLog(log));
        }
    }

    /// The peer does not answer: what is in flight on its bus may be lost, so from now on it is kept, if that can be.
    pub(super) fn keep_in_flight_if_possible(&mut self, id: BusId) {
        if !self.is_read_only() {
            self.keep_in_flight(id);
        }
    }

    /// The bus ends: what is in flight on it may be lost, so from now on it is kept.
    pub(super) fn keep_in_flight(&mut self, id: BusId) {
        let Some(bus) = self.buses.get_mut(id) else { return };
        let (recipient, in_flight) = (bus.campaign, std::mem::take(&mut bus.in_flight));
        // Nothing is kept for who has retired.
        let stays = self.state.roster.get(recipient).is_some();
        let Some(ping) = in_flight.last_ping().filter(|_| stays) else { return };
        let alone = self.backlog.count_for(recipient) == 0;
        for log in in_flight.into_logs() {
            self.keep_log(log, vec![recipient]);
        }
        // Should the peer answer after all, they need not come a second time.
        let last = self.backlog.kept_for(recipient).last().map(|(number, _)| *number);
        if let (true, Some(last), Some(bus)) = (alone, last, self.buses.get_mut(id)) {
            bus.logs_sent = Some((last, ping));
        }
    }
}
