//! Files that the browser saves: their names, and tables as CSV.

use leptos::prelude::ReadUntracked;
use tidemark_shared::table::Table;

use crate::store::Store;
use crate::ui::browser;

/// Saves a table as a file; `key` is part of its name.
pub(crate) fn save_table(store: &Store, key: &str, table: &Table) {
    browser::save(
        &file_name(store, key, "csv"),
        "text/csv;charset=utf-8",
        table.to_csv().as_bytes(),
    );
}

/// Name of a file that holds what is on the page.
pub(super) fn file_name(store: &Store, key: &str, extension: &str) -> String {
    let as_of = store
        .manifest
        .read_untracked()
        .ready()
        .map(|m| format!("-{}", m.as_of));
    format!("tidemark-{key}{}.{extension}", as_of.unwrap_or_default())
}
