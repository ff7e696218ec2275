//! audit: what happened, in a table that is only appended to. Each record's hash covers the one
//! before it, so a record that was changed or removed in between is found.
use std::net::IpAddr;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row, params};
use sha2::{Digest, Sha256};

use crate::error::AccessError;
use crate::store::AccessStore;

/// Something to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    actor: String,
    action: &'static str,
    detail: String,
    address: String,
}

impl Event {
    /// What `actor` did; the detail must hold no secret.
    #[must_use]
    pub fn new(actor: impl Into<String>, action: &'static str, detail: impl Into<String>) -> Self {
        Self {
            actor: actor.into(),
            action,
            detail: detail.into(),
            address: String::new(),
        }
    }

    /// The same with the address that the request came from.
    #[must_use]
    pub fn from(self, address: IpAddr) -> Self {
        Self {
            address: address.to_string(),
            ..self
        }
    }
}

/// A record of the log.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Record {
    /// Its number, without gaps.
    pub id: i64,
    /// When it happened, to the second.
    pub at: DateTime<Utc>,
    /// Who did it; empty if that is not known.
    pub actor: String,
    /// What was done.
    pub action: String,
    /// To what.
    pub detail: String,
    /// The address that the request came from; empty for the command line.
    pub address: String,
    /// The hash over the record before and this one.
    pub hash: String,
}

/// What the first record follows.
const START: &str = "";

fn hash(before: &str, id: i64, at: i64, texts: [&str; 4]) -> String {
    let mut hasher = Sha256::new();
    hasher.update(before.as_bytes());
    hasher.update(id.to_le_bytes());
    hasher.update(at.to_le_bytes());
    for text in texts {
        // With its length, so that no two records run together to the same bytes.
        hasher.update((text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    }
    hex::encode(hasher.finalize())
}

/// Appends a record inside the caller's transaction, and logs it.
pub(crate) fn append(
    connection: &Connection,
    event: &Event,
    now: DateTime<Utc>,
) -> rusqlite::Result<()> {
    let last = connection
        .query_row(
            "SELECT id, hash FROM audit ORDER BY id DESC LIMIT 1",
            [],
            |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)),
        )
        .optional()?;
    let (id, before) = last.map_or((1, START.to_owned()), |(id, hash)| (id + 1, hash));
    let Event {
        actor,
        action,
        detail,
        address,
    } = event;
    let hash = hash(
        &before,
        id,
        now.timestamp(),
        [actor, action, detail, address],
    );
    connection.execute(
        "INSERT INTO audit (id, at, actor, action, detail, address, hash)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![id, now.timestamp(), actor, action, detail, address, hash],
    )?;
    tracing::info!(target: "tidemark_access::audit", id, actor, action, detail, address, "audit");
    Ok(())
}

impl AccessStore {
    /// Appends a record.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn record(&self, event: &Event, now: DateTime<Utc>) -> Result<(), AccessError> {
        let mut connection = self.lock();
        let mut record = || {
            let behavior = rusqlite::TransactionBehavior::Immediate;
            let transaction = connection.transaction_with_behavior(behavior)?;
            append(&transaction, event, now)?;
            transaction.commit()
        };
        record().map_err(|e| self.failed(e))
    }

    /// All records, the oldest first, after a check that none was changed or removed.
    ///
    /// # Errors
    /// If one does not follow from the one before it.
    pub fn audit(&self) -> Result<Vec<Record>, AccessError> {
        let connection = self.lock();
        let read = || {
            let mut statement = connection.prepare(
                "SELECT id, at, actor, action, detail, address, hash FROM audit ORDER BY id",
            )?;
            let records: rusqlite::Result<Vec<Record>> = statement.query_map([], record)?.collect();
            records
        };
        let records = read().map_err(|e| self.failed(e))?;
        let mut before = START;
        for (number, record) in (1..).zip(&records) {
            let Record {
                actor,
                action,
                detail,
                address,
                ..
            } = record;
            let texts = [actor.as_str(), action, detail, address];
            let expected = hash(before, record.id, record.at.timestamp(), texts);
            if record.id != number || record.hash != expected {
                return Err(AccessError::Tampered(number));
            }
            before = &record.hash;
        }
        Ok(records)
    }
}

fn record(row: &Row<'_>) -> rusqlite::Result<Record> {
    Ok(Record {
        id: row.get(0)?,
        at: DateTime::from_timestamp(row.get(1)?, 0).unwrap_or_default(),
        actor: row.get(2)?,
        action: row.get(3)?,
        detail: row.get(4)?,
        address: row.get(5)?,
        hash: row.get(6)?,
    })
}
