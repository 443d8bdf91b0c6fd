// SPDX-License-Identifier: GPL-3.0-or-later
//! Hosts that are not the one that is meant. They read whatever they are told and keep it.

use std::sync::{Arc, Mutex};

use distributed_mekhq::net::certificate::fingerprint;
use distributed_mekhq::protocol::trust::Fingerprint;
use rcgen::{CertificateParams, KeyPair};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer, ServerName, UnixTime};
use tokio_rustls::rustls::sign::{CertifiedKey, SingleCertAndKey};
use tokio_rustls::rustls::{ClientConfig, DigitallySignedStruct, Error, ServerConfig, SignatureScheme, version};

/// What a host shows, and the key that it has.
pub struct Shown {
    certificate: CertificateDer<'static>,
    key: KeyPair,
}

impl Shown {
    /// A certificate for 127.0.0.1 that nobody vouches for, and its key.
    pub fn new() -> Self {
        let key = KeyPair::generate().expect("a key");
        let parameters = CertificateParams::new(["127.0.0.1".to_owned()]).expect("parameters");
        Self { certificate: parameters.self_signed(&key).expect("a certificate").der().clone(), key }
    }

    /// The certificate of another host, which is no secret, and a key of its own.
    pub fn copied_from(other: &Self) -> Self {
        Self { certificate: other.certificate.clone(), key: KeyPair::generate().expect("a key") }
    }

    pub fn fingerprint(&self) -> Fingerprint {
        fingerprint(&self.certificate).expect("a certificate")
    }

    fn config(&self, protocols: &[&[u8]]) -> ServerConfig {
        let provider = default_provider();
        let key = PrivatePkcs8KeyDer::from(self.key.serialize_der());
        let key = provider.key_provider.load_private_key(key.into()).expect("a key");
        // Nothing checks that they belong together.
        let certified = CertifiedKey::new(vec![self.certificate.clone()], key);
        let mut config = ServerConfig::builder_with_provider(Arc::new(provider))
            .with_protocol_versions(&[&version::TLS13])
            .expect("TLS 1.3")
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(SingleCertAndKey::from(certified)));
        config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
        config
    }
}

/// A host that says nothing of its own.
pub struct Impostor {
    pub port: u16,
    heard: Arc<Mutex<Vec<u8>>>,
}

impl Impostor {
    /// Encrypts with what it shows; speaks these protocols.
    pub fn encrypted(runtime: &Runtime, shown: &Shown, protocols: &[&[u8]]) -> Self {
        Self::start(runtime, Some(TlsAcceptor::from(Arc::new(shown.config(protocols)))))
    }

    /// Takes everything in plaintext.
    pub fn plaintext(runtime: &Runtime) -> Self {
        Self::start(runtime, None)
    }

    /// All that it could read, decrypted.
    pub fn heard(&self) -> Vec<u8> {
        self.heard.lock().expect("no panic").clone()
    }

    fn start(runtime: &Runtime, acceptor: Option<TlsAcceptor>) -> Self {
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let keep = Arc::clone(&heard);
        runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                match &acceptor {
                    None => listen(stream, &keep).await,
                    Some(acceptor) => {
                        if let Ok(stream) = acceptor.accept(stream).await {
                            listen(stream, &keep).await;
                        }
                    }
                }
            }
        });
        Self { port, heard }
    }
}

/// Reads a first portion, keeps it, and hangs up: whoever waits for an answer learns that there is none.
async fn listen(mut stream: impl AsyncRead + Unpin, heard: &Mutex<Vec<u8>>) {
    let mut portion = vec![0; 64 * 1024];
    if let Ok(length) = stream.read(&mut portion).await {
        heard.lock().expect("no panic").extend_from_slice(&portion[..length]);
    }
}

/// A client without any judgement.
pub fn trusting_client() -> ClientConfig {
    ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_protocol_versions(&[&version::TLS13])
        .expect("TLS 1.3")
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(TrustsAnybody))
        .with_no_client_auth()
}

#[derive(Debug)]
struct TrustsAnybody;

impl ServerCertVerifier for TrustsAnybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        default_provider().signature_verification_algorithms.supported_schemes()
    }
}
