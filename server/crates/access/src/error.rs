//! error: why something about access did not happen.
use std::io;
use std::path::PathBuf;

/// What went wrong; the texts are for operators and never hold a secret.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// The file of accounts could not be opened, read or written.
    #[error("accounts in {path}: {source}; check the folder's permissions and the disk")]
    Store {
        /// The file.
        path: PathBuf,
        /// The error of SQLite.
        source: rusqlite::Error,
    },
    /// A later version of this program wrote the file.
    #[error("{path} was written by a newer version of tidemark (layout {found}); update tidemark")]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its layout.
        found: i64,
    },
    /// The folder could not be made.
    #[error("cannot create {path}: {source}")]
    Folder {
        /// The folder.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// The system gave no random bytes.
    #[error("the system gave no random bytes: {0}")]
    Random(String),
    /// A password hash could not be computed.
    #[error("the password could not be hashed: {0}")]
    Hash(String),
    /// Too many passwords are being checked.
    #[error("too many passwords are being checked at once; try again in a moment")]
    Busy,
    /// There is an account of that name.
    #[error("there is an account {0} already; `tidemark users reset` gives it a new password")]
    Taken(String),
    /// There is no account of that name.
    #[error("there is no account {0}; `tidemark users list` shows those there are")]
    NoUser(String),
    /// There is no such token.
    #[error("there is no token {0}; `tidemark tokens list` shows those there are")]
    NoToken(i64),
    /// A name that cannot be one.
    #[error("{0:?} cannot be a name: use 1 to 100 visible characters without spaces")]
    Name(String),
    /// A password that is too short or too long.
    #[error("a password has 12 to 200 characters")]
    Password,
    /// The audit log differs from what was written.
    #[error("the audit log was changed: record {0} does not follow from the one before it")]
    Tampered(i64),
    /// A policy that the settings do not have.
    #[error("the settings have no policy {0}")]
    NoPolicy(String),
    /// A derived snapshot could not be made.
    #[error(transparent)]
    Snapshot(#[from] tidemark_snapshot::SnapshotError),
    /// A published mart could not be read.
    #[error("mart {mart}: {problem}")]
    Mart {
        /// Its name.
        mart: String,
        /// What is wrong with it.
        problem: String,
    },
}
