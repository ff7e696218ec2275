//! Where the numbers come from and what was checked: checks, sources, identity, quarantine,
//! lineage, snapshots, marts to download.

mod checks;
mod history;
mod identity;
mod lineage;
mod marts;
mod parts;
mod quarantine;
mod runs;
mod sources;

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::{Map, Value};
use tidemark_shared::api::{Lineage, Manifest, QualityReport, SnapshotEntry};
use tidemark_shared::format;
use tidemark_shared::metric::Setting;

use crate::api::{self, ApiError};
use crate::store::{Load, Store};
use crate::ui::browser::scroll_to_hash;
use crate::ui::{Cell, Column, capitalized, data_table, facts, jumps};
use crate::widgets::{Failed, Notices, source_name};

/// The parts of the page in order: id and title.
const PARTS: [(&str, &str); 7] = [
    checks::PART,
    sources::PART,
    identity::PART,
    quarantine::PART,
    lineage::PART,
    history::PART,
    marts::PART,
];

/// What an answer of the server becomes.
fn load<T>(answer: Result<T, ApiError>) -> Load<T> {
    match answer {
        Ok(found) => Load::Ready(found),
        Err(error) => Load::Failed(error.to_string()),
    }
}

/// The page.
#[component]
pub(crate) fn Health() -> impl IntoView {
    let store = Store::get();
    let report: RwSignal<Load<Arc<QualityReport>>> = RwSignal::new(Load::Loading);
    let graph: RwSignal<Load<Arc<Lineage>>> = RwSignal::new(Load::Loading);
    let kept: RwSignal<Load<Vec<SnapshotEntry>>> = RwSignal::new(Load::Loading);
    let runs = runs::follow(move || store.manifest.read().ready().is_some());
    Effect::new(move |_| {
        // Once the manifest is there (and again after a retry), so that all are of the same time.
        if store.manifest.read().ready().is_some() {
            spawn_local(async move {
                report.set(load(api::quality().await.map(Arc::new)));
                graph.set(load(api::lineage().await.map(Arc::new)));
                kept.set(load(api::snapshots().await));
            });
        }
    });
    let parts = PARTS.map(|(id, title)| (id, title, String::new()));
    let report_parts = move || {
        match (&*report.read(), store.manifest.read().ready()) {
        (Load::Ready(report), Some(manifest)) => {
            scroll_to_hash();
            let report = Arc::clone(report);
            let of = Arc::clone(&report);
            let id = manifest.snapshot_id.clone();
            vec![
                checks::part(&report),
                sources::part(&manifest.sources, &report),
                identity::part(&report.identity),
                quarantine::part(&report.findings),
                (move || lineage_part(&graph.read(), &of)).into_any(),
                (move || history::part(&kept.read(), runs, &id)).into_any(),
                marts::part(&manifest.marts),
            ]
            .into_any()
        }
        (Load::Failed(message), _) => view! {
            <p class="notice" data-testid="no-report">"Couldn't load the quality report. " {message.clone()}</p>
        }
        .into_any(),
        // As high as the page, so that nothing below moves when it comes.
        (Load::Loading, Some(_)) => view! { <div class="skeleton page"></div> }.into_any(),
        _ => ().into_any(),
    }
    };
    view! {
        <main id="content">
            <Notices />
            <div class="page-head">
                <h1>"Health"</h1>
                <p>"The data behind the numbers, and the checks it passed before publication."</p>
            </div>
            {jumps("On this page", parts.to_vec())}
            <div class="stack">
                {move || match &*store.manifest.read() {
                    Load::Ready(manifest) => about_snapshot(manifest),
                    Load::Failed(message) => view! { <Failed message=message.clone() /> }.into_any(),
                    Load::Loading => view! { <div class="skeleton page"></div> }.into_any(),
                }}
                <Show when=move || store.view.read().snapshot.is_some()>
                    <p class="notice" data-testid="health-latest">
                        "This link pins a snapshot. Checks, tables, identity, quarantine and lineage below are those of the latest snapshot."
                    </p>
                </Show>
                {report_parts}
            </div>
        </main>
    }
}

/// The lineage, or why it is not there: a snapshot may have been published without one.
fn lineage_part(graph: &Load<Arc<Lineage>>, report: &QualityReport) -> AnyView {
    match graph {
        Load::Ready(graph) => lineage::part(Arc::clone(graph), report),
        Load::Failed(message) => view! {
            <p class="notice" id=lineage::PART.0 data-testid="no-lineage">"Couldn't load lineage. " {message.clone()}</p>
        }
        .into_any(),
        Load::Loading => view! { <div class="skeleton page" id=lineage::PART.0></div> }.into_any(),
    }
}

fn about_snapshot(manifest: &Manifest) -> AnyView {
    let policies = [Setting::MrrDiscounts, Setting::ChurnDate]
        .map(|setting| capitalized(&setting.in_force(manifest)));
    let id = manifest.snapshot_id.chars().take(16).collect();
    let said = [
        ("Data as of", format::date(manifest.as_of)),
        ("Created", format::moment(manifest.generated_at)),
        ("Snapshot", id),
        ("Currency", manifest.currency.to_uppercase()),
        ("Time zone", manifest.timezone.clone()),
        ("Policies", policies.join(". ")),
    ];
    facts("snapshot-facts", said.to_vec())
}

/// Records of the same fields as a table, as they came.
fn records(caption: String, records: &[Map<String, Value>]) -> AnyView {
    let mut names: Vec<&String> = Vec::new();
    for name in records.iter().flat_map(Map::keys) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let columns: Vec<Column> = names.iter().map(|name| Column::text(name)).collect();
    let cell = |record: &Map<String, Value>, name: &str| match record.get(name) {
        None | Some(Value::Null) => format::NO_VALUE.to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
    };
    let row = |record| {
        let cells = names.iter().map(|name| Cell::Text(cell(record, name)));
        cells.collect()
    };
    data_table(caption, &columns, records.iter().map(row).collect())
}
