// SPDX-License-Identifier: GPL-3.0-or-later
//! The one private tokio runtime of the process.
//!
//! Built at first use, so that a MekHQ that never shares a campaign pays nothing. Its threads never touch Java: the JVM
//! does not know them and does not wait for them when it exits.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::runtime::{Builder, Handle, Runtime};

use crate::protocol::Refusal;
use crate::protocol::refusal::ErrorCode;

/// More threads than this have nothing to do: a session is one task, a peer two.
const WORKER_THREADS_MAX: usize = 4;

/// How long the threads may take to notice that they are no longer wanted.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(1);

static RUNTIME: Mutex<Option<Runtime>> = Mutex::new(None);

/// A handle to the runtime, which is built if there is none.
pub fn handle() -> Result<Handle, Refusal> {
    let mut runtime = RUNTIME.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(runtime) = runtime.as_ref() {
        return Ok(runtime.handle().clone());
    }
    let built = build().map_err(|error| {
        Refusal::new(ErrorCode::Internal, format!("cannot start the library's own threads: {error}"))
    })?;
    Ok(runtime.insert(built).handle().clone())
}

fn build() -> std::io::Result<Runtime> {
    let threads = std::thread::available_parallelism().map_or(2, |count| count.get().min(WORKER_THREADS_MAX));
    Builder::new_multi_thread()
        .worker_threads(threads)
        .thread_name("mekhq-distributed")
        .enable_io()
        .enable_time()
        .build()
}

/// Ends the runtime's threads before the library's code is unmapped.
pub fn shut_down() {
    let runtime = RUNTIME.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(runtime) = runtime {
        runtime.shutdown_timeout(SHUTDOWN_TIMEOUT);
    }
}
