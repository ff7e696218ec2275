//! A table: its frame, which scrolls by itself and can be reached from the keyboard, its caption,
//! head and rows.

use leptos::prelude::*;

/// A column as its head shows it.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    label: String,
    is_text: bool,
}

impl Column {
    /// Of numbers and dates, which stand at the end of their cell.
    pub(crate) fn number(label: &str) -> Column {
        let label = label.to_owned();
        Column {
            label,
            is_text: false,
        }
    }

    /// Of words, which stand at the start.
    pub(crate) fn text(label: &str) -> Column {
        let label = label.to_owned();
        Column {
            label,
            is_text: true,
        }
    }
}

/// What stands in a cell.
pub(crate) enum Cell {
    /// Words or a number, written for people.
    Text(String),
    /// More than text.
    View(AnyView),
}

impl From<String> for Cell {
    fn from(text: String) -> Cell {
        Cell::Text(text)
    }
}

/// A table as high as its rows.
pub(crate) fn data_table(caption: String, columns: &[Column], rows: Vec<Vec<Cell>>) -> AnyView {
    framed("table-wrap free", caption, columns, rows)
}

/// A table as high as a chart, which scrolls.
pub(crate) fn scrolling_table(
    caption: String,
    columns: &[Column],
    rows: Vec<Vec<Cell>>,
) -> AnyView {
    framed("table-wrap", caption, columns, rows)
}

// A function and no component: it is compiled once for all tables.
fn framed(
    class: &'static str,
    caption: String,
    columns: &[Column],
    rows: Vec<Vec<Cell>>,
) -> AnyView {
    let align = |column: &Column| if column.is_text { "text" } else { "" };
    let empty = |column: &Column| if column.is_text { "text none" } else { "none" };
    let head: Vec<_> = columns
        .iter()
        .map(|column| view! { <th scope="col" class=align(column)>{column.label.clone()}</th> })
        .collect();
    let row = |cells: Vec<Cell>| {
        let cells = cells.into_iter().zip(columns).enumerate();
        let cells: Vec<AnyView> = cells
            .map(|(at, (cell, column))| {
                let (class, cell) = match cell {
                    // A dash stands for no value.
                    Cell::Text(text) if !text.contains(char::is_alphanumeric) => {
                        (empty(column), text.into_any())
                    }
                    Cell::Text(text) => (align(column), text.into_any()),
                    Cell::View(view) => (align(column), view),
                };
                match at {
                    0 => view! { <th scope="row">{cell}</th> }.into_any(),
                    _ => view! { <td class=class>{cell}</td> }.into_any(),
                }
            })
            .collect();
        view! { <tr>{cells}</tr> }
    };
    let body: Vec<_> = rows.into_iter().map(row).collect();
    let label = caption.clone();
    view! {
        <div class=class tabindex="0" role="group" aria-label=label>
            <table class="data">
                <caption class="visually-hidden">{caption}</caption>
                <thead>
                    <tr>{head}</tr>
                </thead>
                <tbody>{body}</tbody>
            </table>
        </div>
    }
    .into_any()
}
