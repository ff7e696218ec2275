//! The filters in force, one chip per value, each removable.

use leptos::prelude::*;
use tidemark_shared::Dimension;

use crate::store::{History, Store};
use crate::ui::{Icon, icon};

/// All chips.
#[component]
pub(super) fn Chips() -> impl IntoView {
    let store = Store::get();
    let chips = move || {
        let view = store.view.read();
        view.filters
            .iter()
            .flat_map(|(dimension, filter)| {
                let exclude = filter.exclude;
                filter
                    .values
                    .iter()
                    .map(move |value| (dimension, exclude, value.clone()))
            })
            .collect::<Vec<_>>()
    };
    view! {
        <For each=chips key=|chip| chip.clone() let((dimension, exclude, value))>
            <Chip dimension=dimension exclude=exclude value=value />
        </For>
    }
}

#[component]
fn Chip(dimension: Dimension, exclude: bool, value: String) -> impl IntoView {
    let store = Store::get();
    let text = value.clone();
    let relation = if exclude { " is not " } else { ": " };
    let name = format!("Remove the filter {}{relation}{value}", dimension.label());
    let test_id = format!("chip-{}-{value}", dimension.key());
    let remove =
        move |_| store.change(History::Push, |view| view.filters.toggle(dimension, &value));
    view! {
        <button
            type="button"
            class="chip"
            class:exclude=exclude
            aria-label=name.clone()
            title=name
            data-testid=test_id
            on:click=remove
        >
            <span class="chip-text">
                <span class="chip-name">{dimension.label()} {relation}</span>
                {text}
            </span>
            {icon(Icon::Close)}
        </button>
    }
}
