// SPDX-License-Identifier: GPL-3.0-or-later
//! The own daily logs on their way to the host (protocol.md section 4).
//!
//! A log that was sent is in flight until the host has answered a ping that was sent after it: the host answers in the
//! order in which it takes. What is in flight when the link is lost is sent again on the next bus of the same session.

use super::remote::{Phase, Remote, RemoteEffect};
use super::{Event, Now};
use crate::protocol::link::Refused;
use crate::protocol::refusal::ErrorCode;
use crate::protocol::team::DailyLog;

impl Remote {
    /// On an open bus.
    pub(super) fn send_log(&mut self, now: Now, log: DailyLog) {
        if let Some(heartbeat) = &self.heartbeat {
            self.logs.push(log.clone(), heartbeat.next_number());
        }
        self.send(log);
        self.ask_for_logs(now);
    }

    /// The host has answered a ping.
    pub(super) fn logs_arrived(&mut self, now: Now) {
        let Some(heartbeat) = &self.heartbeat else { return };
        self.logs.arrived(|ping| heartbeat.is_answered(ping));
        self.ask_for_logs(now);
    }

    /// One ping at a time asks for all that was sent before it.
    fn ask_for_logs(&mut self, now: Now) {
        let unasked = self.heartbeat.as_ref().is_some_and(|heartbeat| !heartbeat.is_waiting());
        if unasked && !self.logs.is_empty() {
            self.ping(now);
        }
    }

    /// On a bus that has just opened.
    pub(super) fn send_logs_again(&mut self) {
        let Some(heartbeat) = &self.heartbeat else { return };
        for log in self.logs.sent_again(heartbeat.next_number()) {
            self.send(log);
        }
    }

    /// The host that could still take them is gone for good: the player's side hears that they may be lost.
    pub(super) fn give_up_logs(&mut self) {
        let count = std::mem::take(&mut self.logs).len();
        if count == 0 {
            return;
        }
        let refused = Refused {
            request: String::new(),
            code: ErrorCode::HostLost,
            reason: format!("the connection ended before the host had answered for {count} of your daily logs"),
            revision: 0,
            refused: "DailyLog".into(),
            withdrawal: false,
        };
        self.effects.push(RemoteEffect::Emit(Event::Refused(refused)));
    }

    /// After each step.
    pub(super) fn give_up_logs_when_over(&mut self) {
        if self.phase == Phase::Over {
            self.give_up_logs();
        }
    }
}
