// SPDX-License-Identifier: GPL-3.0-or-later
//! Proofs of the foundation: real JVMs share a session, end to end.

use super::{Evidence, Proof, clean_clone};

/// Tests assert claims about seconds only with this property; without it they have generous watchdogs.
const CLAIMED: (&str, &str) = ("distributed.mekhq.prove", "true");

pub const PROOFS: &[Proof] = &[
    Proof {
        name: "foundation.clean-clone",
        claim: "From a clean clone in a new folder, the README's commands succeed.",
        evidence: &[Evidence::Own(clean_clone::prove)],
    },
    Proof {
        name: "foundation.foreign-peer",
        claim: "A grpc-java client and host of the old contract pass presence, dates, GM mode, location and TOE to and \
                from ours where legacy peers are allowed, and are refused by name where they are not.",
        evidence: &[Evidence::JUnit { module: "interop", classes: &["ForeignPeerTest"], full: &[CLAIMED] }],
    },
    Proof {
        name: "foundation.jvm",
        claim: "100 of 100 JVMs exit within 2 s after main returns with 8 sessions open; the JUnit suite runs without \
                a warning of -Xcheck:jni from our library; a panic in any native entry becomes a Java exception.",
        evidence: &[
            Evidence::NoJniWarnings,
            Evidence::JUnit {
                module: "library",
                classes: &["ForkedJvmExitTest", "NativePanicTest"],
                full: &[CLAIMED, ("distributed.mekhq.exit.runs", "100")],
            },
        ],
    },
    Proof {
        name: "foundation.races",
        claim: "10,000 random operations from 16 threads and a close during 256 calls raise documented exceptions only \
                and leave no future hanging.",
        evidence: &[Evidence::JUnit {
            module: "library",
            classes: &["RacesTest"],
            full: &[CLAIMED, ("distributed.mekhq.races.operations", "10000")],
        }],
    },
    Proof {
        name: "foundation.slow-listener",
        claim: "A listener or executor blocked for a minute under 1,000 messages a second costs one queued task, a \
                bounded backlog and one resynchronisation, and the other peers nothing.",
        evidence: &[Evidence::JUnit {
            module: "library",
            classes: &["SlowListenerTest"],
            full: &[CLAIMED, ("distributed.mekhq.slow.seconds", "60")],
        }],
    },
    Proof {
        name: "foundation.close",
        claim: "close() returns within 1 s with 8 open buses, one of them black-holed, and the port can be bound again \
                at once.",
        evidence: &[Evidence::JUnit { module: "library", classes: &["CloseTest"], full: &[CLAIMED] }],
    },
];
