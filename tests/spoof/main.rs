// SPDX-License-Identifier: GPL-3.0-or-later
//! Messages that are not their sender's to send: in another campaign's name, replayed on another's bus, or late. Of
//! every type that the contract has, on both sides; a new type is tried from the day it stands in `proto/`.
//!
//! `SPOOF_MESSAGES` (25) says how many of each type and kind.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "../../fuzz/src/lib.rs"]
#[allow(dead_code, reason = "the fuzzer uses the rest")]
mod fuzz;
mod play;
#[path = "../simulation/random.rs"]
#[allow(dead_code, reason = "the simulation uses the rest")]
mod random;

use std::collections::BTreeMap;

use distributed_mekhq::protocol::envelope::{self, Inbound};
use distributed_mekhq::protocol::refusal::ErrorCode;
use distributed_mekhq::protocol::{BusMessage, CampaignId};
use distributed_mekhq::session::Statistics;
use distributed_mekhq::session::host::HostEffect;
use distributed_mekhq::session::remote::RemoteEffect;
use fuzz::build::Builder;
use fuzz::contract::{CONTRACT, ENVELOPES};
use play::{HostPlay, RemotePlay};
use random::Random;

/// Bytes from which a message is built: enough choices for most.
const CHOICES: usize = 600;

/// Messages built in vain for each one wanted.
const PATIENCE: usize = 200;

fn wanted() -> usize {
    std::env::var("SPOOF_MESSAGES").map_or(25, |text| text.parse().expect("SPOOF_MESSAGES is a number"))
}

/// Well-formed messages of one type, in envelopes of anybody.
fn messages(payload: usize, seed: u64) -> impl Iterator<Item = Inbound> {
    let mut random = Random::new(seed);
    std::iter::repeat_with(move || {
        let mut choices: Vec<u8> = (0..CHOICES).map(|_| random.next() as u8).collect();
        // The first choice is whether all values fit.
        choices[0] = 0;
        let mut builder = Builder::new(&choices).ok()?;
        let frame = builder.envelope(CONTRACT.message(ENVELOPES[0]), payload).ok()?;
        envelope::decode(frame.into()).ok().filter(|inbound| inbound.message.is_some())
    })
    .take(wanted() * PATIENCE)
    .flatten()
}

/// As many messages as wanted of those that fit.
fn chosen(payload: usize, seed: u64, fits: impl Fn(&Inbound) -> bool) -> Vec<Inbound> {
    let found: Vec<_> = messages(payload, seed).filter(fits).take(wanted()).collect();
    assert_eq!(found.len(), wanted(), "too few messages of type {}", CONTRACT.messages[payload].name);
    found
}

fn about(inbound: &Inbound) -> Option<CampaignId> {
    inbound.message.as_ref().and_then(BusMessage::campaign)
}

/// Whether messages of a type say whose they are.
fn names_a_campaign(payload: usize) -> bool {
    messages(payload, 1).next().as_ref().and_then(about).is_some()
}

fn refused_alone(effects: &[HostEffect]) -> bool {
    matches!(effects, [HostEffect::Send { to, message: BusMessage::Refused(refused) }]
        if to.len() == 1 && refused.code == ErrorCode::NotYours)
}

/// Plays messages to a host, which must stay as it is and count them all.
fn host_stays(play: &mut HostPlay, frauds: Vec<Inbound>, late: bool) -> usize {
    let before = play.state();
    let counted = |statistics: Statistics| if late { statistics.ignored } else { statistics.not_yours };
    let counted_before = counted(play.host.view().statistics);
    let number = frauds.len();
    for inbound in frauds {
        let name = inbound.message.as_ref().map(BusMessage::name);
        let effects = play.receive(inbound, late);
        assert!(if late { effects.is_empty() } else { refused_alone(&effects) }, "{name:?}: {effects:?}");
    }
    assert_eq!(counted(play.host.view().statistics) - counted_before, number as u64);
    assert_eq!(play.state(), before);
    number
}

#[test]
fn a_host_is_changed_by_nobody_who_speaks_for_another_or_too_late() {
    let mut tried: BTreeMap<&str, usize> = BTreeMap::new();
    for (seed, &payload) in (100..).zip(&CONTRACT.payloads) {
        let mut play = HostPlay::begin();
        let (sender, victim) = (play.sender, play.victim);
        let mut add = |kind, number| *tried.entry(kind).or_default() += number;
        let spoofed = chosen(payload, seed, |inbound| inbound.sender != sender);
        add("spoofed", host_stays(&mut play, spoofed, false));
        // What the victim itself might have sent, and somebody recorded.
        let own = |inbound: &Inbound, id| inbound.sender == id && about(inbound).is_none_or(|named| named == id);
        let replayed = chosen(payload, seed + 1_000, |inbound| own(inbound, victim));
        add("replayed", host_stays(&mut play, replayed, false));
        if names_a_campaign(payload) {
            let foreign = chosen(payload, seed + 2_000, |inbound| {
                inbound.sender == sender && about(inbound).is_some_and(|named| named != sender)
            });
            add("foreign", host_stays(&mut play, foreign, false));
        }
        let gone = play.gone;
        let stale = chosen(payload, seed + 3_000, |inbound| own(inbound, gone));
        add("stale", host_stays(&mut play, stale, true));
    }
    println!("figure types of messages: {}", CONTRACT.payloads.len());
    for (kind, number) in &tried {
        println!("figure {kind} messages to a host: {number}");
    }
    println!("figure state changes: 0");
}

#[test]
fn a_remote_is_changed_by_nobody_but_its_host_on_the_present_bus() {
    let mut tried = 0;
    for (seed, &payload) in (500..).zip(&CONTRACT.payloads) {
        let mut play = RemotePlay::begin();
        let (host, before) = (play.host, play.state());
        for inbound in chosen(payload, seed, |inbound| inbound.sender != host) {
            let effects = play.receive(inbound, false);
            let refused = matches!(&effects[..], [RemoteEffect::Send(BusMessage::Refused(refused))]
                if refused.code == ErrorCode::NotYours);
            assert!(refused, "{effects:?}");
        }
        for inbound in chosen(payload, seed + 1_000, |inbound| inbound.sender == host) {
            assert!(play.receive(inbound, true).is_empty());
        }
        let statistics = play.remote.view().statistics;
        assert_eq!((statistics.not_yours, statistics.ignored), (wanted() as u64, wanted() as u64));
        assert_eq!(play.state(), before);
        tried += 2 * wanted();
    }
    println!("figure spoofed and stale messages to a remote: {tried}");
}
