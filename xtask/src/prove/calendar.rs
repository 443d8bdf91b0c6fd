// SPDX-License-Identifier: GPL-3.0-or-later
//! Proofs of the common calendar.

use anyhow::{Context, Result, ensure};

use super::{Evidence, Form, Proof, Scene, all_passed};
use crate::bench;
use crate::cargo::{self, Profile};
use crate::figures::Figures;
use crate::maven::Maven;
use crate::planted::{self, Watch};
use crate::simulate::{self, Sessions};

pub const PROOFS: &[Proof] = &[
    Proof {
        name: "calendar.invariant",
        claim: "In 10,000 seeded sessions under faults, no obedient connected remote passes the last host date delivered \
            to it, nor the host unless it went back meanwhile; a ready remote whose link is up is told within one \
            round trip; the same seed gives the same trace; a fault planted in each row of the timeline's table is \
            caught.",
        evidence: &[Evidence::Own(invariant)],
    },
    Proof {
        name: "calendar.gate",
        claim: "A day advanced through the event bus is blocked with the reason, also when the gate's own code throws, \
                also inside a 30-day advance.",
        evidence: &[Evidence::JUnit { module: "library", classes: &["CalendarGateTest"], full: &[] }],
    },
    Proof {
        name: "calendar.may-advance",
        claim: "Four threads that ask whether they may advance while 100,000 dates of the host arrive are answered each \
                time, without a lock (they make no futex call under strace), and no answer goes back; what a call costs \
                stands beside an empty JNI call.",
        evidence: &[
            Evidence::JUnit {
                module: "library",
                classes: &["MayAdvanceTest"],
                full: &[("distributed.mekhq.dates", "100000")],
            },
            Evidence::Own(without_futexes),
            Evidence::Own(cost_of_asking),
        ],
    },
    Proof {
        name: "calendar.partition",
        claim: "After 60 simulated seconds of partition, over 1,000 seeds of real hosts and remotes on a simulated \
                network, all rosters are equal, nobody is locked out, no campaign is there twice, no connection is left \
                half open, and no live one is displaced by a second Connect.",
        evidence: &[Evidence::Own(partition)],
    },
    Proof {
        name: "calendar.privacy",
        claim: "DailyLog and TOE reach exactly those they may, the host by its team, teammates that were away on their \
                return.",
        evidence: &[Evidence::JUnit { module: "library", classes: &["PrivacyTest"], full: &[] }],
    },
    Proof {
        name: "calendar.restart",
        claim: "A host killed at every write point of its ledger and started again knows roster, teams, keys and kept \
                logs as recorded, and had told no more; so does one whose virtual machine died. A ledger of the \
                previous format is upgraded, a newer one refused by name.",
        evidence: &[
            Evidence::Own(restart),
            Evidence::JUnit { module: "library", classes: &["RestartTest", "LedgerTest"], full: &[] },
        ],
    },
    Proof {
        name: "calendar.companion",
        claim: "Of three companions one rewrites its save as MekHQ would; the other two show the new date.",
        evidence: &[Evidence::JUnit { module: "companion", classes: &["ThreeCompanionsTest"], full: &[] }],
    },
];

/// Where a host dies and what it finds afterwards is enumerated, so both forms are the same.
fn restart(scene: &Scene, _: Form) -> Result<Figures> {
    simulate::run_test(scene.tree, "restart", &[])
}

/// What strace saw. Where there is none, or it may not watch, the reduced form says so and the full one does not hold.
fn without_futexes(scene: &Scene, form: Form) -> Result<Figures> {
    const CLASS: &str = "MayAdvanceTraceTest";
    let tested = match scene.suite.get().filter(|_| form == Form::Reduced) {
        Some(suite) => suite.clone(),
        None => {
            let library = cargo::build_library(scene.tree, Profile::Debug)?;
            Maven::new(scene.tree, scene.tools, &library).test("library", &[CLASS], &[])?
        }
    };
    let class = tested.classes.iter().find(|class| class.simple_name() == CLASS);
    let skipped = class.is_some_and(|class| class.counts.run == class.counts.skipped && class.counts.skipped > 0);
    if !skipped {
        return all_passed(&tested, &[CLASS]);
    }
    let missing = "not observed: strace is missing, or may not watch here";
    ensure!(form == Form::Reduced, "that nobody waits for a lock was {missing}; install it, for example by apt");
    println!("calendar.may-advance: that nobody waits for a lock was {missing}");
    let mut figures = Figures::default();
    figures.add("futex calls of the traced threads while they asked", missing);
    Ok(figures)
}

/// Measured in release; it bounds nothing, so the reduced form leaves it out.
fn cost_of_asking(scene: &Scene, form: Form) -> Result<Figures> {
    let mut figures = Figures::default();
    if form == Form::Full {
        let measured = bench::native_calls(scene.tree, scene.tools)?;
        for name in ["jni_may_advance_ns", "jni_empty_call_ns"] {
            figures.add(name, measured.get(name).with_context(|| format!("{name} was not measured"))?);
        }
    }
    Ok(figures)
}

/// The rows of the table in protocol.md section 3 that the simulation plays: how the names of their faults begin.
const ROWS: [&str; 6] = ["ahead-", "behind-", "gm-", "host-", "host-lost-", "level-"];

fn invariant(scene: &Scene, form: Form) -> Result<Figures> {
    let (sessions, repeats) = match form {
        Form::Reduced => (1_000, 10),
        Form::Full => (10_000, 100),
    };
    let mut figures = simulate::run(scene.tree, Sessions { sessions, seed: 1, repeats, trace: false })?;
    if form == Form::Full {
        let folder = scene.tree.root().join("tests").join("simulation").join("planted");
        let (program, test) = ("simulation", "every_rule_holds_in_every_session");
        let watch = Watch::Simulation { program, test, sessions: 1_000 };
        figures.extend(planted::all_caught(scene.tree, &folder, &ROWS, watch)?);
    }
    Ok(figures)
}

fn partition(scene: &Scene, form: Form) -> Result<Figures> {
    let seeds = match form {
        Form::Reduced => 20,
        Form::Full => 1_000,
    };
    simulate::run_test(scene.tree, "partition", &[("PARTITION_SEEDS", seeds), ("PARTITION_SEED", 1)])
}
