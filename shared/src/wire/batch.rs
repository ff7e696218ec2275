//! Arrow arrays, as pipelines have them, to columns.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowDictionaryKeyType, Date32Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type,
    UInt16Type, UInt32Type,
};
use arrow_array::{Array, RecordBatch};
use arrow_buffer::ArrowNativeType;
use arrow_schema::DataType;

use super::builder::{Builder, MISSING, TextBuilder};
use super::{WireError, check_names};
use crate::columns::{Columns, NULL_DAY};
use crate::mart::{ColumnSpec, MartSpec};

/// Reads a mart from a batch with plain or dictionary-encoded text.
///
/// # Errors
/// [`WireError`]: what is wrong, and in which column.
pub fn from_batch(spec: &'static MartSpec, batch: &RecordBatch) -> Result<Columns, WireError> {
    let schema = batch.schema_ref();
    check_names(
        spec,
        schema.fields().iter().map(|field| field.name().as_str()),
    )?;
    let columns = spec
        .columns
        .iter()
        .zip(batch.columns())
        .map(|(column, array)| {
            let mut builder = Builder::new(column, batch.num_rows());
            append(&mut builder, spec.name, column, array.as_ref())?;
            Ok(builder.finish())
        });
    let columns: Result<_, WireError> = columns.collect();
    Columns::new(spec, columns?).map_err(WireError::Shape)
}

fn append(
    builder: &mut Builder,
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
    match builder {
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
            values.extend(array.values().iter().copied());
        }
        Builder::Bool(values) => {
            let array = array.as_boolean_opt().ok_or_else(|| wrong("Boolean"))?;
            values.extend((0..array.len()).map(|row| array.value(row)));
        }
        Builder::Text(text) => {
            append_text(text, array).ok_or_else(|| wrong("Utf8, plain or dictionary-encoded"))?;
        }
    }
    Ok(())
}

fn append_text(text: &mut TextBuilder, array: &dyn Array) -> Option<()> {
    match array.data_type() {
        DataType::Dictionary(key, _) => match key.as_ref() {
            DataType::UInt8 => append_dictionary::<UInt8Type>(text, array),
            DataType::UInt16 => append_dictionary::<UInt16Type>(text, array),
            DataType::UInt32 => append_dictionary::<UInt32Type>(text, array),
            DataType::Int8 => append_dictionary::<Int8Type>(text, array),
            DataType::Int16 => append_dictionary::<Int16Type>(text, array),
            DataType::Int32 => append_dictionary::<Int32Type>(text, array),
            _ => None,
        },
        _ => {
            for code in codes_of(text, array)? {
                text.push(code);
            }
            Some(())
        }
    }
}

fn append_dictionary<K: ArrowDictionaryKeyType>(
    text: &mut TextBuilder,
    array: &dyn Array,
) -> Option<()> {
    let array = array.as_dictionary_opt::<K>()?;
    let values = codes_of(text, array.values().as_ref())?;
    let keys = array.keys();
    for row in 0..keys.len() {
        let code = if keys.is_null(row) {
            MISSING
        } else {
            *values.get(keys.value(row).as_usize())?
        };
        text.push(code);
    }
    Some(())
}

/// Codes of plain text of any of Arrow's layouts.
fn codes_of(text: &mut TextBuilder, array: &dyn Array) -> Option<Vec<u32>> {
    let code = |entry: Option<&str>| text.code(entry);
    Some(match array.data_type() {
        DataType::Utf8 => array.as_string_opt::<i32>()?.iter().map(code).collect(),
        DataType::LargeUtf8 => array.as_string_opt::<i64>()?.iter().map(code).collect(),
        DataType::Utf8View => array.as_string_view_opt()?.iter().map(code).collect(),
        _ => return None,
    })
}
