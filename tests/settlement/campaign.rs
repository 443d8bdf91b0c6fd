// SPDX-License-Identifier: GPL-3.0-or-later
//! A campaign: its process, its saves, its link, and what must hold of it after every turn.

use distributed_mekhq::protocol::money::Bundle;
use distributed_mekhq::protocol::settlement::{Adjustment, Cursor, Place};
use distributed_mekhq::protocol::{BusMessage, CampaignDate, CampaignId};
use distributed_mekhq::session::memento::Memento;
use distributed_mekhq::session::settlement::{Book, Exchange, News, Output, Participant};

use super::counts::Reached;
use super::model::Model;
use super::purse::{BEGIN, Purse, units};
use super::world::{Event, HOST, SESSION, Up, World, id};

pub struct Campaign {
    pub process: Option<Running>,
    /// Oldest first. The save of a campaign that was never played is there from the beginning.
    saves: Vec<SaveFile>,
    /// The bus that it believes to have.
    pub bus: Option<u64>,
    last_up: u64,
    pub last_down: u64,
    /// Nothing passes its link before that.
    pub blocked_until: u64,
    /// It owed something at its last turn.
    owes: bool,
}

fn book_of(running: &Running) -> Book {
    running.participant.books().get(SESSION).cloned().unwrap_or_default()
}

/// A loaded campaign.
pub struct Running {
    pub participant: Participant,
    pub purse: Purse,
    /// Its player wants out of quarantine.
    pub quarantined: bool,
    /// The adjustments of others that its player was told of.
    told: Vec<Cursor>,
}

/// What lies on the player's disk.
#[derive(Debug, Clone)]
struct SaveFile {
    memento: String,
    purse: Purse,
}

impl Campaign {
    pub fn new(date: CampaignDate) -> Self {
        let begin = SaveFile { memento: String::new(), purse: Purse::new(date) };
        Self { process: None, saves: vec![begin], bus: None, last_up: 0, last_down: 0, blocked_until: 0, owes: false }
    }

    pub fn date(&self) -> CampaignDate {
        let saved = || self.saves.last().expect("there is always one").purse.date;
        self.process.as_ref().map_or_else(saved, |running| running.purse.date)
    }
}

impl Running {
    /// All that the campaign has: free, held, on its way, and what it owes taken off.
    fn wealth(&self) -> i64 {
        let book = book_of(self);
        let arriving: i64 = book.arrivals.values().map(|arrival| units(&arrival.bundle)).sum();
        let owed: i64 = book.debts.values().map(|debt| debt / 100).sum();
        self.purse.free + self.purse.held.values().sum::<i64>() + arriving - owed
    }

    /// What must hold after every turn.
    fn wrong(&self) -> Option<String> {
        let Purse { income, applied, .. } = self.purse;
        let (wealth, explained) = (self.wealth(), BEGIN + income + applied);
        if wealth != explained {
            return Some(format!("it has {wealth}, and {explained} is explained"));
        }
        let book = book_of(self);
        let held = book.holds.iter().map(|(key, hold)| (*key, units(&hold.bundle))).collect();
        if self.purse.held != held {
            return Some("books and campaign disagree on what is held".into());
        }
        self.purse.wrong.clone()
    }

    /// Whoever never left quarantine has applied what the ledger has, and nothing else.
    pub fn foreign(&self, campaign: CampaignId, model: &Model) -> Option<String> {
        let book = book_of(self);
        let moved = model.moved(campaign, &book);
        (book.exit == 0 && moved != self.purse.applied).then(|| "it has applied another past than the ledger's".into())
    }

    /// What has not come to rest.
    pub fn unrest(&self, campaign: CampaignId, exchange: &Exchange) -> Option<String> {
        let book = book_of(self);
        if !self.participant.may_promise(SESSION) {
            return Some("it is not confirmed".into());
        }
        if book.cursor != exchange.accounts().end(campaign) {
            return Some("it has not applied all its settlements".into());
        }
        let of_another = |news: &BusMessage| matches!(news, BusMessage::Adjustment(news) if news.campaign != campaign);
        if exchange.accounts().news_after(book.news).iter().any(|(_, news)| of_another(news)) {
            return Some("it was not told of all adjustments".into());
        }
        if book.arrivals.values().any(|arrival| arrival.due <= self.purse.date) {
            return Some("something that fell due has not arrived".into());
        }
        let promised = |key: &distributed_mekhq::protocol::settlement::HoldKey| {
            exchange.transfers().get(key.request).map_or_else(Bundle::default, |open| open.promised_by(campaign))
        };
        if let Some((key, _)) = book.holds.iter().find(|(key, hold)| promised(key) != hold.bundle) {
            return Some(format!("nothing explains what is held for {key:?}"));
        }
        let mut promises = exchange.transfers().open_of(campaign).filter(|open| !open.promised_by(campaign).is_empty());
        let unheld = promises.find(|open| !book.holds.keys().any(|key| key.request == open.request.request));
        unheld.map(|open| format!("nothing is held for {:?}", open.request.request))
    }
}

/// In a turn in which a settlement paused nothing of the host's is taken after it.
fn pause_was_passed(outputs: &[Output]) -> bool {
    let told = outputs.iter().filter_map(|output| match output {
        Output::Tell(_, news) => Some(news),
        _ => None,
    });
    let of_the_host =
        |news: &News| matches!(news, News::Applied { .. } | News::Confirmed(_) | News::Asked(_) | News::Said(_));
    told.skip_while(|news| !matches!(news, News::Paused { .. })).any(of_the_host)
}

impl World {
    /// Loads the newest save, where nothing runs.
    pub fn start(&mut self, campaign: usize) {
        if self.campaigns[campaign].process.is_some() || (campaign == HOST && self.host.process.is_none()) {
            return;
        }
        let back = match self.death {
            Some(death) if death.campaign == campaign => death.age,
            Some(_) => 0,
            None if self.nature.reloads && self.random.percent(20) => self.random.below(3) as usize,
            None => 0,
        };
        self.load(campaign, back);
        self.connect(campaign);
    }

    /// Loads the save that is so many back from the newest, whatever runs.
    pub fn load(&mut self, campaign: usize, back: usize) {
        let saves = &self.campaigns[campaign].saves;
        let SaveFile { memento, purse } = saves[saves.len() - 1 - back.min(saves.len() - 1)].clone();
        let memento = match Memento::parse(&memento) {
            Ok(memento) => memento,
            Err(error) => return self.fail(format!("{campaign}: {error}")),
        };
        let participant = Participant::new(id(campaign), memento.books().clone());
        self.campaigns[campaign].bus = None;
        self.campaigns[campaign].process = Some(Running { participant, purse, quarantined: false, told: Vec::new() });
        self.turn(campaign, |participant, purse| participant.day(purse.date, purse));
    }

    pub fn save(&mut self, campaign: usize) {
        let at = &mut self.campaigns[campaign];
        let Some(running) = &at.process else { return };
        let mut memento = Memento::default();
        memento.joined(SESSION, running.purse.date);
        memento.set_books(running.participant.books().clone());
        let purse = Purse { broken: false, ..running.purse.clone() };
        at.saves.push(SaveFile { memento: memento.to_text(), purse });
    }

    /// One turn of a campaign's executor, and what it leads to; the process may die in the middle of that.
    pub fn turn<T>(&mut self, campaign: usize, act: impl FnOnce(&mut Participant, &mut Purse) -> T) -> Option<T> {
        let running = self.campaigns[campaign].process.as_mut()?;
        let answer = act(&mut running.participant, &mut running.purse);
        let outputs = running.participant.take_outputs();
        if pause_was_passed(&outputs) {
            self.fail(format!("{campaign}: something that came behind a paused settlement was taken before it"));
        }
        self.check_turn(campaign);
        // Where no older save is ever loaded, each turn is saved.
        if !self.nature.reloads || self.random.percent(15) {
            self.save(campaign);
        }
        for output in outputs {
            if self.dies_between(campaign) {
                break;
            }
            match output {
                Output::Send(_, message) => self.send_up(campaign, Up::Say(message)),
                Output::Reconnect(_) => self.connect(campaign),
                Output::Tell(_, news) => self.hear(campaign, news),
            }
        }
        Some(answer)
    }

    fn dies_between(&mut self, campaign: usize) -> bool {
        let faults = !self.calm && self.death.is_none();
        let dies = faults && campaign != HOST && self.random.below(400) == 0;
        if dies {
            self.counts.add(Reached::CrashedBetween);
            self.crash(campaign);
        }
        dies
    }

    fn check_turn(&mut self, campaign: usize) {
        let at = &self.campaigns[campaign];
        let Some(running) = &at.process else { return };
        let mut wrong = running.wrong();
        let owes = !book_of(running).debts.is_empty();
        let book = book_of(running);
        if !self.nature.restores {
            let moved = self.host.model.moved(id(campaign), &book);
            if moved != running.purse.applied {
                let applied = running.purse.applied;
                wrong.get_or_insert(format!("the ledger moved {moved}, and the save has applied {applied}"));
            }
            if !self.nature.reloads && !book.debts.is_empty() {
                wrong.get_or_insert("it owes without ever having loaded an older save".into());
            }
        }
        let owed = std::mem::replace(&mut self.campaigns[campaign].owes, owes);
        if owes && !owed {
            self.counts.add(Reached::Owed);
        }
        if let Some(what) = wrong {
            self.fail(format!("{campaign}: {what}"));
        }
    }

    fn hear(&mut self, campaign: usize, news: News) {
        match news {
            News::Applied { .. } => self.counts.add(Reached::Applied),
            News::Paused { .. } => self.counts.add(Reached::Paused),
            News::Withdrawn(_) => self.counts.add(Reached::Withdrawn),
            News::Said(BusMessage::Refused(_)) => self.counts.add(Reached::Refused),
            News::Said(BusMessage::Adjustment(adjustment)) => self.hear_adjustment(campaign, &adjustment),
            News::Quarantined(_) => {
                self.counts.add(Reached::Quarantined);
                if !self.nature.restores {
                    self.fail(format!("{campaign} knows what the ledger does not"));
                }
                if let Some(running) = &mut self.campaigns[campaign].process {
                    running.quarantined = true;
                }
            }
            News::Said(_) | News::Asked(_) | News::AssetsFailed(_) => {}
            News::Confirmed(_) => {
                if let Some(running) = &mut self.campaigns[campaign].process {
                    running.quarantined = false;
                }
            }
        }
    }

    /// Once, unless a ledger that was restored cannot tell of which ones the save knows.
    fn hear_adjustment(&mut self, campaign: usize, adjustment: &Adjustment) {
        self.counts.add(Reached::Told);
        let Some(running) = &mut self.campaigns[campaign].process else { return };
        let place = adjustment.place.map(|Place(place)| place).unwrap_or_default();
        let again = running.told.contains(&place);
        running.told.push(place);
        if again && !self.nature.restores {
            self.fail(format!("{campaign} is told of an adjustment twice"));
        }
    }

    /// The process dies. A host campaign dies with its host only.
    pub fn crash(&mut self, campaign: usize) {
        let at = &mut self.campaigns[campaign];
        at.process = None;
        let bus = at.bus.take();
        if campaign != HOST {
            self.counts.add(Reached::Crashed);
            let wait = self.random.between(100, 3_000);
            self.plan(wait, Event::Start(campaign));
        }
        if let Some(bus) = bus {
            let notice = self.random.between(1, 4_000);
            self.plan(notice, Event::BreakThere(campaign, bus));
        }
    }

    pub fn connect_if_apart(&mut self, campaign: usize) {
        if self.campaigns[campaign].bus.is_none() {
            self.connect(campaign);
        }
    }

    /// A new bus, whatever there was before.
    pub fn connect(&mut self, campaign: usize) {
        self.buses += 1;
        let bus = self.buses;
        let at = &mut self.campaigns[campaign];
        let Some(running) = &mut at.process else { return };
        at.bus = Some(bus);
        let position = running.participant.open(SESSION, bus);
        self.send_up(campaign, Up::Admit);
        self.send_up(campaign, Up::Greet(position));
    }

    pub fn bus_lost(&mut self, campaign: usize, bus: u64) {
        if self.campaigns[campaign].bus != Some(bus) {
            return;
        }
        self.campaigns[campaign].bus = None;
        if let Some(running) = &mut self.campaigns[campaign].process {
            running.participant.close(SESSION, bus);
        }
        let wait = self.random.between(250, 3_000);
        self.plan(wait, Event::Connect(campaign));
    }

    fn send_up(&mut self, campaign: usize, up: Up) {
        let delay = if campaign == HOST { 1 } else { self.random.between(1, 200) };
        let at = &mut self.campaigns[campaign];
        let Some(bus) = at.bus else { return };
        at.last_up = (self.now + delay).max(at.blocked_until).max(at.last_up);
        let arrives = at.last_up;
        self.plan_at(arrives, Event::Up(campaign, bus, up));
    }

    /// What came by an older bus comes here as well: not to take it is the participant's part.
    pub fn reaches_campaign(&mut self, campaign: usize, bus: u64, message: BusMessage) {
        self.turn(campaign, |participant, purse| participant.receive(SESSION, bus, message, purse.date, purse));
    }
}
