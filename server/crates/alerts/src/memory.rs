//! The memory's file: read and replaced under a lock, so that a server and a command line may share a folder.

use std::fs::{self, File};
use std::io;
use std::path::PathBuf;

use tidemark_snapshot::replace;

use crate::book::Book;
use crate::error::{AlertError, at};

/// Where the memory is kept.
#[derive(Debug)]
pub(crate) struct Memory {
    folder: PathBuf,
}

impl Memory {
    /// Memory in a folder, which is made once there is something to remember.
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// What is remembered.
    pub(crate) fn read(&self) -> Result<Book, AlertError> {
        let path = self.path();
        match fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| AlertError::Unreadable {
                path,
                what: error.to_string(),
            }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Book::default()),
            Err(error) => Err(at(&path)(error)),
        }
    }

    /// Changes what is remembered, in one step that lasts once this returns. Others wait meanwhile, which is short: no
    /// network is asked inside.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut Book) -> T) -> Result<T, AlertError> {
        fs::create_dir_all(&self.folder).map_err(at(&self.folder))?;
        let path = self.folder.join("lock");
        let lock = File::create(&path).map_err(at(&path))?;
        // Given back when the file is closed, so a killed process leaves nothing locked.
        lock.lock().map_err(at(&path))?;
        let before = self.read()?;
        let mut after = before.clone();
        let given = change(&mut after);
        if after != before {
            self.write(&after)?;
        }
        Ok(given)
    }

    fn write(&self, book: &Book) -> Result<(), AlertError> {
        let path = self.path();
        let bytes = serde_json::to_vec_pretty(book).map_err(io::Error::from);
        bytes
            .and_then(|bytes| replace(&path, &path.with_extension("new"), &bytes))
            .map_err(at(&path))
    }

    fn path(&self) -> PathBuf {
        self.folder.join("book.json")
    }
}
