// SPDX-License-Identifier: GPL-3.0-or-later
//! Targets for texts that come from files, saves and other people. Those with a check sum get a right one for most
//! inputs: behind a wrong one nothing is read.

use arbitrary::Result;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use distributed_mekhq::net::remote_bus::HostAddress;
use distributed_mekhq::net::status::to_refusal;
use distributed_mekhq::protocol::force::Force;
use distributed_mekhq::protocol::handshake::{Token, check_version};
use distributed_mekhq::protocol::invitation::Invitation;
use distributed_mekhq::protocol::key::{read_keys, write_keys};
use distributed_mekhq::protocol::trust::KnownHosts;
use distributed_mekhq::protocol::version::VersionRule;
use distributed_mekhq::protocol::{CampaignDate, CampaignId, Text};
use distributed_mekhq::session::memento::Memento;
use sha2::{Digest, Sha256};
use tonic::{Code, Status};

use super::build::Builder;
use super::contract::{CONTRACT, MEMENTO};
use super::coverage;
use super::targets::RAW;

/// Texts that the readers of one line take.
pub const LINES: [&str; 6] = [
    "0d0c1e9a-33d5-4e50-9d0a-000000000005",
    "3025-01-31",
    "0.50.06",
    "example.org",
    "a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5",
    "::1",
];

/// Everything that reads a line, and what a strange host may put into the details of a status.
pub fn text(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let date = CampaignDate::parse("date", &text);
    assert!(date.is_err() || date.is_ok_and(|date| date.to_string() == text), "a date changes");
    let token = Token::parse(&text);
    assert!(token.is_none_or(|token| token.to_text().eq_ignore_ascii_case(&text)), "a token changes");
    let _ = CampaignId::parse("id", &text);
    let _ = Text::parse("text", &text);
    let _ = HostAddress::parse(&text, 3_000);
    if check_version("version", &text).is_ok() {
        for rule in [VersionRule::Exact, VersionRule::SameMinor, VersionRule::Any] {
            assert!(rule.accepts(&text, &text), "a version does not accept itself");
        }
    }
    let _ = Force::decode(data);
    let _ = to_refusal(&Status::with_details(Code::Unknown, text, data.to_vec().into()));
}

/// A memento as it comes out of a save.
pub fn memento(data: &[u8]) {
    if let [RAW, text @ ..] = data {
        reads_memento(&String::from_utf8_lossy(text));
        return;
    }
    let built = || -> Result<_> {
        let mut builder = Builder::new(data)?;
        let body = URL_SAFE_NO_PAD.encode(builder.message(CONTRACT.message(MEMENTO))?);
        Ok((format!("dm1.{body}.{}", check_sum(&body, 8)), builder.placed))
    };
    if let Ok((text, placed)) = built()
        && reads_memento(&text)
    {
        coverage::taken(&placed);
    }
}

fn reads_memento(text: &str) -> bool {
    let Ok(memento) = Memento::parse(text) else { return false };
    assert_eq!(Memento::parse(&memento.to_text()), Ok(memento), "a memento changes from save to save");
    true
}

/// A text of two keys without its last line.
pub const KEYS: &str = "mekhq-campaign-keys 1\n\
    0d0c1e9a-33d5-4e50-9d0a-000000000005 a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5 name:x\n\
    0d0c1e9a-33d5-4e50-9d0a-000000000006 b5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5 address:[::1]:3\n";

/// Keys as they come out of a file, or from a player who copied them from another computer.
pub fn keys(data: &[u8]) {
    let text = match data {
        [RAW, text @ ..] => String::from_utf8_lossy(text).into_owned(),
        text => {
            let text = String::from_utf8_lossy(text);
            format!("{text}check {}\n", check_sum(&text, 16))
        }
    };
    if let Ok(entries) = read_keys(&text) {
        let written = write_keys(&entries);
        let again = read_keys(&written).expect("our own text");
        assert_eq!(write_keys(&again), written, "keys change from file to file");
    }
}

/// An invitation without its check digits.
pub const INVITATION: &str = "mekhq://192.0.2.1:3000/?a=[2001:db8::1]:3000&a=example.org:3000\
    &fp=pSf4vMxxS1kH3hXCcT2LkPz2J6EzyeDyJ0Aq7gMp0nE&pw=gr%C3%BCn%26%F0%9F%A6%8A";

/// An invitation as a player pastes it.
pub fn invitation(data: &[u8]) {
    let text = match data {
        [RAW, text @ ..] => String::from_utf8_lossy(text).into_owned(),
        text => {
            let text = String::from_utf8_lossy(text);
            format!("{text}&c={}", check_sum(&text, 4))
        }
    };
    if let Ok(invitation) = Invitation::parse(&text) {
        let written = invitation.to_text();
        let again = Invitation::parse(&written).expect("our own text");
        assert_eq!(again.to_text(), written, "an invitation changes as it is passed on");
    }
}

/// A list of known hosts.
pub const KNOWN_HOSTS: &str = "mekhq-known-hosts 1\n\
    example.org:3000 pSf4vMxxS1kH3hXCcT2LkPz2J6EzyeDyJ0Aq7gMp0nE\n\
    [::1]:3 qSf4vMxxS1kH3hXCcT2LkPz2J6EzyeDyJ0Aq7gMp0nE\n";

/// What a player's computer remembers of hosts, as it comes out of its file.
pub fn known_hosts(data: &[u8]) {
    if let Ok(hosts) = KnownHosts::parse(&String::from_utf8_lossy(data)) {
        let written = hosts.to_text();
        let again = KnownHosts::parse(&written).expect("our own text");
        assert_eq!(again.to_text(), written, "known hosts change from file to file");
    }
}

fn check_sum(text: &str, digits: usize) -> String {
    Sha256::digest(text.as_bytes()).iter().take(digits / 2).map(|byte| format!("{byte:02x}")).collect()
}
