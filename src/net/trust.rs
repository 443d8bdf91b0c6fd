// SPDX-License-Identifier: GPL-3.0-or-later
//! Whether a host is the one that the player means: judged from its certificate before anything is sent to it
//! (protocol.md section 2, point 1).
//!
//! Known hosts are read anew for each attempt and written after it, since several programs of one player may meet
//! hosts at once. Of two that write at the same moment one may be lost, and is met again as if for the first time.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use tokio_rustls::rustls::client::WebPkiServerVerifier;
use tokio_rustls::rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use tokio_rustls::rustls::crypto::{WebPkiSupportedAlgorithms, verify_tls13_signature};
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::{
    CertificateError, DigitallySignedStruct, Error, PeerIncompatible, RootCertStore, SignatureScheme,
};

use super::certificate::{fingerprint, provider, read_chain};
use super::private_file::{self, Existing};
use super::tls;
use super::transport::{BoxedStream, Connector, unreachable};
use crate::protocol::refusal::ErrorCode;
use crate::protocol::trust::{Distrust, Fingerprint, KNOWN_HOSTS_BYTES_MAX, KnownHosts, KnownHostsError};
use crate::protocol::{HostAddress, Refusal};

/// By what a remote campaign trusts a host.
#[derive(Debug, Clone)]
pub enum HostTrust {
    /// By the fingerprint that the host's player gave, for example in an invitation.
    Fingerprint(Fingerprint),
    /// By the authorities in a PEM file, which must vouch for the name or address that was connected to.
    Authorities(PathBuf),
    /// By what the host's address showed before.
    Known {
        /// Trust an address that was never met before, and remember what it shows.
        first_use: bool,
    },
    /// By nothing, and without encryption. Only by explicit choice.
    Plaintext,
}

/// By what a host turned out to be the right one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// It has the key of this fingerprint.
    Fingerprint {
        /// What it showed.
        shown: Fingerprint,
        /// What its address showed before, where that is something else.
        before: Option<Fingerprint>,
    },
    /// An authority vouches for its name.
    Name(String),
    /// Nothing but its address tells it from others.
    Plaintext,
}

/// Why a host was not reached.
#[derive(Debug)]
pub enum Unreached {
    /// It could not be reached, or what would judge it could not be read.
    Refused(Refusal),
    /// It was reached, and is not trusted.
    Distrusted(Distrust, Refusal),
}

impl From<Refusal> for Unreached {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// Reaches a host and makes sure that it is the right one. Nothing of the player's has been sent when this returns. The
/// caller sets the deadline.
pub async fn reach(
    connector: &dyn Connector,
    host: &HostAddress,
    trust: &HostTrust,
    store: &KnownHostsFile,
) -> Result<(BoxedStream, Proof), Unreached> {
    if matches!(trust, HostTrust::Plaintext) {
        return Ok((connector.connect(host).await?, Proof::Plaintext));
    }
    let (judge, known) = prepare(host, trust, store).await?;
    let stream = connector.connect(host).await?;
    let verifier =
        Arc::new(Verifier { judge, algorithms: provider().signature_verification_algorithms, shown: OnceLock::new() });
    let stream = tls::encrypt(stream, host, Arc::clone(&verifier) as _).await;
    let shown = verifier.shown.get().copied();
    let stream = match (stream, shown) {
        (Ok(stream), _) => stream,
        (Err(error), Some(shown)) if is_distrust(&error) => {
            let refusal = verifier.judge.refusal(host, shown, &error);
            let expected = verifier.judge.expected();
            return Err(Unreached::Distrusted(Distrust { address: host.clone(), shown, expected }, refusal));
        }
        (Err(error), _) => return Err(not_encrypted(host, &error).into()),
    };
    match (trust, shown) {
        (HostTrust::Authorities(_), _) => Ok((stream, Proof::Name(host.host().to_owned()))),
        (_, Some(shown)) => {
            if known != Some(shown) {
                store.remember(host.clone(), shown).await?;
            }
            Ok((stream, Proof::Fingerprint { shown, before: known.filter(|&known| known != shown) }))
        }
        (_, None) => Err(Refusal::new(ErrorCode::Internal, "a handshake ended without a certificate").into()),
    }
}

/// Who judges, and what is known of the address.
async fn prepare(
    host: &HostAddress,
    trust: &HostTrust,
    store: &KnownHostsFile,
) -> Result<(Judge, Option<Fingerprint>), Refusal> {
    if let HostTrust::Authorities(path) = trust {
        let path = path.clone();
        return Ok((blocking(move || authorities(&path)).await?, None));
    }
    let known = store.read().await?.get(host);
    let judge = match (trust, known) {
        (HostTrust::Fingerprint(expected), _) => Judge::Fingerprint { expected: *expected, given: true },
        (HostTrust::Known { .. }, Some(expected)) => Judge::Fingerprint { expected, given: false },
        (HostTrust::Known { first_use: true }, None) => Judge::Anyone,
        _ => Judge::Nobody,
    };
    Ok((judge, known))
}

fn authorities(path: &Path) -> Result<Judge, Refusal> {
    let unusable = |problem: String| {
        let reason = format!("the authorities in {} cannot be used: {problem}", path.display());
        Refusal::new(ErrorCode::CertificateUnavailable, reason)
    };
    let mut roots = RootCertStore::empty();
    for certificate in read_chain(path).map_err(unusable)? {
        roots.add(certificate).map_err(|error| unusable(error.to_string()))?;
    }
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider()).build();
    verifier.map(Judge::Authorities).map_err(|error| unusable(error.to_string()))
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, Refusal> + Send + 'static) -> Result<T, Refusal> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|error| Err(Refusal::new(ErrorCode::Internal, format!("a file could not be read: {error}"))))
}

fn is_distrust(error: &io::Error) -> bool {
    matches!(rustls_error(error), Some(Error::InvalidCertificate(_)))
}

fn rustls_error(error: &io::Error) -> Option<&Error> {
    error.get_ref()?.downcast_ref()
}

/// The host was reached, but no trusted connection came of it.
fn not_encrypted(host: &HostAddress, error: &io::Error) -> Refusal {
    let plaintext = matches!(rustls_error(error), Some(Error::InvalidMessage(_)));
    if plaintext || error.kind() == ErrorKind::UnexpectedEof {
        let reason = format!(
            "{host} does not answer as a host does that encrypts; ask its player whether it was started without encryption"
        );
        return Refusal::new(ErrorCode::HostUnreachable, reason);
    }
    unreachable(host, error)
}

/// Whose word counts for a certificate.
#[derive(Debug)]
enum Judge {
    Fingerprint {
        expected: Fingerprint,
        /// By the player, and not remembered from before.
        given: bool,
    },
    Authorities(Arc<WebPkiServerVerifier>),
    /// Never met before, and the player takes it as it comes.
    Anyone,
    /// Never met before, and nothing to judge it by.
    Nobody,
}

impl Judge {
    fn expected(&self) -> Option<Fingerprint> {
        match self {
            Self::Fingerprint { expected, .. } => Some(*expected),
            Self::Authorities(_) | Self::Anyone | Self::Nobody => None,
        }
    }

    fn refusal(&self, host: &HostAddress, shown: Fingerprint, error: &io::Error) -> Refusal {
        let untrusted = |reason| Refusal::new(ErrorCode::CertificateUntrusted, reason);
        match self {
            Self::Fingerprint { expected, given: true } if *expected != shown => untrusted(format!(
                "{host} shows the fingerprint {shown}, not {expected}: it is not the host that was meant"
            )),
            Self::Fingerprint { expected, given: false } if *expected != shown => Refusal::new(
                ErrorCode::CertificateChanged,
                format!(
                    "{host} shows the fingerprint {shown}; before it was {expected}. Somebody may stand in between: go \
                     on only if the host's player confirms the new one"
                ),
            ),
            Self::Nobody => Refusal::new(
                ErrorCode::CertificateUnknown,
                format!(
                    "{host} was never met before and shows the fingerprint {shown}: compare it with what its player \
                     sees, and trust it if they are equal"
                ),
            ),
            Self::Authorities(_) => {
                let why = rustls_error(error).map(ToString::to_string).unwrap_or_default();
                untrusted(format!("no trusted authority vouches for {host}: {why}"))
            }
            // Only the owner of a certificate can sign with its key.
            Self::Fingerprint { .. } | Self::Anyone => untrusted(format!(
                "{host} shows the fingerprint {shown} but does not have its key: it is not that host"
            )),
        }
    }
}

/// rustls asks it about one connection.
#[derive(Debug)]
struct Verifier {
    judge: Judge,
    algorithms: WebPkiSupportedAlgorithms,
    /// What the host showed, trusted or not.
    shown: OnceLock<Fingerprint>,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let shown = *self.shown.get_or_init(|| fingerprint(end_entity).unwrap_or_else(|_| Fingerprint::of(end_entity)));
        let trusted = match &self.judge {
            Judge::Authorities(authorities) => {
                return authorities.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
            }
            Judge::Fingerprint { expected, .. } => *expected == shown,
            Judge::Anyone => true,
            Judge::Nobody => false,
        };
        let refused = Error::InvalidCertificate(CertificateError::ApplicationVerificationFailure);
        if trusted { Ok(ServerCertVerified::assertion()) } else { Err(refused) }
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(Error::PeerIncompatible(PeerIncompatible::Tls12NotOffered))
    }

    /// Whoever copied a certificate has it, but not its key.
    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

/// The known hosts of one player on one computer: `known-hosts.txt` in the data folder.
#[derive(Debug, Clone)]
pub struct KnownHostsFile {
    path: PathBuf,
}

impl KnownHostsFile {
    /// In this data folder; made when there is something to remember.
    pub fn new(data_folder: &Path) -> Self {
        Self { path: data_folder.join("known-hosts.txt") }
    }

    async fn read(&self) -> Result<KnownHosts, Refusal> {
        let path = self.path.clone();
        blocking(move || read_known_hosts(&path)).await
    }

    async fn remember(&self, host: HostAddress, shown: Fingerprint) -> Result<(), Refusal> {
        let path = self.path.clone();
        blocking(move || {
            let mut known = read_known_hosts(&path)?;
            known.remember(host, shown);
            let written = private_file::write(&path, known.to_text().as_bytes(), Existing::Replace);
            written.map_err(|error| unusable(&path, &error))
        })
        .await
    }
}

/// A file that cannot be read is never quietly replaced: it is what protects the player from an impostor.
fn unusable(path: &Path, problem: &dyn std::fmt::Display) -> Refusal {
    let reason = format!("the known hosts in {} cannot be used: {problem}", path.display());
    Refusal::new(ErrorCode::CertificateUnavailable, reason)
}

fn read_known_hosts(path: &Path) -> Result<KnownHosts, Refusal> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(KnownHosts::default()),
        Err(error) => return Err(unusable(path, &error)),
    };
    let mut text = String::new();
    let read = file.take(KNOWN_HOSTS_BYTES_MAX as u64 + 1).read_to_string(&mut text);
    read.map_err(|error| unusable(path, &error))?;
    if text.len() > KNOWN_HOSTS_BYTES_MAX {
        return Err(unusable(path, &KnownHostsError::TooLarge));
    }
    KnownHosts::parse(&text).map_err(|error| unusable(path, &error))
}
