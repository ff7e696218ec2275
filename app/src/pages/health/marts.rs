//! The published tables, to download.

use leptos::prelude::*;
use tidemark_shared::api::{Format, MartEntry};
use tidemark_shared::format;

use crate::ui::{Cell, Column, code, data_table, section};

/// Id and title.
pub(super) const PART: (&str, &str) = ("marts", "Marts");

/// Every mart of the snapshot shown, in every format.
pub(super) fn part(marts: &[MartEntry]) -> AnyView {
    let columns = [
        Column::text("Mart"),
        Column::number("Rows"),
        Column::number("Columns"),
        Column::number("kB"),
        Column::text("Download"),
    ];
    let rows = marts.iter().map(row).collect();
    let about =
        "The published tables that every number on this dashboard is computed from.".to_owned();
    let table = data_table("Marts".to_owned(), &columns, rows);
    section(PART.0, PART.1, vec![], about, vec![table])
}

fn row(mart: &MartEntry) -> Vec<Cell> {
    let link = |format: Format| {
        let url = mart.urls.get(&format)?.clone();
        let name = format.extension();
        let label = format!("{} as {name}", mart.name);
        Some(view! { <a href=url rel="external" download="" aria-label=label>{name}</a> })
    };
    let links: Vec<_> = Format::ALL.into_iter().filter_map(link).collect();
    let links = view! { <span class="links">{links}</span> }.into_any();
    vec![
        Cell::View(code(mart.name.clone())),
        format::count(mart.rows as i64).into(),
        format::count(mart.columns.len() as i64).into(),
        format::count(mart.bytes.div_ceil(1000) as i64).into(),
        Cell::View(links),
    ]
}
