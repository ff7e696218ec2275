//! The bar that stays on top: days, bucket width, comparison, filters and their chips.

use leptos::prelude::*;
use tidemark_shared::Dimension;
use tidemark_shared::format;
use tidemark_shared::view::{Compare, Filters, Grain};

use super::chips::Chips;
use super::filter_menu::{FilterMenu, chosen_values, values};
use super::print_head::PrintHead;
use super::range_bar::RangeBar;
use crate::store::{History, Store};
use crate::ui::{Choice, Icon, Menu, Segmented, browser, close_menu, icon};

/// Up to this width the choices are selects and the filters share one sheet; `style/responsive.css`
/// has the same.
const NARROW: &str = "(max-width: 40rem)";

/// All controls of the view.
#[component]
pub(crate) fn FilterBar() -> impl IntoView {
    let store = Store::get();
    let narrow = Signal::from(browser::media(NARROW));
    let filtered = move || !store.view.read().filters.is_empty();
    view! {
        <div class="filterbar" role="region" aria-label="Filters">
            <div class="filterbar-inner">
                <div class="filterbar-row">
                    <RangeBar compact=narrow />
                    <GrainChoice compact=narrow />
                    <CompareChoice compact=narrow />
                </div>
                <div class="filterbar-row second">
                    <BreakdownChoice />
                    {move || match narrow.get() {
                        true => view! { <FilterSheet /> }.into_any(),
                        false => Dimension::ALL.map(|dimension| view! { <FilterMenu dimension=dimension /> }).into_any(),
                    }}
                    <Show when=filtered>
                        <div class="chips">
                            <Chips />
                            <button
                                type="button"
                                class="button quiet"
                                data-testid="clear-all"
                                on:click=move |_| store.change(History::Push, |view| view.filters = Filters::default())
                            >
                                "Clear all"
                            </button>
                        </div>
                    </Show>
                </div>
            </div>
        </div>
        <PrintHead />
    }
}

/// All filters behind one button: a sheet with a fold for each dimension.
#[component]
fn FilterSheet() -> impl IntoView {
    let store = Store::get();
    let count = move || store.view.read().filters.iter().count();
    let name = move || match count() {
        0 => "Filters".to_owned(),
        some => format!("Filters ({})", format::count(some as i64)),
    };
    let class = move || {
        if count() > 0 {
            "button active"
        } else {
            "button"
        }
        .to_owned()
    };
    view! {
        <Menu
            button=move || view! { {icon(Icon::Filter)} {name} }
            button_class=Signal::derive(class)
            test_id="filters"
            panel_class="filter-sheet"
        >
            <div class="filter-sheet-body">
                {Dimension::ALL.map(|dimension| view! { <SheetPart dimension=dimension /> })}
            </div>
            <div class="panel-section row">
                <button
                    type="button"
                    class="button quiet"
                    disabled=move || count() == 0
                    on:click=move |_| store.change(History::Push, |view| view.filters = Filters::default())
                >
                    "Clear all"
                </button>
                <button type="button" class="button primary" data-testid="filters-done" on:click=|event| close_menu(&event)>
                    "Done"
                </button>
            </div>
        </Menu>
    }
}

/// The values of one dimension in the sheet, made when it is first opened.
#[component]
fn SheetPart(dimension: Dimension) -> impl IntoView {
    let opened = RwSignal::new(false);
    let badge = move || {
        let count = chosen_values(dimension);
        (count > 0).then(|| view! { <span class="count">{format::count(count as i64)}</span> })
    };
    view! {
        <details class="fold" on:toggle=move |_| opened.set(true)>
            <summary data-testid=format!("filter-{}", dimension.key())>{dimension.label()} {badge}</summary>
            <Show when=move || opened.get()>
                {values(dimension)}
            </Show>
        </details>
    }
}

/// By which dimension all charts are broken down.
#[component]
fn BreakdownChoice() -> impl IntoView {
    let store = Store::get();
    let chosen = move || store.view.read().by.map_or("", Dimension::key);
    let option = |(value, label): (&'static str, &'static str)| {
        view! {
            <option value=value selected=move || chosen() == value>
                {label}
            </option>
        }
    };
    let dimensions = Dimension::ALL.map(|dimension| (dimension.key(), dimension.label()));
    let choices = [("", "None")].into_iter().chain(dimensions);
    view! {
        <label class="select" class:active=move || !chosen().is_empty()>
            <span>"Break down by"</span>
            <select
                data-testid="breakdown"
                prop:value=chosen
                on:change=move |event| {
                    let by = Dimension::from_key(&event_target_value(&event));
                    store.change(History::Push, |view| view.by = by);
                }
            >
                {choices.map(option).collect_view()}
            </select>
        </label>
    }
}

#[component]
fn GrainChoice(compact: Signal<bool>) -> impl IntoView {
    let store = Store::get();
    let test_id = |grain| match grain {
        Grain::Day => "grain-day",
        Grain::Week => "grain-week",
        Grain::Month => "grain-month",
        Grain::Quarter => "grain-quarter",
    };
    let choices = Grain::ALL
        .into_iter()
        .map(|grain| Choice {
            value: grain,
            label: grain.label(),
            title: grain.label(),
            test_id: test_id(grain),
        })
        .collect();
    view! {
        <Segmented
            label="Time unit"
            choices=choices
            chosen=Signal::derive(move || Some(store.view.read().grain()))
            choose=move |grain| store.change(History::Push, |view| view.set_grain(grain))
            compact=compact
        />
    }
}

#[component]
fn CompareChoice(compact: Signal<bool>) -> impl IntoView {
    let store = Store::get();
    let words = |compare| match compare {
        Compare::Previous => ("vs previous", "compare-previous"),
        Compare::Year => ("vs year ago", "compare-year"),
        Compare::None => ("No comparison", "compare-none"),
    };
    let choices = Compare::ALL
        .into_iter()
        .map(|compare| Choice {
            value: compare,
            label: words(compare).0,
            title: compare.label(),
            test_id: words(compare).1,
        })
        .collect();
    view! {
        <Segmented
            label="Comparison"
            choices=choices
            chosen=Signal::derive(move || Some(store.view.read().compare))
            choose=move |compare| store.change(History::Push, |view| view.compare = compare)
            compact=compact
        />
    }
}
