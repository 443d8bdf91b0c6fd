// SPDX-License-Identifier: GPL-3.0-or-later
//! Refusals as gRPC statuses and back (protocol.md section 1): the status' details carry a `Refused`, packed the way
//! every gRPC library unpacks.

use prost::{Message, Name};
use tonic::{Code, Status};
use tonic_types::pb;

use crate::protocol::link::{Refused, cut_reason};
use crate::protocol::refusal::ErrorCode;
use crate::protocol::{Payload, Refusal, proto};

/// The status that tells a refusal.
pub fn from_refusal(refusal: Refusal) -> Status {
    let refused = proto::Refused { code: refusal.code.into(), reason: refusal.reason.clone(), ..Default::default() };
    let code = grpc_code(refusal.code);
    let details = pb::Status {
        code: code.into(),
        message: refusal.reason.clone(),
        details: vec![prost_types::Any { type_url: proto::Refused::type_url(), value: refused.encode_to_vec() }],
    };
    Status::with_details(code, refusal.reason, details.encode_to_vec().into())
}

fn grpc_code(code: ErrorCode) -> Code {
    match code {
        ErrorCode::Unauthenticated | ErrorCode::BadPassword => Code::Unauthenticated,
        ErrorCode::NotYours | ErrorCode::Banned | ErrorCode::Retired | ErrorCode::IdentityMismatch => {
            Code::PermissionDenied
        }
        ErrorCode::AlreadyConnected => Code::AlreadyExists,
        ErrorCode::BackOff | ErrorCode::HostFull | ErrorCode::TooLarge | ErrorCode::TooMany => Code::ResourceExhausted,
        ErrorCode::InvalidArgument => Code::InvalidArgument,
        ErrorCode::SessionClosed | ErrorCode::HostLost => Code::Unavailable,
        ErrorCode::TimedOut => Code::DeadlineExceeded,
        ErrorCode::Internal => Code::Internal,
        _ => Code::FailedPrecondition,
    }
}

/// The refusal that a status tells. Statuses of others, without our details, become a host that cannot be reached.
pub fn to_refusal(status: &Status) -> Refusal {
    let words = || cut_reason(status.message().to_owned());
    refusal_in(status.details()).unwrap_or_else(|| match status.code() {
        Code::DeadlineExceeded => Refusal::new(ErrorCode::TimedOut, "the host did not answer in time"),
        Code::OutOfRange | Code::ResourceExhausted => {
            Refusal::new(ErrorCode::TooLarge, "the host's answer is larger than the protocol allows")
        }
        Code::Unauthenticated | Code::PermissionDenied => {
            Refusal::new(ErrorCode::Unauthenticated, format!("the host does not let this campaign in ({})", words()))
        }
        Code::Unknown | Code::Unavailable | Code::Cancelled => {
            let reason = format!("the connection to the host was lost while joining ({})", words());
            Refusal::new(ErrorCode::HostUnreachable, reason)
        }
        code => {
            let reason = format!("the host does not answer as a MekHQ host does ({code:?}: {})", words());
            Refusal::new(ErrorCode::HostUnreachable, reason)
        }
    })
}

fn refusal_in(details: &[u8]) -> Option<Refusal> {
    let status = pb::Status::decode(details).ok()?;
    let any = status.details.iter().find(|any| any.type_url == proto::Refused::type_url())?;
    let refused = Refused::check(proto::Refused::decode(any.value.as_slice()).ok()?).ok()?;
    Some(Refusal::new(refused.code, refused.reason))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_survives_its_status() {
        let refusal = Refusal::new(ErrorCode::VersionMismatch, "0.50.06 is not 0.51.00");
        let status = from_refusal(refusal.clone());
        assert_eq!(status.code(), Code::FailedPrecondition);
        assert_eq!(to_refusal(&status), refusal);
    }

    #[test]
    fn a_hosts_words_are_cut_and_lose_their_control_characters() {
        let refusal =
            to_refusal(&from_refusal(Refusal::new(ErrorCode::HostFull, format!("\u{1b}[2J{}", "x".repeat(9_000)))));
        assert!(refusal.reason.starts_with("[2Jx") && refusal.reason.len() <= 1_024);
        let refusal = to_refusal(&Status::unknown("\u{1b}[2J"));
        assert!(refusal.reason.ends_with("([2J)"));
    }

    #[test]
    fn a_status_of_somebody_else_is_no_mekhq_host() {
        let refusal = to_refusal(&Status::unimplemented("what?"));
        assert_eq!(refusal.code, ErrorCode::HostUnreachable);
    }
}
