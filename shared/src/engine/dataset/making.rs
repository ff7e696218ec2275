//! From the columns of a mart to the engine's dataset: rows sorted into cells, measures put
//! together in blocks.

use std::pin::pin;
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};

use chrono::NaiveDate;
use tidemark_crossfilter::{Cells, Codes, Cube, Key, Values};

use super::{DataError, Dataset, KNOWN};
use crate::columns::{Column, Columns, Ints, NULL_DAY};
use crate::date::{add_months, from_days, month_end, to_days};
use crate::dimension::Dimension;
use crate::engine::cells;
use crate::mart::Role;

/// Longest history that is indexed by day, 179 years; a date before it is a broken date.
const MAX_DAYS: i32 = u16::MAX as i32 - 1;

/// The key of a histogram.
const BUCKET: &str = "bucket";

/// Largest sum of absolute values in a column. It leaves room for every weighted sum of columns.
const MAX_TOTAL: u64 = i64::MAX as u64 / 128;

impl Dataset {
    /// Takes over the decoded columns of any mart.
    ///
    /// # Errors
    /// A row dated after the snapshot's day, or impossibly long before; numbers too large to be
    /// added.
    pub fn new(columns: Columns, as_of: NaiveDate) -> Result<Dataset, DataError> {
        let mut making = pin!(Dataset::in_steps(columns, as_of, async || ()));
        loop {
            // Nothing is waited for: the first time it is ready.
            let now = making
                .as_mut()
                .poll(&mut Context::from_waker(Waker::noop()));
            if let Poll::Ready(made) = now {
                return made;
            }
        }
    }

    /// The same with pauses: `pause` is called, and waited for, after each step.
    ///
    /// # Errors
    /// Those of [`Dataset::new`].
    pub async fn in_steps(
        columns: Columns,
        as_of: NaiveDate,
        mut pause: impl AsyncFnMut(),
    ) -> Result<Dataset, DataError> {
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
        let day: Vec<u16> = days.iter().map(|day| (day - start) as u16).collect();
        drop(days);
        let sorted = Sorted::new(&columns, &day, (end - start) as usize + 1, &mut pause).await;
        let mut data = Dataset {
            spec,
            start,
            as_of,
            cube: sorted.cube,
            values: cells::values(&columns),
            measures: Vec::new(),
            texts: Vec::new(),
            dates: Vec::new(),
            buckets: Vec::new(),
            kept: Mutex::default(),
        };
        data.take(columns, &sorted.order, &day, pause).await?;
        Ok(data)
    }

    /// Takes over the columns; a block of measures is let go before the next is put together.
    async fn take(
        &mut self,
        columns: Columns,
        order: &[u32],
        day: &[u16],
        mut pause: impl AsyncFnMut(),
    ) -> Result<(), DataError> {
        let mut block: Vec<Ints> = Vec::new();
        for (column, values) in self.spec.columns.iter().zip(columns.into_all()) {
            match (column.role, values) {
                (Role::Measure(_), Column::Int(values)) => {
                    check_total(self.spec.name, column.name, &values)?;
                    let number = self.cube.next_column() + block.len();
                    self.measures.push((column.name, number));
                    block.push(values);
                }
                (Role::Grain, Column::Text(text)) => self.texts.push((column.name, text.values)),
                (Role::Grain, Column::Int(values)) if column.name == BUCKET => {
                    let bucket = |row: &u32| values.get(*row as usize);
                    self.buckets = order.iter().map(bucket).collect();
                }
                (Role::Attribute, Column::Date(days)) => {
                    let days = order.iter().map(|row| days[*row as usize]).collect();
                    self.dates.push((column.name, days));
                }
                _ => {}
            }
            if block.len() == Cube::TOGETHER {
                self.add(&mut block, order, day);
                pause().await;
            }
        }
        self.add(&mut block, order, day);
        Ok(())
    }

    fn add(&mut self, block: &mut Vec<Ints>, order: &[u32], day: &[u16]) {
        let columns: Vec<Values> = block.iter().map(values_of).collect();
        self.cube.add(&columns, order, day);
        block.clear();
    }
}

/// The numbers of a column, as the cube takes them.
fn values_of(column: &Ints) -> Values<'_> {
    match column.slices() {
        Ok(values) => Values::I32(values),
        Err(values) => Values::I64(values),
    }
}

/// Rows sorted into cells.
struct Sorted {
    cube: Cube,
    /// For each row of the cube, its place in the columns.
    order: Vec<u32>,
}

impl Sorted {
    async fn new(
        columns: &Columns,
        day: &[u16],
        days: usize,
        pause: &mut impl AsyncFnMut(),
    ) -> Sorted {
        let lacking = vec![0; columns.rows()];
        let mut keys = cells::dimension_keys(columns, &lacking);
        let all = || columns.spec().columns.iter().zip(columns.all());
        let mut known: Vec<Vec<u8>> = Vec::new();
        for (column, values) in all() {
            match (column.role, values) {
                (Role::Grain, Column::Text(text)) => keys.push(cells::key(text)),
                (Role::Attribute, Column::Date(days)) => {
                    let code = |day: &i32| if *day == NULL_DAY { 0 } else { KNOWN };
                    known.push(days.iter().map(code).collect());
                }
                _ => {}
            }
        }
        keys.extend(known.iter().map(|codes| Key {
            codes: Codes::U8(codes),
            values: usize::from(KNOWN) + 1,
        }));
        let (mut cells, mut of_row) = Cells::undivided(columns.rows());
        for key in &keys {
            cells.divide(&mut of_row, key);
            pause().await;
        }
        let (cube, order) = Cube::new(cells, &of_row, Dimension::COUNT, day, days);
        drop(of_row);
        pause().await;
        Sorted { cube, order }
    }
}

/// The day on which each row counts.
fn days_of(columns: &Columns, as_of: NaiveDate) -> Vec<i32> {
    let month_ends = |months: &[i32], later: Option<&Ints>| {
        let end = |(row, month): (usize, &i32)| {
            let later = later.map_or(0, |later| later.get(row));
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

pub(in crate::engine) fn check_total(
    mart: &'static str,
    column: &'static str,
    values: &Ints,
) -> Result<(), DataError> {
    let total = values
        .iter()
        .try_fold(0u64, |total, value| total.checked_add(value.unsigned_abs()));
    match total {
        Some(total) if total <= MAX_TOTAL => Ok(()),
        _ => Err(DataError::TooLarge { mart, column }),
    }
}
