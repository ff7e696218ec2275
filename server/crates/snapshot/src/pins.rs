//! pins: snapshots that are kept whatever the settings of retention say: an empty file of the id's name for each.
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::PathBuf;

use crate::durable;
use crate::error::SnapshotError;
use crate::id::SnapshotId;
use crate::store::Store;

const PINNED: &str = "pinned";

impl Store {
    /// The ids that are pinned, also of snapshots that are gone.
    ///
    /// # Errors
    /// If the folder of pins cannot be read.
    pub fn pins(&self) -> Result<BTreeSet<SnapshotId>, SnapshotError> {
        let folder = self.pins_folder();
        let read = |source| SnapshotError::io("list", &folder, source);
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeSet::new()),
            Err(error) => return Err(read(error)),
        };
        let mut pins = BTreeSet::new();
        for entry in entries {
            let name = entry.map_err(read)?.file_name();
            pins.extend(name.to_str().and_then(|name| name.parse().ok()));
        }
        Ok(pins)
    }

    /// Keeps a snapshot from being removed, until [`Store::unpin`].
    ///
    /// # Errors
    /// If there is none of this id, or the pin cannot be written.
    pub fn pin(&self, id: &SnapshotId) -> Result<(), SnapshotError> {
        let _pointer = self.lock_pointer()?;
        self.open_snapshot(id)?;
        self.write_pin(id)
    }

    /// Lets the settings of retention decide about a snapshot again; nothing happens if it is not pinned.
    ///
    /// # Errors
    /// If the pin cannot be removed.
    pub fn unpin(&self, id: &SnapshotId) -> Result<(), SnapshotError> {
        let path = self.pins_folder().join(id.as_str());
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(SnapshotError::io("remove the pin", &path, error))
            }
            _ => Ok(()),
        }
    }

    /// The caller holds the pointer's lock.
    pub(crate) fn write_pin(&self, id: &SnapshotId) -> Result<(), SnapshotError> {
        let folder = self.pins_folder();
        let path = folder.join(id.as_str());
        let write = || {
            fs::create_dir_all(&folder)?;
            File::create(&path)?.sync_all()?;
            durable::sync_folder(&folder)?;
            durable::sync_folder(self.folder())
        };
        write().map_err(|source| SnapshotError::io("write the pin", &path, source))
    }

    fn pins_folder(&self) -> PathBuf {
        self.folder().join(PINNED)
    }
}
