// SPDX-License-Identifier: GPL-3.0-or-later
//! Proofs that nothing is lost and nothing happens twice.

use anyhow::{Result, ensure};

use super::{Evidence, Form, Proof, Scene, settlement_kill};
use crate::cargo::{LIBRARY, cargo};
use crate::command::echoed;
use crate::figures::Figures;
use crate::planted::{self, Watch};
use crate::simulate;

pub const PROOFS: &[Proof] = &[
    Proof {
        name: "settlement.simulated",
        claim: "In 100,000 seeded sessions with crashes, partitions, repeated requests, full disks, lost tails and older \
                saves, also of the host: every campaign has exactly what its settlements gave and took, each applied \
                once in each line of saves; each request has one outcome; and within 60 simulated seconds after healing \
                every hold is explained and every request resolved, or open by a player's choice.",
        evidence: &[Evidence::Own(simulated)],
    },
    Proof {
        name: "settlement.planted",
        claim: "Each of the faults that are planted in the rules is caught within 10,000 sessions.",
        evidence: &[Evidence::Own(faults)],
    },
    Proof {
        name: "settlement.traces",
        claim: "Each known way of losing or doubling money is played to its end and comes out right; without what keeps \
                it from happening, the test of that name fails.",
        evidence: &[Evidence::Own(traces)],
    },
    Proof {
        name: "settlement.write-points",
        claim: "A host dies before and after each write point of its ledger, and then it or a remote campaign goes on from \
                a save of each of five ages: nothing is lost and nothing happens twice.",
        evidence: &[Evidence::Own(write_points)],
    },
    Proof {
        name: "settlement.damage",
        claim: "Of 10,000 ledgers with a flipped bit or a missing end none is read as another past, and each that does \
                not open says why; a tail that was lost is noticed by every campaign that had seen it, 1,000 of 1,000.",
        evidence: &[Evidence::Own(damage)],
    },
    Proof {
        name: "settlement.disk",
        claim: "A host whose disk fills up, or whose ledger becomes write-protected, 50 times each, refuses requests with \
                HOST_READ_ONLY, its calendar and that of the others go on, and by itself it completes what waited, once, \
                when the disk takes something again; what is on a file system that turns read-only is there, and \
                completes once, after it was mounted anew, 50 times.",
        evidence: &[Evidence::Own(disk)],
    },
    Proof {
        name: "settlement.speed",
        claim: "With 64 transfers in flight the host completes at least 4 durable transfers in the time of one durable \
                write that waits for nothing but itself, on the same disk in the same run.",
        evidence: &[Evidence::Own(speed)],
    },
    settlement_kill::PROOF,
];

/// The simulation of settlements and the test in it that plays sessions.
const PROGRAM: &str = "settlement";
const SIMULATION: &str = "nothing_is_lost_and_nothing_happens_twice_in_any_session";

fn simulated(scene: &Scene, form: Form) -> Result<Figures> {
    let (sessions, repeats) = match form {
        Form::Reduced => (1_000, 10),
        Form::Full => (100_000, 100),
    };
    let settings = [("SIMULATION_SESSIONS", sessions), ("SIMULATION_SEED", 1), ("SIMULATION_REPEATS", repeats)];
    simulate::run_test(scene.tree, PROGRAM, &settings)
}

/// In the reduced form the faults are only counted: each of them means building the library once more.
fn faults(scene: &Scene, form: Form) -> Result<Figures> {
    let folder = scene.tree.root().join("tests").join("settlement").join("planted");
    let watch = Watch::Simulation { program: PROGRAM, test: SIMULATION, sessions: 10_000 };
    match form {
        Form::Reduced => planted::counted(scene.tree, &folder),
        Form::Full => planted::all_caught(scene.tree, &folder, &[], watch),
    }
}

fn traces(scene: &Scene, form: Form) -> Result<Figures> {
    const MODULE: &str = "session::settlement::traces";
    let mut figures = Figures::default();
    let mut command = cargo(scene.tree);
    command.args(["test", "--locked", "--package", LIBRARY, "--lib", "--", MODULE]);
    let finished = echoed(&mut command)?;
    let passed = finished.lines.iter().filter(|line| line.contains(MODULE) && line.ends_with("... ok")).count();
    ensure!(finished.success && passed > 0, "a trace does not come out right");
    figures.add("traces", passed);
    let folder = scene.tree.root().join("tests").join("settlement").join("traces");
    figures.extend(match form {
        Form::Reduced => planted::counted(scene.tree, &folder)?,
        Form::Full => planted::all_caught(scene.tree, &folder, &[], Watch::NamedTest { module: MODULE })?,
    });
    Ok(figures)
}

/// Where the host dies and which saves are loaded is enumerated; the full form does so for more sessions.
fn write_points(scene: &Scene, form: Form) -> Result<Figures> {
    let scripts = match form {
        Form::Reduced => 2,
        Form::Full => 20,
    };
    simulate::run_test(scene.tree, "settlement_write_points", &[("WRITE_POINT_SCRIPTS", scripts)])
}

fn damage(scene: &Scene, form: Form) -> Result<Figures> {
    let (damages, tails) = match form {
        Form::Reduced => (500, 100),
        Form::Full => (10_000, 1_000),
    };
    let settings = [("LEDGER_DAMAGES", damages), ("LEDGER_TAILS", tails)];
    simulate::run_test(scene.tree, "settlement_damage", &settings)
}

/// What each of the tests prints when it was played.
const DISKS_THAT_FAIL: [&str; 4] = [
    "times that a disk filled up",
    "times that a disk was protected",
    "times that a file system turned read-only",
    "starts on a read-only mount, all refused",
];

/// The tests mount small file systems for themselves, which takes Linux and root. Elsewhere the reduced form says what it
/// could not see, and the full one does not hold.
fn disk(scene: &Scene, form: Form) -> Result<Figures> {
    let rounds = match form {
        Form::Reduced => 2,
        Form::Full => 50,
    };
    let mut figures = simulate::run_test(scene.tree, "settlement_disk", &[("DISK_ROUNDS", rounds)])?;
    for name in DISKS_THAT_FAIL {
        if figures.get(name).is_none() {
            let missing = "not observed: it takes Linux, root, and a computer that lets root mount";
            ensure!(form == Form::Reduced, "{name}: {missing}");
            figures.add(name, missing);
        }
    }
    Ok(figures)
}

/// The ratio that the claim speaks of.
const RATIO_MIN: f64 = 4.0;

fn speed(scene: &Scene, form: Form) -> Result<Figures> {
    let transfers = match form {
        Form::Reduced => 2_000,
        Form::Full => 20_000,
    };
    let figures = simulate::run_test(scene.tree, "settlement_speed", &[("TRANSFERS", transfers)])?;
    let ratio = figures.get("transfers in the time of one write").and_then(|value| value.parse::<f64>().ok());
    ensure!(ratio.is_some_and(|ratio| ratio >= RATIO_MIN), "{ratio:?} transfers in the time of one write");
    Ok(figures)
}
