//! What stands where numbers would be: nothing matches, or loading failed.

use leptos::prelude::*;
use tidemark_shared::Dimension;
use tidemark_shared::view::Filters;

use crate::store::{History, Store};

/// Nothing matches the filters; offers to clear them.
#[component]
pub(crate) fn Empty() -> impl IntoView {
    let store = Store::get();
    let filtered = move || !store.view.read().filters.is_empty();
    view! {
        <div class="chart-state" data-testid="empty">
            <p>
                {move || {
                    if filtered() { "No data matches these filters in this period." } else { "No data in this period." }
                }}
            </p>
            <Show when=filtered>
                <button
                    type="button"
                    class="button"
                    on:click=move |_| store.change(History::Push, |view| view.filters = Filters::default())
                >
                    "Clear filters"
                </button>
            </Show>
        </div>
    }
}

/// The snapshot has none of the records a chart is made of.
#[component]
pub(crate) fn NotThere() -> impl IntoView {
    view! {
        <div class="chart-state" data-testid="not-there">
            <p>"This snapshot has no records for this chart. The Health page shows which sources are connected."</p>
        </div>
    }
}

/// No number of a chart can follow a filter; offers to lift that filter alone.
#[component]
pub(crate) fn CannotFollow(
    /// The dimensions filtered by.
    dimensions: Vec<Dimension>,
) -> impl IntoView {
    let store = Store::get();
    let names: Vec<String> = dimensions
        .iter()
        .map(|d| d.label().to_lowercase())
        .collect();
    let names = names.join(" and ");
    let lift = move |_| {
        store.change(History::Push, |view| {
            for dimension in &dimensions {
                view.filters.set(*dimension, None);
            }
        });
    };
    view! {
        <div class="chart-state" data-testid="cannot-follow">
            <p>{format!("These numbers cannot be filtered by {names}.")}</p>
            <button type="button" class="button" on:click=lift>
                {format!("Clear the filter on {names}")}
            </button>
        </div>
    }
}

/// Loading failed; offers to try again.
#[component]
pub(crate) fn Failed(
    /// What went wrong, as a sentence.
    message: String,
) -> impl IntoView {
    let store = Store::get();
    view! {
        <div class="chart-state" role="alert" data-testid="error">
            <p>{message}</p>
            <button type="button" class="button" data-testid="retry" on:click=move |_| store.retry()>
                "Try again"
            </button>
        </div>
    }
}
