//! durable: file operations that survive a crash: write, sync, rename, sync the folder.
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// Writes a new file through a buffer and waits until its bytes are on the disk. Refuses to overwrite.
pub(crate) fn write_new<T>(
    path: &Path,
    content: impl FnOnce(&mut BufWriter<File>) -> io::Result<T>,
) -> io::Result<T> {
    let mut out = BufWriter::with_capacity(64 * 1024, File::create_new(path)?);
    let result = content(&mut out)?;
    out.flush()?;
    out.get_ref().sync_all()?;
    Ok(result)
}

/// Makes renames and new entries inside `folder` durable.
///
/// Only Unix lets a folder be opened and synced; elsewhere the rename itself has to do.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

/// Replaces the file at `path` in one step: a reader sees the old content or the new, never a part.
///
/// `temporary` must be in the same folder and belong to the caller alone.
///
/// # Errors
/// Whatever the disk refuses; the old content is there then.
pub fn replace(path: &Path, temporary: &Path, bytes: &[u8]) -> io::Result<()> {
    match fs::remove_file(temporary) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    write_new(temporary, |out| out.write_all(bytes))?;
    fs::rename(temporary, path)?;
    path.parent().map_or(Ok(()), sync_folder)
}
