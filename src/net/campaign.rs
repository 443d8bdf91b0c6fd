// SPDX-License-Identifier: GPL-3.0-or-later
//! A loaded campaign: its memento, its books, and its talk with the hosts of its sessions, if it is in any (protocol.md
//! section 5).
//!
//! Concurrency: it has one owner at a time, who calls it on the executor that changes the campaign. Each call is one turn,
//! in which campaign and books change together; none of them waits for a network or a disk. What a session's own task
//! knows of the host date is read from the session's snapshot, which is never behind what the books have heard.

use std::sync::Arc;

use uuid::Uuid;

use super::session::Session;
use crate::protocol::link::Position;
use crate::protocol::refusal::ErrorCode;
use crate::protocol::transfer::WireTransferRequest;
use crate::protocol::{BusMessage, CampaignDate, CampaignId, Refusal};
use crate::session::memento::{Memento, MementoError};
use crate::session::settlement::{BusNumber, CampaignAssets, News, Output, Participant};
use crate::session::timeline::MayAdvance;
use crate::session::{BooksBus, BooksEvent, Command};

/// A campaign as it was loaded from its save, and what became of it since.
pub struct LoadedCampaign {
    memento: Memento,
    participant: Participant,
    date: CampaignDate,
    attached: Vec<Attached>,
}

/// A session that the campaign is in.
struct Attached {
    /// Told apart from all other sessions of this process by it.
    number: u64,
    session: Arc<Session>,
    open: Option<OpenBooks>,
    /// The host's session that it is, or was last.
    entered: Option<Uuid>,
}

/// The bus by which a host and the books hear each other.
struct OpenBooks {
    session: Uuid,
    bus: BooksBus,
    told: Position,
}

/// What came of one turn.
#[derive(Debug)]
pub struct Turn {
    /// For the player's side, with the number of the session that it comes from, where the campaign is in it.
    pub news: Vec<(Option<u64>, News)>,
    /// Whether what was asked for can be done.
    pub answer: Result<(), Refusal>,
}

impl LoadedCampaign {
    /// A campaign with the memento that its save holds, on the date that it stands on.
    pub fn load(campaign: CampaignId, memento: &str, date: CampaignDate) -> Result<Self, MementoError> {
        let memento = Memento::parse(memento)?;
        let participant = Participant::new(campaign, memento.books().clone());
        Ok(Self { memento, participant, date, attached: Vec::new() })
    }

    /// Whose it is.
    pub fn campaign(&self) -> CampaignId {
        self.participant.campaign()
    }

    /// What belongs into the save now.
    pub fn memento(&self) -> Memento {
        let mut memento = self.memento.clone();
        memento.set_books(self.participant.books().clone());
        for attached in &self.attached {
            attached.remember(&mut memento);
        }
        memento
    }

    /// Whether the campaign may advance from a date while it is in no session.
    pub fn may_advance(&self, from: CampaignDate) -> MayAdvance {
        self.memento().may_advance(from)
    }

    /// The campaign is in a session, by a number that no other session of this process has.
    pub fn attach(&mut self, number: u64, session: Arc<Session>) {
        self.attached.push(Attached { number, session, open: None, entered: None });
    }

    /// The campaign stands on another day, with a session or without one.
    pub fn day(&mut self, date: CampaignDate, assets: &mut dyn CampaignAssets) -> Turn {
        self.date = date;
        self.participant.day(date, assets);
        self.conclude(Ok(()))
    }

    /// Takes what the hosts have said.
    pub fn work(&mut self, assets: &mut dyn CampaignAssets) -> Turn {
        self.let_go_of_ended();
        for at in 0..self.attached.len() {
            for event in self.attached[at].session.events().take_books() {
                self.take(at, event, assets);
            }
        }
        self.conclude(Ok(()))
    }

    /// The player does something in a session that the campaign is in.
    pub fn act(
        &mut self,
        number: u64,
        assets: &mut dyn CampaignAssets,
        act: impl FnOnce(&mut Participant, Uuid, CampaignDate, &mut dyn CampaignAssets) -> Result<(), Refusal>,
    ) -> Turn {
        self.let_go_of_ended();
        let attached = self.attached.iter().find(|attached| attached.number == number);
        let lost = || Refusal::new(ErrorCode::HostLost, "the host is out of reach");
        let answer = match attached.and_then(|attached| attached.open.as_ref()).map(|open| open.session) {
            Some(session) => act(&mut self.participant, session, self.date, assets),
            None => {
                Err(attached.map_or_else(lost, |attached| attached.session.snapshot().roster.without_settlements()))
            }
        };
        self.conclude(answer)
    }

    /// The player gives up a session that will never come back: what is held for it is free again.
    pub fn abandon(&mut self, session: Uuid, assets: &mut dyn CampaignAssets) -> Turn {
        self.let_go_of_ended();
        self.participant.abandon(session, assets);
        self.conclude(Ok(()))
    }

    /// Open transfers that the campaign takes part in, by its host's last word; none while that is out of reach.
    pub fn open_transfers(&self, number: u64) -> Vec<WireTransferRequest> {
        let open = self.attached.iter().find(|attached| attached.number == number).and_then(|a| a.open.as_ref());
        open.map(|open| self.participant.open_transfers(open.session).cloned().collect()).unwrap_or_default()
    }

    fn take(&mut self, at: usize, event: BooksEvent, assets: &mut dyn CampaignAssets) {
        if let BooksEvent::Opened { session, .. } = event {
            self.enter(at, session);
        }
        let attached = &mut self.attached[at];
        match event {
            BooksEvent::Opened { session, bus } => {
                let told = self.participant.open(session, attached.number_of(bus));
                attached.open = Some(OpenBooks { session, bus, told });
                attached.tell_position();
            }
            BooksEvent::Said { bus, message } => {
                let number = attached.number_of(bus);
                if let Some(open) = attached.open.as_ref().filter(|open| open.bus == bus) {
                    self.participant.receive(open.session, number, message, self.date, assets);
                }
            }
            BooksEvent::Ended(bus) => {
                if let Some(open) = attached.open.take_if(|open| open.bus == bus) {
                    self.participant.close(open.session, attached.number_of(bus));
                }
            }
        }
    }

    /// A host may come back with another session. Of the one before only the books are told of from now on, so what else
    /// was known of it is kept here.
    fn enter(&mut self, at: usize, session: Uuid) {
        let attached = &mut self.attached[at];
        let known = attached.session.snapshot();
        self.memento.set_books(self.participant.books().clone());
        for entered in attached.entered.replace(session).into_iter().chain([session]) {
            self.memento.take_over(&known.memento, entered);
        }
    }

    /// What a session that has ended knew stays.
    fn let_go_of_ended(&mut self) {
        let participant = &mut self.participant;
        let memento = &mut self.memento;
        self.attached.retain(|attached| {
            if !attached.session.is_closing() {
                return true;
            }
            memento.set_books(participant.books().clone());
            attached.remember(memento);
            if let Some(open) = &attached.open {
                participant.close(open.session, attached.number_of(open.bus));
            }
            false
        });
    }

    /// Carries out what the books want done.
    fn conclude(&mut self, answer: Result<(), Refusal>) -> Turn {
        let mut news = Vec::new();
        for output in self.participant.take_outputs() {
            match output {
                Output::Send(session, message) => {
                    self.open(session).inspect(|attached| attached.say(message));
                }
                Output::Reconnect(session) => {
                    self.open(session).inspect(|attached| attached.renew());
                }
                Output::Tell(session, told) => news.push((self.number_of(session), told)),
            }
        }
        for attached in &mut self.attached {
            let Some(open) = &mut attached.open else { continue };
            let position = self.participant.position(open.session);
            if position != open.told {
                open.told = position;
                attached.tell_position();
            }
        }
        Turn { news, answer }
    }

    /// Also of a session whose bus has ended since: what it had said before is told.
    fn number_of(&self, session: Uuid) -> Option<u64> {
        let ended = || self.attached.iter().rev().find(|attached| attached.entered == Some(session));
        self.open(session).or_else(ended).map(|attached| attached.number)
    }

    fn open(&self, session: Uuid) -> Option<&Attached> {
        self.attached.iter().find(|attached| attached.open.as_ref().is_some_and(|open| open.session == session))
    }
}

impl Attached {
    /// Among the buses of all sessions of this process.
    fn number_of(&self, bus: BooksBus) -> BusNumber {
        (self.number << 32) | u64::from(bus.0)
    }

    fn remember(&self, memento: &mut Memento) {
        let snapshot = self.session.snapshot();
        if let Some(session) = snapshot.entered {
            memento.take_over(&snapshot.memento, session);
        }
    }

    fn say(&self, message: BusMessage) {
        self.tell(|bus| Command::Say { bus, message });
    }

    fn tell_position(&self) {
        let Some(open) = &self.open else { return };
        self.tell(|bus| Command::TellPosition { bus, position: open.told.clone() });
    }

    /// A session that does not keep up gets no half of it: everything comes again on a new bus. One that is closed needs
    /// nothing.
    fn tell(&self, command: impl FnOnce(BooksBus) -> Command) {
        let Some(open) = &self.open else { return };
        if self.session.books_say(command(open.bus)).is_err() {
            self.renew();
        }
    }

    fn renew(&self) {
        if let Some(open) = &self.open {
            self.session.events().ask_for_renewal(open.bus);
        }
    }
}
