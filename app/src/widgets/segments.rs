//! Churn by segment, as a table: rate, what it is a share of, and where it says little.

use leptos::prelude::*;
use tidemark_shared::engine::{Evaluation, Segment, churn_segments};
use tidemark_shared::format::{self, Formatter};
use tidemark_shared::metric::Unit;
use tidemark_shared::view::Filter;

use crate::store::{History, Store};
use crate::ui::{Cell, Column, scrolling_table, span};

/// All segments of the days shown.
pub(crate) fn segments(store: &Store, evaluation: &Evaluation) -> AnyView {
    let formatter = store.formatter.get();
    let segments = churn_segments(evaluation);
    let rates = segments.iter().filter(|segment| !segment.is_small());
    let highest = rates.filter_map(Segment::rate).fold(0.0, f64::max);
    let columns = [
        Column::text("Segment"),
        Column::number("Churn rate"),
        Column::number("Churned"),
        Column::number("Customers before"),
        Column::number("Rate is at least"),
        Column::text("Caution"),
    ];
    let store = *store;
    let row = |segment: Segment| {
        let rate = |value| Cell::Text(formatter.value(Unit::Rate, value));
        let length = segment.rate().unwrap_or_default() / highest;
        vec![
            Cell::View(name(store, &segment)),
            Cell::View(bar(
                length,
                segment.is_small(),
                formatter.value(Unit::Rate, segment.rate()),
            )),
            Cell::Text(format::count(segment.churned)),
            Cell::Text(format::count(segment.opening)),
            rate(segment.at_least()),
            Cell::View(span("caution", caution(&segment, &formatter))),
        ]
    };
    let rows = segments.into_iter().map(row).collect();
    scrolling_table("Churn by segment".to_owned(), &columns, rows)
}

/// The value as a button that leaves only its customers, with its dimension.
fn name(store: Store, segment: &Segment) -> AnyView {
    let (dimension, value) = (segment.dimension, segment.value.clone());
    let only = move |_| {
        let filter = Filter::include([value.as_str()]);
        store.change(History::Push, |view| {
            view.filters.set(dimension, Some(filter));
        });
    };
    view! {
        <span class="segment">
            <button type="button" class="link-button" title="Show only these customers" on:click=only>
                {segment.value.clone()}
            </button>
            {span("muted", dimension.label().to_owned())}
        </span>
    }
    .into_any()
}

/// The rate as a length too, so that rows can be compared at a glance.
fn bar(length: f64, pale: bool, rate: String) -> AnyView {
    let width = format!("{:.1}%", 100.0 * length.clamp(0.0, 1.0));
    view! {
        <span class="bar-cell">
            <span class="bar" class:pale=pale aria-hidden="true">
                <span style:width=width></span>
            </span>
            {rate}
        </span>
    }
    .into_any()
}

/// Why a rate says little, if it does.
fn caution(segment: &Segment, formatter: &Formatter) -> String {
    match segment.step() {
        None => "No customers before the period.".to_owned(),
        Some(step) if segment.is_small() => {
            let points = formatter.value(Unit::Rate, Some(step));
            let points = points.trim_end_matches('%');
            format!("Few customers: one more churn adds {points} points.")
        }
        Some(_) => String::new(),
    }
}
