// SPDX-License-Identifier: GPL-3.0-or-later
//! The way to a host: its addresses in order, its trust, and the key that proves to it who joins.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, timeout};

use super::keys::KeyStore;
use super::transport::{BoxedStream, Connector};
use super::trust::{self, HostTrust, KnownHostsFile, Proof, Unreached};
use crate::protocol::key::{CampaignKey, HostIdentity};
use crate::protocol::link::cut_reason;
use crate::protocol::refusal::ErrorCode;
use crate::protocol::trust::Distrust;
use crate::protocol::{CampaignId, HostAddress, Refusal};

/// How to reach a host.
#[derive(Clone)]
pub struct Way {
    /// What makes the connection.
    pub connector: Arc<dyn Connector>,
    /// Where the host may be, to be tried in this order. At least one.
    pub hosts: Vec<HostAddress>,
    /// By what it is trusted.
    pub trust: HostTrust,
    /// Whom the player has met before.
    pub known_hosts: KnownHostsFile,
    /// The keys that prove who joins.
    pub keys: KeyStore,
    /// Who joins.
    pub campaign: CampaignId,
    /// How long an attempt may take: reaching the host, Connect, and the opening of the bus.
    pub timeout: Duration,
}

/// A host that is the right one.
pub struct Reached {
    /// Where it was.
    pub address: HostAddress,
    /// The connection to it, on which nothing has been said yet.
    pub stream: BoxedStream,
    /// By what it is the right one.
    pub proof: Proof,
}

impl Way {
    /// Tries one address after the other, each for its share of the time that is left. Hosts that were reached and not
    /// trusted are handed to `distrusted`.
    pub async fn reach(&self, deadline: Instant, mut distrusted: impl FnMut(Distrust)) -> Result<Reached, Refusal> {
        let mut failures = Vec::new();
        for (number, address) in self.hosts.iter().enumerate() {
            let left = deadline.saturating_duration_since(Instant::now());
            let share = left / (self.hosts.len() - number).try_into().unwrap_or(u32::MAX);
            let reaching = trust::reach(self.connector.as_ref(), address, &self.trust, &self.known_hosts);
            match timeout(share, reaching).await {
                Ok(Ok((stream, proof))) => return Ok(Reached { address: address.clone(), stream, proof }),
                Ok(Err(Unreached::Refused(refusal))) => failures.push(refusal),
                Ok(Err(Unreached::Distrusted(distrust, refusal))) => {
                    distrusted(distrust);
                    failures.push(refusal);
                }
                Err(_) => failures.push(self.timed_out(address)),
            }
        }
        Err(summary(failures))
    }

    fn timed_out(&self, address: &HostAddress) -> Refusal {
        Refusal::new(ErrorCode::TimedOut, format!("{address} did not answer within {:?}", self.timeout))
    }

    /// No address answered within the time of the attempt, or none finished what it began.
    pub fn timed_out_everywhere(&self) -> Refusal {
        let addresses: Vec<_> = self.hosts.iter().map(HostAddress::to_string).collect();
        let reason = format!("{} did not answer within {:?}", addresses.join(" or "), self.timeout);
        Refusal::new(ErrorCode::TimedOut, cut_reason(reason))
    }

    /// The campaign's key for the host that was reached, which in plaintext is known by the first of its addresses. A host that the player trusts by a new fingerprint is shown
    /// the key that it knows.
    pub async fn campaign_key(&self, proof: &Proof) -> Result<CampaignKey, Refusal> {
        let identity = match proof {
            Proof::Fingerprint { shown, .. } => HostIdentity::pinned(shown.as_bytes()),
            Proof::Name(name) => HostIdentity::named(name)?,
            Proof::Plaintext => {
                HostIdentity::address(&self.hosts.first().map(HostAddress::to_string).unwrap_or_default())?
            }
        };
        let before = match proof {
            Proof::Fingerprint { before: Some(before), .. } => Some(HostIdentity::pinned(before.as_bytes())),
            _ => None,
        };
        let (keys, campaign) = (self.keys.clone(), self.campaign);
        let key = tokio::task::spawn_blocking(move || {
            if let Some(before) = before {
                keys.carry_over(campaign, &before, &identity)?;
            }
            keys.key_for(campaign, &identity)
        });
        key.await.map_err(|error| Refusal::new(ErrorCode::Internal, format!("reading the key: {error}")))?
    }
}

/// Why none of a host's addresses would do. While one of them only does not answer, the host may be there and come
/// back, whoever else was met at the others: in another network the same address leads to another machine.
fn summary(failures: Vec<Refusal>) -> Refusal {
    let absent = |refusal: &&Refusal| matches!(refusal.code, ErrorCode::HostUnreachable | ErrorCode::TimedOut);
    let telling = failures.iter().find(absent).or(failures.first());
    let code = telling.map_or(ErrorCode::HostUnreachable, |refusal| refusal.code);
    let reasons: Vec<_> = failures.into_iter().map(|refusal| refusal.reason).collect();
    Refusal::new(code, cut_reason(reasons.join("; ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_when_every_address_says_no_it_is_final() {
        let untrusted = Refusal::new(ErrorCode::CertificateUntrusted, "one");
        let absent = Refusal::new(ErrorCode::TimedOut, "two");
        let both = summary(vec![untrusted.clone(), absent.clone()]);
        assert_eq!(both, Refusal::new(ErrorCode::TimedOut, "one; two"));
        assert_eq!(summary(vec![untrusted.clone(), untrusted.clone()]).code, ErrorCode::CertificateUntrusted);
        assert_eq!(summary(vec![untrusted.clone()]), untrusted);
    }
}
