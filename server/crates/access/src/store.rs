//! store: accounts, sessions, tokens and the audit log in one SQLite file of the data folder.
//!
//! Every request with a session or token is looked up here, so that a change of another process, such
//! as `tidemark users disable`, takes effect with the next request.
mod schema;
mod sessions;
mod tokens;
mod users;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::Connection;

use crate::error::AccessError;
use crate::password::Passwords;

pub use sessions::{Session, SessionLimits};
pub use tokens::{NewToken, Owner, Token};
pub use users::User;

/// Its name in the data folder.
pub const FILE: &str = "access.sqlite";

/// How long to wait for another process that writes.
const PATIENCE: Duration = Duration::from_secs(10);

/// The file of accounts, open. Cheap to clone.
#[derive(Debug, Clone)]
pub struct AccessStore(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    path: PathBuf,
    connection: Mutex<Connection>,
    passwords: Passwords,
}

impl AccessStore {
    /// Opens it for a data folder; creates it where there is none.
    ///
    /// # Errors
    /// If it cannot be made, read or brought to the layout of this version.
    pub fn open(data: &Path) -> Result<Self, AccessError> {
        Self::open_with(data, Passwords::default())
    }

    /// Opens it with hashes of another strength.
    ///
    /// # Errors
    /// As [`AccessStore::open`].
    pub fn open_with(data: &Path, passwords: Passwords) -> Result<Self, AccessError> {
        std::fs::create_dir_all(data).map_err(|source| AccessError::Folder {
            path: data.to_owned(),
            source,
        })?;
        let path = data.join(FILE);
        let failed = |source| AccessError::Store {
            path: path.clone(),
            source,
        };
        let mut connection = Connection::open(&path).map_err(failed)?;
        connection.busy_timeout(PATIENCE).map_err(failed)?;
        connection
            .pragma_update(None, "journal_mode", "WAL")
            .map_err(failed)?;
        // A power cut must not bring back a session that was ended.
        connection
            .pragma_update(None, "synchronous", "FULL")
            .map_err(failed)?;
        connection
            .pragma_update(None, "foreign_keys", true)
            .map_err(failed)?;
        let found = schema::migrate(&mut connection).map_err(failed)?;
        if found > schema::LATEST {
            return Err(AccessError::Newer { path, found });
        }
        Ok(Self(Arc::new(Inner {
            path,
            connection: Mutex::new(connection),
            passwords,
        })))
    }

    /// The connection, for one caller at a time.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Connection> {
        // A transaction that panicked was rolled back when it was dropped.
        self.0
            .connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// An error with the file's name.
    pub(crate) fn failed(&self, source: rusqlite::Error) -> AccessError {
        AccessError::Store {
            path: self.0.path.clone(),
            source,
        }
    }

    pub(crate) fn passwords(&self) -> &Passwords {
        &self.0.passwords
    }
}
