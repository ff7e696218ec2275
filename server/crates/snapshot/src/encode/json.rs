//! json: a mart as an array of row objects, one row per line.
use std::io::{self, Write};

use super::columns::{Column, date};

/// Writes `rows` rows; keys in column order, null as `null`, dates as ISO text.
pub(crate) fn write(
    columns: &[(&str, Column<'_>)],
    rows: usize,
    mut out: impl Write,
) -> io::Result<()> {
    // Key text is the same on every row: `{"day":` first, then `,"plan":` and so on.
    let keys: Vec<Vec<u8>> = columns
        .iter()
        .enumerate()
        .map(|(i, (name, _))| {
            let mut key = vec![if i == 0 { b'{' } else { b',' }];
            text(&mut key, name);
            key.push(b':');
            key
        })
        .collect();
    // One row at a time is text in memory.
    let mut line = Vec::new();
    out.write_all(b"[")?;
    for row in 0..rows {
        line.clear();
        line.extend_from_slice(if row == 0 { b"\n" } else { b",\n" });
        for (key, (_, column)) in keys.iter().zip(columns) {
            line.extend_from_slice(key);
            cell(&mut line, *column, row);
        }
        line.push(b'}');
        out.write_all(&line)?;
    }
    out.write_all(b"\n]\n")
}

fn cell(out: &mut Vec<u8>, column: Column<'_>, row: usize) {
    if column.is_null(row) {
        out.extend_from_slice(b"null");
        return;
    }
    match column {
        Column::Text(a) => text(out, a.value(row)),
        Column::Int(a) => integer(out, a.value(row)),
        Column::Bool(a) => out.extend_from_slice(if a.value(row) { b"true" } else { b"false" }),
        Column::Date(a) => match date(a.value(row)) {
            Some(day) => {
                out.push(b'"');
                let _ = write!(out, "{day}");
                out.push(b'"');
            }
            None => out.extend_from_slice(b"null"),
        },
    }
}

fn integer(out: &mut Vec<u8>, value: i64) {
    // Most cells of a mart are zero.
    if value == 0 {
        out.push(b'0');
    } else {
        let _ = write!(out, "{value}");
    }
}

fn text(out: &mut Vec<u8>, value: &str) {
    let plain = value.bytes().all(|b| b >= 0x20 && b != b'"' && b != b'\\');
    if plain {
        out.push(b'"');
        out.extend_from_slice(value.as_bytes());
        out.push(b'"');
    } else {
        // A string has no way to fail to become JSON.
        let _ = serde_json::to_writer(out, value);
    }
}

#[cfg(test)]
mod tests {
    use super::super::columns::columns;
    use super::*;
    use crate::testing::{batch, bool_column, date_column, int_column, text_column};
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn read_back(batch: &arrow_array::RecordBatch) -> Value {
        let mut bytes = Vec::new();
        write(&columns("m", batch).unwrap(), batch.num_rows(), &mut bytes).unwrap();
        serde_json::from_slice(&bytes).unwrap()
    }

    #[test]
    fn every_kind_and_null_becomes_its_json() {
        let batch = batch(vec![
            ("day", date_column(&[Some("2024-02-29"), None])),
            ("name", text_column(&[Some("O\"Neil\\\n\u{1}"), None])),
            ("mrr", int_column(&[Some(-5), None])),
            ("on", bool_column(&[Some(true), None])),
        ]);
        assert_eq!(
            read_back(&batch),
            json!([
                {"day": "2024-02-29", "name": "O\"Neil\\\n\u{1}", "mrr": -5, "on": true},
                {"day": null, "name": null, "mrr": null, "on": null}
            ])
        );
    }

    #[test]
    fn no_rows_is_an_empty_array() {
        let batch = batch(vec![("mrr", int_column(&[]))]);
        assert_eq!(read_back(&batch), json!([]));
    }

    proptest! {
        #[test]
        fn any_text_and_number_survives(cells in proptest::collection::vec((".*", any::<i64>()), 1..20)) {
            let texts: Vec<_> = cells.iter().map(|(t, _)| Some(t.as_str())).collect();
            let ints: Vec<_> = cells.iter().map(|(_, i)| Some(*i)).collect();
            let batch = batch(vec![("t", text_column(&texts)), ("i", int_column(&ints))]);
            let value = read_back(&batch);
            for (row, (t, i)) in value.as_array().unwrap().iter().zip(&cells) {
                prop_assert_eq!(row["t"].as_str().unwrap(), t);
                prop_assert_eq!(row["i"].as_i64().unwrap(), *i);
            }
        }
    }
}
