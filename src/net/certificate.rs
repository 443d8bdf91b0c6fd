// SPDX-License-Identifier: GPL-3.0-or-later
//! What a host shows to prove who it is: a certificate of its own making, kept in `certificate` below the data folder,
//! or one from PEM files (protocol.md section 2, point 1).
//!
//! The own certificate and its key are one file, so that they cannot come apart. A file that cannot be used is never
//! quietly replaced: every player who trusts the host by it would be turned away.

use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair};
use tokio_rustls::rustls::crypto::CryptoProvider;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::ParsedCertificate;
use tokio_rustls::rustls::{self, ServerConfig, version};

use super::private_file::{self, Existing};
use crate::protocol::Refusal;
use crate::protocol::refusal::ErrorCode;
use crate::protocol::trust::Fingerprint;

/// The own certificate's folder, below the data folder.
const FOLDER: &str = "certificate";

const FILE: &str = "host.pem";

/// Far more than any chain of certificates has.
const PEM_BYTES_MAX: u64 = 256 * 1024;

/// HTTP/2, which gRPC runs on, by its registered name.
pub const ALPN: &[u8] = b"h2";

/// Whether and how a host encrypts.
#[derive(Debug, Clone, Default)]
pub enum Encryption {
    /// With a certificate that it makes itself, once.
    #[default]
    OwnCertificate,
    /// With a certificate that the player got from an authority.
    Files {
        /// The certificate, and those between it and its authority, in PEM.
        certificate: PathBuf,
        /// Its private key, in PEM.
        key: PathBuf,
    },
    /// Not at all. Only by explicit choice.
    Plaintext,
}

/// What a host shows, and the fingerprint that players see.
#[derive(Debug, Clone)]
pub struct Identity {
    pub(super) config: Arc<ServerConfig>,
    /// Of the certificate's key.
    pub fingerprint: Fingerprint,
}

impl Identity {
    /// Reads the certificate, or makes it; none for plaintext. Waits for the disk.
    pub fn open(encryption: &Encryption, data_folder: &Path) -> Result<Option<Self>, Refusal> {
        let (certificate, key) = match encryption {
            Encryption::Plaintext => return Ok(None),
            Encryption::OwnCertificate => {
                let path = data_folder.join(FOLDER).join(FILE);
                make(&path).map_err(|problem| unusable(&path, &problem))?;
                (path.clone(), path)
            }
            Encryption::Files { certificate, key } => (certificate.clone(), key.clone()),
        };
        let chain = read_chain(&certificate).map_err(|problem| unusable(&certificate, &problem))?;
        let key = read_key(&key).map_err(|problem| unusable(&key, &problem))?;
        Self::new(chain, key).map(Some).map_err(|error| unusable(&certificate, &error.to_string()))
    }

    /// From a chain whose first certificate belongs to the key.
    pub fn new(chain: Vec<CertificateDer<'static>>, key: PrivateKeyDer<'static>) -> Result<Self, rustls::Error> {
        let shown = chain.first().ok_or(rustls::Error::NoCertificatesPresented)?;
        let fingerprint = fingerprint(shown)?;
        let mut config = ServerConfig::builder_with_provider(provider())
            .with_protocol_versions(&[&version::TLS13])?
            .with_no_client_auth()
            .with_single_cert(chain, key)?;
        config.alpn_protocols = vec![ALPN.to_vec()];
        Ok(Self { config: Arc::new(config), fingerprint })
    }
}

/// Given to each configuration by name: nothing depends on what else in the process installs as its default.
pub(super) fn provider() -> Arc<CryptoProvider> {
    Arc::new(default_provider())
}

/// The fingerprint of a certificate's key.
pub fn fingerprint(certificate: &CertificateDer<'_>) -> Result<Fingerprint, rustls::Error> {
    Ok(Fingerprint::of(&ParsedCertificate::try_from(certificate)?.subject_public_key_info()))
}

fn unusable(path: &Path, problem: &str) -> Refusal {
    let reason = format!("the host's certificate in {} cannot be used: {problem}", path.display());
    Refusal::new(ErrorCode::CertificateUnavailable, reason)
}

/// Makes the own certificate where there is none. Of several programs that do so at once the first one wins.
fn make(path: &Path) -> Result<(), String> {
    if path.exists() {
        return Ok(());
    }
    let pem = self_signed().map_err(|error| error.to_string())?;
    match private_file::write(path, pem.as_bytes(), Existing::Keep) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error.to_string()),
        _ => Ok(()),
    }
}

fn self_signed() -> Result<String, rcgen::Error> {
    let key = KeyPair::generate()?;
    let mut parameters = CertificateParams::new([])?;
    parameters.distinguished_name = DistinguishedName::new();
    parameters.distinguished_name.push(DnType::CommonName, "MekHQ host");
    let certificate = parameters.self_signed(&key)?;
    Ok(certificate.pem() + &key.serialize_pem())
}

pub(super) fn read_chain(path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let pem = read(path)?;
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    match chain {
        Ok(chain) if chain.is_empty() => Err("it holds no certificate in PEM".into()),
        Ok(chain) => Ok(chain),
        Err(error) => Err(error.to_string()),
    }
}

fn read_key(path: &Path) -> Result<PrivateKeyDer<'static>, String> {
    PrivateKeyDer::from_pem_slice(&read(path)?).map_err(|_| "it holds no private key in PEM".into())
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    let size = fs::metadata(path).map_err(|error| error.to_string())?.len();
    if size > PEM_BYTES_MAX {
        return Err(format!("it has {size} bytes, more than {PEM_BYTES_MAX}"));
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|error| error.to_string())?;
    file.take(PEM_BYTES_MAX).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(folder: &Path) -> Result<Fingerprint, Refusal> {
        Identity::open(&Encryption::OwnCertificate, folder).map(|identity| identity.expect("encrypted").fingerprint)
    }

    #[test]
    fn a_host_makes_its_certificate_once_and_keeps_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let folder = folder.path().join("made/when/needed");
        let made = open(&folder).expect("a certificate");
        assert_eq!(open(&folder), Ok(made));
        assert_ne!(open(&folder.join("another")), Ok(made));
    }

    #[test]
    fn programs_that_make_it_at_once_get_the_same() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path();
        let made: Vec<_> = std::thread::scope(|scope| {
            let opened: Vec<_> = (0..8).map(|_| scope.spawn(|| open(path))).collect();
            opened.into_iter().map(|opened| opened.join().expect("no panic").expect("a certificate")).collect()
        });
        assert!(made.iter().all(|fingerprint| *fingerprint == made[0]));
    }

    #[test]
    fn a_damaged_certificate_is_refused_by_name_and_left_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        open(folder.path()).expect("a certificate");
        let path = folder.path().join(FOLDER).join(FILE);
        for text in ["", "no PEM", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
            fs::write(&path, text).expect("written");
            let refusal = open(folder.path()).expect_err("damaged");
            assert_eq!(refusal.code, ErrorCode::CertificateUnavailable);
            assert!(refusal.reason.contains(FILE), "{refusal}");
            assert_eq!(fs::read_to_string(&path).expect("there"), text);
        }
    }

    #[test]
    fn files_of_the_player_must_belong_together() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, pem: String| {
            let path = folder.path().join(name);
            fs::write(&path, pem).expect("written");
            path
        };
        let one = write("one.pem", self_signed().expect("a certificate"));
        let other = write("other.pem", self_signed().expect("a certificate"));
        let files = |certificate: &Path, key: &Path| Encryption::Files {
            certificate: certificate.to_owned(),
            key: key.to_owned(),
        };
        let opened = |certificate: &Path, key: &Path| Identity::open(&files(certificate, key), folder.path());
        assert!(opened(&one, &one).is_ok());
        assert_eq!(opened(&one, &other).expect_err("refused").code, ErrorCode::CertificateUnavailable);
        let missing = opened(&one, Path::new("/nowhere/key.pem")).expect_err("refused");
        assert!(missing.reason.contains("key.pem"), "{missing}");
    }
}
