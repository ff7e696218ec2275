//! The table behind a chart, for reading instead of looking.

use leptos::prelude::*;
use tidemark_shared::format::Formatter;
use tidemark_shared::table::{Cell, Table};

/// A table with numbers written for people.
#[component]
pub(super) fn TableView(table: Table, formatter: Formatter, caption: String) -> impl IntoView {
    let is_text = |cell: &Cell| matches!(cell, Cell::Text(_) | Cell::Date(_) | Cell::Bool(_));
    let head = table
        .columns
        .iter()
        .enumerate()
        .map(|(at, column)| {
            let text = table
                .rows
                .first()
                .and_then(|row| row.get(at))
                .is_some_and(is_text);
            view! { <th scope="col" class:text=text>{column.label.clone()}</th> }
        })
        .collect_view();
    let body = table
        .rows
        .iter()
        .map(|row| {
            let cells = row
                .iter()
                .zip(&table.columns)
                .enumerate()
                .map(|(at, (cell, column))| {
                    let text = formatter.cell(column.unit, cell);
                    let (left, none) = (is_text(cell), *cell == Cell::Empty);
                    if at == 0 {
                        view! { <th scope="row">{text}</th> }.into_any()
                    } else {
                        view! { <td class:text=left class:none=none>{text}</td> }.into_any()
                    }
                })
                .collect_view();
            view! { <tr>{cells}</tr> }
        })
        .collect_view();
    let label = caption.clone();
    view! {
        <div class="table-wrap" tabindex="0" role="region" aria-label=label>
            <table class="data">
                <caption class="visually-hidden">{caption}</caption>
                <thead>
                    <tr>{head}</tr>
                </thead>
                <tbody>{body}</tbody>
            </table>
        </div>
    }
}
