//! The values of one dimension: search, counts, include or exclude, clear.

use leptos::prelude::*;
use tidemark_shared::Dimension;
use tidemark_shared::format;
use tidemark_shared::view::Filter;

use crate::store::{History, Store};
use crate::ui::{Choice, Icon, Menu, Segmented, icon};

/// From this many values on there is a search field.
const SEARCH_FROM: usize = 6;

/// The menu of one dimension.
#[component]
pub(super) fn FilterMenu(dimension: Dimension) -> impl IntoView {
    let store = Store::get();
    let count = move || {
        store
            .view
            .read()
            .filters
            .get(dimension)
            .map_or(0, |filter| filter.values.len())
    };
    let any = move || count() > 0;
    let class = Signal::derive(move || {
        if count() > 0 {
            "button active"
        } else {
            "button"
        }
        .to_owned()
    });
    view! {
        <Menu
            button=move || {
                view! {
                    {dimension.label()}
                    <Show when=any>
                        <span class="count">{move || format::count(count() as i64)}</span>
                    </Show>
                    <span class="caret">{icon(Icon::ChevronDown)}</span>
                }
            }
            button_class=class
            test_id=format!("filter-{}", dimension.key())
        >
            <Values dimension=dimension />
        </Menu>
    }
}

#[component]
fn Values(dimension: Dimension) -> impl IntoView {
    let store = Store::get();
    let search = RwSignal::new(String::new());
    let exclude = RwSignal::new(
        store
            .view
            .read_untracked()
            .filters
            .get(dimension)
            .is_some_and(|filter| filter.exclude),
    );
    let menu = Memo::new(move |_| {
        store
            .evaluation
            .get()
            .map(|e| e.menu(dimension))
            .unwrap_or_default()
    });
    let found = move || {
        let wanted = search.read().to_lowercase();
        menu.get()
            .into_iter()
            .filter(|(value, _)| value.to_lowercase().contains(&wanted))
            .collect::<Vec<_>>()
    };
    let set_mode = move |excludes: bool| {
        exclude.set(excludes);
        let filter = store.view.read_untracked().filters.get(dimension).cloned();
        if let Some(mut filter) = filter {
            filter.exclude = excludes;
            store.change(History::Push, |view| {
                view.filters.set(dimension, Some(filter))
            });
        }
    };
    let toggle = move |value: String| {
        store.change(History::Push, |view| {
            let mut filter = view.filters.get(dimension).cloned().unwrap_or(Filter {
                exclude: exclude.get_untracked(),
                values: Vec::new(),
            });
            match filter.values.iter().position(|one| *one == value) {
                Some(at) => drop(filter.values.remove(at)),
                None => filter.values.push(value),
            }
            view.filters.set(dimension, Some(filter));
        });
    };
    let filtered = move || store.view.read().filters.get(dimension).is_some();
    let choices = vec![
        Choice {
            value: false,
            label: "Only these",
            title: "Keep only these",
            test_id: "filter-include",
        },
        Choice {
            value: true,
            label: "All but these",
            title: "Leave these out",
            test_id: "filter-exclude",
        },
    ];
    let searchable = move || menu.read().len() >= SEARCH_FROM;
    view! {
        <Show when=searchable>
            <div class="panel-section">
                <input
                    type="search"
                    class="input"
                    placeholder="Search"
                    aria-label=format!("Search {}", dimension.label().to_lowercase())
                    data-testid=format!("search-{}", dimension.key())
                    prop:value=move || search.get()
                    on:input=move |event| search.set(event_target_value(&event))
                />
            </div>
        </Show>
        <div class="options" role="group" aria-label=dimension.label() data-testid=format!("options-{}", dimension.key())>
            <For each=found key=|(value, count)| (value.clone(), *count) let((value, customers))>
                <ValueOption dimension=dimension value=value customers=customers toggle=toggle />
            </For>
            <Show when=move || found().is_empty()>
                <p class="options-empty">"Nothing matches"</p>
            </Show>
        </div>
        <div class="panel-section row">
            <Segmented
                label="Include or exclude"
                choices=choices.clone()
                chosen=Signal::derive(move || Some(exclude.get()))
                choose=set_mode
                small=true
            />
            <button
                type="button"
                class="button quiet"
                disabled=move || !filtered()
                data-testid=format!("clear-{}", dimension.key())
                on:click=move |_| store.change(History::Push, |view| view.filters.set(dimension, None))
            >
                "Clear"
            </button>
        </div>
    }
}

#[component]
fn ValueOption(
    dimension: Dimension,
    value: String,
    customers: i64,
    toggle: impl Fn(String) + Copy + 'static,
) -> impl IntoView {
    let store = Store::get();
    let of_checked = value.clone();
    let checked = move || {
        let view = store.view.read();
        view.filters
            .get(dimension)
            .is_some_and(|filter| filter.values.contains(&of_checked))
    };
    let test_id = format!("option-{}-{value}", dimension.key());
    let (title, text) = (value.clone(), value.clone());
    view! {
        <label class="option" title=title>
            <input
                type="checkbox"
                prop:checked=checked
                data-testid=test_id
                on:change=move |_| toggle(value.clone())
            />
            <span class="option-text">{text}</span>
            <span class="option-count">{format::count(customers)}</span>
        </label>
    }
}
