// SPDX-License-Identifier: GPL-3.0-or-later
//! What comes off a bus, before the rooms see it: whether it can be read, whose it is, and whether it is not too much.

use super::Now;
use super::host::{BusId, Host};
use super::rate::{REFUSALS_PER_MINUTE_MAX, Verdict};
use crate::protocol::envelope::{Inbound, Malformed};
use crate::protocol::link::GoodbyeCode;
use crate::protocol::refusal::ErrorCode;
use crate::protocol::{BusMessage, CampaignId, Refusal};

impl Host {
    pub(super) fn receive(&mut self, now: Now, id: BusId, inbound: Result<Inbound, Malformed>) {
        let Some(campaign) = self.buses.get_mut(id).map(|bus| bus.campaign) else {
            // Sent before the bus ended, but too late.
            self.statistics.ignored += 1;
            return;
        };
        match self.own_message(now, id, campaign, inbound) {
            Some(message) => match self.rates.of(now, campaign).admit(now, message) {
                Verdict::Now(messages) => messages.into_iter().for_each(|message| self.message(now, id, message)),
                Verdict::Later => {}
                // Whatever it was, a hold may hang on it: on the next bus both sides say again how things stand.
                Verdict::TooMany(message) if message.is_about_settlements() => {
                    self.statistics.ignored += 1;
                    let reason = "more messages about settlements than this host takes at once";
                    self.say_goodbye(id, GoodbyeCode::TooSlow, reason);
                }
                Verdict::TooMany(message) => self.too_many(now, id, message.name()),
            },
            // Pointless as it was, it took its time.
            None if !self.rates.of(now, campaign).pay(now) => self.too_many(now, id, ""),
            None => {}
        }
    }

    /// What is a message of the campaign that the bus belongs to.
    fn own_message(
        &mut self,
        now: Now,
        id: BusId,
        campaign: CampaignId,
        inbound: Result<Inbound, Malformed>,
    ) -> Option<BusMessage> {
        let inbound = inbound.map_err(|malformed| self.malformed(now, id, malformed)).ok()?;
        let Some(message) = inbound.message else {
            self.statistics.unknown_types += 1;
            return None;
        };
        if inbound.sender != campaign || message.campaign().is_some_and(|named| named != campaign) {
            self.statistics.not_yours += 1;
            let refusal = Refusal::new(ErrorCode::NotYours, "this bus belongs to another campaign");
            self.refuse(id, message.name().into(), refusal);
            return None;
        }
        Some(message)
    }

    fn malformed(&mut self, now: Now, id: BusId, malformed: Malformed) {
        self.statistics.malformed += 1;
        let too_many = self.buses.get_mut(id).is_some_and(|bus| bus.misbehaviour.count(now));
        self.refuse(id, malformed.refused, malformed.refusal);
        if too_many {
            self.say_goodbye(id, GoodbyeCode::ProtocolError, "too many malformed messages");
        }
    }

    fn too_many(&mut self, now: Now, id: BusId, name: &str) {
        let Some(bus) = self.buses.get_mut(id) else { return };
        let goes_on_and_on = bus.over_rate.count_up_to(now, REFUSALS_PER_MINUTE_MAX);
        self.statistics.ignored += 1;
        let reason = "more messages than this host takes from a campaign; it takes more in a moment";
        self.refuse(id, name.into(), Refusal::new(ErrorCode::TooMany, reason));
        if goes_on_and_on {
            self.say_goodbye(id, GoodbyeCode::ProtocolError, "more messages than this host takes, for too long");
        }
    }

    /// State that waited because its campaign told too much at once.
    pub(super) fn take_what_waited(&mut self, now: Now) {
        for (campaign, message) in self.rates.release(now) {
            if let Some(bus) = self.buses.bus_of(campaign) {
                self.message(now, bus, message);
            }
        }
    }
}
