// SPDX-License-Identifier: GPL-3.0-or-later
//! By what a remote campaign knows a host: fingerprints, and those that a player's computer remembers (protocol.md
//! section 2, points 1 and 2).

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use super::address::HostAddress;
use super::refusal::Invalid;

/// Hosts that are remembered.
pub const KNOWN_HOSTS_MAX: usize = 1_024;

/// Bytes of the text form of [`KnownHosts`].
pub const KNOWN_HOSTS_BYTES_MAX: usize = 512 * 1024;

const HEADER: &str = "mekhq-known-hosts";

const FORMAT: u32 = 1;

/// The SHA-256 of a certificate's public key info: stays the same when the certificate is renewed with the same key.
/// Written as 43 characters of base64url.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// Of a public key info in DER.
    pub fn of(public_key_info: &[u8]) -> Self {
        Self(Sha256::digest(public_key_info).into())
    }

    /// Reads the text form.
    pub fn parse(field: &str, text: &str) -> Result<Self, Invalid> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok().and_then(|bytes| bytes.try_into().ok());
        let no_fingerprint = || Invalid::field(field, "is not a fingerprint: 43 letters, digits, - and _");
        bytes.map(Self).ok_or_else(no_fingerprint)
    }

    /// The digest itself.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

/// A host that showed a certificate which is not trusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Distrust {
    /// Where.
    pub address: HostAddress,
    /// What it showed.
    pub shown: Fingerprint,
    /// What it should have shown; none when it was never met before, or when authorities judge.
    pub expected: Option<Fingerprint>,
}

/// The fingerprints that were trusted before, by the address that showed them; the one trusted last at the end. Of more
/// than fit the oldest are forgotten, and met again as if for the first time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KnownHosts(Vec<(HostAddress, Fingerprint)>);

/// Why a text cannot be read as known hosts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KnownHostsError {
    /// Something else.
    #[error("it is no list of known hosts")]
    NotKnownHosts,
    /// A newer library wrote it.
    #[error("it is in format {0}, which a newer version of this library wrote; this one reads up to {FORMAT}")]
    Newer(u32),
    /// A line is damaged.
    #[error("line {line}: {problem}")]
    Line {
        /// Counted from 1.
        line: usize,
        /// What is wrong with it.
        problem: Invalid,
    },
    /// More than any list of known hosts has.
    #[error("it has more than {KNOWN_HOSTS_BYTES_MAX} bytes")]
    TooLarge,
}

impl KnownHosts {
    /// Reads the text form: a line that names it and its format, then a line `HOST:PORT FINGERPRINT` for each host.
    pub fn parse(text: &str) -> Result<Self, KnownHostsError> {
        let mut lines = text.lines();
        let format = lines.next().and_then(|line| line.strip_prefix(HEADER)).and_then(|rest| rest.strip_prefix(' '));
        match format.and_then(|format| format.parse().ok()) {
            Some(FORMAT) => {}
            Some(newer @ 2..) => return Err(KnownHostsError::Newer(newer)),
            _ => return Err(KnownHostsError::NotKnownHosts),
        }
        let mut hosts = Self::default();
        for (line, words) in (2..).zip(lines).filter(|(_, words)| !words.is_empty()) {
            let (address, fingerprint) =
                parse_line(words).map_err(|problem| KnownHostsError::Line { line, problem })?;
            hosts.remember(address, fingerprint);
        }
        Ok(hosts)
    }

    /// The text form.
    pub fn to_text(&self) -> String {
        let lines = self.0.iter().map(|(address, fingerprint)| format!("{address} {fingerprint}\n"));
        format!("{HEADER} {FORMAT}\n") + &lines.collect::<String>()
    }

    /// What an address showed when it was trusted.
    pub fn get(&self, address: &HostAddress) -> Option<Fingerprint> {
        self.0.iter().find(|(known, _)| known == address).map(|(_, fingerprint)| *fingerprint)
    }

    /// Remembers what an address shows, in place of what it showed before.
    pub fn remember(&mut self, address: HostAddress, fingerprint: Fingerprint) {
        self.0.retain(|(known, _)| *known != address);
        self.0.push((address, fingerprint));
        if self.0.len() > KNOWN_HOSTS_MAX {
            self.0.remove(0);
        }
    }
}

fn parse_line(words: &str) -> Result<(HostAddress, Fingerprint), Invalid> {
    let (address, fingerprint) =
        words.split_once(' ').ok_or_else(|| Invalid("is not an address and a fingerprint".into()))?;
    Ok((HostAddress::parse_authority(address)?, Fingerprint::parse("fingerprint", fingerprint)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> HostAddress {
        HostAddress::parse_authority(text).expect("an address")
    }

    #[test]
    fn a_fingerprint_survives_its_text_form_and_nothing_else_is_one() {
        let fingerprint = Fingerprint::of(b"key");
        let text = fingerprint.to_string();
        assert_eq!((text.len(), Fingerprint::parse("fp", &text)), (43, Ok(fingerprint)));
        for text in ["", "abc", &text[1..], &format!("{text}A"), &format!("{text}="), &text.replace(&text[..1], "+")] {
            assert!(Fingerprint::parse("fp", text).is_err(), "{text}");
        }
    }

    #[test]
    fn known_hosts_survive_their_text_form_and_windows_line_ends() {
        let mut hosts = KnownHosts::default();
        for (name, key) in [("example.org", "a"), ("[::1]:4000", "b"), ("example.org", "c")] {
            hosts.remember(address(name), Fingerprint::of(key.as_bytes()));
        }
        let text = hosts.to_text();
        for text in [text.clone(), text.replace('\n', "\r\n"), text + "\n"] {
            let read = KnownHosts::parse(&text).expect("known hosts");
            assert_eq!(read, hosts);
            assert_eq!(read.get(&address("example.org")), Some(Fingerprint::of(b"c")));
            assert_eq!(read.get(&address("example.org:3001")), None);
        }
    }

    #[test]
    fn a_text_that_cannot_be_read_says_where_and_why() {
        assert_eq!(KnownHosts::parse(""), Err(KnownHostsError::NotKnownHosts));
        assert_eq!(KnownHosts::parse("mekhq-known-hosts"), Err(KnownHostsError::NotKnownHosts));
        assert_eq!(KnownHosts::parse("mekhq-known-hosts 2\n"), Err(KnownHostsError::Newer(2)));
        let damaged = KnownHosts::parse("mekhq-known-hosts 1\n\nexample.org:3000 x\n").expect_err("damaged");
        assert!(damaged.to_string().starts_with("line 3: fingerprint is not"), "{damaged}");
    }

    #[test]
    fn of_too_many_known_hosts_the_oldest_is_forgotten() {
        let mut hosts = KnownHosts::default();
        let fingerprint = Fingerprint::of(b"key");
        for number in 0..KNOWN_HOSTS_MAX {
            hosts.remember(address(&format!("h{number}")), fingerprint);
        }
        hosts.remember(address("h0"), fingerprint);
        hosts.remember(address("one-more"), fingerprint);
        let known = |name: &str| hosts.get(&address(name)).is_some();
        assert_eq!(["h0", "h1", "h2", "one-more"].map(known), [true, false, true, true]);
        assert!(hosts.to_text().len() <= KNOWN_HOSTS_BYTES_MAX);
        assert_eq!(KnownHosts::parse(&hosts.to_text()), Ok(hosts));
    }
}
