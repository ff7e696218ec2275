//! Files that are whole or absent, whenever the power fails.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use crate::SyncError;

/// Says which path an error of the system is about.
pub(crate) fn at(path: &Path) -> impl FnOnce(std::io::Error) -> SyncError {
    let path = path.to_owned();
    move |cause| SyncError::Disk { path, cause }
}

/// Makes renames and new files in a folder last.
pub(crate) fn sync_folder(folder: &Path) -> Result<(), SyncError> {
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(at(folder))
}

/// Replaces a file by new content, durably and in one step.
pub(crate) fn write_whole(path: &Path, content: &[u8]) -> Result<(), SyncError> {
    let new = path.with_extension("new");
    let written = File::create(&new).and_then(|mut file| {
        file.write_all(content)?;
        file.sync_all()
    });
    written.map_err(at(&new))?;
    fs::rename(&new, path).map_err(at(path))?;
    path.parent().map_or(Ok(()), sync_folder)
}
