//! What the list shows: the number it is behind, search, stages and marks.

use leptos::prelude::*;
use tidemark_shared::engine::people::reach;
use tidemark_shared::format;
use tidemark_shared::metrics::METRICS;
use tidemark_shared::view::{ListView, Listing, Mark, Stage};

use super::Shown;
use crate::store::{History, Store};

/// The choice of the number whose customers are listed.
pub(super) fn listing(store: Store) -> AnyView {
    let chosen = move || store.view.read().people.listing;
    let cohort = move || match chosen()? {
        Listing::Cohort {
            month,
            months_since,
        } => {
            let plural = if months_since == 1 { "" } else { "s" };
            let month = format::month(month);
            Some(format!(
                "Acquired in {month}, {months_since} month{plural} later"
            ))
        }
        Listing::Metric(_) => None,
    };
    let choose = move |event| {
        let key = event_target_value(&event);
        let listing = Listing::from_key(&key);
        store.change(History::Push, |view| view.people.set_listing(listing));
    };
    let option = move |key: String, label: String| {
        let own = key.clone();
        let is = move || chosen().map(Listing::key).unwrap_or_default() == own;
        view! { <option value=key prop:selected=is>{label}</option> }.into_any()
    };
    let listed = METRICS.iter().filter(|metric| reach(metric).is_ok());
    let metrics: Vec<AnyView> = listed
        .map(|metric| option(metric.id.to_owned(), metric.label.to_owned()))
        .collect();
    view! {
        <label class="list-of">
            <span>"List"</span>
            <select class="input" data-testid="list-of" on:change=choose>
                {option(String::new(), "All customers".to_owned())}
                {move || cohort().map(|label| option(chosen().map(Listing::key).unwrap_or_default(), label))}
                {metrics}
            </select>
        </label>
    }
    .into_any()
}

/// Search, stages and marks.
pub(super) fn narrow(store: Store, shown: Memo<Option<Shown>>) -> AnyView {
    let typed = move |event| {
        let text = event_target_value(&event);
        store.change(History::Replace, |view| view.people.search = text);
    };
    let narrowed = move || store.view.read().people.narrows();
    let clear = move |_| {
        store.change(History::Push, |view| {
            let ListView { listing, sort, .. } = view.people.clone();
            view.people = ListView {
                listing,
                sort,
                ..ListView::default()
            };
        });
    };
    view! {
        <div class="list-tools">
            <input
                type="search"
                class="input"
                placeholder="Name or ID"
                aria-label="Search by name or ID"
                maxlength="200"
                autocomplete="off"
                spellcheck="false"
                data-testid="list-search"
                prop:value=move || store.view.read().people.search.clone()
                on:input=typed
            />
            <div class="list-chips" role="group" aria-label="Stages">
                {Stage::ALL.into_iter().map(|stage| stage_chip(store, shown, stage)).collect::<Vec<_>>()}
            </div>
            <div class="list-chips" role="group" aria-label="Flags">
                {Mark::ALL.into_iter().map(|mark| mark_chip(store, shown, mark)).collect::<Vec<_>>()}
            </div>
            <Show when=narrowed>
                <button type="button" class="button quiet" data-testid="list-clear" on:click=clear>
                    "Clear"
                </button>
            </Show>
        </div>
    }
    .into_any()
}

fn stage_chip(store: Store, shown: Memo<Option<Shown>>, stage: Stage) -> AnyView {
    let count = Signal::derive(move || {
        let shown = shown.read();
        let stages = shown.as_ref().map(|shown| &shown.counts.stages);
        let found = stages.and_then(|all| all.iter().find(|(one, _)| *one == stage));
        found.map_or(0, |(_, count)| *count)
    });
    let pressed = Signal::derive(move || store.view.read().people.stages.contains(&stage));
    let toggle = move || {
        store.change(History::Push, |view| view.people.toggle_stage(stage));
    };
    let id = format!("stage-{}", stage.key());
    chip(stage.label(), "", id, count, pressed, toggle)
}

fn mark_chip(store: Store, shown: Memo<Option<Shown>>, mark: Mark) -> AnyView {
    let count = Signal::derive(move || {
        let shown = shown.read();
        let marks = shown.as_ref().map(|shown| &shown.counts.marks);
        let found = marks.and_then(|all| all.iter().find(|(one, _)| *one == mark));
        found.map_or(0, |(_, count)| *count)
    });
    let pressed = Signal::derive(move || store.view.read().people.marks.contains(&mark));
    let toggle = move || {
        store.change(History::Push, |view| view.people.toggle_mark(mark));
    };
    let id = format!("mark-{}", mark.key());
    chip(mark.label(), mark.help(), id, count, pressed, toggle)
}

fn chip(
    label: &'static str,
    title: &'static str,
    test_id: String,
    count: Signal<usize>,
    pressed: Signal<bool>,
    toggle: impl Fn() + Copy + 'static,
) -> AnyView {
    view! {
        <button
            type="button"
            class="list-chip"
            class:none=move || count.get() == 0
            title=title
            aria-pressed=move || pressed.get().to_string()
            data-testid=test_id
            on:click=move |_| toggle()
        >
            {label} <span class="count">{move || format::count(count.get() as i64)}</span>
        </button>
    }
    .into_any()
}
