//! sessions: who is signed in, from a cookie that only its owner has.
use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{OptionalExtension, Row, params};

use super::AccessStore;
use super::users::{instant, role};
use crate::audit::{self, Event};
use crate::error::AccessError;
use crate::identity::{Identity, Means};
use crate::secret::{self, Secret};

/// How often a session's last use is written down, at most.
const NOTED: TimeDelta = TimeDelta::minutes(1);
/// Longest description of a browser that is stored, in characters.
const AGENT: usize = 200;

/// How long sessions last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionLimits {
    /// Without a request.
    pub idle: TimeDelta,
    /// In any case.
    pub longest: TimeDelta,
}

/// A session, as its owner sees it in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// What it is stored under; no secret.
    pub hash: String,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When it was used last, to the minute.
    pub seen_at: DateTime<Utc>,
    /// The address it began from.
    pub address: String,
    /// The browser it began in.
    pub agent: String,
}

impl AccessStore {
    /// Begins a session with a new secret; `old`, the secret that the browser had, ends.
    ///
    /// # Errors
    /// If the file cannot be written, or the system gives no random bytes.
    pub fn begin_session(
        &self,
        user: &str,
        (address, agent): (IpAddr, &str),
        old: Option<&str>,
        limits: SessionLimits,
        now: DateTime<Utc>,
    ) -> Result<Secret, AccessError> {
        let secret = Secret::random()?;
        let agent: String = agent.chars().take(AGENT).collect();
        let mut connection = self.lock();
        let mut begin = || {
            let transaction = connection.transaction()?;
            let earliest = (now - limits.idle).timestamp();
            transaction.execute(
                "DELETE FROM sessions WHERE hash = ?1 OR ends_at <= ?2 OR seen_at <= ?3",
                params![old.map(secret::hash), now.timestamp(), earliest],
            )?;
            transaction.execute(
                "INSERT INTO sessions (hash, user, created_at, seen_at, ends_at, address, agent)
                 VALUES (?1, ?2, ?3, ?3, ?4, ?5, ?6)",
                params![
                    secret::hash(secret.expose()),
                    user,
                    now.timestamp(),
                    (now + limits.longest).timestamp(),
                    address.to_string(),
                    agent
                ],
            )?;
            transaction.commit()
        };
        begin().map_err(|e| self.failed(e))?;
        Ok(secret)
    }

    /// Who a session's secret belongs to; none if it has ended or its account is disabled.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn session(
        &self,
        secret: &str,
        limits: SessionLimits,
        now: DateTime<Utc>,
    ) -> Result<Option<Identity>, AccessError> {
        let hash = secret::hash(secret);
        let connection = self.lock();
        let read = || {
            let mut statement = connection.prepare(
                "SELECT users.name, users.role, users.policy, sessions.seen_at
                 FROM sessions JOIN users ON users.name = sessions.user
                 WHERE sessions.hash = ?1 AND sessions.ends_at > ?2 AND sessions.seen_at > ?3
                   AND NOT users.disabled",
            )?;
            let earliest = (now - limits.idle).timestamp();
            let found = statement
                .query_row(params![hash, now.timestamp(), earliest], |row| {
                    let identity = Identity {
                        name: row.get(0)?,
                        role: role(row, 1)?,
                        policy: row.get(2)?,
                        means: Means::Session(hash.clone()),
                    };
                    Ok((identity, instant(row, 3)?))
                })
                .optional()?;
            let Some((identity, seen_at)) = found else {
                return Ok(None);
            };
            if now - seen_at >= NOTED {
                connection.execute(
                    "UPDATE sessions SET seen_at = ?2 WHERE hash = ?1",
                    params![hash, now.timestamp()],
                )?;
            }
            Ok(Some(identity))
        };
        read().map_err(|e| self.failed(e))
    }

    /// Ends one session.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn end_session(
        &self,
        hash: &str,
        user: &str,
        now: DateTime<Utc>,
    ) -> Result<(), AccessError> {
        self.end(
            "DELETE FROM sessions WHERE hash = ?1 AND user = ?2",
            (hash, user),
            "signed out",
            now,
        )
    }

    /// Ends every session of an account.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn end_all_sessions(&self, user: &str, now: DateTime<Utc>) -> Result<(), AccessError> {
        self.end(
            "DELETE FROM sessions WHERE ?1 = '' AND user = ?2",
            ("", user),
            "signed out everywhere",
            now,
        )
    }

    fn end(
        &self,
        delete: &str,
        (hash, user): (&str, &str),
        action: &'static str,
        now: DateTime<Utc>,
    ) -> Result<(), AccessError> {
        let mut connection = self.lock();
        let mut end = || {
            let transaction = connection.transaction()?;
            transaction.execute(delete, params![hash, user])?;
            audit::append(&transaction, &Event::new(user, action, ""), now)?;
            transaction.commit()
        };
        end().map_err(|e| self.failed(e))
    }

    /// The sessions of an account that have not ended, the latest used first.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn sessions(
        &self,
        user: &str,
        limits: SessionLimits,
        now: DateTime<Utc>,
    ) -> Result<Vec<Session>, AccessError> {
        let connection = self.lock();
        let read = || {
            let mut statement = connection.prepare(
                "SELECT hash, created_at, seen_at, address, agent FROM sessions
                 WHERE user = ?1 AND ends_at > ?2 AND seen_at > ?3 ORDER BY seen_at DESC, hash",
            )?;
            let earliest = (now - limits.idle).timestamp();
            let session = |row: &Row<'_>| {
                Ok(Session {
                    hash: row.get(0)?,
                    created_at: instant(row, 1)?,
                    seen_at: instant(row, 2)?,
                    address: row.get(3)?,
                    agent: row.get(4)?,
                })
            };
            let sessions: rusqlite::Result<Vec<_>> = statement
                .query_map(params![user, now.timestamp(), earliest], session)?
                .collect();
            sessions
        };
        read().map_err(|e| self.failed(e))
    }
}
