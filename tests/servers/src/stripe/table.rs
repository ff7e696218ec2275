//! The objects of one kind: newest first, with what is left of deleted ones; or millions of them, made as they are read.
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use super::query::{Cursor, Range};

/// When an object was made, and which one it was among those of the same second.
type Position = (i64, u64);

/// Makes the object of a number, with its id and its time in seconds since 1970.
pub type Make = Arc<dyn Fn(u64, &str, i64) -> Value + Send + Sync>;

/// Objects made as they are read, older than all others of their kind.
#[derive(Clone)]
pub struct Generator {
    /// How many.
    pub count: u64,
    /// When the first was made, in seconds since 1970.
    pub first_created: i64,
    /// Seconds between one and the next.
    pub step: i64,
    /// What their ids begin with; the number follows.
    pub prefix: &'static str,
    /// Makes each.
    pub make: Make,
}

impl fmt::Debug for Generator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Generator({} × {})", self.count, self.prefix)
    }
}

impl Generator {
    fn get(&self, number: u64) -> Value {
        let id = format!("{}{number:012}", self.prefix);
        (self.make)(number, &id, self.created(number))
    }

    fn created(&self, number: u64) -> i64 {
        self.first_created + self.step * number as i64
    }

    fn number(&self, id: &str) -> Option<u64> {
        let number = id.strip_prefix(self.prefix)?.parse().ok()?;
        (number < self.count).then_some(number)
    }

    /// The numbers whose times are in a range.
    fn numbers(&self, range: Range) -> std::ops::Range<u64> {
        let first = |bound: i64| {
            let (mut low, mut high) = (0, self.count);
            while low < high {
                let middle = u64::midpoint(low, high);
                if self.created(middle) < bound {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            low
        };
        first(range.from)..first(range.to.saturating_add(1))
    }
}

#[derive(Debug)]
struct Row {
    position: Position,
    value: Value,
    deleted: bool,
    /// From when on lists and requests see it.
    visible: i64,
}

/// The objects of one kind.
#[derive(Debug, Default)]
pub(super) struct Table {
    order: BTreeMap<Position, String>,
    rows: HashMap<String, Row>,
    generator: Option<Generator>,
}

/// An object that may have been deleted.
pub(super) enum Found {
    There(Value),
    Deleted(Value),
}

impl Table {
    pub(super) fn insert(&mut self, id: String, position: Position, visible: i64, value: Value) {
        self.order.insert(position, id.clone());
        let row = Row {
            position,
            value,
            deleted: false,
            visible,
        };
        if let Some(old) = self.rows.insert(id, row)
            && old.position != position
        {
            self.order.remove(&old.position);
        }
    }

    pub(super) fn generate(&mut self, generator: Generator) {
        self.generator = Some(generator);
    }

    pub(super) fn get(&self, id: &str, now: i64) -> Option<Found> {
        let Some(row) = self.rows.get(id) else {
            let generator = self.generator.as_ref()?;
            return Some(Found::There(generator.get(generator.number(id)?)));
        };
        let value = row.value.clone();
        match (row.visible <= now, row.deleted) {
            (false, _) => None,
            (true, false) => Some(Found::There(value)),
            (true, true) => Some(Found::Deleted(value)),
        }
    }

    /// The kept object, to be changed.
    pub(super) fn get_mut(&mut self, id: &str) -> Option<&mut Value> {
        let row = self.rows.get_mut(id)?;
        (!row.deleted).then_some(&mut row.value)
    }

    /// Marks an object as deleted and returns its last version.
    pub(super) fn delete(&mut self, id: &str) -> Option<Value> {
        let row = self.rows.get_mut(id)?;
        row.deleted = true;
        Some(row.value.clone())
    }

    /// All objects that were not deleted, in no order; those made as they are read left out.
    pub(super) fn kept(&self) -> impl Iterator<Item = &Value> {
        let rows = self.rows.values();
        rows.filter(|row| !row.deleted).map(|row| &row.value)
    }

    /// A page, newest first, and whether there is more beyond it; `None` if the cursor names nothing.
    pub(super) fn page(
        &self,
        cursor: &Cursor,
        limit: usize,
        range: Range,
        now: i64,
        keep: impl Fn(&Value) -> bool,
    ) -> Option<(Vec<Value>, bool)> {
        if range.from > range.to {
            return Some((Vec::new(), false));
        }
        let numbers = self
            .generator
            .as_ref()
            .map_or(0..0, |generator| generator.numbers(range));
        let (lowest, highest) = ((range.from, u64::MIN), (range.to, u64::MAX));
        let id = match cursor {
            Cursor::Start => None,
            Cursor::After(id) | Cursor::Before(id) => Some(id),
        };
        let kept = id.and_then(|id| self.rows.get(id)).map(|row| row.position);
        let made = id.and_then(|id| self.generator.as_ref()?.number(id));
        if id.is_some() && kept.is_none() && made.is_none() {
            return None;
        }
        let stored = |from: Position, to: Position| {
            let ids = (from <= to).then(|| self.order.range(from..=to));
            ids.into_iter().flatten().filter_map(|(_, id)| {
                let row = self.rows.get(id)?;
                (!row.deleted && row.visible <= now).then(|| row.value.clone())
            })
        };
        let make = |number: u64| {
            self.generator
                .as_ref()
                .map(|generator| generator.get(number))
        };
        let before = |(time, number): Position| match number.checked_sub(1) {
            Some(number) => (time, number),
            None => (time - 1, u64::MAX),
        };
        let mut page: Vec<Value> = match (cursor, kept, made) {
            (Cursor::Before(_), kept, made) => {
                // Oldest first, so that the page is what comes right before the cursor.
                let from = kept.map_or(lowest, |(time, number)| lowest.max((time, number + 1)));
                let number = made.map_or(numbers.end, |number| numbers.start.max(number + 1));
                let made = (number..numbers.end).filter_map(make);
                let all = made
                    .chain(stored(from, highest))
                    .filter(|value| keep(value));
                all.take(limit + 1).collect()
            }
            (_, None, Some(number)) => {
                let made = (numbers.start..numbers.end.min(number))
                    .rev()
                    .filter_map(make);
                made.filter(|value| keep(value)).take(limit + 1).collect()
            }
            (_, kept, _) => {
                let to = kept.map_or(highest, |position| highest.min(before(position)));
                let made = numbers.rev().filter_map(make);
                let all = stored(lowest, to)
                    .rev()
                    .chain(made)
                    .filter(|value| keep(value));
                all.take(limit + 1).collect()
            }
        };
        let more = page.len() > limit;
        page.truncate(limit);
        if matches!(cursor, Cursor::Before(_)) {
            page.reverse();
        }
        Some((page, more))
    }
}
