//! Small raw folders written by tests, and readable views of what they gave.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(dead_code, reason = "each test binary uses a part")]

use std::fs;

use arrow_array::Array;
use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Int64Type, TimestampMicrosecondType};
use arrow_schema::DataType;
use tidemark_landing::{Landed, LandingError, LandingOptions, land};

/// Lands the given files.
pub(crate) fn try_land(files: &[(&str, &[u8])]) -> Result<Landed, LandingError> {
    let dir = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    let options = LandingOptions {
        legal_suffixes: vec!["inc".into(), "gmbh".into()],
        ..LandingOptions::default()
    };
    land(dir.path(), &options, &mut |_| {})
}

/// Lands text files.
pub(crate) fn landed(files: &[(&str, &str)]) -> Landed {
    let files: Vec<_> = files
        .iter()
        .map(|(name, text)| (*name, text.as_bytes()))
        .collect();
    try_land(&files).unwrap()
}

/// Lands one Stripe object beside the objects the source cannot do without.
pub(crate) fn stripe(object: &str, text: &str) -> Landed {
    let name = format!("stripe/{object}/part.jsonl");
    let mut files = vec![(name.as_str(), text)];
    for needed in ["customers", "subscriptions", "invoices"] {
        if needed != object {
            files.push(match needed {
                "customers" => ("stripe/customers.jsonl", ""),
                "subscriptions" => ("stripe/subscriptions.jsonl", ""),
                _ => ("stripe/invoices.jsonl", ""),
            });
        }
    }
    landed(&files)
}

/// The cells of a column as text, null being `-`.
pub(crate) fn column(landed: &Landed, table: &str, column: &str) -> Vec<String> {
    let table = landed
        .tables
        .iter()
        .find(|known| known.name == table)
        .unwrap();
    let array = table.batch.column_by_name(column).unwrap();
    (0..array.len())
        .map(|at| {
            if array.is_null(at) {
                return "-".to_owned();
            }
            match array.data_type() {
                DataType::Utf8 => array.as_string::<i32>().value(at).to_owned(),
                DataType::Int64 => array.as_primitive::<Int64Type>().value(at).to_string(),
                DataType::Boolean => array.as_boolean().value(at).to_string(),
                DataType::Date32 => array.as_primitive::<Date32Type>().value(at).to_string(),
                _ => {
                    let micros = array.as_primitive::<TimestampMicrosecondType>().value(at);
                    (micros / 1_000_000).to_string()
                }
            }
        })
        .collect()
}

/// The first row of a table, the named columns joined by blanks.
pub(crate) fn first(landed: &Landed, table: &str, columns: &[&str]) -> String {
    let cells = columns
        .iter()
        .map(|name| column(landed, table, name).remove(0));
    cells.collect::<Vec<_>>().join(" ")
}

/// The reasons of the quarantine.
pub(crate) fn reasons(landed: &Landed) -> Vec<&str> {
    landed
        .quarantine
        .iter()
        .map(|row| row.reason.as_str())
        .collect()
}
