// SPDX-License-Identifier: GPL-3.0-or-later
//! Loading and unloading: jar and library must be of one version, and no thread may outlive the library's code.

use std::ffi::c_void;

use jni::errors::Error;
use jni::refs::LoaderContext;
use jni::sys::{JNI_ERR, JNI_VERSION_1_8, jint};
use jni::vm::{AttachConfig, AttachmentExceptionPolicy};
use jni::{Env, JavaVM};

use super::bindings::{
    AssetsSinkAPI, DistributedMekHQExceptionAPI, EventSinkAPI, LibraryVersion, LibraryVersionAPI, LogSinkAPI,
};
use super::failure::{Failure, throw};
use crate::net::runtime;
use crate::protocol::Refusal;
use crate::protocol::refusal::ErrorCode;

/// The version of this library; the jar's must be the same.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Called by the JVM when the library is loaded. An exception that it leaves behind reaches the caller of
/// `System.load`.
#[unsafe(no_mangle)]
// SAFETY: the name is the JVM's own, and no other crate of this library exports it.
pub extern "system" fn JNI_OnLoad(vm: *mut jni::sys::JavaVM, _reserved: *mut c_void) -> jint {
    let loaded = std::panic::catch_unwind(|| {
        // SAFETY: the JVM passes a valid pointer to itself, which is not null.
        let vm = unsafe { JavaVM::from_raw(vm) };
        // The thread that loads is attached already, so nothing is attached or detached here. What is thrown must stay
        // pending: the JVM hands it to the caller of `System.load`.
        let config = || AttachConfig::new().exceptions_policy(AttachmentExceptionPolicy::Ignore);
        vm.attach_current_thread_with_config(config, None, |env| -> Result<bool, Error> {
            Ok(match load(env) {
                Ok(()) => true,
                Err(Failure::Refused(refusal)) => {
                    throw(env, &refusal);
                    false
                }
                Err(Failure::Jni(_)) => false,
            })
        })
    });
    if matches!(loaded, Ok(Ok(true))) { JNI_VERSION_1_8 } else { JNI_ERR }
}

/// Called by the JVM before the library's code is unmapped.
#[unsafe(no_mangle)]
// SAFETY: as above.
pub extern "system" fn JNI_OnUnload(_vm: *mut jni::sys::JavaVM, _reserved: *mut c_void) {
    runtime::shut_down();
}

/// `FindClass` looks in the loader of the class that called `System.load`; all other classes come from that loader too,
/// whatever context class loader the thread has.
fn load(env: &mut Env<'_>) -> Result<(), Failure> {
    let class = env.find_class(jni::jni_str!("mekhq/distributed/LibraryVersion"))?;
    let loader = class.get_class_loader(env)?;
    let context = LoaderContext::Loader(&loader);
    DistributedMekHQExceptionAPI::get(env, &context)?;
    LibraryVersionAPI::get(env, &context)?;
    check_version(env)?;
    AssetsSinkAPI::get(env, &context)?;
    EventSinkAPI::get(env, &context)?;
    LogSinkAPI::get(env, &context)?;
    Ok(())
}

fn check_version(env: &mut Env<'_>) -> Result<(), Failure> {
    let jar = LibraryVersion::value(env)?.to_string();
    if jar == VERSION {
        return Ok(());
    }
    let reason = format!("the jar is of version {jar}, the native library of version {VERSION}");
    Err(Refusal::new(ErrorCode::LibraryVersionMismatch, reason).into())
}
