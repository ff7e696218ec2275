//! The bar that stays on top: days, bucket width, comparison, filters and their chips.

use leptos::prelude::*;
use tidemark_shared::Dimension;
use tidemark_shared::view::{Compare, Filters, Grain};

use super::chips::Chips;
use super::filter_menu::FilterMenu;
use super::range_bar::RangeBar;
use crate::store::{History, Store};
use crate::ui::{Choice, Segmented};

/// All controls of the view.
#[component]
pub(crate) fn FilterBar() -> impl IntoView {
    let store = Store::get();
    let filtered = move || !store.view.read().filters.is_empty();
    view! {
        <div class="filterbar" role="region" aria-label="Filters">
            <div class="filterbar-inner">
                <div class="filterbar-row">
                    <RangeBar />
                    <GrainChoice />
                    <CompareChoice />
                </div>
                <div class="filterbar-row second">
                    <BreakdownChoice />
                    {Dimension::ALL.into_iter().map(|dimension| view! { <FilterMenu dimension=dimension /> }).collect_view()}
                    <Chips />
                    <Show when=filtered>
                        <button
                            type="button"
                            class="button quiet"
                            data-testid="clear-all"
                            on:click=move |_| store.change(History::Push, |view| view.filters = Filters::default())
                        >
                            "Clear all"
                        </button>
                    </Show>
                </div>
            </div>
        </div>
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
fn GrainChoice() -> impl IntoView {
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
            label="Bucket width"
            choices=choices
            chosen=Signal::derive(move || Some(store.view.read().grain()))
            choose=move |grain| store.change(History::Push, |view| view.set_grain(grain))
        />
    }
}

#[component]
fn CompareChoice() -> impl IntoView {
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
        />
    }
}
