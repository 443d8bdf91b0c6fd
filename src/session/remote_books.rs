// SPDX-License-Identifier: GPL-3.0-or-later
//! How the books of a remote campaign and its host hear each other (protocol.md section 5). What they say is passed
//! through: the books judge it on the campaign's own executor.

use super::event::{BooksBus, BooksEvent};
use super::remote::{Phase, Remote, RemoteEffect};
use super::{EndCause, Event, Now};
use crate::protocol::BusMessage;
use crate::protocol::link::{Goodbye, GoodbyeCode, Position, Refused};
use crate::protocol::message::is_about_settlements;

impl Remote {
    fn books_bus(&self) -> BooksBus {
        BooksBus(self.attempt.0)
    }

    fn is_open_for(&self, bus: BooksBus) -> bool {
        self.phase == Phase::Open && bus == self.books_bus()
    }

    /// The bus is open; a host of the old contract has no settlements.
    pub(super) fn open_books(&mut self) {
        let session = self.host.as_ref().filter(|host| host.protocol != 0).and_then(|host| host.session);
        if let Some(session) = session {
            let opened = BooksEvent::Opened { session, bus: self.books_bus() };
            self.effects.push(RemoteEffect::Emit(Event::Books(opened)));
        }
    }

    /// The bus has ended.
    pub(super) fn close_books(&mut self) {
        self.position = None;
        let ended = BooksEvent::Ended(self.books_bus());
        self.effects.push(RemoteEffect::Emit(Event::Books(ended)));
    }

    /// The host said something about settlements or requests.
    pub(super) fn for_books(&mut self, message: BusMessage) {
        if matches!(message, BusMessage::Quarantined(_)) {
            // It has nothing to confirm.
            self.backoff.served();
        }
        let said = BooksEvent::Said { bus: self.books_bus(), message };
        self.effects.push(RemoteEffect::Emit(Event::Books(said)));
    }

    /// The books hear of a refusal in its order among the host's other words, since it may end a hold.
    pub(super) fn refused(&mut self, refused: Refused) {
        if is_about_settlements(&refused.refused) {
            self.for_books(refused.into());
        } else {
            self.effects.push(RemoteEffect::Emit(Event::Refused(refused)));
        }
    }

    /// The books have something for the host.
    pub(super) fn books_say(&mut self, bus: BooksBus, message: BusMessage) {
        if self.is_open_for(bus) {
            if matches!(&message, BusMessage::Confirmed(confirmed) if !confirmed.more) {
                self.backoff.served();
            }
            self.send(message);
        }
    }

    /// The books tell how far they are: the next ping, sent now, carries it.
    pub(super) fn position_told(&mut self, now: Now, bus: BooksBus, position: Position) {
        if self.is_open_for(bus) {
            let own = self.state.roster.own().id;
            self.state.roster.set_standing(own, &position.standing.shown());
            self.position = Some(position);
            self.ping(now);
        }
    }

    /// What came on this bus was lost, or makes no sense: it comes again on the next, ever later until the books have worked
    /// through a listing, or a replay that they cannot take would come without end.
    pub(super) fn renew_bus(&mut self, now: Now, bus: BooksBus) {
        if self.is_open_for(bus) {
            self.backoff.in_vain();
            let wait = self.backoff.next_wait();
            self.come_anew(now, now.after(wait), "the settlements are to come again");
        }
    }

    /// Leaves the bus and opens another one at that moment.
    pub(super) fn come_anew(&mut self, now: Now, at: Now, reason: &str) {
        self.send(Goodbye { code: GoodbyeCode::Leaving, reason: reason.into() });
        self.end(now, EndCause::Goodbye(GoodbyeCode::Leaving), reason.into(), true);
        self.phase = Phase::Waiting(at);
    }
}
