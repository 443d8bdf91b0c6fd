// SPDX-License-Identifier: GPL-3.0-or-later
//! The empty JNI call that the library's own calls are measured beside: what remains is what JNI itself costs.

use std::ffi::c_void;

/// `mekhq.distributed.benchmarks.Baseline.empty()`, a static native without arguments. The two arguments are the
/// JVM's environment and the class; neither is touched.
#[unsafe(no_mangle)]
pub extern "system" fn Java_mekhq_distributed_benchmarks_Baseline_empty(
    _environment: *mut c_void,
    _class: *mut c_void,
) {
}
