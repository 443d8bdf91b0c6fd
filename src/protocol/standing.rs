// SPDX-License-Identifier: GPL-3.0-or-later
//! Room "settlement": what a campaign owes and has skipped, as everybody may see it (protocol.md section 5).

use std::collections::BTreeSet;

use super::limits::{DEBTS_MAX, SHOWN_DEBTS_MAX, SHOWN_SKIPS_MAX, SKIPS_MAX};
use super::money::Money;
use super::proto;
use super::refusal::Invalid;
use super::settlement::Cursor;

/// What a save could not apply as it should have.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Standing {
    /// What settlements took and the campaign did not have, one for each currency.
    pub debts: Vec<Money>,
    /// Settlements that the player chose to skip, the last ones where they are many.
    pub skips: Vec<Cursor>,
}

impl Standing {
    /// Checks a standing as it came; an absent one is clean.
    pub fn check(field: &str, proto: Option<&proto::Standing>) -> Result<Self, Invalid> {
        let Some(proto) = proto else { return Ok(Self::default()) };
        if proto.debts.len() > DEBTS_MAX || proto.skips.len() > SKIPS_MAX {
            return Err(Invalid::field(field, "has too many debts or skips"));
        }
        let debts = proto.debts.iter().map(|debt| Money::check(&format!("{field}.debts"), Some(debt)));
        let debts = debts.collect::<Result<Vec<_>, _>>()?;
        let currencies: BTreeSet<_> = debts.iter().map(|debt| debt.currency()).collect();
        if currencies.len() < debts.len() || debts.iter().any(|debt| !debt.is_positive()) {
            return Err(Invalid::field(field, "has a debt that is not above 0, or two of one currency"));
        }
        let skips = proto.skips.iter().map(|skip| Cursor::check(&format!("{field}.skips"), skip));
        Ok(Self { debts, skips: skips.collect::<Result<_, _>>()? })
    }

    /// As much of it as a roster has room for.
    pub fn shown(&self) -> Self {
        let debts = self.debts.iter().take(SHOWN_DEBTS_MAX).copied().collect();
        let skips = self.skips.iter().skip(self.skips.len().saturating_sub(SHOWN_SKIPS_MAX)).copied().collect();
        Self { debts, skips }
    }

    /// As it travels: nothing where it is clean.
    pub fn to_proto(&self) -> Option<proto::Standing> {
        (*self != Self::default()).then(|| proto::Standing {
            debts: self.debts.iter().map(|debt| debt.to_proto()).collect(),
            skips: self.skips.iter().map(|skip| skip.to_proto()).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::domain::{CampaignDate, CampaignDetails, CampaignId, CampaignStatus, Text};
    use crate::protocol::envelope;
    use crate::protocol::limits::{CAMPAIGNS_MAX, TEXT_CHARS_MAX};
    use crate::protocol::link::Pong;
    use crate::protocol::money::{Currency, HUNDREDTHS_MAX};

    fn money(hundredths: i64) -> Money {
        Money::new(Currency::parse("currency", "CSB").expect("a currency"), hundredths).expect("an amount")
    }

    #[test]
    fn a_standing_is_short() {
        let standing = Standing { debts: vec![money(100)], skips: vec![Cursor { number: 1, hash: [2; 32] }] };
        assert_eq!(Standing::check("standing", standing.to_proto().as_ref()), Ok(standing));
        assert_eq!(Standing::default().to_proto(), None);
        let twice = Standing { debts: vec![money(100), money(200)], skips: Vec::new() };
        assert!(Standing::check("standing", twice.to_proto().as_ref()).is_err());
        let owed_to_it = Standing { debts: vec![money(-100)], skips: Vec::new() };
        assert!(Standing::check("standing", owed_to_it.to_proto().as_ref()).is_err());
        let many = Standing { debts: vec![money(100); DEBTS_MAX + 1], skips: Vec::new() };
        assert!(Standing::check("standing", many.to_proto().as_ref()).is_err());
    }

    #[test]
    fn the_largest_roster_fits_a_message() {
        let text = Text::parse("text", &"🛡".repeat(TEXT_CHARS_MAX)).expect("a text");
        let debt = |code: usize| {
            Money::new(Currency::parse("code", &format!("CURRENC{code}")).expect("a code"), HUNDREDTHS_MAX)
                .expect("an amount")
        };
        let skip = Cursor { number: u64::MAX, hash: [255; 32] };
        let standing = Standing { debts: (0..9).map(debt).collect(), skips: vec![skip; SKIPS_MAX] }.shown();
        assert_eq!((standing.debts.len(), standing.skips.len()), (SHOWN_DEBTS_MAX, SHOWN_SKIPS_MAX));
        let details = |number: usize| CampaignDetails {
            id: CampaignId::from_u128(u128::MAX - number as u128),
            name: text.clone(),
            date: CampaignDate::parse("date", "3025-01-31").expect("a date"),
            team: i32::MIN,
            location: text.clone(),
            gm_mode: true,
            active: true,
            status: CampaignStatus::Rewound,
            ready: true,
            standing: standing.clone().into(),
        };
        let pong = Pong {
            campaign: details(0),
            campaigns: (1..CAMPAIGNS_MAX).map(details).collect(),
            malformed: 0,
            roster_revision: u64::MAX,
            unasked: true,
        };
        assert!(envelope::encode(details(0).id, i64::MAX / 2, &pong.into()).is_ok());
    }
}
