//! tokens: secrets for programs, limited in scope and time.
use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Row, params};

use super::AccessStore;
use super::users::{instant, role};
use crate::audit::{self, Event};
use crate::error::AccessError;
use crate::identity::{Identity, Means};
use crate::role::{Role, Scope};
use crate::secret::{self, Secret};
use crate::settings::Grant;

/// Whose rights a token has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    /// Those of an account, as they are when the token is used.
    User(String),
    /// Its own.
    Own(Grant),
}

/// A token to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewToken {
    /// What it is for, in the words of its owner.
    pub name: String,
    /// Whose role and policy it has.
    pub owner: Owner,
    /// What it is limited to.
    pub scopes: Vec<Scope>,
    /// When it ends.
    pub ends_at: DateTime<Utc>,
}

/// A token in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Its number, which it is revoked by.
    pub id: i64,
    /// What it is for.
    pub name: String,
    /// The account it belongs to.
    pub user: Option<String>,
    /// Its own role, if it belongs to no account.
    pub role: Option<Role>,
    /// Its own policy.
    pub policy: Option<String>,
    /// What it is limited to.
    pub scopes: Vec<Scope>,
    /// When it ends.
    pub ends_at: DateTime<Utc>,
    /// When it was used last, to the minute.
    pub used_at: Option<DateTime<Utc>>,
    /// Whether it was revoked.
    pub revoked: bool,
}

/// What tokens begin with, so that a scanner for leaked secrets finds them.
const PREFIX: &str = "tidemark_";

impl AccessStore {
    /// Makes a token and returns its text, which is shown once and stored as a hash.
    ///
    /// # Errors
    /// If its account does not exist, or the file cannot be written.
    pub fn add_token(
        &self,
        new: &NewToken,
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<String, AccessError> {
        let text = format!("{PREFIX}{}", Secret::random()?.expose());
        let (user, grant) = match &new.owner {
            Owner::User(user) => (Some(user), None),
            Owner::Own(grant) => (None, Some(grant)),
        };
        let mut connection = self.lock();
        if let Some(user) = user {
            let found = connection
                .query_row("SELECT 1 FROM users WHERE name = ?1", params![user], |_| {
                    Ok(())
                })
                .optional()
                .map_err(|e| self.failed(e))?;
            found.ok_or_else(|| AccessError::NoUser(user.clone()))?;
        }
        let scopes: Vec<&str> = new.scopes.iter().map(|scope| scope.name()).collect();
        let scopes = scopes.join(" ");
        let mut add = || {
            let transaction = connection.transaction()?;
            transaction.execute(
                "INSERT INTO tokens (hash, name, user, role, policy, scopes, created_at, ends_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                params![
                    secret::hash(&text),
                    new.name,
                    user,
                    grant.map(|grant| grant.role.name()),
                    grant.and_then(|grant| grant.policy.as_deref()),
                    scopes,
                    now.timestamp(),
                    new.ends_at.timestamp()
                ],
            )?;
            let detail = format!("{}: {scopes}", new.name);
            audit::append(&transaction, &Event::new(by, "token made", detail), now)?;
            transaction.commit()
        };
        add().map_err(|e| self.failed(e))?;
        Ok(text)
    }

    /// Who a token belongs to; none if it is unknown, has ended, was revoked, or its account is
    /// disabled.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn token(&self, text: &str, now: DateTime<Utc>) -> Result<Option<Identity>, AccessError> {
        let connection = self.lock();
        let read = || {
            let mut statement = connection.prepare(
                "SELECT tokens.id, tokens.name, coalesce(users.role, tokens.role),
                        CASE WHEN users.name IS NULL THEN tokens.policy ELSE users.policy END,
                        tokens.scopes, coalesce(tokens.used_at, 0)
                 FROM tokens LEFT JOIN users ON users.name = tokens.user
                 WHERE tokens.hash = ?1 AND tokens.ends_at > ?2 AND NOT tokens.revoked
                   AND (tokens.user IS NULL OR NOT users.disabled)",
            )?;
            let parameters = params![secret::hash(text), now.timestamp()];
            let found = statement
                .query_row(parameters, |row| {
                    let identity = Identity {
                        name: format!("token {}", row.get::<_, String>(1)?),
                        role: role(row, 2)?,
                        policy: row.get(3)?,
                        means: Means::Token(scopes(row, 4)?),
                    };
                    Ok((identity, row.get::<_, i64>(0)?, row.get::<_, i64>(5)?))
                })
                .optional()?;
            let Some((identity, id, used_at)) = found else {
                return Ok(None);
            };
            if now.timestamp() - used_at >= 60 {
                connection.execute(
                    "UPDATE tokens SET used_at = ?2 WHERE id = ?1",
                    params![id, now.timestamp()],
                )?;
            }
            Ok(Some(identity))
        };
        read().map_err(|e| self.failed(e))
    }

    /// All tokens, or those of one account, the newest first.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn tokens(&self, user: Option<&str>) -> Result<Vec<Token>, AccessError> {
        let connection = self.lock();
        let read = || {
            let mut statement = connection.prepare(
                "SELECT id, name, user, role, policy, scopes, ends_at, used_at, revoked
                 FROM tokens WHERE ?1 IS NULL OR user = ?1 ORDER BY id DESC",
            )?;
            let token = |row: &Row<'_>| {
                Ok(Token {
                    id: row.get(0)?,
                    name: row.get(1)?,
                    user: row.get(2)?,
                    role: row
                        .get::<_, Option<String>>(3)?
                        .map(|_| role(row, 3))
                        .transpose()?,
                    policy: row.get(4)?,
                    scopes: scopes(row, 5)?,
                    ends_at: instant(row, 6)?,
                    used_at: row
                        .get::<_, Option<i64>>(7)?
                        .map(|_| instant(row, 7))
                        .transpose()?,
                    revoked: row.get(8)?,
                })
            };
            let tokens: rusqlite::Result<Vec<_>> =
                statement.query_map(params![user], token)?.collect();
            tokens
        };
        read().map_err(|e| self.failed(e))
    }

    /// Revokes a token; with a user, only one of that account.
    ///
    /// # Errors
    /// If there is no such token.
    pub fn revoke_token(
        &self,
        id: i64,
        user: Option<&str>,
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<(), AccessError> {
        let mut connection = self.lock();
        let mut revoke = || {
            let transaction = connection.transaction()?;
            let revoked = transaction.execute(
                "UPDATE tokens SET revoked = 1 WHERE id = ?1 AND (?2 IS NULL OR user = ?2)",
                params![id, user],
            )?;
            if revoked > 0 {
                let event = Event::new(by, "token revoked", id.to_string());
                audit::append(&transaction, &event, now)?;
            }
            transaction.commit()?;
            Ok(revoked)
        };
        match revoke().map_err(|e| self.failed(e))? {
            0 => Err(AccessError::NoToken(id)),
            _ => Ok(()),
        }
    }
}

/// The scopes of a row; an unknown name grants nothing.
fn scopes(row: &Row<'_>, column: usize) -> rusqlite::Result<Vec<Scope>> {
    let names: String = row.get(column)?;
    Ok(names.split(' ').filter_map(Scope::from_name).collect())
}
