//! Why a pull ended early: what happened, where, and what to do about it.

use std::path::PathBuf;

/// A pull that could not go on. Whatever was landed before stays, and the next pull continues there.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// The settings do not suffice to begin.
    #[error("{0}")]
    Configuration(String),
    /// The credentials are wrong, expired or revoked. Not tried again: it would not help, and may lock the account.
    #[error("{source_name} refused the credentials: {said}; {fix}")]
    Refused {
        /// Source name.
        source_name: &'static str,
        /// What the vendor said.
        said: String,
        /// What to do.
        fix: String,
    },
    /// The credentials are right, but may not read something.
    #[error("{source_name} does not allow reading {what}: {said}; {fix}")]
    Forbidden {
        /// Source name.
        source_name: &'static str,
        /// The object or call.
        what: String,
        /// What the vendor said.
        said: String,
        /// Which permission to give, and where.
        fix: String,
    },
    /// The vendor could not be reached, or asked to wait, for longer than we are patient.
    #[error(
        "{source_name} could not be read: {why}, {attempts} times in a row; what was landed is kept, and the next sync goes on from there"
    )]
    Unavailable {
        /// Source name.
        source_name: &'static str,
        /// The last trouble.
        why: String,
        /// How often it was tried.
        attempts: u32,
    },
    /// An answer that does not fit the vendor's documents.
    #[error("{source_name} gave an answer that cannot be used: {what}")]
    Protocol {
        /// Source name.
        source_name: &'static str,
        /// What is wrong with it.
        what: String,
    },
    /// The raw folder cannot be written or read.
    #[error("{} cannot be used: {cause}; check the disk's space and the folder's permissions", path.display())]
    Disk {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        cause: std::io::Error,
    },
    /// Another process is pulling the same source into the same folder.
    #[error("{source_name} is being synced by another process, which holds {}; wait for it to end", lock.display())]
    Busy {
        /// Source name.
        source_name: &'static str,
        /// The file it has locked.
        lock: PathBuf,
    },
}

impl SyncError {
    /// An answer that does not fit the vendor's documents.
    pub(crate) fn protocol(source_name: &'static str, what: impl Into<String>) -> Self {
        Self::Protocol {
            source_name,
            what: what.into(),
        }
    }
}
