// SPDX-License-Identifier: GPL-3.0-or-later
//! The remote's rules about TOEs, each test named after one.

use prost::Message;

use super::fixture::campaign;
use super::remote::{Remote, RemoteInput};
use super::remote_play::{HOST, OWN, emitted, from_host, open, pong};
use super::{Announcement, Command, Event, Now};
use crate::protocol::CampaignId;
use crate::protocol::force::{Force, ToeHidden, ToeUpdated};

fn force() -> Force {
    let force = crate::protocol::proto::Force { name: "Company".into(), ..Default::default() };
    Force::decode(&force.encode_to_vec()).expect("a force")
}

/// The own TOE and those of campaign 2 and the host are known.
fn informed() -> Remote {
    let mut remote = open();
    remote.handle(Now(0), RemoteInput::Command(Command::Announce(Announcement::ToeUpdated(force()))));
    for number in [2, HOST] {
        from_host(&mut remote, ToeUpdated { campaign: campaign(number).id, force: force() });
    }
    remote
}

fn known(remote: &Remote) -> Vec<CampaignId> {
    remote.forces().owners().collect()
}

#[test]
fn a_toe_that_the_host_hides_is_forgotten_and_the_own_one_never() {
    let mut remote = informed();
    let campaigns = vec![campaign(OWN).id, campaign(2).id, campaign(3).id];
    let effects = from_host(&mut remote, ToeHidden { campaigns });
    assert_eq!(emitted(&effects), [&Event::ToeHidden(campaign(2).id)]);
    assert_eq!(known(&remote), [campaign(OWN).id, campaign(HOST).id]);
}

#[test]
fn the_toe_of_who_is_no_longer_on_the_roster_is_forgotten() {
    let mut remote = informed();
    from_host(&mut remote, pong(Vec::new(), 7, true));
    assert_eq!(known(&remote), [campaign(OWN).id, campaign(HOST).id]);
}
