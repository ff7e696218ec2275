//! users: accounts and their passwords.
use std::net::IpAddr;

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Row, params};

use super::AccessStore;
use crate::audit::{self, Event};
use crate::error::AccessError;
use crate::password::{Hashed, Strength};
use crate::role::Role;
use crate::settings::Grant;

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Its name; upper and lower case are the same.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// The policy that limits what it sees.
    pub policy: Option<String>,
    /// Whether it may not sign in.
    pub disabled: bool,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

impl AccessStore {
    /// Makes an account. `by` is the name of the person who does it.
    ///
    /// # Errors
    /// If the name is taken or cannot be one, or the password is too short.
    pub fn add_user(
        &self,
        name: &str,
        grant: &Grant,
        password: &str,
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<(), AccessError> {
        check_name(name)?;
        let hashed = self.passwords().hash(password)?;
        let mut connection = self.lock();
        let transaction = connection.transaction().map_err(|e| self.failed(e))?;
        let added = transaction
            .execute(
                "INSERT INTO users (name, role, policy, memory, passes, salt, hash, created_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (name) DO NOTHING",
                params![
                    name,
                    grant.role.name(),
                    grant.policy,
                    hashed.strength.memory,
                    hashed.strength.passes,
                    hashed.salt,
                    hashed.hash,
                    now.timestamp()
                ],
            )
            .map_err(|e| self.failed(e))?;
        if added == 0 {
            return Err(AccessError::Taken(name.to_owned()));
        }
        let policy = grant.policy.as_deref().unwrap_or("all rows");
        let detail = format!("{name}: {}, {policy}", grant.role);
        audit::append(&transaction, &Event::new(by, "user added", detail), now)
            .and_then(|()| transaction.commit())
            .map_err(|e| self.failed(e))
    }

    /// Gives an account a new password and ends its sessions.
    ///
    /// # Errors
    /// If there is no such account, or the password is too short.
    pub fn reset_password(
        &self,
        name: &str,
        password: &str,
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<(), AccessError> {
        let hashed = self.passwords().hash(password)?;
        self.change(name, by, "password reset", now, |transaction| {
            transaction.execute(
                "UPDATE users SET memory = ?2, passes = ?3, salt = ?4, hash = ?5 WHERE name = ?1",
                params![
                    name,
                    hashed.strength.memory,
                    hashed.strength.passes,
                    hashed.salt,
                    hashed.hash
                ],
            )
        })
    }

    /// Disables or enables an account; its sessions end, its tokens are refused while it is disabled.
    ///
    /// # Errors
    /// If there is no such account.
    pub fn set_disabled(
        &self,
        name: &str,
        disabled: bool,
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<(), AccessError> {
        let action = if disabled {
            "user disabled"
        } else {
            "user enabled"
        };
        self.change(name, by, action, now, |transaction| {
            transaction.execute(
                "UPDATE users SET disabled = ?2 WHERE name = ?1",
                params![name, disabled],
            )
        })
    }

    /// Changes one account and ends its sessions.
    fn change(
        &self,
        name: &str,
        by: &str,
        action: &'static str,
        now: DateTime<Utc>,
        change: impl FnOnce(&rusqlite::Transaction<'_>) -> rusqlite::Result<usize>,
    ) -> Result<(), AccessError> {
        let mut connection = self.lock();
        let transaction = connection.transaction().map_err(|e| self.failed(e))?;
        if change(&transaction).map_err(|e| self.failed(e))? == 0 {
            return Err(AccessError::NoUser(name.to_owned()));
        }
        transaction
            .execute("DELETE FROM sessions WHERE user = ?1", params![name])
            .and_then(|_| audit::append(&transaction, &Event::new(by, action, name), now))
            .and_then(|()| transaction.commit())
            .map_err(|e| self.failed(e))
    }

    /// All accounts by name.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn users(&self) -> Result<Vec<User>, AccessError> {
        let connection = self.lock();
        let read = || {
            let mut statement = connection.prepare(
                "SELECT name, role, policy, disabled, created_at FROM users ORDER BY name",
            )?;
            let users: rusqlite::Result<Vec<_>> = statement.query_map([], user)?.collect();
            users
        };
        read().map_err(|e| self.failed(e))
    }

    /// The account, if the password is its own and it may sign in. Takes as long for an account that
    /// is unknown or disabled. Every outcome is recorded.
    ///
    /// # Errors
    /// If the file cannot be read or written, or too many passwords are being checked.
    pub fn sign_in(
        &self,
        name: &str,
        password: &str,
        address: IpAddr,
        now: DateTime<Utc>,
    ) -> Result<Option<User>, AccessError> {
        let found = self.with_password(name)?;
        let hashed = found.as_ref().and_then(|(_, hashed)| hashed.as_ref());
        let right = self.passwords().is(password, hashed)?;
        let user = found
            .map(|(user, _)| user)
            .filter(|user| right && !user.disabled);
        // A wrong name may be a password that was typed into the wrong field: it is not recorded.
        let event = match &user {
            Some(user) => Event::new(&user.name, "signed in", ""),
            None => Event::new("", "sign-in refused", ""),
        };
        self.record(&event.from(address), now)?;
        Ok(user)
    }

    fn with_password(&self, name: &str) -> Result<Option<(User, Option<Hashed>)>, AccessError> {
        let connection = self.lock();
        let read = || {
            let mut statement = connection.prepare(
                "SELECT name, role, policy, disabled, created_at, memory, passes, salt, hash
                 FROM users WHERE name = ?1",
            )?;
            let with_password = |row: &Row<'_>| {
                let hash: Option<Vec<u8>> = row.get(8)?;
                let hashed = match hash {
                    Some(hash) => Some(Hashed {
                        strength: Strength {
                            memory: row.get(5)?,
                            passes: row.get(6)?,
                        },
                        salt: row.get(7)?,
                        hash,
                    }),
                    None => None,
                };
                Ok((user(row)?, hashed))
            };
            statement.query_row(params![name], with_password).optional()
        };
        read().map_err(|e| self.failed(e))
    }
}

fn user(row: &Row<'_>) -> rusqlite::Result<User> {
    Ok(User {
        name: row.get(0)?,
        role: role(row, 1)?,
        policy: row.get(2)?,
        disabled: row.get(3)?,
        created_at: instant(row, 4)?,
    })
}

/// A role by its name; a name that is none is an error, never a weaker or stronger role.
pub(super) fn role(row: &Row<'_>, column: usize) -> rusqlite::Result<Role> {
    let name: String = row.get(column)?;
    Role::from_name(&name).ok_or_else(|| wrong(column, format!("{name:?} is no role")))
}

pub(super) fn instant(row: &Row<'_>, column: usize) -> rusqlite::Result<DateTime<Utc>> {
    let seconds: i64 = row.get(column)?;
    DateTime::from_timestamp(seconds, 0)
        .ok_or_else(|| wrong(column, format!("{seconds} is no instant")))
}

fn wrong(column: usize, problem: String) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, problem.into())
}

fn check_name(name: &str) -> Result<(), AccessError> {
    let visible = |letter: char| !letter.is_control() && !letter.is_whitespace();
    if (1..=100).contains(&name.chars().count()) && name.chars().all(visible) {
        Ok(())
    } else {
        Err(AccessError::Name(name.to_owned()))
    }
}
