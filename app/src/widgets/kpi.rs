//! The headline tiles: value, change against the comparison, recent course.

use leptos::prelude::*;
use tidemark_shared::Metric;
use tidemark_shared::change::{Change, Direction, Verdict};
use tidemark_shared::chart::{ChartId, HEADLINES};
use tidemark_shared::engine::Evaluation;

use super::coverage::has_rows;
use super::definition::Explain;
use crate::charts::{SPARK_SIZE, spark};
use crate::routes::who;
use crate::store::Store;
use crate::ui::{Icon, icon};

/// Tiles, the headline ones unless others are named.
#[component]
pub(crate) fn Kpis(
    /// What they show.
    #[prop(default = HEADLINES)]
    metrics: &'static [&'static Metric],
) -> impl IntoView {
    let tiles = metrics
        .iter()
        .map(|metric| view! { <Tile metric=metric /> })
        .collect_view();
    view! {
        <section class="kpis" aria-label="Headline metrics">
            {tiles}
        </section>
    }
}

#[component]
fn Tile(metric: &'static Metric) -> impl IntoView {
    let store = Store::get();
    store.want(ChartId::One(metric));
    // A mart that could not be loaded leaves no value, as one without rows does.
    let is_here = move |evaluation: &Evaluation| {
        let wanted = store.wanted.read();
        let failed = |name: &&str| wanted.get(name).is_some_and(Option::is_some);
        evaluation.marts().has(metric) || metric.marts().iter().any(failed)
    };
    view! {
        <article class="card kpi" data-testid=format!("kpi-{}", metric.id)>
            <div class="kpi-head">
                <h2 title=metric.label>{metric.label}</h2>
                <Explain title=metric.label.to_owned() metrics=[Some(metric), metric.over_window].into_iter().flatten().collect() />
            </div>
            {move || match store.evaluation.get().filter(|evaluation| is_here(evaluation)) {
                Some(evaluation) => figures(&store, metric, &evaluation).into_any(),
                None => {
                    view! {
                        <div class="skeleton figure"></div>
                        <div class="skeleton line"></div>
                    }
                        .into_any()
                }
            }}
        </article>
    }
}

fn figures(
    store: &Store,
    metric: &'static Metric,
    evaluation: &Evaluation,
) -> impl IntoView + use<> {
    let formatter = store.formatter.get();
    let total = evaluation.total(metric);
    let blind = metric.cannot_follow(&evaluation.view().filters);
    let mut full = formatter.value(metric.unit, total.value);
    let previous = formatter.value(metric.unit, total.previous);
    let exact = full.clone();
    if let Some(rate) = metric.over_window {
        let over_window = formatter.value(rate.unit, evaluation.total(rate).value);
        full = format!("{full} per month; over the whole period: {over_window}");
    }
    let change = match total.change {
        Some(change) => {
            view! { <ChangeBadge change=change text=formatter.change(metric, &change) /> }
                .into_any()
        }
        None => {
            let text = match (evaluation.window().compared, evaluation.view().compare) {
                _ if !has_rows(store, &[metric]) => "no records of this kind",
                _ if metric.has_no_history() && total.value.is_none() => {
                    "known only for the latest day"
                }
                _ if metric.has_no_history() => "on the latest day of the data",
                (_, tidemark_shared::view::Compare::None) => "",
                (None, _) => "no earlier period to compare with",
                _ => "no value to compare with",
            };
            view! { <span class="change-note">{text}</span> }.into_any()
        }
    };
    let note = if let Some(dimension) = blind.first() {
        format!("cannot be filtered by {}", dimension.label().to_lowercase())
    } else if total.change.is_some() {
        format!("from {}", formatter.short(metric.unit, total.previous))
    } else {
        String::new()
    };
    let open = evaluation
        .buckets()
        .last()
        .is_some_and(|bucket| bucket.partial);
    let values = evaluation.series(metric).values;
    let paths = spark(&evaluation.drawable(metric, &values), open);
    let short = formatter.short(metric.unit, total.value);
    let value = match who(evaluation.view(), metric, None).filter(|_| total.value.is_some()) {
        Some(list) => {
            let title = format!("{full}. Show the customers in this number.");
            view! { <a class="kpi-value" href=list title=title data-value=exact>{short}</a> }
                .into_any()
        }
        None => {
            view! { <div class="kpi-value" title=full data-value=exact>{short}</div> }.into_any()
        }
    };
    view! {
        {value}
        <div class="kpi-change">
            {change} <span class="change-note" title=format!("Compared with {previous}")>{note}</span>
        </div>
        <div class="kpi-foot">
            <svg
                class="spark"
                viewBox=format!("0 0 {} {}", SPARK_SIZE.0, SPARK_SIZE.1)
                preserveAspectRatio="none"
                aria-hidden="true"
            >
                <path class="area" d=paths.area></path>
                <path d=paths.line></path>
                <path class="partial" d=paths.partial></path>
            </svg>
        </div>
    }
}

/// A change with arrow, sign, colour and words: never by colour alone.
#[component]
fn ChangeBadge(change: Change, text: String) -> impl IntoView {
    let (arrow, direction) = match change.direction {
        Direction::Up => (Icon::Up, "up"),
        Direction::Down => (Icon::Down, "down"),
        Direction::Flat => (Icon::Flat, "unchanged"),
    };
    let (class, verdict) = match change.verdict {
        Verdict::Good => ("change good", ", better"),
        Verdict::Bad => ("change bad", ", worse"),
        Verdict::Neutral => ("change", ""),
    };
    view! {
        <span class=class>
            {icon(arrow)} <span class="visually-hidden">{format!("{direction}{verdict}: ")}</span> {text}
        </span>
    }
}
