//! The tables behind charts: to read, as files, and as the values of charts that are tables
//! themselves.

use leptos::prelude::*;
use leptos::task::spawn_local;
use tidemark_shared::chart::{self, ChartId};
use tidemark_shared::engine::Evaluation;
use tidemark_shared::table::Table;
use wasm_split_helpers::wasm_split;

use super::save::save_table;
use super::table_view::TableView;
use crate::later::{Loaded, NOT_LOADED, later};
use crate::store::Store;

/// What is made of the table behind a chart.
#[derive(Clone, Copy)]
struct Tables {
    view: fn(&Store, ChartId, &str) -> AnyView,
    save: fn(&Store, ChartId),
}

#[wasm_split(rest, fallible)]
fn load_tables() -> Loaded<Tables> {
    Ok(Tables { view, save })
}

/// The table behind a chart, for reading.
pub(super) fn table(store: Store, chart: ChartId, title: &'static str) -> AnyView {
    let waiting = || {
        view! { <div class="skeleton plot" role="status" aria-label="Loading"></div> }.into_any()
    };
    later(
        || Box::pin(load_tables()),
        waiting,
        move |tables| (tables.view)(&store, chart, title),
    )
}

/// Saves the table behind a chart.
pub(super) fn save_csv(store: Store, chart: ChartId) {
    spawn_local(async move {
        match load_tables().await {
            Ok(tables) => (tables.save)(&store, chart),
            Err(_) => store.say(NOT_LOADED),
        }
    });
}

/// The table of a chart that is a table by nature, as JSON.
pub(super) fn values(chart: ChartId, evaluation: &Evaluation) -> String {
    chart::table(chart, evaluation, None).to_json()
}

fn made(chart: ChartId, evaluation: &Evaluation, store: &Store) -> Table {
    let retention = store.retention.read().ready();
    chart::table(chart, evaluation, retention.as_deref())
}

fn view(store: &Store, chart: ChartId, title: &str) -> AnyView {
    let formatter = store.formatter.get();
    let caption = format!("{title}, as a table");
    let evaluation = store.evaluation.get();
    let table = evaluation.map(|evaluation| made(chart, &evaluation, store));
    table
        .map(|table| view! { <TableView table=table formatter=formatter caption=caption /> })
        .into_any()
}

fn save(store: &Store, chart: ChartId) {
    let Some(evaluation) = store.evaluation.get_untracked() else {
        return store.say("The data is still loading");
    };
    let table = untrack(|| made(chart, &evaluation, store));
    save_table(store, chart.key(), &table);
}
