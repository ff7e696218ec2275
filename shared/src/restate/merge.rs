//! Walks through the facts of two snapshots side by side, in the order in which both list them, and
//! reports where they differ.

use std::cmp::Ordering;
use std::collections::{HashMap, VecDeque};
use std::ops::Range;

use chrono::NaiveDate;

use super::difference::{Difference, How};
use crate::Columns;
use crate::columns::{Codes, Ints, TextColumn};
use crate::date::{from_days, to_days};
use crate::dimension::Dimension;

/// What identifies a fact: these columns and the day.
const KEYS: [&str; 3] = ["customer_id", "measure", "record"];

/// The facts of one snapshot as numbers that mean the same in both: places of texts among those of
/// both, in order.
struct Facts<'a> {
    keys: [Ranked<'a>; 3],
    dimensions: Vec<Ranked<'a>>,
    days: &'a [i32],
    values: &'a Ints,
}

/// A text column whose codes are places among the texts of both snapshots.
struct Ranked<'a> {
    codes: &'a Codes,
    places: Vec<u32>,
}

impl Ranked<'_> {
    fn get(&self, row: usize) -> u32 {
        // A missing text comes after all others.
        let place = self.places.get(self.codes.get(row));
        place.copied().unwrap_or(u32::MAX)
    }
}

/// Customer, day, measure, record: the order of the mart's rows.
type Key = (u32, i32, u32, u32);

impl<'a> Facts<'a> {
    /// Both snapshots' facts; none if one is another mart.
    fn pair(a: &'a Columns, b: &'a Columns) -> Option<(Facts<'a>, Facts<'a>)> {
        let mut keys = [Vec::new(), Vec::new()];
        let mut dimensions = [Vec::new(), Vec::new()];
        for name in KEYS {
            let ranked = ranked(a.text(name)?, b.text(name)?);
            keys.iter_mut()
                .zip(ranked)
                .for_each(|(all, one)| all.push(one));
        }
        for dimension in Dimension::ALL {
            let name = dimension.key();
            let ranked = ranked(a.text(name)?, b.text(name)?);
            dimensions
                .iter_mut()
                .zip(ranked)
                .for_each(|(all, one)| all.push(one));
        }
        let [keys_a, keys_b] = keys;
        let [dimensions_a, dimensions_b] = dimensions;
        let facts = |keys: Vec<Ranked<'a>>, dimensions, columns: &'a Columns| {
            Some(Facts {
                keys: keys.try_into().ok()?,
                dimensions,
                days: columns.days("day")?,
                values: columns.ints("value")?,
            })
        };
        Some((
            facts(keys_a, dimensions_a, a)?,
            facts(keys_b, dimensions_b, b)?,
        ))
    }

    fn key(&self, row: usize) -> Key {
        let [customer, measure, record] = &self.keys;
        let day = self.days[row];
        (customer.get(row), day, measure.get(row), record.get(row))
    }

    /// The rows of the fact that begins at a row: one per combination of dimension values.
    fn rows(&self, from: usize) -> Range<usize> {
        let key = self.key(from);
        let more = (from + 1..self.days.len()).take_while(|row| self.key(*row) == key);
        from..from + 1 + more.count()
    }

    fn sum(&self, rows: Range<usize>) -> i64 {
        rows.map(|row| self.values.get(row)).sum()
    }

    /// The values by group, in order.
    fn groups(&self, rows: Range<usize>) -> Vec<(Vec<u32>, i64)> {
        let place = |row: usize| self.dimensions.iter().map(|one| one.get(row)).collect();
        let mut groups: Vec<(Vec<u32>, i64)> =
            rows.map(|row| (place(row), self.values.get(row))).collect();
        groups.sort_unstable();
        groups
    }
}

/// Two columns, their codes made comparable.
fn ranked<'a>(a: &'a TextColumn, b: &'a TextColumn) -> [Ranked<'a>; 2] {
    let (mut places_a, mut places_b) = (Vec::new(), Vec::new());
    let (mut at_a, mut at_b, mut place) = (0, 0, 0u32);
    while at_a < a.values.len() || at_b < b.values.len() {
        let order = match (a.values.get(at_a), b.values.get(at_b)) {
            (Some(a), Some(b)) => a.cmp(b),
            (Some(_), None) => Ordering::Less,
            _ => Ordering::Greater,
        };
        if order.is_le() {
            places_a.push(place);
            at_a += 1;
        }
        if order.is_ge() {
            places_b.push(place);
            at_b += 1;
        }
        place += 1;
    }
    [(a, places_a), (b, places_b)].map(|(text, places)| Ranked {
        codes: &text.codes,
        places,
    })
}

/// The facts until a day that are in one only, or not the same in both; none if one is another
/// mart.
pub(super) fn differing(a: &Columns, b: &Columns, through: NaiveDate) -> Vec<Difference> {
    let found = Facts::pair(a, b).map_or_else(Vec::new, |(a, b)| merge(&a, &b, through));
    joined(found, a, b)
}

/// A fact that went from one customer to another, as a lead's does when the lead becomes a
/// customer, is one fact and reported once: the same record counts for the same on the same day.
fn joined(found: Vec<Difference>, a: &Columns, b: &Columns) -> Vec<Difference> {
    let fact = |columns: &'_ Columns, one: &Difference, value: i64| {
        let text = |name| Some(columns.text(name)?.get(one.row)?.to_owned());
        let record = text("record").filter(|record| record != "none")?;
        Some((one.day, text("measure")?, record, value))
    };
    let mut left: HashMap<_, VecDeque<usize>> = HashMap::new();
    for (at, one) in found
        .iter()
        .enumerate()
        .filter(|(_, one)| one.how == How::Withdrawn)
    {
        if let Some(fact) = fact(a, one, one.before) {
            left.entry(fact).or_default().push_back(at);
        }
    }
    let mut merged: Vec<Option<Difference>> = found.iter().copied().map(Some).collect();
    for (at, one) in found
        .iter()
        .enumerate()
        .filter(|(_, one)| one.how == How::Added)
    {
        let same = fact(b, one, one.after).and_then(|fact| left.get_mut(&fact)?.pop_front());
        if let Some(other) = same {
            (merged[at], merged[other]) = (None, None);
            // Where the first of the two stood, so that both directions give the same result.
            merged[at.min(other)] = Some(Difference {
                how: How::Regrouped,
                before: one.after,
                ..*one
            });
        }
    }
    merged.into_iter().flatten().collect()
}

/// Walks through both in the order of their rows.
fn merge(a: &Facts<'_>, b: &Facts<'_>, through: NaiveDate) -> Vec<Difference> {
    let last = to_days(through);
    let mut found = Vec::new();
    let (mut at_a, mut at_b) = (0, 0);
    let (end_a, end_b) = (a.days.len(), b.days.len());
    while at_a < end_a || at_b < end_b {
        let order = match (at_a < end_a, at_b < end_b) {
            (true, true) => a.key(at_a).cmp(&b.key(at_b)),
            (true, false) => Ordering::Less,
            _ => Ordering::Greater,
        };
        let rows_a = if order.is_le() {
            a.rows(at_a)
        } else {
            at_a..at_a
        };
        let rows_b = if order.is_ge() {
            b.rows(at_b)
        } else {
            at_b..at_b
        };
        let (day, row) = match order {
            Ordering::Less => (a.days[at_a], at_a),
            _ => (b.days[at_b], at_b),
        };
        (at_a, at_b) = (rows_a.end, rows_b.end);
        if day > last {
            continue;
        }
        let (before, after) = (a.sum(rows_a.clone()), b.sum(rows_b.clone()));
        let how = match order {
            Ordering::Less => How::Withdrawn,
            Ordering::Greater => How::Added,
            Ordering::Equal if before != after => How::Corrected,
            Ordering::Equal if a.groups(rows_a) != b.groups(rows_b) => How::Regrouped,
            Ordering::Equal => continue,
        };
        let day = from_days(day);
        found.push(Difference {
            how,
            day,
            before,
            after,
            row,
        });
    }
    found
}
