//! The runs that made the snapshots, or failed to: each with its steps, followed while one is under
//! way.

use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use tidemark_shared::api::{Run, RunState, RunStep, Trigger};
use tidemark_shared::{View, format};

use super::load;
use super::parts::{missing, waiting};
use crate::api;
use crate::routes::{Page, href};
use crate::store::{Load, Store};
use crate::ui::{Cell, Column, capitalized, counted, data_table, fold, span};

/// How often runs are asked for while one is under way, and else.
const SOON: Duration = Duration::from_secs(2);
const LATER: Duration = Duration::from_secs(30);
/// Most runs on the page; the API lists more.
const MOST: usize = 20;

/// The latest runs, as last loaded.
pub(super) type Runs = RwSignal<Load<Arc<Vec<Run>>>>;

/// Asks for the runs once `ready`, and again as long as the page is there.
pub(super) fn follow(ready: impl Fn() -> bool + 'static) -> Runs {
    let runs: Runs = RwSignal::new(Load::Loading);
    Effect::new(move |asked: Option<bool>| {
        let asked = asked.unwrap_or_default();
        if ready() && !asked {
            spawn_local(ask(runs));
            return true;
        }
        asked
    });
    runs
}

async fn ask(runs: Runs) {
    let loaded = load(api::runs().await.map(Arc::new));
    let has_running = loaded
        .ready()
        .is_some_and(|runs| runs.iter().any(|run| !run.state.is_over()));
    // The page was left.
    if runs.try_set(loaded).is_some() {
        return;
    }
    let wait = if has_running { SOON } else { LATER };
    set_timeout(move || spawn_local(ask(runs)), wait);
}

/// The runs, newest first. Runs that did not change are not drawn again, so that opened ones stay
/// open.
pub(super) fn list(runs: Runs) -> AnyView {
    let latest = move || {
        let runs = runs.get().ready().unwrap_or_default();
        let latest: Vec<Run> = runs.iter().take(MOST).cloned().collect();
        latest
    };
    let instead = move || {
        match &*runs.read() {
        Load::Loading => waiting(),
        Load::Failed(message) => missing("the run history", message),
        Load::Ready(runs) if runs.is_empty() => view! {
            <p class="section-line muted" data-testid="no-runs">
                "No runs recorded. " <code>"tidemark run"</code> " records a run, and so does the schedule of " <code>"tidemark serve"</code>
                "; " <code>"tidemark build"</code> " does not; it only adds a snapshot above."
            </p>
        }
        .into_any(),
        Load::Ready(_) => ().into_any(),
    }
    };
    view! {
        <div data-testid="runs">
            <For each=latest key=|run| (run.id, format!("{run:?}")) children=|run| one(&run) />
            {instead}
        </div>
    }
    .into_any()
}

fn one(run: &Run) -> AnyView {
    let (class, state) = badge(run.state);
    let summary = vec![
        span(class, state.to_owned()),
        view! { <strong>{format!("Run {}", run.id)}</strong> }.into_any(),
        span("", format!("as of {}", format::date(run.as_of))),
        span("muted", trigger(run.trigger).to_owned()),
        span("muted end", when(run)),
    ];
    let mut body = Vec::new();
    if let Some(error) = &run.error {
        body.push(view! { <p class="section-line">{error.clone()}</p> }.into_any());
    }
    body.push(view! { <p class="section-line muted">{about(run)}</p> }.into_any());
    let columns = [
        Column::text("Step"),
        Column::text("State"),
        Column::number("Attempts"),
        Column::number("Duration"),
        Column::number("Rows"),
        Column::text("Error"),
    ];
    let rows = run.steps.iter().map(step).collect();
    body.push(data_table(
        format!("Steps of run {}", run.id),
        &columns,
        rows,
    ));
    body.extend(run.snapshot_id.as_ref().map(|id| snapshot(run, id)));
    fold(
        format!("run-{}", run.id),
        run.state == RunState::Running,
        summary,
        body,
    )
}

fn step(step: &RunStep) -> Vec<Cell> {
    let (class, state) = badge(step.state);
    let count = |count: Option<u64>| {
        let count = count.and_then(|count| i64::try_from(count).ok());
        count.map_or(format::NO_VALUE.to_owned(), format::count)
    };
    let took = step.started_at.zip(step.finished_at);
    let took = took.map(|(from, to)| format::elapsed((to - from).num_seconds()));
    let trouble = step.error.clone().map(|error| match step.state {
        RunState::Succeeded => format!("earlier attempt: {error}"),
        _ => error,
    });
    vec![
        capitalized(&step.name).into(),
        Cell::View(span(class, state.to_owned())),
        count(Some(u64::from(step.attempt)).filter(|attempt| *attempt > 0)).into(),
        took.unwrap_or(format::NO_VALUE.to_owned()).into(),
        count(step.rows).into(),
        trouble.unwrap_or(format::NO_VALUE.to_owned()).into(),
    ]
}

/// When it began, and how long it took.
fn when(run: &Run) -> String {
    let Some(from) = run.started_at else {
        return format!("queued {}", format::moment(run.queued_at));
    };
    match run.finished_at {
        Some(to) => {
            let took = format::elapsed((to - from).num_seconds());
            format!("{}, {took}", format::moment(from))
        }
        None => format!("since {}", format::moment(from)),
    }
}

/// What else is remembered of it.
fn about(run: &Run) -> String {
    let number = |number: u64| format::count(i64::try_from(number).unwrap_or(i64::MAX));
    let mut said = vec![
        counted(&number(run.errors), "error"),
        counted(&number(run.warnings), "warning"),
    ];
    if let Some(instant) = run.scheduled_for {
        said.push(format!("scheduled for {}", format::moment(instant)));
    }
    if let Some(before) = run.resumes {
        said.push(format!("continues run {before}"));
    }
    let policies = run.policies.iter();
    said.extend(policies.map(|(name, value)| format!("{} {value}", name.replace('_', " "))));
    if !run.code_version.is_empty() {
        said.push(format!("Tidemark {}", run.code_version));
    }
    said.join(" · ")
}

fn snapshot(run: &Run, id: &str) -> AnyView {
    let view = View {
        snapshot: Some(id.to_owned()),
        ..Store::get().view.get_untracked()
    };
    let label = format!("Open pinned: what run {} published", run.id);
    view! {
        <p class="section-line">
            <a href=href(Page::Overview.path(), &view) aria-label=label>"Open what it published"</a>
        </p>
    }
    .into_any()
}

fn badge(state: RunState) -> (&'static str, &'static str) {
    match state {
        RunState::Queued => ("badge", "waiting"),
        RunState::Running => ("badge", "running"),
        RunState::Succeeded => ("badge good", "succeeded"),
        RunState::Failed => ("badge bad", "failed"),
        RunState::Refused => ("badge bad", "rejected by checks"),
        RunState::Interrupted => ("badge warn", "interrupted"),
        RunState::Skipped => ("badge", "skipped"),
    }
}

fn trigger(trigger: Trigger) -> &'static str {
    match trigger {
        Trigger::Schedule => "by schedule",
        Trigger::CatchUp => "catch-up by schedule",
        Trigger::Backfill => "backfill",
        Trigger::Command => "from the command line",
        Trigger::Api => "requested over HTTP",
    }
}
