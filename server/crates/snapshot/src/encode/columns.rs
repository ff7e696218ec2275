//! columns: typed access to the four column kinds a mart may have.
use std::cmp::Ordering;

use arrow_array::{Array, BooleanArray, Date32Array, Int64Array, RecordBatch, StringArray};
use arrow_schema::DataType;
use chrono::NaiveDate;

use crate::error::SnapshotError;

/// One column of a mart.
#[derive(Clone, Copy)]
pub(crate) enum Column<'a> {
    /// Plain UTF-8 text.
    Text(&'a StringArray),
    /// Counts and cents.
    Int(&'a Int64Array),
    /// Days since 1970-01-01.
    Date(&'a Date32Array),
    /// True or false.
    Bool(&'a BooleanArray),
}

impl<'a> Column<'a> {
    fn of(array: &'a dyn Array) -> Option<Self> {
        let any = array.as_any();
        match array.data_type() {
            DataType::Utf8 => any.downcast_ref().map(Self::Text),
            DataType::Int64 => any.downcast_ref().map(Self::Int),
            DataType::Date32 => any.downcast_ref().map(Self::Date),
            DataType::Boolean => any.downcast_ref().map(Self::Bool),
            _ => None,
        }
    }

    pub(crate) fn is_null(self, row: usize) -> bool {
        match self {
            Self::Text(a) => a.is_null(row),
            Self::Int(a) => a.is_null(row),
            Self::Date(a) => a.is_null(row),
            Self::Bool(a) => a.is_null(row),
        }
    }

    /// Orders two rows by this column: dates and numbers by value, text by its bytes, null first.
    pub(crate) fn compare(self, left: usize, right: usize) -> Ordering {
        match (self.is_null(left), self.is_null(right)) {
            (false, false) => {}
            (l, r) => return r.cmp(&l),
        }
        match self {
            Self::Text(a) => a.value(left).cmp(a.value(right)),
            Self::Int(a) => a.value(left).cmp(&a.value(right)),
            Self::Date(a) => a.value(left).cmp(&a.value(right)),
            Self::Bool(a) => a.value(left).cmp(&a.value(right)),
        }
    }
}

/// The batch's columns with their names, or which column has a type no mart may have.
pub(crate) fn columns<'a>(
    mart: &str,
    batch: &'a RecordBatch,
) -> Result<Vec<(&'a str, Column<'a>)>, SnapshotError> {
    let schema = batch.schema_ref();
    let pairs = schema.fields().iter().zip(batch.columns());
    pairs
        .map(|(field, array)| {
            let column = Column::of(array.as_ref()).ok_or_else(|| {
                SnapshotError::mart(
                    mart,
                    format!(
                        "column {} is of type {}; marts hold Utf8, Int64, Date32 and Boolean",
                        field.name(),
                        field.data_type()
                    ),
                )
            })?;
            Ok((field.name().as_str(), column))
        })
        .collect()
}

/// The date of a day number, if the calendar reaches that far.
pub(crate) fn date(days: i32) -> Option<NaiveDate> {
    NaiveDate::from_epoch_days(days)
}
