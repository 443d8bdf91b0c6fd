// SPDX-License-Identifier: GPL-3.0-or-later
//! What a campaign's save keeps of the sessions that the campaign takes part in (protocol.md section 5, "Memento").
//!
//! The memento belongs to the loaded campaign, not to a connection: it is there without any session as well. As a text
//! it goes into the save and comes back out of it, perhaps an older one.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use prost::Message;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::settlement::{Book, Books};
use super::timeline::{Gate, MayAdvance};
use crate::protocol::limits::MEMENTO_BYTES_MAX;
use crate::protocol::proto::memento as proto;
use crate::protocol::{CampaignDate, Invalid};

/// Begins the text; the format's number follows.
const NAME: &str = "dm";

/// The format that this version writes, and the newest that it reads.
const FORMAT: u32 = 1;

/// Sessions in one memento in which nothing was settled. Beyond it the one of them that was left longest ago is forgotten:
/// all that is lost thereby are the days that the campaign was free to advance before it connects there again. A session
/// in which something was settled is never forgotten, or all of it would be settled again.
pub const SESSIONS_MAX: usize = 256;

/// Hexadecimal digits of the check sum.
const CHECK_DIGITS: usize = 8;

/// The sessions that a campaign takes part in, and what it knows of each.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Memento {
    /// The one that the campaign was in last first.
    sessions: Vec<Entry>,
    /// What was settled in each, and what is open.
    books: Books,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    session: Uuid,
    role: Role,
    host_date: CampaignDate,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Hosted,
    Joined,
}

/// Why a text is no memento that this version can use. Nothing has changed then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MementoError {
    /// Something else.
    #[error("memento is not one: it does not begin with {NAME}{FORMAT}")]
    NotOne,
    /// A format that this version does not know.
    #[error("memento was written by a newer version: its format is {0}, and this version reads up to {FORMAT}")]
    NewerFormat(u32),
    /// Decodable, but passing over what is unknown would lose it with the next save.
    #[error("memento was written by a newer version: it holds what this version does not know")]
    NewerContent,
    /// More than any memento has.
    #[error("memento is longer than {MEMENTO_BYTES_MAX} bytes")]
    TooLong,
    /// Not as it was written.
    #[error("memento is damaged: {0}")]
    Damaged(String),
}

impl From<MementoError> for Invalid {
    fn from(error: MementoError) -> Self {
        Self(error.to_string())
    }
}

impl Memento {
    /// Reads the text form; an empty text is the memento of a campaign that was never in a session. White space around
    /// it, as an XML file may have it, does not count.
    pub fn parse(text: &str) -> Result<Self, MementoError> {
        if text.len() > MEMENTO_BYTES_MAX {
            return Err(MementoError::TooLong);
        }
        let text = text.trim_ascii();
        if text.is_empty() {
            return Ok(Self::default());
        }
        let (format, rest) = format_of(text).ok_or(MementoError::NotOne)?;
        if format > FORMAT {
            return Err(MementoError::NewerFormat(format));
        }
        let damaged = |why: &str| MementoError::Damaged(why.to_owned());
        let (body, check) = rest.split_once('.').ok_or_else(|| damaged("it has no check sum"))?;
        if check != check_sum(body) {
            return Err(damaged("its check sum is another one"));
        }
        let bytes = URL_SAFE_NO_PAD.decode(body).map_err(|_| damaged("it is not base64url"))?;
        let decoded = proto::Memento::decode(bytes.as_slice()).map_err(|_| damaged("it cannot be decoded"))?;
        if decoded.encode_to_vec() != bytes {
            return Err(MementoError::NewerContent);
        }
        Self::check(&decoded).map_err(|Invalid(why)| MementoError::Damaged(why))
    }

    /// The text form: printable ASCII without white space or anything that XML sets apart.
    pub fn to_text(&self) -> String {
        let body = URL_SAFE_NO_PAD.encode(self.to_proto().encode_to_vec());
        let check = check_sum(&body);
        format!("{NAME}{FORMAT}.{body}.{check}")
    }

    fn check(decoded: &proto::Memento) -> Result<Self, Invalid> {
        let mut sessions = Vec::with_capacity(decoded.sessions.len());
        let mut books = Books::default();
        for entry in &decoded.sessions {
            let book = entry.book.as_ref().map(Book::check).transpose()?;
            let entry = Entry::check(entry)?;
            // An empty one says as little as none, and is not written again.
            if let Some(book) = book.filter(|book| *book != Book::default()) {
                *books.book_mut(entry.session) = book;
            }
            if sessions.iter().any(|other: &Entry| other.session == entry.session) {
                return Err(Invalid("it holds a session twice".into()));
            }
            sessions.push(entry);
        }
        let memento = Self { sessions, books };
        if memento.forgettable() > SESSIONS_MAX {
            return Err(Invalid(format!("it holds more than {SESSIONS_MAX} sessions")));
        }
        Ok(memento)
    }

    fn to_proto(&self) -> proto::Memento {
        let entry = |entry: &Entry| entry.to_proto(self.books.get(entry.session).and_then(Book::to_proto));
        proto::Memento { sessions: self.sessions.iter().map(entry).collect() }
    }

    /// What was settled in the campaign's sessions, and what is open.
    pub fn books(&self) -> &Books {
        &self.books
    }

    /// Takes the books over as they are now. Those of a session that the campaign has not entered are not kept.
    pub fn set_books(&mut self, books: Books) {
        self.books = books;
    }

    /// The campaign has joined a session, whose host stands on that date.
    pub fn joined(&mut self, session: Uuid, host_date: CampaignDate) {
        self.enter(Entry { session, role: Role::Joined, host_date });
    }

    /// The campaign hosts a session, and stands on that date itself.
    pub fn hosted(&mut self, session: Uuid, own_date: CampaignDate) {
        self.enter(Entry { session, role: Role::Hosted, host_date: own_date });
    }

    fn enter(&mut self, entry: Entry) {
        self.sessions.retain(|other| other.session != entry.session);
        self.sessions.insert(0, entry);
        if self.forgettable() > SESSIONS_MAX
            && let Some(oldest) = self.sessions.iter().rposition(|entry| self.is_forgettable(entry))
        {
            self.sessions.remove(oldest);
        }
    }

    /// Takes over what another one knows of a session, as the one that the campaign was in last.
    pub fn take_over(&mut self, other: &Self, session: Uuid) {
        if let Some(entry) = other.sessions.iter().find(|entry| entry.session == session) {
            self.enter(entry.clone());
        }
    }

    fn is_forgettable(&self, entry: &Entry) -> bool {
        self.books.get(entry.session).is_none_or(|book| *book == Book::default())
    }

    fn forgettable(&self) -> usize {
        self.sessions.iter().filter(|entry| self.is_forgettable(entry)).count()
    }

    /// The host of a session that the campaign is in stands on another date.
    pub fn host_date_heard(&mut self, session: Uuid, host_date: CampaignDate) {
        if let Some(entry) = self.sessions.iter_mut().find(|entry| entry.session == session) {
            entry.host_date = host_date;
        }
    }

    /// The last host date that the campaign knew of a session; none if it was never in it.
    pub fn host_date(&self, session: Uuid) -> Option<CampaignDate> {
        self.sessions.iter().find(|entry| entry.session == session).map(|entry| entry.host_date)
    }

    /// The last host date of the session that the campaign has joined last, which gates until it is connected.
    pub fn last_joined_host_date(&self) -> Option<CampaignDate> {
        self.sessions.iter().find(|entry| entry.role == Role::Joined).map(|entry| entry.host_date)
    }

    /// Whether the campaign was host of a session.
    pub fn has_hosted(&self) -> bool {
        self.sessions.iter().any(|entry| entry.role == Role::Hosted)
    }

    /// Whether the campaign may advance from a date while no session runs: as the host of its last session freely, as
    /// one that had joined it up to the host date that it knew, and freely if it was never in a session.
    pub fn may_advance(&self, from: CampaignDate) -> MayAdvance {
        match self.sessions.first() {
            Some(entry) if entry.role == Role::Joined => {
                Gate { host_date: Some(entry.host_date), ..Gate::default() }.may_advance(from)
            }
            _ => MayAdvance::Allowed,
        }
    }
}

impl Entry {
    fn check(entry: &proto::SessionEntry) -> Result<Self, Invalid> {
        let session = Uuid::from_slice(&entry.session).ok().filter(|session| !session.is_nil());
        Ok(Self {
            session: session.ok_or_else(|| Invalid::field("a session", "is not a UUID"))?,
            role: if entry.hosted { Role::Hosted } else { Role::Joined },
            host_date: CampaignDate::from_epoch_day("a host date", entry.host_date.into())?,
        })
    }

    fn to_proto(&self, book: Option<proto::Book>) -> proto::SessionEntry {
        proto::SessionEntry {
            book,
            session: self.session.as_bytes().to_vec(),
            hosted: self.role == Role::Hosted,
            host_date: self.host_date.to_epoch_day(),
        }
    }
}

/// The number of the format, and what follows it.
fn format_of(text: &str) -> Option<(u32, &str)> {
    let (format, rest) = text.strip_prefix(NAME)?.split_once('.')?;
    let is_number = !format.starts_with('0') && format.bytes().all(|byte| byte.is_ascii_digit());
    Some((format.parse().ok().filter(|_| is_number)?, rest))
}

/// Notices what was cut or mistyped; against intent it is no help, and the player's own save needs none.
fn check_sum(body: &str) -> String {
    let digest = Sha256::digest(body.as_bytes());
    let digits: String = digest.iter().take(CHECK_DIGITS / 2).map(|byte| format!("{byte:02x}")).collect();
    digits
}

#[cfg(test)]
mod tests {
    use super::super::fixture::date;
    use super::*;

    const EARLY: &str = "3025-01-01";
    const LATE: &str = "3025-06-01";

    fn session(number: u128) -> Uuid {
        Uuid::from_u128(number)
    }

    fn memento() -> Memento {
        let mut memento = Memento::default();
        memento.joined(session(1), date(EARLY));
        memento.hosted(session(2), date(LATE));
        memento.joined(session(3), date("0001-01-01"));
        memento
    }

    fn text_of(format: u32, bytes: &[u8]) -> String {
        let body = URL_SAFE_NO_PAD.encode(bytes);
        format!("{NAME}{format}.{body}.{}", check_sum(&body))
    }

    #[test]
    fn a_memento_comes_back_as_it_was_written_with_all_its_sessions() {
        let text = memento().to_text();
        assert_eq!(Memento::parse(&text), Ok(memento()));
        assert_eq!(Memento::parse(&format!("\n  {text}\t\n")), Ok(memento()));
        assert_eq!(Memento::parse(&Memento::default().to_text()), Ok(Memento::default()));
        assert_eq!(Memento::parse(" "), Ok(Memento::default()));
        assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte)), "{text}");
    }

    #[test]
    fn the_format_is_as_it_has_landed() {
        let mut memento = Memento::default();
        memento.joined(session(1), date(EARLY));
        assert_eq!(memento.to_text(), "dm1.ChYKEAAAAAAAAAAAAAAAAAAAAAEY5oQv.5d45c289");
    }

    #[test]
    fn a_newer_one_is_refused_by_name() {
        let newer = text_of(2, &[]);
        let reason = "memento was written by a newer version: its format is 2, and this version reads up to 1";
        assert_eq!(Memento::parse(&newer).map_err(|error| error.to_string()), Err(reason.into()));
        const FIELD_99_EMPTY: &[u8] = &[0x9a, 0x06, 0x00];
        assert_eq!(Memento::parse(&text_of(1, FIELD_99_EMPTY)), Err(MementoError::NewerContent));
        let within_an_entry = [&[0x0a, 0x15, 0x0a, 0x10], [1; 16].as_slice(), FIELD_99_EMPTY].concat();
        assert_eq!(Memento::parse(&text_of(1, &within_an_entry)), Err(MementoError::NewerContent));
    }

    #[test]
    fn every_damage_is_refused_and_says_what_it_is() {
        let text = memento().to_text();
        for length in 1..text.len() {
            assert!(Memento::parse(&text[..length]).is_err(), "{length} of it");
        }
        for at in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[at] = if bytes[at] == b'x' { b'y' } else { b'x' };
            let changed = String::from_utf8(bytes).expect("ASCII");
            assert!(Memento::parse(&changed).is_err(), "{changed}");
        }
        let refused = |text: &str| Memento::parse(text).expect_err("refused").to_string();
        assert_eq!(refused("3025-01-01"), "memento is not one: it does not begin with dm1");
        assert_eq!(refused("dm01.x"), "memento is not one: it does not begin with dm1");
        assert_eq!(refused("dm1.CgA"), "memento is damaged: it has no check sum");
        assert_eq!(refused("dm1.CgA.00000000"), "memento is damaged: its check sum is another one");
        assert_eq!(refused(&text_of(1, &[0xff])), "memento is damaged: it cannot be decoded");
        assert_eq!(refused(&text_of(1, &[0x0a, 0x00])), "memento is damaged: a session is not a UUID");
        let long = "x".repeat(MEMENTO_BYTES_MAX + 1);
        assert_eq!(refused(&long), "memento is longer than 1048576 bytes");
    }

    #[test]
    fn entries_that_do_not_fit_are_refused() {
        let entry = |number: u128, host_date| proto::SessionEntry {
            session: session(number).as_bytes().to_vec(),
            hosted: false,
            host_date,
            book: None,
        };
        let refused = |sessions: Vec<proto::SessionEntry>| {
            let text = text_of(1, &proto::Memento { sessions }.encode_to_vec());
            Memento::parse(&text).expect_err("refused").to_string()
        };
        assert_eq!(refused(vec![entry(1, 0), entry(1, 5)]), "memento is damaged: it holds a session twice");
        assert_eq!(refused(vec![entry(1, i32::MAX)]), "memento is damaged: a host date is not in the years 1 to 9999");
        let many = (1..=257).map(|number| entry(number, 0)).collect();
        assert_eq!(refused(many), "memento is damaged: it holds more than 256 sessions");
    }

    #[test]
    fn an_empty_book_is_as_good_as_none() {
        let entry = |book| proto::SessionEntry { session: session(1).as_bytes().to_vec(), book, ..Default::default() };
        let read = |book| {
            let text = text_of(1, &proto::Memento { sessions: vec![entry(book)] }.encode_to_vec());
            Memento::parse(&text).expect("a memento")
        };
        let memento = read(Some(proto::Book::default()));
        assert_eq!(memento, read(None));
        assert_eq!(Memento::parse(&memento.to_text()), Ok(memento));
    }

    #[test]
    fn each_session_has_its_own_host_date_and_the_one_joined_last_gates() {
        let mut memento = memento();
        assert_eq!(memento.host_date(session(1)), Some(date(EARLY)));
        assert_eq!(memento.host_date(session(9)), None);
        assert_eq!(memento.last_joined_host_date(), Some(date("0001-01-01")));
        memento.host_date_heard(session(1), date(LATE));
        assert_eq!(memento.host_date(session(1)), Some(date(LATE)));
        assert_eq!(memento.last_joined_host_date(), Some(date("0001-01-01")));
        memento.joined(session(1), date(EARLY));
        memento.hosted(session(2), date(LATE));
        assert_eq!(memento.last_joined_host_date(), Some(date(EARLY)));
        memento.host_date_heard(session(9), date(LATE));
        assert_eq!(memento.host_date(session(9)), None);
    }

    #[test]
    fn without_a_session_a_campaign_is_gated_by_the_last_one_it_joined_and_free_where_it_hosted() {
        let mut memento = Memento::default();
        assert_eq!(memento.may_advance(date(LATE)), MayAdvance::Allowed);
        memento.joined(session(1), date(LATE));
        assert_eq!(memento.may_advance(date(EARLY)), MayAdvance::Allowed);
        assert_eq!(memento.may_advance(date(LATE)), MayAdvance::HostLost);
        memento.hosted(session(2), date(EARLY));
        assert_eq!(memento.may_advance(date(LATE)), MayAdvance::Allowed);
    }

    #[test]
    fn a_session_in_which_something_was_settled_is_never_forgotten() {
        let mut memento = Memento::default();
        memento.joined(session(1), date(EARLY));
        let mut books = Books::default();
        books.book_mut(session(1)).exit = 1;
        memento.set_books(books);
        for number in 2..=SESSIONS_MAX as u128 + 2 {
            memento.joined(session(number), date(EARLY));
        }
        assert_eq!(memento.host_date(session(2)), None);
        assert_eq!(memento.host_date(session(1)), Some(date(EARLY)));
        let back = Memento::parse(&memento.to_text());
        assert_eq!(back, Ok(memento));
        assert_eq!(back.map(|memento| memento.books().get(session(1)).map(|book| book.exit)), Ok(Some(1)));
    }

    #[test]
    fn beyond_the_bound_the_session_left_longest_ago_is_forgotten() {
        let mut memento = Memento::default();
        for number in 1..=SESSIONS_MAX as u128 + 1 {
            memento.joined(session(number), date(EARLY));
        }
        assert_eq!(memento.sessions.len(), SESSIONS_MAX);
        assert_eq!(memento.host_date(session(1)), None);
        assert_eq!(memento.host_date(session(2)), Some(date(EARLY)));
        assert_eq!(Memento::parse(&memento.to_text()), Ok(memento));
    }
}
