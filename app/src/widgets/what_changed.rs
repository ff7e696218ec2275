//! What changed and why: a metric's change in a sentence, by kind of movement, and by the groups
//! that moved it most.

use std::sync::Arc;

use leptos::html;
use leptos::prelude::*;
use tidemark_shared::Metric;
use tidemark_shared::chart::{ChartId, headlines_and_rates, sentence};
use tidemark_shared::engine::Evaluation;
use tidemark_shared::format;
use tidemark_shared::view::Compare;

use super::chart_card::ChartCard;
use crate::charts;
use crate::store::{History, Store};
use crate::ui::in_sight;

const NOTE: &str = "For totals, a group's contribution is its own change. For ratios it has two parts: the change of the group's own value, and the change of the group's share of the total. Within a dimension the contributions add up exactly to the total change.";

/// What can be said about the change.
#[derive(Debug, Clone, PartialEq)]
enum State {
    Loading,
    /// There is nothing to compare with; whether that was asked for.
    Alone(bool),
    /// There is a comparison, but no value in one of the periods.
    NoValue,
    Explained {
        metric: &'static Metric,
        sentence: String,
        days: String,
        /// Whether the metric moves in steps.
        bridged: bool,
    },
}

fn state(store: &Store, evaluation: Option<Arc<Evaluation>>) -> State {
    let Some(evaluation) = evaluation else {
        return State::Loading;
    };
    let window = evaluation.window();
    let Some(compared) = window.compared else {
        return State::Alone(evaluation.view().compare == Compare::None);
    };
    let Some(explanation) = evaluation.explanation() else {
        return State::NoValue;
    };
    let (shown, compared) = (format::span(window.shown), format::span(compared));
    State::Explained {
        metric: explanation.metric,
        sentence: sentence(&explanation, &store.formatter.get()),
        days: format!("{shown}, compared with {compared}"),
        bridged: evaluation.bridged().is_some(),
    }
}

/// The section of the overview.
#[component]
pub(crate) fn WhatChanged() -> impl IntoView {
    let store = Store::get();
    let element = NodeRef::<html::Section>::new();
    let shown = store.evaluation_for(in_sight(element));
    let state = Memo::new(move |_| state(&store, shown.get()));
    // The charts stay while only the words change.
    let drawn = Memo::new(move |_| match &*state.read() {
        State::Explained {
            metric, bridged, ..
        } => Some((*metric, *bridged)),
        _ => None,
    });
    let words = move || match state.get() {
        State::Loading => {
            view! { <div class="skeleton line" role="status" aria-label="Loading"></div> }
                .into_any()
        }
        State::Alone(chosen) => alone(store, chosen),
        State::NoValue => message("One of the two periods has no value."),
        State::Explained { sentence, days, .. } => view! {
            <p class="said" data-testid="explanation">{sentence}</p>
            <p class="muted">{days}</p>
        }
        .into_any(),
    };
    let charts = move || {
        let (metric, bridged) = drawn.get()?;
        let bridge = bridged.then(|| {
            view! {
                <ChartCard
                    chart=ChartId::Bridge
                    about=metric
                    draw=|_, evaluation, ink| charts::bridge(evaluation, ink)
                />
            }
        });
        Some(view! {
            <div class="halves">
                {bridge}
                <ChartCard
                    chart=ChartId::Contributions
                    about=metric
                    note=NOTE
                    draw=|_, evaluation, ink| charts::contributions(evaluation, ink)
                />
            </div>
        })
    };
    view! {
        <section class="card wide what-changed" node_ref=element aria-labelledby="what-changed" data-testid="what-changed">
            <header class="chart-head">
                <h2 id="what-changed">"What changed and why"</h2>
                <MetricChoice />
            </header>
            <div class="words">{words}</div>
            {charts}
        </section>
    }
}

fn message(text: &'static str) -> AnyView {
    view! { <p class="muted">{text}</p> }.into_any()
}

/// Nothing to compare with: says so, and offers what helps.
fn alone(store: Store, chosen: bool) -> AnyView {
    if !chosen {
        return message("No data for the comparison period. Choose a shorter range.");
    }
    let compare = move |_| store.change(History::Push, |view| view.compare = Compare::Previous);
    view! {
        <p class="muted">"Choose a period to compare with."</p>
        <button type="button" class="button" data-testid="explain-compare" on:click=compare>
            "Compare with the previous period"
        </button>
    }
    .into_any()
}

/// The metric whose change is explained.
#[component]
fn MetricChoice() -> impl IntoView {
    let store = Store::get();
    let chosen = move || store.view.read().explained().id;
    let option = |metric: &'static Metric| {
        view! {
            <option value=metric.id selected=move || chosen() == metric.id>
                {metric.label}
            </option>
        }
    };
    view! {
        <label class="select">
            <span class="visually-hidden">"Metric"</span>
            <select
                data-testid="explain"
                prop:value=chosen
                on:change=move |event| {
                    let id = event_target_value(&event);
                    let metric = headlines_and_rates().find(|metric| metric.id == id);
                    store.change(History::Push, |view| view.explain = metric);
                }
            >
                {headlines_and_rates().map(option).collect_view()}
            </select>
        </label>
    }
}
