// SPDX-License-Identifier: GPL-3.0-or-later
//! Handles of loaded campaigns: numbers like those of sessions, see [`super::registry`].
//!
//! Concurrency: the owner's executor is where a campaign is worked on, so its lock is free as a rule. A thread that comes
//! while another one works on it waits for that; one that comes back to it from within its own turn, which is the
//! campaign's assets calling the memento, is refused instead of waiting for itself. A turn that panicked may have left
//! campaign and books apart, so nothing is done with them any more.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};

use crate::net::campaign::LoadedCampaign;
use crate::protocol::Refusal;
use crate::protocol::refusal::ErrorCode;

static LAST_ID: AtomicI64 = AtomicI64::new(0);
static CAMPAIGNS: LazyLock<Mutex<HashMap<i64, Arc<Campaign>>>> = LazyLock::new(Mutex::default);

/// A loaded campaign and the thread that works on it at the moment.
pub struct Campaign {
    loaded: Mutex<LoadedCampaign>,
    worker: Mutex<Option<ThreadId>>,
}

/// Keeps a campaign and gives it its number.
pub fn add(loaded: LoadedCampaign) -> i64 {
    let id = LAST_ID.fetch_add(1, Ordering::Relaxed) + 1;
    let campaign = Campaign { loaded: Mutex::new(loaded), worker: Mutex::new(None) };
    campaigns().insert(id, Arc::new(campaign));
    id
}

/// Looks a campaign up.
pub fn get(id: i64) -> Result<Arc<Campaign>, Refusal> {
    let unloaded = || Refusal::new(ErrorCode::SessionClosed, "the campaign's memento is closed");
    campaigns().get(&id).cloned().ok_or_else(unloaded)
}

/// Takes a campaign out.
pub fn remove(id: i64) {
    campaigns().remove(&id);
}

fn campaigns() -> MutexGuard<'static, HashMap<i64, Arc<Campaign>>> {
    CAMPAIGNS.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Campaign {
    /// One turn on the campaign.
    pub fn turn<T>(&self, turn: impl FnOnce(&mut LoadedCampaign) -> T) -> Result<T, Refusal> {
        let this = Some(thread::current().id());
        if *self.worker() == this {
            return Err(Refusal::new(ErrorCode::Forbidden, "the campaign's assets may not call its memento"));
        }
        let unknown =
            |_| Refusal::new(ErrorCode::Internal, "an earlier fault has left the campaign in doubt: load it anew");
        let mut loaded = self.loaded.lock().map_err(unknown)?;
        *self.worker() = this;
        // Cleared also when the turn panics.
        let _done = Done(self);
        Ok(turn(&mut loaded))
    }

    fn worker(&self) -> MutexGuard<'_, Option<ThreadId>> {
        self.worker.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Done<'a>(&'a Campaign);

impl Drop for Done<'_> {
    fn drop(&mut self) {
        *self.0.worker() = None;
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;
    use crate::protocol::{CampaignDate, CampaignId};

    fn campaign() -> Arc<Campaign> {
        let date = CampaignDate::parse("date", "3025-01-01").expect("a date");
        get(add(LoadedCampaign::load(CampaignId::from_u128(1), "", date).expect("an empty memento"))).expect("added")
    }

    #[test]
    fn a_campaign_that_comes_back_from_within_its_own_turn_is_refused_and_not_locked_out() {
        let campaign = campaign();
        let within = campaign.turn(|_| campaign.turn(|_| ()).map_err(|refusal| refusal.code));
        assert_eq!(within, Ok(Err(ErrorCode::Forbidden)));
        assert_eq!(campaign.turn(|_| ()), Ok(()));
    }

    #[test]
    fn nothing_is_done_with_a_campaign_whose_turn_panicked() {
        let campaign = campaign();
        let panicked = catch_unwind(AssertUnwindSafe(|| campaign.turn(|_| panic!("of this test"))));
        assert!(panicked.is_err());
        assert_eq!(campaign.turn(|_| ()).map_err(|refusal| refusal.code), Err(ErrorCode::Internal));
    }

    #[test]
    fn a_number_that_names_no_campaign_is_refused() {
        let code = |id| get(id).map(drop).map_err(|refusal| refusal.code);
        let id = add(LoadedCampaign::load(
            CampaignId::from_u128(1),
            "",
            CampaignDate::parse("date", "3025-01-01").expect("a date"),
        )
        .expect("an empty memento"));
        assert_eq!(code(id), Ok(()));
        remove(id);
        assert_eq!((code(id), code(0)), (Err(ErrorCode::SessionClosed), Err(ErrorCode::SessionClosed)));
    }
}
