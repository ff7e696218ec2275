//! The incident store: one file, read and replaced under a lock, so that a server and a command line may share a folder.
//!
//! Alerts matter most when the disk is at fault. So a store that cannot be written is held in memory
//! until it can be, and a damaged one is moved aside: neither keeps an alert from being sent.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tidemark_snapshot::replace;

use crate::book::Book;
use crate::error::{AlertError, at};

/// Its name in the folder.
const FILE: &str = "book.json";
/// Its path in the data folder.
pub const STORE: &str = "alerts/book.json";

/// The incident store of a data folder.
#[derive(Debug)]
pub(crate) struct Memory {
    folder: PathBuf,
    /// What the disk refused to store.
    unsaved: Mutex<Option<Unsaved>>,
}

/// A state that is not on the disk.
#[derive(Debug)]
struct Unsaved {
    /// What was on the disk when the state was formed.
    base: Book,
    book: Book,
}

impl Memory {
    /// The store in a folder, which is created once there is something to store.
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            unsaved: Mutex::default(),
        }
    }

    /// Returns what is stored.
    pub(crate) fn read(&self) -> Result<Book, AlertError> {
        match &*self.unsaved() {
            Some(unsaved) => Ok(unsaved.book.clone()),
            None => self.load(),
        }
    }

    /// Changes what is stored, in one step that is durable once this returns. Other processes wait
    /// meanwhile, which is short: no network is used inside.
    ///
    /// Where the disk refuses, the change is held in memory and a later change writes it. Then a
    /// process that ends may send an alert again, which is better than never.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut Book) -> T) -> T {
        let mut unsaved = self.unsaved();
        let lock = self.lock();
        if let Err(error) = &lock {
            tracing::error!(%error, "the incident store cannot be locked");
        }
        let (on_disk, may_write) = self.load_or_renew();
        let before = match unsaved.take() {
            None => on_disk.clone(),
            Some(unsaved) if unsaved.base == on_disk => unsaved.book,
            Some(unsaved) => {
                // Another process has written since: its state counts, and what is open here is opened there.
                let mut joined = on_disk.clone();
                joined.adopt(unsaved.book);
                joined
            }
        };
        let mut after = before.clone();
        let given = change(&mut after);
        let written = match (after == on_disk, may_write) {
            (true, _) => true,
            (false, false) => false,
            (false, true) => match self.write(&after) {
                Ok(()) => true,
                Err(error) => {
                    tracing::error!(%error, "the incident store cannot be written");
                    false
                }
            },
        };
        if !written {
            *unsaved = Some(Unsaved {
                base: on_disk,
                book: after,
            });
        }
        given
    }

    fn unsaved(&self) -> MutexGuard<'_, Option<Unsaved>> {
        self.unsaved.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lock(&self) -> Result<File, AlertError> {
        fs::create_dir_all(&self.folder).map_err(at(&self.folder))?;
        let path = self.folder.join("lock");
        let lock = File::create(&path).map_err(at(&path))?;
        // Released when the file is closed, so a killed process leaves nothing locked.
        lock.lock().map_err(at(&path))?;
        Ok(lock)
    }

    fn load(&self) -> Result<Book, AlertError> {
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

    /// What is on the disk, and whether that may be replaced. A damaged file is moved aside and an empty
    /// store begun; one that cannot be read or moved is left as it is.
    fn load_or_renew(&self) -> (Book, bool) {
        let error = match self.load() {
            Ok(book) => return (book, true),
            Err(error) => error,
        };
        if !matches!(error, AlertError::Unreadable { .. }) {
            tracing::error!(%error, "the incident store cannot be read");
            return (Book::default(), false);
        }
        match move_aside(&self.path()) {
            Ok(aside) => {
                let aside = aside.display();
                tracing::error!(%error, %aside, "the incident store is damaged and was moved aside");
                (Book::default(), true)
            }
            Err(cause) => {
                tracing::error!(%error, %cause, "the damaged incident store cannot be moved aside");
                (Book::default(), false)
            }
        }
    }

    fn write(&self, book: &Book) -> Result<(), AlertError> {
        let path = self.path();
        let bytes = serde_json::to_vec_pretty(book).map_err(io::Error::from);
        bytes
            .and_then(|bytes| replace(&path, &path.with_extension("new"), &bytes))
            .map_err(at(&path))
    }

    fn path(&self) -> PathBuf {
        self.folder.join(FILE)
    }
}

/// Renames a damaged file to the first free name of `…damaged-1`, `…damaged-2` and so on; returns it.
fn move_aside(path: &Path) -> io::Result<PathBuf> {
    let aside = (1..)
        .map(|number| path.with_extension(format!("json.damaged-{number}")))
        .find(|aside| !aside.exists())
        .unwrap_or_default();
    fs::rename(path, &aside)?;
    Ok(aside)
}

/// What is wrong with the incident store of a data folder, if anything; changes nothing.
#[must_use]
pub fn store_fault(data: &Path) -> Option<String> {
    let memory = Memory::new(data.join(crate::desk::FOLDER));
    memory.load().err().map(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_store_is_moved_aside_and_a_new_one_begun() {
        let data = tempfile::tempdir().unwrap();
        let folder = data.path().join(crate::desk::FOLDER);
        fs::create_dir_all(&folder).unwrap();
        for number in 1..=2 {
            fs::write(folder.join(FILE), "{\"open\": [").unwrap();
            assert!(store_fault(data.path()).unwrap().contains(FILE));
            Memory::new(folder.clone())
                .change(|book| book.trial(&[], chrono::DateTime::UNIX_EPOCH));
            let aside = folder.join(format!("{FILE}.damaged-{number}"));
            assert_eq!(fs::read_to_string(aside).unwrap(), "{\"open\": [");
            assert_eq!(store_fault(data.path()), None);
        }
    }

    #[test]
    fn what_cannot_be_written_is_held_and_written_later() {
        let data = tempfile::tempdir().unwrap();
        // A file where the folder should be: nothing can be stored, for root as well.
        let folder = data.path().join("alerts");
        fs::write(&folder, "").unwrap();
        let memory = Memory::new(folder.clone());
        memory.change(|book| book.trial(&[], chrono::DateTime::UNIX_EPOCH));
        assert_eq!(memory.read().unwrap().notices.len(), 1);
        fs::remove_file(&folder).unwrap();
        memory.change(|book| book.trial(&[], chrono::DateTime::UNIX_EPOCH));
        assert_eq!(Memory::new(folder).read().unwrap().notices.len(), 2);
    }
}
