// SPDX-License-Identifier: GPL-3.0-or-later
//! A host dies before and after each write point of its ledger, and then somebody goes on from a save of each of five ages:
//! a remote campaign, or the host campaign itself. Sessions are those of the settlements' simulation, without its other
//! faults, and what must hold is the same.
//!
//! `WRITE_POINT_SCRIPTS` (1) chooses how many sessions are played through.

#[path = "../settlement/campaign.rs"]
mod campaign;
#[path = "../settlement/counts.rs"]
#[allow(dead_code, reason = "few of the counts are printed here")]
mod counts;
#[path = "../settlement/host.rs"]
mod host;
#[path = "../settlement/model.rs"]
mod model;
#[path = "../settlement/play.rs"]
mod play;
#[path = "../settlement/purse.rs"]
mod purse;
#[path = "../simulation/random.rs"]
mod random;
#[path = "../settlement/world.rs"]
#[allow(dead_code, reason = "no session is played twice here")]
mod world;

use std::env;

use distributed_mekhq::ledger::memory::Moment;

use counts::{Counts, Reached};
use world::{Death, HOST, World};

/// The newest save and four before it.
const AGES: usize = 5;

fn scripts() -> u64 {
    env::var("WRITE_POINT_SCRIPTS").map_or(1, |text| text.parse().expect("WRITE_POINT_SCRIPTS is a number"))
}

#[test]
fn a_death_at_any_write_point_loses_nothing_and_doubles_nothing() {
    let (mut deaths, mut points) = (0, 0);
    let mut counts = Counts::default();
    for seed in 1..=scripts() {
        let undisturbed = Death { point: u64::MAX, moment: Moment::After, campaign: HOST, age: 0 };
        let all = World::with_death(seed, undisturbed).run().counts.write_points;
        points += all;
        for point in 1..=all {
            for moment in [Moment::Before, Moment::After] {
                for campaign in [HOST, 1] {
                    for age in 0..AGES {
                        let death = Death { point, moment, campaign, age };
                        let outcome = World::with_death(seed, death).run();
                        assert_eq!(outcome.violation, None, "script {seed}, {death:?}");
                        counts.merge(&outcome.counts);
                        deaths += 1;
                    }
                }
            }
        }
    }
    println!("figure write points: {points}");
    println!("figure deaths played: {deaths}");
    println!("figure deaths that lost records: {}", counts.of(Reached::RecordsLost));
    println!("figure transfers completed in them: {}", counts.of(Reached::Completed));
    println!("figure violations: 0");
    assert!(counts.of(Reached::RecordsLost) > 0, "no death lost anything");
}
