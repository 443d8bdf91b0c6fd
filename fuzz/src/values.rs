// SPDX-License-Identifier: GPL-3.0-or-later
//! Values for fields: mostly such that the message is taken, sometimes at a limit, beyond it, or anything at all.
//!
//! A value that every check refuses would hide what lies behind the check, so what a field wants is guessed from its
//! name. Where a message is never taken for want of such a guess, the coverage figure names its fields.

use arbitrary::{Result, Unstructured};
use distributed_mekhq::protocol::HostAddress;
use distributed_mekhq::protocol::handshake::Password;
use distributed_mekhq::protocol::invitation::{Invitation, InvitedEncryption};
use distributed_mekhq::protocol::trust::Fingerprint;
use distributed_mekhq::session::memento::Memento;

/// What a text field wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hint {
    /// UUID text.
    Uuid,
    /// An ISO date.
    Date,
    /// A MekHQ version.
    Version,
    /// 64 hexadecimal digits as text, or 32 bytes.
    Digest,
    /// A currency's code.
    Currency,
    /// A host's name or address.
    Host,
    /// An absolute path.
    Path,
    /// A host's name or address, and a port.
    Address,
    /// A host's invitation.
    Invitation,
    /// A certificate's fingerprint.
    Fingerprint,
    /// A memento's text.
    Memento,
    /// `true` or `false`.
    Flag,
    /// Key of an envelope's metadata.
    MetadataKey,
    /// A line of text.
    Line,
}

/// Names of fields that hold a UUID, in whatever message.
const UUID_NAMES: [&str; 18] = [
    "id",
    "ids",
    "campaign",
    "campaigns",
    "request",
    "requests",
    "session",
    "source",
    "target",
    "recipient",
    "recipients",
    "author",
    "listing",
    "contract",
    "scenario",
    "owner",
    "seller",
    "unit",
];

/// What a field wants, guessed from its full name.
pub fn hint(path: &str) -> Hint {
    let name = path.rsplit('.').next().unwrap_or_default();
    match (path, name) {
        ("mekhqonline.bridge.RemoteOptions.host" | "mekhqonline.bridge.HostOptions.bind_address", _) => Hint::Host,
        (_, "key") if path.ends_with("Entry.key") => Hint::MetadataKey,
        (_, "value") if path.ends_with("Entry.value") => Hint::Flag,
        (_, "token" | "hash" | "key") => Hint::Digest,
        (_, "data_folder" | "certificate_file" | "key_file" | "authorities_file") => Hint::Path,
        ("mekhqonline.bridge.InvitationOptions.addresses", _) => Hint::Address,
        (_, "invitation") => Hint::Invitation,
        (_, "fingerprint") => Hint::Fingerprint,
        (_, "memento") => Hint::Memento,
        (_, "currency") => Hint::Currency,
        _ if UUID_NAMES.contains(&name) || name.ends_with("_id") => Hint::Uuid,
        _ if name.ends_with("version") => Hint::Version,
        _ if ["date", "due", "birthday", "expiry"].iter().any(|word| name.contains(word)) => Hint::Date,
        _ => Hint::Line,
    }
}

/// How far values stray from what their fields want.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    /// Every value fits.
    Tidy,
    /// One in sixteen does not.
    Careless,
    /// Every other one does not.
    Wild,
}

impl Mood {
    /// Half of all messages are tidy.
    pub fn choose(choices: &mut Unstructured<'_>) -> Result<Self> {
        Ok(match choices.arbitrary::<u8>()? & 7 {
            0..4 => Self::Tidy,
            4..7 => Self::Careless,
            _ => Self::Wild,
        })
    }

    /// Whether the next value strays.
    pub fn strays(self, choices: &mut Unstructured<'_>) -> Result<bool> {
        Ok(match self {
            Self::Tidy => false,
            Self::Careless => choices.arbitrary::<u8>()? & 15 == 15,
            Self::Wild => choices.arbitrary::<u8>()? & 1 == 1,
        })
    }
}

/// A number for a field: one that most ranges have in them, or a stray one.
pub fn number(choices: &mut Unstructured<'_>, stray: bool) -> Result<u64> {
    const FITTING: [u64; 4] = [100, 200, 1, 4];
    const STRAY: [u64; 10] =
        [0, 16, 255, 256, 65_536, i32::MAX as u64, u32::MAX as u64, i64::MAX as u64, i64::MIN as u64, u64::MAX];
    if !stray {
        return choices.choose(&FITTING).copied();
    }
    if choices.arbitrary()? { choices.choose(&STRAY).copied() } else { choices.arbitrary() }
}

/// Bytes for a text field.
pub fn text(choices: &mut Unstructured<'_>, hint: Hint, stray: bool) -> Result<Vec<u8>> {
    if stray { stray_text(choices) } else { Ok(fitting_text(choices, hint)?.into_bytes()) }
}

/// How many bytes a bytes field wants: those of a SHA-256 or of a UUID.
pub fn bytes_wanted(path: &str) -> usize {
    if path.starts_with("mekhqonline.memento.") && hint(path) == Hint::Uuid { 16 } else { 32 }
}

/// Bytes for a bytes field.
pub fn bytes(choices: &mut Unstructured<'_>, wanted: usize, stray: bool) -> Result<Vec<u8>> {
    let length = if stray { choices.int_in_range(0..=300)? } else { wanted };
    Ok(vec![choices.arbitrary::<u8>()? | 1; length])
}

/// One of a few campaigns, so that messages speak of the same ones.
pub fn uuid(number: u8) -> String {
    format!("0d0c1e9a-33d5-4e50-9d0a-0000000000{:02x}", number & 3 | 4)
}

fn invitation(choice: u8) -> String {
    let encryption = match choice % 3 {
        0 => InvitedEncryption::Fingerprint(Fingerprint::of(&[choice])),
        1 => InvitedEncryption::Plaintext,
        _ => InvitedEncryption::Unsaid,
    };
    let addresses = HostAddress::parse("::1", 3_000).into_iter().collect();
    Invitation { addresses, encryption, password: Password::new("p & 🦊".into()).ok() }.to_text()
}

fn fitting_text(choices: &mut Unstructured<'_>, hint: Hint) -> Result<String> {
    let choice: u8 = choices.arbitrary()?;
    let pick = |texts: &[&str]| texts[usize::from(choice) % texts.len()].to_owned();
    Ok(match hint {
        Hint::Uuid => uuid(choice),
        Hint::Date => pick(&["3025-01-31", "3025-02-01", "0001-01-01", "9999-12-31"]),
        Hint::Version => pick(&["0.50.06", "0.51.00", "x"]),
        Hint::Digest => format!("{choice:02x}").repeat(32),
        Hint::Currency => "CSB".to_owned(),
        Hint::Host => pick(&["127.0.0.1", "::1"]),
        Hint::Address => pick(&["example.org", "192.168.1.2:4000", "[::1]:3000"]),
        Hint::Invitation => invitation(choice),
        Hint::Fingerprint => Fingerprint::of(&[choice]).to_string(),
        Hint::Path => if cfg!(windows) { r"C:\f" } else { "/f" }.to_owned(),
        Hint::Memento => Memento::default().to_text(),
        Hint::Flag => pick(&["true", "false"]),
        Hint::MetadataKey => pick(&["jump", "settlement", "settlement-hash", "k"]),
        Hint::Line => pick(&["Outreach", "Grüße 🦊", "<html><b>x</b>", "x"]),
    })
}

fn stray_text(choices: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    const STRAY: [&str; 8] = [
        "",
        "\u{1b}[2J",
        "00000000-0000-0000-0000-000000000000",
        "3025-02-30",
        "+025-01-01",
        "mekhq://h:1/?pw=%00&c=0000",
        "\u{202e}",
        "-1",
    ];
    Ok(match choices.arbitrary::<u8>()? & 7 {
        0 => vec![b'x'; choices.int_in_range(0..=9_000)?],
        1 => "🦊".repeat(choices.int_in_range(195..=205)?).into_bytes(),
        2 => choices.arbitrary()?,
        3 => choices.arbitrary::<String>()?.into_bytes(),
        _ => choices.choose(&STRAY)?.as_bytes().to_vec(),
    })
}
