//! What can go wrong while simulating: options that make no sense, or a file that cannot be written.

use std::path::PathBuf;

/// Why a simulation gave no complete set of files.
#[derive(Debug, thiserror::Error)]
pub enum SimulateError {
    /// An option is out of its range.
    #[error("{option} is {given}: {expected}")]
    Option {
        /// The option's name.
        option: &'static str,
        /// The value given.
        given: String,
        /// What would be accepted.
        expected: &'static str,
    },
    /// A file or folder could not be written.
    #[error("cannot write {}: {source}; check that the folder is writable and the disk not full", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// The operating system's reason.
        source: std::io::Error,
    },
}
