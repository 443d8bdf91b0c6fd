// SPDX-License-Identifier: GPL-3.0-or-later
//! Hosts whose ledger stands on a disk that fills up, is write-protected, or finds a fault in itself, over real sockets:
//! requests are refused, the calendar goes on, and what waited is done once when the disk works again.
//!
//! A file system on which somebody has a file open for writing cannot be mounted read-only. It comes about while nobody
//! hosts, or because the file system itself stops all writing; both are played.
//!
//! `DISK_ROUNDS` (2) chooses how often each disk fails.

#![cfg(target_os = "linux")]

mod storage;
#[path = "../support/mod.rs"]
mod support;
mod table;

use distributed_mekhq::protocol::refusal::ErrorCode;

use storage::{Disk, where_mounts_are_own};
use table::Table;

/// How often the host is started again: often enough that its log is never so long that it is begun anew, which would
/// leave it some room on a full disk.
const ROUNDS_PER_START: u64 = 10;

fn rounds() -> u64 {
    std::env::var("DISK_ROUNDS").map_or(2, |text| text.parse().expect("DISK_ROUNDS is a number"))
}

/// Plays with a disk that fails and works again while everybody plays on.
fn play(disk: Disk, fail: impl Fn(&Disk), work: impl Fn(&Disk), what: &str, reason: &str) {
    let mut table = Table::on(disk);
    let rounds = rounds();
    for round in 1..=rounds {
        let asked = table.ask();
        fail(table.disk());
        let (held_back, told) = table.ask_in_vain();
        assert_eq!(told, reason);
        table.see_refusals(asked);
        table.load_b_again();
        table.pass_a_day();
        work(table.disk());
        table.see_writable(2);
        table.complete(&[asked, held_back]);
        if round % ROUNDS_PER_START == 0 || round == rounds {
            table.start_again_with_first_saves();
        }
    }
    let counts = table.end();
    println!("figure times that a disk {what}: {rounds}");
    println!("figure days that passed while it did so: {}", counts.days);
    println!("figure requests and answers refused meanwhile: {}", counts.refused);
    println!("figure transfers held up and then completed once: {}", counts.completed);
}

#[test]
fn a_host_whose_disk_fills_up_refuses_requests_and_goes_on_once_there_is_room() {
    where_mounts_are_own("a_host_whose_disk_fills_up_refuses_requests_and_goes_on_once_there_is_room", false, || {
        play(Disk::tmpfs(), Disk::fill, Disk::make_room, "filled up", "the disk is full");
    });
}

#[test]
fn a_host_whose_ledger_is_write_protected_refuses_requests_and_goes_on_once_it_is_not() {
    where_mounts_are_own(
        "a_host_whose_ledger_is_write_protected_refuses_requests_and_goes_on_once_it_is_not",
        true,
        || {
            let (protect, allow) = (|disk: &Disk| disk.protect(true), |disk: &Disk| disk.protect(false));
            play(Disk::ext4(), protect, allow, "was protected", "the ledger's disk failed: disk I/O error");
        },
    );
}

#[test]
fn a_file_system_that_turns_read_only_stops_no_calendar_and_costs_nothing_that_was_promised() {
    where_mounts_are_own(
        "a_file_system_that_turns_read_only_stops_no_calendar_and_costs_nothing_that_was_promised",
        true,
        || {
            let mut table = Table::on(Disk::ext4());
            for _ in 0..rounds() {
                let asked = table.ask();
                table.disk().turn_read_only();
                table.ask_in_vain();
                table.see_refusals(asked);
                table.pass_a_day();
                table.stop();
                table.disk().repair();
                table.try_start().expect("the file system is sound");
                // What was never told to anybody is gone with the host, and what was set aside for it is free.
                table.see_all_back(1);
                table.complete(&[asked]);
            }
            table.start_again_with_first_saves();
            let counts = table.end();
            println!("figure times that a file system turned read-only: {}", rounds());
            println!("figure days that passed while it was so: {}", counts.days);
            println!("figure transfers that outlived that and completed once: {}", counts.completed);
        },
    );
}

#[test]
fn a_host_on_a_read_only_mount_is_refused_by_name_and_nothing_is_lost() {
    where_mounts_are_own("a_host_on_a_read_only_mount_is_refused_by_name_and_nothing_is_lost", false, || {
        let mut table = Table::on(Disk::tmpfs());
        for _ in 0..rounds() {
            let asked = table.ask();
            table.disk().try_remount("ro").expect_err("the host has its ledger open");
            table.stop();
            table.disk().try_remount("ro").expect("nobody has a file open");
            let refusal = table.try_start().expect_err("nothing could be recorded");
            assert_eq!(refusal.code, ErrorCode::LedgerUnavailable);
            assert!(refusal.reason.contains("Read-only file system"), "{refusal}");
            table.disk().try_remount("rw").expect("as before");
            table.try_start().expect("the ledger is as it was");
            table.see_all_back(1);
            table.complete(&[asked]);
        }
        table.start_again_with_first_saves();
        println!("figure starts on a read-only mount, all refused: {}", rounds());
        println!("figure transfers that waited for the mount and completed once: {}", table.end().completed);
    });
}

#[test]
fn a_host_that_starts_on_a_full_disk_goes_on_with_its_calendar_and_completes_what_waited_later() {
    where_mounts_are_own(
        "a_host_that_starts_on_a_full_disk_goes_on_with_its_calendar_and_completes_what_waited_later",
        false,
        || {
            let mut table = Table::on(Disk::tmpfs());
            let asked = table.ask();
            table.stop();
            table.disk().fill();
            table.try_start().expect("the ledger can be read");
            // That they are back is recorded, and what is open is told only after that.
            assert_eq!(table.see_read_only(), "the disk is full");
            table.pass_a_day();
            table.disk().make_room();
            table.see_all_back(1);
            table.complete(&[asked]);
            table.start_again_with_first_saves();
            table.end();
        },
    );
}
