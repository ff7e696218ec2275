//! Cells: the combinations of keys that occur.

use std::collections::HashMap;

/// Up to this many combinations a table of all that could be is smaller and faster than a map of those that are.
const TABLE: usize = 1 << 22;

/// What is not in a table.
const ABSENT: u32 = u32::MAX;

/// Codes of a column, one per row, in the type they are at hand in.
#[derive(Debug, Clone, Copy)]
pub enum Codes<'a> {
    /// Up to 256 codes.
    U8(&'a [u8]),
    /// Up to 65 536 codes.
    U16(&'a [u16]),
    /// More.
    U32(&'a [u32]),
}

/// A column that tells cells apart.
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
    /// The cells of some rows, and the cell of each row. Keys are taken in one after the other: each divides the cells
    /// there are.
    pub fn assign(rows: usize, keys: &[Key]) -> (Cells, Vec<u32>) {
        let mut cells = Cells {
            count: rows.min(1),
            ..Cells::default()
        };
        let mut of_row = vec![0u32; rows];
        for key in keys {
            match key.codes {
                Codes::U8(codes) => cells.divide(&mut of_row, codes, key.values),
                Codes::U16(codes) => cells.divide(&mut of_row, codes, key.values),
                Codes::U32(codes) => cells.divide(&mut of_row, codes, key.values),
            }
        }
        (cells, of_row)
    }

    fn divide<C: Copy + TryInto<usize>>(&mut self, of_row: &mut [u32], codes: &[C], values: usize) {
        let width = values + 1;
        // A code that is none would be another cell's: it counts as missing.
        let combined = |cell: u32, code: C| {
            let code = code.try_into().unwrap_or(values).min(values);
            cell as usize * width + code
        };
        let pairs = || of_row.iter().zip(codes);
        let mut found: Vec<usize>;
        let space = self.count.saturating_mul(width);
        if space <= TABLE {
            let mut table = vec![ABSENT; space];
            for (cell, code) in pairs() {
                table[combined(*cell, *code)] = 0;
            }
            found = (0..space).filter(|at| table[*at] != ABSENT).collect();
            for (cell, at) in (0u32..).zip(&found) {
                table[*at] = cell;
            }
            for (cell, code) in of_row.iter_mut().zip(codes) {
                *cell = table[combined(*cell, *code)];
            }
        } else {
            let mut map: HashMap<usize, u32> = HashMap::new();
            for (cell, code) in pairs() {
                map.entry(combined(*cell, *code)).or_default();
            }
            found = map.keys().copied().collect();
            found.sort_unstable();
            map.extend(found.iter().copied().zip(0u32..));
            for (cell, code) in of_row.iter_mut().zip(codes) {
                *cell = map[&combined(*cell, *code)];
            }
        }
        for old in &mut self.codes {
            *old = found.iter().map(|at| old[at / width]).collect();
        }
        self.codes
            .push(found.iter().map(|at| (at % width) as u32).collect());
        self.values.push(values);
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Rows are in the same cell if and only if they agree in every key, and cells ascend; whether looked up in a table
        /// or, where a key has very many values, in a map.
        #[test]
        fn a_cell_is_a_combination(rows in proptest::collection::vec((0u8..4, 0u16..3, 0u32..5), 0..60), many in any::<bool>()) {
            let a: Vec<u8> = rows.iter().map(|row| row.0).collect();
            let b: Vec<u16> = rows.iter().map(|row| row.1).collect();
            let c: Vec<u32> = rows.iter().map(|row| row.2).collect();
            let keys = [
                Key { codes: Codes::U8(&a), values: 3 },
                Key { codes: Codes::U16(&b), values: 2 },
                Key { codes: Codes::U32(&c), values: if many { TABLE } else { 4 } },
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
