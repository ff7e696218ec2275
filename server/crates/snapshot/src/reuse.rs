//! reuse: a file that an earlier snapshot has too is stored once: both folders name it, and it goes with the last of them.
//!
//! Never with the snapshot served until now, which takes over where the new one is found damaged: of what never changes there
//! are two files, named in turn, so that no damage is in two neighbours. Every folder stays whole by itself: whoever copies
//! one has all of its files. Where the file system cannot give a file two names, each snapshot keeps its own copy.
use std::collections::{HashMap, HashSet};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use crate::durable;
use crate::manifest::{FileEntry, Tally};
use crate::snapshot::Snapshot;
use crate::store::Store;

/// Files of the snapshots there are but the current one, by the checksum of their content.
pub(crate) struct Stock {
    files: HashMap<String, Vec<(Snapshot, String)>>,
    /// The current snapshot's, which earlier ones may have too.
    current: HashSet<Place>,
}

/// Device and number of a file: the same for all of its names.
type Place = (u64, u64);

impl Stock {
    /// Looks into all manifests that can be read.
    pub(crate) fn of(store: &Store) -> Self {
        let ids = store.ids().unwrap_or_default();
        let current = store.current_id().ok().flatten();
        let mut stock = Self {
            files: HashMap::new(),
            current: HashSet::new(),
        };
        for id in ids {
            let Ok(snapshot) = store.open_snapshot(&id) else {
                continue;
            };
            for (name, entry) in snapshot.files() {
                if Some(&id) == current.as_ref() {
                    stock
                        .current
                        .extend(snapshot.file(name).ok().and_then(|path| place(&path)));
                } else {
                    let known = stock.files.entry(entry.sha256.clone()).or_default();
                    known.push((snapshot.clone(), name.clone()));
                }
            }
        }
        stock
    }

    /// Gives a file of this content the name `to` as well, whatever is there now. False if there is none, it is damaged,
    /// or it cannot have another name; then what is at `to` is as it was.
    pub(crate) fn share(&self, content: &FileEntry, to: &Path) -> bool {
        let known = self.files.get(&content.sha256).into_iter().flatten();
        let mut paths = known.filter_map(|(snapshot, name)| snapshot.file(name).ok());
        let apart =
            |path: &PathBuf| place(path).is_some_and(|place| !self.current.contains(&place));
        let found = paths.find(apart);
        found.is_some_and(|from| link(&from, to, content).is_ok())
    }

    /// What a plain file's encoded variant is in a snapshot that has both.
    pub(crate) fn encoded(&self, plain: &FileEntry, suffix: &str) -> Option<FileEntry> {
        let mut known = self.files.get(&plain.sha256)?.iter();
        known.find_map(|(snapshot, name)| snapshot.entry_of(&format!("{name}{suffix}")).cloned())
    }
}

#[cfg(unix)]
fn place(path: &Path) -> Option<Place> {
    use std::os::unix::fs::MetadataExt;
    let metadata = fs::metadata(path).ok()?;
    Some((metadata.dev(), metadata.ino()))
}

/// Unknown, so nothing is shared.
#[cfg(not(unix))]
fn place(_path: &Path) -> Option<Place> {
    None
}

/// Links under a name of its own first, and checks what it has there: damage must not spread.
fn link(from: &Path, to: &Path, content: &FileEntry) -> io::Result<()> {
    let aside = PathBuf::from(format!("{}.shared", to.display()));
    durable::link(from, &aside)?;
    let checked = File::open(&aside).and_then(|mut file| {
        let mut tally = Tally::new(io::sink());
        io::copy(&mut file, &mut tally)?;
        match content.problem(&tally.entry()) {
            None => Ok(()),
            Some(problem) => Err(io::Error::other(problem)),
        }
    });
    match checked {
        Ok(()) => durable::rename(&aside, to),
        Err(error) => {
            fs::remove_file(&aside)?;
            Err(error)
        }
    }
}
