//! The headline tiles: value, change against the comparison, recent course.

use leptos::prelude::*;
use tidemark_shared::Metric;
use tidemark_shared::chart::HEADLINES;
use tidemark_shared::engine::{Change, Direction, Evaluation, Verdict};

use super::definition::Explain;
use crate::charts::{SPARK_SIZE, spark};
use crate::routes::who;
use crate::store::Store;
use crate::ui::{Icon, icon};

/// All headline tiles.
#[component]
pub(crate) fn Kpis() -> impl IntoView {
    let tiles = HEADLINES
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
    view! {
        <article class="card kpi" data-testid=format!("kpi-{}", metric.id)>
            <div class="kpi-head">
                <h2 title=metric.label>{metric.label}</h2>
                <Explain title=metric.label.to_owned() metrics=vec![metric] />
            </div>
            {move || match store.evaluation.get() {
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
    let full = formatter.value(metric.unit, total.value);
    let previous = formatter.value(metric.unit, total.previous);
    let change = match total.change {
        Some(change) => {
            view! { <ChangeBadge change=change text=formatter.change(metric, &change) /> }
                .into_any()
        }
        None => {
            let text = match (evaluation.window().compared, evaluation.view().compare) {
                (_, tidemark_shared::view::Compare::None) => "",
                (None, _) => "nothing to compare with",
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
            let title = format!("{full}: see who is behind it");
            view! { <a class="kpi-value" href=list title=title data-value=full>{short}</a> }
                .into_any()
        }
        None => view! { <div class="kpi-value" title=full.clone() data-value=full>{short}</div> }
            .into_any(),
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
