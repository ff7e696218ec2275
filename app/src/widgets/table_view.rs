//! The table behind a chart, for reading instead of looking.

use leptos::prelude::*;
use tidemark_shared::format::Formatter;
use tidemark_shared::table::{Cell, Table};

use crate::ui::{Column, scrolling_table};

/// A table with numbers written for people.
#[component]
pub(super) fn TableView(table: Table, formatter: Formatter, caption: String) -> impl IntoView {
    let is_text = |cell: &Cell| matches!(cell, Cell::Text(_) | Cell::Date(_) | Cell::Bool(_));
    let columns = table
        .columns
        .iter()
        .enumerate()
        .map(|(at, column)| {
            let first = table.rows.first().and_then(|row| row.get(at));
            match first.is_some_and(is_text) {
                true => Column::text(&column.label),
                false => Column::number(&column.label),
            }
        })
        .collect::<Vec<_>>();
    let write = |row: &Vec<Cell>| {
        let cells = row.iter().zip(&table.columns);
        let texts = cells.map(|(cell, column)| formatter.cell(column.unit, cell).into());
        texts.collect()
    };
    let rows = table.rows.iter().map(write).collect();
    scrolling_table(caption, &columns, rows)
}
