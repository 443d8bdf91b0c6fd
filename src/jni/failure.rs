// SPDX-License-Identifier: GPL-3.0-or-later
//! The one guard of all exports: whatever goes wrong becomes one unchecked Java exception with a code.

use std::any::Any;

use jni::Env;
use jni::errors::{Error, ErrorPolicy};
use jni::objects::{JString, JThrowable};
use jni::strings::JNIString;

use super::bindings::DistributedMekHQException;
use crate::protocol::Refusal;
use crate::protocol::refusal::{ErrorCode, Invalid};

/// Why an export failed.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A rule, a limit, or the machine said no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// JNI itself failed; an exception may be pending already.
    #[error(transparent)]
    Jni(#[from] Error),
}

impl From<Invalid> for Failure {
    fn from(invalid: Invalid) -> Self {
        Self::Refused(invalid.into())
    }
}

/// Throws what went wrong, and returns the type's default, which Java never sees.
#[derive(Debug, Default)]
pub struct Guard;

impl<T: Default> ErrorPolicy<T, Failure> for Guard {
    type Captures<'unowned_env_local: 'native_method, 'native_method> = ();

    fn on_error<'unowned_env_local: 'native_method, 'native_method>(
        env: &mut Env<'unowned_env_local>,
        _captures: &mut Self::Captures<'unowned_env_local, 'native_method>,
        failure: Failure,
    ) -> Result<T, Error> {
        if !env.exception_check() {
            match failure {
                Failure::Refused(refusal) => throw(env, &refusal),
                Failure::Jni(Error::NullPtr(what)) => {
                    throw(env, &Refusal::new(ErrorCode::InvalidArgument, format!("{what} is null")));
                }
                Failure::Jni(error) => throw(env, &Refusal::new(ErrorCode::Internal, error.to_string())),
            }
        }
        Ok(T::default())
    }

    fn on_panic<'unowned_env_local: 'native_method, 'native_method>(
        env: &mut Env<'unowned_env_local>,
        _captures: &mut Self::Captures<'unowned_env_local, 'native_method>,
        payload: Box<dyn Any + Send + 'static>,
    ) -> Result<T, Error> {
        let message = describe(payload.as_ref());
        tracing::error!(message, "a native entry panicked");
        throw(env, &Refusal::new(ErrorCode::Internal, format!("a bug in the native library: {message}")));
        Ok(T::default())
    }
}

fn describe(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<&str>().copied();
    text.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message")
}

/// Leaves a Java exception pending; a plain one when even ours cannot be made.
pub fn throw(env: &mut Env<'_>, refusal: &Refusal) {
    let thrown = JString::from_str(env, &refusal.reason)
        .and_then(|message| DistributedMekHQException::new(env, refusal.code.into(), message))
        .and_then(|exception| env.throw(AsRef::<JThrowable>::as_ref(&exception)));
    // `throw` answers with the exception it has just thrown.
    if !matches!(thrown, Err(Error::JavaException) | Ok(())) && !env.exception_check() {
        let message = JNIString::from(refusal.to_string());
        let _ = env.throw_new(jni::jni_str!("java/lang/IllegalStateException"), message);
    }
}
