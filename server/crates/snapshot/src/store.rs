//! store: the data folder: which snapshots there are and which one is current.
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use tidemark_shared::api::SnapshotEntry;

use crate::durable;
use crate::error::SnapshotError;
use crate::freeze::Freeze;
use crate::id::SnapshotId;
use crate::latest::KnownBuilds;
use crate::lock::{BuildLock, PointerLock};
use crate::publish;
use crate::retention::{self, Retention};
use crate::snapshot::Snapshot;

const SNAPSHOTS: &str = "snapshots";
const POINTER: &str = "current";
const LOCK: &str = "build.lock";
const POINTER_LOCK: &str = "pointer.lock";
const TEMPORARY: &str = "tmp-";

/// A data folder: `snapshots/<id>/…`, and the file `current` that names the one being served.
///
/// Readers need no lock: a published folder never changes, and the pointer changes in one step.
#[derive(Debug, Clone)]
pub struct Store {
    folder: PathBuf,
    pub(crate) known: KnownBuilds,
}

impl Store {
    /// Opens the data folder for building and serving; creates it if it is not there.
    ///
    /// # Errors
    /// If it cannot be created or written to.
    pub fn open(folder: impl Into<PathBuf>) -> Result<Self, SnapshotError> {
        let store = Self::open_read_only(folder);
        let probe = store.temporary("probe");
        let writable = fs::create_dir_all(store.folder.join(SNAPSHOTS))
            .and_then(|()| fs::write(&probe, b""))
            .and_then(|()| fs::remove_file(&probe));
        writable.map_err(|source| SnapshotError::Unwritable {
            folder: store.folder.clone(),
            source,
        })?;
        Ok(store)
    }

    /// A store for reading alone, for instance on a read-only mount; touches nothing.
    #[must_use]
    pub fn open_read_only(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            known: KnownBuilds::default(),
        }
    }

    /// The data folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Takes the right to build, and removes what a killed builder left half-written.
    ///
    /// # Errors
    /// [`SnapshotError::Busy`] if another builder has it.
    pub fn lock(&self) -> Result<BuildLock, SnapshotError> {
        let lock = BuildLock::acquire(&self.folder.join(LOCK))?;
        self.remove_temporaries()?;
        Ok(lock)
    }

    /// Freezes and publishes under a lock of its own; see [`Store::publish_locked`].
    ///
    /// # Errors
    /// If another builder holds the lock, the marts are not what they should be, or writing fails.
    /// Then the current snapshot is as it was.
    pub fn publish(&self, freeze: &Freeze<'_>) -> Result<SnapshotId, SnapshotError> {
        self.publish_locked(&self.lock()?, freeze)
    }

    /// Freezes and publishes: a killed process leaves either the old snapshot current or the new one.
    ///
    /// The id follows from the content, so publishing the same content again only points at it.
    ///
    /// # Errors
    /// If the marts are not what they should be, or writing fails. Then the current snapshot is as it was.
    pub fn publish_locked(
        &self,
        _lock: &BuildLock,
        freeze: &Freeze<'_>,
    ) -> Result<SnapshotId, SnapshotError> {
        publish::publish(self, freeze, &|_| Ok(()))
    }

    /// Freezes and keeps like [`Store::publish_locked`], but what is served as the latest stays: for days gone by.
    ///
    /// # Errors
    /// If the marts are not what they should be, or writing fails.
    pub fn keep_locked(
        &self,
        _lock: &BuildLock,
        freeze: &Freeze<'_>,
    ) -> Result<SnapshotId, SnapshotError> {
        publish::keep(self, freeze, &|_| Ok(()))
    }

    /// Removes the snapshots that the settings of retention do not retain, and returns their ids. The current one and
    /// those that are pinned stay, and so do those of days later than `today` and those whose manifest is damaged.
    ///
    /// # Errors
    /// If the pointer or the pins cannot be read (then nothing is removed), or a folder cannot be removed.
    pub fn prune(
        &self,
        lock: &BuildLock,
        retention: &Retention,
        today: NaiveDate,
    ) -> Result<Vec<SnapshotId>, SnapshotError> {
        retention::prune(self, lock, retention, today, &|_| Ok(()))
    }

    /// Removes one snapshot: the way to repair a day of the future. A pointer that names it is moved to the snapshot
    /// served instead.
    ///
    /// # Errors
    /// If there is none of this id, it is pinned or the one that is served, or a folder cannot be changed.
    pub fn remove(
        &self,
        lock: &BuildLock,
        id: &SnapshotId,
        today: NaiveDate,
    ) -> Result<(), SnapshotError> {
        retention::remove(self, lock, id, today)
    }

    /// The id the pointer names; `None` before the first publication. Costs one small read.
    ///
    /// # Errors
    /// If the pointer cannot be read or is damaged.
    pub fn current_id(&self) -> Result<Option<SnapshotId>, SnapshotError> {
        let path = self.pointer();
        match fs::read(&path) {
            Ok(bytes) => str::from_utf8(&bytes)
                .ok()
                .and_then(|text| text.strip_suffix('\n'))
                .and_then(|text| text.parse().ok())
                .map(Some)
                .ok_or(SnapshotError::BadPointer { path }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(SnapshotError::io("read the pointer", &path, source)),
        }
    }

    /// The path of the pointer.
    pub(crate) fn pointer(&self) -> PathBuf {
        self.folder.join(POINTER)
    }

    /// The snapshot the pointer names; `None` before the first publication. What is served may be
    /// another one: see [`Store::latest`].
    ///
    /// # Errors
    /// If the pointer or the snapshot it names is missing, damaged or unreadable.
    pub fn current(&self) -> Result<Option<Snapshot>, SnapshotError> {
        self.current_id()?
            .map(|id| self.open_snapshot(&id))
            .transpose()
    }

    /// Opens one snapshot: reads its manifest, checks that against its checksum, reads nothing else.
    ///
    /// # Errors
    /// If there is none of this id, or its manifest is damaged.
    pub fn open_snapshot(&self, id: &SnapshotId) -> Result<Snapshot, SnapshotError> {
        Snapshot::open(self.snapshot_folder(id), id)?.ok_or_else(|| SnapshotError::Unknown {
            id: id.to_string(),
            folder: self.folder.clone(),
        })
    }

    /// What was published, newest first. Snapshots whose manifest is damaged are left out; see [`Store::ids`].
    ///
    /// # Errors
    /// If the folder cannot be read.
    pub fn list(&self) -> Result<Vec<SnapshotEntry>, SnapshotError> {
        let current = self.current_id().unwrap_or(None);
        let pins = self.pins()?;
        let mut entries: Vec<SnapshotEntry> = self
            .ids()?
            .iter()
            .filter_map(|id| self.open_snapshot(id).ok())
            .map(|snapshot| SnapshotEntry {
                pinned: pins.contains(snapshot.id()),
                ..snapshot.entry(current.as_ref())
            })
            .collect();
        entries.sort_by(|a, b| {
            (b.generated_at, &b.snapshot_id).cmp(&(a.generated_at, &a.snapshot_id))
        });
        Ok(entries)
    }

    /// The ids of all snapshot folders, in order of the ids, damaged ones included.
    ///
    /// # Errors
    /// If the folder cannot be read.
    pub fn ids(&self) -> Result<Vec<SnapshotId>, SnapshotError> {
        let path = self.folder.join(SNAPSHOTS);
        let read = |source| SnapshotError::io("list", &path, source);
        let entries = match fs::read_dir(&path) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(read(error)),
        };
        let mut ids = Vec::new();
        for entry in entries {
            let name = entry.map_err(read)?.file_name();
            ids.extend(name.to_str().and_then(|name| name.parse().ok()));
        }
        ids.sort();
        Ok(ids)
    }

    /// Makes `id` the current snapshot, after checking all of its files: the way back. From then on it is pinned, since what
    /// was needed once may be needed again.
    ///
    /// # Errors
    /// If there is none of this id, it is damaged, or the pointer cannot be written.
    pub fn set_current(&self, id: &SnapshotId) -> Result<(), SnapshotError> {
        let pointer = self.lock_pointer()?;
        self.open_snapshot(id)?.verify()?;
        self.write_pin(id)?;
        self.point_at(&pointer, id)
    }

    pub(crate) fn point_at(
        &self,
        _lock: &PointerLock,
        id: &SnapshotId,
    ) -> Result<(), SnapshotError> {
        let path = self.pointer();
        // One name for all who hold the lock, so that what a killed process left is taken by the next.
        let temporary = self.folder.join(format!("{TEMPORARY}{POINTER}"));
        durable::replace(&path, &temporary, format!("{id}\n").as_bytes())
            .map_err(|source| SnapshotError::io("write the pointer", &path, source))
    }

    pub(crate) fn lock_pointer(&self) -> Result<PointerLock, SnapshotError> {
        PointerLock::acquire(&self.folder.join(POINTER_LOCK))
    }

    pub(crate) fn snapshots_folder(&self) -> PathBuf {
        self.folder.join(SNAPSHOTS)
    }

    pub(crate) fn snapshot_folder(&self, id: &SnapshotId) -> PathBuf {
        self.snapshots_folder().join(id.as_str())
    }

    /// A path for something half-done; the process number keeps a builder and a rollback apart.
    pub(crate) fn temporary(&self, what: &str) -> PathBuf {
        self.folder
            .join(format!("{TEMPORARY}{what}-{}", std::process::id()))
    }

    fn remove_temporaries(&self) -> Result<(), SnapshotError> {
        let list = |source| SnapshotError::io("list", &self.folder, source);
        for entry in fs::read_dir(&self.folder).map_err(list)? {
            let entry = entry.map_err(list)?;
            // Files are pointers and probes of processes that may be alive; only builders make folders.
            let is_folder = entry.file_type().map_err(list)?.is_dir();
            if is_folder && entry.file_name().to_string_lossy().starts_with(TEMPORARY) {
                let path = entry.path();
                durable::remove_folder(&path)
                    .map_err(|source| SnapshotError::io("remove", &path, source))?;
            }
        }
        Ok(())
    }
}
