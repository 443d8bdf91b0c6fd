// SPDX-License-Identifier: GPL-3.0-or-later
//! Session handles are numbers, counted from 1 and never used again; a stale one is an exception, never a crash.
//!
//! Concurrency: lookups read a snapshot of the table without a lock and work on an `Arc`, so a session that is closed
//! meanwhile stays in memory until the last call on it returns.
//! Delivery has a table of its own: the thread that Java lends may come after the session was closed, and must still
//! hear the last event. Each session is handed out there once.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use arc_swap::ArcSwap;

use crate::net::session::{Session, closed};
use crate::protocol::Refusal;

type Sessions = HashMap<i64, Arc<Session>>;

static LAST_ID: AtomicI64 = AtomicI64::new(0);
static SESSIONS: LazyLock<ArcSwap<Sessions>> = LazyLock::new(ArcSwap::default);
static UNDELIVERED: LazyLock<Mutex<Sessions>> = LazyLock::new(Mutex::default);

/// Keeps a session and gives it its number.
pub fn add(session: Session) -> i64 {
    let id = LAST_ID.fetch_add(1, Ordering::Relaxed) + 1;
    let session = Arc::new(session);
    undelivered().insert(id, Arc::clone(&session));
    change(|sessions| sessions.insert(id, Arc::clone(&session)));
    id
}

/// Looks a session up.
pub fn get(id: i64) -> Result<Arc<Session>, Refusal> {
    SESSIONS.load().get(&id).cloned().ok_or_else(closed)
}

/// Takes a session out.
pub fn remove(id: i64) {
    change(|sessions| sessions.remove(&id));
}

/// Hands a session to the one thread that delivers its events.
pub fn claim_delivery(id: i64) -> Result<Arc<Session>, Refusal> {
    undelivered().remove(&id).ok_or_else(closed)
}

fn undelivered() -> std::sync::MutexGuard<'static, Sessions> {
    UNDELIVERED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// May run `change` several times, each on a fresh copy; the last one counts.
fn change<T>(mut change: impl FnMut(&mut Sessions) -> T) {
    SESSIONS.rcu(|sessions| {
        let mut sessions = Sessions::clone(sessions);
        change(&mut sessions);
        sessions
    });
}
