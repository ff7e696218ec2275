//! A choice among the published snapshots, by day: in the header, and on the page of history.

use leptos::prelude::*;
use leptos::task::spawn_local;
use tidemark_shared::api::SnapshotEntry;
use tidemark_shared::format;

use crate::api;
use crate::routes::{Page, href};
use crate::store::{History, Load, Store};

/// A native choice of a snapshot; `chosen` is an id.
pub(crate) fn snapshot_choice(
    label: &'static str,
    test_id: &'static str,
    snapshots: Vec<SnapshotEntry>,
    chosen: String,
    choose: impl Fn(&SnapshotEntry) + 'static,
) -> AnyView {
    let options: Vec<_> = snapshots
        .iter()
        .map(|one| {
            let selected = one.snapshot_id == chosen;
            view! { <option value=one.snapshot_id.clone() selected=selected>{name(one, &snapshots)}</option> }
        })
        .collect();
    let change = move |event| {
        let id = event_target_value(&event);
        if let Some(one) = snapshots.iter().find(|one| one.snapshot_id == id) {
            choose(one);
        }
    };
    view! {
        <label class="select">
            <span>{label}</span>
            <select data-testid=test_id on:change=change>
                {options}
            </select>
        </label>
    }
    .into_any()
}

/// The day; when it was made as well, if the day has several.
fn name(one: &SnapshotEntry, all: &[SnapshotEntry]) -> String {
    let of_day = all.iter().filter(|other| other.as_of == one.as_of).count();
    let mut name = format::date(one.as_of);
    if of_day > 1 {
        name = format!("{name}, created {}", format::moment(one.generated_at));
    }
    match (one.current, one.pinned) {
        (true, _) => format!("{name} (latest)"),
        (false, true) => name.to_string(),
        _ => name,
    }
}

/// Shows a snapshot: pinned, unless it is the latest.
pub(crate) fn show(store: Store, one: &SnapshotEntry) {
    let id = (!one.current).then(|| one.snapshot_id.clone());
    store.change(History::Push, |view| view.snapshot = id);
}

/// The days to choose from, and the way to what was restated. Asks for the list when it is first
/// seen.
#[component]
pub(super) fn Days(
    /// Id of the snapshot shown.
    shown: String,
) -> impl IntoView {
    let store = Store::get();
    let kept: RwSignal<Load<Vec<SnapshotEntry>>> = RwSignal::new(Load::Loading);
    spawn_local(async move {
        kept.set(match api::snapshots().await {
            Ok(all) => Load::Ready(all),
            Err(error) => Load::Failed(error.to_string()),
        });
    });
    let choice = move || match kept.get() {
        Load::Ready(all) => snapshot_choice("Day", "day-choice", all, shown.clone(), move |one| {
            show(store, one);
        }),
        Load::Failed(message) => view! { <span class="muted">{message}</span> }.into_any(),
        Load::Loading => view! { <span class="skeleton line"></span> }.into_any(),
    };
    view! {
        <div class="panel-section row">
            {choice}
            <a href=move || href(Page::History.path(), &store.view.read()) data-testid="to-history">"Restated values"</a>
        </div>
    }
}
