//! The raw folder of one source: records go into numbered part files, and state moves only after them.
//!
//! `raw/<source>/<object>/part-000001.jsonl.zst` holds records; `raw/<source>/.sync/` is the
//! connector's own: the lock, parts being written, the state. A part gets its place by a rename
//! after it is on the disk, and only then the state is written. So a process killed anywhere leaves
//! whole parts and a state that covers no more than them; what it had not saved is pulled again.

mod durable;
mod part;

use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::{SyncError, Teller, Told};
pub(crate) use durable::at;
use durable::{sync_folder, write_whole};
use part::{Finished, Part};

/// The connector's own folder in a source's folder; hidden, so that no build reads it.
pub(crate) fn own_folder(source: &Path) -> PathBuf {
    source.join(".sync")
}

/// When to save in between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RawOptions {
    /// Records after which a checkpoint is due.
    pub records: u64,
    /// Time after which one is due if there is anything to save.
    pub time: Duration,
}

impl Default for RawOptions {
    fn default() -> Self {
        Self {
            records: 50_000,
            time: Duration::from_secs(30),
        }
    }
}

/// The state as it is kept, with what tells whether it fits.
#[derive(Serialize, Deserialize)]
struct Kept<S> {
    format: u32,
    /// Where the records came from; records of two accounts must not mix.
    origin: String,
    /// The last part of each object that the state covers.
    parts: BTreeMap<String, u32>,
    state: S,
}

const FORMAT: u32 = 1;

/// The raw folder of one source, held by this process alone.
pub struct Raw {
    source: &'static str,
    origin: String,
    folder: PathBuf,
    own: PathBuf,
    options: RawOptions,
    tell: Teller,
    /// Unlocked when dropped.
    _lock: File,
    /// Parts being written, and parts finished but not yet in their place.
    open: BTreeMap<&'static str, Part>,
    finished: Vec<Finished>,
    numbers: BTreeMap<&'static str, u32>,
    unsaved: u64,
    saved_at: Instant,
    landed: BTreeMap<&'static str, u64>,
}

impl Raw {
    /// Takes a source's folder below `raw`, creating it where needed. `origin` says which account
    /// the records come from, such as its address; a folder synced from another one is refused.
    ///
    /// # Errors
    /// [`SyncError::Busy`] if another process has it, [`SyncError::Configuration`] if it belongs to
    /// another account, [`SyncError::Disk`] if it cannot be written.
    pub fn open(
        raw: &Path,
        source: &'static str,
        origin: &str,
        options: RawOptions,
        tell: &Teller,
    ) -> Result<Self, SyncError> {
        let folder = raw.join(source);
        let own = own_folder(&folder);
        fs::create_dir_all(&own).map_err(at(&own))?;
        let path = own.join("lock");
        let lock = File::create(&path).map_err(at(&path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(SyncError::Busy {
                    source_name: source,
                    lock: path,
                });
            }
            Err(TryLockError::Error(cause)) => return Err(SyncError::Disk { path, cause }),
        }
        // What a killed process left: its state does not cover it.
        let unfinished = own.join("unfinished");
        match fs::remove_dir_all(&unfinished) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(at(&unfinished)(error));
            }
            _ => fs::create_dir(&unfinished).map_err(at(&unfinished))?,
        }
        let raw = Self {
            source,
            origin: origin.to_owned(),
            folder,
            own,
            options,
            tell: tell.clone(),
            _lock: lock,
            open: BTreeMap::new(),
            finished: Vec::new(),
            numbers: BTreeMap::new(),
            unsaved: 0,
            saved_at: Instant::now(),
            landed: BTreeMap::new(),
        };
        if let Some(kept) = raw.kept::<serde_json::Value>()?
            && kept.origin != raw.origin
        {
            return Err(SyncError::Configuration(format!(
                "{source}: {} holds records of {}, but the settings name {}; give the new account a raw folder of its own, or remove this one to start over",
                raw.folder.display(),
                kept.origin,
                raw.origin
            )));
        }
        Ok(raw)
    }

    /// What the last checkpoint saved; nothing if parts that it covers are gone, so that all is pulled again.
    ///
    /// # Errors
    /// [`SyncError::Configuration`] if the file is not a state of this version.
    pub fn state<S: DeserializeOwned>(&self) -> Result<Option<S>, SyncError> {
        let Some(kept) = self.kept()? else {
            return Ok(None);
        };
        for (object, last) in &kept.parts {
            if self.parts(object)?.iter().all(|(number, _)| number != last) {
                (self.tell)(Told::Note {
                    source: self.source,
                    text: format!(
                        "{} lacks its last part ({last}); everything is read again",
                        self.folder.join(object).display()
                    ),
                });
                return Ok(None);
            }
        }
        Ok(Some(kept.state))
    }

    fn kept<S: DeserializeOwned>(&self) -> Result<Option<Kept<S>>, SyncError> {
        let path = self.state_path();
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(at(&path)(error)),
        };
        let kept: Result<Kept<S>, _> = serde_json::from_slice(&text);
        let why = match kept {
            Ok(kept) if kept.format == FORMAT => return Ok(Some(kept)),
            Ok(kept) => format!("it has format {}", kept.format),
            Err(error) => error.to_string(),
        };
        Err(SyncError::Configuration(format!(
            "{} cannot be read ({why}); remove it to pull everything again: records landed twice count once",
            path.display()
        )))
    }

    /// The raw folder of all sources.
    pub(crate) fn root(&self) -> &Path {
        self.folder.parent().unwrap_or(&self.folder)
    }

    fn state_path(&self) -> PathBuf {
        self.own.join("state.json")
    }

    /// Lands a JSON record.
    ///
    /// # Errors
    /// [`SyncError::Disk`].
    pub fn push(&mut self, object: &'static str, record: &str) -> Result<(), SyncError> {
        if !self.open.contains_key(object) {
            let part = self.part(object, "jsonl.zst")?;
            self.open.insert(object, part);
        }
        if let Some(part) = self.open.get_mut(object) {
            part.line(record)?;
        }
        self.count(object, 1);
        Ok(())
    }

    /// Lands a page of CSV as a part of its own: its first line is the header, `records` rows follow.
    ///
    /// # Errors
    /// [`SyncError::Disk`].
    pub fn csv(
        &mut self,
        object: &'static str,
        page: &[u8],
        records: u64,
    ) -> Result<(), SyncError> {
        // Parts keep the order in which their records came.
        self.close(object)?;
        let mut part = self.part(object, "csv.zst")?;
        part.write(page)?;
        self.finished.push(part.finish()?);
        self.count(object, records);
        Ok(())
    }

    /// Makes sure that the object exists, be it without a record, so that a build sees that it was asked for.
    ///
    /// # Errors
    /// [`SyncError::Disk`].
    pub fn present(&mut self, object: &'static str) -> Result<(), SyncError> {
        if self.next_number(object)? == 1 {
            let part = self.part(object, "jsonl.zst")?;
            self.finished.push(part.finish()?);
        }
        Ok(())
    }

    /// Records of an object landed in this run.
    #[must_use]
    pub fn landed(&self, object: &str) -> u64 {
        self.landed.get(object).copied().unwrap_or_default()
    }

    /// Records landed in this run, by object.
    #[must_use]
    pub fn landed_by_object(&self) -> &BTreeMap<&'static str, u64> {
        &self.landed
    }

    /// Whether it is time for a checkpoint.
    #[must_use]
    pub fn due(&self) -> bool {
        self.unsaved >= self.options.records
            || (self.unsaved > 0 && self.saved_at.elapsed() >= self.options.time)
    }

    /// Puts all parts into their place, durably, and then moves the state, which must cover no more than them.
    ///
    /// # Errors
    /// [`SyncError::Disk`]; the state is then as it was.
    pub fn checkpoint<S: Serialize>(&mut self, state: &S) -> Result<(), SyncError> {
        while let Some((_, part)) = self.open.pop_first() {
            self.finished.push(part.finish()?);
        }
        let mut folders: Vec<PathBuf> = Vec::new();
        for part in self.finished.drain(..) {
            folders.push(part.place()?);
        }
        folders.sort();
        folders.dedup();
        for folder in &folders {
            sync_folder(folder)?;
        }
        sync_folder(&self.folder)?;
        let kept = Kept {
            format: FORMAT,
            origin: self.origin.clone(),
            parts: self.last_parts()?,
            state,
        };
        let path = self.state_path();
        let text = serde_json::to_vec_pretty(&kept).map_err(|cause| SyncError::Disk {
            path: path.clone(),
            cause: cause.into(),
        })?;
        write_whole(&path, &text)?;
        self.unsaved = 0;
        self.saved_at = Instant::now();
        for (&object, &records) in &self.landed {
            self.told(object, records);
        }
        Ok(())
    }

    /// A new part of an object.
    fn part(&mut self, object: &'static str, ending: &str) -> Result<Part, SyncError> {
        let number = self.next_number(object)?;
        self.numbers.insert(object, number + 1);
        let name = format!("part-{number:06}.{ending}");
        Part::begin(
            self.own.join("unfinished").join(format!("{object}-{name}")),
            self.folder.join(object).join(name),
        )
    }

    /// The number after the highest there is, so that no clock decides which record is newer.
    pub(crate) fn next_number(&mut self, object: &'static str) -> Result<u32, SyncError> {
        if let Some(next) = self.numbers.get(object) {
            return Ok(*next);
        }
        let highest = self.parts(object)?.last().map_or(0, |(number, _)| *number);
        self.numbers.insert(object, highest + 1);
        Ok(highest + 1)
    }

    /// The parts of an object that are in their place, in landing order.
    pub(crate) fn parts(&self, object: &str) -> Result<Vec<(u32, PathBuf)>, SyncError> {
        let folder = self.folder.join(object);
        fs::create_dir_all(&folder).map_err(at(&folder))?;
        let mut parts = Vec::new();
        for entry in fs::read_dir(&folder).map_err(at(&folder))? {
            let path = entry.map_err(at(&folder))?.path();
            let number = path
                .file_name()
                .and_then(|name| name.to_str())
                .and_then(|name| name.strip_prefix("part-")?.split('.').next()?.parse().ok());
            parts.extend(number.map(|number| (number, path)));
        }
        parts.sort();
        Ok(parts)
    }

    /// The last part of each object: those of this run, and those of earlier ones.
    fn last_parts(&self) -> Result<BTreeMap<String, u32>, SyncError> {
        let mut last = self
            .kept::<serde_json::Value>()?
            .map_or_else(BTreeMap::new, |kept| kept.parts);
        for (object, next) in &self.numbers {
            if *next > 1 {
                last.insert((*object).to_owned(), next - 1);
            }
        }
        Ok(last)
    }

    fn close(&mut self, object: &'static str) -> Result<(), SyncError> {
        if let Some(part) = self.open.remove(object) {
            self.finished.push(part.finish()?);
        }
        Ok(())
    }

    fn count(&mut self, object: &'static str, records: u64) {
        self.unsaved += records;
        let landed = self.landed.entry(object).or_default();
        let before = *landed;
        *landed += records;
        let now = *landed;
        // Often enough to watch, seldom enough not to matter.
        if before / 1000 != now / 1000 {
            self.told(object, now);
        }
    }

    fn told(&self, object: &'static str, records: u64) {
        (self.tell)(Told::Landed {
            source: self.source,
            object,
            records,
        });
    }
}

#[cfg(test)]
mod tests;
