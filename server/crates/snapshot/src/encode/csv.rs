//! csv: a mart as RFC 4180 text with a header; null is the empty cell.
use tidemark_shared::csv::CsvWriter;

use super::columns::{Column, date};

/// Writes `rows` rows. Text that a spreadsheet would run is neutralised by the writer, numbers stay numbers.
pub(crate) fn rows(columns: &[(&str, Column<'_>)], rows: usize) -> Vec<u8> {
    let mut csv = CsvWriter::new();
    for (name, _) in columns {
        csv.text(name);
    }
    csv.end_row();
    for row in 0..rows {
        for (_, column) in columns {
            cell(&mut csv, *column, row);
        }
        csv.end_row();
    }
    csv.finish().into_bytes()
}

fn cell(csv: &mut CsvWriter, column: Column<'_>, row: usize) {
    if column.is_null(row) {
        csv.empty();
        return;
    }
    match column {
        Column::Text(a) => csv.text(a.value(row)),
        Column::Int(a) => csv.int(a.value(row)),
        Column::Bool(a) => csv.bool(a.value(row)),
        Column::Date(a) => match date(a.value(row)) {
            Some(day) => csv.date(day),
            None => csv.empty(),
        },
    };
}
