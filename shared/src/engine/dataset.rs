//! A mart ready to be filtered: column vectors, a day number and a cell per row.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::NaiveDate;
use thiserror::Error;

use super::cells::Cells;
use crate::columns::{Codes, Column, Columns, NULL_DAY};
use crate::date::{add_months, from_days, month_end, to_days};
use crate::dimension::Dimension;
use crate::mart::{MartSpec, Role};
use crate::metric::{ROWS, Rows};
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

/// A mart as the engine holds it. Its rows count on a day: in a mart by month, on the last of the month observed; in one
/// without any date in its grain, on the snapshot's.
#[derive(Debug)]
pub struct Dataset {
    spec: &'static MartSpec,
    /// Day number of day index 0.
    start: i32,
    as_of: NaiveDate,
    /// Day index of each row.
    pub(super) day: Vec<u32>,
    pub(super) cells: Cells,
    measures: Vec<(&'static str, Vec<i64>)>,
    /// Columns that choose rows: keys other than dates, and dates that may be missing.
    keys: Vec<(&'static str, Column)>,
    /// Active customers per cell at the end of the day last asked for. Filters do not change it, so menus stay cheap.
    active: Mutex<Option<(NaiveDate, Arc<[i64]>)>>,
}

impl Dataset {
    /// Takes over the decoded columns of any mart.
    ///
    /// # Errors
    /// A row dated after the snapshot's day, or impossibly long before; numbers too large to be added.
    pub fn new(columns: Columns, as_of: NaiveDate) -> Result<Dataset, DataError> {
        let spec = columns.spec();
        let days = days_of(&columns, as_of);
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
        let (mut measures, mut keys) = (Vec::new(), Vec::new());
        for (column, values) in spec.columns.iter().zip(columns.into_all()) {
            match (column.role, values) {
                (Role::Measure(_), Column::Int(values)) => {
                    check_total(spec.name, column.name, &values)?;
                    measures.push((column.name, values));
                }
                (Role::Grain, values @ (Column::Text(_) | Column::Int(_)))
                | (Role::Attribute, values @ Column::Date(_)) => keys.push((column.name, values)),
                _ => {}
            }
        }
        Ok(Dataset {
            spec,
            start,
            as_of,
            day,
            cells,
            measures,
            keys,
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

    /// Values of a dimension that occur, in the order in which they are coded.
    pub fn coded_values(&self, dimension: Dimension) -> &[String] {
        self.cells.values(dimension)
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

    /// Number of days from the first of the data to the snapshot's.
    pub(super) fn day_count(&self) -> usize {
        (to_days(self.as_of) - self.start) as usize + 1
    }

    /// Index of a day; negative before the data.
    pub(super) fn day_index(&self, day: NaiveDate) -> i64 {
        i64::from(to_days(day)) - i64::from(self.start)
    }

    /// Day number of a row.
    pub(super) fn day_number(&self, row: usize) -> i32 {
        self.start + self.day[row] as i32
    }

    /// A measure, ready to be read row by row; ones for [`ROWS`], nothing for a column the mart lacks.
    pub(super) fn measure(&self, column: &str) -> Measure<'_> {
        if column == ROWS {
            return Measure::Same(1);
        }
        let found = self.measures.iter().find(|(name, _)| *name == column);
        found.map_or(Measure::Same(0), |(_, values)| Measure::Column(values))
    }

    /// Lower bound of the histogram bucket of a row.
    pub(super) fn bucket(&self, row: usize) -> i64 {
        match self.key("bucket") {
            Some(Column::Int(buckets)) => buckets[row],
            _ => 0,
        }
    }

    /// A choice of rows, ready to be asked row by row.
    pub(super) fn pick(&self, rows: Rows) -> Pick<'_> {
        let picked = match rows {
            Rows::All => Some(Pick::All),
            Rows::With(key, value) => match self.key(key) {
                Some(Column::Text(text)) => text
                    .values
                    .iter()
                    .position(|known| known == value)
                    .map(|code| Pick::Code(&text.codes, code)),
                _ => None,
            },
            Rows::Known(date) => match self.key(date) {
                Some(Column::Date(days)) => Some(Pick::Known(days)),
                _ => None,
            },
        };
        picked.unwrap_or(Pick::None)
    }

    /// A column that chooses rows.
    pub(super) fn key(&self, name: &str) -> Option<&Column> {
        let found = self.keys.iter().find(|(key, _)| *key == name);
        found.map(|(_, column)| column)
    }

    /// Active customers per cell at the end of a day.
    pub(super) fn active_by_cell(&self, to: NaiveDate) -> Arc<[i64]> {
        let mut kept = self.active.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, active)) = kept.as_ref().filter(|(day, _)| *day == to) {
            return Arc::clone(active);
        }
        let last = self.day_index(to);
        let mut active = vec![0i64; self.cells.count()];
        for term in ACTIVE.terms {
            let measure = self.measure(term.column);
            for (row, (cell, day)) in self.cells.of_row.iter().zip(&self.day).enumerate() {
                if i64::from(*day) <= last {
                    active[*cell as usize] += term.factor * measure.of(row);
                }
            }
        }
        let active: Arc<[i64]> = active.into();
        *kept = Some((to, Arc::clone(&active)));
        active
    }
}

/// The numbers of a column.
#[derive(Clone, Copy)]
pub(super) enum Measure<'a> {
    /// One for all rows.
    Same(i64),
    /// One per row.
    Column(&'a [i64]),
}

impl Measure<'_> {
    /// The number of a row.
    pub(super) fn of(self, row: usize) -> i64 {
        match self {
            Measure::Same(value) => value,
            Measure::Column(values) => values[row],
        }
    }
}

/// Which rows of a mart count.
#[derive(Clone, Copy)]
pub(super) enum Pick<'a> {
    /// All.
    All,
    /// None: the value does not occur.
    None,
    /// Those with a code in a text column.
    Code(&'a Codes, usize),
    /// Those in which a date is known.
    Known(&'a [i32]),
}

impl Pick<'_> {
    /// Whether a row counts.
    pub(super) fn admits(self, row: usize) -> bool {
        match self {
            Pick::All => true,
            Pick::None => false,
            Pick::Code(codes, code) => codes.get(row) == code,
            Pick::Known(days) => days[row] != NULL_DAY,
        }
    }
}

/// The day on which each row counts.
fn days_of(columns: &Columns, as_of: NaiveDate) -> Vec<i32> {
    let month_ends = |months: &[i32], later: Option<&[i64]>| {
        let end = |(row, month): (usize, &i32)| {
            let later = later.map_or(0, |later| later[row]);
            let later = i32::try_from(later).unwrap_or(i32::MAX);
            to_days(month_end(add_months(from_days(*month), later)))
        };
        months.iter().enumerate().map(end).collect()
    };
    if let Some(days) = columns.days("day") {
        days.to_vec()
    } else if let Some(months) = columns.days("month") {
        month_ends(months, None)
    } else if let Some(months) = columns.days("cohort_month") {
        month_ends(months, columns.ints("months_since"))
    } else {
        vec![to_days(as_of); columns.rows()]
    }
}

pub(super) fn check_total(
    mart: &'static str,
    column: &'static str,
    values: &[i64],
) -> Result<(), DataError> {
    let total = values
        .iter()
        .try_fold(0u64, |total, value| total.checked_add(value.unsigned_abs()));
    match total {
        Some(total) if total <= MAX_TOTAL => Ok(()),
        _ => Err(DataError::TooLarge { mart, column }),
    }
}
