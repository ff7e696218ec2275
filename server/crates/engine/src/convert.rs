//! Arrow batches into Polars frames and back, for the five column types that raw tables and marts have.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Int64Type, TimestampMicrosecondType};
use arrow_array::{
    Array, ArrayRef, BooleanArray, Date32Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray,
};
use arrow_schema::{DataType as ArrowType, Field, Schema, TimeUnit as ArrowUnit};
use polars::prelude::*;

use crate::EngineError;

/// A frame with the batch's columns.
pub(crate) fn to_polars(table: &str, batch: &RecordBatch) -> Result<DataFrame, EngineError> {
    let columns = batch
        .schema()
        .fields()
        .iter()
        .zip(batch.columns())
        .map(|(field, array)| series(table, field, array).map(Column::from))
        .collect::<Result<Vec<_>, _>>()?;
    DataFrame::new(batch.num_rows(), columns).map_err(|error| EngineError::Sql {
        place: table.to_owned(),
        reason: error.to_string(),
    })
}

fn series(table: &str, field: &Field, array: &ArrayRef) -> Result<Series, EngineError> {
    let name: PlSmallStr = field.name().as_str().into();
    Ok(match array.data_type() {
        ArrowType::Utf8 => {
            StringChunked::from_iter_options(name, array.as_string::<i32>().iter()).into_series()
        }
        ArrowType::Int64 => {
            Int64Chunked::from_iter_options(name, array.as_primitive::<Int64Type>().iter())
                .into_series()
        }
        ArrowType::Boolean => {
            BooleanChunked::from_iter_options(name, array.as_boolean().iter()).into_series()
        }
        ArrowType::Date32 => {
            Int32Chunked::from_iter_options(name, array.as_primitive::<Date32Type>().iter())
                .into_date()
                .into_series()
        }
        ArrowType::Timestamp(ArrowUnit::Microsecond, None) => Int64Chunked::from_iter_options(
            name,
            array.as_primitive::<TimestampMicrosecondType>().iter(),
        )
        .into_datetime(TimeUnit::Microseconds, None)
        .into_series(),
        other => return Err(type_error(table, field.name(), &format!("{other:?}"))),
    })
}

/// A batch with the frame's columns.
pub(crate) fn to_arrow(table: &str, frame: &DataFrame) -> Result<RecordBatch, EngineError> {
    let mut fields = Vec::new();
    let mut arrays: Vec<ArrayRef> = Vec::new();
    for column in frame.columns() {
        let array = array(table, column)?;
        fields.push(Field::new(
            column.name().as_str(),
            array.data_type().clone(),
            array.null_count() > 0,
        ));
        arrays.push(array);
    }
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).map_err(|error| EngineError::Sql {
        place: table.to_owned(),
        reason: error.to_string(),
    })
}

fn array(table: &str, column: &Column) -> Result<ArrayRef, EngineError> {
    let series = column.as_materialized_series();
    let wrong = |error: PolarsError| EngineError::Sql {
        place: table.to_owned(),
        reason: error.to_string(),
    };
    Ok(match series.dtype() {
        DataType::String => Arc::new(series.str().map_err(wrong)?.iter().collect::<StringArray>()),
        DataType::Boolean => Arc::new(
            series
                .bool()
                .map_err(wrong)?
                .iter()
                .collect::<BooleanArray>(),
        ),
        DataType::Date => Arc::new(
            series
                .date()
                .map_err(wrong)?
                .physical()
                .iter()
                .collect::<Date32Array>(),
        ),
        DataType::Datetime(TimeUnit::Microseconds, None) => Arc::new(
            series
                .datetime()
                .map_err(wrong)?
                .physical()
                .iter()
                .collect::<TimestampMicrosecondArray>(),
        ),
        dtype if dtype.is_integer() => {
            let wide = series.cast(&DataType::Int64).map_err(wrong)?;
            Arc::new(wide.i64().map_err(wrong)?.iter().collect::<Int64Array>())
        }
        // A column of nothing but NULL has no type of its own; it is text without values.
        DataType::Null => Arc::new(
            (0..series.len())
                .map(|_| None::<&str>)
                .collect::<StringArray>(),
        ),
        other => return Err(type_error(table, column.name(), &other.to_string())),
    })
}

/// The name SQL has for a type.
pub(crate) fn sql_type(dtype: &DataType) -> String {
    match dtype {
        DataType::String => "string".to_owned(),
        DataType::Boolean => "boolean".to_owned(),
        DataType::Date => "date".to_owned(),
        DataType::Datetime(..) => "timestamp".to_owned(),
        dtype if dtype.is_integer() => "bigint".to_owned(),
        dtype if dtype.is_float() => "double".to_owned(),
        other => other.to_string(),
    }
}

fn type_error(table: &str, column: &str, found: &str) -> EngineError {
    EngineError::Type {
        table: table.to_owned(),
        column: column.to_owned(),
        found: found.to_owned(),
    }
}
