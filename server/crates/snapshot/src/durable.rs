//! durable: file operations that survive a crash: write, sync, rename, sync the folder.
//!
//! Whatever a store changes on the disk passes through here, and says so before it does: the tests kill the
//! process, let the disk fail or lose its power at each of these moments.
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// Writes a new file through a buffer and waits until its bytes are on the disk. Refuses to overwrite.
pub(crate) fn write_new<T>(
    path: &Path,
    content: impl FnOnce(&mut BufWriter<File>) -> io::Result<T>,
) -> io::Result<T> {
    about_to("create", &[path])?;
    let mut out = BufWriter::with_capacity(64 * 1024, File::create_new(path)?);
    let result = content(&mut out)?;
    about_to("write", &[path])?;
    out.flush()?;
    about_to("sync", &[path])?;
    out.get_ref().sync_all()?;
    Ok(result)
}

/// Makes an empty folder; its parent must exist.
pub(crate) fn create_folder(path: &Path) -> io::Result<()> {
    about_to("create folder", &[path])?;
    fs::create_dir(path)
}

/// Gives a file or folder another name, in one step. Lasts once the folders it left and entered are synced.
pub(crate) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    about_to("rename", &[from, to])?;
    fs::rename(from, to)
}

/// Gives a file a second name.
pub(crate) fn link(from: &Path, to: &Path) -> io::Result<()> {
    about_to("link", &[from, to])?;
    fs::hard_link(from, to)
}

/// Removes a folder with all that is in it.
pub(crate) fn remove_folder(path: &Path) -> io::Result<()> {
    about_to("remove", &[path])?;
    fs::remove_dir_all(path)
}

/// Makes renames and new entries inside `folder` durable.
///
/// Only Unix lets a folder be opened and synced; elsewhere the rename itself has to do.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) {
        about_to("sync folder", &[folder])?;
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

/// Replaces the file at `path` in one step: a reader sees the old content or the new, never a part.
///
/// `temporary` must be in the same folder and belong to the caller alone; a failure leaves nothing of it.
///
/// # Errors
/// Whatever the disk refuses; the old content is there then.
pub fn replace(path: &Path, temporary: &Path, bytes: &[u8]) -> io::Result<()> {
    match fs::remove_file(temporary) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let renamed =
        write_new(temporary, |out| out.write_all(bytes)).and_then(|()| rename(temporary, path));
    if let Err(error) = renamed {
        // On a full disk this is the first thing to give back; if it stays, the next one takes it.
        let _ = fs::remove_file(temporary);
        return Err(error);
    }
    path.parent().map_or(Ok(()), sync_folder)
}

/// A moment before something changes: nothing happens here but in tests.
#[cfg(not(test))]
fn about_to(_what: &str, _paths: &[&Path]) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
use crate::tests::disk::about_to;
