//! values: columns in the making, from whatever types an engine writes.
use std::sync::Arc;

use arrow_array::builder::StringBuilder;
use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Date64Type, Decimal128Type, Int8Type, Int16Type, Int32Type, Int64Type,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
    TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, BooleanArray, Date32Array, Int64Array, StringArray};
use arrow_schema::{DataType, TimeUnit};
use tidemark_shared::mart::ColumnType;

/// A column in the making.
pub(super) enum Values {
    Text(StringBuilder),
    Int(Vec<Option<i64>>),
    Date(Vec<Option<i32>>),
    Bool(Vec<Option<bool>>),
}

impl Values {
    pub(super) fn new(column: ColumnType) -> Self {
        match column {
            ColumnType::Text => Self::Text(StringBuilder::new()),
            ColumnType::Int64 => Self::Int(Vec::new()),
            ColumnType::Date => Self::Date(Vec::new()),
            ColumnType::Bool => Self::Bool(Vec::new()),
        }
    }

    pub(super) fn append(&mut self, array: &ArrayRef) -> Result<(), String> {
        match self {
            Self::Text(out) => append_text(array, out),
            Self::Int(out) => append_integers(array, out),
            Self::Date(out) => append_dates(array, out),
            Self::Bool(out) => {
                let Some(array) = array.as_boolean_opt() else {
                    return Err(wrong(array, "true and false"));
                };
                out.extend(array.iter());
                Ok(())
            }
        }
    }

    pub(super) fn finish(self) -> ArrayRef {
        match self {
            Self::Text(mut text) => Arc::new(text.finish()),
            Self::Int(values) => Arc::new(Int64Array::from(values)),
            Self::Date(values) => Arc::new(Date32Array::from(values)),
            Self::Bool(values) => Arc::new(BooleanArray::from(values)),
        }
    }
}

fn wrong(array: &ArrayRef, wanted: &str) -> String {
    format!("holds {}, and should hold {wanted}", array.data_type())
}

fn append_text(array: &ArrayRef, out: &mut StringBuilder) -> Result<(), String> {
    match array.data_type() {
        DataType::Utf8 => array
            .as_string::<i32>()
            .iter()
            .for_each(|text| out.append_option(text)),
        DataType::LargeUtf8 => {
            array
                .as_string::<i64>()
                .iter()
                .for_each(|text| out.append_option(text));
        }
        DataType::Utf8View => {
            array
                .as_string_view()
                .iter()
                .for_each(|text| out.append_option(text));
        }
        DataType::Dictionary(_, _) => {
            let dictionary = array.as_any_dictionary();
            let mut words = StringBuilder::new();
            append_text(dictionary.values(), &mut words)?;
            let words: StringArray = words.finish();
            for (row, key) in dictionary.normalized_keys().into_iter().enumerate() {
                let is_null = dictionary.is_null(row) || words.is_empty() || words.is_null(key);
                out.append_option((!is_null).then(|| words.value(key)));
            }
        }
        // A column without a single value, as some engines write it.
        DataType::Null => (0..array.len()).for_each(|_| out.append_null()),
        _ => return Err(wrong(array, "text")),
    }
    Ok(())
}

fn append_integers(array: &ArrayRef, out: &mut Vec<Option<i64>>) -> Result<(), String> {
    /// Appends an array whose values always fit.
    macro_rules! widened {
        ($($type:ident => $arrow:ident),+) => {
            match array.data_type() {
                $(DataType::$type => {
                    out.extend(array.as_primitive::<$arrow>().iter().map(|v| v.map(i64::from)));
                    return Ok(());
                })+
                _ => {}
            }
        };
    }
    widened!(
        Int8 => Int8Type, Int16 => Int16Type, Int32 => Int32Type, Int64 => Int64Type,
        UInt8 => UInt8Type, UInt16 => UInt16Type, UInt32 => UInt32Type
    );
    let mut whole = |values: &mut dyn Iterator<Item = Option<i128>>, scale: i8| {
        let factor = 10_i128.pow(u32::from(scale.unsigned_abs()));
        for value in values {
            let value = value
                .map(|value| {
                    let scaled = match scale {
                        0 => Some(value),
                        1.. => (value % factor == 0).then_some(value / factor),
                        _ => value.checked_mul(factor),
                    };
                    scaled
                        .and_then(|value| i64::try_from(value).ok())
                        .ok_or_else(|| {
                            format!(
                                "has a value in row {} that is no integer of 64 bits",
                                out.len() + 1
                            )
                        })
                })
                .transpose()?;
            out.push(value);
        }
        Ok(())
    };
    match array.data_type() {
        DataType::UInt64 => {
            let values = array.as_primitive::<UInt64Type>().iter();
            whole(&mut values.map(|v| v.map(i128::from)), 0)
        }
        DataType::Decimal128(_, scale) if scale.unsigned_abs() < 39 => {
            whole(&mut array.as_primitive::<Decimal128Type>().iter(), *scale)
        }
        DataType::Null => {
            out.extend((0..array.len()).map(|_| None));
            Ok(())
        }
        _ => Err(wrong(array, "whole numbers")),
    }
}

fn append_dates(array: &ArrayRef, out: &mut Vec<Option<i32>>) -> Result<(), String> {
    const DAY: i64 = 86_400;
    let mut midnights = |values: &mut dyn Iterator<Item = Option<i64>>, a_second: i64| {
        for value in values {
            let day = value
                .map(|value| {
                    let is_midnight = value % (DAY * a_second) == 0;
                    let day = i32::try_from(value / (DAY * a_second)).ok();
                    day.filter(|_| is_midnight).ok_or_else(|| {
                        format!("has a time in row {} that is no day", out.len() + 1)
                    })
                })
                .transpose()?;
            out.push(day);
        }
        Ok(())
    };
    match array.data_type() {
        DataType::Date32 => {
            out.extend(array.as_primitive::<Date32Type>().iter());
            Ok(())
        }
        DataType::Date64 => midnights(&mut array.as_primitive::<Date64Type>().iter(), 1_000),
        DataType::Timestamp(TimeUnit::Second, _) => {
            midnights(&mut array.as_primitive::<TimestampSecondType>().iter(), 1)
        }
        DataType::Timestamp(TimeUnit::Millisecond, _) => midnights(
            &mut array.as_primitive::<TimestampMillisecondType>().iter(),
            1_000,
        ),
        DataType::Timestamp(TimeUnit::Microsecond, _) => midnights(
            &mut array.as_primitive::<TimestampMicrosecondType>().iter(),
            1_000_000,
        ),
        DataType::Timestamp(TimeUnit::Nanosecond, _) => midnights(
            &mut array.as_primitive::<TimestampNanosecondType>().iter(),
            1_000_000_000,
        ),
        DataType::Null => {
            out.extend((0..array.len()).map(|_| None));
            Ok(())
        }
        _ => Err(wrong(array, "dates")),
    }
}
