//! The values of one dimension: search, counts, one alone, all that were found, include or exclude,
//! clear.

use leptos::prelude::*;
use tidemark_shared::Dimension;
use tidemark_shared::format;
use tidemark_shared::metrics::ACTIVE_CUSTOMERS;
use tidemark_shared::view::Filter;
use wasm_bindgen::JsCast;
use wasm_split_helpers::wasm_split;

use crate::later::{Loaded, later};
use crate::store::{History, Store};
use crate::ui::{Choice, Icon, Menu, Segmented, counted, icon};

/// From this many values on there is a search field.
const SEARCH_FROM: usize = 6;

/// So many values are listed at once; a search finds the rest.
const LISTED: usize = 100;

/// How many values the filter on a dimension names.
pub(super) fn chosen_values(dimension: Dimension) -> usize {
    let view = Store::get().view;
    let view = view.read();
    let filter = view.filters.get(dimension);
    filter.map_or(0, |filter| filter.values.len())
}

/// The menu of one dimension.
#[component]
pub(super) fn FilterMenu(dimension: Dimension) -> impl IntoView {
    let store = Store::get();
    let count = Memo::new(move |_| {
        let view = store.view.read();
        let filter = view.filters.get(dimension);
        filter.map_or(0, |filter| filter.values.len())
    });
    let class = move || {
        if count.get() > 0 {
            "button active"
        } else {
            "button"
        }
        .to_owned()
    };
    let badge = move || {
        let count = count.get();
        (count > 0).then(|| view! { <span class="count">{format::count(count as i64)}</span> })
    };
    view! {
        <Menu
            button=move || view! { {dimension.label()} {badge} <span class="caret">{icon(Icon::ChevronDown)}</span> }
            button_class=Signal::derive(class)
            test_id=format!("filter-{}", dimension.key())
        >
            {values(dimension)}
        </Menu>
    }
}

/// A value and how many customers have it.
type Counted = (String, i64);

/// What a menu lists.
#[derive(Clone, PartialEq, Default)]
struct Listing {
    /// The values listed, with their counts.
    listed: Vec<Counted>,
    /// Values found, listed or not.
    found: Vec<String>,
    /// Whether they were searched for.
    searched: bool,
}

/// The values that hold what is searched for, in their order; in a list too long to show, the
/// chosen ones come first.
fn listing(values: Vec<Counted>, search: &str, filter: Option<&Filter>) -> Listing {
    let wanted = search.trim().to_lowercase();
    let mut found: Vec<Counted> = values
        .into_iter()
        .filter(|(value, _)| value.to_lowercase().contains(&wanted))
        .collect();
    let names = found.iter().map(|(value, _)| value.clone()).collect();
    if let Some(filter) = filter.filter(|_| found.len() > LISTED) {
        found.sort_by_key(|(value, _)| !filter.values.contains(value));
    }
    found.truncate(LISTED);
    Listing {
        listed: found,
        found: names,
        searched: !wanted.is_empty(),
    }
}

#[wasm_split(rest, fallible)]
fn load_values() -> Loaded<fn(Dimension) -> AnyView> {
    Ok(|dimension| view! { <Values dimension=dimension /> }.into_any())
}

/// What is in the menu of a dimension.
pub(super) fn values(dimension: Dimension) -> AnyView {
    let waiting = || view! { <p class="options-empty">"Loading"</p> }.into_any();
    later(
        || Box::pin(load_values()),
        waiting,
        move |values| values(dimension),
    )
}

#[component]
fn Values(dimension: Dimension) -> impl IntoView {
    let store = Store::get();
    let search = RwSignal::new(String::new());
    let filter = Memo::new(move |_| store.view.read().filters.get(dimension).cloned());
    // What is ticked next is left out; a filter in force says so itself.
    let next_excludes = RwSignal::new(false);
    let excludes = move || match &*filter.read() {
        Some(filter) => filter.exclude,
        None => next_excludes.get(),
    };
    let all = Memo::new(move |_| {
        let evaluation = store.evaluation.get();
        evaluation.map_or_else(Vec::new, |evaluation| evaluation.menu(dimension))
    });
    let listing = Memo::new(move |_| listing(all.get(), &search.read(), filter.read().as_ref()));
    let set = move |exclude: bool, values: Vec<String>| {
        let filter = Filter { exclude, values };
        store.change(History::Push, |view| {
            view.filters.set(dimension, Some(filter))
        });
    };
    let chosen = move || {
        let filter = filter.read_untracked();
        filter
            .as_ref()
            .map_or_else(Vec::new, |filter| filter.values.clone())
    };
    let toggle = Callback::new(move |value: String| {
        let mut values = chosen();
        match values.iter().position(|one| *one == value) {
            Some(at) => drop(values.remove(at)),
            None => values.push(value),
        }
        set(untrack(excludes), values);
    });
    let only = Callback::new(move |value: String| set(false, vec![value]));
    let add_found = move |_| {
        let mut values = chosen();
        values.extend(listing.read_untracked().found.iter().cloned());
        set(untrack(excludes), values);
    };
    let set_mode = move |exclude: bool| {
        next_excludes.set(exclude);
        let values = chosen();
        if !values.is_empty() {
            set(exclude, values);
        }
    };
    let choices = vec![
        Choice {
            value: false,
            label: "Include",
            title: "Show only the selected values",
            test_id: "filter-include",
        },
        Choice {
            value: true,
            label: "Exclude",
            title: "Exclude the selected values",
            test_id: "filter-exclude",
        },
    ];
    let searchable = move || all.read().len() >= SEARCH_FROM;
    let more = move || {
        let listing = listing.read();
        let more = listing.found.len() - listing.listed.len();
        (more > 0).then(|| {
            let more = format::count(more as i64);
            view! { <p class="options-empty">{format!("{more} more; search to find them")}</p> }
        })
    };
    let found_text = move || {
        let found = format::count(listing.read().found.len() as i64);
        format!("Select all {found} results")
    };
    let can_add = move || {
        let listing = listing.read();
        listing.searched && !listing.found.is_empty()
    };
    let head = move || counted(&format::count(all.read().len() as i64), "value");
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
        <div class="options-head">
            <span>{head}</span>
            <span>{ACTIVE_CUSTOMERS.label}</span>
        </div>
        <div
            class="options"
            role="group"
            aria-label=dimension.label()
            data-testid=format!("options-{}", dimension.key())
            on:keydown=step
        >
            <For each=move || listing.get().listed key=|one| one.clone() let((value, customers))>
                <ValueOption dimension=dimension value=value customers=customers filter=filter toggle=toggle only=only />
            </For>
            {more}
            <Show when=move || listing.read().found.is_empty()>
                <p class="options-empty">"No matches"</p>
            </Show>
        </div>
        <Show when=can_add>
            <div class="panel-section">
                <button type="button" class="button quiet" data-testid=format!("all-{}", dimension.key()) on:click=add_found>
                    {found_text}
                </button>
            </div>
        </Show>
        <div class="panel-section row">
            <Segmented
                label="Include or exclude"
                choices=choices
                chosen=Signal::derive(move || Some(excludes()))
                choose=set_mode
                small=true
            />
            <button
                type="button"
                class="button quiet"
                disabled=move || filter.read().is_none()
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
    filter: Memo<Option<Filter>>,
    toggle: Callback<String>,
    only: Callback<String>,
) -> impl IntoView {
    let [of_checked, of_only] = [(); 2].map(|()| value.clone());
    let [title, text] = [(); 2].map(|()| format::value_name(&value).to_owned());
    let checked = move || {
        let filter = filter.read();
        filter
            .as_ref()
            .is_some_and(|filter| filter.values.contains(&of_checked))
    };
    view! {
        <div class="option">
            <label title=title>
                <input
                    type="checkbox"
                    prop:checked=checked
                    data-testid=format!("option-{}-{value}", dimension.key())
                    on:change=move |_| toggle.run(value.clone())
                />
                <bdi class="option-text">{text}</bdi>
                <span class="option-count">{format::count(customers)}</span>
            </label>
            <button type="button" class="only" title=format!("Only {}", format::value_name(&of_only)) on:click=move |_| only.run(of_only.clone())>
                "Only"
            </button>
        </div>
    }
}

/// Arrows go from value to value.
fn step(event: leptos::ev::KeyboardEvent) {
    let down = match event.key().as_str() {
        "ArrowDown" => true,
        "ArrowUp" => false,
        _ => return,
    };
    event.prevent_default();
    let option = document()
        .active_element()
        .and_then(|active| active.closest(".option").ok()?);
    let next = option.and_then(|option| match down {
        true => option.next_element_sibling(),
        false => option.previous_element_sibling(),
    });
    let input = next.and_then(|next| next.query_selector("input").ok()?);
    if let Some(input) = input.and_then(|input| input.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = input.focus();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some(count: usize) -> Vec<Counted> {
        (0..count)
            .map(|at| (format!("Value {at}"), at as i64))
            .collect()
    }

    #[test]
    fn a_search_finds_what_holds_its_words_in_any_case() {
        let found = listing(some(30), " vALUE 2", None);
        assert_eq!(found.found.len(), 11);
        assert_eq!(found.listed.len(), 11);
        assert!(found.searched);
        assert!(listing(some(3), "nothing", None).found.is_empty());
        assert!(!listing(some(3), "  ", None).searched);
    }

    #[test]
    fn a_long_list_is_cut_and_shows_the_chosen_first() {
        let filter = Filter::include(["Value 4999"]);
        let cut = listing(some(5_000), "", Some(&filter));
        assert_eq!(cut.found.len(), 5_000);
        assert_eq!(cut.listed.len(), LISTED);
        assert_eq!(cut.listed[0].0, "Value 4999");
        assert_eq!(cut.listed[1].0, "Value 0");
        // A list that is shown whole keeps its order, so that nothing jumps under the pointer.
        let filter = Filter::include(["Value 7"]);
        assert_eq!(listing(some(8), "", Some(&filter)).listed, some(8));
    }
}
