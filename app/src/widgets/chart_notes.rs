//! What a reader must know of a chart: no data to compare with, filters it cannot follow, periods
//! that are not over.

use std::sync::Arc;

use leptos::prelude::*;
use tidemark_shared::View;
use tidemark_shared::chart::{self, ChartId};
use tidemark_shared::engine::{Evaluation, FEW};
use tidemark_shared::format;
use tidemark_shared::view::Compare;

use super::coverage::cannot_follow;
use crate::charts::{self, Drawing};

/// Why a chart is not broken down although the view is, or what is missing from it because it is.
fn breakdown_note(chart: ChartId, view: &View) -> Option<String> {
    let dimension = view.by?;
    let name = dimension.label().to_lowercase();
    let metrics = chart.metrics().iter();
    let cannot = metrics.filter(|metric| !metric.follows(dimension));
    if matches!(chart, ChartId::Bridge | ChartId::Contributions) {
        // It is about kinds of movement, or lists all groups.
        return None;
    }
    if !chart.breaks_down() {
        return Some(format!("This chart cannot be broken down by {name}."));
    }
    if let Some(metric) = cannot.take(1).next() {
        return Some(format!("{} cannot be broken down by {name}.", metric.label));
    }
    let compared = matches!(chart, ChartId::Mrr | ChartId::ChurnRate | ChartId::One(_));
    let left_out = compared && view.compare != Compare::None;
    left_out.then(|| "The comparison is hidden while the chart is broken down.".to_owned())
}

/// What a reader must know: what the drawing itself says, no data to compare with, filters a metric
/// cannot follow.
#[component]
pub(super) fn Caveats(
    chart: ChartId,
    evaluation: Memo<Option<Arc<Evaluation>>>,
    drawing: Memo<Option<Arc<Drawing>>>,
) -> impl IntoView {
    move || {
        let evaluation = evaluation.get()?;
        let view = evaluation.view();
        let mut notes: Vec<String> = drawing.read().iter().map(|d| d.note.clone()).collect();
        notes.retain(|note| !note.is_empty());
        let compared = matches!(chart, ChartId::Mrr | ChartId::ChurnRate | ChartId::One(_));
        let wanted = view.compare != Compare::None && view.by.is_none();
        notes.extend(breakdown_note(chart, view));
        notes.extend(why_note(chart, &evaluation));
        if compared && wanted && evaluation.window().compared.is_none() {
            notes.push("No data for the comparison period.".to_owned());
        }
        notes.extend(partial_note(chart, &evaluation));
        // Where nothing is left to draw, the card says why in place of the drawing.
        if !cannot_follow(chart, view).is_empty() {
            return None;
        }
        for (dimension, _) in view.filters.iter() {
            let metrics = chart.metrics().iter();
            let blind = metrics.filter(|metric| !metric.follows(dimension));
            let names: Vec<&str> = blind.map(|metric| metric.label).collect();
            if let Some(names) = listed(&names) {
                let dimension = dimension.label().to_lowercase();
                notes.push(format!("{names} cannot be filtered by {dimension}."));
            }
        }
        (!notes.is_empty()).then(|| view! { <p class="chart-note">{notes.join(" ")}</p> })
    }
}

/// How the charts of a change are read.
fn why_note(chart: ChartId, evaluation: &Evaluation) -> Option<String> {
    if chart == ChartId::Bridge {
        let cut = chart::floor(&chart::steps(evaluation)) > 0;
        return cut.then(|| "The axis does not start at zero.".to_owned());
    }
    if chart != ChartId::Contributions {
        return None;
    }
    let explanation = evaluation.explanation()?;
    let mut text = match evaluation.view().by {
        Some(_) => "The contributions add up to the total change.".to_owned(),
        None => "Each dimension explains the total change on its own, so do not add bars of different dimensions."
            .to_owned(),
    };
    let all = explanation.parts.len();
    if all > charts::MOST_GROUPS {
        let drawn = format::count(charts::MOST_GROUPS as i64);
        let all = format::count(all as i64);
        text.push_str(&format!(
            " The {drawn} largest of {all} are shown; the table lists all."
        ));
    }
    let mut drawn = explanation.parts.iter().take(charts::MOST_GROUPS);
    if drawn.any(|part| part.is_small()) {
        let few = format::count(FEW);
        text.push_str(&format!(
            " * Fewer than {few} customers: small groups vary by chance."
        ));
    }
    Some(text)
}

/// Names in a sentence, of many only the first; none of none.
fn listed(names: &[&str]) -> Option<String> {
    match names {
        [] => None,
        [one] => Some((*one).to_owned()),
        [one, two] => Some(format!("{one} and {two}")),
        [one, rest @ ..] => {
            let count = format::count(rest.len() as i64);
            Some(format!("{one} and {count} others"))
        }
    }
}

/// How the chart treats periods that are not complete, if there are any.
fn partial_note(chart: ChartId, evaluation: &Evaluation) -> Option<String> {
    let buckets = evaluation.buckets();
    let open = buckets.iter().filter(|bucket| bucket.partial).count();
    if open == 0 || !chart.is_over_time() {
        return None;
    }
    let only_last = open == 1 && buckets.last().is_some_and(|bucket| bucket.partial);
    let current = only_last && evaluation.window().shown.to == evaluation.window().as_of;
    let grain = evaluation.view().grain().label().to_lowercase();
    let what = match (current, only_last) {
        (true, _) => format!("Current {grain} so far"),
        (false, true) => format!("Incomplete last {grain}"),
        (false, false) => "Incomplete first or last period".to_owned(),
    };
    let how = match chart {
        ChartId::Movements | ChartId::Customers
            if buckets.len() > 1 && evaluation.view().by.is_none() =>
        {
            "shown lighter, without net change"
        }
        ChartId::Movements | ChartId::Customers => "shown lighter",
        ChartId::Group(group) if group.parts && group.is_stock() => "shown as of its last day",
        ChartId::Group(group) if group.parts => "shown lighter",
        // As `Evaluation::drawable` leaves them out.
        _ if buckets.len() > 1 && chart.metrics().iter().all(|m| m.needs_whole_period()) => {
            "excluded"
        }
        _ => "shown dashed",
    };
    Some(format!("{what}: {how}."))
}
