// SPDX-License-Identifier: GPL-3.0-or-later
//! Whole sessions over real sockets: joining, telling, leaving.

mod support;

use std::sync::Arc;

use distributed_mekhq::protocol::force::Force;
use distributed_mekhq::protocol::link::GoodbyeCode;
use distributed_mekhq::protocol::proto;
use distributed_mekhq::protocol::refusal::ErrorCode;
use distributed_mekhq::session::{Announcement, EndCause, Event};
use prost::Message;
use tokio::net::TcpSocket;

use support::{Player, campaign, date, text};

#[test]
fn what_one_campaign_announces_all_others_hear() {
    let host = Player::host(100);
    let first = Player::joined(1, host.port());
    let second = Player::joined(2, host.port());
    first.wait_for(|event| matches!(event, Event::CampaignJoined(details) if details.id == campaign(2).id));

    second.session.announce(Announcement::DateChanged { date: date("3025-06-01"), jump: false }).expect("open");
    for listener in [&host, &first] {
        listener.wait_for(|event| {
            matches!(event, Event::CampaignDateChanged(changed)
                if changed.campaign == campaign(2).id && changed.date == date("3025-06-01"))
        });
        let roster = &listener.session.snapshot().roster;
        assert_eq!(roster.others[&campaign(2).id].date, date("3025-06-01"));
    }

    let location = text("Galatea");
    let moved = Announcement::LocationChanged { location: location.clone(), gm_movement: true };
    host.session.announce(moved).expect("open");
    for listener in [&first, &second] {
        listener.wait_for(|event| {
            matches!(event, Event::LocationChanged(changed) if changed.location == location && changed.gm_movement)
        });
    }
}

#[test]
fn a_closing_host_says_goodbye_and_frees_its_port_at_once() {
    let host = Player::host(100);
    let port = host.port();
    let remotes: Vec<_> = (1..=8).map(|number| Player::joined(number, port)).collect();
    host.session.close();
    for remote in &remotes {
        let ended = remote.wait_for(|event| matches!(event, Event::Disconnected { .. }));
        let Event::Disconnected { cause, .. } = ended else { unreachable!("waited for it") };
        assert_eq!(cause, EndCause::Goodbye(GoodbyeCode::HostClosing));
    }
    assert_eq!(host.rest().last(), Some(&Event::Closed));
    Player::try_host(100, port).expect("the port is free again");
}

#[test]
fn a_leaving_remote_is_told_from_one_that_was_cut_off() {
    let host = Player::host(100);
    let remote = Player::joined(1, host.port());
    remote.session.close();
    let left = host.wait_for(|event| matches!(event, Event::CampaignLeft { .. }));
    let Event::CampaignLeft { cause, campaign: details, .. } = left else { unreachable!("waited for it") };
    assert_eq!((cause, details.active), (EndCause::Goodbye(GoodbyeCode::Leaving), false));
}

#[test]
fn a_busy_port_is_named_before_start_returns() {
    let host = Player::host(100);
    let Err(refusal) = Player::try_host(101, host.port()) else { panic!("the port is taken") };
    assert_eq!(refusal.code, ErrorCode::AddressInUse);
    assert!(refusal.reason.contains(&host.port().to_string()), "{refusal}");
}

#[test]
fn an_unreachable_host_is_named() {
    // Bound to the end, so that nobody else is given the port, and never listened on.
    let nobody = TcpSocket::new_v4().expect("a socket");
    nobody.bind(([127, 0, 0, 1], 0).into()).expect("a free port");
    let port = nobody.local_addr().expect("an address").port();
    let remote = Player::join(1, port);
    let failed = remote.wait_for(|event| matches!(event, Event::ConnectFailed(_)));
    let Event::ConnectFailed(refusal) = failed else { unreachable!("waited for it") };
    assert_eq!(refusal.code, ErrorCode::HostUnreachable);
    assert!(refusal.reason.contains(&port.to_string()), "{refusal}");
}

#[test]
fn a_campaign_that_is_there_already_is_refused_and_the_standing_one_untouched() {
    let host = Player::host(100);
    let standing = Player::joined(1, host.port());
    let second = Player::join_from(standing.computer(), 1, host.port());
    second.wait_for(
        |event| matches!(event, Event::ConnectFailed(refusal) if refusal.code == ErrorCode::AlreadyConnected),
    );
    standing.session.announce(Announcement::GmModeChanged(true)).expect("open");
    host.wait_for(|event| matches!(event, Event::GmModeChanged(changed) if changed.gm_mode));
}

#[test]
fn a_campaign_comes_back_with_its_key_and_nobody_comes_in_its_place() {
    let host = Player::host(100);
    let remote = Player::joined(1, host.port());
    remote.session.close();
    let stranger = Player::join(1, host.port());
    let refused = stranger.wait_for(|event| matches!(event, Event::ConnectFailed(_)));
    let Event::ConnectFailed(refusal) = refused else { unreachable!("waited for it") };
    assert_eq!(refusal.code, ErrorCode::IdentityMismatch);
    let again = Player::join_from(remote.computer(), 1, host.port());
    again.wait_for(|event| matches!(event, Event::Connected { .. }));
}

#[test]
fn a_campaign_whose_key_cannot_be_kept_does_not_join() {
    let host = Player::host(100);
    let computer = Arc::new(tempfile::tempdir().expect("a folder"));
    std::fs::write(computer.path().join("keys"), "not a folder").expect("written");
    let remote = Player::join_from(&computer, 1, host.port());
    let failed = remote.wait_for(|event| matches!(event, Event::ConnectFailed(_)));
    let Event::ConnectFailed(refusal) = failed else { unreachable!("waited for it") };
    assert_eq!(refusal.code, ErrorCode::CampaignKeyUnavailable);
}

#[test]
fn commands_given_before_close_are_still_sent() {
    let host = Player::host(100);
    let remote = Player::joined(1, host.port());
    for day in 1..=28 {
        remote
            .session
            .announce(Announcement::DateChanged { date: date(&format!("3025-02-{day:02}")), jump: false })
            .expect("open");
    }
    remote.session.close();
    host.wait_for(|event| matches!(event, Event::CampaignDateChanged(changed) if changed.date == date("3025-02-28")));
}

#[test]
fn a_closed_session_refuses_commands_and_closes_again_without_harm() {
    let host = Player::host(100);
    host.session.close();
    host.session.close();
    let refused = host.session.announce(Announcement::GmModeChanged(true)).expect_err("closed");
    assert_eq!(refused.code, ErrorCode::SessionClosed);
}

#[test]
fn a_toe_is_shown_to_a_new_teammate_and_hidden_from_who_leaves_the_team() {
    let host = Player::host(100);
    let (owner, viewer) = (Player::joined(1, host.port()), Player::joined(2, host.port()));
    host.wait_for(|event| matches!(event, Event::CampaignJoined(details) if details.id == campaign(2).id));
    let force = proto::Force { name: "Company".into(), ..Default::default() };
    let force = Force::decode(&force.encode_to_vec()).expect("a force");
    host.session.assign_team(campaign(2).id, 2).expect("on the roster");
    owner.session.announce(Announcement::ToeUpdated(force)).expect("open");
    viewer.wait_for(|event| matches!(event, Event::ToeUpdated(updated) if updated.campaign == campaign(1).id));
    host.session.assign_team(campaign(2).id, 3).expect("on the roster");
    viewer.wait_for(|event| *event == Event::ToeHidden(campaign(1).id));
    assert!(viewer.session.snapshot().forces.get(campaign(1).id).is_none());
}
