// SPDX-License-Identifier: GPL-3.0-or-later
//! Who is not let in, over real sockets: each row with its refusal, and the host serving a good player after it.

mod support;

use distributed_mekhq::net::session::Session;
use distributed_mekhq::protocol::member::{Membership, MembershipChanged, Reason};
use distributed_mekhq::protocol::proto::{ConnectionRequest, ErrorCode};
use distributed_mekhq::session::Event;

use support::raw::{RawPeer, code, connect, connection_request};
use support::{Player, campaign, host_options, rules};

/// Whose key is bound before each row.
const KNOWN: u128 = 1;

fn with_key(number: u128, key: u8) -> ConnectionRequest {
    ConnectionRequest { key: vec![key; 32], ..connection_request(number) }
}

fn decide(session: &Session, change: Membership) {
    let reason = Reason::parse("reason", "mess hall").expect("a reason");
    let changed = MembershipChanged { campaign: campaign(KNOWN).id, change, reason };
    session.change_membership(changed).expect("decided");
}

type Row = (&'static str, Option<Membership>, ConnectionRequest, ErrorCode);

fn rows() -> Vec<Row> {
    let legacy = ConnectionRequest { protocol: 0, ..with_key(KNOWN, 1) };
    let short = ConnectionRequest { key: vec![1; 31], ..connection_request(KNOWN) };
    vec![
        ("a known campaign without its key", None, connection_request(KNOWN), ErrorCode::IdentityMismatch),
        ("a known campaign with another key", None, with_key(KNOWN, 2), ErrorCode::IdentityMismatch),
        ("a peer of the old contract as a known campaign", None, legacy, ErrorCode::IdentityMismatch),
        ("a key that is none", None, short, ErrorCode::InvalidArgument),
        ("a banned campaign", Some(Membership::Banned), with_key(KNOWN, 1), ErrorCode::Banned),
        (
            "a banned campaign without its key",
            Some(Membership::Banned),
            connection_request(KNOWN),
            ErrorCode::IdentityMismatch,
        ),
        ("a retired campaign", Some(Membership::Retired), with_key(KNOWN, 1), ErrorCode::Retired),
    ]
}

fn host() -> Player {
    let computer = std::sync::Arc::new(tempfile::tempdir().expect("a folder"));
    let mut options = host_options(100, 0, computer.path());
    options.rules = distributed_mekhq::session::Rules { allow_legacy_peers: true, ..rules() };
    Player::host_with(&computer, options).expect("a free port")
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_belong_is_refused_by_name_and_the_host_serves_the_others() {
    for (what, decision, request, refused) in rows() {
        let host = tokio::task::spawn_blocking(host).await.expect("a host");
        drop(RawPeer::join_with(host.port(), with_key(KNOWN, 1)).await);
        host.wait_for(|event| matches!(event, Event::CampaignLeft { .. }));
        if let Some(change) = decision {
            decide(&host.session, change);
            host.wait_for(|event| matches!(event, Event::MembershipChanged(_)));
        }
        let status = connect(host.port(), request).await.expect_err(what);
        assert_eq!(code(&status), refused, "{what}");
        assert_eq!(
            status.message().ends_with("mess hall"),
            decision.is_some() && refused != ErrorCode::IdentityMismatch
        );
        RawPeer::join_with(host.port(), with_key(2, 9)).await;
        host.wait_for(|event| matches!(event, Event::CampaignJoined(details) if details.id == campaign(2).id));
    }
}
