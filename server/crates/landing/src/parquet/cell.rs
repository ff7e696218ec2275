//! Writes one value of an Arrow column as JSON.

use std::fmt::{Display, LowerExp};
use std::io::{self, Write as _};

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Date64Type, Decimal128Type, Decimal256Type, Float16Type,
    Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, TimestampMicrosecondType,
    TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef};
use arrow_schema::{DataType, TimeUnit};
use chrono::{DateTime, Days, NaiveDate};
use serde_json::value::RawValue;

/// Whether values of such a column can be read; columns of other types are passed over.
pub(super) fn is_readable(data_type: &DataType) -> bool {
    match data_type {
        DataType::Null
        | DataType::Boolean
        | DataType::Int8
        | DataType::Int16
        | DataType::Int32
        | DataType::Int64
        | DataType::UInt8
        | DataType::UInt16
        | DataType::UInt32
        | DataType::UInt64
        | DataType::Float16
        | DataType::Float32
        | DataType::Float64
        | DataType::Date32
        | DataType::Date64
        | DataType::Timestamp(..)
        | DataType::Decimal128(..)
        | DataType::Decimal256(..)
        | DataType::Utf8
        | DataType::LargeUtf8
        | DataType::Utf8View
        | DataType::Binary
        | DataType::LargeBinary
        | DataType::BinaryView
        | DataType::FixedSizeBinary(_) => true,
        DataType::List(inner)
        | DataType::LargeList(inner)
        | DataType::FixedSizeList(inner, _)
        | DataType::Map(inner, _) => is_readable(inner.data_type()),
        // A part that cannot be read is null.
        DataType::Struct(_) => true,
        _ => false,
    }
}

/// Writes the value in a row of a column.
pub(super) fn write(out: &mut Vec<u8>, column: &dyn Array, row: usize) -> io::Result<()> {
    if column.is_null(row) {
        out.extend_from_slice(b"null");
        return Ok(());
    }
    match column.data_type() {
        DataType::Boolean => write!(out, "{}", column.as_boolean().value(row)),
        DataType::Int8 => write!(out, "{}", at::<Int8Type>(column, row)),
        DataType::Int16 => write!(out, "{}", at::<Int16Type>(column, row)),
        DataType::Int32 => write!(out, "{}", at::<Int32Type>(column, row)),
        DataType::Int64 => write!(out, "{}", at::<Int64Type>(column, row)),
        DataType::UInt8 => write!(out, "{}", at::<UInt8Type>(column, row)),
        DataType::UInt16 => write!(out, "{}", at::<UInt16Type>(column, row)),
        DataType::UInt32 => write!(out, "{}", at::<UInt32Type>(column, row)),
        DataType::UInt64 => write!(out, "{}", at::<UInt64Type>(column, row)),
        // The shortest text that is this float is what was meant when it was written.
        DataType::Float16 => {
            let number = f32::from(at::<Float16Type>(column, row));
            float(out, number, number.is_finite(), number.abs() < 2_048.0)
        }
        DataType::Float32 => {
            let number = at::<Float32Type>(column, row);
            float(out, number, number.is_finite(), number.abs() < 16_777_216.0)
        }
        DataType::Float64 => {
            let number = at::<Float64Type>(column, row);
            let is_exact = number.abs() < 9_007_199_254_740_992.0;
            float(out, number, number.is_finite(), is_exact)
        }
        DataType::Decimal128(_, scale) => {
            decimal(out, &at::<Decimal128Type>(column, row).to_string(), *scale)
        }
        DataType::Decimal256(_, scale) => {
            decimal(out, &at::<Decimal256Type>(column, row).to_string(), *scale)
        }
        DataType::Date32 => date(out, i64::from(at::<Date32Type>(column, row))),
        DataType::Date64 => date(out, at::<Date64Type>(column, row).div_euclid(86_400_000)),
        DataType::Timestamp(unit, _) => instant(out, column, *unit, row),
        DataType::Utf8 => text(out, column.as_string::<i32>().value(row)),
        DataType::LargeUtf8 => text(out, column.as_string::<i64>().value(row)),
        DataType::Utf8View => text(out, column.as_string_view().value(row)),
        DataType::Binary => bytes(out, column.as_binary::<i32>().value(row)),
        DataType::LargeBinary => bytes(out, column.as_binary::<i64>().value(row)),
        DataType::BinaryView => bytes(out, column.as_binary_view().value(row)),
        DataType::FixedSizeBinary(_) => bytes(out, column.as_fixed_size_binary().value(row)),
        DataType::List(_) => list(out, &column.as_list::<i32>().value(row)),
        DataType::LargeList(_) => list(out, &column.as_list::<i64>().value(row)),
        DataType::FixedSizeList(..) => list(out, &column.as_fixed_size_list().value(row)),
        DataType::Struct(fields) => {
            let parts = column.as_struct();
            out.push(b'{');
            for (place, field) in fields.iter().enumerate() {
                if place > 0 {
                    out.push(b',');
                }
                serde_json::to_writer(&mut *out, field.name())?;
                out.push(b':');
                write(out, parts.column(place).as_ref(), row)?;
            }
            out.push(b'}');
            Ok(())
        }
        DataType::Map(..) => {
            let entries = column.as_map().value(row);
            out.push(b'{');
            for entry in 0..entries.len() {
                if entry > 0 {
                    out.push(b',');
                }
                let mut key = Vec::new();
                write(&mut key, entries.column(0).as_ref(), entry)?;
                let key = String::from_utf8_lossy(&key);
                serde_json::to_writer(&mut *out, key.trim_matches('"'))?;
                out.push(b':');
                write(out, entries.column(1).as_ref(), entry)?;
            }
            out.push(b'}');
            Ok(())
        }
        _ => out.write_all(b"null"),
    }
}

/// A float; one that is no number is null. One so large that not every whole number has a float of its own is written
/// in exponent form, which no id may have.
fn float(
    out: &mut Vec<u8>,
    number: impl Display + LowerExp,
    is_finite: bool,
    is_exact: bool,
) -> io::Result<()> {
    if !is_finite {
        return out.write_all(b"null");
    }
    if is_exact {
        return write!(out, "{number}");
    }
    let text = format!("{number:e}");
    match text.split_once('e') {
        Some((mantissa, exponent)) if !mantissa.contains('.') => {
            write!(out, "{mantissa}.0e{exponent}")
        }
        _ => out.write_all(text.as_bytes()),
    }
}

fn at<T: ArrowPrimitiveType>(column: &dyn Array, row: usize) -> T::Native {
    column.as_primitive::<T>().value(row)
}

fn list(out: &mut Vec<u8>, elements: &ArrayRef) -> io::Result<()> {
    out.push(b'[');
    for element in 0..elements.len() {
        if element > 0 {
            out.push(b',');
        }
        write(out, elements.as_ref(), element)?;
    }
    out.push(b']');
    Ok(())
}

/// A text; pipelines land nested objects as JSON text.
fn text(out: &mut Vec<u8>, text: &str) -> io::Result<()> {
    let is_nested = text.starts_with(['{', '[']) && serde_json::from_str::<&RawValue>(text).is_ok();
    if is_nested {
        out.extend_from_slice(text.as_bytes());
        return Ok(());
    }
    Ok(serde_json::to_writer(out, text)?)
}

fn bytes(out: &mut Vec<u8>, bytes: &[u8]) -> io::Result<()> {
    text(out, &String::from_utf8_lossy(bytes))
}

/// A decimal: its digits, with the point where the scale puts it and without zeros at the end.
fn decimal(out: &mut Vec<u8>, digits: &str, scale: i8) -> io::Result<()> {
    let (sign, digits) = match digits.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", digits),
    };
    let Ok(scale) = usize::try_from(scale) else {
        let zeros = "0".repeat(usize::from(scale.unsigned_abs()));
        let zeros = if digits == "0" { "" } else { zeros.as_str() };
        return write!(out, "{sign}{digits}{zeros}");
    };
    let digits = format!("{digits:0>width$}", width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    let fraction = fraction.trim_end_matches('0');
    let point = if fraction.is_empty() { "" } else { "." };
    write!(out, "{sign}{whole}{point}{fraction}")
}

fn date(out: &mut Vec<u8>, days: i64) -> io::Result<()> {
    let distance = Days::new(days.unsigned_abs());
    let epoch = NaiveDate::default();
    let date = if days < 0 {
        epoch.checked_sub_days(distance)
    } else {
        epoch.checked_add_days(distance)
    };
    match date {
        Some(date) => write!(out, "\"{date}\""),
        None => write!(out, "\"day {days}\""),
    }
}

fn instant(out: &mut Vec<u8>, column: &dyn Array, unit: TimeUnit, row: usize) -> io::Result<()> {
    let (value, micros) = match unit {
        TimeUnit::Second => {
            let value = at::<TimestampSecondType>(column, row);
            (value, value.checked_mul(1_000_000))
        }
        TimeUnit::Millisecond => {
            let value = at::<TimestampMillisecondType>(column, row);
            (value, value.checked_mul(1_000))
        }
        TimeUnit::Microsecond => {
            let value = at::<TimestampMicrosecondType>(column, row);
            (value, Some(value))
        }
        TimeUnit::Nanosecond => {
            let value = at::<TimestampNanosecondType>(column, row);
            (value, Some(value.div_euclid(1_000)))
        }
    };
    match micros.and_then(DateTime::from_timestamp_micros) {
        Some(instant) => write!(out, "\"{}\"", instant.format("%Y-%m-%dT%H:%M:%S%.6fZ")),
        None => write!(out, "\"{value} {unit:?}s\""),
    }
}
