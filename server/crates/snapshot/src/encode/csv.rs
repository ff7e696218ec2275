//! csv: a mart as RFC 4180 text with a header; null is the empty cell.
use std::io::{self, Write};

use tidemark_shared::csv::CsvWriter;

use super::columns::{Column, date};

/// How many rows are text in memory at a time.
const PIECE: usize = 256;

/// Writes `rows` rows. Text that a spreadsheet would run is neutralised by the writer, numbers stay numbers.
pub(crate) fn write(
    columns: &[(&str, Column<'_>)],
    rows: usize,
    mut out: impl Write,
) -> io::Result<()> {
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
        if row % PIECE == PIECE - 1 {
            out.write_all(std::mem::take(&mut csv).finish().as_bytes())?;
        }
    }
    out.write_all(csv.finish().as_bytes())
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
