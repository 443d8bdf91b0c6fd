// SPDX-License-Identifier: GPL-3.0-or-later
//! The proof that what was acknowledged survives `kill -9`: real processes are killed, and one is watched by strace.

use anyhow::{Result, ensure};

use super::{Evidence, Form, Proof, Scene};
use crate::crash;
use crate::figures::Figures;
use crate::simulate;

pub const PROOF: Proof = Proof {
    name: "settlement.kill",
    claim: "In a storm of wire transfers each of three JVMs, a host and two remote campaigns, is killed 200 times, and a \
            Rust host 1,000 times: no transfer that was told as completed is lost or doubled, and the sums are equal. \
            In 1,000 transfers of a host that strace watches, each promise is sent after the sync of its record.",
    evidence: &[
        Evidence::JUnit {
            module: "library",
            classes: &["KilledJvmsTest"],
            full: &[("distributed.mekhq.kills", "200")],
        },
        Evidence::Own(rust_host),
        Evidence::Own(promises),
    ],
};

fn rust_host(scene: &Scene, form: Form) -> Result<Figures> {
    let rounds = match form {
        Form::Reduced => 20,
        Form::Full => 1_000,
    };
    crash::run(scene.tree, rounds, 1)
}

/// What strace saw. Where there is none, or it may not watch, the reduced form says so and the full one does not hold.
fn promises(scene: &Scene, form: Form) -> Result<Figures> {
    const TEST: &str = "whatever_a_host_promises_lies_on_its_disk_before_it_is_sent";
    let transfers = match form {
        Form::Reduced => 100,
        Form::Full => 1_000,
    };
    let figures = simulate::run_tests_named(scene.tree, crash::PROGRAM, TEST, &[("KILL_PROMISES", transfers)])?;
    if figures.get("promises sent").is_some_and(|sent| sent.starts_with("not observed")) {
        let missing = "what is sent before it is on the disk was not observed; install strace, for example by apt";
        ensure!(form == Form::Reduced, missing);
        println!("settlement.kill: {missing}");
        return Ok(figures);
    }
    let [watched, sent, kept] =
        ["transfers that were watched", "promises sent", "promises sent after the sync of their record"]
            .map(|name| figures.get(name).and_then(|value| value.parse::<u64>().ok()).unwrap_or_default());
    ensure!(watched == transfers, "{watched} transfers were watched");
    ensure!(sent >= 3 * transfers && kept == sent, "{kept} of {sent} promises were on the disk when they were sent");
    Ok(figures)
}
