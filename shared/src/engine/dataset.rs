//! A mart ready to be filtered: its rows in cells, its measures in the crossfilter's columns.

mod making;

use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use chrono::NaiveDate;
use thiserror::Error;
use tidemark_crossfilter::{Crossfilter, Cube, Pick};

use super::cells::{self, DimensionValues};
use crate::date::{from_days, to_days};
use crate::dimension::Dimension;
use crate::mart::MartSpec;
use crate::metric::{ROWS, Rows, Term};
use crate::view::{Filter, Filters, Ignored, Span, View};

pub(super) use making::check_total;

/// Code of a date that is known, in the key made of it.
const KNOWN: u8 = 1;

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

/// A cell and its rows.
pub(super) type CellRows = (usize, Range<usize>);

/// A mart as the engine holds it. Its rows count on a day: in a mart by month, on the last of the
/// month observed; in one without any date in its grain, on the snapshot's.
#[derive(Debug)]
pub struct Dataset {
    spec: &'static MartSpec,
    /// Day number of day index 0.
    start: i32,
    as_of: NaiveDate,
    /// The rows, sorted into cells. Keys are the dimensions, then `texts`, then whether each of
    /// `dates` is known.
    cube: Cube,
    values: DimensionValues,
    /// Measures and their columns in the cube.
    measures: Vec<(&'static str, usize)>,
    /// A key column of text, and its values by code.
    texts: Vec<(&'static str, Vec<String>)>,
    /// Dates that may be missing, row by row of the cube.
    dates: Vec<(&'static str, Vec<i32>)>,
    /// Lower bound of the histogram bucket, row by row of the cube; nothing in a mart that is no
    /// histogram.
    buckets: Vec<i64>,
    /// The sums under the filters asked for last.
    kept: Mutex<(Option<Filters>, Crossfilter)>,
}

impl Dataset {
    /// The mart's specification.
    pub fn spec(&self) -> &'static MartSpec {
        self.spec
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.cube.rows()
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
        let values = self.coded_values(dimension).iter();
        let mut values: Vec<&str> = values.map(String::as_str).collect();
        values.sort_by(|a, b| dimension.compare_values(a, b));
        values
    }

    /// Values of a dimension that occur, in the order in which they are coded.
    pub fn coded_values(&self, dimension: Dimension) -> &[String] {
        &self.values[dimension.index()]
    }

    /// The view without filter values that do not occur in the data, and what was left out.
    pub fn known(&self, view: &View) -> (View, Vec<Ignored>) {
        let mut view = view.clone();
        let mut ignored = Vec::new();
        for dimension in Dimension::ALL {
            let Some(filter) = view.filters.get(dimension).cloned() else {
                continue;
            };
            let values = self.coded_values(dimension);
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

    /// Indices of the days of a span that are between the first of the data and the snapshot's.
    pub(super) fn day_range(&self, span: Span) -> Range<usize> {
        let days = self.day_count() as i64;
        let start = self.day_index(span.from).clamp(0, days);
        let end = (self.day_index(span.to) + 1).clamp(start, days);
        start as usize..end as usize
    }

    /// Day number of a row.
    pub(super) fn day_number(&self, row: usize) -> i32 {
        self.start + i32::from(self.cube.day()[row])
    }

    /// A measure's column in the cube, or that of [`ROWS`]; none of a measure the mart lacks.
    pub(super) fn measure(&self, column: &str) -> Option<usize> {
        if column == ROWS {
            return Some(Cube::ROWS);
        }
        let found = self.measures.iter().find(|(name, _)| *name == column);
        found.map(|(_, number)| *number)
    }

    /// The value of a row in a column of the cube.
    pub(super) fn value(&self, column: usize, row: usize) -> i64 {
        self.cube.value(column, row)
    }

    /// Lower bound of the histogram bucket of a row.
    pub(super) fn bucket(&self, row: usize) -> i64 {
        self.buckets.get(row).copied().unwrap_or(0)
    }

    /// A date that may be missing, row by row.
    pub(super) fn dates(&self, name: &str) -> Option<&[i32]> {
        let found = self.dates.iter().find(|(date, _)| *date == name);
        found.map(|(_, days)| &days[..])
    }

    /// A key column of text: its key in the cube and its values by code.
    pub(super) fn text(&self, name: &str) -> Option<(usize, &[String])> {
        let at = self.texts.iter().position(|(text, _)| *text == name)?;
        Some((Dimension::COUNT + at, &self.texts[at].1))
    }

    /// The cells that pass some filters and are picked, and the rows of each.
    pub(super) fn passing(&self, filters: &Filters, rows: Rows) -> Vec<CellRows> {
        let Some(pick) = self.pick(rows) else {
            return Vec::new();
        };
        let picked = |cell: &usize| match pick {
            Pick::All => true,
            Pick::Code(key, code) => self.cube.cells().code(*cell, key) == code as usize,
        };
        self.filtered(filters, |cube, kept| {
            let cells = kept.passing().filter(picked);
            cells.map(|cell| (cell, cube.rows_of(cell))).collect()
        })
    }

    /// Whether no row passes some filters.
    pub(super) fn nothing_passes(&self, filters: &Filters) -> bool {
        self.filtered(filters, |_, kept| kept.passing().next().is_none())
    }

    /// The code of a cell in a key of the cube.
    pub(super) fn code(&self, cell: usize, key: usize) -> usize {
        self.cube.cells().code(cell, key)
    }

    /// Running sums by day of what a term adds, without its factor: element i + 1 is the sum of all
    /// days up to day index i. With values of a dimension, of the rows with these, under all
    /// filters but the one on this dimension.
    pub(super) fn running(
        &self,
        filters: &Filters,
        term: &Term,
        of: Option<(Dimension, &[String])>,
    ) -> Vec<i64> {
        let nothing = || vec![0; self.day_count() + 1];
        let Some((column, pick)) = self.measure(term.column).zip(self.pick(term.rows)) else {
            return nothing();
        };
        self.filtered(filters, |cube, kept| match of {
            None => kept.running(cube, column, pick),
            Some((dimension, wanted)) => {
                let known = self.coded_values(dimension).iter().enumerate();
                let codes: Vec<usize> = known
                    .filter(|(_, value)| wanted.contains(value))
                    .map(|(code, _)| code)
                    .collect();
                kept.running_of(cube, column, pick, (dimension.index(), &codes))
            }
        })
    }

    /// What a term adds, without its factor, on some days by the values of a dimension, by code:
    /// under all filters but the one on this dimension.
    pub(super) fn by_value(
        &self,
        filters: &Filters,
        term: &Term,
        dimension: Dimension,
        days: Range<usize>,
    ) -> Vec<i64> {
        let values = self.coded_values(dimension).len();
        match self.measure(term.column).zip(self.pick(term.rows)) {
            Some((column, pick)) if values > 0 => self.filtered(filters, |cube, kept| {
                kept.by_value(cube, column, pick, dimension.index(), days)
            }),
            _ => vec![0; values],
        }
    }

    /// Asks for sums under filters.
    fn filtered<T>(&self, filters: &Filters, ask: impl FnOnce(&Cube, &mut Crossfilter) -> T) -> T {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let (of, crossfilter) = &mut *kept;
        if of.as_ref() != Some(filters) {
            crossfilter.filter(&self.cube, cells::tables(filters, &self.values));
            *of = Some(filters.clone());
        }
        ask(&self.cube, crossfilter)
    }

    /// A choice of rows as a choice of cells; none if there are no such rows.
    fn pick(&self, rows: Rows) -> Option<Pick> {
        match rows {
            Rows::All => Some(Pick::All),
            Rows::With(key, value) => {
                let (key, values) = self.text(key)?;
                let code = values.iter().position(|known| known == value)?;
                Some(Pick::Code(key, code as u32))
            }
            Rows::Known(date) => {
                let at = self.dates.iter().position(|(name, _)| *name == date)?;
                Some(Pick::Code(
                    Dimension::COUNT + self.texts.len() + at,
                    KNOWN.into(),
                ))
            }
        }
    }
}
