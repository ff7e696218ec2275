//! What segments lost and brought, as tables: rates, what they are shares of, and where they say
//! little.

use leptos::prelude::*;
use tidemark_shared::chart::{BROUGHT, brought, brought_by};
use tidemark_shared::engine::{Evaluation, Segment, churn_segments};
use tidemark_shared::format::{self, Formatter};
use tidemark_shared::metric::Unit;
use tidemark_shared::view::Filter;
use tidemark_shared::{Dimension, Metric};

use super::chart_card::Body;
use super::tables::values;
use crate::store::{History, Store};
use crate::ui::{Cell, Column, scrolling_table, span};

/// All segments of the days shown.
pub(crate) const SEGMENTS: Body = Body {
    view: segments,
    values,
};

/// What each value of a dimension brought in the days shown.
pub(crate) const BROUGHT_BY: Body = Body {
    view: brought_table,
    values,
};

fn segments(store: &Store, evaluation: &Evaluation) -> AnyView {
    let formatter = store.formatter.get();
    let segments = churn_segments(evaluation);
    let rates = segments.iter().filter(|segment| !segment.is_small());
    let highest = rates.filter_map(Segment::rate).fold(0.0, f64::max);
    let columns = [
        Column::text("Segment"),
        Column::number("Churn rate"),
        Column::number("Churned"),
        Column::number("Customers at start"),
        Column::number("95 % lower bound"),
        Column::text("Note"),
    ];
    let store = *store;
    let row = |segment: Segment| {
        let rate = |value| Cell::Text(formatter.value(Unit::Rate, value));
        let length = segment.rate().unwrap_or_default() / highest;
        vec![
            Cell::View(name(store, segment.dimension, &segment.value, true)),
            Cell::View(bar(
                length,
                match segment.is_small() {
                    true => "bar lost pale",
                    false => "bar lost",
                },
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

fn brought_table(store: &Store, evaluation: &Evaluation) -> AnyView {
    let formatter = store.formatter.get();
    let dimension = brought_by(evaluation);
    let follows = |metric: &Metric| metric.follows(dimension);
    let mut columns = vec![Column::text(dimension.label())];
    let shown = BROUGHT.iter().filter(|metric| follows(metric));
    columns.extend(shown.map(|metric| Column::number(metric.label)));
    let store = *store;
    let rows = brought(evaluation);
    let shares = rows
        .iter()
        .filter_map(|(_, values)| values.get(1).copied()?);
    let highest = shares.fold(0.0, f64::max);
    let row = |(value, values): (String, Vec<Option<f64>>)| {
        let mut cells = vec![Cell::View(name(store, dimension, &value, false))];
        let shown = values.into_iter().zip(BROUGHT);
        cells.extend(
            shown
                .filter(|(_, metric)| follows(metric))
                .map(|(value, metric)| {
                    let text = formatter.value(metric.unit, value);
                    match metric.unit {
                        Unit::Rate => {
                            Cell::View(bar(value.unwrap_or_default() / highest, "bar", text))
                        }
                        _ => Cell::Text(text),
                    }
                }),
        );
        cells
    };
    let rows = rows.into_iter().map(row).collect();
    scrolling_table("Acquisition by segment".to_owned(), &columns, rows)
}

/// The value as a button that leaves only its customers.
fn name(store: Store, dimension: Dimension, value: &str, with_dimension: bool) -> AnyView {
    let label = format::value_name(value).to_owned();
    let value = value.to_owned();
    let only = move |_| {
        let filter = Filter::include([value.as_str()]);
        store.change(History::Push, |view| {
            view.filters.set(dimension, Some(filter));
        });
    };
    let about = with_dimension.then(|| span("muted", dimension.label().to_owned()));
    view! {
        <span class="segment">
            <button type="button" class="link-button" title="Filter by this value" on:click=only>
                {label}
            </button>
            {about}
        </span>
    }
    .into_any()
}

/// The rate as a length too, so that rows can be compared at a glance.
fn bar(length: f64, class: &'static str, rate: String) -> AnyView {
    // Where there is no rate there is no length; a share of nothing is none either.
    let length = if length.is_finite() { length } else { 0.0 };
    let width = format!("{}%", (1000.0 * length.clamp(0.0, 1.0)).round() / 10.0);
    view! {
        <span class="bar-cell">
            <span class=class aria-hidden="true">
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
            format!("Few customers: one more churn adds {points} percentage points.")
        }
        Some(_) => String::new(),
    }
}
