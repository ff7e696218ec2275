//! snapshot: one published snapshot, read and checked.
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;

use tidemark_shared::api::{Format, Manifest, SnapshotEntry};

use crate::error::SnapshotError;
use crate::format::{Encoding, mart_file};
use crate::id::SnapshotId;
use crate::manifest::{FileEntry, MANIFEST_FILE, Stored, Tally};

/// One published, immutable snapshot. Cheap to clone; holds the manifest, no data.
#[derive(Debug, Clone)]
pub struct Snapshot {
    id: SnapshotId,
    folder: PathBuf,
    stored: Arc<Stored>,
}

impl Snapshot {
    /// Opens the folder, or `None` if it is not there.
    pub(crate) fn open(folder: PathBuf, id: &SnapshotId) -> Result<Option<Self>, SnapshotError> {
        let path = folder.join(MANIFEST_FILE);
        let damaged = |problem: String| SnapshotError::Damaged {
            id: id.to_string(),
            file: MANIFEST_FILE.to_owned(),
            problem,
        };
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return if folder.is_dir() {
                    Err(damaged("is missing".to_owned()))
                } else {
                    Ok(None)
                };
            }
            Err(source) => return Err(SnapshotError::io("read", &path, source)),
        };
        let stored = Stored::from_bytes(&bytes).map_err(damaged)?;
        if stored.manifest.snapshot_id != id.as_str() {
            return Err(damaged(format!(
                "belongs to snapshot {}",
                stored.manifest.snapshot_id
            )));
        }
        Ok(Some(Self {
            id: id.clone(),
            folder,
            stored: Arc::new(stored),
        }))
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> &SnapshotId {
        &self.id
    }

    /// Its description, as the API gives it.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.stored.manifest
    }

    /// Whether it is still there: it may have been removed since it was opened.
    #[must_use]
    pub fn is_there(&self) -> bool {
        self.folder.join(MANIFEST_FILE).exists()
    }

    /// Every file, with size and checksum.
    pub fn files(&self) -> impl Iterator<Item = (&String, &FileEntry)> {
        self.stored.files.iter()
    }

    /// Size and checksum of a file, if the snapshot has it.
    #[must_use]
    pub fn entry_of(&self, file: &str) -> Option<&FileEntry> {
        self.stored.files.get(file)
    }

    /// Where a file is on the disk.
    ///
    /// # Errors
    /// If the snapshot has no such file.
    pub fn file(&self, name: &str) -> Result<PathBuf, SnapshotError> {
        match self.entry_of(name) {
            Some(_) => Ok(self.folder.join(name)),
            None => Err(SnapshotError::NoFile {
                id: self.id.to_string(),
                file: name.chars().take(200).collect(),
            }),
        }
    }

    /// Reads a file whole and checks it against its checksum.
    ///
    /// # Errors
    /// If there is no such file, it cannot be read, or it is not as it was published.
    pub fn read_file(&self, name: &str) -> Result<Vec<u8>, SnapshotError> {
        let size = self.entry_of(name).map_or(0, |entry| entry.bytes);
        let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
        self.copy(name, &mut bytes)?;
        Ok(bytes)
    }

    /// Opens a file to be read, unchecked.
    ///
    /// # Errors
    /// If there is no such file, or it cannot be opened.
    pub fn open_file(&self, name: &str) -> Result<File, SnapshotError> {
        let path = self.file(name)?;
        match File::open(&path) {
            Ok(file) => Ok(file),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(if self.is_there() {
                self.damaged(name, "is missing".to_owned())
            } else {
                SnapshotError::Removed {
                    id: self.id.to_string(),
                }
            }),
            Err(source) => Err(SnapshotError::io("read", &path, source)),
        }
    }

    /// Reads an open file of the snapshot to its end and compares it with its checksum; holds a
    /// small piece of it in memory at a time.
    ///
    /// # Errors
    /// If it cannot be read, or is not as it was published.
    pub fn check_file(&self, name: &str, file: &File) -> Result<(), SnapshotError> {
        self.copy_from(name, file, io::sink())
    }

    /// Copies a file's bytes and checks them against the checksum; on an error `out` holds some of them.
    fn copy(&self, name: &str, out: impl Write) -> Result<(), SnapshotError> {
        self.copy_from(name, &self.open_file(name)?, out)
    }

    fn copy_from(&self, name: &str, mut file: &File, out: impl Write) -> Result<(), SnapshotError> {
        let path = self.file(name)?;
        let mut tally = Tally::new(out);
        io::copy(&mut file, &mut tally)
            .map_err(|source| SnapshotError::io("read", &path, source))?;
        let found = tally.entry();
        match self.entry_of(name).and_then(|entry| entry.problem(&found)) {
            Some(problem) => Err(self.damaged(name, problem)),
            None => Ok(()),
        }
    }

    fn damaged(&self, name: &str, problem: String) -> SnapshotError {
        SnapshotError::Damaged {
            id: self.id.to_string(),
            file: name.to_owned(),
            problem,
        }
    }

    /// Reads a mart in a format and encoding; checked like [`Snapshot::read_file`].
    ///
    /// # Errors
    /// As [`Snapshot::read_file`]; Parquet exists unencoded only.
    pub fn read(
        &self,
        mart: &str,
        format: Format,
        encoding: Encoding,
    ) -> Result<Vec<u8>, SnapshotError> {
        self.read_file(&mart_file(mart, format, encoding))
    }

    /// Checks every file, a piece at a time: no file is held in memory.
    ///
    /// # Errors
    /// The first file that is missing or not as it was published.
    pub fn verify(&self) -> Result<(), SnapshotError> {
        self.stored
            .files
            .keys()
            .try_for_each(|name| self.copy(name, io::sink()))
    }

    /// Its line in the list of snapshots; `current` is the id being served as the latest. Whether it is pinned, the store
    /// knows.
    #[must_use]
    pub fn entry(&self, current: Option<&SnapshotId>) -> SnapshotEntry {
        let manifest = self.manifest();
        SnapshotEntry {
            snapshot_id: manifest.snapshot_id.clone(),
            as_of: manifest.as_of,
            generated_at: manifest.generated_at,
            quality: manifest.quality,
            current: current == Some(&self.id),
            pinned: false,
        }
    }
}
