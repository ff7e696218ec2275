//! error: what can go wrong when snapshots are frozen, published and read, in words a person can act on.
use std::io;
use std::path::{Path, PathBuf};

/// Why a snapshot could not be published or read.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// The data folder cannot be used for building.
    #[error(
        "cannot write to the data folder {}: {source}; make it writable for this user or choose another with --data",
        folder.display()
    )]
    Unwritable {
        /// The data folder.
        folder: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file operation failed; the published snapshot is as it was.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// What was tried, as a verb phrase.
        action: &'static str,
        /// On which file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Another builder holds the lock.
    #[error(
        "{holder} is already building into {}; wait until it has finished, or stop it",
        folder.display()
    )]
    Busy {
        /// The data folder.
        folder: PathBuf,
        /// Who holds it, as far as it is known.
        holder: String,
    },
    /// A mart given for freezing is not what its specification says.
    #[error("mart {mart} cannot be frozen: {problem}")]
    Mart {
        /// The mart's name.
        mart: String,
        /// What differs.
        problem: String,
    },
    /// A document's name cannot be a file name of a snapshot.
    #[error(
        "document name {0:?} is not usable: it must be lower-case letters, digits, `_` or `-`, ending in .json"
    )]
    DocumentName(String),
    /// No snapshot has this id.
    #[error("there is no snapshot {id} in {}; `tidemark snapshots list` shows those there are", folder.display())]
    Unknown {
        /// The id asked for.
        id: String,
        /// The data folder.
        folder: PathBuf,
    },
    /// It cannot be removed.
    #[error("snapshot {id} is not removed: it is {why}")]
    Needed {
        /// The snapshot.
        id: String,
        /// What needs it.
        why: &'static str,
    },
    /// It was removed after it had been opened.
    #[error(
        "snapshot {id} was removed after it had been opened, as the settings of retention say of old ones; `tidemark snapshots list` shows those there are"
    )]
    Removed {
        /// The snapshot.
        id: String,
    },
    /// The text is no snapshot id.
    #[error("{0:?} is not a snapshot id: an id is 32 hexadecimal digits")]
    BadId(String),
    /// The pointer file holds something else than a snapshot id.
    #[error(
        "the pointer {} is damaged; point it at a snapshot again with `tidemark snapshots rollback ID`",
        path.display()
    )]
    BadPointer {
        /// The pointer file.
        path: PathBuf,
    },
    /// A published file is not as it was published.
    #[error(
        "snapshot {id} is damaged: {file} {problem}; restore it from a backup, build again, or go back with `tidemark snapshots rollback ID`"
    )]
    Damaged {
        /// The snapshot.
        id: String,
        /// The file inside it.
        file: String,
        /// What is wrong with it.
        problem: String,
    },
    /// The snapshot has no such file.
    #[error("snapshot {id} has no {file}")]
    NoFile {
        /// The snapshot.
        id: String,
        /// The file asked for.
        file: String,
    },
}

impl SnapshotError {
    pub(crate) fn io(action: &'static str, path: &Path, source: io::Error) -> Self {
        Self::Io {
            action,
            path: path.to_owned(),
            source,
        }
    }

    pub(crate) fn mart(mart: &str, problem: impl Into<String>) -> Self {
        Self::Mart {
            mart: mart.to_owned(),
            problem: problem.into(),
        }
    }

    /// Whether this says that published bytes are not what they were (as opposed to absent or unreadable).
    #[must_use]
    pub fn is_damage(&self) -> bool {
        matches!(self, Self::Damaged { .. } | Self::BadPointer { .. })
    }
}
