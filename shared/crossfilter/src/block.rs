//! Four measures side by side, so that one instruction adds them.

use std::borrow::Cow;

/// Measures in a block.
pub(crate) const LANES: usize = 4;

/// The values of four measures of a row.
pub(crate) type Lanes<T> = [T; LANES];

/// Up to four measures, row by row; lanes without a measure are zero.
#[derive(Debug, Clone)]
pub enum Block {
    /// Whatever rows are chosen, the sum of a day fits into 32 bits.
    Narrow(Vec<Lanes<i32>>),
    /// It may not.
    Wide(Vec<Lanes<i64>>),
}

/// The values of a measure, one per row.
#[derive(Debug, Clone, Copy)]
pub enum Values<'a> {
    /// All of them fit into 32 bits.
    I32(&'a [i32]),
    /// They may not.
    I64(&'a [i64]),
}

/// The days of the rows.
#[derive(Clone, Copy)]
pub(crate) struct Days<'a> {
    /// That of each row, below `count`.
    pub(crate) day: &'a [u16],
    pub(crate) count: usize,
    /// Rows of the day that has most.
    pub(crate) busiest: u32,
}

impl Values<'_> {
    /// The largest absolute value.
    fn largest(self) -> u64 {
        match self {
            Values::I32(values) => largest(values.iter().map(|value| value.unsigned_abs())).into(),
            Values::I64(values) => largest(values.iter().map(|value| value.unsigned_abs())),
        }
    }

    fn get(self, row: usize) -> i64 {
        match self {
            Values::I32(values) => i64::from(values[row]),
            Values::I64(values) => values[row],
        }
    }
}

fn largest<T: Default + Ord>(values: impl Iterator<Item = T>) -> T {
    values.fold(T::default(), T::max)
}

impl Block {
    /// Puts up to four columns together. `order` gives for each row of the block the row of the
    /// columns.
    pub(crate) fn new(columns: &[Values], order: &[u32], days: Days) -> Block {
        let is_narrow = columns.iter().all(|column| is_narrow(*column, days));
        let narrow: Option<Vec<&[i32]>> = columns
            .iter()
            .map(|column| match column {
                Values::I32(values) => Some(*values),
                Values::I64(_) => None,
            })
            .collect();
        match narrow {
            Some(columns) if is_narrow => Block::Narrow(gather(&columns, order, |value| value)),
            Some(columns) => Block::Wide(gather(&columns, order, i64::from)),
            None => {
                let wide = widened(columns);
                let wide: Vec<&[i64]> = wide.iter().map(|column| &column[..]).collect();
                Block::Wide(gather(&wide, order, |value| value))
            }
        }
    }

    /// The value of a row.
    pub(crate) fn get(&self, row: usize, lane: usize) -> i64 {
        match self {
            Block::Narrow(rows) => i64::from(rows[row][lane]),
            Block::Wide(rows) => rows[row][lane],
        }
    }

    /// Bytes held.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            Block::Narrow(rows) => size_of_val(&rows[..]),
            Block::Wide(rows) => size_of_val(&rows[..]),
        }
    }
}

/// All columns in 64 bits, since one of them needs that.
fn widened<'a>(columns: &[Values<'a>]) -> Vec<Cow<'a, [i64]>> {
    let wide = |column: &Values<'a>| match *column {
        Values::I32(values) => values.iter().copied().map(i64::from).collect(),
        Values::I64(values) => Cow::Borrowed(values),
    };
    columns.iter().map(wide).collect()
}

/// Whether on every day even the absolute values add up to no more than 32 bits hold: then the sum
/// of any of its rows fits.
fn is_narrow(column: Values, days: Days) -> bool {
    const MOST: u64 = i32::MAX as u64;
    let largest = column.largest();
    if largest.saturating_mul(days.busiest.into()) <= MOST {
        return true;
    }
    let mut sums = vec![0u64; days.count];
    for (row, day) in days.day.iter().enumerate() {
        if let Some(sum) = sums.get_mut(usize::from(*day)) {
            *sum = sum.saturating_add(column.get(row).unsigned_abs());
        }
    }
    sums.iter().all(|sum| *sum <= MOST)
}

fn gather<S: Copy, T: Default>(
    columns: &[&[S]],
    order: &[u32],
    convert: impl Fn(S) -> T,
) -> Vec<Lanes<T>> {
    let [a, b, c, d] = std::array::from_fn(|lane| columns.get(lane).copied().unwrap_or_default());
    // A lane without a measure has no rows.
    let at = |column: &[S], row: usize| column.get(row).copied().map_or_else(T::default, &convert);
    let row = |row: &u32| {
        let row = *row as usize;
        [at(a, row), at(b, row), at(c, row), at(d, row)]
    };
    order.iter().map(row).collect()
}
