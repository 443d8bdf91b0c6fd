// SPDX-License-Identifier: GPL-3.0-or-later
//! `cargo xtask bench`: our speed beside baselines measured in the same run.

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use serde_json::{Map, Value, json};

use crate::cargo::{self, Profile, cargo};
use crate::command::{self, shown};
use crate::figures::Figures;
use crate::maven::Maven;
use crate::tools::Tools;
use crate::tree::{Tree, VERSION};

/// Names of ratios with the figure of ours and the baseline that it is divided by.
const RATIOS: [(&str, &str, &str); 7] = [
    ("relay_latency_median_ratio", "relay_latency_median_us", "bare_relay_latency_median_us"),
    ("relay_latency_p99_ratio", "relay_latency_p99_us", "bare_relay_latency_p99_us"),
    ("relay_throughput_ratio", "relay_throughput_messages_per_s", "bare_relay_throughput_messages_per_s"),
    ("jni_may_advance_ratio", "jni_may_advance_ns", "jni_empty_call_ns"),
    ("jni_send_date_changed_ratio", "jni_send_date_changed_ns", "jni_empty_call_ns"),
    ("jni_roster_own_ratio", "jni_roster_own_ns", "jni_empty_call_ns"),
    ("event_delivery_ratio", "event_delivery_ns", "jni_empty_call_ns"),
];

/// Builds everything in release, measures, and gives figures and ratios; also as a JSON file if one is named.
pub fn run(tree: &Tree, tools: &Tools, json: Option<&Path>) -> Result<Figures> {
    let mut measured = prefixed("bare_", bare_relay(tree)?);
    measured.extend(java(tree, tools, &[])?);
    add_ratios(&mut measured)?;
    if let Some(file) = json {
        let text = serde_json::to_string_pretty(&measured)?;
        fs::write(file, text + "\n").with_context(|| format!("cannot write {}", file.display()))?;
    }
    let mut figures = Figures::default();
    for (name, value) in measured {
        figures.add(name, value);
    }
    Ok(figures)
}

fn bare_relay(tree: &Tree) -> Result<Map<String, Value>> {
    let mut bench = cargo(tree);
    bench.args(["bench", "--locked", "--package", cargo::LIBRARY, "--bench", "relay"]);
    println!("$ {}", shown(&bench));
    let output = bench.stdin(Stdio::null()).stderr(Stdio::inherit()).output().context("cannot start cargo")?;
    ensure!(output.status.success(), "the bare relay ended with {}", output.status);
    serde_json::from_slice(&output.stdout).context("the bare relay printed no JSON object")
}

/// Builds the Java benches in release and gives what they measure of calls into the library.
pub fn native_calls(tree: &Tree, tools: &Tools) -> Result<Map<String, Value>> {
    java(tree, tools, &["--calls"])
}

fn java(tree: &Tree, tools: &Tools, arguments: &[&str]) -> Result<Map<String, Value>> {
    let library = cargo::build_library(tree, Profile::Release)?;
    let baseline = cargo::build_example(tree, Profile::Release, "jni_baseline")?;
    Maven::new(tree, tools, &library).package("benchmarks")?;
    let folder = tempfile::tempdir()?;
    let json = folder.path().join("java.json");
    let mut java = command::command(&tools.java);
    java.arg(property("distributed.mekhq.library", &library)).arg(property("distributed.mekhq.baseline", &baseline));
    java.arg("-jar").arg(tree.jar("benchmarks", &format!("distributed-mekhq-benchmarks-{VERSION}.jar")));
    command::run(java.args(arguments).arg("--json").arg(&json))?;
    let text = fs::read_to_string(&json).context("the Java benches wrote no figures")?;
    serde_json::from_str(&text).context("the Java benches wrote no JSON object")
}

fn property(name: &str, value: &Path) -> OsString {
    let mut argument = OsString::from(format!("-D{name}="));
    argument.push(value);
    argument
}

fn prefixed(prefix: &str, figures: Map<String, Value>) -> Map<String, Value> {
    figures.into_iter().map(|(name, value)| (format!("{prefix}{name}"), value)).collect()
}

fn add_ratios(measured: &mut Map<String, Value>) -> Result<()> {
    for (ratio, ours, baseline) in RATIOS {
        let figure = |name: &str| {
            let value = measured.get(name).and_then(Value::as_f64).filter(|value| value.is_finite() && *value > 0.0);
            value.with_context(|| format!("{name} was not measured"))
        };
        let value = figure(ours)? / figure(baseline)?;
        measured.insert(ratio.to_owned(), json!((value * 100.0).round() / 100.0));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value, json};

    use super::{RATIOS, add_ratios, prefixed};

    fn everything() -> Map<String, Value> {
        let names = RATIOS.iter().flat_map(|(_, ours, baseline)| [*ours, *baseline]);
        names.map(|name| (name.to_owned(), json!(2.0))).collect()
    }

    #[test]
    fn a_ratio_is_ours_divided_by_the_baseline() {
        let mut measured = everything();
        measured.insert("relay_latency_median_us".to_owned(), json!(5));
        add_ratios(&mut measured).unwrap();
        assert_eq!(measured["relay_latency_median_ratio"], json!(2.5));
        assert_eq!(measured["relay_throughput_ratio"], json!(1.0));
    }

    #[test]
    fn a_figure_that_is_missing_or_zero_is_an_error_not_a_ratio() {
        for broken in [None, Some(json!(0))] {
            let mut measured = everything();
            measured.remove("jni_empty_call_ns");
            measured.extend(broken.map(|value| ("jni_empty_call_ns".to_owned(), value)));
            assert!(add_ratios(&mut measured).is_err());
        }
    }

    #[test]
    fn baselines_are_told_from_ours_by_their_names() {
        let figures = prefixed("bare_", Map::from_iter([("relay_us".to_owned(), json!(1))]));
        assert_eq!(figures.keys().collect::<Vec<_>>(), ["bare_relay_us"]);
    }
}
