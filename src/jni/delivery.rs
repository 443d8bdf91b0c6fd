// SPDX-License-Identifier: GPL-3.0-or-later
//! Batches for a Java sink, delivered on a thread that Java lends.
//!
//! The thread is Java's own, so the class loader is right, nothing is attached or detached, and the JVM may exit while
//! it waits in here. Each batch has its own frame of local references. An exception from the sink is cleared and logged;
//! the next batch follows.

use jni::Env;
use jni::errors::Error;
use jni::objects::JByteArray;

/// Local references that a batch needs: the array, and what a call makes in passing.
const FRAME_CAPACITY: usize = 8;

/// Hands one encoded batch to `call`.
pub fn deliver(
    env: &mut Env<'_>,
    batch: &[u8],
    call: impl FnOnce(&mut Env<'_>, &JByteArray<'_>) -> Result<(), Error>,
) -> Result<(), Error> {
    env.with_local_frame(FRAME_CAPACITY, |env| {
        let array = env.byte_array_from_slice(batch)?;
        match call(env, &array) {
            Err(Error::JavaException) => {
                env.exception_clear();
                tracing::warn!("the Java side threw out of a delivery");
                Ok(())
            }
            outcome => outcome,
        }
    })
}
