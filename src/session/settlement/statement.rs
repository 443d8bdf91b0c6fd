// SPDX-License-Identifier: GPL-3.0-or-later
//! What came to a campaign, what went, and what waits, as the host's ledger has it; and whether that is all there is
//! (protocol.md section 5, "Conservation").

use std::collections::{BTreeMap, BTreeSet};

use super::exchange::Exchange;
use crate::protocol::money::Currency;
use crate::protocol::settlement::{Cursor, Outcome, RequestId};
use crate::protocol::{BusMessage, CampaignDate, CampaignId, Text};

/// Settlements of which a statement has lines: the last ones where there are more.
pub const LINES_MAX: usize = 10_000;

/// One campaign's statement.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// Whose.
    pub campaign: CampaignId,
    /// How many settlements the ledger has for it.
    pub settlements: u64,
    /// How many of them its save has applied, by its last word; none: it was not heard since the host began.
    pub applied: Option<u64>,
    /// Its last quarantine exit; 0: none.
    pub exit: u64,
    /// The sums, by currency.
    pub totals: BTreeMap<Currency, Totals>,
    /// What moved, oldest first, by the last [`LINES_MAX`] settlements.
    pub lines: Vec<Line>,
}

/// Sums of one currency, in hundredths. Each settlement counts once in what leaves and once in what enters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// All that settlements take, by whatever state.
    pub given: i128,
    /// What of that the campaign kept, since its player skipped the settlement: so much more is there than was.
    pub kept: i128,
    /// What adjustments give, without what they take.
    pub adjusted: i128,
    /// What came and is there.
    pub received: i128,
    /// What came and waits for its day.
    pub on_its_way: i128,
    /// What comes by settlements that the save has not applied yet.
    pub not_applied: i128,
    /// What would have come by settlements that the player skipped.
    pub skipped: i128,
    /// What came, unless the save passed over it on its way out of quarantine: the ledger does not tell.
    pub unsure: i128,
    /// What is set aside for requests that are open.
    pub promised: i128,
    /// What settlements took and was not there, by the campaign's last word.
    pub owed: i128,
}

/// Something that moved.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Number of the settlement.
    pub settlement: u64,
    /// The request that it completed; none for an adjustment.
    pub request: Option<RequestId>,
    /// The other side; none for an adjustment.
    pub partner: Option<CampaignId>,
    /// For people, of an adjustment: why.
    pub reason: Option<Text>,
    /// Of what.
    pub currency: Currency,
    /// More than 0: it came; less: it went.
    pub hundredths: i64,
    /// How far it is.
    pub state: LineState,
}

/// How far something that moved is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineState {
    /// The save has it.
    Applied,
    /// The save has it, and it waits for its day.
    OnItsWay,
    /// The save has still to apply it.
    NotApplied,
    /// The player chose to do without it.
    Skipped,
    /// It lies before a quarantine exit, or repairs one: the save may have passed over it.
    Unsure,
}

/// The statements of a session.
#[derive(Debug, Clone, PartialEq)]
pub struct SessionStatement {
    /// Of every campaign that dealt with another or was adjusted, or only of the one that was asked about, with its lines.
    pub campaigns: Vec<Statement>,
    /// The sums of all of them.
    pub totals: BTreeMap<Currency, Totals>,
}

impl Totals {
    /// By the ledger, what was given and what adjustments added is what was received, waits, or was done without.
    pub fn is_conserved(&self) -> bool {
        let entered = self.received + self.on_its_way + self.not_applied + self.skipped + self.unsure;
        self.given + self.adjusted == entered
    }

    fn add(&mut self, other: &Self) {
        self.given += other.given;
        self.kept += other.kept;
        self.adjusted += other.adjusted;
        self.received += other.received;
        self.on_its_way += other.on_its_way;
        self.not_applied += other.not_applied;
        self.skipped += other.skipped;
        self.unsure += other.unsure;
        self.promised += other.promised;
        self.owed += other.owed;
    }

    fn enters(&mut self, amount: i128, state: LineState) {
        *match state {
            LineState::Applied => &mut self.received,
            LineState::OnItsWay => &mut self.on_its_way,
            LineState::NotApplied => &mut self.not_applied,
            LineState::Skipped => &mut self.skipped,
            LineState::Unsure => &mut self.unsure,
        } += amount;
    }
}

impl SessionStatement {
    /// Whether by the ledger nothing was lost and nothing came from nowhere, in any currency.
    pub fn is_conserved(&self) -> bool {
        self.totals.values().all(Totals::is_conserved)
    }
}

impl Exchange {
    /// The statements of all campaigns, or that of one with its lines. `date` tells where a campaign stands.
    pub fn statement(
        &self,
        detailed: Option<CampaignId>,
        date: impl Fn(CampaignId) -> Option<CampaignDate>,
    ) -> SessionStatement {
        let open = self.transfers.open().flat_map(|open| [open.request.source, open.request.target]);
        let mut campaigns: BTreeSet<_> = self.accounts.campaigns().chain(open).collect();
        campaigns.retain(|&campaign| detailed.is_none_or(|only| campaign == only));
        let campaigns: Vec<_> = campaigns
            .into_iter()
            .map(|campaign| self.statement_of(campaign, detailed.is_some(), date(campaign)))
            .collect();
        let mut totals = BTreeMap::<Currency, Totals>::new();
        for (&currency, sums) in campaigns.iter().flat_map(|statement| &statement.totals) {
            totals.entry(currency).or_default().add(sums);
        }
        SessionStatement { campaigns, totals }
    }

    fn statement_of(&self, campaign: CampaignId, detailed: bool, date: Option<CampaignDate>) -> Statement {
        let settlements = self.accounts.after(campaign, 0);
        let view = View {
            applied: self.position(campaign),
            skips: self.standing(campaign).map(|standing| standing.skips.as_slice()).unwrap_or_default(),
            last_exit: settlements
                .iter()
                .rev()
                .find(|(_, message)| is_exit(message))
                .map_or(0, |(exit, _)| exit.number),
            date,
        };
        let mut statement = Statement {
            campaign,
            settlements: settlements.len() as u64,
            applied: view.applied.map(|cursor| cursor.number),
            exit: self.accounts.exits(campaign),
            totals: BTreeMap::new(),
            lines: Vec::new(),
        };
        let listed_after = settlements.len().saturating_sub(LINES_MAX);
        for (at, (place, message)) in settlements.iter().enumerate() {
            let Some(moved) = Moved::of(campaign, message) else { continue };
            statement.count(&moved, *place, view.state(*place, &moved.outcome), detailed && at >= listed_after);
        }
        for promised in self.transfers.open_of(campaign).filter_map(|open| open.promised_by(campaign).money()) {
            statement.totals.entry(promised.currency()).or_default().promised += i128::from(promised.hundredths());
        }
        for debt in self.standing(campaign).into_iter().flat_map(|standing| &standing.debts) {
            statement.totals.entry(debt.currency()).or_default().owed += i128::from(debt.hundredths());
        }
        statement
    }
}

/// How a campaign's save looks at its settlements, by its last word.
struct View<'a> {
    applied: Option<Cursor>,
    skips: &'a [Cursor],
    /// Number of its last quarantine exit among its settlements; 0: none.
    last_exit: u64,
    date: Option<CampaignDate>,
}

impl View<'_> {
    fn state(&self, place: Cursor, outcome: &Outcome) -> LineState {
        let due = |due| self.date.is_none_or(|date| date < due);
        if self.skips.contains(&place) {
            LineState::Skipped
        } else if self.applied.is_none_or(|cursor| cursor.number < place.number) {
            LineState::NotApplied
        } else if place.number < self.last_exit || outcome.exit != 0 {
            LineState::Unsure
        } else if outcome.due.is_some_and(due) {
            LineState::OnItsWay
        } else {
            LineState::Applied
        }
    }
}

fn is_exit(message: &BusMessage) -> bool {
    matches!(message, BusMessage::QuarantineExited(_))
}

/// A settlement that moves something.
struct Moved {
    outcome: Outcome,
    partner: Option<CampaignId>,
    reason: Option<Text>,
}

impl Moved {
    fn of(campaign: CampaignId, message: &BusMessage) -> Option<Self> {
        match message {
            BusMessage::WireTransferCompleted(completed) => {
                let partner = if completed.source == campaign { completed.target } else { completed.source };
                Some(Self { outcome: completed.outcome(campaign), partner: Some(partner), reason: None })
            }
            BusMessage::Adjustment(adjustment) => {
                Some(Self { outcome: adjustment.outcome(), partner: None, reason: Some(adjustment.reason.clone()) })
            }
            _ => None,
        }
    }
}

impl Statement {
    fn count(&mut self, moved: &Moved, place: Cursor, state: LineState, detailed: bool) {
        let Moved { outcome, partner, reason } = moved;
        let adjusts = partner.is_none();
        // What leaves acts now, whatever the date.
        let left = if state == LineState::OnItsWay { LineState::Applied } else { state };
        let moves = [(outcome.outgoing.money(), -1, left), (outcome.incoming.money(), 1, state)];
        for (money, sign, state) in moves {
            let Some(money) = money else { continue };
            let (currency, hundredths) = (money.currency(), money.hundredths());
            let totals = self.totals.entry(currency).or_default();
            if sign < 0 {
                totals.given += i128::from(hundredths);
                totals.kept += if state == LineState::Skipped { hundredths.into() } else { 0 };
            } else {
                totals.enters(hundredths.into(), state);
            }
            if adjusts {
                totals.adjusted += i128::from(sign * hundredths);
            }
            if detailed {
                let (settlement, request, partner) = (place.number, outcome.request, *partner);
                let (reason, hundredths) = (reason.clone(), sign * hundredths);
                self.lines.push(Line { settlement, request, partner, reason, currency, hundredths, state });
            }
        }
    }
}
