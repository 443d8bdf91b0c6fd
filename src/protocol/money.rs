// SPDX-License-Identifier: GPL-3.0-or-later
//! Money and what else moves between campaigns (protocol.md section 5, "Money").

use std::fmt;

use super::proto;
use super::refusal::Invalid;

/// The largest amount of one message, in hundredths: ten trillion units. A campaign's sums stay far from overflow.
pub const HUNDREDTHS_MAX: i64 = 1_000_000_000_000_000;

/// Characters of a currency's code.
const CODE_MAX: usize = 8;

/// The C-bill, which has no fractions.
const C_BILL: &[u8] = b"CSB";

/// Hundredths of a unit.
const UNIT: i64 = 100;

/// A currency's code: 1 to 8 capital ASCII letters and digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency {
    code: [u8; CODE_MAX],
    length: u8,
}

impl Currency {
    /// Reads a code.
    pub fn parse(field: &str, text: &str) -> Result<Self, Invalid> {
        let good = |letter: u8| letter.is_ascii_uppercase() || letter.is_ascii_digit();
        if text.is_empty() || text.len() > CODE_MAX || !text.bytes().all(good) {
            return Err(Invalid::field(field, "is not a currency's code such as CSB"));
        }
        let mut code = [0; CODE_MAX];
        code[..text.len()].copy_from_slice(text.as_bytes());
        Ok(Self { code, length: text.len() as u8 })
    }

    /// The code.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.code[..usize::from(self.length)]).expect("only ASCII was taken")
    }

    /// The smallest amount, in hundredths of a unit.
    pub fn smallest(&self) -> i64 {
        if self.as_str().as_bytes() == C_BILL { UNIT } else { 1 }
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// An amount of one currency, never 0.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    currency: Currency,
    hundredths: i64,
}

impl Money {
    /// An amount in hundredths of the currency's unit: not 0, no finer than the currency's scale, and at most
    /// [`HUNDREDTHS_MAX`] either way.
    pub fn new(currency: Currency, hundredths: i64) -> Result<Self, Invalid> {
        let invalid = |problem: &str| Err(Invalid::field("amount", problem));
        if hundredths == 0 {
            return invalid("is 0");
        }
        if !(-HUNDREDTHS_MAX..=HUNDREDTHS_MAX).contains(&hundredths) {
            return invalid("is out of range");
        }
        if hundredths % currency.smallest() != 0 {
            return invalid("is finer than its currency");
        }
        Ok(Self { currency, hundredths })
    }

    /// Checks an amount as it came; `field` names where it stood.
    pub fn check(field: &str, proto: Option<&proto::Money>) -> Result<Self, Invalid> {
        let proto = proto.ok_or_else(|| Invalid::field(field, "is missing"))?;
        let currency = Currency::parse(&format!("{field}.currency"), &proto.currency)?;
        Self::new(currency, proto.amount).map_err(|Invalid(problem)| Invalid(format!("{field}.{problem}")))
    }

    /// As it travels.
    pub fn to_proto(self) -> proto::Money {
        proto::Money { currency: self.currency.as_str().to_owned(), amount: self.hundredths }
    }

    /// The currency.
    pub fn currency(self) -> Currency {
        self.currency
    }

    /// The amount, in hundredths of the currency's unit.
    pub fn hundredths(self) -> i64 {
        self.hundredths
    }

    /// Whether it is more than 0.
    pub fn is_positive(self) -> bool {
        self.hundredths > 0
    }

    /// What is left of it without so many hundredths, at most as many as it has.
    fn less(self, hundredths: i64) -> Option<Self> {
        let left = self.hundredths - hundredths;
        (left > 0).then_some(Self { hundredths: left, ..self })
    }

    /// The same without its sign.
    pub fn abs(self) -> Self {
        Self { hundredths: self.hundredths.abs(), ..self }
    }
}

impl fmt::Debug for Money {
    /// Amounts stay out of logs.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Money({:?})", self.currency)
    }
}

/// What one side gives, perhaps nothing: money for now, goods later.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bundle {
    money: Option<Money>,
}

impl Bundle {
    /// Money that moves; more than 0.
    pub fn of_money(money: Money) -> Result<Self, Invalid> {
        if money.is_positive() {
            Ok(Self { money: Some(money) })
        } else {
            Err(Invalid::field("money", "is not above 0"))
        }
    }

    /// Checks a bundle as it came; an absent one is empty.
    pub fn check(field: &str, proto: Option<&proto::Bundle>) -> Result<Self, Invalid> {
        let Some(money) = proto.and_then(|bundle| bundle.money.as_ref()) else { return Ok(Self::default()) };
        let money = Money::check(&format!("{field}.money"), Some(money))?;
        Self::of_money(money).map_err(|Invalid(problem)| Invalid(format!("{field}.{problem}")))
    }

    /// As it travels: nothing where it is empty.
    pub fn to_proto(&self) -> Option<proto::Bundle> {
        self.money.map(|money| proto::Bundle { money: Some(money.to_proto()) })
    }

    /// The money in it.
    pub fn money(&self) -> Option<Money> {
        self.money
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.money.is_none()
    }

    /// Adds to it what was taken of the same wanted bundle.
    pub fn put(&mut self, part: &Self) {
        self.money = match (self.money, part.money) {
            (Some(have), Some(more)) if have.currency == more.currency => {
                Some(Money { hundredths: have.hundredths + more.hundredths, ..have })
            }
            (have, more) => have.or(more),
        };
    }

    /// Takes as much of `wanted` out as there is; answers with what was taken.
    pub fn take(&mut self, wanted: &Self) -> Self {
        let (Some(have), Some(want)) = (self.money, wanted.money) else { return Self::default() };
        if have.currency != want.currency {
            return Self::default();
        }
        let taken = have.hundredths.min(want.hundredths);
        self.money = have.less(taken);
        Self { money: have.less(have.hundredths - taken) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn currency(code: &str) -> Currency {
        Currency::parse("currency", code).expect("a code")
    }

    #[test]
    fn a_currency_is_capitals_and_digits() {
        for code in ["CSB", "D", "ABCDEFG8"] {
            assert_eq!(currency(code).as_str(), code);
        }
        for code in ["", "csb", "C-B", "ABCDEFGH9", "CSß"] {
            assert!(Currency::parse("currency", code).is_err(), "{code}");
        }
    }

    #[test]
    fn an_amount_is_neither_0_nor_too_fine_nor_too_large() {
        let csb = |hundredths| Money::new(currency("CSB"), hundredths).map_err(|invalid| invalid.0);
        assert!(csb(100).is_ok() && csb(-100).is_ok() && csb(HUNDREDTHS_MAX).is_ok() && csb(-HUNDREDTHS_MAX).is_ok());
        assert_eq!(csb(0), Err("amount is 0".into()));
        assert_eq!(csb(150), Err("amount is finer than its currency".into()));
        for hundredths in [HUNDREDTHS_MAX + 100, -HUNDREDTHS_MAX - 100, i64::MAX, i64::MIN] {
            assert_eq!(csb(hundredths), Err("amount is out of range".into()));
        }
        assert!(Money::new(currency("DCK"), 1).is_ok());
    }

    #[test]
    fn a_bundle_holds_what_is_above_0_or_nothing() {
        let minus = Money::new(currency("CSB"), -100).expect("an amount");
        assert!(Bundle::of_money(minus).is_err());
        let proto = proto::Bundle { money: Some(minus.to_proto()) };
        assert_eq!(Bundle::check("promised", Some(&proto)), Err(Invalid("promised.money is not above 0".into())));
        assert_eq!(Bundle::check("promised", None), Ok(Bundle::default()));
        let bundle = Bundle::of_money(minus.abs()).expect("above 0");
        assert_eq!(Bundle::check("promised", bundle.to_proto().as_ref()), Ok(bundle));
    }

    #[test]
    fn what_is_taken_and_what_is_left_make_up_what_there_was() {
        let of = |code, hundredths| {
            let money = Money::new(currency(code), hundredths).expect("an amount");
            Bundle::of_money(money).expect("above 0")
        };
        for (have, want, taken) in [(600, 200, 200), (200, 600, 200), (200, 200, 200)] {
            let mut bundle = of("CSB", have);
            assert_eq!(bundle.take(&of("CSB", want)), of("CSB", taken));
            assert_eq!(bundle.money().map_or(0, Money::hundredths), have - taken);
        }
        let mut bundle = of("CSB", 600);
        assert!(bundle.take(&of("DCK", 600)).is_empty() && bundle.take(&Bundle::default()).is_empty());
        assert_eq!(bundle, of("CSB", 600));
    }

    #[test]
    fn amounts_stay_out_of_logs() {
        let money = Money::new(currency("CSB"), 123_400).expect("an amount");
        assert_eq!(format!("{money:?}"), "Money(CSB)");
    }
}
