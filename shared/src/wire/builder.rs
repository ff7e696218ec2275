//! Columns while batches arrive; each batch may bring a dictionary of its own.

use std::collections::BTreeMap;

use crate::columns::{Codes, Column, Ints, TextColumn};
use crate::mart::{ColumnSpec, ColumnType};

/// A column being put together.
pub(super) enum Builder {
    Date(Vec<i32>),
    Int(Ints),
    Bool(Vec<bool>),
    Text(TextBuilder),
}

impl Builder {
    /// With room for so many rows.
    pub(super) fn new(column: &ColumnSpec, rows: usize) -> Self {
        match column.column_type {
            ColumnType::Date => Self::Date(Vec::with_capacity(rows)),
            ColumnType::Int64 => Self::Int(Ints::with_capacity(rows)),
            ColumnType::Bool => Self::Bool(Vec::with_capacity(rows)),
            ColumnType::Text => Self::Text(TextBuilder::new(rows)),
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
pub(super) struct TextBuilder {
    /// Codes in the order of being seen; the largest of their type is a missing text.
    codes: Codes,
    seen: BTreeMap<String, u32>,
}

impl TextBuilder {
    fn new(rows: usize) -> Self {
        Self {
            codes: Codes::U8(Vec::with_capacity(rows)),
            seen: BTreeMap::new(),
        }
    }

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
        loop {
            match &mut self.codes {
                Codes::U8(codes) if code < u32::from(u8::MAX) => codes.push(code as u8),
                Codes::U8(codes) if code == MISSING => codes.push(u8::MAX),
                Codes::U16(codes) if code < u32::from(u16::MAX) => codes.push(code as u16),
                Codes::U16(codes) if code == MISSING => codes.push(u16::MAX),
                Codes::U32(codes) => codes.push(code),
                Codes::U8(codes) => {
                    let wider = |code: &u8| match *code {
                        u8::MAX => u16::MAX,
                        code => code.into(),
                    };
                    self.codes = Codes::U16(codes.iter().map(wider).collect());
                    continue;
                }
                Codes::U16(codes) => {
                    let wider = |code: &u16| match *code {
                        u16::MAX => MISSING,
                        code => code.into(),
                    };
                    self.codes = Codes::U32(codes.iter().map(wider).collect());
                    continue;
                }
            }
            return;
        }
    }

    /// Renumbers the codes so that values ascend, and drops values that no row has.
    pub(super) fn finish(mut self) -> TextColumn {
        let mut used = vec![false; self.seen.len()];
        for row in 0..self.codes.len() {
            if let Some(used) = used.get_mut(self.codes.get(row)) {
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
        let new = |code: usize| renumbered.get(code).copied().unwrap_or(missing);
        match &mut self.codes {
            Codes::U8(codes) => codes
                .iter_mut()
                .for_each(|c| *c = new(usize::from(*c)) as u8),
            Codes::U16(codes) => codes
                .iter_mut()
                .for_each(|c| *c = new(usize::from(*c)) as u16),
            Codes::U32(codes) => codes.iter_mut().for_each(|c| *c = new(*c as usize)),
        }
        TextColumn {
            codes: self.codes.narrowed(values.len()),
            values,
        }
    }
}
