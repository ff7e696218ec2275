//! Columns while batches arrive; each batch may bring a dictionary of its own.

use std::collections::BTreeMap;

use crate::columns::{Codes, Column, TextColumn};
use crate::mart::{ColumnSpec, ColumnType};

/// A column being put together.
pub(super) enum Builder {
    Date(Vec<i32>),
    Int(Vec<i64>),
    Bool(Vec<bool>),
    Text(TextBuilder),
}

impl Builder {
    pub(super) fn new(column: &ColumnSpec) -> Self {
        match column.column_type {
            ColumnType::Date => Self::Date(Vec::new()),
            ColumnType::Int64 => Self::Int(Vec::new()),
            ColumnType::Bool => Self::Bool(Vec::new()),
            ColumnType::Text => Self::Text(TextBuilder::default()),
        }
    }

    pub(super) fn finish(self) -> Column {
        match self {
            Self::Date(days) => Column::Date(days),
            Self::Int(values) => Column::Int(values),
            Self::Bool(values) => Column::Bool(values),
            Self::Text(text) => Column::Text(text.finish()),
        }
    }
}

/// The code of a missing text.
pub(super) const MISSING: u32 = u32::MAX;

/// A text column being put together.
#[derive(Default)]
pub(super) struct TextBuilder {
    codes: Vec<u32>,
    seen: BTreeMap<String, u32>,
}

impl TextBuilder {
    /// The code of a text, a new one if it was not seen before.
    pub(super) fn code(&mut self, text: Option<&str>) -> u32 {
        let Some(text) = text else {
            return MISSING;
        };
        if let Some(code) = self.seen.get(text) {
            return *code;
        }
        let code = self.seen.len() as u32;
        self.seen.insert(text.to_owned(), code);
        code
    }

    /// Takes the next row.
    pub(super) fn push(&mut self, code: u32) {
        self.codes.push(code);
    }

    /// Renumbers the codes so that values ascend, and drops values that no row has.
    pub(super) fn finish(self) -> TextColumn {
        let mut used = vec![false; self.seen.len()];
        for code in &self.codes {
            if let Some(used) = used.get_mut(*code as usize) {
                *used = true;
            }
        }
        let mut renumbered = vec![0u32; self.seen.len()];
        let mut values = Vec::new();
        for (text, code) in self.seen {
            if used[code as usize] {
                renumbered[code as usize] = values.len() as u32;
                values.push(text);
            }
        }
        let missing = values.len() as u32;
        let codes: Vec<u32> = self
            .codes
            .iter()
            .map(|code| renumbered.get(*code as usize).copied().unwrap_or(missing))
            .collect();
        TextColumn {
            codes: Codes::pack(&codes, values.len()),
            values,
        }
    }
}
