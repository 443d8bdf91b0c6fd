// SPDX-License-Identifier: GPL-3.0-or-later
//! One line by which a player joins a host: where it is, how to know it, and the password (protocol.md section 2,
//! point 2).

use std::fmt::Write;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use sha2::{Digest, Sha256};

use super::address::HostAddress;
use super::handshake::Password;
use super::hex;
use super::trust::Fingerprint;

/// Addresses of one host.
pub const ADDRESSES_MAX: usize = 8;

/// Bytes of an invitation.
pub const INVITATION_BYTES_MAX: usize = 8 * 1024;

const SCHEME: &str = "mekhq://";

const CHECK_DIGITS: usize = 4;

/// What may stand in a password as it is.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// What an invitation says. Its password is never shown by `Debug`.
#[derive(Debug, Clone)]
pub struct Invitation {
    /// Where the host may be, to be tried in this order. At least one.
    pub addresses: Vec<HostAddress>,
    /// How to know the host.
    pub encryption: InvitedEncryption,
    /// The session's password, if the host put it in.
    pub password: Option<Password>,
}

/// What an invitation says of encryption.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvitedEncryption {
    /// The host shows this fingerprint.
    Fingerprint(Fingerprint),
    /// The host encrypts; how to know it is not said.
    Unsaid,
    /// The host does not encrypt.
    Plaintext,
}

/// Why a line is no invitation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvitationError {
    /// Something else.
    #[error("this is no invitation: those begin with {SCHEME}")]
    NotInvitation,
    /// The end is missing.
    #[error("the invitation is incomplete: its end is missing")]
    Incomplete,
    /// The check digits do not fit the rest.
    #[error("the invitation is damaged: a character is wrong or missing; copy it again")]
    Damaged,
    /// The line is whole, but says something that it may not.
    #[error("the invitation's {part} {problem}")]
    Wrong {
        /// Which part.
        part: &'static str,
        /// What is wrong with it.
        problem: String,
    },
}

impl Invitation {
    /// Reads an invitation; white space around it is passed over, and so are parts that a later version added.
    pub fn parse(text: &str) -> Result<Self, InvitationError> {
        let text = text.trim();
        if text.len() > INVITATION_BYTES_MAX || !text.starts_with(SCHEME) {
            return Err(InvitationError::NotInvitation);
        }
        let body = checked(text)?.strip_prefix(SCHEME).ok_or(InvitationError::NotInvitation)?;
        let (host, parameters) = body.split_once('/').unwrap_or((body, ""));
        let mut parts = Parts { addresses: vec![address("address", host)?], ..Parts::default() };
        for parameter in parameters.trim_start_matches('?').split('&').filter(|parameter| !parameter.is_empty()) {
            parts.take(parameter)?;
        }
        parts.finish()
    }

    /// The line itself. Whoever reads it can join.
    pub fn to_text(&self) -> String {
        let mut parameters = Vec::new();
        parameters.extend(self.addresses.iter().skip(1).map(|address| format!("a={address}")));
        match self.encryption {
            InvitedEncryption::Fingerprint(fingerprint) => parameters.push(format!("fp={fingerprint}")),
            InvitedEncryption::Plaintext => parameters.push("plain=1".into()),
            InvitedEncryption::Unsaid => {}
        }
        parameters.extend(
            self.password.as_ref().map(|password| format!("pw={}", utf8_percent_encode(password.expose(), ENCODED))),
        );
        let first = self.addresses.first().map(HostAddress::to_string).unwrap_or_default();
        let mut text = format!("{SCHEME}{first}/");
        for (number, parameter) in parameters.iter().enumerate() {
            text += if number == 0 { "?" } else { "&" };
            text += parameter;
        }
        let digits = check_digits(&text);
        let separator = if parameters.is_empty() { '?' } else { '&' };
        // Writing to a text cannot fail.
        let _ = write!(text, "{separator}c={digits}");
        text
    }
}

/// All before the check digits, if they fit it.
fn checked(text: &str) -> Result<&str, InvitationError> {
    let (rest, digits) = text.rsplit_once("c=").ok_or(InvitationError::Incomplete)?;
    let body = rest.strip_suffix(['&', '?']).ok_or(InvitationError::Incomplete)?;
    if digits.len() < CHECK_DIGITS {
        return Err(InvitationError::Incomplete);
    }
    if !digits.eq_ignore_ascii_case(&check_digits(body)) {
        return Err(InvitationError::Damaged);
    }
    Ok(body)
}

fn check_digits(text: &str) -> String {
    let mut digits = hex::encode(&Sha256::digest(text.as_bytes()));
    digits.truncate(CHECK_DIGITS);
    digits
}

fn wrong(part: &'static str, problem: impl ToString) -> InvitationError {
    InvitationError::Wrong { part, problem: problem.to_string() }
}

fn address(part: &'static str, text: &str) -> Result<HostAddress, InvitationError> {
    HostAddress::parse_authority(text).map_err(|_| wrong(part, "is not a host name or IP address with a port"))
}

#[derive(Default)]
struct Parts {
    addresses: Vec<HostAddress>,
    fingerprint: Option<Fingerprint>,
    password: Option<Password>,
    plaintext: bool,
}

impl Parts {
    fn take(&mut self, parameter: &str) -> Result<(), InvitationError> {
        let twice = |part| Err(wrong(part, "stands there twice"));
        match parameter.split_once('=').unwrap_or((parameter, "")) {
            ("a", _) if self.addresses.len() >= ADDRESSES_MAX => {
                return Err(wrong("addresses", format_args!("are more than {ADDRESSES_MAX}")));
            }
            ("a", text) => self.addresses.push(address("further address", text)?),
            ("fp", _) if self.fingerprint.is_some() => return twice("fingerprint"),
            ("fp", text) => {
                let not_one = |_| wrong("fingerprint", "is not 43 letters, digits, - and _");
                self.fingerprint = Some(Fingerprint::parse("fp", text).map_err(not_one)?);
            }
            ("pw", _) if self.password.is_some() => return twice("password"),
            ("pw", text) => {
                let text = percent_decode_str(text).decode_utf8().map_err(|_| wrong("password", "is not UTF-8"))?;
                let password = Password::new(text.into_owned()).map_err(|_| wrong("password", "is too long"))?;
                self.password = Some(password);
            }
            ("plain", "1") => self.plaintext = true,
            ("plain", _) => return Err(wrong("encryption", "is neither on nor off")),
            // A later version's.
            _ => {}
        }
        Ok(())
    }

    fn finish(self) -> Result<Invitation, InvitationError> {
        let encryption = match (self.fingerprint, self.plaintext) {
            (Some(_), true) => return Err(wrong("encryption", "is off, although there is a fingerprint")),
            (Some(fingerprint), false) => InvitedEncryption::Fingerprint(fingerprint),
            (None, true) => InvitedEncryption::Plaintext,
            (None, false) => InvitedEncryption::Unsaid,
        };
        Ok(Invitation { addresses: self.addresses, encryption, password: self.password })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn invitation(addresses: &[&str], encryption: InvitedEncryption, password: Option<&str>) -> Invitation {
        let addresses = addresses.iter().map(|text| HostAddress::parse_authority(text).expect("an address")).collect();
        let password = password.map(|password| Password::new(password.into()).expect("a password"));
        Invitation { addresses, encryption, password }
    }

    fn fingerprint() -> InvitedEncryption {
        InvitedEncryption::Fingerprint(Fingerprint::of(b"key"))
    }

    /// With check digits that fit.
    fn checked_text(body: &str) -> String {
        let separator = if body.contains('?') { '&' } else { '?' };
        format!("{body}{separator}c={}", check_digits(body))
    }

    #[test]
    fn the_line_is_exactly_this() {
        let line = invitation(&["example.org:3000", "[2001:db8::1]:4000"], fingerprint(), Some("a b&c=1")).to_text();
        let body = "mekhq://example.org:3000/?a=[2001:db8::1]:4000\
            &fp=LHDh33S8aBYHUdZ11EDpkPgbd6U4OanUW9hP9OxFQpY&pw=a%20b%26c%3D1";
        let fingerprint = Fingerprint::of(b"key").to_string();
        assert_eq!(line, checked_text(&body.replace("LHDh33S8aBYHUdZ11EDpkPgbd6U4OanUW9hP9OxFQpY", &fingerprint)));
        assert_eq!(invitation(&["h"], InvitedEncryption::Unsaid, None).to_text(), checked_text("mekhq://h:3000/"));
        let plain = invitation(&["h"], InvitedEncryption::Plaintext, None).to_text();
        assert_eq!(plain, checked_text("mekhq://h:3000/?plain=1"));
    }

    #[test]
    fn an_invitation_survives_its_text_form_and_white_space_around_it() {
        for encryption in [fingerprint(), InvitedEncryption::Unsaid, InvitedEncryption::Plaintext] {
            for password in [None, Some(""), Some("größer & 🦊?c=%41+/")] {
                let written = invitation(&["192.168.1.2:3000", "[::1]:1", "example.org:65535"], encryption, password);
                let read = Invitation::parse(&format!(" \t{}\r\n", written.to_text())).expect("an invitation");
                assert_eq!((&read.addresses, read.encryption), (&written.addresses, encryption));
                assert_eq!(read.password.as_ref().map(Password::expose), password);
            }
        }
    }

    #[test]
    fn a_damaged_line_is_recognised() {
        let line = invitation(&["example.org", "[::1]:4000"], fingerprint(), Some("secret")).to_text();
        for end in 0..line.len() {
            assert!(Invitation::parse(&line[..end]).is_err(), "{}", &line[..end]);
        }
        for at in SCHEME.len()..line.len() {
            let mut changed = line.clone().into_bytes();
            changed[at] = if changed[at] == b'x' { b'y' } else { b'x' };
            let changed = String::from_utf8(changed).expect("ASCII");
            assert!(Invitation::parse(&changed).is_err(), "{changed}");
        }
        assert_eq!(Invitation::parse(&line.replace("4000", "4001")).err(), Some(InvitationError::Damaged));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let problem = |body: &str| Invitation::parse(&checked_text(body)).expect_err("refused").to_string();
        for (body, part) in [
            ("mekhq://", "address"),
            ("mekhq://:3000/", "address"),
            ("mekhq://h:0/", "address"),
            ("mekhq://h/?a=::1", "further address"),
            ("mekhq://h/?fp=abc", "fingerprint"),
            ("mekhq://h/?pw=%ff", "password is not UTF-8"),
            ("mekhq://h/?pw=a&pw=b", "password stands there twice"),
            ("mekhq://h/?plain=0", "encryption"),
            (&format!("mekhq://h/?fp={}&plain=1", Fingerprint::of(b"key")), "encryption is off"),
            (&format!("mekhq://h/?{}", ["a=h"; ADDRESSES_MAX].join("&")), "addresses are more"),
            (&format!("mekhq://h/?pw={}", "x".repeat(1_025)), "password is too long"),
        ] {
            let problem = problem(body);
            assert!(problem.starts_with(&format!("the invitation's {part}")), "{body}: {problem}");
        }
        for text in ["", "http://h/", "mekhq:", &format!("mekhq://{}", "x".repeat(INVITATION_BYTES_MAX))] {
            assert_eq!(Invitation::parse(text).err(), Some(InvitationError::NotInvitation), "{text:.20}");
        }
        assert_eq!(Invitation::parse("mekhq://h:3000/?plain=1").err(), Some(InvitationError::Incomplete));
    }

    #[test]
    fn parts_of_a_later_version_are_passed_over() {
        let read = Invitation::parse(&checked_text("mekhq://h:3000/?v=2&plain=1&new")).expect("an invitation");
        assert_eq!(read.encryption, InvitedEncryption::Plaintext);
    }
}
