// SPDX-License-Identifier: GPL-3.0-or-later
//! A campaign's assets as Java has them, called on the very thread that called the library.
//!
//! What the Java side throws is cleared: nothing has changed then, which is what the books are told.

use jni::Env;
use prost::Message;

use super::bindings::AssetsSink;
use super::exports::bytes;
use super::failure::Failure;
use crate::protocol::link::cut_reason;
use crate::protocol::money::Bundle;
use crate::protocol::proto::bridge::{self, assets_call};
use crate::protocol::settlement::HoldKey;
use crate::session::settlement::{AssetsError, CampaignAssets, Delivery, Inspection, Settling};

/// Local references that a call needs: two arrays, and what a call makes in passing.
const FRAME_CAPACITY: usize = 8;

/// Bytes of an answer: a bundle, or why nothing has changed.
const ANSWER_BYTES_MAX: usize = 64 * 1024;

/// Java's end, and the way to it.
pub struct JavaAssets<'call, 'local> {
    env: &'call mut Env<'local>,
    sink: &'call AssetsSink<'local>,
}

impl<'call, 'local> JavaAssets<'call, 'local> {
    /// For the time of one call into the library.
    pub fn new(env: &'call mut Env<'local>, sink: &'call AssetsSink<'local>) -> Self {
        Self { env, sink }
    }

    fn ask(&mut self, call: assets_call::Call) -> Result<bridge::AssetsAnswer, AssetsError> {
        let call = bridge::AssetsCall { call: Some(call) }.encode_to_vec();
        let sink = self.sink;
        let answer = self.env.with_local_frame(FRAME_CAPACITY, |env| -> Result<Vec<u8>, Failure> {
            let call = env.byte_array_from_slice(&call)?;
            match sink.call(env, &call) {
                Ok(answer) => bytes(env, &answer, "the answer", ANSWER_BYTES_MAX),
                Err(error) => {
                    if env.exception_check() {
                        env.exception_clear();
                    }
                    Err(error.into())
                }
            }
        });
        match answer {
            Ok(answer) => understood(&answer),
            Err(Failure::Refused(refusal)) => Err(AssetsError::Failed(refusal.reason)),
            Err(Failure::Jni(error)) => Err(AssetsError::Failed(format!("the Java side threw: {error}"))),
        }
    }
}

/// The reason is a program's or a player's text of any length.
fn understood(answer: &[u8]) -> Result<bridge::AssetsAnswer, AssetsError> {
    let answer = bridge::AssetsAnswer::decode(answer).map_err(|_| AssetsError::Failed("no answer".into()))?;
    match answer.failed {
        Some(reason) => Err(AssetsError::Failed(cut_reason(reason))),
        None if answer.insufficient => Err(AssetsError::Insufficient),
        None => Ok(answer),
    }
}

impl CampaignAssets for JavaAssets<'_, '_> {
    fn inspect(&mut self, bundle: &Bundle) -> Result<Inspection, AssetsError> {
        let answer = self.ask(assets_call::Call::Inspect(bundle.to_proto().unwrap_or_default()))?;
        let free = match answer.free.filter(|free| free.money.is_some()) {
            Some(free) => {
                Bundle::check("free", Some(&free)).map_err(|invalid| AssetsError::Failed(invalid.to_string()))?
            }
            None => Bundle::default(),
        };
        // No more than was asked about, whatever the answer.
        Ok(Inspection { free: bundle.clone().take(&free) })
    }

    fn reserve(&mut self, key: HoldKey, bundle: &Bundle) -> Result<(), AssetsError> {
        self.ask(assets_call::Call::Reserve(hold((key, bundle)))).map(drop)
    }

    fn release(&mut self, key: HoldKey, bundle: &Bundle) -> Result<(), AssetsError> {
        self.ask(assets_call::Call::Release(hold((key, bundle)))).map(drop)
    }

    fn settle(&mut self, settling: &Settling) -> Result<(), AssetsError> {
        let holds = |holds: &[(HoldKey, Bundle)]| holds.iter().map(|(key, bundle)| hold((*key, bundle))).collect();
        let settle = assets_call::Settle {
            request: settling.outcome.request.map(|request| request.to_string()).unwrap_or_default(),
            released: holds(&settling.released),
            consumed: holds(&settling.consumed),
            taken: settling.taken.to_proto(),
            owed: settling.owed.map(|owed| owed.to_proto()),
        };
        self.ask(assets_call::Call::Settle(settle)).map(drop)
    }

    fn deliver(&mut self, delivery: &Delivery) -> Result<(), AssetsError> {
        let deliver = assets_call::Deliver {
            request: delivery.request.map(|request| request.to_string()).unwrap_or_default(),
            bundle: delivery.bundle.to_proto(),
            due: delivery.due.to_string(),
        };
        self.ask(assets_call::Call::Deliver(deliver)).map(drop)
    }
}

/// As it crosses to Java.
pub fn hold((key, bundle): (HoldKey, &Bundle)) -> assets_call::Hold {
    assets_call::Hold { request: key.request.to_string(), revision: key.revision, bundle: bundle.to_proto() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_cut_and_noise_counts_as_no_change() {
        let failed = |reason: &str| bridge::AssetsAnswer { failed: Some(reason.into()), ..Default::default() };
        let answered = |answer: bridge::AssetsAnswer| understood(&answer.encode_to_vec()).map(drop);
        assert_eq!(answered(failed("no")), Err(AssetsError::Failed("no".into())));
        assert_eq!(answered(failed(&"x".repeat(9_000))), Err(AssetsError::Failed("x".repeat(1_024))));
        let insufficient = bridge::AssetsAnswer { insufficient: true, ..Default::default() };
        assert_eq!(answered(insufficient), Err(AssetsError::Insufficient));
        assert_eq!(understood(&[0xff; 9]), Err(AssetsError::Failed("no answer".into())));
    }
}
