//! A mart by day, ready to be filtered: column vectors, a day number and a cell per row.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::NaiveDate;
use thiserror::Error;

use super::cells::Cells;
use crate::columns::{Column, Columns};
use crate::date::{add_days, from_days, to_days};
use crate::dimension::Dimension;
use crate::mart::{MartSpec, Role};
use crate::metric::{Metric, Sum};
use crate::metrics::ACTIVE;
use crate::view::{Filter, Ignored, View};

/// Longest history that is indexed by day; a date before it is a broken date.
const MAX_DAYS: i32 = 366 * 200;

/// Largest sum of absolute values in a column. It leaves room for every weighted sum of columns.
const MAX_TOTAL: u64 = i64::MAX as u64 / 128;

/// Why a mart cannot be computed with.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum DataError {
    /// The mart is not of the kind asked for.
    #[error("the mart {mart} has no column {column}: it is not the mart that is needed here")]
    NoColumn {
        /// The mart.
        mart: &'static str,
        /// The column.
        column: &'static str,
    },
    /// A row is dated outside of what a snapshot of that day can hold.
    #[error(
        "the mart {mart} has a row dated {day}, but its snapshot is as of {as_of}: rebuild the snapshot"
    )]
    DayOutOfRange {
        /// The mart.
        mart: &'static str,
        /// The date of the row.
        day: NaiveDate,
        /// The snapshot's day.
        as_of: NaiveDate,
    },
    /// Numbers so large that their sum has no exact value.
    #[error(
        "the values of {mart}.{column} are too large to be added: look for a broken amount in the sources"
    )]
    TooLarge {
        /// The mart.
        mart: &'static str,
        /// The column.
        column: &'static str,
    },
}

/// A mart by day as the engine holds it.
#[derive(Debug)]
pub struct Dataset {
    spec: &'static MartSpec,
    /// Day number of day index 0.
    start: i32,
    as_of: NaiveDate,
    /// Day index of each row.
    pub(super) day: Vec<u32>,
    pub(super) cells: Cells,
    names: Vec<&'static str>,
    pub(super) measures: Vec<Vec<i64>>,
    /// Active customers per cell at the end of the day last asked for. Filters do not change it, so menus stay cheap.
    active: Mutex<Option<(NaiveDate, Arc<[i64]>)>>,
}

impl Dataset {
    /// Takes over the decoded columns of a mart with a column `day`, such as `lifecycle_daily`.
    pub fn new(columns: Columns, as_of: NaiveDate) -> Result<Dataset, DataError> {
        let spec = columns.spec();
        let days = columns.days("day").ok_or(DataError::NoColumn {
            mart: spec.name,
            column: "day",
        })?;
        let end = to_days(as_of);
        let start = days.iter().copied().min().unwrap_or(end);
        let last = days.iter().copied().max().unwrap_or(end);
        for edge in [start, last] {
            if edge > end || end.saturating_sub(edge) > MAX_DAYS {
                return Err(DataError::DayOutOfRange {
                    mart: spec.name,
                    day: from_days(edge),
                    as_of,
                });
            }
        }
        let day = days.iter().map(|day| (day - start) as u32).collect();
        let cells = Cells::build(&columns);
        let mut names = Vec::new();
        let mut measures = Vec::new();
        for (column, values) in spec.columns.iter().zip(columns.into_all()) {
            if let (Role::Measure(_), Column::Int(values)) = (column.role, values) {
                check_total(spec.name, column.name, &values)?;
                names.push(column.name);
                measures.push(values);
            }
        }
        Ok(Dataset {
            spec,
            start,
            as_of,
            day,
            cells,
            names,
            measures,
            active: Mutex::new(None),
        })
    }

    /// The mart's specification.
    pub fn spec(&self) -> &'static MartSpec {
        self.spec
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.day.len()
    }

    /// First day of the data; the snapshot's day if there is none.
    pub fn data_start(&self) -> NaiveDate {
        from_days(self.start)
    }

    /// The snapshot's day, the last that counts.
    pub fn as_of(&self) -> NaiveDate {
        self.as_of
    }

    /// Values of a dimension that occur, in the order in which they are shown.
    pub fn values(&self, dimension: Dimension) -> Vec<&str> {
        let mut values: Vec<&str> = self
            .cells
            .values(dimension)
            .iter()
            .map(String::as_str)
            .collect();
        values.sort_by(|a, b| dimension.compare_values(a, b));
        values
    }

    /// The view without filter values that do not occur in the data, and what was left out.
    pub fn known(&self, view: &View) -> (View, Vec<Ignored>) {
        let mut view = view.clone();
        let mut ignored = Vec::new();
        for dimension in Dimension::ALL {
            let Some(filter) = view.filters.get(dimension).cloned() else {
                continue;
            };
            let values = self.cells.values(dimension);
            let (known, unknown): (Vec<String>, Vec<String>) = filter
                .values
                .into_iter()
                .partition(|value| values.contains(value));
            for value in &unknown {
                let reason = "the data has no such value";
                ignored.push(Ignored::new(dimension.key(), value, reason));
            }
            let filter = Filter {
                exclude: filter.exclude,
                values: known,
            };
            view.filters.set(dimension, Some(filter));
        }
        (view, ignored)
    }

    /// Whether a metric is formed from this mart.
    pub fn has(&self, metric: &Metric) -> bool {
        metric.mart == self.spec.name
    }

    /// Number of days from the first of the data to the snapshot's.
    pub(super) fn day_count(&self) -> usize {
        (to_days(self.as_of) - self.start) as usize + 1
    }

    /// Index of a day; negative before the data.
    pub(super) fn day_index(&self, day: NaiveDate) -> i64 {
        i64::from(to_days(day)) - i64::from(self.start)
    }

    /// Column index and factor of each term of a sum; columns the mart lacks count as nothing.
    pub(super) fn terms(&self, sum: Sum) -> Vec<(usize, i64)> {
        sum.iter()
            .filter_map(|(name, factor)| {
                let column = self.names.iter().position(|n| n == name)?;
                Some((column, *factor))
            })
            .collect()
    }

    /// Active customers per cell at the end of a day.
    pub(super) fn active_by_cell(&self, to: NaiveDate) -> Arc<[i64]> {
        let mut kept = self.active.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, active)) = kept.as_ref().filter(|(day, _)| *day == to) {
            return Arc::clone(active);
        }
        let last = self.day_index(to);
        let mut active = vec![0i64; self.cells.count()];
        for (measure, factor) in self.terms(ACTIVE) {
            let places = self.cells.of_row.iter().zip(&self.day);
            for (value, (cell, day)) in self.measures[measure].iter().zip(places) {
                if i64::from(*day) <= last {
                    active[*cell as usize] += value * factor;
                }
            }
        }
        let active: Arc<[i64]> = active.into();
        *kept = Some((to, Arc::clone(&active)));
        active
    }

    /// The day before a date, as its index.
    pub(super) fn index_before(&self, day: NaiveDate) -> i64 {
        self.day_index(add_days(day, -1))
    }
}

fn check_total(mart: &'static str, column: &'static str, values: &[i64]) -> Result<(), DataError> {
    let total = values
        .iter()
        .try_fold(0u64, |total, value| total.checked_add(value.unsigned_abs()));
    match total {
        Some(total) if total <= MAX_TOTAL => Ok(()),
        _ => Err(DataError::TooLarge { mart, column }),
    }
}
