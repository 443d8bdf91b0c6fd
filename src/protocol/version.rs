// SPDX-License-Identifier: GPL-3.0-or-later

//! Which MekHQ versions may play together (protocol.md section 2).
//!
//! Each side applies its own rule to the other side's version, and either side's no ends the connection.

/// Which MekHQ versions of the other side are good enough.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum VersionRule {
    /// Equal, letter case aside.
    #[default]
    Exact,
    /// Equal in the first two numbers: `0.50.06` and `0.50.07-SNAPSHOT`. A version in which these cannot be read is
    /// accepted only when it is equal as a whole.
    SameMinor,
    /// Every version.
    Any,
}

impl VersionRule {
    /// Says whether this rule lets a campaign of version `ours` play with one of version `theirs`.
    ///
    /// The rules are symmetric, and whatever a stricter rule accepts a looser one accepts too. Letter case is that of
    /// ASCII. Takes any text: whether it is a well-formed version is checked where messages are validated.
    #[must_use]
    pub fn accepts(self, ours: &str, theirs: &str) -> bool {
        match self {
            Self::Exact => ours.eq_ignore_ascii_case(theirs),
            Self::SameMinor => same_minor(ours, theirs) || ours.eq_ignore_ascii_case(theirs),
            Self::Any => true,
        }
    }
}

fn same_minor(ours: &str, theirs: &str) -> bool {
    match (minor(ours), minor(theirs)) {
        (Some(ours), Some(theirs)) => ours == theirs,
        _ => false,
    }
}

/// The first two numbers of a version, or `None` where it does not begin with two numbers.
fn minor(version: &str) -> Option<[&str; 2]> {
    let numbers = version.split_once(['-', '+']).map_or(version, |(numbers, _)| numbers);
    let mut numbers = numbers.split('.').map(number);
    Some([numbers.next()??, numbers.next()??])
}

/// The digits without leading zeros. Text, because a peer may send more digits than an integer holds.
fn number(text: &str) -> Option<&str> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.trim_start_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::VersionRule::{self, Any, Exact, SameMinor};
    use proptest::prelude::{Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest};

    #[test]
    fn exact_is_the_default() {
        assert_eq!(VersionRule::default(), Exact);
    }

    #[test]
    fn exact_accepts_the_same_version_in_any_letter_case() {
        assert!(Exact.accepts("0.50.06", "0.50.06"));
        assert!(Exact.accepts("0.51.0-SNAPSHOT", "0.51.0-snapshot"));
    }

    #[test]
    fn exact_refuses_every_other_version() {
        for theirs in ["0.50.07", "0.50.6", "0.50.06 ", "0.50.06-nightly-2025-03-01", ""] {
            assert!(!Exact.accepts("0.50.06", theirs), "{theirs:?}");
        }
    }

    #[test]
    fn same_minor_compares_the_first_two_numbers_only() {
        for theirs in ["0.50.06", "0.50.07", "0.50", "00.050.1", "0.50-SNAPSHOT", "0.50.06-nightly-2025-03-01"] {
            assert!(SameMinor.accepts("0.50.06", theirs), "{theirs:?}");
        }
        for theirs in ["0.51.06", "0.5.06", "1.50.06", "0.500.06", "50.06", "0.49.50"] {
            assert!(!SameMinor.accepts("0.50.06", theirs), "{theirs:?}");
        }
    }

    #[test]
    fn same_minor_tells_numbers_apart_that_are_longer_than_an_integer() {
        assert!(!SameMinor.accepts("0.99999999999999999999991", "0.99999999999999999999992"));
        assert!(SameMinor.accepts("0.99999999999999999999991", "0.99999999999999999999991.1"));
    }

    #[test]
    fn same_minor_accepts_what_it_cannot_read_only_when_it_is_equal() {
        assert!(SameMinor.accepts("development", "Development"));
        for theirs in ["", "0", "0.", ".50", "0.50a.1", "0.+50.1", "0.-50", "0,50", "0.٥0", "v0.50.06"] {
            assert!(!SameMinor.accepts("0.50.06", theirs), "{theirs:?}");
            assert!(!SameMinor.accepts("development", theirs), "{theirs:?}");
        }
    }

    #[test]
    fn any_accepts_everything() {
        assert!(Any.accepts("0.50.06", "1.0"));
        assert!(Any.accepts("0.50.06", ""));
    }

    fn version() -> impl Strategy<Value = String> {
        prop_oneof!["0?[01]\\.0?5[01](\\.[0-9]{1,2})?(-[a-zA-Z]{1,3})?", any::<String>()]
    }

    proptest! {
        #[test]
        fn a_looser_rule_accepts_what_a_stricter_one_accepts(ours in version(), theirs in version()) {
            prop_assert!(!Exact.accepts(&ours, &theirs) || SameMinor.accepts(&ours, &theirs));
            prop_assert!(Any.accepts(&ours, &theirs));
        }

        #[test]
        fn every_rule_accepts_its_own_version(ours in version()) {
            prop_assert!(Exact.accepts(&ours, &ours.to_ascii_uppercase()));
            prop_assert!(SameMinor.accepts(&ours, &ours.to_ascii_uppercase()));
        }

        #[test]
        fn both_sides_come_to_the_same_answer(ours in version(), theirs in version()) {
            for rule in [Exact, SameMinor, Any] {
                prop_assert_eq!(rule.accepts(&ours, &theirs), rule.accepts(&theirs, &ours));
            }
        }
    }
}
