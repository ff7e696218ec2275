//! retention: which published days are kept, and how the others are removed so that a crash leaves no half of one.
use std::collections::BTreeSet;
use std::io;
use std::path::PathBuf;

use chrono::{Datelike, Duration, NaiveDate};
use tidemark_shared::api::SnapshotEntry;
use tidemark_shared::date::last_plausible_day;

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
    /// Returns the snapshots of `all` that are to be removed: never the current one, nor one that is pinned.
    ///
    /// A snapshot of a day later than `today` comes from a wrong clock or a mistyped day. It takes no
    /// other day's place and is not removed here either: the operator decides about it.
    #[must_use]
    pub fn superseded<'a>(
        &self,
        all: &'a [SnapshotEntry],
        today: NaiveDate,
    ) -> Vec<&'a SnapshotEntry> {
        let limit = last_plausible_day(today);
        let of_the_past = |one: &&SnapshotEntry| one.as_of <= limit;
        let days: BTreeSet<NaiveDate> = all
            .iter()
            .filter(of_the_past)
            .map(|one| one.as_of)
            .collect();
        let kept: BTreeSet<NaiveDate> = [
            newest(&days, self.daily, |day| day),
            newest(&days, self.weekly, monday),
            newest(&days, self.monthly, |day| (day.year(), day.month())),
        ]
        .concat()
        .into_iter()
        .collect();
        let order = |one: &SnapshotEntry| (one.generated_at, one.snapshot_id.clone());
        let builds = all.iter().filter(of_the_past).map(|one| one.generated_at);
        let last = builds.filter(|at| at.date_naive() <= limit).max();
        let goes = |one: &&SnapshotEntry| {
            let of_day = all.iter().filter(|other| other.as_of == one.as_of);
            let newest_of_day = of_day.map(order).max() == Some(order(one));
            let recent = last.is_some_and(|last| last - one.generated_at <= RECENT);
            let stays = kept.contains(&one.as_of) && (newest_of_day || recent);
            !(stays || one.current || one.pinned)
        };
        all.iter().filter(of_the_past).filter(goes).collect()
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
    today: NaiveDate,
    before: &dyn Fn(Moment) -> io::Result<()>,
) -> Result<Vec<SnapshotId>, SnapshotError> {
    let removed = {
        // A rollback at the same time waits, and then finds the snapshot there or gone, not about to go.
        let _pointer = store.lock_pointer()?;
        if store.current_id()?.is_none() {
            return Ok(Vec::new());
        }
        let all = store.list()?;
        let superseded = retention.superseded(&all, today).into_iter();
        let ids: Result<Vec<SnapshotId>, _> =
            superseded.map(|entry| entry.snapshot_id.parse()).collect();
        mark(store, ids?, before)?
    };
    delete(removed, before)
}

/// Removes one snapshot, whatever the settings of retention are; a pointer that names it is moved to
/// the snapshot that is served instead.
pub(crate) fn remove(
    store: &Store,
    _lock: &BuildLock,
    id: &SnapshotId,
    today: NaiveDate,
) -> Result<(), SnapshotError> {
    let before = |_| Ok(());
    let removed = {
        let pointer = store.lock_pointer()?;
        // One whose manifest is damaged can be removed, too; one that is not there cannot.
        if !store.ids()?.contains(id) {
            return Err(SnapshotError::Unknown {
                id: id.to_string(),
                folder: store.folder().to_owned(),
            });
        }
        let refuse = |why| SnapshotError::Needed {
            id: id.to_string(),
            why,
        };
        if store.pins()?.contains(id) {
            return Err(refuse("pinned; `tidemark snapshots unpin` releases it"));
        }
        let served = store.latest(today)?.map(|latest| latest.id);
        match served {
            Some(served) if served == *id => {
                return Err(refuse(
                    "the one that is served; `tidemark snapshots rollback` or a build serves another one first",
                ));
            }
            Some(served) if store.current_id().ok().flatten().as_ref() == Some(id) => {
                store.open_snapshot(&served)?.verify()?;
                store.point_at(&pointer, &served)?;
            }
            _ => {}
        }
        mark(store, vec![id.clone()], &before)?
    };
    delete(removed, &before).map(|_| ())
}

/// Takes the names of snapshots away; returns where their folders are now. The caller holds the pointer's lock.
fn mark(
    store: &Store,
    ids: Vec<SnapshotId>,
    before: &dyn Fn(Moment) -> io::Result<()>,
) -> Result<Vec<(SnapshotId, PathBuf)>, SnapshotError> {
    let mut marked = Vec::with_capacity(ids.len());
    for id in ids {
        let from = store.snapshot_folder(&id);
        let to = store.temporary(&format!("removed-{id}"));
        before(Moment::Mark)
            .and_then(|()| durable::rename(&from, &to))
            .map_err(|source| SnapshotError::io("remove", &from, source))?;
        marked.push((id, to));
    }
    if !marked.is_empty() {
        let folder = store.snapshots_folder();
        durable::sync_folder(&folder)
            .map_err(|source| SnapshotError::io("remove from", &folder, source))?;
    }
    Ok(marked)
}

fn delete(
    marked: Vec<(SnapshotId, PathBuf)>,
    before: &dyn Fn(Moment) -> io::Result<()>,
) -> Result<Vec<SnapshotId>, SnapshotError> {
    for (_, folder) in &marked {
        before(Moment::Delete)
            .and_then(|()| durable::remove_folder(folder))
            .map_err(|source| SnapshotError::io("remove", folder, source))?;
    }
    Ok(marked.into_iter().map(|(id, _)| id).collect())
}
