// SPDX-License-Identifier: GPL-3.0-or-later
//! What can become of a ledger or a save while nobody looks: held by another process, deleted, restored from a backup,
//! copied, taken to another session. Over real sockets; each test is named after what holds all the same.

mod support;

use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, PoisonError, RwLock};

use distributed_mekhq::ledger::{Begin, Identity, SqliteStore};
use distributed_mekhq::net::host::HostOptions;
use distributed_mekhq::protocol::CampaignId;
use distributed_mekhq::protocol::refusal::ErrorCode;
use distributed_mekhq::protocol::settlement::RequestId;
use distributed_mekhq::session::Event;
use distributed_mekhq::session::settlement::News;
use uuid::Uuid;

use support::books::Trader;
use support::{Player, host_options};

const HOST: u128 = 100;
const OTHER_HOST: u128 = 200;
const A: u128 = 1;
const B: u128 = 2;

/// Set for the process that holds a ledger: in which folder.
const HELD: &str = "TEST_HOLDS_LEDGER_IN";

/// A process that is being started has all descriptors of this one until it is the other program, listening sockets too.
/// Written while one is started, read while a port that was closed must be free.
static STARTING: RwLock<()> = RwLock::new(());

fn request(number: u128) -> RequestId {
    RequestId::from_u128(number)
}

fn join(number: u128, port: u16) -> Trader {
    Trader::new(Player::joined(number, port), number, 100).confirmed()
}

fn pay(a: &mut Trader, b: &mut Trader, number: u128, units: i64) {
    a.request(B, request(number), units).expect("there is enough");
    b.wait_for(|news| matches!(news, News::Asked(asked) if asked.request == request(number)));
    b.respond(request(number), true).expect("it was asked");
    a.applied();
    b.applied();
}

fn ledger(host: &Player) -> PathBuf {
    host.computer().path().join("ledgers").join(format!("{}.ledger", CampaignId::from_u128(HOST)))
}

/// Stops the host, lets something happen to its ledger, and starts it again where it was.
fn meanwhile(host: Player, happens: impl FnOnce(&Path)) -> Player {
    let (computer, port, ledger) = (Arc::clone(host.computer()), host.port(), ledger(&host));
    let _nobody_starts = STARTING.read().unwrap_or_else(PoisonError::into_inner);
    host.session.close();
    drop(host);
    happens(&ledger);
    let options = host_options(HOST, port, computer.path());
    Player::host_with(&computer, options).expect("the port is free again")
}

fn copy(from: &Path, to: &Path) {
    fs::copy(from, to).expect("a whole file, since nobody has it open");
}

fn wait_for_confirmed(trader: &mut Trader) {
    trader.wait_for(|news| matches!(news, News::Confirmed(_)));
}

fn session_of(player: &Player) -> Uuid {
    player.session.snapshot().entered.expect("a host is in its session")
}

#[test]
fn a_ledger_that_another_process_has_open_is_in_use_until_that_process_ends() {
    let folder = Arc::new(tempfile::tempdir().expect("a folder"));
    let starting = STARTING.write().unwrap_or_else(PoisonError::into_inner);
    let mut other = Command::new(env::current_exe().expect("this program has a file"))
        .args(["--exact", "the_process_that_holds_a_ledger", "--nocapture"])
        .env(HELD, folder.path().join("ledgers"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("this program starts");
    drop(starting);
    let output = BufReader::new(other.stdout.take().expect("piped"));
    assert!(output.lines().map_while(Result::ok).any(|line| line.contains("it is held")));
    let start = || Player::host_with(&folder, host_options(HOST, 0, folder.path()));
    assert_eq!(start().err().map(|refusal| refusal.code), Some(ErrorCode::LedgerInUse));
    other.kill().expect("it lives");
    other.wait().expect("a child");
    let host = start().expect("nobody has it open");
    assert_eq!(session_of(&host), Uuid::from_u128(7), "and it is the same ledger");
}

#[test]
fn the_process_that_holds_a_ledger() {
    let Some(folder) = env::var_os(HELD) else { return };
    let identity = Identity { session: Uuid::from_u128(7), campaign: CampaignId::from_u128(HOST) };
    let _held = SqliteStore::open(Path::new(&folder), &identity, Begin::First).expect("nobody else has it");
    println!("it is held");
    // Until it is killed, or whoever started it has ended.
    let _ = std::io::stdin().read(&mut [0]);
}

#[test]
fn a_deleted_ledger_begins_another_session_and_what_is_held_in_the_old_one_is_freed_only_by_giving_that_up() {
    let host = Player::host(HOST);
    let old = session_of(&host);
    let (mut a, mut b) = (join(A, host.port()), join(B, host.port()));
    pay(&mut a, &mut b, 1, 60);
    a.request(B, request(2), 10).expect("there is enough");
    b.wait_for(|news| matches!(news, News::Asked(_)));
    let host = meanwhile(host, |ledger| fs::remove_file(ledger).expect("it was there"));
    assert_ne!(session_of(&host), old);
    wait_for_confirmed(&mut a);
    wait_for_confirmed(&mut b);
    assert_eq!((a.purse.free, a.purse.held.len(), b.purse.free), (30, 1, 160));
    pay(&mut a, &mut b, 3, 5);
    assert_eq!((a.purse.free, a.purse.held.len(), b.purse.free), (25, 1, 165));
    // The player saves, and what the save knows of the old session is enough.
    let save = a.save();
    a.player.session.close();
    let mut a = Trader::load(Player::join_from(a.player.computer(), A, host.port()), A, save).confirmed();
    a.abandon(old);
    assert_eq!((a.purse.free, a.purse.held.len()), (35, 0));
}

#[test]
fn a_host_whose_save_knows_its_session_does_not_begin_another_one_unasked() {
    let host = Player::host(HOST);
    let (session, computer) = (session_of(&host), Arc::clone(host.computer()));
    let (file, elsewhere) = (ledger(&host), computer.path().join("elsewhere"));
    let memento = host.session.snapshot().memento.clone();
    host.session.close();
    drop(host);
    let start = |begin_anew| {
        let options = host_options(HOST, 0, computer.path());
        Player::host_with(&computer, HostOptions { memento: memento.clone(), begin_anew, ..options })
    };
    fs::rename(&file, &elsewhere).expect("nobody has it open");
    let refused = start(false).err().expect("the ledger is somewhere else");
    assert_eq!(refused.code, ErrorCode::LedgerDamaged);
    assert!(refused.reason.contains(&file.display().to_string()), "{}", refused.reason);
    assert!(!file.exists(), "nothing was begun");
    fs::rename(&elsewhere, &file).expect("it is there");
    let host = start(false).expect("the ledger is where it was");
    assert_eq!(session_of(&host), session);
    host.session.close();
    drop(host);
    fs::remove_file(&file).expect("nobody has it open");
    assert_ne!(session_of(&start(true).expect("the player wants another session")), session);
}

#[test]
fn who_gives_up_a_session_that_is_there_after_all_takes_back_what_it_promised_in_it() {
    let host = Player::host(HOST);
    let (mut a, mut b) = (join(A, host.port()), join(B, host.port()));
    a.request(B, request(1), 60).expect("there is enough");
    b.wait_for(|news| matches!(news, News::Asked(_)));
    a.abandon(session_of(&host));
    assert_eq!((a.purse.free, a.purse.held.len()), (100, 0));
    wait_for_confirmed(&mut a);
    // The answer comes too late, and whoever pays is at no time in debt.
    let _ = b.respond(request(1), true);
    b.applied();
    pay(&mut a, &mut b, 2, 100);
    assert_eq!((a.purse.free, b.purse.free), (0, 200));
}

#[test]
fn a_restored_ledger_shuts_out_who_has_seen_more_until_the_player_goes_on_from_its_end() {
    let host = Player::host(HOST);
    let session = session_of(&host);
    let (mut a, mut b) = (join(A, host.port()), join(B, host.port()));
    pay(&mut a, &mut b, 1, 10);
    let backup = host.computer().path().join("backup");
    let host = meanwhile(host, |ledger| copy(ledger, &backup));
    wait_for_confirmed(&mut a);
    wait_for_confirmed(&mut b);
    pay(&mut a, &mut b, 2, 20);
    let host = meanwhile(host, |ledger| copy(&backup, ledger));
    assert_eq!(session_of(&host), session);
    for trader in [&mut a, &mut b] {
        trader.wait_for(|news| matches!(news, News::Quarantined(_)));
    }
    let refused = a.request(B, request(3), 5).map_err(|refusal| refusal.code);
    assert_eq!((refused, a.purse.free, a.purse.held.len()), (Err(ErrorCode::Quarantined), 70, 0));
    for trader in [&mut a, &mut b] {
        trader.exit_quarantine(session).expect("it is in quarantine");
        wait_for_confirmed(trader);
    }
    pay(&mut a, &mut b, 3, 5);
    assert_eq!(
        (a.purse.free, b.purse.free),
        (65, 135),
        "what the ledger has lost is neither taken back nor done again"
    );
}

#[test]
fn a_copied_save_is_let_in_from_no_other_computer_and_moves_nothing() {
    let host = Player::host(HOST);
    let port = host.port();
    let (mut a, mut b) = (join(A, port), join(B, port));
    let refusal = |player: Player| {
        let failed = player.wait_for(|event| matches!(event, Event::ConnectFailed(_)));
        let Event::ConnectFailed(refusal) = failed else { panic!("{failed:?}") };
        refusal.code
    };
    // With the copied save, and without the key, which stands in no save.
    assert_eq!(refusal(Player::join(A, port)), ErrorCode::IdentityMismatch);
    pay(&mut a, &mut b, 1, 60);
    let save = a.save();
    a.player.session.close();
    host.wait_for(|event| matches!(event, Event::CampaignLeft { .. }));
    assert_eq!(refusal(Player::join(A, port)), ErrorCode::IdentityMismatch);
    let a = Trader::load(Player::join_from(a.player.computer(), A, port), A, save).confirmed();
    assert_eq!((a.purse.free, b.purse.free), (40, 160));
}

#[test]
fn a_save_that_comes_from_another_session_begins_here_from_nothing_and_there_goes_on_where_it_was() {
    let (host, other) = (Player::host(HOST), Player::host(OTHER_HOST));
    let (mut a, mut b) = (join(A, host.port()), join(B, host.port()));
    pay(&mut a, &mut b, 1, 60);
    let move_to = |trader: Trader, number, port| {
        let save = trader.save();
        trader.player.session.close();
        Trader::load(Player::join_from(trader.player.computer(), number, port), number, save).confirmed()
    };
    let (mut a, mut b) = (move_to(a, A, other.port()), move_to(b, B, other.port()));
    assert_eq!((a.purse.free, b.purse.free), (40, 160));
    // The same id means nothing here.
    pay(&mut a, &mut b, 1, 15);
    let (mut a, mut b) = (move_to(a, A, host.port()), move_to(b, B, host.port()));
    pay(&mut a, &mut b, 2, 5);
    assert_eq!((a.purse.free, b.purse.free), (20, 180));
}
