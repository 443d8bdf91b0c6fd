// SPDX-License-Identifier: GPL-3.0-or-later
//! A book as the memento's text holds it.

use std::collections::BTreeMap;

use super::book::{Arrival, Book, Hold, Promise};
use crate::protocol::limits::SKIPS_MAX;
use crate::protocol::money::{Bundle, Currency, Money};
use crate::protocol::proto::memento as proto;
use crate::protocol::settlement::{ChainHash, Cursor, HoldKey, RequestId};
use crate::protocol::{CampaignDate, CampaignId, Invalid};

impl Book {
    /// Reads a book back. What does not fit is damage: a balance is never guessed.
    pub fn check(book: &proto::Book) -> Result<Self, Invalid> {
        if book.skips.len() > SKIPS_MAX {
            return Err(Invalid::field("skips", "are too many"));
        }
        let skips = book.skips.iter().map(|skip| check_cursor(skip.number, &skip.hash));
        Ok(Self {
            cursor: check_cursor(book.cursor, &book.cursor_hash)?,
            holds: unique("a hold", book.holds.iter().map(check_hold))?,
            arrivals: unique("an arrival", book.arrivals.iter().map(check_arrival))?,
            debts: unique("a debt", book.debts.iter().map(check_debt))?,
            skips: skips.collect::<Result<_, _>>()?,
            exit: book.exit,
            news: check_cursor(book.news, &book.news_hash)?,
        })
    }

    /// As the text holds it: nothing where there is nothing.
    pub fn to_proto(&self) -> Option<proto::Book> {
        if *self == Self::default() {
            return None;
        }
        Some(proto::Book {
            cursor: self.cursor.number,
            cursor_hash: hash_bytes(self.cursor),
            holds: self.holds.iter().map(hold_to_proto).collect(),
            arrivals: self.arrivals.iter().map(arrival_to_proto).collect(),
            debts: self.debts.iter().map(|(&currency, &hundredths)| amount(currency, hundredths)).collect(),
            skips: self.skips.iter().map(|&skip| proto::Skip { number: skip.number, hash: hash_bytes(skip) }).collect(),
            exit: self.exit,
            news: self.news.number,
            news_hash: hash_bytes(self.news),
        })
    }
}

fn unique<K: Ord, V>(
    what: &str,
    entries: impl Iterator<Item = Result<(K, V), Invalid>>,
) -> Result<BTreeMap<K, V>, Invalid> {
    let mut map = BTreeMap::new();
    for entry in entries {
        let (key, value) = entry?;
        if map.insert(key, value).is_some() {
            return Err(Invalid::field(what, "is there twice"));
        }
    }
    Ok(map)
}

fn check_cursor(number: u64, hash: &[u8]) -> Result<Cursor, Invalid> {
    if number == 0 && hash.is_empty() {
        return Ok(Cursor::default());
    }
    let hash = ChainHash::try_from(hash).ok().filter(|_| number != 0);
    Ok(Cursor { number, hash: hash.ok_or_else(|| Invalid::field("a cursor", "and its hash do not fit"))? })
}

fn hash_bytes(cursor: Cursor) -> Vec<u8> {
    if cursor.number == 0 { Vec::new() } else { cursor.hash.to_vec() }
}

fn check_hold(hold: &proto::Hold) -> Result<(HoldKey, Hold), Invalid> {
    let key = HoldKey { request: RequestId::from_slice("a request", &hold.request)?, revision: hold.revision };
    let promise = if hold.source.is_empty() {
        Promise::WireRequest
    } else {
        Promise::WireResponse { source: CampaignId::from_slice("a source", &hold.source)? }
    };
    Ok((key, Hold { bundle: check_money(hold.money.as_ref())?, promise, ended: hold.ended }))
}

fn hold_to_proto((key, hold): (&HoldKey, &Hold)) -> proto::Hold {
    let source = match hold.promise {
        Promise::WireRequest => Vec::new(),
        Promise::WireResponse { source } => source.as_bytes().to_vec(),
    };
    let request = key.request.as_bytes().to_vec();
    proto::Hold { request, revision: key.revision, money: money_to_proto(&hold.bundle), source, ended: hold.ended }
}

fn check_arrival(arrival: &proto::Arrival) -> Result<(u64, Arrival), Invalid> {
    let request = match arrival.request.as_slice() {
        [] => None,
        bytes => Some(RequestId::from_slice("a request", bytes)?),
    };
    let due = CampaignDate::from_epoch_day("a due date", arrival.due.into())?;
    Ok((arrival.place, Arrival { request, bundle: check_money(arrival.money.as_ref())?, due }))
}

fn arrival_to_proto((&place, arrival): (&u64, &Arrival)) -> proto::Arrival {
    let request = arrival.request.map(|request| request.as_bytes().to_vec()).unwrap_or_default();
    let (money, due) = (money_to_proto(&arrival.bundle), arrival.due.to_epoch_day());
    proto::Arrival { place, request, money, due }
}

fn check_money(amount: Option<&proto::Amount>) -> Result<Bundle, Invalid> {
    let amount = amount.ok_or_else(|| Invalid::field("an amount", "is missing"))?;
    Bundle::of_money(Money::new(Currency::parse("a currency", &amount.currency)?, amount.hundredths)?)
}

fn money_to_proto(bundle: &Bundle) -> Option<proto::Amount> {
    bundle.money().map(|money| amount(money.currency(), money.hundredths()))
}

/// A debt may be larger than any one amount.
fn check_debt(debt: &proto::Amount) -> Result<(Currency, i64), Invalid> {
    let currency = Currency::parse("a currency", &debt.currency)?;
    if debt.hundredths <= 0 || debt.hundredths % currency.smallest() != 0 {
        return Err(Invalid::field("a debt", "is no amount"));
    }
    Ok((currency, debt.hundredths))
}

fn amount(currency: Currency, hundredths: i64) -> proto::Amount {
    proto::Amount { currency: currency.as_str().to_owned(), hundredths }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{bundle, day, id, key, request};
    use super::*;

    fn full() -> Book {
        let cursor = |number| Cursor { number, hash: [number as u8; 32] };
        let hold = |promise, ended| Hold { bundle: bundle(60), promise, ended };
        let arrival = |request| Arrival { request, bundle: bundle(7), due: day(40) };
        Book {
            cursor: cursor(9),
            holds: BTreeMap::from([
                (key(1, 0), hold(Promise::WireRequest, false)),
                (key(1, 2), hold(Promise::WireResponse { source: id(2) }, true)),
            ]),
            arrivals: BTreeMap::from([(8, arrival(Some(request(4)))), (9, arrival(None))]),
            debts: BTreeMap::from([(Currency::parse("a currency", "CSB").expect("a code"), i64::MAX / 100 * 100)]),
            skips: vec![cursor(3), cursor(5)],
            exit: 2,
            news: cursor(4),
        }
    }

    #[test]
    fn a_book_comes_back_as_it_was_written() {
        let book = full();
        assert_eq!(book.to_proto().map(|proto| Book::check(&proto)), Some(Ok(book)));
        assert_eq!(Book::default().to_proto(), None);
        assert_eq!(Book::check(&proto::Book::default()), Ok(Book::default()));
    }

    #[test]
    fn a_book_that_does_not_fit_is_damage() {
        let refused = |damage: fn(&mut proto::Book)| {
            let mut book = full().to_proto().expect("not empty");
            damage(&mut book);
            Book::check(&book).expect_err("refused").0
        };
        assert_eq!(refused(|book| book.cursor_hash.truncate(31)), "a cursor and its hash do not fit");
        assert_eq!(refused(|book| book.cursor = 0), "a cursor and its hash do not fit");
        assert_eq!(refused(|book| book.news = 0), "a cursor and its hash do not fit");
        assert_eq!(refused(|book| book.holds[0].revision = 2), "a hold is there twice");
        assert_eq!(refused(|book| book.holds[0].request.clear()), "a request is not a UUID");
        assert_eq!(refused(|book| book.holds[0].money = None), "an amount is missing");
        assert_eq!(refused(|book| book.arrivals[1].place = 8), "an arrival is there twice");
        assert_eq!(refused(|book| book.debts[0].hundredths = -100), "a debt is no amount");
        assert_eq!(refused(|book| book.debts[0].hundredths = 50), "a debt is no amount");
        assert_eq!(refused(|book| book.skips = vec![Default::default(); 65]), "skips are too many");
    }
}
