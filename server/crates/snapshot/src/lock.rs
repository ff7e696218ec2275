//! lock: one builder at a time per data folder, and one at a time who moves its pointer.
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;

use crate::error::SnapshotError;

/// The exclusive right to build and publish into one data folder; given back when dropped.
///
/// The operating system holds it, so a killed builder leaves no stale lock behind.
#[derive(Debug)]
pub struct BuildLock {
    _file: File,
}

/// The right to change which snapshots there are and which is current, for a moment; given back when dropped.
#[derive(Debug)]
pub(crate) struct PointerLock {
    _file: File,
}

impl PointerLock {
    /// Waits until nobody else has it: it is never held for long.
    pub(crate) fn acquire(path: &Path) -> Result<Self, SnapshotError> {
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .open(path);
        let locked = file.and_then(|file| file.lock().map(|()| file));
        let file = locked.map_err(|source| SnapshotError::io("lock", path, source))?;
        Ok(Self { _file: file })
    }
}

impl BuildLock {
    pub(crate) fn acquire(path: &Path) -> Result<Self, SnapshotError> {
        // Not truncated on opening: until the lock is ours, the content names its holder.
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(|source| SnapshotError::io("open the lock file", path, source))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                // Best effort: the number only makes the message more helpful.
                let _ = file.read_to_string(&mut holder);
                let holder = holder.trim();
                return Err(SnapshotError::Busy {
                    folder: path.parent().unwrap_or(path).to_owned(),
                    holder: if holder.is_empty() {
                        "another process".to_owned()
                    } else {
                        format!("process {holder}")
                    },
                });
            }
            Err(TryLockError::Error(source)) => {
                return Err(SnapshotError::io("lock", path, source));
            }
        }
        let write_holder = |file: &mut File| -> std::io::Result<()> {
            file.set_len(0)?;
            file.rewind()?;
            file.write_all(std::process::id().to_string().as_bytes())
        };
        write_holder(&mut file)
            .map_err(|source| SnapshotError::io("write the lock file", path, source))?;
        Ok(Self { _file: file })
    }
}
