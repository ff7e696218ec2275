//! lock: one run at a time per data folder, across processes.
use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use crate::error::RunsError;

const FILE: &str = "runs.lock";

/// The exclusive right to work on the runs of a data folder; given back when dropped.
///
/// The operating system holds it, so a killed process leaves no stale lock behind.
#[derive(Debug)]
pub struct RunLock {
    _file: File,
}

impl RunLock {
    /// Takes it, unless another process has it.
    ///
    /// # Errors
    /// If the lock's file cannot be made or locked.
    pub fn try_acquire(data: &Path) -> Result<Option<Self>, RunsError> {
        let (path, file) = open(data)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { _file: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(source)) => Err(RunsError::Lock { path, source }),
        }
    }

    /// Waits until no other process has it, and takes it.
    ///
    /// # Errors
    /// If the lock's file cannot be made or locked.
    pub fn acquire(data: &Path) -> Result<Self, RunsError> {
        let (path, file) = open(data)?;
        file.lock()
            .map_err(|source| RunsError::Lock { path, source })?;
        Ok(Self { _file: file })
    }

    /// Whether some process has it. Only looks: a shared lock, given back at once.
    #[must_use]
    pub fn is_held(data: &Path) -> bool {
        let Ok(file) = File::open(data.join(FILE)) else {
            return false;
        };
        matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock))
    }
}

fn open(data: &Path) -> Result<(PathBuf, File), RunsError> {
    let path = data.join(FILE);
    let opened = std::fs::create_dir_all(data).and_then(|()| -> io::Result<File> {
        OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
    });
    match opened {
        Ok(file) => Ok((path, file)),
        Err(source) => Err(RunsError::Lock { path, source }),
    }
}
