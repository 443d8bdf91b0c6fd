// SPDX-License-Identifier: GPL-3.0-or-later
//! Campaign keys, and the text in which a player's computer keeps them (protocol.md section 2, point 6).
//!
//! The same text serves as the file of one key and as the export of several:
//!
//! ```text
//! mekhq-campaign-keys 1
//! CAMPAIGN-UUID KEY-IN-HEXADECIMAL HOST
//! check FIRST-16-HEXADECIMAL-DIGITS-OF-THE-SHA-256-OF-ALL-BEFORE
//! ```

use std::fmt;

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::domain::CampaignId;
use super::hex;
use super::refusal::Invalid;

/// Keys in one text.
pub const KEYS_MAX: usize = 1_024;

/// Bytes of a host's identity.
const IDENTITY_BYTES_MAX: usize = 300;

/// Bytes of a text of keys; more than [`KEYS_MAX`] of the longest lines need.
pub const KEY_TEXT_BYTES_MAX: usize = 512 * 1024;

const TITLE: &str = "mekhq-campaign-keys";
const VERSION: u32 = 1;
const CHECK_DIGITS: usize = 16;

/// What proves that a campaign is the one that joined first under its id: 32 random bytes. Never shown.
#[derive(Clone)]
pub struct CampaignKey([u8; 32]);

impl CampaignKey {
    /// Takes random bytes from whoever has a source of them.
    pub const fn new(random: [u8; 32]) -> Self {
        Self(random)
    }

    /// What a host keeps of it.
    pub fn digest(&self) -> CampaignKeyDigest {
        CampaignKeyDigest(Sha256::digest(self.0).into())
    }

    /// As it travels.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// Whether both are the same key; takes the same time whatever the answer.
    pub fn matches(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl fmt::Debug for CampaignKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("CampaignKey")
    }
}

/// A campaign key as a host keeps and compares it: its SHA-256.
#[derive(Clone)]
pub struct CampaignKeyDigest([u8; 32]);

impl CampaignKeyDigest {
    /// Takes the 32 bytes of a ledger's entry.
    pub fn from_bytes(field: &str, bytes: &[u8]) -> Result<Self, Invalid> {
        let bytes = bytes.try_into().map_err(|_| Invalid::field(field, "has not 32 bytes"))?;
        Ok(Self(bytes))
    }

    /// As the ledger holds it.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Reads the key of a ConnectionRequest; none where it is empty.
    pub fn of_key(field: &str, key: &[u8]) -> Result<Option<Self>, Invalid> {
        if key.is_empty() {
            return Ok(None);
        }
        let key: [u8; 32] = key.try_into().map_err(|_| Invalid::field(field, "has not 32 bytes"))?;
        Ok(Some(CampaignKey::new(key).digest()))
    }

    /// Whether both stand for the same key; takes the same time whatever the answer.
    pub fn matches(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl PartialEq for CampaignKeyDigest {
    fn eq(&self, other: &Self) -> bool {
        self.matches(other)
    }
}

impl Eq for CampaignKeyDigest {}

impl fmt::Debug for CampaignKeyDigest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("CampaignKeyDigest")
    }
}

/// What a player's computer knows a host by: a campaign has another key for each.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HostIdentity(String);

impl HostIdentity {
    /// A host that is trusted by its key: the SHA-256 of its certificate's public key info.
    pub fn pinned(sha256: &[u8; 32]) -> Self {
        Self(format!("pin:{}", hex::encode(sha256)))
    }

    /// A host whose certificate an authority vouches for, by the name that it vouches for.
    pub fn named(name: &str) -> Result<Self, Invalid> {
        Self::parse(&format!("name:{}", name.to_ascii_lowercase()))
    }

    /// A host in plaintext, which nothing but its address and port tells from others.
    pub fn address(authority: &str) -> Result<Self, Invalid> {
        Self::parse(&format!("address:{}", authority.to_ascii_lowercase()))
    }

    /// Reads the text form.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let known = ["pin:", "name:", "address:"].iter().any(|kind| text.len() > kind.len() && text.starts_with(kind));
        if !known || text.len() > IDENTITY_BYTES_MAX || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Invalid::field("host", "is not a host's identity"));
        }
        Ok(Self(text.to_owned()))
    }

    /// The text form: no spaces, at most 300 bytes.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A key, and what it is for.
#[derive(Debug, Clone)]
pub struct KeyEntry {
    /// Whose it is.
    pub campaign: CampaignId,
    /// For which host.
    pub host: HostIdentity,
    /// The key.
    pub key: CampaignKey,
}

/// Why a text cannot be read as campaign keys.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyTextError {
    /// Something else.
    #[error("this is no text of MekHQ campaign keys")]
    NotKeys,
    /// A newer library wrote it.
    #[error("these campaign keys are in format {0}, which a newer version of this library wrote; it reads up to 1")]
    Newer(u32),
    /// The check digits differ, or a part is missing.
    #[error("this text of campaign keys is damaged: copy it again, whole")]
    Damaged,
    /// Too many keys.
    #[error("more than {KEYS_MAX} campaign keys")]
    TooMany,
    /// A value that does not fit, although the check digits agree.
    #[error("line {line} of the campaign keys does not fit: {problem}")]
    Invalid {
        /// Counted from 1.
        line: usize,
        /// What is wrong; never a key.
        problem: Invalid,
    },
}

/// Writes keys as text.
pub fn write_keys(entries: &[KeyEntry]) -> String {
    let mut text = format!("{TITLE} {VERSION}\n");
    for KeyEntry { campaign, host, key } in entries {
        text.push_str(&format!("{campaign} {} {}\n", hex::encode(&key.0), host.as_str()));
    }
    let check = check_digits(&text);
    text + &format!("check {check}\n")
}

/// Reads keys; line ends of Windows and blank lines at the end are fine, since texts are copied about.
pub fn read_keys(text: &str) -> Result<Vec<KeyEntry>, KeyTextError> {
    if text.len() > KEY_TEXT_BYTES_MAX {
        return Err(KeyTextError::TooMany);
    }
    let lines: Vec<_> = text.trim_end().lines().collect();
    let version = lines.first().and_then(|title| title.strip_prefix(TITLE)?.strip_prefix(' '));
    match version.map(str::parse) {
        Some(Ok(VERSION)) => {}
        Some(Ok(newer)) if newer > VERSION => return Err(KeyTextError::Newer(newer)),
        _ => return Err(KeyTextError::NotKeys),
    }
    let (check, body) = lines.split_last().ok_or(KeyTextError::NotKeys)?;
    let checked: String = body.iter().flat_map(|line| [line, "\n"]).collect();
    if *check != format!("check {}", check_digits(&checked)) {
        return Err(KeyTextError::Damaged);
    }
    if body.len() > KEYS_MAX + 1 {
        return Err(KeyTextError::TooMany);
    }
    let numbered = body.iter().enumerate().skip(1);
    numbered
        .map(|(index, line)| read_entry(line).map_err(|problem| KeyTextError::Invalid { line: index + 1, problem }))
        .collect()
}

fn read_entry(line: &str) -> Result<KeyEntry, Invalid> {
    let mut words = line.split(' ');
    let mut word = |field| words.next().ok_or_else(|| Invalid::field(field, "is missing"));
    let campaign = CampaignId::parse("campaign", word("campaign")?)?;
    let key = hex::decode_32(word("key")?).ok_or_else(|| Invalid::field("key", "has not 64 hexadecimal digits"))?;
    let host = HostIdentity::parse(word("host")?)?;
    match words.next() {
        None => Ok(KeyEntry { campaign, host, key: CampaignKey::new(key) }),
        Some(_) => Err(Invalid("the line has more than three words".into())),
    }
}

fn check_digits(text: &str) -> String {
    let mut digits = hex::encode(&Sha256::digest(text.as_bytes()));
    digits.truncate(CHECK_DIGITS);
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries() -> Vec<KeyEntry> {
        let entry = |number: u8, host| KeyEntry {
            campaign: CampaignId::from_u128(number.into()),
            host,
            key: CampaignKey::new([number; 32]),
        };
        vec![
            entry(1, HostIdentity::pinned(&[7; 32])),
            entry(2, HostIdentity::named("Example.org").expect("a name")),
            entry(3, HostIdentity::address("[::1]:3000").expect("an address")),
        ]
    }

    #[test]
    fn keys_survive_their_text_form_and_windows_line_ends() {
        let text = write_keys(&entries());
        for text in [text.clone(), text.replace('\n', "\r\n"), text + "\n\n"] {
            let read = read_keys(&text).expect("good keys");
            assert_eq!(read.len(), 3);
            for (read, written) in read.iter().zip(entries()) {
                assert!(read.key.matches(&written.key));
                assert_eq!((read.campaign, &read.host), (written.campaign, &written.host));
            }
        }
    }

    #[test]
    fn no_changed_byte_goes_unnoticed() {
        let text = write_keys(&entries());
        for at in 0..text.trim_end().len() {
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= 1;
            let damaged = String::from_utf8(bytes).expect("still ASCII");
            assert!(read_keys(&damaged).is_err(), "byte {at}");
        }
        for length in 0..text.trim_end().len() {
            assert!(read_keys(&text[..length]).is_err(), "cut to {length}");
        }
    }

    #[test]
    fn a_newer_format_is_refused_by_name() {
        let newer = write_keys(&entries()).replacen("keys 1", "keys 2", 1);
        assert_eq!(read_keys(&newer).expect_err("refused"), KeyTextError::Newer(2));
        assert_eq!(read_keys("<campaign/>").expect_err("refused"), KeyTextError::NotKeys);
    }

    #[test]
    fn what_is_checked_may_still_not_fit_and_is_named_without_the_key() {
        let with_check = |text: String| format!("{text}check {}\n", check_digits(&text));
        for line in ["", "x y z", "00000000-0000-0000-0000-000000000001 12 pin:1", "a"] {
            let text = with_check(format!("{TITLE} 1\n{line}\n"));
            assert!(matches!(read_keys(&text), Err(KeyTextError::Invalid { line: 2, .. })), "{line}");
        }
        let many = "x\n".repeat(KEYS_MAX + 1);
        let text = with_check(format!("{TITLE} 1\n{many}"));
        assert_eq!(read_keys(&text).expect_err("refused"), KeyTextError::TooMany);
    }

    #[test]
    fn neither_key_nor_digest_shows_in_debug_output() {
        let key = CampaignKey::new([0xa5; 32]);
        let shown = format!("{key:?} {:?} {:?}", key.digest(), entries());
        assert!(!shown.contains("a5") && !shown.contains("165") && !shown.contains("0101"), "{shown}");
    }

    #[test]
    fn a_key_on_the_wire_has_32_bytes_or_is_absent() {
        assert_eq!(CampaignKeyDigest::of_key("key", &[]), Ok(None));
        assert_eq!(CampaignKeyDigest::of_key("key", &[1; 31]), Err(Invalid("key has not 32 bytes".into())));
        let digest = CampaignKeyDigest::of_key("key", &[1; 32]).expect("a key").expect("present");
        assert!(digest.matches(&CampaignKey::new([1; 32]).digest()));
        assert!(!digest.matches(&CampaignKey::new([2; 32]).digest()));
    }
}
