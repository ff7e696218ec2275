//! Parquet rows as JSON text, so that they are read like any other record.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;

use chrono::{DateTime, Days, NaiveDate};
use parquet::file::reader::SerializedFileReader;
use parquet::record::reader::RowIter;
use parquet::record::{Field, Row};
use serde_json::value::RawValue;

use crate::split::{Item, Records};

/// Bytes of JSON per block.
const BLOCK: usize = 1 << 20;

/// The rows of a Parquet file.
pub(crate) struct Rows {
    rows: RowIter<'static>,
    row: u64,
}

impl Rows {
    pub(crate) fn open(path: &Path) -> Result<Self, String> {
        let file = File::open(path).map_err(|error| error.to_string())?;
        let reader = SerializedFileReader::new(file)
            .map_err(|error| format!("it is not a Parquet file ({error})"))?;
        Ok(Self {
            rows: RowIter::from_file_into(Box::new(reader)),
            row: 0,
        })
    }

    /// The next rows as JSON objects, their line being the row number from 1.
    pub(crate) fn next_block(&mut self) -> Result<Option<Records>, String> {
        let mut bytes = Vec::new();
        let mut items = Vec::new();
        while bytes.len() < BLOCK {
            let Some(row) = self.rows.next() else {
                break;
            };
            self.row += 1;
            let row = row.map_err(|error| format!("row {} is damaged ({error})", self.row))?;
            let start = bytes.len();
            group(&mut bytes, &row).map_err(|error| format!("row {}: {error}", self.row))?;
            items.push(Item {
                line: self.row,
                start,
                end: bytes.len(),
                problem: None,
            });
        }
        Ok((!items.is_empty()).then_some((bytes, items)))
    }
}

fn group(out: &mut Vec<u8>, row: &Row) -> Result<(), serde_json::Error> {
    out.push(b'{');
    for (at, (name, field)) in row.get_column_iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        serde_json::to_writer(&mut *out, name)?;
        out.push(b':');
        value(out, field)?;
    }
    out.push(b'}');
    Ok(())
}

fn value(out: &mut Vec<u8>, field: &Field) -> Result<(), serde_json::Error> {
    match field {
        Field::Null => out.extend_from_slice(b"null"),
        // Pipelines land nested objects as JSON text.
        Field::Str(text) if nested(text) => out.extend_from_slice(text.as_bytes()),
        Field::Str(text) => serde_json::to_writer(&mut *out, text)?,
        Field::Bytes(bytes) => {
            serde_json::to_writer(&mut *out, &String::from_utf8_lossy(bytes.data()))?;
        }
        Field::Date(days) => serde_json::to_writer(&mut *out, &calendar_date(*days))?,
        Field::TimestampMillis(ms) => {
            serde_json::to_writer(&mut *out, &instant(ms.saturating_mul(1000)))?
        }
        Field::TimestampMicros(us) => serde_json::to_writer(&mut *out, &instant(*us))?,
        Field::Group(row) => group(out, row)?,
        Field::ListInternal(list) => {
            out.push(b'[');
            for (at, element) in list.elements().iter().enumerate() {
                if at > 0 {
                    out.push(b',');
                }
                value(out, element)?;
            }
            out.push(b']');
        }
        Field::MapInternal(map) => {
            out.push(b'{');
            for (at, (key, element)) in map.entries().iter().enumerate() {
                if at > 0 {
                    out.push(b',');
                }
                let key = match key {
                    Field::Str(key) => key.clone(),
                    other => other.to_string(),
                };
                serde_json::to_writer(&mut *out, &key)?;
                out.push(b':');
                value(out, element)?;
            }
            out.push(b'}');
        }
        Field::Float(n) if !n.is_finite() => out.extend_from_slice(b"\"NaN\""),
        Field::Double(n) if !n.is_finite() => out.extend_from_slice(b"\"NaN\""),
        // The shortest text that is this float is what was meant when it was written.
        Field::Float(n) => write!(out, "{n}").map_err(serde_json::Error::io)?,
        Field::Double(n) => write!(out, "{n}").map_err(serde_json::Error::io)?,
        number_or_bool => write!(out, "{number_or_bool}").map_err(serde_json::Error::io)?,
    }
    Ok(())
}

fn nested(text: &str) -> bool {
    text.starts_with(['{', '[']) && serde_json::from_str::<&RawValue>(text).is_ok()
}

fn calendar_date(days: i32) -> String {
    let epoch = NaiveDate::default();
    let distance = Days::new(u64::from(days.unsigned_abs()));
    let date = if days < 0 {
        epoch.checked_sub_days(distance)
    } else {
        epoch.checked_add_days(distance)
    };
    date.map_or_else(|| format!("day {days}"), |date| date.to_string())
}

fn instant(micros: i64) -> String {
    DateTime::from_timestamp_micros(micros).map_or_else(
        || format!("{micros} microseconds"),
        |instant| instant.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string(),
    )
}
