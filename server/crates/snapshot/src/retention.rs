//! retention: which published days are kept, and how the others are removed so that a crash leaves no half of one.
use std::collections::BTreeSet;
use std::io;
use std::path::PathBuf;

use chrono::{Datelike, Duration, NaiveDate};
use tidemark_shared::api::SnapshotEntry;

use crate::durable;
use crate::error::SnapshotError;
use crate::id::SnapshotId;
use crate::lock::BuildLock;
use crate::store::Store;

/// Builds of one day made so recently before the newest build are all kept: links to them are still being passed around.
const RECENT: Duration = Duration::days(2);

/// How many days, weeks and months keep a snapshot. 0 means all of them.
///
/// Of a day, the build made last is kept; of a week and a month, that of its last day. Counted are those in which something
/// was published, so a pause in the builds costs no history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// The newest days.
    pub daily: u32,
    /// The newest weeks, from Monday.
    pub weekly: u32,
    /// The newest calendar months.
    pub monthly: u32,
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            daily: 90,
            weekly: 52,
            monthly: 0,
        }
    }
}

impl Retention {
    /// The snapshots it lets go of, of all there are; never the current one, nor one that is pinned.
    #[must_use]
    pub fn superseded<'a>(&self, all: &'a [SnapshotEntry]) -> Vec<&'a SnapshotEntry> {
        let days: BTreeSet<NaiveDate> = all.iter().map(|one| one.as_of).collect();
        let kept: BTreeSet<NaiveDate> = [
            newest(&days, self.daily, |day| day),
            newest(&days, self.weekly, monday),
            newest(&days, self.monthly, |day| (day.year(), day.month())),
        ]
        .concat()
        .into_iter()
        .collect();
        let order = |one: &SnapshotEntry| (one.generated_at, one.snapshot_id.clone());
        let last = all.iter().map(|one| one.generated_at).max();
        let goes = |one: &&SnapshotEntry| {
            let of_day = all.iter().filter(|other| other.as_of == one.as_of);
            let newest_of_day = of_day.map(order).max() == Some(order(one));
            let recent = last.is_some_and(|last| last - one.generated_at <= RECENT);
            let stays = kept.contains(&one.as_of) && (newest_of_day || recent);
            !(stays || one.current || one.pinned)
        };
        all.iter().filter(goes).collect()
    }
}

/// The last day of each of the newest `count` periods; of all if that is 0. `days` ascend.
fn newest<P: PartialEq>(
    days: &BTreeSet<NaiveDate>,
    count: u32,
    period: impl Fn(NaiveDate) -> P,
) -> Vec<NaiveDate> {
    let limit = match count {
        0 => usize::MAX,
        count => usize::try_from(count).unwrap_or(usize::MAX),
    };
    let mut found: Vec<NaiveDate> = Vec::new();
    for day in days.iter().rev() {
        if found
            .last()
            .is_none_or(|last| period(*last) != period(*day))
        {
            found.push(*day);
        }
    }
    found.truncate(limit);
    found
}

/// The Monday of a day's week.
fn monday(day: NaiveDate) -> NaiveDate {
    day - Duration::days(i64::from(day.weekday().num_days_from_monday()))
}

/// The moments of removing a snapshot, in order; a test lets each of them fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    /// Before the folder loses its name.
    Mark,
    /// It has none any more; before its files go.
    Delete,
}

/// Removes what the settings let go of. A folder first gets a temporary name, in one step, so nobody ever opens half a
/// snapshot; if the deletion then fails, the next builder finishes it.
pub(crate) fn prune(
    store: &Store,
    _lock: &BuildLock,
    retention: &Retention,
    before: &dyn Fn(Moment) -> io::Result<()>,
) -> Result<Vec<SnapshotId>, SnapshotError> {
    let mut removed: Vec<(SnapshotId, PathBuf)> = Vec::new();
    {
        // Whoever rolls back meanwhile waits, and then finds the snapshot there or gone, not about to go.
        let _pointer = store.lock_pointer()?;
        if store.current_id()?.is_none() {
            return Ok(Vec::new());
        }
        for entry in retention.superseded(&store.list()?) {
            let id: SnapshotId = entry.snapshot_id.parse()?;
            let from = store.snapshot_folder(&id);
            let to = store.temporary(&format!("removed-{id}"));
            let mark = || {
                before(Moment::Mark)?;
                durable::rename(&from, &to)
            };
            mark().map_err(|source| SnapshotError::io("remove", &from, source))?;
            removed.push((id, to));
        }
        if !removed.is_empty() {
            let folder = store.snapshots_folder();
            durable::sync_folder(&folder)
                .map_err(|source| SnapshotError::io("remove from", &folder, source))?;
        }
    }
    for (_, folder) in &removed {
        let delete = || {
            before(Moment::Delete)?;
            durable::remove_folder(folder)
        };
        delete().map_err(|source| SnapshotError::io("remove", folder, source))?;
    }
    Ok(removed.into_iter().map(|(id, _)| id).collect())
}
