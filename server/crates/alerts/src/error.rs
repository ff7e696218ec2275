//! Why the memory of incidents could not be read or written.

use std::io;
use std::path::{Path, PathBuf};

/// What keeps alerts from being remembered. A channel that fails is none of these: that is recorded and tried again.
#[derive(Debug, thiserror::Error)]
pub enum AlertError {
    /// The disk refuses.
    #[error("alerts: {}: {cause}; check the folder's permissions and free space", path.display())]
    Disk {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        cause: io::Error,
    },
    /// The memory is no memory of ours.
    #[error(
        "alerts: {} cannot be read ({what}); move it away, and the incidents that are still open are told again",
        path.display()
    )]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// The snapshot cannot give what a digest or a judgement needs.
    #[error("alerts: the snapshot cannot be read: {0}")]
    Snapshot(String),
    /// The digest's chart cannot be drawn.
    #[error("alerts: the digest's chart cannot be drawn: {0}")]
    Drawing(String),
    /// A channel's setting cannot be used.
    #[error("{0}")]
    Setting(String),
}

/// Says which path an error of the system is about.
pub(crate) fn at(path: &Path) -> impl FnOnce(io::Error) -> AlertError {
    let path = path.to_owned();
    move |cause| AlertError::Disk { path, cause }
}
