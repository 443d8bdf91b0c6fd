// SPDX-License-Identifier: GPL-3.0-or-later
//! Statements as they cross to Java.

use std::collections::BTreeMap;

use crate::protocol::money::Currency;
use crate::protocol::proto::bridge;
use crate::session::settlement::statement::{Line, LineState, SessionStatement, Statement, Totals};

/// `bridge.SessionStatement`.
pub fn session(statement: &SessionStatement) -> bridge::SessionStatement {
    bridge::SessionStatement {
        campaigns: statement.campaigns.iter().map(campaign).collect(),
        totals: totals(&statement.totals),
    }
}

fn campaign(statement: &Statement) -> bridge::CampaignStatement {
    bridge::CampaignStatement {
        campaign: statement.campaign.to_string(),
        settlements: statement.settlements,
        applied: statement.applied,
        exit: statement.exit,
        totals: totals(&statement.totals),
        lines: statement.lines.iter().map(line).collect(),
    }
}

fn totals(sums: &BTreeMap<Currency, Totals>) -> Vec<bridge::StatementTotals> {
    let each = sums.iter().map(|(currency, sums)| bridge::StatementTotals {
        currency: currency.as_str().to_owned(),
        given: bounded(sums.given),
        adjusted: bounded(sums.adjusted),
        received: bounded(sums.received),
        on_its_way: bounded(sums.on_its_way),
        not_applied: bounded(sums.not_applied),
        skipped: bounded(sums.skipped),
        promised: bounded(sums.promised),
        owed: bounded(sums.owed),
        conserved: sums.is_conserved(),
        kept: bounded(sums.kept),
        unsure: bounded(sums.unsure),
    });
    each.collect()
}

fn bounded(sum: i128) -> i64 {
    sum.clamp(i64::MIN.into(), i64::MAX.into()) as i64
}

fn line(line: &Line) -> bridge::StatementLine {
    let id = |id: Option<String>| id.unwrap_or_default();
    let state = match line.state {
        LineState::Applied => bridge::StatementState::Applied,
        LineState::OnItsWay => bridge::StatementState::OnItsWay,
        LineState::NotApplied => bridge::StatementState::NotApplied,
        LineState::Skipped => bridge::StatementState::Skipped,
        LineState::Unsure => bridge::StatementState::Unsure,
    };
    bridge::StatementLine {
        settlement: line.settlement,
        request: id(line.request.map(|request| request.to_string())),
        partner: id(line.partner.map(|partner| partner.to_string())),
        reason: line.reason.as_ref().map(|reason| reason.as_str().to_owned()).unwrap_or_default(),
        currency: line.currency.as_str().to_owned(),
        hundredths: line.hundredths,
        state: state.into(),
    }
}
