// SPDX-License-Identifier: GPL-3.0-or-later
//! What players do, by chance. Remotes are obedient: they ask the gate before each day.

use distributed_mekhq::protocol::timeline::CampaignDateChanged;
use distributed_mekhq::protocol::{CampaignDate, Text};
use distributed_mekhq::session::remote::RemoteInput;
use distributed_mekhq::session::timeline::MayAdvance;
use distributed_mekhq::session::{Announcement, Command, Visibility};

use super::counts::Reached;
use super::network::{ClientId, Event};
use super::privacy::toe_of;
use super::world::{Save, World, later};

#[derive(Clone, Copy)]
enum Move {
    Advance,
    AdvanceFar,
    Gm,
    Travel,
    Toe,
    Log,
    Jump,
    JumpWithoutGm,
    Save,
    ReloadLive,
    Reload,
    Kill,
    Leave,
    SecondClient,
}

const MOVES: [(u64, Move); 14] = [
    (34, Move::Advance),
    (8, Move::AdvanceFar),
    (5, Move::Gm),
    (4, Move::Travel),
    (5, Move::Toe),
    (11, Move::Log),
    (6, Move::Jump),
    (2, Move::JumpWithoutGm),
    (6, Move::Save),
    (3, Move::ReloadLive),
    (4, Move::Reload),
    (3, Move::Kill),
    (1, Move::Leave),
    (4, Move::SecondClient),
];

#[derive(Clone, Copy)]
enum HostMove {
    Advance,
    AdvanceFar,
    Rewind,
    Team,
    Visibility,
    Gm,
    Travel,
    Toe,
    Log,
    Save,
}

const HOST_MOVES: [(u64, HostMove); 10] = [
    (40, HostMove::Advance),
    (6, HostMove::AdvanceFar),
    (4, HostMove::Rewind),
    (12, HostMove::Team),
    (5, HostMove::Visibility),
    (3, HostMove::Gm),
    (3, HostMove::Travel),
    (4, HostMove::Toe),
    (8, HostMove::Log),
    (6, HostMove::Save),
];

impl World {
    pub fn act(&mut self) {
        if !self.playing {
            return;
        }
        let next = self.now + self.random.between(50, 1_100);
        self.queue.push(next, Event::Act);
        if self.random.percent(22) {
            let choice = self.random.weighted(&HOST_MOVES);
            return self.host_moves(choice);
        }
        let slot = self.random.index(self.slots.len());
        match self.main_of(slot).filter(|&client| !self.clients[client].over) {
            Some(client) => {
                let choice = self.random.weighted(&MOVES);
                self.moves(slot, client, choice);
            }
            None => self.start_remote(slot),
        }
    }

    fn moves(&mut self, slot: usize, client: ClientId, choice: Move) {
        self.trace.note(self.now, "player", slot as u64, || format!("move {}", choice as u8));
        match choice {
            Move::Advance => self.advance(slot, client, 1),
            Move::AdvanceFar => {
                let days = self.random.between(2, 30);
                self.advance(slot, client, days);
            }
            Move::Gm => {
                self.slots[slot].gm_mode ^= true;
                self.say(client, Announcement::GmModeChanged(self.slots[slot].gm_mode));
            }
            Move::Travel => {
                self.slots[slot].location += 1;
                let location = system(self.slots[slot].location);
                self.say(client, Announcement::LocationChanged { location, gm_movement: self.slots[slot].gm_mode });
            }
            Move::Toe => {
                self.slots[slot].toe += 1;
                self.command(client, toe_of(slot + 1, self.slots[slot].toe));
            }
            Move::Log => {
                let log = self.privacy.new_log(self.slots[slot].date);
                self.command(client, log);
            }
            Move::Jump => self.jump(slot, client),
            Move::JumpWithoutGm => self.jump_without_gm(slot, client),
            Move::Save => self.save(slot, client),
            Move::ReloadLive => self.reload_live(slot, client),
            Move::Reload => self.reload(slot, client),
            Move::Kill => self.kill(slot, client),
            Move::Leave => self.leave(slot),
            Move::SecondClient => self.second_client(slot),
        }
    }

    fn say(&mut self, client: ClientId, announcement: Announcement) {
        self.command(client, Command::Announce(announcement));
    }

    /// Day after day, each after asking; what stops it is what the player acts on.
    fn advance(&mut self, slot: usize, client: ClientId, days: u64) {
        let mut gone = 0;
        while gone < days {
            let gate = self.clients[client].remote.view().gate;
            let from = self.slots[slot].date;
            let answer = gate.may_advance(from);
            let past = gate.connected && gate.host_date.is_some_and(|host_date| from > host_date);
            if past {
                self.counts.add(Reached::AskedWhilePastHost);
            }
            if answer != MayAdvance::Allowed {
                let behind = gate.host_date.is_some_and(|host_date| from < host_date);
                self.count_stop(answer, behind, past);
                if gone == 0 {
                    self.stopped(client, answer);
                }
                break;
            }
            let to = later(from, 1);
            self.check_advance(client, from, to, gate.connected);
            self.slots[slot].date = to;
            gone += 1;
            let alone = gate.host_date.is_none_or(|host_date| to > host_date);
            if !gate.connected {
                self.counts.add(if alone { Reached::LostAlone } else { Reached::LostFree });
            }
            self.say(client, Announcement::DateChanged { date: to, jump: false });
        }
        match gone {
            0 => {}
            1 => self.counts.add(Reached::BehindAdvanced),
            _ => self.counts.add(Reached::BehindInBulk),
        }
    }

    fn count_stop(&mut self, answer: MayAdvance, behind: bool, past: bool) {
        match answer {
            MayAdvance::WaitForHost => self.counts.add(Reached::LevelWaited),
            MayAdvance::AheadOfHost => self.counts.add(Reached::AheadWaited),
            MayAdvance::HostLost => self.counts.add(Reached::LostStopped),
            MayAdvance::Allowed | MayAdvance::ScenarioPending => {}
        }
        if past && answer != MayAdvance::AheadOfHost {
            self.fail("invariant", format!("a connected campaign past the host was told {answer:?}"));
        }
        if behind {
            self.fail("free behind", format!("a campaign behind the host it knows was told {answer:?}"));
        }
    }

    fn stopped(&mut self, client: ClientId, answer: MayAdvance) {
        match answer {
            MayAdvance::WaitForHost => {
                self.counts.add(Reached::LevelReady);
                self.say(client, Announcement::ReadyToAdvance);
                self.continue_in_vain(client);
            }
            MayAdvance::AheadOfHost => self.continue_in_vain(client),
            MayAdvance::HostLost if self.random.percent(40) => self.command(client, Command::ContinueWithoutHost(true)),
            _ => {}
        }
    }

    /// The host is there: the player may choose to do without it, and waits all the same.
    fn continue_in_vain(&mut self, client: ClientId) {
        if self.random.percent(5) {
            self.command(client, Command::ContinueWithoutHost(true));
        }
    }

    /// In GM mode straight to the host date.
    fn jump(&mut self, slot: usize, client: ClientId) {
        let gate = self.clients[client].remote.view().gate;
        let from = self.slots[slot].date;
        let target = gate.host_date.filter(|&host_date| gate.connected && from < host_date);
        let Some(to) = target.filter(|_| self.slots[slot].gm_mode) else { return };
        self.check_advance(client, from, to, true);
        self.counts.add(if to > self.host.date { Reached::GmJumpedAhead } else { Reached::GmJumped });
        self.slots[slot].date = to;
        self.say(client, Announcement::DateChanged { date: to, jump: true });
    }

    /// Asked of the campaign's own session, which refuses it, or past it, as by another program, of the host.
    fn jump_without_gm(&mut self, slot: usize, client: ClientId) {
        let date = self.slots[slot].date;
        if self.slots[slot].gm_mode {
            return;
        }
        if self.random.percent(50) {
            return self.say(client, Announcement::DateChanged { date, jump: true });
        }
        let campaign = self.slots[slot].id;
        self.send_message(client, &CampaignDateChanged { campaign, date, jump: true }.into());
    }

    fn save(&mut self, slot: usize, client: ClientId) {
        let (date, heard) = (self.slots[slot].date, self.clients[client].heard);
        let memento = self.clients[client].remote.memento().to_text();
        self.slots[slot].saves.push(Save { date, memento, heard });
    }

    fn any_save(&mut self, slot: usize) -> Option<Save> {
        let saves = self.slots[slot].saves.len();
        (saves > 0).then(|| self.slots[slot].saves[self.random.index(saves)].clone())
    }

    /// An older save is loaded, and the session learns of it by the date alone.
    fn reload_live(&mut self, slot: usize, client: ClientId) {
        let Some(save) = self.any_save(slot).filter(|save| save.date < self.slots[slot].date) else { return };
        if self.clients[client].open {
            self.counts.add(Reached::ReloadedOlderLive);
            self.slots[slot].date = save.date;
            self.say(client, Announcement::DateChanged { date: save.date, jump: false });
        }
    }

    /// A save is loaded, and its session is a new one.
    fn reload(&mut self, slot: usize, client: ClientId) {
        if self.random.percent(50) {
            self.save(slot, client);
        }
        let Some(save) = self.any_save(slot) else { return };
        let newer = save.date > self.slots[slot].date;
        self.counts.add(if newer { Reached::ReloadedNewer } else { Reached::ReloadedOlder });
        self.leave(slot);
        self.load(slot, save);
        self.start_remote(slot);
    }

    fn load(&mut self, slot: usize, save: Save) {
        self.slots[slot].date = save.date;
        self.slots[slot].memento = save.memento;
        self.slots[slot].heard = save.heard;
    }

    /// The process dies with all that was not saved. With the computer, its connection falls silent.
    fn kill(&mut self, slot: usize, client: ClientId) {
        self.counts.add(Reached::RemoteKilled);
        if let Some(link) = self.clients[client].link.filter(|_| self.random.percent(50)) {
            self.links[link].silent_up = true;
            self.links[link].silent_down = true;
        }
        self.forgive_client(client);
        self.hang_up(client);
        self.clients[client].alive = false;
        self.clients[client].open = false;
        self.keep_memento(slot, client);
        if let Some(save) = self.slots[slot].saves.last().cloned() {
            self.load(slot, save);
        }
        let at = self.now + self.random.between(200, 6_000);
        self.queue.push(at, Event::StartRemote(slot));
    }

    /// The same campaign is opened a second time, and closed after a while.
    fn second_client(&mut self, slot: usize) {
        let client = self.new_client(slot);
        self.client_input(client, RemoteInput::Start);
        let at = self.now + self.random.between(3_000, 20_000);
        self.queue.push(at, Event::EndSecondClient(client));
    }

    fn host_moves(&mut self, choice: HostMove) {
        if self.host.process.is_none() {
            return;
        }
        self.trace.note(self.now, "host player", choice as u64, String::new);
        match choice {
            HostMove::Advance => self.host_advances(1),
            HostMove::AdvanceFar => {
                let days = self.random.between(2, 20);
                self.host_advances(days as i64);
            }
            HostMove::Rewind => {
                let save = self.host.saves[self.random.index(self.host.saves.len())];
                if save < self.host.date {
                    self.counts.add(Reached::HostRewound);
                    self.host_stands_on(save);
                }
            }
            HostMove::Team => {
                let campaign = self.slots[self.random.index(self.slots.len())].id;
                if self.host.view().is_some_and(|view| view.others.contains_key(&campaign)) {
                    self.counts.add(Reached::TeamsChanged);
                    let team = self.random.between(1, 3) as i32;
                    self.host_command(Command::AssignTeam { campaign, team });
                }
            }
            HostMove::Visibility => {
                self.counts.add(Reached::VisibilityChanged);
                let everyone = self.random.percent(50);
                self.host.visibility = if everyone { Visibility::Everyone } else { Visibility::Team };
                self.host_command(Command::SetVisibility(self.host.visibility));
            }
            HostMove::Gm => {
                self.host.gm_mode ^= true;
                self.host_command(Command::Announce(Announcement::GmModeChanged(self.host.gm_mode)));
            }
            HostMove::Travel => {
                self.host.location += 1;
                let location = system(self.host.location);
                let moved = Announcement::LocationChanged { location, gm_movement: false };
                self.host_command(Command::Announce(moved));
            }
            HostMove::Toe => {
                self.host.toe += 1;
                self.host_command(toe_of(0, self.host.toe));
            }
            HostMove::Log => {
                let log = self.privacy.new_log(self.host.date);
                self.host_command(log);
            }
            HostMove::Save => self.host.saves.push(self.host.date),
        }
    }

    /// Rule "host free": the host asks nobody, and each of its days is told to all.
    fn host_advances(&mut self, days: i64) {
        self.counts.add(if days == 1 { Reached::HostAdvanced } else { Reached::HostAdvancedFar });
        for _ in 0..days {
            let from = self.host.date;
            let answer = self.host.view().map(|view| view.gate.may_advance(from));
            if answer != Some(MayAdvance::Allowed) {
                return self.fail("host free", format!("the host on {from} was told {answer:?}"));
            }
            self.host_stands_on(later(from, 1));
        }
    }

    fn host_stands_on(&mut self, date: CampaignDate) {
        self.host.date = date;
        self.host.dates.push(date);
        self.host_command(Command::Announce(Announcement::DateChanged { date, jump: false }));
        self.watch_host_date();
    }
}

fn system(number: u64) -> Text {
    Text::parse("location", &format!("System {number}")).expect("a text")
}
