// SPDX-License-Identifier: GPL-3.0-or-later
//! Campaign keys on a player's computer: one file for each campaign and host, in `keys` below the data folder
//! (protocol.md section 2, point 6).
//!
//! Several programs of one player may want the same key at once. A file takes its place only where there is none, so
//! whoever comes second reads what the first one made.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::private_file::{self, Existing};
use crate::protocol::key::{
    CampaignKey, HostIdentity, KEY_TEXT_BYTES_MAX, KEYS_MAX, KeyEntry, KeyTextError, read_keys, write_keys,
};
use crate::protocol::refusal::ErrorCode;
use crate::protocol::{CampaignId, Refusal, hex};

const EXTENSION: &str = "key";

/// The keys of one player on one computer.
#[derive(Debug, Clone)]
pub struct KeyStore {
    folder: PathBuf,
}

impl KeyStore {
    /// The keys below a data folder; nothing is made before it is needed.
    pub fn new(data_folder: &Path) -> Self {
        Self { folder: data_folder.join("keys") }
    }

    /// The campaign's key for a host. A new one is on the disk before this returns, since a host that has seen it will
    /// ask for it again. Blocks on the disk.
    pub fn key_for(&self, campaign: CampaignId, host: &HostIdentity) -> Result<CampaignKey, Refusal> {
        if let Some(key) = self.read(campaign, host)? {
            return Ok(key);
        }
        let key = CampaignKey::new(random()?);
        match self.write(&KeyEntry { campaign, host: host.clone(), key: key.clone() }, Existing::Keep) {
            Ok(()) => Ok(key),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                let missing = || self.unavailable(campaign, host, "it came and went");
                self.read(campaign, host)?.ok_or_else(missing)
            }
            Err(error) => Err(self.unavailable(campaign, host, error)),
        }
    }

    /// The host is known by another identity from now on, which the player has accepted: the old key is shown to it.
    /// Whether there was one. A key for the new identity stays as it is. Blocks on the disk.
    pub fn carry_over(&self, campaign: CampaignId, from: &HostIdentity, to: &HostIdentity) -> Result<bool, Refusal> {
        let Some(key) = self.read(campaign, from)? else { return Ok(false) };
        match self.write(&KeyEntry { campaign, host: to.clone(), key }, Existing::Keep) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
            Err(error) => Err(self.unavailable(campaign, to, error)),
        }
    }

    /// All keys of a campaign as one text, for the player's other computer. Whoever reads it can join as this campaign.
    /// Blocks on the disk.
    pub fn export(&self, campaign: CampaignId) -> Result<String, Refusal> {
        let prefix = format!("{campaign}-");
        let mut entries = Vec::new();
        let files = match fs::read_dir(&self.folder) {
            Ok(files) => files.collect::<Result<Vec<_>, _>>().map_err(|error| self.unreadable(&error))?,
            Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(self.unreadable(&error)),
        };
        for path in files.into_iter().map(|file| file.path()) {
            let named = path.file_name().and_then(|name| name.to_str());
            let is_key = path.extension().is_some_and(|extension| extension == EXTENSION);
            if is_key && named.is_some_and(|name| name.starts_with(&prefix)) && entries.len() < KEYS_MAX {
                entries.extend(read_file(&path)?);
            }
        }
        if entries.is_empty() {
            let reason = "this computer holds no key of the campaign: it has joined no host from here yet";
            return Err(Refusal::new(ErrorCode::InvalidArgument, reason));
        }
        entries.sort_by(|one, other| one.host.cmp(&other.host));
        Ok(write_keys(&entries))
    }

    /// Takes over keys that another computer exported; those that are here already count too. `replace` gives up keys of
    /// this computer that differ; without it such keys are refused, and nothing is changed. How many keys the text had.
    /// Blocks on the disk.
    pub fn import(&self, text: &str, replace: bool) -> Result<usize, Refusal> {
        let entries = read_keys(text).map_err(|error| Refusal::new(ErrorCode::InvalidArgument, error.to_string()))?;
        for KeyEntry { campaign, host, key } in &entries {
            let other = self.read(*campaign, host)?.is_some_and(|here| !here.matches(key));
            if other && !replace {
                let reason = format!("this computer has another key of campaign {campaign} for {}", host.as_str());
                return Err(Refusal::new(ErrorCode::InvalidArgument, reason));
            }
        }
        for entry in &entries {
            let written = self.write(entry, Existing::Replace);
            written.map_err(|error| self.unavailable(entry.campaign, &entry.host, error))?;
        }
        Ok(entries.len())
    }

    fn path(&self, campaign: CampaignId, host: &HostIdentity) -> PathBuf {
        let digits = hex::encode(&Sha256::digest(host.as_str().as_bytes())[..8]);
        self.folder.join(format!("{campaign}-{digits}.{EXTENSION}"))
    }

    fn read(&self, campaign: CampaignId, host: &HostIdentity) -> Result<Option<CampaignKey>, Refusal> {
        let path = self.path(campaign, host);
        match read_file(&path)?.as_slice() {
            [] => Ok(None),
            [entry] if entry.campaign == campaign && entry.host == *host => Ok(Some(entry.key.clone())),
            _ => Err(damaged(&path, "it holds keys of something else")),
        }
    }

    fn write(&self, entry: &KeyEntry, existing: Existing) -> io::Result<()> {
        let text = write_keys(std::slice::from_ref(entry));
        private_file::write(&self.path(entry.campaign, &entry.host), text.as_bytes(), existing)
    }

    fn unavailable(&self, campaign: CampaignId, host: &HostIdentity, why: impl ToString) -> Refusal {
        let path = self.path(campaign, host);
        let reason = format!("the campaign's key cannot be kept in {}: {}", path.display(), why.to_string());
        Refusal::new(ErrorCode::CampaignKeyUnavailable, reason)
    }

    fn unreadable(&self, error: &io::Error) -> Refusal {
        let reason = format!("the folder {} cannot be read: {error}", self.folder.display());
        Refusal::new(ErrorCode::CampaignKeyUnavailable, reason)
    }
}

fn random() -> Result<[u8; 32], Refusal> {
    let mut random = [0; 32];
    getrandom::fill(&mut random)
        .map_err(|error| Refusal::new(ErrorCode::Internal, format!("no randomness: {error}")))?;
    Ok(random)
}

/// The keys of one file; none where there is no file.
fn read_file(path: &Path) -> Result<Vec<KeyEntry>, Refusal> {
    let mut text = String::new();
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(damaged(path, error)),
    };
    file.take(KEY_TEXT_BYTES_MAX as u64 + 1).read_to_string(&mut text).map_err(|error| damaged(path, error))?;
    match read_keys(&text) {
        Ok(entries) if entries.is_empty() => Err(damaged(path, KeyTextError::NotKeys)),
        Ok(entries) => Ok(entries),
        Err(error) => Err(damaged(path, error)),
    }
}

/// A key that cannot be read is never quietly replaced: the host would not let the campaign in with another one.
fn damaged(path: &Path, why: impl ToString) -> Refusal {
    let reason = format!(
        "the campaign's key in {} cannot be used ({}): put back a copy of the file, or remove it and ask the host to \
         reset the key",
        path.display(),
        why.to_string()
    );
    Refusal::new(ErrorCode::CampaignKeyUnavailable, reason)
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    fn store() -> (TempDir, KeyStore) {
        let folder = tempfile::tempdir().expect("a folder");
        let store = KeyStore::new(&folder.path().join("made/when/needed"));
        (folder, store)
    }

    fn host(number: u8) -> HostIdentity {
        HostIdentity::pinned(&[number; 32])
    }

    const CAMPAIGN: CampaignId = CampaignId::from_u128(1);

    #[test]
    fn each_campaign_has_one_key_for_each_host() {
        let (_folder, store) = store();
        let key = store.key_for(CAMPAIGN, &host(1)).expect("a key");
        assert!(store.key_for(CAMPAIGN, &host(1)).expect("the key").matches(&key));
        assert!(!store.key_for(CAMPAIGN, &host(2)).expect("a key").matches(&key));
        assert!(!store.key_for(CampaignId::from_u128(2), &host(1)).expect("a key").matches(&key));
    }

    #[test]
    fn programs_that_want_the_same_key_at_once_get_the_same() {
        let (_folder, store) = store();
        let keys: Vec<_> = std::thread::scope(|scope| {
            let asked: Vec<_> = (0..8).map(|_| scope.spawn(|| store.key_for(CAMPAIGN, &host(1)))).collect();
            asked.into_iter().map(|asked| asked.join().expect("no panic").expect("a key")).collect()
        });
        assert!(keys.iter().all(|key| key.matches(&keys[0])));
        assert_eq!(fs::read_dir(&store.folder).expect("a folder").count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_on_the_computer_can_read_a_key() {
        use std::os::unix::fs::PermissionsExt;
        let (_folder, store) = store();
        store.key_for(CAMPAIGN, &host(1)).expect("a key");
        let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
        assert_eq!((mode(&store.path(CAMPAIGN, &host(1))), mode(&store.folder)), (0o600, 0o700));
    }

    #[test]
    fn a_damaged_key_is_named_and_never_replaced() {
        let (_folder, store) = store();
        store.key_for(CAMPAIGN, &host(1)).expect("a key");
        let path = store.path(CAMPAIGN, &host(1));
        let whole = fs::read(&path).expect("a file");
        let other = store.path(CAMPAIGN, &host(2));
        fs::copy(&path, &other).expect("copied");
        for (host, path, content) in
            [(1, &path, &whole[..40]), (1, &path, &[]), (1, &path, &[0xff; 9]), (2, &other, &whole)]
        {
            fs::write(path, content).expect("written");
            let refusal = store.key_for(CAMPAIGN, &self::host(host)).expect_err("damaged");
            assert_eq!(refusal.code, ErrorCode::CampaignKeyUnavailable);
            assert!(refusal.reason.contains(path.to_str().expect("UTF-8")), "{refusal}");
            assert_eq!(fs::read(path).expect("still there"), content);
        }
    }

    #[test]
    fn a_key_travels_to_another_computer_as_text() {
        let ((_here, here), (_there, there)) = (store(), store());
        let keys = [1, 2].map(|number| here.key_for(CAMPAIGN, &host(number)).expect("a key"));
        here.key_for(CampaignId::from_u128(2), &host(1)).expect("not to be exported");
        let text = here.export(CAMPAIGN).expect("an export");
        assert_eq!(there.import(&text, false), Ok(2));
        assert_eq!(there.import(&text, false), Ok(2));
        for (number, key) in (1..).zip(&keys) {
            assert!(there.key_for(CAMPAIGN, &host(number)).expect("the key").matches(key));
        }
        assert_eq!(there.export(CampaignId::from_u128(2)).expect_err("nothing").code, ErrorCode::InvalidArgument);
    }

    #[test]
    fn an_import_gives_up_other_keys_only_when_asked_to() {
        let ((_here, here), (_there, there)) = (store(), store());
        let key = here.key_for(CAMPAIGN, &host(1)).expect("a key");
        let other = there.key_for(CAMPAIGN, &host(1)).expect("another key");
        let text = here.export(CAMPAIGN).expect("an export");
        assert_eq!(there.import(&text, false).expect_err("another key").code, ErrorCode::InvalidArgument);
        assert!(there.key_for(CAMPAIGN, &host(1)).expect("a key").matches(&other));
        assert_eq!(there.import(&text, true), Ok(1));
        assert!(there.key_for(CAMPAIGN, &host(1)).expect("a key").matches(&key));
    }

    #[test]
    fn after_an_accepted_change_of_certificate_the_old_key_is_shown() {
        let (_folder, store) = store();
        let key = store.key_for(CAMPAIGN, &host(1)).expect("a key");
        assert_eq!(store.carry_over(CAMPAIGN, &host(1), &host(2)), Ok(true));
        assert!(store.key_for(CAMPAIGN, &host(2)).expect("the key").matches(&key));
        assert_eq!(store.carry_over(CAMPAIGN, &host(1), &host(2)), Ok(false));
        assert_eq!(store.carry_over(CAMPAIGN, &host(8), &host(9)), Ok(false));
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("keys"), "a file").expect("written");
        let refusal = KeyStore::new(folder.path()).key_for(CAMPAIGN, &host(1)).expect_err("no folder");
        assert_eq!(refusal.code, ErrorCode::CampaignKeyUnavailable);
    }
}
