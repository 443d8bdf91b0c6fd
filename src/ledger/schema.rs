// SPDX-License-Identifier: GPL-3.0-or-later
//! What a ledger's file holds, how a new one is made, and how an older one is upgraded.
//!
//! | format | what it brought |
//! |---|---|
//! | 1 | entries with their numbers |
//! | 2 | the chain of hashes, and the hash of the last entry apart from the entries |
//!
//! A format is raised when an older library would misread what a newer one writes.

use prost::bytes::Bytes;
use rusqlite::{Connection, Statement, Transaction, params};
use uuid::Uuid;

use super::Identity;
use super::chain::Chain;
use super::error::Damage;
use super::sqlite::Failure;
use crate::protocol::CampaignId;
use crate::protocol::domain::parse_uuid;

/// The format that this library writes.
pub const FORMAT: i64 = 2;

/// Says that a SQLite file is a ledger: "MHQL".
pub const APPLICATION_ID: i64 = 0x4d48_514c;

const TABLES: &str = "
    CREATE TABLE meta (
        only INTEGER PRIMARY KEY CHECK (only = 1),
        session TEXT NOT NULL,
        campaign TEXT NOT NULL,
        head BLOB NOT NULL
    ) STRICT;
    CREATE TABLE entry (
        number INTEGER PRIMARY KEY,
        body BLOB NOT NULL,
        hash BLOB NOT NULL
    ) STRICT;";

const INSERT: &str = "INSERT INTO entry VALUES (?1, ?2, ?3)";

/// Makes the tables of a new ledger.
pub fn create(connection: &mut Connection, identity: &Identity) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    create_tables(&transaction, identity)?;
    transaction.commit()
}

fn create_tables(transaction: &Transaction<'_>, identity: &Identity) -> rusqlite::Result<()> {
    transaction.pragma_update(None, "user_version", FORMAT)?;
    transaction.execute_batch(TABLES)?;
    let (session, campaign) = (identity.session.to_string(), identity.campaign.to_string());
    let head = Chain::new(identity);
    transaction.execute("INSERT INTO meta VALUES (1, ?1, ?2, ?3)", params![session, campaign, head.head()])?;
    Ok(())
}

/// The format of a file, which need not be a ledger.
pub fn format(connection: &Connection) -> Result<i64, Failure> {
    let pragma = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    if pragma("application_id")? != APPLICATION_ID {
        return Err(Damage::NotALedger.into());
    }
    Ok(pragma("user_version")?)
}

/// Session and campaign as the file has them.
pub fn identity(connection: &Connection) -> Result<Identity, Failure> {
    let (session, campaign): (String, String) =
        connection.query_row("SELECT session, campaign FROM meta", [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let changed = |_| Failure::from(Damage::EndChanged);
    let session: Uuid = parse_uuid("session", &session).map_err(changed)?;
    Ok(Identity { session, campaign: CampaignId::parse("campaign", &campaign).map_err(changed)? })
}

/// Is a file of format 1 one that can be upgraded? It has no hashes, so only what is missing can be seen.
pub fn check_1(connection: &Connection) -> Result<(), Failure> {
    let mut columns = connection.prepare("SELECT name FROM pragma_table_info('entry')")?;
    let columns = columns.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    if columns != ["number", "body"] {
        return Err(Damage::Structure("format 1 has other tables".to_owned()).into());
    }
    let mut numbers = connection.prepare("SELECT number FROM entry ORDER BY number")?;
    let mut rows = numbers.query([])?;
    let mut expected = 1;
    while let Some(row) = rows.next()? {
        if row.get::<_, i64>(0)? != expected {
            return Err(Damage::EntryMissing(expected.unsigned_abs()).into());
        }
        expected += 1;
    }
    Ok(())
}

/// Turns format 1 into the present one, wholly or not at all.
pub fn upgrade_1(connection: &mut Connection) -> Result<(), Failure> {
    let identity = identity(connection)?;
    let transaction = connection.transaction()?;
    transaction.execute_batch("ALTER TABLE entry RENAME TO entry_1; DROP TABLE meta;")?;
    create_tables(&transaction, &identity)?;
    let mut chain = Chain::new(&identity);
    {
        let mut insert = transaction.prepare(INSERT)?;
        let mut select = transaction.prepare("SELECT body FROM entry_1 ORDER BY number")?;
        let mut bodies = select.query([])?;
        while let Some(row) = bodies.next()? {
            let body = row.get_ref(0)?.as_blob().map_err(|error| Damage::Structure(error.to_string()))?;
            add(&mut insert, &mut chain, body)?;
        }
    }
    note_end(&transaction, &chain)?;
    transaction.execute_batch("DROP TABLE entry_1;")?;
    Ok(transaction.commit()?)
}

/// Adds entries behind those of the chain.
pub fn append(transaction: &Transaction<'_>, chain: &mut Chain, bodies: &[Bytes]) -> rusqlite::Result<()> {
    let mut insert = transaction.prepare(INSERT)?;
    bodies.iter().try_for_each(|body| add(&mut insert, chain, body))?;
    note_end(transaction, chain)
}

fn add(insert: &mut Statement<'_>, chain: &mut Chain, body: &[u8]) -> rusqlite::Result<()> {
    let number = chain.extend(body).cast_signed();
    insert.execute(params![number, body, chain.head()]).map(drop)
}

fn note_end(transaction: &Transaction<'_>, chain: &Chain) -> rusqlite::Result<()> {
    transaction.execute("UPDATE meta SET head = ?1", params![chain.head()]).map(drop)
}

/// Goes through all entries and returns their chain; each is checked before it is handed out.
pub fn walk(connection: &Connection, identity: &Identity, visit: &mut dyn FnMut(u64, &[u8])) -> Result<Chain, Failure> {
    let mut chain = Chain::new(identity);
    let mut select = connection.prepare("SELECT number, body, hash FROM entry ORDER BY number")?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let broken = |error: rusqlite::types::FromSqlError| Damage::Structure(error.to_string());
        let number = row.get::<_, i64>(0)?.cast_unsigned();
        let body = row.get_ref(1)?.as_blob().map_err(broken)?;
        chain.check(number, body, row.get_ref(2)?.as_blob().map_err(broken)?)?;
        visit(number, body);
    }
    let head: Vec<u8> = connection.query_row("SELECT head FROM meta", [], |row| row.get(0))?;
    chain.check_end(&head)?;
    Ok(chain)
}
