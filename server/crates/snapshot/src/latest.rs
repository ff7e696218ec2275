//! latest: which snapshot is served: the one the pointer names, or the newest plausible one while that cannot be.
//!
//! A pointer can be lost, and a clock that was wrong for a minute can publish a day of the future. Neither
//! may stop the dashboard or freeze its numbers, so the choice is made here, in one place, for everything
//! that reads "the latest": the server, the command line, alerts and digests.
use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, NaiveDate, Utc};
use tidemark_shared::api::SnapshotEntry;
use tidemark_shared::date::last_plausible_day;

use crate::error::SnapshotError;
use crate::id::SnapshotId;
use crate::snapshot::Snapshot;
use crate::store::Store;

/// The snapshot to serve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Latest {
    /// Its id.
    pub id: SnapshotId,
    /// Why it is not the one the pointer names, if it is not.
    pub instead: Option<Instead>,
}

/// Why the snapshot the pointer names is not served. The text says which command repairs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Instead {
    /// It is of a day that has not come yet.
    FutureDay {
        /// Its id.
        id: SnapshotId,
        /// Its day.
        as_of: NaiveDate,
    },
    /// The pointer is empty or holds something else than an id.
    BadPointer {
        /// The pointer file.
        path: PathBuf,
    },
    /// There are snapshots, and no pointer.
    NoPointer {
        /// The pointer file.
        path: PathBuf,
    },
    /// It is gone, or its manifest cannot be read.
    Unreadable {
        /// Its id.
        id: SnapshotId,
        /// Why it cannot be opened, without the names of folders.
        why: String,
    },
}

impl fmt::Display for Instead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FutureDay { id, as_of } => write!(
                f,
                "snapshot {id} is of {as_of}, a day that has not come yet, so it is not served; check this machine's clock, run `tidemark run` for the last complete day, then `tidemark snapshots remove {id}`"
            ),
            Self::BadPointer { path } => write!(
                f,
                "the pointer {} is damaged, so the newest intact snapshot is served; `tidemark snapshots rollback ID` or the next build writes it again",
                path.display()
            ),
            Self::NoPointer { path } => write!(
                f,
                "the pointer {} is missing, so the newest intact snapshot is served; `tidemark snapshots rollback ID` or the next build writes it again",
                path.display()
            ),
            Self::Unreadable { id, why } => write!(
                f,
                "the pointer names snapshot {id}, which cannot be opened, so the newest intact snapshot is served: {why}"
            ),
        }
    }
}

fn without_folders(error: &SnapshotError) -> String {
    match error {
        SnapshotError::Unknown { .. } => "it is gone".to_owned(),
        SnapshotError::Io { source, .. } => format!("it cannot be read: {source}"),
        other => other.to_string(),
    }
}

/// Day and time of the builds whose manifests were read. An id stands for its content, so an entry
/// never becomes wrong; clones of a store share them.
#[derive(Debug, Clone, Default)]
pub(crate) struct KnownBuilds(Arc<Mutex<BTreeMap<SnapshotId, Build>>>);

/// In the order in which one build is newer than another: days go before the times they were built at.
type Build = (NaiveDate, DateTime<Utc>);

impl Store {
    /// Returns the snapshot to serve on the day `today` of the reporting time zone; `None` before the
    /// first publication. Reads the pointer, and each manifest once.
    ///
    /// Files other than manifests are not checked: see [`Snapshot::verify`].
    ///
    /// # Errors
    /// If the folder cannot be read, or no snapshot can take the place of one that cannot be served.
    pub fn latest(&self, today: NaiveDate) -> Result<Option<Latest>, SnapshotError> {
        let limit = last_plausible_day(today);
        let (instead, error) = match self.current_id() {
            Ok(Some(id)) => match self.build_of(&id) {
                Ok((as_of, _)) if as_of <= limit => {
                    return Ok(Some(Latest { id, instead: None }));
                }
                Ok((as_of, _)) => (Instead::FutureDay { id, as_of }, None),
                Err(error) => {
                    let why = without_folders(&error);
                    (Instead::Unreadable { id, why }, Some(error))
                }
            },
            Ok(None) => {
                let path = self.pointer();
                (Instead::NoPointer { path }, None)
            }
            Err(SnapshotError::BadPointer { path }) => {
                let instead = Instead::BadPointer { path: path.clone() };
                (instead, Some(SnapshotError::BadPointer { path }))
            }
            Err(error) => return Err(error),
        };
        let ids = self.ids()?.into_iter();
        let readable = ids.filter_map(|id| Some((self.build_of(&id).ok()?, id)));
        let (past, future): (Vec<_>, Vec<_>) =
            readable.partition(|((as_of, _), _)| *as_of <= limit);
        let newest = past.into_iter().max().or_else(|| match &instead {
            // With a clock that is behind every day is of the future: then the pointer is all there is to go by.
            Instead::FutureDay { id, .. } => future.into_iter().find(|(_, one)| one == id),
            _ => future.into_iter().max(),
        });
        match (newest, error) {
            (Some((_, id)), _) => Ok(Some(Latest {
                id,
                instead: Some(instead),
            })),
            (None, Some(error)) => Err(error),
            (None, None) => Ok(None),
        }
    }

    /// Opens the snapshot to serve on the day `today`; see [`Store::latest`].
    ///
    /// # Errors
    /// As [`Store::latest`], and if it cannot be opened.
    pub fn open_latest(&self, today: NaiveDate) -> Result<Option<Snapshot>, SnapshotError> {
        let latest = self.latest(today)?;
        latest
            .map(|latest| self.open_snapshot(&latest.id))
            .transpose()
    }

    /// Returns the snapshots of days later than `today`, newest build first.
    ///
    /// # Errors
    /// If the folder cannot be read.
    pub fn of_the_future(&self, today: NaiveDate) -> Result<Vec<SnapshotEntry>, SnapshotError> {
        let limit = last_plausible_day(today);
        let mut entries = self.list()?;
        entries.retain(|entry| entry.as_of > limit);
        Ok(entries)
    }

    fn build_of(&self, id: &SnapshotId) -> Result<Build, SnapshotError> {
        let lock = || self.known.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = lock().get(id).copied();
        // One that was removed since is not there, whatever is known of it.
        if let Some(build) = known.filter(|_| self.snapshot_folder(id).is_dir()) {
            return Ok(build);
        }
        let snapshot = self.open_snapshot(id)?;
        let build = (snapshot.manifest().as_of, snapshot.manifest().generated_at);
        lock().insert(id.clone(), build);
        Ok(build)
    }
}
