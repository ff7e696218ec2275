//! reuse: a file that an earlier snapshot has too is stored once: both folders name it, and it goes with the last of them.
//!
//! Every folder stays whole by itself: whoever copies one has all of its files. Where the file system cannot give a file two
//! names, each snapshot keeps its own copy.
use std::collections::HashMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use crate::durable;
use crate::manifest::{FileEntry, Tally};
use crate::snapshot::Snapshot;
use crate::store::Store;

/// Files of the snapshots there are, by the checksum of their content.
pub(crate) struct Stock {
    files: HashMap<String, (Snapshot, String)>,
}

impl Stock {
    /// Looks into all manifests that can be read. Where there is a choice, any is as good as another.
    pub(crate) fn of(store: &Store) -> Self {
        let ids = store.ids().unwrap_or_default();
        let snapshots = ids.iter().filter_map(|id| store.open_snapshot(id).ok());
        let mut files = HashMap::new();
        for snapshot in snapshots {
            for (name, entry) in snapshot.files() {
                files.insert(entry.sha256.clone(), (snapshot.clone(), name.clone()));
            }
        }
        Self { files }
    }

    /// Gives the file of this content the name `to` as well, whatever is there now. False if there is none, it is damaged,
    /// or it cannot have another name; then what is at `to` is as it was.
    pub(crate) fn share(&self, content: &FileEntry, to: &Path) -> bool {
        let found = self.files.get(&content.sha256);
        found.is_some_and(|(snapshot, name)| {
            let from = snapshot.file(name);
            from.is_ok_and(|from| link(&from, to, content).is_ok())
        })
    }

    /// What a plain file's encoded variant is in a snapshot that has both.
    pub(crate) fn encoded(&self, plain: &FileEntry, suffix: &str) -> Option<FileEntry> {
        let (snapshot, name) = self.files.get(&plain.sha256)?;
        snapshot.entry_of(&format!("{name}{suffix}")).cloned()
    }
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
