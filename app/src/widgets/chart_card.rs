//! The frame of a chart: title, definition, legend, table view, downloads, and its states.

use std::collections::BTreeSet;
use std::sync::Arc;

use leptos::prelude::*;
use tidemark_shared::chart::{self, ChartId};
use tidemark_shared::engine::{Evaluation, RetentionData};
use tidemark_shared::format;
use tidemark_shared::metric::Unit;

use super::definition::Explain;
use super::plot::{Plot, PlotterSlot};
use super::states::{Empty, Failed, NotThere};
use super::table_view::TableView;
use crate::charts::{self, Drawing, Ink, Picture};
use crate::routes::href;
use crate::store::{Load, Store};
use crate::ui::browser;
use crate::ui::{Icon, icon};

/// Makes a drawing of what is evaluated. None while data of its own is not here yet.
pub(crate) type Draw = fn(&Store, &Evaluation, &Ink) -> Option<Drawing>;

/// Controls of one chart, shown beside its title.
pub(super) type ChartTools = ViewFn;

/// One chart with everything around it.
#[component]
pub(crate) fn ChartCard(
    /// Which chart.
    chart: ChartId,
    /// How it is drawn, if not as its first metric over time.
    #[prop(optional)]
    draw: Option<Draw>,
    /// Name for tests and element ids; the chart's own key unless two cards show tables of one chart.
    #[prop(optional)]
    key: Option<&'static str>,
    /// Title, if not the chart's own.
    #[prop(optional)]
    title: Option<&'static str>,
    /// What to explain besides the chart's metrics.
    #[prop(optional)]
    note: &'static str,
    /// Whether it takes the whole width.
    #[prop(optional)]
    wide: bool,
    /// Whether it needs the cohorts.
    #[prop(optional)]
    needs_cohorts: bool,
    /// Controls of its own.
    #[prop(optional, into)]
    tools: Option<ChartTools>,
) -> impl IntoView {
    let store = Store::get();
    let key = key.unwrap_or(chart.key());
    let title = title.unwrap_or(chart.title());
    let hidden: RwSignal<BTreeSet<&'static str>> = RwSignal::new(BTreeSet::new());
    let as_table = RwSignal::new(false);
    let plotter: PlotterSlot = StoredValue::new_local(None);
    let drawing: Memo<Option<Arc<Drawing>>> = Memo::new(move |_| {
        let evaluation = store.evaluation.get()?;
        let ink = Ink {
            palette: store.palette.get(),
            formatter: store.formatter.get(),
            hidden: hidden.get(),
        };
        let drawing = match draw {
            Some(draw) => draw(&store, &evaluation, &ink),
            None => first_metric(chart, &evaluation, &ink),
        };
        drawing.map(|mut drawing| {
            charts::annotate(&mut drawing, &store.notes.read());
            Arc::new(drawing)
        })
    });
    store.want(chart);
    let state = Memo::new(move |_| state(&store, chart, needs_cohorts));
    let unit = move || {
        let unit = chart.unit(store.view.read().cohort);
        unit.map(|unit| unit_text(&store, unit))
    };
    let body = move || match state.get() {
        State::Failed(message) => view! { <Failed message=message /> }.into_any(),
        State::Loading => {
            view! { <div class="skeleton plot" role="status" aria-label="Loading"></div> }
                .into_any()
        }
        State::Empty => view! { <Empty /> }.into_any(),
        State::NotThere => view! { <NotThere /> }.into_any(),
        State::Ready if as_table.get() => table(&store, chart, title).into_any(),
        State::Ready => view! { <Plot key=key drawing=drawing plotter=plotter /> }.into_any(),
    };
    view! {
        <section
            class="card chart-card"
            class:wide=wide
            id=format!("chart-{key}")
            data-testid=format!("chart-{key}")
            data-values=move || drawing.read().as_ref().map(|d| d.values.clone())
            aria-label=title
        >
            <header class="chart-head">
                <div class="title">
                    <h2>{title}</h2>
                    <Explain title=title.to_owned() metrics=chart.metrics().to_vec() note=note />
                </div>
                <span class="unit">{unit}</span>
                {tools.map(|tools| tools.run())}
                <Tools chart=chart key=key title=title as_table=as_table plotter=plotter drawing=drawing />
            </header>
            <div class="chart-sub">
                <Legend drawing=drawing hidden=hidden />
            </div>
            <div class="chart-body">{body}</div>
            <Caveats chart=chart />
        </section>
    }
}

#[derive(Clone, PartialEq)]
enum State {
    Loading,
    Failed(String),
    Empty,
    /// The snapshot has none of the records the chart is made of.
    NotThere,
    Ready,
}

/// The first metric of a chart over time; none while its marts are not here.
fn first_metric(chart: ChartId, evaluation: &Evaluation, ink: &Ink) -> Option<Drawing> {
    let metric = chart.metrics().first()?;
    let here = evaluation.marts().has(metric);
    here.then(|| charts::compared(evaluation, metric, ink))
}

/// Whether the snapshot has rows of any mart the chart is made of.
fn has_rows(store: &Store, chart: ChartId) -> bool {
    let manifest = store.manifest.read().ready();
    let rows = |name: &&str| {
        manifest
            .as_ref()
            .and_then(|manifest| Some(manifest.mart(name)?.rows))
    };
    chart.marts().iter().any(|name| rows(name) != Some(0))
}

fn state(store: &Store, chart: ChartId, needs_cohorts: bool) -> State {
    let failed = match (&*store.marts.read(), &*store.retention.read()) {
        (Load::Failed(message), _) => Some(message.clone()),
        (_, Load::Failed(message)) if needs_cohorts => Some(message.clone()),
        _ => None,
    };
    let marts = chart.marts();
    let wanted = store.wanted.read();
    let unloaded = marts.iter().find_map(|name| wanted.get(name)?.clone());
    if let Some(message) = failed.or(unloaded) {
        return State::Failed(message);
    }
    if !has_rows(store, chart) {
        return State::NotThere;
    }
    let waiting = match (needs_cohorts, store.evaluation.get()) {
        (true, _) => store.retention.read().ready().is_none(),
        (false, Some(evaluation)) => !chart
            .metrics()
            .iter()
            .all(|metric| evaluation.marts().has(metric)),
        (false, None) => true,
    };
    match store.evaluation.get() {
        Some(_) if waiting => State::Loading,
        Some(evaluation) if evaluation.is_empty() => State::Empty,
        Some(_) => State::Ready,
        None => State::Loading,
    }
}

/// The unit, with the currency for amounts.
fn unit_text(store: &Store, unit: Unit) -> String {
    let manifest = store.manifest.read().ready();
    match (unit, manifest) {
        (Unit::Money, Some(manifest)) => manifest.currency.to_uppercase(),
        _ => unit.label().to_owned(),
    }
}

fn cohorts_of(store: &Store) -> Option<Arc<RetentionData>> {
    store.retention.read().ready()
}

fn table(store: &Store, chart: ChartId, title: &str) -> impl IntoView + use<> {
    let evaluation = store.evaluation.get();
    let retention = cohorts_of(store);
    let formatter = store.formatter.get();
    let caption = format!("{title}, as a table");
    evaluation.map(|evaluation| {
        let table = chart::table(chart, &evaluation, retention.as_deref());
        view! { <TableView table=table formatter=formatter caption=caption /> }
    })
}

/// What a reader must know: no data to compare with, filters a metric cannot follow.
#[component]
fn Caveats(chart: ChartId) -> impl IntoView {
    let store = Store::get();
    move || {
        let evaluation = store.evaluation.get()?;
        let view = evaluation.view();
        let mut notes = Vec::new();
        let compared = matches!(chart, ChartId::Mrr | ChartId::ChurnRate | ChartId::One(_));
        let wanted = view.compare != tidemark_shared::view::Compare::None;
        if compared && wanted && evaluation.window().compared.is_none() {
            notes.push("The data does not reach back to the period compared with.".to_owned());
        }
        notes.extend(partial_note(chart, &evaluation));
        for metric in chart.metrics() {
            for dimension in metric.cannot_follow(&view.filters) {
                let dimension = dimension.label().to_lowercase();
                notes.push(format!(
                    "{} cannot be filtered by {dimension}.",
                    metric.label
                ));
            }
        }
        (!notes.is_empty()).then(|| view! { <p class="chart-note">{notes.join(" ")}</p> })
    }
}

/// How the chart treats periods that are not complete, if there are any.
fn partial_note(chart: ChartId, evaluation: &Evaluation) -> Option<String> {
    let buckets = evaluation.buckets();
    let open = buckets.iter().filter(|bucket| bucket.partial).count();
    if open == 0 || chart == ChartId::Cohorts {
        return None;
    }
    let only_last = open == 1 && buckets.last().is_some_and(|bucket| bucket.partial);
    let current = only_last && evaluation.window().shown.to == evaluation.window().as_of;
    let grain = evaluation.view().grain().label().to_lowercase();
    let what = match (current, only_last) {
        (true, _) => format!("The current {grain} is"),
        (false, true) => format!("The last {grain} is"),
        (false, false) => "Periods at the ends are".to_owned(),
    };
    let how = match chart {
        ChartId::Movements | ChartId::Customers if buckets.len() > 1 => {
            "drawn pale, without net change"
        }
        ChartId::Movements | ChartId::Customers => "drawn pale",
        // As `Evaluation::drawable` leaves them out.
        _ if buckets.len() > 1 && chart.metrics().iter().all(|m| m.needs_whole_period()) => {
            "not drawn"
        }
        _ => "drawn dashed",
    };
    Some(format!("{what} not complete and {how}."))
}

/// The series as buttons that switch them on and off.
#[component]
fn Legend(
    drawing: Memo<Option<Arc<Drawing>>>,
    hidden: RwSignal<BTreeSet<&'static str>>,
) -> impl IntoView {
    let items = move || {
        drawing
            .read()
            .as_ref()
            .map(|d| d.legend.clone())
            .unwrap_or_default()
    };
    let toggle = move |key: &'static str| {
        hidden.update(|hidden| {
            if !hidden.remove(key) {
                hidden.insert(key);
            }
        });
    };
    view! {
        <div class="legend" role="group" aria-label="Series">
            <For
                each=items
                key=|item| (item.key, item.shown, item.name.clone())
                children=move |item| {
                    let swatch = if item.dashed { "swatch dashed" } else { "swatch" };
                    view! {
                        <button
                            type="button"
                            aria-pressed=item.shown.to_string()
                            on:click=move |_| toggle(item.key)
                        >
                            <span class=format!("{swatch} {}", item.tone.class())></span>
                            {item.name.clone()}
                        </button>
                    }
                }
            />
        </div>
    }
}

/// Table view, CSV, picture and link.
#[component]
fn Tools(
    chart: ChartId,
    key: &'static str,
    title: &'static str,
    as_table: RwSignal<bool>,
    plotter: PlotterSlot,
    drawing: Memo<Option<Arc<Drawing>>>,
) -> impl IntoView {
    let store = Store::get();
    let csv = move |_| save_csv(&store, chart);
    let png = move |_| {
        let drawing = drawing.get_untracked();
        let picture = Picture {
            title: title.to_owned(),
            lines: told(&store),
            legend: drawing.as_ref().map_or(&[], |drawing| &drawing.legend),
            palette: &store.palette.read_untracked(),
        };
        let url = plotter.with_value(|one| one.as_ref().map(|one| one.png(&picture)));
        match url {
            Some(url) => browser::save_url(&file_name(&store, key, "png"), &url),
            None => store.say("Switch back to the chart to save it as a picture"),
        }
    };
    let link = move |_| {
        let view = store.view.get_untracked();
        let path = href(store.path().as_str(), &view);
        let url = format!("{}{path}#chart-{key}", browser::origin());
        browser::copy(url, move |copied| store.say(copied_text(copied)));
    };
    view! {
        <div class="tools">
            <button
                type="button"
                class="icon-button"
                title="Show as a table"
                aria-label="Show as a table"
                aria-pressed=move || as_table.get().to_string()
                data-testid=format!("table-{key}")
                on:click=move |_| as_table.update(|on| *on = !*on)
            >
                {icon(Icon::Table)}
            </button>
            <button
                type="button"
                class="icon-button"
                title="Download as CSV"
                aria-label="Download as CSV"
                data-testid=format!("csv-{key}")
                on:click=csv
            >
                {icon(Icon::Download)}
            </button>
            <button
                type="button"
                class="icon-button"
                title="Download as PNG"
                aria-label="Download as PNG"
                data-testid=format!("png-{key}")
                on:click=png
            >
                {icon(Icon::Image)}
            </button>
            <button
                type="button"
                class="icon-button"
                title="Copy a link to this chart"
                aria-label="Copy a link to this chart"
                data-testid=format!("link-{key}")
                on:click=link
            >
                {icon(Icon::Link)}
            </button>
        </div>
    }
}

/// Saves the table behind a chart.
pub(super) fn save_csv(store: &Store, chart: ChartId) {
    let retention = store.retention.read_untracked().ready();
    let Some(evaluation) = store.evaluation.get_untracked() else {
        return store.say("The data is still loading");
    };
    let csv = chart::table(chart, &evaluation, retention.as_deref()).to_csv();
    browser::save(
        &file_name(store, chart.key(), "csv"),
        "text/csv;charset=utf-8",
        csv.as_bytes(),
    );
}

/// What is shown, in lines: the days, the filters, the snapshot.
fn told(store: &Store) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(evaluation) = store.evaluation.get_untracked() {
        lines.push(format::span(evaluation.window().shown));
        let filters = evaluation.view().filters.words();
        if !filters.is_empty() {
            lines.push(filters.join(" · "));
        }
    }
    let manifest = store.manifest.read_untracked().ready();
    if let Some(manifest) = manifest {
        let demo = if manifest.demo { "demo data, " } else { "" };
        let as_of = format::date(manifest.as_of);
        lines.push(format!(
            "Tidemark, {demo}as of {as_of} ({})",
            manifest.timezone
        ));
    }
    lines
}

/// What to say after trying to copy a link.
pub(crate) const fn copied_text(copied: bool) -> &'static str {
    if copied {
        "Link copied"
    } else {
        "The browser did not allow copying; take the link from the address bar"
    }
}

/// Name of a file that holds what is on the page.
pub(crate) fn file_name(store: &Store, key: &str, extension: &str) -> String {
    let as_of = store
        .manifest
        .read_untracked()
        .ready()
        .map(|m| format!("-{}", m.as_of));
    format!("tidemark-{key}{}.{extension}", as_of.unwrap_or_default())
}
