// SPDX-License-Identifier: GPL-3.0-or-later
//! Panics on demand, so that tests can show that none crosses the boundary. In debug builds only.

#[cfg(debug_assertions)]
mod enabled {
    use std::cell::RefCell;

    use jni::objects::{JClass, JString};
    use jni::{Env, native_method};

    use crate::jni::failure::{Failure, Guard};

    thread_local! {
        static PANIC_NEXT: RefCell<Option<String>> = const { RefCell::new(None) };
    }

    /// Every export passes here first.
    pub fn enter(entry: &str) {
        let panics = PANIC_NEXT.with_borrow_mut(|next| next.take_if(|next| next == entry).is_some());
        assert!(!panics, "a test asked for this panic in {entry}");
    }

    const _: jni::NativeMethod = native_method! {
        java_type = "mekhq.distributed.NativeTestHooks",
        static extern fn panic_next(entry: JString),
        error_policy = Guard,
    };

    fn panic_next(_env: &mut Env, _class: JClass, entry: JString) -> Result<(), Failure> {
        PANIC_NEXT.set(Some(entry.to_string()));
        Ok(())
    }
}

#[cfg(debug_assertions)]
pub use enabled::enter;

/// Every export passes here first.
#[cfg(not(debug_assertions))]
pub fn enter(_entry: &str) {}
