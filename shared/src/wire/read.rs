//! Arrow to columns.

use std::collections::BTreeMap;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowDictionaryKeyType, Date32Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type,
    UInt16Type, UInt32Type,
};
use arrow_array::{Array, RecordBatch};
use arrow_buffer::ArrowNativeType;
use arrow_schema::{DataType, Schema};

use super::stream::Stream;
use super::{WireError, frame};
use crate::columns::{Codes, Column, Columns, NULL_DAY, TextColumn};
use crate::mart::{ColumnSpec, ColumnType, MartSpec};

/// Reads a mart from the bytes of an IPC stream. Names, order, types and missing values must be the mart's.
pub fn decode(spec: &'static MartSpec, bytes: &[u8]) -> Result<Columns, WireError> {
    let broken = |source| WireError::Arrow {
        mart: spec.name,
        source,
    };
    let mut stream = Stream::open(bytes).map_err(broken)?;
    check_names(spec, stream.schema())?;
    frame::check(bytes, stream.schema()).map_err(broken)?;
    let mut builders: Vec<Builder> = spec.columns.iter().map(Builder::new).collect();
    while let Some(batch) = stream.next_batch().map_err(broken)? {
        append(spec, &mut builders, &batch)?;
    }
    finish(spec, builders)
}

/// Reads a mart from a batch with plain or dictionary-encoded text.
pub fn from_batch(spec: &'static MartSpec, batch: &RecordBatch) -> Result<Columns, WireError> {
    check_names(spec, batch.schema_ref())?;
    let mut builders: Vec<Builder> = spec.columns.iter().map(Builder::new).collect();
    append(spec, &mut builders, batch)?;
    finish(spec, builders)
}

fn check_names(spec: &'static MartSpec, schema: &Schema) -> Result<(), WireError> {
    let found: Vec<&str> = schema.fields().iter().map(|f| f.name().as_str()).collect();
    let wanted: Vec<&str> = spec.columns.iter().map(|column| column.name).collect();
    if found == wanted {
        return Ok(());
    }
    Err(WireError::Names {
        mart: spec.name,
        found: found.join(", "),
        wanted: wanted.join(", "),
    })
}

fn append(
    spec: &'static MartSpec,
    builders: &mut [Builder],
    batch: &RecordBatch,
) -> Result<(), WireError> {
    for ((builder, column), array) in builders.iter_mut().zip(spec.columns).zip(batch.columns()) {
        builder.append(spec.name, column, array.as_ref())?;
    }
    Ok(())
}

fn finish(spec: &'static MartSpec, builders: Vec<Builder>) -> Result<Columns, WireError> {
    let columns = builders.into_iter().map(Builder::finish).collect();
    Columns::new(spec, columns).map_err(WireError::Shape)
}

/// A column while batches arrive.
enum Builder {
    Date(Vec<i32>),
    Int(Vec<i64>),
    Bool(Vec<bool>),
    Text(TextBuilder),
}

impl Builder {
    fn new(column: &ColumnSpec) -> Builder {
        match column.column_type {
            ColumnType::Date => Builder::Date(Vec::new()),
            ColumnType::Int64 => Builder::Int(Vec::new()),
            ColumnType::Bool => Builder::Bool(Vec::new()),
            ColumnType::Text => Builder::Text(TextBuilder::default()),
        }
    }

    fn append(
        &mut self,
        mart: &'static str,
        column: &'static ColumnSpec,
        array: &dyn Array,
    ) -> Result<(), WireError> {
        let wrong = |wanted| WireError::Type {
            mart,
            column: column.name,
            found: array.data_type().to_string(),
            wanted,
        };
        let nulls = array.logical_nulls();
        if let Some(nulls) = nulls.as_ref().filter(|_| !column.nullable)
            && let Some(row) = (0..nulls.len()).find(|row| nulls.is_null(*row))
        {
            return Err(WireError::Null {
                mart,
                column: column.name,
                row,
            });
        }
        match self {
            Builder::Date(days) => {
                let array = array
                    .as_primitive_opt::<Date32Type>()
                    .ok_or_else(|| wrong("Date32"))?;
                match array.nulls() {
                    None => days.extend_from_slice(array.values()),
                    Some(_) => days.extend(array.iter().map(|day| day.unwrap_or(NULL_DAY))),
                }
            }
            Builder::Int(values) => {
                let array = array
                    .as_primitive_opt::<Int64Type>()
                    .ok_or_else(|| wrong("Int64"))?;
                values.extend_from_slice(array.values());
            }
            Builder::Bool(values) => {
                let array = array.as_boolean_opt().ok_or_else(|| wrong("Boolean"))?;
                values.extend((0..array.len()).map(|row| array.value(row)));
            }
            Builder::Text(text) => text
                .append(array)
                .ok_or_else(|| wrong("Utf8, plain or dictionary-encoded"))?,
        }
        Ok(())
    }

    fn finish(self) -> Column {
        match self {
            Builder::Date(days) => Column::Date(days),
            Builder::Int(values) => Column::Int(values),
            Builder::Bool(values) => Column::Bool(values),
            Builder::Text(text) => Column::Text(text.finish()),
        }
    }
}

const MISSING: u32 = u32::MAX;

/// Text while batches arrive: each may bring a dictionary of its own.
#[derive(Default)]
struct TextBuilder {
    codes: Vec<u32>,
    seen: BTreeMap<String, u32>,
}

impl TextBuilder {
    fn intern(&mut self, text: &str) -> u32 {
        if let Some(code) = self.seen.get(text) {
            return *code;
        }
        let code = self.seen.len() as u32;
        self.seen.insert(text.to_owned(), code);
        code
    }

    fn append(&mut self, array: &dyn Array) -> Option<()> {
        match array.data_type() {
            DataType::Dictionary(key, _) => match key.as_ref() {
                DataType::UInt8 => self.append_dictionary::<UInt8Type>(array),
                DataType::UInt16 => self.append_dictionary::<UInt16Type>(array),
                DataType::UInt32 => self.append_dictionary::<UInt32Type>(array),
                DataType::Int8 => self.append_dictionary::<Int8Type>(array),
                DataType::Int16 => self.append_dictionary::<Int16Type>(array),
                DataType::Int32 => self.append_dictionary::<Int32Type>(array),
                _ => None,
            },
            _ => {
                let codes = self.codes_of(array)?;
                self.codes.extend(codes);
                Some(())
            }
        }
    }

    fn append_dictionary<K: ArrowDictionaryKeyType>(&mut self, array: &dyn Array) -> Option<()> {
        let array = array.as_dictionary_opt::<K>()?;
        let values = self.codes_of(array.values().as_ref())?;
        let keys = array.keys();
        self.codes.reserve(keys.len());
        for row in 0..keys.len() {
            let code = if keys.is_null(row) {
                MISSING
            } else {
                *values.get(keys.value(row).as_usize())?
            };
            self.codes.push(code);
        }
        Some(())
    }

    /// Codes of plain text of any of Arrow's layouts.
    fn codes_of(&mut self, array: &dyn Array) -> Option<Vec<u32>> {
        let mut code = |text: Option<&str>| text.map_or(MISSING, |text| self.intern(text));
        Some(match array.data_type() {
            DataType::Utf8 => array
                .as_string_opt::<i32>()?
                .iter()
                .map(&mut code)
                .collect(),
            DataType::LargeUtf8 => array
                .as_string_opt::<i64>()?
                .iter()
                .map(&mut code)
                .collect(),
            DataType::Utf8View => array.as_string_view_opt()?.iter().map(&mut code).collect(),
            _ => return None,
        })
    }

    /// Renumbers the codes so that values ascend, and drops values that no row has.
    fn finish(self) -> TextColumn {
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
