//! Columns to Arrow.

use std::sync::Arc;

use arrow_array::types::{ArrowDictionaryKeyType, UInt8Type, UInt16Type, UInt32Type};
use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, DictionaryArray, Int64Array, PrimitiveArray, RecordBatch,
    RecordBatchOptions, StringArray,
};
use arrow_ipc::writer::StreamWriter;
use arrow_schema::{ArrowError, DataType, Field, Schema};

use super::WireError;
use crate::columns::{Codes, Column, Columns, NULL_DAY, TextColumn};
use crate::mart::{ColumnType, MartSpec};

/// Arrow schema of a mart with plain text columns: what pipeline and Parquet use.
pub fn schema(spec: &MartSpec) -> Schema {
    let fields: Vec<Field> = spec
        .columns
        .iter()
        .map(|column| {
            let data_type = match column.column_type {
                ColumnType::Date => DataType::Date32,
                ColumnType::Text => DataType::Utf8,
                ColumnType::Int64 => DataType::Int64,
                ColumnType::Bool => DataType::Boolean,
            };
            Field::new(column.name, data_type, column.nullable)
        })
        .collect();
    Schema::new(fields)
}

/// A mart as one batch with plain text.
pub fn to_batch(columns: &Columns) -> Result<RecordBatch, WireError> {
    let spec = columns.spec();
    let arrays = columns.all().iter().map(|column| match column {
        Column::Text(text) => {
            let rows = (0..text.codes.len()).map(|row| text.get(row));
            Arc::new(StringArray::from_iter(rows)) as ArrayRef
        }
        other => plain_array(other),
    });
    batch(columns, schema(spec), arrays.collect()).map_err(|source| WireError::broken(spec, source))
}

/// Rows in a batch, so that who reads need not hold more than that of the bytes.
const BATCH: usize = 1 << 14;

/// A mart as the bytes of an IPC stream, in batches of 16 384 rows. The same columns give the same
/// bytes.
pub fn encode(columns: &Columns) -> Result<Vec<u8>, WireError> {
    let spec = columns.spec();
    let arrays: Result<Vec<ArrayRef>, ArrowError> = columns
        .all()
        .iter()
        .map(|column| match column {
            Column::Text(text) => dictionary(text),
            other => Ok(plain_array(other)),
        })
        .collect();
    let write = || -> Result<Vec<u8>, ArrowError> {
        let arrays = arrays?;
        let fields: Vec<Field> = spec
            .columns
            .iter()
            .zip(&arrays)
            .map(|(column, array)| {
                Field::new(column.name, array.data_type().clone(), column.nullable)
            })
            .collect();
        let batch = batch(columns, Schema::new(fields), arrays)?;
        let mut writer = StreamWriter::try_new(Vec::new(), batch.schema_ref())?;
        writer.write(&batch.slice(0, batch.num_rows().min(BATCH)))?;
        for start in (BATCH..batch.num_rows()).step_by(BATCH) {
            writer.write(&batch.slice(start, BATCH.min(batch.num_rows() - start)))?;
        }
        writer.into_inner()
    };
    write().map_err(|source| WireError::broken(spec, source))
}

fn batch(
    columns: &Columns,
    schema: Schema,
    arrays: Vec<ArrayRef>,
) -> Result<RecordBatch, ArrowError> {
    let options = RecordBatchOptions::new().with_row_count(Some(columns.rows()));
    RecordBatch::try_new_with_options(Arc::new(schema), arrays, &options)
}

/// Array of a column that is no text.
fn plain_array(column: &Column) -> ArrayRef {
    match column {
        Column::Date(days) if days.contains(&NULL_DAY) => Arc::new(Date32Array::from_iter(
            days.iter().map(|day| (*day != NULL_DAY).then_some(*day)),
        )),
        Column::Date(days) => Arc::new(Date32Array::from_iter_values(days.iter().copied())),
        Column::Int(values) => Arc::new(Int64Array::from_iter_values(values.iter())),
        Column::Bool(values) => Arc::new(BooleanArray::from(values.clone())),
        Column::Text(text) => {
            let rows = (0..text.codes.len()).map(|row| text.get(row));
            Arc::new(StringArray::from_iter(rows))
        }
    }
}

fn dictionary(text: &TextColumn) -> Result<ArrayRef, ArrowError> {
    let missing = text.values.len();
    match &text.codes {
        Codes::U8(codes) => keyed::<UInt8Type>(text, codes, missing as u8),
        Codes::U16(codes) => keyed::<UInt16Type>(text, codes, missing as u16),
        Codes::U32(codes) => keyed::<UInt32Type>(text, codes, missing as u32),
    }
}

fn keyed<K: ArrowDictionaryKeyType>(
    text: &TextColumn,
    codes: &[K::Native],
    missing: K::Native,
) -> Result<ArrayRef, ArrowError> {
    let keys: PrimitiveArray<K> = if codes.contains(&missing) {
        codes
            .iter()
            .map(|code| (*code != missing).then_some(*code))
            .collect()
    } else {
        PrimitiveArray::from_iter_values(codes.iter().copied())
    };
    let values = StringArray::from_iter_values(&text.values);
    Ok(Arc::new(DictionaryArray::try_new(keys, Arc::new(values))?))
}
