//! The combinations of dimension values that occur, so that a filter is decided once per
//! combination, not per row.

use tidemark_crossfilter::{self as crossfilter, Allowed, Key};

use crate::columns::{Codes, Columns, TextColumn};
use crate::dimension::Dimension;
use crate::view::Filters;

/// Values by code of each dimension; empty for dimensions a mart lacks.
pub(super) type DimensionValues = [Vec<String>; Dimension::COUNT];

/// Distinct combinations ("cells") of dimension values and the cell of every row.
#[derive(Debug)]
pub(super) struct Cells {
    /// Cell of each row.
    pub(super) of_row: Vec<u32>,
    cells: crossfilter::Cells,
    values: DimensionValues,
}

impl Cells {
    pub(super) fn build(columns: &Columns) -> Cells {
        let lacking = vec![0; columns.rows()];
        let (cells, of_row) =
            crossfilter::Cells::assign(columns.rows(), &dimension_keys(columns, &lacking));
        Cells {
            of_row,
            cells,
            values: values(columns),
        }
    }

    /// Values of a dimension, by code.
    pub(super) fn values(&self, dimension: Dimension) -> &[String] {
        &self.values[dimension.index()]
    }

    /// Code of a cell's value.
    pub(super) fn code(&self, cell: usize, dimension: Dimension) -> usize {
        self.cells.code(cell, dimension.index())
    }

    /// Which cells pass all conditions. A dimension the mart lacks is not a condition on it.
    pub(super) fn allowed(&self, filters: &Filters) -> Vec<bool> {
        let mut allowed = vec![true; self.cells.count()];
        for (dimension, table) in tables(filters, &self.values).into_iter().enumerate() {
            let Some(table) = table else { continue };
            for (allowed, code) in allowed.iter_mut().zip(self.cells.codes(dimension)) {
                *allowed &= table.get(*code as usize).copied().unwrap_or(false);
            }
        }
        allowed
    }
}

/// The dimensions as keys of cells. One that the mart lacks is a key without any value; `lacking`
/// has a zero per row for it.
pub(super) fn dimension_keys<'a>(columns: &'a Columns, lacking: &'a [u8]) -> Vec<Key<'a>> {
    let absent = Key {
        codes: crossfilter::Codes::U8(lacking),
        values: 0,
    };
    let texts = Dimension::ALL.map(|dimension| columns.text(dimension.key()));
    texts.map(|text| text.map_or(absent, key)).into()
}

/// A text column as a key of cells.
pub(super) fn key(text: &TextColumn) -> Key<'_> {
    let codes = match &text.codes {
        Codes::U8(codes) => crossfilter::Codes::U8(codes),
        Codes::U16(codes) => crossfilter::Codes::U16(codes),
        Codes::U32(codes) => crossfilter::Codes::U32(codes),
    };
    Key {
        codes,
        values: text.values.len(),
    }
}

/// The dimensions' values in a mart.
pub(super) fn values(columns: &Columns) -> DimensionValues {
    let texts = Dimension::ALL.map(|dimension| columns.text(dimension.key()));
    texts.map(|text| text.map_or_else(Vec::new, |text| text.values.clone()))
}

/// Which codes pass, by dimension. A dimension the mart lacks is not a condition on it.
pub(super) fn tables(filters: &Filters, values: &DimensionValues) -> Allowed {
    let table = |dimension: Dimension| {
        let values = &values[dimension.index()];
        let filter = filters.get(dimension).filter(|_| !values.is_empty())?;
        Some(values.iter().map(|value| filter.allows(value)).collect())
    };
    Dimension::ALL.map(table).into()
}
