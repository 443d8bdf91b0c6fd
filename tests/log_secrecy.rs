// SPDX-License-Identifier: GPL-3.0-or-later
//! What the library logs of a session in which everything happens: no secret, and nothing that a player wrote.

mod support;

use std::sync::Arc;

use distributed_mekhq::net::transport::TcpConnector;
use distributed_mekhq::protocol::force::Force;
use distributed_mekhq::protocol::handshake::Password;
use distributed_mekhq::protocol::member::{Membership, MembershipChanged, Reason};
use distributed_mekhq::protocol::{CampaignId, proto};
use distributed_mekhq::session::{Announcement, Event, Rules};
use prost::Message;
use tempfile::TempDir;

use support::logs::{self, PLAYER_TEXT, SECRET};
use support::{Player, campaign, date, host_options, remote_options, rules, text};

fn guarded(password: &str) -> Rules {
    Rules { password: Password::new(password.into()).ok(), ..rules() }
}

fn computer() -> Arc<TempDir> {
    Arc::new(tempfile::tempdir().expect("a folder"))
}

fn join(from: &Arc<TempDir>, number: u128, port: u16, password: &str) -> Player {
    let mut options = remote_options(number, port, from.path());
    options.rules = guarded(password);
    Player::join_with(from, options, TcpConnector::new())
}

fn failed(player: &Player) {
    player.wait_for(|event| matches!(event, Event::ConnectFailed(_)));
}

/// Whatever a campaign can say, with a fox in it.
fn say_everything(player: &Player) {
    let unit = proto::ForceUnit { id: "1".into(), name: "Fuchs 🦊".into(), commander: "Rotfuchs 🦊".into() };
    let force = proto::Force { name: "Füchse 🦊".into(), units: vec![unit], ..Default::default() };
    for announcement in [
        Announcement::LocationChanged { location: text("Fuchsbau 🦊"), gm_movement: false },
        Announcement::ToeUpdated(Force::decode(&force.encode_to_vec()).expect("a TOE")),
        Announcement::DailyLog { date: date("3025-01-01"), entries: Arc::new(["Lohn 🦊".into()]) },
        Announcement::GmModeChanged(true),
        // Past the host's date, and back: refused, and connected anew.
        Announcement::DateChanged { date: date("3025-02-01"), jump: false },
        Announcement::DateChanged { date: date("3025-01-01"), jump: false },
    ] {
        player.session.announce(announcement).expect("open");
    }
}

fn decide(host: &Player, campaign: CampaignId, change: Membership) {
    let reason = Reason::parse("reason", "zu laut 🦊").expect("a reason");
    host.session.change_membership(MembershipChanged { campaign, change, reason }).expect("decided");
}

fn play() {
    let password = format!("offen {SECRET}");
    let at_the_host = computer();
    let mut options = host_options(100, 0, at_the_host.path());
    options.rules = guarded(&password);
    let host = Player::host_with(&at_the_host, options).expect("a free port");
    let home = computer();
    let player = join(&home, 1, host.port(), &password);
    player.wait_for(|event| matches!(event, Event::Connected { .. }));
    failed(&join(&home, 2, host.port(), &format!("falsch {SECRET}")));
    failed(&join(&computer(), 1, host.port(), &password));
    say_everything(&player);
    player.wait_for(|event| matches!(event, Event::Connected { .. }));
    say_everything(&host);
    decide(&host, campaign(1).id, Membership::Banned);
    player.wait_for(|event| matches!(event, Event::Disconnected { reconnecting: false, .. }));
    failed(&join(&home, 1, host.port(), &password));
    host.session.close();
    // A key that cannot be read is spoken of, too.
    for key in std::fs::read_dir(home.path().join("keys")).expect("keys") {
        std::fs::write(key.expect("a key").path(), format!("kaputt {SECRET}")).expect("written");
    }
    failed(&join(&home, 1, host.port(), &password));
}

#[test]
fn the_log_of_a_whole_session_holds_no_secret_and_nothing_that_a_player_wrote() {
    play();
    let log = std::fs::read_to_string(logs::file()).expect("a log");
    assert!(log.contains("a host session began") && log.contains("a host session ended"), "{log}");
    let digits = log.split(|letter: char| !letter.is_ascii_hexdigit()).map(str::len).max();
    assert!(!log.contains([SECRET, PLAYER_TEXT]) && digits < Some(64), "{log}");
}
