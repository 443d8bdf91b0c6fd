// SPDX-License-Identifier: GPL-3.0-or-later

//! What became of a contract: a sentence for each difference.

use super::listing::{Contract, Definition, Item};
use super::{UPDATE, contract};
use std::collections::BTreeMap;

/// Differences between what was committed and what the proto files say now.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Differences {
    /// Changes that a peer of the committed contract would stumble over.
    pub breaks: Vec<String>,
    /// What the committed contract does not have yet.
    pub additions: Vec<String>,
}

impl Differences {
    fn added(&mut self, name: &str) {
        self.additions.push(format!("{name} is not committed: run with {UPDATE}=1."));
    }

    fn removed(&mut self, name: &str) {
        self.breaks.push(format!("{name} was removed."));
    }

    fn changed(&mut self, name: &str, before: &str, after: &str) {
        if before != after {
            self.breaks.push(format!("{name} was {before} and is now {after}."));
        }
    }
}

/// Compares all types of two contracts.
pub fn differences(before: &Contract, after: &Contract) -> Differences {
    let mut found = Differences::default();
    for (name, old) in &before.types {
        match after.types.get(name) {
            Some(new) if new.keyword == old.keyword => compare_types(name, old, new, &mut found),
            Some(new) => found.changed(name, &old.keyword, &new.keyword),
            None => found.removed(name),
        }
    }
    after.types.keys().filter(|name| !before.types.contains_key(*name)).for_each(|name| found.added(name));
    found
}

fn compare_types(name: &str, before: &Definition, after: &Definition, found: &mut Differences) {
    compare_numbered(name, &before.numbered, &after.numbered, found);
    for (call, old) in &before.calls {
        let call_name = format!("{name}.{call}");
        match after.calls.get(call) {
            Some(new) => found.changed(&call_name, old, new),
            None => found.removed(&call_name),
        }
    }
    let new_calls = after.calls.keys().filter(|call| !before.calls.contains_key(*call));
    new_calls.for_each(|call| found.added(&format!("{name}.{call}")));
    let reserved = |what: &String| format!("{name}'s reservation of {what}");
    before.reserved.difference(&after.reserved).for_each(|what| found.removed(&reserved(what)));
    after.reserved.difference(&before.reserved).for_each(|what| found.added(&reserved(what)));
}

fn compare_numbered(name: &str, before: &BTreeMap<i32, Item>, after: &BTreeMap<i32, Item>, found: &mut Differences) {
    for (number, old) in before {
        let item = format!("{name}.{}", old.name);
        let moved = after.iter().find(|(_, new)| new.name == old.name);
        match (after.get(number), moved) {
            (Some(new), _) if new.name == old.name => found.changed(&item, &old.kind, &new.kind),
            (_, Some((new, _))) => found.breaks.push(format!("{item} was renumbered from {number} to {new}.")),
            (Some(new), None) => found.breaks.push(format!("{item} = {number} was renamed to {}.", new.name)),
            (None, None) => found.removed(&item),
        }
    }
    for (number, new) in after {
        let known = before.contains_key(number) || before.values().any(|old| old.name == new.name);
        if !known {
            found.added(&format!("{name}.{}", new.name));
        }
    }
}

/// The breaks and additions between two listings.
fn between(before: &str, after: &str) -> (Vec<String>, Vec<String>) {
    let Differences { breaks, additions } = differences(&contract(before), &contract(after));
    (breaks, additions)
}

/// Asserts that the change breaks the contract, and is named by one sentence.
#[track_caller]
fn assert_break(before: &str, after: &str, sentence: &str) {
    assert_eq!(between(before, after), (vec![sentence.to_owned()], vec![]));
}

/// Asserts that the change is compatible, and still to be committed.
#[track_caller]
fn assert_addition(before: &str, after: &str, name: &str) {
    let sentence = format!("{name} is not committed: run with UPDATE_CONTRACT=1.");
    assert_eq!(between(before, after), (vec![], vec![sentence]));
}

const A: &str = "message m.A\n  1 id: string\n  2 date: string\n";
const E: &str = "enum m.E\n  0 NONE\n  1 ONE\n";
const S: &str = "service m.S\n  rpc Join(m.A) returns (m.B)\n";

#[test]
fn an_unchanged_contract_has_no_differences() {
    for listing in [A, E, S] {
        assert_eq!(between(listing, listing), (vec![], vec![]));
    }
}

#[test]
fn a_removed_type_is_a_break() {
    assert_break(A, "", "m.A was removed.");
    assert_break(E, "", "m.E was removed.");
    assert_break(S, "", "m.S was removed.");
}

#[test]
fn a_type_of_another_sort_is_a_break() {
    assert_break("message m.A\n", "enum m.A\n", "m.A was message and is now enum.");
}

#[test]
fn a_removed_field_is_a_break() {
    assert_break(A, "message m.A\n  1 id: string\n", "m.A.date was removed.");
}

#[test]
fn a_renamed_field_is_a_break() {
    assert_break(A, &A.replace("date", "day"), "m.A.date = 2 was renamed to day.");
}

#[test]
fn a_renumbered_field_is_a_break() {
    assert_break(A, &A.replace('2', "3"), "m.A.date was renumbered from 2 to 3.");
}

#[test]
fn fields_that_changed_places_are_breaks() {
    let swapped = "message m.A\n  1 date: string\n  2 id: string\n";
    let sentences = ["m.A.id was renumbered from 1 to 2.", "m.A.date was renumbered from 2 to 1."];
    assert_eq!(between(A, swapped), (sentences.map(str::to_owned).to_vec(), vec![]));
}

#[test]
fn a_field_put_in_the_place_of_a_renumbered_one_is_a_break() {
    let replaced = "message m.A\n  1 id: string\n  2 day: string\n  3 date: string\n";
    assert_break(A, replaced, "m.A.date was renumbered from 2 to 3.");
}

#[test]
fn a_field_of_another_type_is_a_break() {
    assert_break(A, &A.replace("date: string", "date: bytes"), "m.A.date was string and is now bytes.");
}

#[test]
fn a_field_of_another_label_is_a_break() {
    for label in ["repeated", "optional"] {
        let sentence = format!("m.A.date was string and is now {label} string.");
        assert_break(A, &A.replace("date:", &format!("date: {label}")), &sentence);
    }
}

#[test]
fn a_field_moved_into_a_oneof_is_a_break() {
    let moved = A.replace("date: string", "date: string in oneof when");
    assert_break(A, &moved, "m.A.date was string and is now string in oneof when.");
}

#[test]
fn a_dropped_reservation_is_a_break() {
    assert_break("message m.A\n  reserved 2 to 5\n", "message m.A\n", "m.A's reservation of 2 to 5 was removed.");
}

#[test]
fn an_enum_value_removed_renamed_or_renumbered_is_a_break() {
    assert_break(E, "enum m.E\n  0 NONE\n", "m.E.ONE was removed.");
    assert_break(E, &E.replace("ONE\n  1 ONE", "ONE\n  1 UNO"), "m.E.ONE = 1 was renamed to UNO.");
    assert_break(E, &E.replace('1', "2"), "m.E.ONE was renumbered from 1 to 2.");
}

#[test]
fn a_removed_call_is_a_break() {
    assert_break(S, "service m.S\n", "m.S.Join was removed.");
}

#[test]
fn a_call_of_other_messages_is_a_break() {
    let sentence = "m.S.Join was (m.A) returns (m.B) and is now (m.A) returns (m.A).";
    assert_break(S, &S.replace("m.B", "m.A"), sentence);
}

#[test]
fn a_call_that_streams_otherwise_is_a_break() {
    let sentence = "m.S.Join was (m.A) returns (m.B) and is now (stream m.A) returns (m.B).";
    assert_break(S, &S.replace("m.A", "stream m.A"), sentence);
    let sentence = "m.S.Join was (m.A) returns (m.B) and is now (m.A) returns (stream m.B).";
    assert_break(S, &S.replace("m.B", "stream m.B"), sentence);
}

#[test]
fn what_is_new_is_an_addition() {
    assert_addition("", A, "m.A");
    assert_addition(A, &format!("{A}  3 new: m.E\n"), "m.A.new");
    assert_addition(A, &format!("{A}  reserved 4\n"), "m.A's reservation of 4");
    assert_addition(E, &format!("{E}  2 TWO\n"), "m.E.TWO");
    assert_addition(S, &format!("{S}  rpc Leave(m.A) returns (m.B)\n"), "m.S.Leave");
}
