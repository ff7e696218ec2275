//! The combinations of dimension values that occur, so that a filter is decided once per combination, not per row.

use std::collections::HashMap;

use crate::columns::Columns;
use crate::dimension::Dimension;
use crate::view::Filters;

/// Distinct combinations ("cells") of dimension values and the cell of every row.
#[derive(Debug)]
pub(super) struct Cells {
    /// Cell of each row.
    pub(super) of_row: Vec<u32>,
    /// Value code per dimension of each cell; 0 in dimensions the mart lacks.
    codes: Vec<[u32; Dimension::COUNT]>,
    /// Values by code of each dimension; empty for dimensions the mart lacks.
    values: [Vec<String>; Dimension::COUNT],
}

impl Cells {
    pub(super) fn build(columns: &Columns) -> Cells {
        let texts = Dimension::ALL.map(|dimension| columns.text(dimension.key()));
        let mut seen: HashMap<[u32; Dimension::COUNT], u32> = HashMap::new();
        let mut codes = Vec::new();
        let of_row = (0..columns.rows())
            .map(|row| {
                let key = texts.map(|text| text.map_or(0, |text| text.codes.get(row) as u32));
                *seen.entry(key).or_insert_with(|| {
                    codes.push(key);
                    (codes.len() - 1) as u32
                })
            })
            .collect();
        Cells {
            of_row,
            codes,
            values: texts.map(|text| text.map_or_else(Vec::new, |text| text.values.clone())),
        }
    }

    /// Number of cells.
    pub(super) fn count(&self) -> usize {
        self.codes.len()
    }

    /// Values of a dimension, by code.
    pub(super) fn values(&self, dimension: Dimension) -> &[String] {
        &self.values[dimension.index()]
    }

    /// Code of a cell's value.
    pub(super) fn code(&self, cell: usize, dimension: Dimension) -> usize {
        self.codes[cell][dimension.index()] as usize
    }

    /// Which cells pass all conditions. A dimension the mart lacks is not a condition on it.
    pub(super) fn allowed(&self, filters: &Filters) -> Vec<bool> {
        let mut allowed = vec![true; self.codes.len()];
        for (dimension, filter) in filters.iter() {
            let values = self.values(dimension);
            if values.is_empty() {
                continue;
            }
            let table: Vec<bool> = values.iter().map(|value| filter.allows(value)).collect();
            for (cell, allowed) in allowed.iter_mut().enumerate() {
                *allowed &= table
                    .get(self.code(cell, dimension))
                    .copied()
                    .unwrap_or(false);
            }
        }
        allowed
    }
}
