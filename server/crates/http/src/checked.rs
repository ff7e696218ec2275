//! checked: which files of a snapshot were compared with their checksums, and in which state they
//! were on the disk at that time.
//!
//! A file is read whole once. Afterwards its stamp (inode, size, times) says whether it is still
//! the file that was checked, so serving it again, and each look at readiness, costs one `stat`.
use std::collections::HashMap;
use std::fs::{File, Metadata};
use std::io::{self, Seek};
use std::os::unix::fs::MetadataExt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tidemark_snapshot::{Snapshot, SnapshotError};

use crate::blocking::{blocking, computing};
use crate::problem::ApiError;

/// Longest time in which a file system gives two changes the same time stamp. A file is trusted by
/// its stamp only once it was checked this long after the stamp was first seen.
const SETTLED: Duration = Duration::from_secs(2);
/// How long a damaged file is taken for damaged while its stamp stays the same. Then it is read
/// again, since a disk may be repaired below the file system.
const DAMAGED_FOR: Duration = Duration::from_secs(600);

/// A file's identity and state on the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    place: (u64, u64),
    size: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

impl Stamp {
    /// The stamp of an open file.
    fn of(file: &File) -> io::Result<Self> {
        Ok(Self::from(&file.metadata()?))
    }
}

impl From<&Metadata> for Stamp {
    fn from(metadata: &Metadata) -> Self {
        Self {
            place: (metadata.dev(), metadata.ino()),
            size: metadata.size(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        }
    }
}

/// The result of the latest check of a file.
#[derive(Debug, Clone)]
struct Check {
    stamp: Stamp,
    first_seen: Instant,
    /// When the check began and ended.
    began: Instant,
    ended: Instant,
    /// How the file differs from what was published.
    problem: Option<String>,
}

impl Check {
    /// Whether the result holds for a file with this stamp, for a request that came at `asked`.
    fn holds(&self, stamp: &Stamp, asked: Instant) -> bool {
        if self.stamp != *stamp {
            return false;
        }
        let settled = self.began >= self.first_seen + SETTLED;
        // Requests that waited for one check share its result.
        let shared = self.ended >= asked;
        let expired = self.problem.is_some() && self.ended.elapsed() > DAMAGED_FOR;
        (settled || shared) && !expired
    }
}

/// Looks at all of a file's bytes.
type CheckBytes = Box<dyn Fn(&File) -> Result<(), SnapshotError> + Send + Sync>;

/// An open file that is as it was published.
pub(crate) struct CheckedFile {
    pub(crate) file: File,
    stamp: Stamp,
    check: CheckBytes,
}

impl CheckedFile {
    #[cfg(test)]
    pub(crate) fn new(
        file: File,
        check: impl Fn(&File) -> Result<(), SnapshotError> + Send + Sync + 'static,
    ) -> io::Result<Self> {
        Ok(Self {
            stamp: Stamp::of(&file)?,
            file,
            check: Box::new(check),
        })
    }

    /// Whether the file is still as it was when it was opened. Files are shared between snapshots by
    /// links, so a stamp may change without the content; then the content is compared again.
    pub(crate) fn is_unchanged(&self) -> io::Result<bool> {
        if Stamp::of(&self.file)? == self.stamp {
            return Ok(true);
        }
        (&self.file).rewind()?;
        Ok((self.check)(&self.file).is_ok())
    }
}

/// The checks of one snapshot's files.
#[derive(Default)]
pub(crate) struct Checks(Mutex<HashMap<String, Slot>>);

/// One file's check; the task that makes it holds the lock, so a file is read by one task at a time.
type Slot = Arc<tokio::sync::Mutex<Option<Check>>>;

impl Checks {
    /// Opens a file of the snapshot, after comparing it with its checksum if that is due.
    pub(crate) async fn open(
        &self,
        snapshot: &Snapshot,
        name: &str,
    ) -> Result<CheckedFile, ApiError> {
        let asked = Instant::now();
        let slot = self.slot(name);
        let mut latest = slot.lock().await;
        let (opening, file_name) = (snapshot.clone(), name.to_owned());
        let (file, stamp) = blocking(move || open(&opening, &file_name)).await??;
        let same = latest.as_ref().filter(|check| check.stamp == stamp);
        let check = match same {
            Some(check) if check.holds(&stamp, asked) => check.clone(),
            _ => {
                let first_seen = same.map(|check| check.first_seen);
                let (checking, file_name) = (snapshot.clone(), name.to_owned());
                let file = file.try_clone().map_err(unreadable(snapshot, name))?;
                let make = move || make_check(&checking, &file_name, &file, stamp, first_seen);
                computing(make).await??
            }
        };
        let problem = check.problem.clone();
        *latest = Some(check);
        if let Some(problem) = problem {
            return Err(ApiError::Snapshot(SnapshotError::Damaged {
                id: snapshot.id().to_string(),
                file: name.to_owned(),
                problem,
            }));
        }
        let (snapshot, name) = (snapshot.clone(), name.to_owned());
        Ok(CheckedFile {
            file,
            stamp,
            check: Box::new(move |file| snapshot.check_file(&name, file)),
        })
    }

    fn slot(&self, name: &str) -> Slot {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match slots.get(name) {
            Some(slot) => Arc::clone(slot),
            None => Arc::clone(slots.entry(name.to_owned()).or_default()),
        }
    }
}

fn open(snapshot: &Snapshot, name: &str) -> Result<(File, Stamp), SnapshotError> {
    let file = snapshot.open_file(name)?;
    let stamp = Stamp::of(&file).map_err(unreadable(snapshot, name))?;
    Ok((file, stamp))
}

fn unreadable(snapshot: &Snapshot, name: &str) -> impl Fn(io::Error) -> SnapshotError {
    let path = snapshot.file(name).unwrap_or_default();
    move |source| SnapshotError::Io {
        action: "read",
        path: path.clone(),
        source,
    }
}

fn make_check(
    snapshot: &Snapshot,
    name: &str,
    file: &File,
    stamp: Stamp,
    first_seen: Option<Instant>,
) -> Result<Check, SnapshotError> {
    let began = Instant::now();
    let problem = match snapshot.check_file(name, file) {
        Ok(()) => None,
        Err(SnapshotError::Damaged { problem, .. }) => Some(problem),
        Err(error) => return Err(error),
    };
    Ok(Check {
        stamp,
        first_seen: first_seen.unwrap_or(began),
        began,
        ended: Instant::now(),
        problem,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_holds_for_the_same_file_once_its_time_stamp_has_settled() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, "1").unwrap();
        let stamp = Stamp::of(&File::open(&path).unwrap()).unwrap();
        let start = Instant::now();
        let check = |began: Duration, problem: Option<&str>| Check {
            stamp,
            first_seen: start,
            began: start + began,
            ended: start + began,
            problem: problem.map(str::to_owned),
        };
        let asked = start + Duration::from_secs(60);
        assert!(check(SETTLED, None).holds(&stamp, asked));
        assert!(check(SETTLED, Some("is cut off")).holds(&stamp, asked));
        let early = check(Duration::ZERO, None);
        assert!(!early.holds(&stamp, asked), "it may have changed unnoticed");
        assert!(early.holds(&stamp, start), "the request waited for it");
        std::fs::write(&path, "22").unwrap();
        let changed = Stamp::of(&File::open(&path).unwrap()).unwrap();
        assert!(!check(SETTLED, None).holds(&changed, asked));
    }
}
