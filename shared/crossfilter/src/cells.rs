//! Cells: the combinations of keys that occur.

/// Up to this many combinations a table of all that could be is smaller and faster than a list of
/// those that are.
const TABLE: u64 = 1 << 22;

/// What is not in a table.
const ABSENT: u32 = u32::MAX;

/// Codes of a column, one per row, in the type they are at hand in.
#[derive(Debug, Clone, Copy)]
pub enum Codes<'a> {
    /// Up to 256 codes.
    U8(&'a [u8]),
    /// Up to 65 536 codes.
    U16(&'a [u16]),
    /// Codes of 32 bits.
    U32(&'a [u32]),
}

/// A column that distinguishes cells.
#[derive(Debug, Clone, Copy)]
pub struct Key<'a> {
    /// One code per row, each at most `values`.
    pub codes: Codes<'a>,
    /// Number of values; this number itself is the code of a missing value.
    pub values: usize,
}

/// The combinations of keys that occur, in ascending order of their codes.
#[derive(Debug, Clone, Default)]
pub struct Cells {
    count: usize,
    values: Vec<usize>,
    /// Per key, one code per cell.
    codes: Vec<Vec<u32>>,
}

impl Cells {
    /// The cells of some rows, and the cell of each row.
    pub fn assign(rows: usize, keys: &[Key]) -> (Cells, Vec<u32>) {
        let (mut cells, mut of_row) = Cells::undivided(rows);
        for key in keys {
            cells.divide(&mut of_row, key);
        }
        (cells, of_row)
    }

    /// The one cell that all rows are in as long as no key distinguishes them, and the cell of each
    /// row.
    pub fn undivided(rows: usize) -> (Cells, Vec<u32>) {
        let cells = Cells {
            count: rows.min(1),
            ..Cells::default()
        };
        (cells, vec![0; rows])
    }

    /// Divides the cells there are by one more key, and puts each row into its new cell.
    pub fn divide(&mut self, of_row: &mut [u32], key: &Key) {
        let width = key.values as u64 + 1;
        let space = self.count as u64 * width;
        let found = if space <= TABLE {
            combine(of_row, width as u32, key);
            number_by_table(of_row, space)
        } else {
            let cells = of_row.to_vec();
            combine(of_row, 0, key);
            let combined = cells.iter().zip(&*of_row);
            let combined = combined.map(|(cell, code)| u64::from(*cell) * width + u64::from(*code));
            number_by_search(of_row, &combined.collect::<Vec<u64>>())
        };
        for old in &mut self.codes {
            *old = found.iter().map(|at| old[(at / width) as usize]).collect();
        }
        let codes = found.iter().map(|at| (at % width) as u32);
        self.codes.push(codes.collect());
        self.values.push(key.values);
        self.count = found.len();
    }

    /// Number of cells.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Number of keys.
    pub fn keys(&self) -> usize {
        self.codes.len()
    }

    /// Number of values of a key; 0 for one there is not.
    pub fn values(&self, key: usize) -> usize {
        self.values.get(key).copied().unwrap_or(0)
    }

    /// The code of each cell in a key; panics for one there is not.
    pub fn codes(&self, key: usize) -> &[u32] {
        &self.codes[key]
    }

    /// The code of a cell in a key; panics past the end, like a slice.
    pub fn code(&self, cell: usize, key: usize) -> usize {
        self.codes[key][cell] as usize
    }
}

/// Multiplies the number of each row by a factor, and adds its code in a key.
fn combine(of_row: &mut [u32], factor: u32, key: &Key) {
    let most = key.values as u32;
    match key.codes {
        Codes::U8(codes) => add(of_row, factor, codes, most),
        Codes::U16(codes) => add(of_row, factor, codes, most),
        Codes::U32(codes) => add(of_row, factor, codes, most),
    }
}

fn add<C: Copy + Into<u32>>(of_row: &mut [u32], factor: u32, codes: &[C], most: u32) {
    for (number, code) in of_row.iter_mut().zip(codes) {
        // A code that is none would be another cell's: it counts as missing.
        *number = *number * factor + (*code).into().min(most);
    }
}

/// Numbers what occurs among numbers below `space` in ascending order, and puts the new numbers in
/// their place.
fn number_by_table(numbers: &mut [u32], space: u64) -> Vec<u64> {
    let mut table = vec![ABSENT; space as usize];
    for number in &*numbers {
        table[*number as usize] = 0;
    }
    let found: Vec<u64> = (0..space)
        .filter(|at| table[*at as usize] != ABSENT)
        .collect();
    for (new, at) in (0u32..).zip(&found) {
        table[*at as usize] = new;
    }
    for number in numbers {
        *number = table[*number as usize];
    }
    found
}

/// The same for numbers of any size; the new ones go to `numbers`.
fn number_by_search(numbers: &mut [u32], large: &[u64]) -> Vec<u64> {
    let mut found = large.to_vec();
    found.sort_unstable();
    found.dedup();
    for (number, large) in numbers.iter_mut().zip(large) {
        *number = found.partition_point(|one| one < large) as u32;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Rows are in the same cell if and only if they agree in every key, and cells ascend;
        /// whether looked up in a table or, where a key has very many values, in a list.
        #[test]
        fn a_cell_is_a_combination(rows in proptest::collection::vec((0u8..4, 0u16..3, 0u32..5), 0..60), many in any::<bool>()) {
            let a: Vec<u8> = rows.iter().map(|row| row.0).collect();
            let b: Vec<u16> = rows.iter().map(|row| row.1).collect();
            let c: Vec<u32> = rows.iter().map(|row| row.2).collect();
            let keys = [
                Key { codes: Codes::U8(&a), values: 3 },
                Key { codes: Codes::U16(&b), values: 2 },
                Key { codes: Codes::U32(&c), values: if many { TABLE as usize } else { 4 } },
            ];
            let (cells, of_row) = Cells::assign(rows.len(), &keys);
            let mut expected: Vec<(u8, u16, u32)> = rows.clone();
            expected.sort_unstable();
            expected.dedup();
            prop_assert_eq!(cells.count(), expected.len());
            for (cell, key) in of_row.iter().zip(&rows) {
                let cell = *cell as usize;
                prop_assert_eq!(&expected[cell], key);
                let codes = [cells.code(cell, 0), cells.code(cell, 1), cells.code(cell, 2)];
                prop_assert_eq!(codes, [key.0 as usize, key.1 as usize, key.2 as usize]);
            }
        }
    }
}
