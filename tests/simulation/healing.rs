// SPDX-License-Identifier: GPL-3.0-or-later
//! After the last fault, all must be well again by itself; only players whose session is over start it anew.

use distributed_mekhq::protocol::CampaignDetails;
use distributed_mekhq::protocol::domain::CampaignStatus;
use distributed_mekhq::session::roster::RosterView;

use super::counts::Reached;
use super::network::{ClientId, Event};
use super::privacy::toe_name;
use super::world::World;

/// How long a player takes to notice that a session is over, and to connect anew.
const PLAYER_MS: u64 = 3_000;

impl World {
    pub fn heal(&mut self, now: u64) {
        self.now = now;
        self.playing = false;
        self.start_host();
        let seconds =
            (0..self.clients.len()).filter(|&client| self.slots[self.clients[client].slot].main != Some(client));
        for second in seconds.collect::<Vec<_>>() {
            self.close_client(second);
        }
        for slot in 0..self.slots.len() {
            self.queue.push(now + PLAYER_MS, Event::StartRemote(slot));
        }
    }

    /// While healing, a player whose session is over connects anew.
    pub fn session_over(&mut self, client: ClientId) {
        self.clients[client].over = true;
        if !self.playing {
            self.queue.push(self.now + PLAYER_MS, Event::StartRemote(self.clients[client].slot));
        }
    }

    /// Rule "healing": everyone is connected, knows the same as the host, and has what was kept for it.
    pub fn check_healed(&mut self) {
        let Some(host) = self.host.view() else { return self.fail("healing", "the host is away".into()) };
        for slot in 0..self.slots.len() {
            let client = self.main_of(slot).filter(|&client| self.clients[client].open);
            let Some(client) = client else {
                return self.fail("lockout", format!("{} is not connected", self.slots[slot].id));
            };
            let view = self.clients[client].remote.view();
            if let Some(detail) = differs(&view, &host) {
                return self.fail("healing", format!("client {client}: {detail}"));
            }
            if host.others[&self.slots[slot].id].date != self.slots[slot].date {
                return self.fail("healing", format!("client {client} stands on another day than its player"));
            }
            let kept = self.host.model.kept_for(self.slots[slot].id);
            if !kept.is_empty() {
                return self.fail("healing", format!("client {client} is owed the logs {kept:?}"));
            }
            self.check_forces(slot, client, &host);
        }
        self.check_no_log_lost();
        self.counts.add(Reached::Healed);
    }

    /// Every TOE that a campaign may see is the one that its owner announced last, and it has no other.
    fn check_forces(&mut self, viewer: usize, client: ClientId, host: &RosterView) {
        let forces = self.clients[client].remote.forces();
        let owners = self.slots.iter().enumerate().map(|(slot, owner)| (slot + 1, owner.id, owner.toe));
        let owners: Vec<_> = owners.chain([(0, self.host.id, self.host.toe)]).collect();
        for (number, owner, version) in owners {
            if version == 0 || number == viewer + 1 {
                continue;
            }
            if !self.sees(self.slots[viewer].id, owner, host) {
                if forces.get(owner).is_some() {
                    return self.fail("healing", format!("client {client} still has the TOE of {owner}"));
                }
                continue;
            }
            let shown = forces.get(owner).map(|force| force.as_proto().name.as_str());
            if shown != Some(toe_name(number, version).as_str()) {
                let detail = format!("client {client} may see the TOE {version} of {owner}, and sees {shown:?}");
                return self.fail("healing", detail);
            }
        }
    }
}

/// How a remote's roster differs from the host's.
fn differs(view: &RosterView, host: &RosterView) -> Option<String> {
    let own = host.others.get(&view.own.id);
    // A host that passed and went back while the word was under way may know of a readiness that is given up here.
    let forgotten = |own: &CampaignDetails| view.own.ready && !own.ready;
    let wrong = |own: &CampaignDetails| !same(own, &view.own) || own.team != view.own.team || forgotten(own);
    if own.is_none_or(|own| !own.active || wrong(own)) {
        return Some(format!("itself: {:?}, at the host {own:?}", view.own));
    }
    let Some(shown) = view.others.get(&host.own.id) else { return Some("the host is not on its roster".into()) };
    if !same(shown, &host.own) || !shown.active || shown.team != host.own.team {
        return Some(format!("the host: {shown:?}, not {:?}", host.own));
    }
    let others = |view: &RosterView| view.others.len();
    if others(view) != others(host) {
        return Some(format!("{} others, at the host {}", others(view), others(host)));
    }
    let wrong = host.others.values().filter(|known| known.id != view.own.id).find(|known| {
        view.others.get(&known.id).is_none_or(|shown| {
            let standing = |details: &CampaignDetails| -> (bool, i32, CampaignStatus, bool) {
                (details.active, details.team, details.status, details.ready)
            };
            !same(shown, known) || standing(shown) != standing(known)
        })
    });
    wrong.map(|known| format!("{known:?}, shown as {:?}", view.others.get(&known.id)))
}

fn same(one: &CampaignDetails, other: &CampaignDetails) -> bool {
    one.name == other.name && one.date == other.date && one.gm_mode == other.gm_mode && one.location == other.location
}
