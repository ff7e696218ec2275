//! The days shown: presets at one press, any other days by date.

use leptos::prelude::*;
use tidemark_shared::date::parse_iso;
use tidemark_shared::view::{Preset, Range};

use crate::store::{History, Store};
use crate::ui::{Choice, Icon, Menu, Segmented, icon};

/// Presets and a menu for other days.
#[component]
pub(super) fn RangeBar(compact: Signal<bool>) -> impl IntoView {
    let store = Store::get();
    let words = |preset| match preset {
        Preset::Days30 => ("30d", "range-30d"),
        Preset::Days90 => ("90d", "range-90d"),
        Preset::Months12 => ("12m", "range-12m"),
        Preset::MonthToDate => ("MTD", "range-mtd"),
        Preset::QuarterToDate => ("QTD", "range-qtd"),
        Preset::YearToDate => ("YTD", "range-ytd"),
        Preset::All => ("All", "range-all"),
    };
    let choices = Preset::ALL
        .into_iter()
        .map(|preset| Choice {
            value: preset,
            label: words(preset).0,
            title: preset.label(),
            test_id: words(preset).1,
        })
        .collect();
    let chosen = move || match store.view.read().range {
        Range::Preset(preset) => Some(preset),
        Range::Dates { .. } => None,
    };
    let custom = move || chosen().is_none();
    view! {
        <Segmented
            label="Days shown"
            choices=choices
            chosen=Signal::derive(chosen)
            choose=move |preset| store.change(History::Push, |view| view.set_range(Range::Preset(preset)))
            compact=compact
        />
        <Menu
            button=move || {
                view! {
                    {icon(Icon::Calendar)}
                    <span class="wide-only">"Dates"</span>
                }
            }
            button_class=Signal::derive(move || if custom() { "button active" } else { "button" }.to_owned())
            label="Choose dates"
            test_id="range-custom"
        >
            <CustomRange />
        </Menu>
    }
}

/// First and last day as date fields.
#[component]
fn CustomRange() -> impl IntoView {
    let store = Store::get();
    let shown = move || {
        store
            .evaluation
            .get()
            .map(|evaluation| evaluation.window().shown)
    };
    let limits = move || {
        let window = store
            .evaluation
            .get()
            .map(|evaluation| *evaluation.window());
        window.map(|window| (window.data_start.to_string(), window.as_of.to_string()))
    };
    let lowest = move || limits().map(|limits| limits.0);
    let highest = move || limits().map(|limits| limits.1);
    let from = move || {
        shown()
            .map(|span| span.from.to_string())
            .unwrap_or_default()
    };
    let to = move || shown().map(|span| span.to.to_string()).unwrap_or_default();
    // A date field reports every key press; only complete dates with four-digit years count.
    let set = move |first: bool, text: String| {
        let (Some(span), Some(date)) = (shown(), parse_iso(&text)) else {
            return;
        };
        let (from, to) = if first {
            (date, span.to.max(date))
        } else {
            (span.from.min(date), date)
        };
        // The first change of a preset is a step; what follows adjusts it.
        let history = match store.view.read_untracked().range {
            Range::Preset(_) => History::Push,
            Range::Dates { .. } => History::Replace,
        };
        store.change(history, |view| view.set_range(Range::between(from, to)));
    };
    view! {
        <div class="panel-section row">
            <label class="field">
                "First day"
                <input
                    type="date"
                    class="input"
                    data-testid="range-from"
                    prop:value=from
                    min=lowest
                    max=highest
                    on:change=move |event| set(true, event_target_value(&event))
                />
            </label>
            <label class="field">
                "Last day"
                <input
                    type="date"
                    class="input"
                    data-testid="range-to"
                    prop:value=to
                    min=lowest
                    max=highest
                    on:change=move |event| set(false, event_target_value(&event))
                />
            </label>
        </div>
    }
}
