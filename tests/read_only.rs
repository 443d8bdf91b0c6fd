// SPDX-License-Identifier: GPL-3.0-or-later
//! A host whose disk fails: what depends on a record waits for it, the calendar goes on, and nothing is lost.

mod support;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use distributed_mekhq::ledger::{AppendError, CloseError, Ledger, Progress, Reopened, StoreError};
use distributed_mekhq::net::{host, runtime, transport};
use distributed_mekhq::protocol::entry::Entry;
use distributed_mekhq::protocol::refusal::ErrorCode;
use distributed_mekhq::protocol::settlement::RequestId;
use distributed_mekhq::protocol::{CampaignId, Refusal};
use distributed_mekhq::session::settlement::News;
use distributed_mekhq::session::{Announcement, Event, LedgerState};
use tokio::sync::{oneshot, watch};
use uuid::Uuid;

use support::books::Trader;
use support::{Player, date};

/// A disk that works, takes its time, or fails, as the test says.
#[derive(Clone)]
struct Disk {
    taken: Arc<AtomicU64>,
    progress: watch::Sender<Progress>,
    at_once: Arc<std::sync::atomic::AtomicBool>,
}

impl Disk {
    fn working() -> Self {
        let progress = watch::Sender::new(Progress { durable: 0, read_only: None });
        Self { taken: Arc::default(), progress, at_once: Arc::new(true.into()) }
    }

    fn fail(&self) {
        self.at_once.store(false, Ordering::SeqCst);
        self.progress.send_modify(|progress| progress.read_only = Some(StoreError::Full));
    }

    /// Takes entries and does not answer.
    fn hang(&self) {
        self.at_once.store(false, Ordering::SeqCst);
    }

    fn work(&self) {
        self.at_once.store(true, Ordering::SeqCst);
        let durable = self.taken.load(Ordering::SeqCst);
        self.progress.send_replace(Progress { durable, read_only: None });
    }
}

impl Ledger for Disk {
    fn append(&self, _: &Entry) -> Result<u64, AppendError> {
        let number = self.taken.fetch_add(1, Ordering::SeqCst) + 1;
        if self.at_once.load(Ordering::SeqCst) {
            self.progress.send_modify(|progress| progress.durable = number);
        }
        Ok(number)
    }

    fn progress(&self) -> watch::Receiver<Progress> {
        self.progress.subscribe()
    }

    fn backup(&self, _: PathBuf) -> oneshot::Receiver<Result<(), StoreError>> {
        oneshot::channel().1
    }

    fn close(&self, _: Duration) -> Result<(), CloseError> {
        Ok(())
    }
}

fn host_on(disk: &Disk) -> Player {
    let folder = tempfile::tempdir().expect("a folder");
    let options = support::host_options(100, 0, folder.path());
    let runtime = runtime::handle().expect("threads");
    let _within = runtime.enter();
    let listener = transport::listen(options.bind_address, 0).expect("a free port");
    let reopened = Reopened { session: Uuid::from_u128(7), past: Vec::new(), ledger: Box::new(disk.clone()) };
    Player::new(host::start_on(&runtime, options, Box::new(listener), reopened).expect("started"), Arc::new(folder))
}

fn is_team(campaign: u128, team: i32) -> impl Fn(&Event) -> bool {
    let wanted = (CampaignId::from_u128(campaign), team);
    move |event| matches!(event, Event::TeamAssignment(assignment) if assignment.teams.contains(&wanted))
}

fn refusal_of(refused: Result<(), Refusal>) -> ErrorCode {
    refused.expect_err("refused").code
}

#[test]
fn while_the_disk_fails_the_calendar_goes_on_and_what_must_be_recorded_is_refused() {
    let disk = Disk::working();
    let host = host_on(&disk);
    let remote = Player::joined(1, host.port());
    host.wait_for(|event| matches!(event, Event::CampaignJoined(_)));
    disk.fail();
    let told = host.wait_for(|event| matches!(event, Event::LedgerChanged(_)));
    assert_eq!(told, Event::LedgerChanged(LedgerState::ReadOnly("the disk is full".into())));
    let assigned = host.session.assign_team(CampaignId::from_u128(1), 5);
    assert_eq!(refusal_of(assigned), ErrorCode::HostReadOnly);
    let tomorrow = Announcement::DateChanged { date: date("3025-01-02"), jump: false };
    host.session.announce(tomorrow).expect("the calendar goes on");
    remote.wait_for(|event| matches!(event, Event::CampaignDateChanged(_)));
    let newcomer = Player::joined(2, host.port());
    newcomer.wait_for(is_team(2, 3));
    disk.work();
    host.wait_for(|event| matches!(event, Event::LedgerChanged(LedgerState::Writable)));
    host.session.assign_team(CampaignId::from_u128(1), 5).expect("recorded again");
    remote.wait_for(is_team(1, 5));
}

#[test]
fn what_depends_on_a_record_waits_for_the_disk_and_a_disk_that_hangs_holds_up_nothing_else() {
    let disk = Disk::working();
    let host = host_on(&disk);
    let remote = Player::joined(1, host.port());
    host.wait_for(|event| matches!(event, Event::CampaignJoined(_)));
    disk.hang();
    host.session.assign_team(CampaignId::from_u128(1), 5).expect("the disk has not failed yet");
    let tomorrow = Announcement::DateChanged { date: date("3025-01-02"), jump: false };
    host.session.announce(tomorrow).expect("the calendar goes on");
    // It comes once the host has lost its patience with the disk, and the team does not come before it.
    let heard = remote.wait_for(|event| is_team(1, 5)(event) || matches!(event, Event::CampaignDateChanged(_)));
    assert!(matches!(heard, Event::CampaignDateChanged(_)));
    host.wait_for(|event| matches!(event, Event::LedgerChanged(LedgerState::ReadOnly(_))));
    disk.work();
    remote.wait_for(is_team(1, 5));
}

#[test]
fn a_host_that_closes_does_not_wait_for_a_disk_that_hangs() {
    let disk = Disk::working();
    let host = host_on(&disk);
    let remote = Player::joined(1, host.port());
    host.wait_for(|event| matches!(event, Event::CampaignJoined(_)));
    disk.hang();
    host.session.assign_team(CampaignId::from_u128(1), 5).expect("the disk has not failed yet");
    host.session.close();
    remote.wait_for(|event| matches!(event, Event::Disconnected { .. }));
    assert_eq!(host.rest().last(), Some(&Event::Closed));
}

#[test]
fn a_replay_that_is_asked_for_while_the_disk_hangs_follows_the_records_it_tells_of_and_presence_and_dates_pass_it() {
    const REQUEST: RequestId = RequestId::from_u128(7);
    let disk = Disk::working();
    let host = host_on(&disk);
    let join = |number| Trader::new(Player::joined(number, host.port()), number, 100).confirmed();
    let (mut a, mut b) = (join(1), join(2));
    a.request(2, REQUEST, 60).expect("there is enough");
    b.wait_for(|news| matches!(news, News::Asked(_)));
    disk.hang();
    b.respond(REQUEST, true).expect("it was asked");
    host.wait_for(|event| matches!(event, Event::LedgerChanged(LedgerState::ReadOnly(_))));
    // It has completed, and no disk knows it yet: whoever asks now is not told.
    a.player.session.close();
    let again = Player::join_from(a.player.computer(), 1, host.port());
    let mut a = Trader::load(again, 1, a.save());
    a.player.wait_for(|event| matches!(event, Event::Connected { .. }));
    let tomorrow = Announcement::DateChanged { date: date("3025-01-02"), jump: false };
    host.session.announce(tomorrow).expect("the calendar goes on");
    for trader in [&mut a, &mut b] {
        trader.player.wait_for(|event| matches!(event, Event::CampaignDateChanged(_)));
        assert!(trader.news().is_empty());
    }
    disk.work();
    a.applied();
    b.applied();
    a.wait_for(|news| matches!(news, News::Confirmed(open) if open.is_empty()));
    assert_eq!((a.purse.free, a.purse.held.len(), b.purse.free), (40, 0, 160));
}
