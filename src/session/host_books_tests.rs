// SPDX-License-Identifier: GPL-3.0-or-later
//! The host's exchange within its session, each test named after one rule.

use std::convert::Infallible;
use std::time::Duration;

use uuid::Uuid;

use super::event::{BooksBus, BooksEvent};
use super::fixture::campaign;
use super::host::{BusId, Host, HostEffect, HostInput};
use super::host_play::{HOST, connect_again, host, join, open, pong_from, receive, refused_with, sent};
use super::record::LedgerState;
use super::release::Release;
use super::settlement::fixture::{bundle, money};
use super::{BusEnd, Command, Event, Now};
use crate::protocol::entry::Record;
use crate::protocol::link::{Ping, Position};
use crate::protocol::member::{Membership, MembershipChanged, Reason};
use crate::protocol::refusal::ErrorCode;
use crate::protocol::settlement::{Adjustment, Confirmed, Cursor, RequestId, Standing};
use crate::protocol::transfer::{CancelWireTransferRequest, TransferEnd, WireTransferRequest, WireTransferResponse};
use crate::protocol::{BusMessage, CampaignId, Text};

const A: u128 = 1;
const B: u128 = 2;
/// Where a bus is closed after what was sent.
const CLOSED: &str = "closed";
const REQUEST: RequestId = RequestId::from_u128(7);

fn ping(number: u128, position: Option<Position>) -> Ping {
    let (session, position) = (Some(Uuid::from_u128(1)), position.map(Box::new));
    Ping { campaign: campaign(number), session, position, roster_revision: 0 }
}

/// Joins, tells that its save has applied nothing, and holds nothing.
fn confirmed(host: &mut Host, number: u128) -> BusId {
    let bus = join(host, number as u8);
    receive(host, bus, number, ping(number, Some(Position::default())));
    receive(host, bus, number, Confirmed { held: Vec::new(), more: false });
    bus
}

fn transfer(source: u128, target: u128) -> WireTransferRequest {
    let [source, target] = [source, target].map(CampaignId::from_u128);
    WireTransferRequest { source, target, request: REQUEST, amount: money(5), memo: String::new() }
}

fn yes(source: u128, target: u128) -> WireTransferResponse {
    let [source, target] = [source, target].map(CampaignId::from_u128);
    WireTransferResponse { source, target, request: REQUEST, accepted: true, reason: ErrorCode::Unspecified }
}

fn adjustment(number: u128) -> Adjustment {
    Adjustment {
        campaign: CampaignId::from_u128(number),
        outgoing: Default::default(),
        incoming: bundle(3),
        reason: Text::parse("reason", "a lost payday").expect("a text"),
        exit: 0,
        due: campaign(number).date,
        place: None,
    }
}

fn command(host: &mut Host, command: Command) -> Vec<HostEffect> {
    host.handle(Now(0), HostInput::Command(command))
}

/// What leaves once all records are durable: to a bus, or to the own campaign's books.
fn after_all(effects: &[HostEffect]) -> Vec<(Option<BusId>, &'static str)> {
    let parted = effects.iter().flat_map(|effect| match effect {
        HostEffect::AfterAll(effects) => effects.as_slice(),
        _ => &[],
    });
    let told = parted.map(|effect| match effect {
        HostEffect::Send { to, message } => (Some(to[0]), message.name()),
        HostEffect::Emit(Event::Books(BooksEvent::Said { message, .. })) => (None, message.name()),
        HostEffect::CloseBus(bus) => (Some(*bus), CLOSED),
        other => panic!("no word of the exchange: {other:?}"),
    });
    told.collect()
}

fn records(effects: &[HostEffect]) -> usize {
    effects.iter().filter(|effect| matches!(effect, HostEffect::Record(_))).count()
}

#[test]
fn replay_and_listing_wait_for_the_ping_that_carries_the_position_in_this_session() {
    let mut host = host();
    let bus = join(&mut host, 1);
    assert!(after_all(&receive(&mut host, bus, A, ping(A, None))).is_empty());
    let other = Ping { session: Some(Uuid::from_u128(9)), ..ping(A, Some(Position::default())) };
    assert!(after_all(&receive(&mut host, bus, A, other)).is_empty());
    let effects = receive(&mut host, bus, A, ping(A, Some(Position::default())));
    assert_eq!(after_all(&effects), [(Some(bus), "OpenRequests")]);
    let later = Position { cursor: Cursor { number: 3, hash: [1; 32] }, ..Position::default() };
    assert!(after_all(&receive(&mut host, bus, A, ping(A, Some(later)))).is_empty());
}

#[test]
fn a_save_that_has_applied_what_the_ledger_lacks_is_quarantined() {
    let mut host = host();
    let bus = join(&mut host, 1);
    let beyond = Position { cursor: Cursor { number: 3, hash: [1; 32] }, ..Position::default() };
    let effects = receive(&mut host, bus, A, ping(A, Some(beyond)));
    assert_eq!(after_all(&effects), [(Some(bus), "Quarantined")]);
}

#[test]
fn what_a_save_could_not_apply_is_shown_to_everyone_until_it_says_otherwise() {
    let mut host = host();
    let (a, b) = (confirmed(&mut host, A), confirmed(&mut host, B));
    let seen_by_b = |host: &mut Host| {
        let effects = receive(host, b, B, ping(B, None));
        let roster = sent(&effects).into_iter().find_map(|(_, message)| match message {
            BusMessage::Pong(pong) => pong.campaigns.iter().find(|d| d.id == CampaignId::from_u128(A)).cloned(),
            _ => None,
        });
        Standing::clone(&roster.expect("B asks for the whole roster").standing)
    };
    let told = |effects: &[HostEffect]| {
        let is_news = |effect: &&HostEffect| matches!(effect, HostEffect::Emit(Event::StandingChanged { .. }));
        effects.iter().filter(is_news).count()
    };
    let owing = Standing { debts: vec![money(60)], skips: vec![Cursor { number: 2, hash: [1; 32] }] };
    let position = |standing: &Standing| Some(Position { standing: standing.clone(), ..Position::default() });
    assert_eq!(told(&receive(&mut host, a, A, ping(A, position(&owing)))), 1);
    assert_eq!(told(&receive(&mut host, a, A, ping(A, position(&owing)))), 0);
    assert_eq!(told(&receive(&mut host, a, A, ping(A, None))), 0);
    assert_eq!(seen_by_b(&mut host), owing);
    receive(&mut host, a, A, ping(A, position(&Standing::default())));
    assert_eq!(seen_by_b(&mut host), Standing::default());
}

#[test]
fn a_transfer_is_asked_answered_and_completed_and_nothing_leaves_before_its_record() {
    let mut host = host();
    let (a, b) = (confirmed(&mut host, A), confirmed(&mut host, B));
    let effects = receive(&mut host, a, A, transfer(A, B));
    assert_eq!((records(&effects), after_all(&effects)), (1, vec![(Some(b), "WireTransferRequest")]));
    let effects = receive(&mut host, b, B, yes(A, B));
    let completed = "WireTransferCompleted";
    assert_eq!((records(&effects), after_all(&effects)), (1, vec![(Some(a), completed), (Some(b), completed)]));
    assert!(sent(&effects).is_empty());
}

#[test]
fn the_host_campaign_takes_part_by_its_own_bus_and_by_no_older_one() {
    let mut host = host();
    let a = confirmed(&mut host, A);
    host.handle(Now(0), HostInput::Start);
    let opened = BooksEvent::Opened { session: Uuid::from_u128(1), bus: BooksBus(2) };
    let effects = command(&mut host, Command::RenewBus(BooksBus(1)));
    assert!(matches!(&effects[..], [HostEffect::Emit(Event::Books(event))] if *event == opened));
    let tell = |bus| Command::TellPosition { bus: BooksBus(bus), position: Position::default() };
    assert!(after_all(&command(&mut host, tell(1))).is_empty());
    assert_eq!(after_all(&command(&mut host, tell(2))), [(None, "OpenRequests")]);
    let say = |bus, message: BusMessage| Command::Say { bus: BooksBus(bus), message };
    command(&mut host, say(2, Confirmed { held: Vec::new(), more: false }.into()));
    assert!(command(&mut host, say(1, transfer(HOST, A).into())).is_empty());
    let effects = command(&mut host, say(2, transfer(HOST, A).into()));
    assert_eq!(after_all(&effects), [(Some(a), "WireTransferRequest")]);
    let effects = receive(&mut host, a, A, yes(HOST, A));
    assert_eq!(after_all(&effects).len(), 2);
}

fn shut_out(number: u128, change: Membership) -> Command {
    let reason = Reason::parse("reason", "why").expect("a reason");
    Command::ChangeMembership(MembershipChanged { campaign: CampaignId::from_u128(number), change, reason })
}

#[test]
fn what_a_campaign_that_is_shut_out_has_open_is_rejected_to_both_and_nobody_asks_it_again() {
    for (change, code) in [(Membership::Banned, ErrorCode::Banned), (Membership::Retired, ErrorCode::Retired)] {
        let mut host = host();
        let (a, b) = (confirmed(&mut host, A), confirmed(&mut host, B));
        receive(&mut host, a, A, transfer(A, B));
        let effects = command(&mut host, shut_out(B, change));
        let closed = Record::TransferClosed { request: REQUEST, end: TransferEnd::Rejected { reason: code } };
        assert!(effects.iter().any(|effect| matches!(effect, HostEffect::Record(record) if *record == closed)));
        let (rejected, goodbye) = ("WireTransferCompleted", "Goodbye");
        assert_eq!(
            after_all(&effects),
            [(Some(b), rejected), (Some(b), goodbye), (Some(b), CLOSED), (Some(a), rejected)]
        );
        let again = WireTransferRequest { request: RequestId::from_u128(8), ..transfer(A, B) };
        assert_eq!(after_all(&receive(&mut host, a, A, again)), [(Some(a), "Refused")]);
    }
}

#[test]
fn a_campaign_that_is_shut_out_during_its_replay_is_told_as_much_as_its_queue_holds() {
    let mut host = host();
    for _ in 0..900 {
        host.apply(Record::AdjustmentMade(adjustment(A)));
    }
    let bus = join(&mut host, 1);
    receive(&mut host, bus, A, ping(A, Some(Position::default())));
    let told = after_all(&command(&mut host, shut_out(A, Membership::Banned)));
    assert_eq!(told.len(), 514);
    assert_eq!(told[512..], [(Some(bus), "Goodbye"), (Some(bus), CLOSED)]);
}

#[test]
fn a_host_that_starts_again_knows_each_settlement_and_replays_it() {
    let mut before = host();
    let (a, b) = (confirmed(&mut before, A), confirmed(&mut before, B));
    let mut kept: Vec<_> = Vec::new();
    let steps = [receive(&mut before, a, A, transfer(A, B)), receive(&mut before, b, B, yes(A, B))];
    for effect in steps.into_iter().flatten() {
        kept.extend(if let HostEffect::Record(record) = effect { Some(record) } else { None });
    }
    let mut after = host();
    kept.into_iter().for_each(|record| after.apply(record));
    let bus = join(&mut after, 1);
    let effects = receive(&mut after, bus, A, ping(A, Some(Position::default())));
    assert_eq!(after_all(&effects), [(Some(bus), "WireTransferCompleted"), (Some(bus), "OpenRequests")]);
}

#[test]
fn a_replay_waits_for_records_of_earlier_inputs_also_while_the_ledger_is_stuck() {
    let mut host = host();
    let (a, b) = (confirmed(&mut host, A), confirmed(&mut host, B));
    let mut release = Release::new(0);
    let mut number = 0;
    let mut keep = |release: &mut Release, effects| {
        let append = |_: &Record| -> Result<u64, Infallible> {
            number += 1;
            Ok(number)
        };
        release.keep(effects, append).expect("cannot fail");
        number
    };
    keep(&mut release, receive(&mut host, a, A, transfer(A, B)));
    keep(&mut release, receive(&mut host, b, B, yes(A, B)));
    release.take();
    host.handle(Now(0), HostInput::Ledger(LedgerState::ReadOnly("full".into())));
    release.set_stuck(true);
    host.handle(Now(0), HostInput::BusEnded { bus: a, end: BusEnd::Reset });
    let again = join(&mut host, 1);
    let last = keep(&mut release, receive(&mut host, again, A, ping(A, Some(Position::default()))));
    let left = release.take();
    let names: Vec<_> = sent(&left).into_iter().map(|(_, message)| message.name()).collect();
    assert_eq!(names, ["Pong"], "presence passes, the replay does not");
    release.durable(last);
    let names: Vec<_> =
        sent(&release.take()).into_iter().filter(|(to, _)| *to == [again]).map(|s| s.1.name()).collect();
    assert_eq!(names, ["WireTransferCompleted", "OpenRequests"]);
}

#[test]
fn that_the_ledger_cannot_be_written_is_said_at_once_and_of_nothing_that_is_recorded_already() {
    let mut host = host();
    let (a, b) = (confirmed(&mut host, A), confirmed(&mut host, B));
    receive(&mut host, a, A, transfer(A, B));
    host.handle(Now(0), HostInput::Ledger(LedgerState::ReadOnly("full".into())));
    assert!(receive(&mut host, a, A, transfer(A, B)).is_empty(), "it is recorded, and its outcome is to come");
    let another = WireTransferRequest { request: RequestId::from_u128(8), ..transfer(A, B) };
    for (bus, number, asked) in [(a, A, BusMessage::from(another)), (b, B, yes(A, B).into())] {
        let effects = receive(&mut host, bus, number, asked);
        assert!(matches!(&effects[..], [HostEffect::Send { to, .. }] if *to == [bus]), "it waits for no record");
        assert_eq!(refused_with(&effects), [ErrorCode::HostReadOnly]);
    }
}

#[test]
fn once_a_new_connect_is_admitted_nothing_more_from_the_old_bus_is_taken() {
    let mut host = host();
    let (a, _) = (confirmed(&mut host, A), confirmed(&mut host, B));
    connect_again(&mut host, 1);
    host.handle(Now(3_000), HostInput::Timer);
    assert!(receive(&mut host, a, A, transfer(A, B)).is_empty());
    open(&mut host, Now(3_000), 1, true).0.expect("open");
}

#[test]
fn an_adjustment_is_a_settlement_and_news_to_everyone_else() {
    let mut host = host();
    let (a, b) = (confirmed(&mut host, A), confirmed(&mut host, B));
    let adjustment = adjustment(A);
    let effects = command(&mut host, Command::Adjust(adjustment.clone()));
    assert_eq!(after_all(&effects), [(Some(a), "Adjustment"), (Some(b), "Adjustment")]);
    let unknown = Adjustment { campaign: CampaignId::from_u128(55), ..adjustment };
    let effects = command(&mut host, Command::Adjust(unknown));
    assert!(matches!(&effects[..], [HostEffect::Emit(Event::Refused(refused))] if refused.refused == "Adjustment"));
}

#[test]
fn what_nobody_answers_expires_by_the_wall_clock() {
    const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
    let mut host = host().with_transfer_expiry(Some(2));
    let (a, _) = (confirmed(&mut host, A), confirmed(&mut host, B));
    host.wall_clock(Now(0), DAY_MS);
    receive(&mut host, a, A, transfer(A, B));
    host.wall_clock(Now(0), 3 * DAY_MS - 500);
    assert_eq!(host.expiry_due(), Some(Now(500)));
    assert!(after_all(&host.handle(Now(0), HostInput::Timer)).is_empty());
    host.wall_clock(Now(500), 3 * DAY_MS);
    assert_eq!(after_all(&host.handle(Now(500), HostInput::Timer)).len(), 2);
    assert_eq!(host.expiry_due(), None);
}

#[test]
fn what_is_over_while_the_ledger_cannot_be_written_asks_for_no_timer_and_expires_once_it_can() {
    const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
    let mut host = host().with_transfer_expiry(Some(2));
    let (a, _) = (confirmed(&mut host, A), confirmed(&mut host, B));
    receive(&mut host, a, A, transfer(A, B));
    host.handle(Now(0), HostInput::Ledger(LedgerState::ReadOnly("full".into())));
    host.wall_clock(Now(5), 3 * DAY_MS);
    assert!(after_all(&host.handle(Now(5), HostInput::Timer)).is_empty());
    assert!(host.due() > Some(Now(5)), "it would be due again at once, and for ever");
    host.handle(Now(6), HostInput::Ledger(LedgerState::Writable));
    assert_eq!(host.due(), Some(Now(5)));
    assert_eq!(after_all(&host.handle(Now(6), HostInput::Timer)).len(), 2);
}

#[test]
fn a_clock_that_is_set_back_ends_nothing_early_and_a_clock_that_is_right_again_ends_it_once() {
    const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
    let mut host = host().with_transfer_expiry(Some(2));
    let (a, _) = (confirmed(&mut host, A), confirmed(&mut host, B));
    host.wall_clock(Now(0), 10 * DAY_MS);
    receive(&mut host, a, A, transfer(A, B));
    for (now, wall_ms, ended) in [(1, 0, 0), (2, 10 * DAY_MS, 0), (3, 12 * DAY_MS, 2), (4, 0, 0), (5, 12 * DAY_MS, 0)] {
        host.wall_clock(Now(now), wall_ms);
        assert_eq!(after_all(&host.handle(Now(now), HostInput::Timer)).len(), ended, "the clock shows {wall_ms}");
        // However far it was set back, it is looked at again soon.
        assert!(host.expiry_due().is_none_or(|due| due <= Now(now).after(Duration::from_secs(3_600))));
    }
}

#[test]
fn more_about_settlements_than_the_host_takes_ends_the_bus_so_that_both_sides_say_anew_how_things_stand() {
    let mut host = host().with_tokens_per_second(5);
    let a = confirmed(&mut host, A);
    let cancel = CancelWireTransferRequest { request: REQUEST };
    let ended = (0..50).any(|_| {
        let effects = receive(&mut host, a, A, cancel.clone());
        effects.iter().any(|effect| matches!(effect, HostEffect::CloseBus(bus) if *bus == a))
    });
    assert!(ended);
}

#[test]
fn a_long_replay_goes_in_portions_so_that_no_queue_is_too_small_for_it() {
    let mut host = host();
    let adjustment = adjustment(A);
    for _ in 0..600 {
        host.apply(Record::AdjustmentMade(adjustment.clone()));
    }
    let bus = join(&mut host, 1);
    receive(&mut host, bus, A, pong_from(A));
    let mut portions = vec![after_all(&receive(&mut host, bus, A, ping(A, Some(Position::default()))))];
    while portions.last().is_some_and(|portion| portion.last() == Some(&(Some(bus), "Ping"))) {
        portions.push(after_all(&receive(&mut host, bus, A, pong_from(A))));
    }
    let lengths: Vec<_> = portions.iter().map(Vec::len).collect();
    assert_eq!(lengths, [257, 257, 89]);
    assert_eq!(portions[2].last(), Some(&(Some(bus), "OpenRequests")));
}
