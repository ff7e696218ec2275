//! Four measures side by side, so that one instruction adds them.

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

impl Values<'_> {
    fn get(self, row: usize) -> i64 {
        match self {
            Values::I32(values) => i64::from(values[row]),
            Values::I64(values) => values[row],
        }
    }
}

impl Block {
    /// Puts up to four columns together. `order` gives for each row of the block the row of the columns; `day` is the day
    /// of each row of the columns, below `days`.
    pub(crate) fn new(columns: &[Values], order: &[u32], day: &[u16], days: usize) -> Block {
        if columns.iter().all(|column| is_narrow(*column, day, days)) {
            // No value of a narrow column is larger than what was just checked.
            Block::Narrow(gather(columns, order, |value| value as i32))
        } else {
            Block::Wide(gather(columns, order, |value| value))
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

/// Whether on every day even the absolute values add up to no more than 32 bits hold: then the sum of any of its rows fits.
fn is_narrow(column: Values, day: &[u16], days: usize) -> bool {
    let mut sums = vec![0u64; days];
    for (row, day) in day.iter().enumerate() {
        if let Some(sum) = sums.get_mut(usize::from(*day)) {
            *sum = sum.saturating_add(column.get(row).unsigned_abs());
        }
    }
    sums.iter().all(|sum| *sum <= i32::MAX as u64)
}

fn gather<T: Copy + Default>(
    columns: &[Values],
    order: &[u32],
    convert: impl Fn(i64) -> T,
) -> Vec<Lanes<T>> {
    let value = |lane: usize, row: usize| match columns.get(lane) {
        Some(column) => convert(column.get(row)),
        None => T::default(),
    };
    let row = |row: &u32| std::array::from_fn(|lane| value(lane, *row as usize));
    order.iter().map(row).collect()
}
