//! Records in the order in which they changed: those a test put there, and before them those made on demand.
use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;

use super::made::Made;

/// A record as it stands.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) id: u64,
    /// When it last changed, the system's own changes included, in seconds since 1970.
    pub(super) stamp: i64,
    /// From when on exports show it; later than the change if the vendor is late.
    pub(super) visible_from: i64,
    /// The record.
    pub(super) json: String,
    /// A ticket's metrics.
    pub(super) metrics: Option<String>,
    /// Whether a ticket or an organization has been deleted.
    pub(super) deleted: bool,
}

/// Where a page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Start {
    /// With the first record of this stamp or a later one.
    At(i64),
    /// With the first record after this stamp and id.
    After(i64, u64),
}

/// All records of a kind.
#[derive(Debug, Default)]
pub(super) struct Rows {
    made: Option<Made>,
    kept: BTreeMap<(i64, u64), Row>,
    stamps: HashMap<u64, i64>,
}

impl Rows {
    pub(super) fn make(&mut self, made: Made) {
        self.made = Some(made);
    }

    /// Puts a record in its place; it moves there if it was elsewhere before.
    pub(super) fn put(&mut self, row: Row) {
        if let Some(stamp) = self.stamps.insert(row.id, row.stamp) {
            self.kept.remove(&(stamp, row.id));
        }
        self.kept.insert((row.stamp, row.id), row);
    }

    pub(super) fn get(&self, id: u64) -> Option<&Row> {
        self.kept.get(&(*self.stamps.get(&id)?, id))
    }

    pub(super) fn get_mut(&mut self, id: u64) -> Option<&mut Row> {
        self.kept.get_mut(&(*self.stamps.get(&id)?, id))
    }

    /// Records that a test put there, by id.
    pub(super) fn by_id(&self) -> Vec<&Row> {
        let mut rows: Vec<&Row> = self.kept.values().collect();
        rows.sort_by_key(|row| row.id);
        rows
    }

    /// At most `limit` records from `start` on that had changed by `until` and are visible at `now`.
    pub(super) fn page(&self, start: Start, limit: usize, until: i64, now: i64) -> Vec<Row> {
        let mut rows: Vec<Row> = match &self.made {
            Some(made) => made.page(start, limit, until),
            None => Vec::new(),
        };
        let from = match start {
            Start::At(stamp) => Bound::Included((stamp, 0)),
            Start::After(stamp, id) => Bound::Excluded((stamp, id)),
        };
        let kept = self
            .kept
            .range((from, Bound::Included((until, u64::MAX))))
            .map(|(_, row)| row)
            .filter(|row| row.visible_from <= now);
        rows.extend(kept.take(limit - rows.len()).cloned());
        rows
    }

    /// At most `limit` records right before a place, in order.
    pub(super) fn before(&self, stamp: i64, id: u64, limit: usize) -> Vec<Row> {
        let mut rows: Vec<Row> = self
            .kept
            .range(..=(stamp, id))
            .rev()
            .take(limit)
            .map(|(_, row)| row.clone())
            .collect();
        rows.reverse();
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(id: u64, stamp: i64) -> Row {
        Row {
            id,
            stamp,
            visible_from: stamp,
            json: String::new(),
            metrics: None,
            deleted: false,
        }
    }

    fn ids(rows: &[Row]) -> Vec<u64> {
        rows.iter().map(|row| row.id).collect()
    }

    #[test]
    fn pages_run_through_made_and_kept_records_alike() {
        let mut rows = Rows::default();
        rows.make(Made::tickets(5, 2, 100));
        rows.put(row(9, 300));
        rows.put(row(8, 300));
        rows.put(row(7, 200));
        let all = rows.page(Start::At(0), 100, 1000, 1000);
        assert_eq!(ids(&all), [1, 2, 3, 4, 5, 7, 8, 9]);
        for (at, last) in all.iter().enumerate() {
            let rest = rows.page(Start::After(last.stamp, last.id), 2, 1000, 1000);
            let expected: Vec<u64> = ids(&all[at + 1..]).into_iter().take(2).collect();
            assert_eq!(ids(&rest), expected);
        }
        rows.put(row(7, 400));
        assert_eq!(
            ids(&rows.page(Start::At(101), 100, 1000, 1000)),
            [3, 4, 5, 8, 9, 7]
        );
        assert_eq!(ids(&rows.page(Start::At(300), 100, 399, 1000)), [8, 9]);
    }
}
