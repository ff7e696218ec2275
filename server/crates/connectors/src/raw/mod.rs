//! The raw folder of one source: records go into numbered part files, and state moves only after them.
//!
//! `raw/<source>/<object>/part-000001.jsonl.zst` holds records; `raw/<source>/.sync/` is the
//! connector's own: the lock, parts being written, the state. A part gets its place by a rename
//! after it is on the disk, and only then the state is written. So a process killed anywhere leaves
//! whole parts and a state that covers no more than them; what it had not saved is pulled again.
//! The state has size and checksum of each part: where one is lost or changed, all is pulled again.

mod durable;
mod kept;
mod part;
mod seal;

use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{SyncError, Teller, Told};
pub(crate) use durable::at;
use durable::sync_folder;
use kept::{FORMAT, Kept};
use part::{Finished, Part};
pub use seal::damage_of;
use seal::{Damage, Fault, Seal, Seals};

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
    /// Every part in its place that a sync wrote.
    seals: Seals,
    /// Parts that were found lost or changed when the folder was opened.
    damages: Vec<Damage>,
    /// Objects that lost parts and are not yet read again to the end.
    healing: Vec<String>,
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
        let mut raw = Self {
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
            seals: Seals::new(),
            damages: Vec::new(),
            healing: Vec::new(),
            unsaved: 0,
            saved_at: Instant::now(),
            landed: BTreeMap::new(),
        };
        let Some(kept) = raw.kept::<serde_json::Value>()? else {
            return Ok(raw);
        };
        if kept.origin != raw.origin {
            return Err(SyncError::Configuration(format!(
                "{source}: {} holds records of {}, but the settings name {}; give the new account a raw folder of its own, or remove this one to start over",
                raw.folder.display(),
                kept.origin,
                raw.origin
            )));
        }
        raw.take_in(kept)?;
        Ok(raw)
    }

    /// Compares the parts with their seals: moves aside what is changed or foreign, and reports it with what is missing.
    fn take_in(&mut self, kept: Kept<serde_json::Value>) -> Result<(), SyncError> {
        self.damages = seal::damages(&self.folder, &kept)?;
        for (object, parts) in kept::placing(&self.folder)? {
            // What a killed process placed is a part like any other.
            let placed = parts.into_iter().filter(|(name, _)| {
                let path = self.folder.join(&object).join(name);
                path.is_file()
            });
            let placed: Vec<_> = placed.collect();
            self.seals.entry(object).or_default().extend(placed);
        }
        for (object, parts) in kept.parts {
            self.seals.entry(object).or_default().extend(parts);
        }
        self.healing = kept.healing;
        for damage in &self.damages {
            let name = file_name(&damage.path);
            if damage.fault != Fault::Missing {
                let aside = self.own.join("aside").join(&damage.object);
                move_aside(&damage.path, &aside)?;
            }
            if let Some(parts) = self.seals.get_mut(&damage.object) {
                parts.remove(&name);
            }
            if !self.healing.contains(&damage.object) {
                self.healing.push(damage.object.clone());
            }
            let moved = match damage.fault {
                Fault::Missing => String::new(),
                Fault::Changed | Fault::Foreign => {
                    format!("; it is moved to {}", self.own.join("aside").display())
                }
            };
            (self.tell)(Told::Note {
                source: self.source,
                text: format!("{damage}{moved}; everything is read again"),
            });
        }
        Ok(())
    }

    /// What the last checkpoint saved; nothing if parts that it covers were lost, so that all is pulled again.
    ///
    /// # Errors
    /// [`SyncError::Configuration`] if the file is not a state of this version.
    pub fn state<S: DeserializeOwned>(&self) -> Result<Option<S>, SyncError> {
        if !self.damages.is_empty() {
            return Ok(None);
        }
        Ok(self.kept()?.map(|kept| kept.state))
    }

    fn kept<S: DeserializeOwned>(&self) -> Result<Option<Kept<S>>, SyncError> {
        Kept::read(&self.folder)
    }

    /// Marks a pull that came to its end: what was lost is there again.
    ///
    /// # Errors
    /// [`SyncError::Disk`].
    pub(crate) fn complete(&mut self) -> Result<(), SyncError> {
        if self.healing.is_empty() {
            return Ok(());
        }
        self.healing.clear();
        if let Some(mut kept) = self.kept::<serde_json::Value>()? {
            kept.healing.clear();
            kept.write(&self.folder)?;
        }
        Ok(())
    }

    /// The raw folder of all sources.
    pub(crate) fn root(&self) -> &Path {
        self.folder.parent().unwrap_or(&self.folder)
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
        // The seals come first: a part that is in its place without one would look foreign.
        if !self.finished.is_empty() {
            for part in &self.finished {
                let (object, name) = part.object_and_name();
                let parts = self.seals.entry(object).or_default();
                parts.insert(name, Seal::of(part.aside())?);
            }
            kept::write_placing(&self.folder, &self.seals)?;
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
            parts: self.seals.clone(),
            healing: self.healing.clone(),
            state,
        };
        kept.write(&self.folder)?;
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
        let lost = self.damages.iter().filter(|damage| damage.object == object);
        let lost = lost.filter_map(|damage| kept::number(&file_name(&damage.path)));
        let highest = lost.max().map_or(highest, |lost| lost.max(highest));
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
            let number = kept::number(&file_name(&path));
            parts.extend(number.map(|number| (number, path)));
        }
        parts.sort();
        Ok(parts)
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

fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// Moves a file into another folder, under a name that is free there.
fn move_aside(path: &Path, folder: &Path) -> Result<(), SyncError> {
    fs::create_dir_all(folder).map_err(at(folder))?;
    let name = file_name(path);
    let names = (1..).map(|number| format!("{name}.{number}"));
    let mut names = std::iter::once(name.clone()).chain(names);
    let free = names.find(|name| !folder.join(name).exists());
    let place = folder.join(free.unwrap_or(name));
    fs::rename(path, &place).map_err(at(&place))
}

#[cfg(test)]
mod tests;
