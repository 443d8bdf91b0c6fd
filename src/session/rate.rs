// SPDX-License-Identifier: GPL-3.0-or-later
//! Room "link": how much a campaign may tell a host (protocol.md section 1, "Rates").
//!
//! A message costs one token, and one more for each 512 bytes of what it holds. Tokens come back evenly up to a bound that no
//! honest play reaches: a month's advance in one go with its logs, or the TOE of a regiment after each repair. What is
//! state waits when there are no tokens, the newest of its kind only, so nothing that counts is lost; anything else is
//! refused, and a campaign that goes on and on is sent away.
//!
//! The account is the campaign's, not its bus's: who connects anew gains nothing.

use std::collections::BTreeMap;
use std::time::Duration;

use super::Now;
use crate::protocol::{BusMessage, CampaignId};

/// Tokens that come back each second, unless the host's player chose another number.
pub const TOKENS_PER_SECOND: u32 = 1_000;

/// Seconds' worth of tokens that may gather.
const BURST_SECONDS: u64 = 4;

/// Joins of one campaign: as many in a row, and one more every three seconds. Each is told to everyone and recorded.
const JOINS_MAX: u64 = 60;
const JOIN_PERIOD: Duration = Duration::from_secs(3);

/// KiB of logs of one campaign that are kept for teammates who are away: as much at once, and 4 KiB more a second. The
/// ledger forgets nothing, so this bounds what one campaign can make a host write.
const KEPT_KIB_MAX: u64 = 16 * 1024;
const KEPT_KIB_PER_SECOND: u64 = 4;

/// Accounts that are kept before those that nothing hangs on are forgotten; campaigns on a roster are fewer.
const ACCOUNTS_MAX: usize = 512;

/// Refusals for want of tokens within a minute that end a bus.
pub const REFUSALS_PER_MINUTE_MAX: usize = 100;

/// Bytes that cost one token.
const TOKEN_BYTES: usize = 512;

/// A number of tokens that comes back over time.
#[derive(Debug, Clone, Copy)]
pub struct Bucket {
    /// How many come back in a period.
    count: u64,
    period: Duration,
    bound: u64,
    /// What is there, in parts of a token: the period in milliseconds makes one token.
    parts: u64,
    at: Now,
}

impl Bucket {
    /// A full one.
    pub fn new(count: u64, period: Duration, bound: u64) -> Self {
        let mut bucket = Self { count, period, bound, parts: 0, at: Now(0) };
        bucket.parts = bound * bucket.token();
        bucket
    }

    /// Takes as many tokens if they are there. One that costs more than there can ever be costs all.
    pub fn take(&mut self, now: Now, tokens: u64) -> bool {
        self.refill(now);
        let wanted = tokens.min(self.bound) * self.token();
        let enough = self.parts >= wanted;
        if enough {
            self.parts -= wanted;
        }
        enough
    }

    /// When as many tokens are there, if nobody takes any before.
    pub fn due(&self, tokens: u64) -> Now {
        let lacking = (tokens.min(self.bound) * self.token()).saturating_sub(self.parts);
        self.at.after(Duration::from_millis(lacking.div_ceil(self.count)))
    }

    /// Whether all tokens are there: nothing would be lost by forgetting the bucket.
    pub fn is_full(&mut self, now: Now) -> bool {
        self.refill(now);
        self.parts == self.bound * self.token()
    }

    fn token(&self) -> u64 {
        self.period.as_millis() as u64
    }

    fn refill(&mut self, now: Now) {
        let passed_ms = now.since(self.at).as_millis() as u64;
        let full = self.bound * self.token();
        self.parts = self.parts.saturating_add(passed_ms.saturating_mul(self.count)).min(full);
        self.at = self.at.max(now);
    }
}

/// What becomes of a message.
#[derive(Debug, PartialEq)]
pub enum Verdict {
    /// These are to be handled now, in this order.
    Now(Vec<BusMessage>),
    /// It waits.
    Later,
    /// It is refused.
    TooMany(BusMessage),
}

/// The accounts of all campaigns.
#[derive(Debug)]
pub struct Rates {
    tokens_per_second: u32,
    accounts: BTreeMap<CampaignId, Account>,
}

impl Rates {
    /// Nobody has spent anything yet.
    pub fn new(tokens_per_second: u32) -> Self {
        Self { tokens_per_second, accounts: BTreeMap::new() }
    }

    /// A campaign's account.
    pub fn of(&mut self, now: Now, campaign: CampaignId) -> &mut Account {
        if self.accounts.len() >= ACCOUNTS_MAX && !self.accounts.contains_key(&campaign) {
            self.accounts.retain(|_, account| !account.is_untouched(now));
        }
        self.accounts.entry(campaign).or_insert_with(|| Account::new(self.tokens_per_second))
    }

    /// The bus of a campaign has ended: on its return it tells how it stands.
    pub fn forget_waiting(&mut self, campaign: CampaignId) {
        if let Some(account) = self.accounts.get_mut(&campaign) {
            account.waiting.clear();
        }
    }

    /// When the first of what waits can be paid for.
    pub fn due(&self) -> Option<Now> {
        self.accounts.values().filter_map(Account::due).min()
    }

    /// What waited and can be paid for now.
    pub fn release(&mut self, now: Now) -> Vec<(CampaignId, BusMessage)> {
        let released = |(&campaign, account): (&CampaignId, &mut Account)| {
            account.release(now).into_iter().map(move |message| (campaign, message))
        };
        self.accounts.iter_mut().flat_map(released).collect()
    }
}

/// What one campaign tells, and what of it waits.
#[derive(Debug)]
pub struct Account {
    tokens: Bucket,
    joins: Bucket,
    kept_kib: Bucket,
    /// State that waits for tokens, the newest of each kind, in the order in which it came.
    waiting: Vec<BusMessage>,
}

impl Account {
    /// One that has spent nothing yet.
    pub fn new(tokens_per_second: u32) -> Self {
        let count = u64::from(tokens_per_second);
        let tokens = Bucket::new(count, Duration::from_secs(1), count * BURST_SECONDS);
        let joins = Bucket::new(1, JOIN_PERIOD, JOINS_MAX);
        let kept_kib = Bucket::new(KEPT_KIB_PER_SECOND, Duration::from_secs(1), KEPT_KIB_MAX);
        Self { tokens, joins, kept_kib, waiting: Vec::new() }
    }

    /// Whether the campaign may join once more; if not, how long until it may.
    pub fn join(&mut self, now: Now) -> Result<(), Duration> {
        if self.joins.take(now, 1) { Ok(()) } else { Err(self.joins.due(1).since(now)) }
    }

    /// Whether a log of this length may be kept for teammates who are away.
    pub fn keep(&mut self, now: Now, bytes: usize) -> bool {
        self.kept_kib.take(now, bytes.div_ceil(1_024) as u64)
    }

    /// Pays for something that holds no message that could wait. Whether there was enough.
    pub fn pay(&mut self, now: Now) -> bool {
        self.tokens.take(now, 1)
    }

    /// Judges a message that came.
    pub fn admit(&mut self, now: Now, mut message: BusMessage) -> Verdict {
        if matches!(message, BusMessage::Goodbye(_)) {
            // The last word, and the state that it leaves behind.
            return Verdict::Now(self.waiting.drain(..).chain([message]).collect());
        }
        if self.waiting.is_empty() && self.tokens.take(now, cost(&message)) {
            return Verdict::Now(vec![message]);
        }
        if can_wait(&message) {
            if let BusMessage::Pong(pong) = &mut message {
                // The host knows its own roster, and this one is the largest of all that could wait.
                pong.campaigns = Vec::new();
            }
            self.keep_position(&mut message);
            self.waiting.retain(|older| !replaces(&message, older));
            self.waiting.push(message);
            return Verdict::Later;
        }
        // What came before it must not come after it.
        let total = self.waiting.iter().chain([&message]).map(cost).sum();
        if self.tokens.take(now, total) {
            return Verdict::Now(self.waiting.drain(..).chain([message]).collect());
        }
        Verdict::TooMany(message)
    }

    /// A ping tells how far the save is only when that has changed, so what replaces it has to tell it too.
    fn keep_position(&self, message: &mut BusMessage) {
        let BusMessage::Ping(newer) = message else { return };
        let told = self.waiting.iter().find_map(|older| match older {
            BusMessage::Ping(older) => older.position.clone(),
            _ => None,
        });
        newer.position = newer.position.take().or(told);
    }

    /// When the first of what waits can be paid for.
    pub fn due(&self) -> Option<Now> {
        self.waiting.first().map(|first| self.tokens.due(cost(first)))
    }

    /// What waited and can be paid for now.
    pub fn release(&mut self, now: Now) -> Vec<BusMessage> {
        let mut released = Vec::new();
        while self.waiting.first().is_some_and(|first| self.tokens.take(now, cost(first))) {
            released.push(self.waiting.remove(0));
        }
        released
    }

    /// Whether forgetting the account would change nothing.
    fn is_untouched(&mut self, now: Now) -> bool {
        self.waiting.is_empty() && self.tokens.is_full(now) && self.joins.is_full(now) && self.kept_kib.is_full(now)
    }
}

/// Tokens that a message costs.
fn cost(message: &BusMessage) -> u64 {
    let bytes = match message {
        BusMessage::ToeUpdated(updated) => updated.force.encoded_bytes(),
        BusMessage::DailyLog(log) => log.weight(),
        // Each at least a few texts, and none of them is looked at.
        BusMessage::Pong(pong) => pong.campaigns.len() * TOKEN_BYTES,
        _ => 0,
    };
    1 + (bytes / TOKEN_BYTES) as u64
}

/// State, of which only the last counts; and signs of life, which tell it as well.
fn can_wait(message: &BusMessage) -> bool {
    message.state_key().is_some() || matches!(message, BusMessage::Ping(_) | BusMessage::Pong(_))
}

/// Of answers to pings one is lost thereby: kept logs that it would have confirmed are sent once more, some day.
fn replaces(newer: &BusMessage, older: &BusMessage) -> bool {
    newer.name() == older.name()
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{campaign, date};
    use super::*;
    use crate::protocol::force::{Force, ToeUpdated};
    use crate::protocol::link::{Ping, Position};
    use crate::protocol::proto;
    use crate::protocol::roster::GmModeChanged;
    use crate::protocol::team::DailyLog;
    use crate::protocol::timeline::{CampaignDateChanged, ReadyToAdvance};
    use prost::Message;

    fn day(number: i64) -> BusMessage {
        let date = date("3025-01-01").plus_days(number).expect("in the calendar");
        CampaignDateChanged { campaign: campaign(1).id, date, jump: false }.into()
    }

    fn ready() -> BusMessage {
        ReadyToAdvance { campaign: campaign(1).id, date: date("3025-01-01") }.into()
    }

    fn gm_mode(gm_mode: bool) -> BusMessage {
        GmModeChanged { campaign: campaign(1).id, gm_mode }.into()
    }

    fn toe(units: usize) -> BusMessage {
        let unit = proto::ForceUnit { id: "u".into(), name: "n".repeat(180), commander: String::new() };
        let root = proto::Force { name: "f".into(), units: vec![unit; units], ..Default::default() };
        let force = Force::decode(&root.encode_to_vec()).expect("a force");
        ToeUpdated { campaign: campaign(1).id, force }.into()
    }

    /// An account of 10 tokens a second with none left.
    fn spent() -> Account {
        let mut account = Account::new(10);
        assert!(account.tokens.take(Now(0), 40));
        account
    }

    #[test]
    fn tokens_come_back_evenly_up_to_the_bound() {
        let mut bucket = Bucket::new(10, Duration::from_secs(1), 5);
        assert!(bucket.take(Now(0), 5) && !bucket.take(Now(99), 1));
        assert_eq!(bucket.due(2), Now(200));
        assert!(bucket.take(Now(100), 1) && !bucket.take(Now(100), 1));
        assert!(bucket.take(Now(60_000), 5) && !bucket.take(Now(60_000), 1));
        assert!(bucket.take(Now(120_000), 500), "what costs more than there can be costs all");
        assert!(!bucket.is_full(Now(120_400)) && bucket.is_full(Now(120_500)));
    }

    #[test]
    fn a_slow_bucket_counts_in_whole_periods() {
        let mut bucket = Bucket::new(1, Duration::from_secs(3), 1);
        assert!(bucket.take(Now(0), 1) && !bucket.take(Now(2_999), 1) && bucket.take(Now(3_000), 1));
    }

    #[test]
    fn a_month_in_one_go_with_a_large_toe_each_day_waits_for_nothing() {
        const MS_PER_DAY: u64 = 200;
        let mut account = Account::new(TOKENS_PER_SECOND);
        for number in 0..30 {
            let now = Now(number as u64 * MS_PER_DAY);
            for message in [day(number), toe(300), gm_mode(true), ready()] {
                assert!(matches!(account.admit(now, message), Verdict::Now(_)));
            }
        }
    }

    #[test]
    fn state_beyond_the_rate_waits_and_only_its_newest_comes() {
        let mut account = spent();
        for number in 0..1_000 {
            assert_eq!(account.admit(Now(0), day(number)), Verdict::Later);
        }
        assert_eq!(account.admit(Now(0), gm_mode(true)), Verdict::Later);
        assert_eq!(account.due(), Some(Now(100)));
        assert_eq!(account.release(Now(99)), []);
        assert_eq!(account.release(Now(100)), [day(999)]);
        assert_eq!(account.release(Now(200)), [gm_mode(true)]);
        assert_eq!(account.due(), None);
    }

    #[test]
    fn what_is_no_state_is_refused_and_never_overtakes_what_waits() {
        let mut account = spent();
        assert_eq!(account.admit(Now(0), ready()), Verdict::TooMany(ready()));
        assert_eq!(account.admit(Now(0), day(1)), Verdict::Later);
        assert_eq!(account.admit(Now(100), ready()), Verdict::TooMany(ready()));
        assert_eq!(account.admit(Now(200), ready()), Verdict::Now(vec![day(1), ready()]));
    }

    #[test]
    fn a_large_message_costs_as_much_as_many_small_ones() {
        let mut account = Account::new(10);
        assert!(matches!(account.admit(Now(0), toe(300)), Verdict::Now(_)));
        assert_eq!(account.admit(Now(0), toe(300)), Verdict::Later);
        assert!(account.due() > Some(Now(1_000)));
    }

    #[test]
    fn joins_are_limited_and_come_back() {
        let mut account = Account::new(10);
        assert!((0..60).all(|_| account.join(Now(0)).is_ok()));
        assert_eq!(account.join(Now(1_000)), Err(Duration::from_secs(2)));
        assert_eq!(account.join(Now(3_000)), Ok(()));
    }

    #[test]
    fn what_is_kept_of_one_campaign_is_limited() {
        let mut account = Account::new(10);
        let log_bytes = 512 * 1024;
        assert_eq!((0..100).filter(|_| account.keep(Now(0), log_bytes)).count(), 32);
        assert!(!account.keep(Now(127_999), log_bytes) && account.keep(Now(128_000), log_bytes));
    }

    #[test]
    fn a_days_report_of_a_mebibyte_and_a_half_waits_for_nothing() {
        let mut account = Account::new(TOKENS_PER_SECOND);
        let entries = vec!["x".repeat(8_000); 64];
        let log = DailyLog::new(campaign(1).id, date("3025-01-01"), entries).expect("a good log");
        assert!((0..3).all(|_| matches!(account.admit(Now(0), log.clone().into()), Verdict::Now(_))));
    }

    #[test]
    fn accounts_that_nothing_hangs_on_are_forgotten() {
        let mut rates = Rates::new(10);
        for number in 0..10_000 {
            let account = rates.of(Now(number * 3_000), CampaignId::from_u128(number.into()));
            account.join(Now(number * 3_000)).expect("the first");
        }
        assert!(rates.accounts.len() <= ACCOUNTS_MAX);
    }

    #[test]
    fn a_ping_waits_and_a_goodbye_does_not() {
        let mut account = spent();
        let ping = Ping { campaign: campaign(1), session: None, roster_revision: 0, position: None };
        assert_eq!(account.admit(Now(0), ping.clone().into()), Verdict::Later);
        let code = crate::protocol::link::GoodbyeCode::Leaving;
        let goodbye: BusMessage = crate::protocol::link::Goodbye { code, reason: String::new() }.into();
        assert_eq!(account.admit(Now(0), goodbye.clone()), Verdict::Now(vec![ping.into(), goodbye]));
    }

    #[test]
    fn a_ping_that_waits_keeps_the_position_that_the_one_before_it_told() {
        let ping = |position: Option<Position>| {
            let (session, position) = (Some(uuid::Uuid::from_u128(1)), position.map(Box::new));
            BusMessage::from(Ping { campaign: campaign(1), session, position, roster_revision: 0 })
        };
        let mut account = spent();
        assert_eq!(account.admit(Now(0), ping(Some(Position::default()))), Verdict::Later);
        assert_eq!(account.admit(Now(0), ping(None)), Verdict::Later);
        assert_eq!(account.release(Now(1_000)), [ping(Some(Position::default()))]);
    }
}
