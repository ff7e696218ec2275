//! The frame of a chart: title, definition, legend, table view, downloads, and its states.

use std::collections::BTreeSet;
use std::sync::Arc;

use leptos::html;
use leptos::prelude::*;
use tidemark_shared::chart::ChartId;
use tidemark_shared::engine::Evaluation;
use tidemark_shared::metric::{Metric, Unit};
use tidemark_shared::{Dimension, View};

use super::chart_notes::Caveats;
use super::chart_tools::Tools;
use super::coverage::{cannot_follow, has_rows};
use super::definition::Explain;
use super::plot::Plot;
use super::states::{CannotFollow, Empty, Failed, NotThere};
use super::tables::table;
use crate::charts::{self, Drawing, Ink};
use crate::draw::PlotterSlot;
use crate::store::{Load, Store};
use crate::ui::in_sight;

/// Makes a drawing of what is evaluated. None while data of its own is not here yet.
pub(crate) type Draw = fn(&Store, &Evaluation, &Ink) -> Option<Drawing>;

/// A chart that is a table rather than a drawing.
#[derive(Clone, Copy)]
pub(crate) struct Body {
    /// What stands in place of a drawing.
    pub(super) view: fn(&Store, &Evaluation) -> AnyView,
    /// What it shows, as JSON.
    pub(super) values: fn(ChartId, &Evaluation) -> String,
}

/// Controls of one chart, shown beside its title.
pub(super) type ChartTools = ViewFn;

/// One chart with everything around it.
#[component]
pub(crate) fn ChartCard(
    /// Which chart.
    chart: ChartId,
    /// How it is drawn, if not as its metrics over time.
    #[prop(optional)]
    draw: Option<Draw>,
    /// What stands in place of a drawing, if it is a table by nature.
    #[prop(optional)]
    body: Option<Body>,
    /// Name for tests and element ids; the chart's own key unless two cards show tables of one
    /// chart.
    #[prop(optional)]
    key: Option<&'static str>,
    /// Title, if not the chart's own.
    #[prop(optional)]
    title: Option<&'static str>,
    /// The one metric it is about, if not all of the chart's.
    #[prop(optional)]
    about: Option<&'static Metric>,
    /// What to explain besides the chart's metrics.
    #[prop(optional)]
    note: &'static str,
    /// Whether it takes the whole width.
    #[prop(optional)]
    wide: bool,
    /// Controls of its own.
    #[prop(optional, into)]
    tools: Option<ChartTools>,
) -> impl IntoView {
    let store = Store::get();
    let key = key.unwrap_or(chart.key());
    let title = title.unwrap_or(chart.title());
    let picture_title = match about {
        Some(metric) => format!("{}: {title}", metric.label),
        None => title.to_owned(),
    };
    let hidden: RwSignal<BTreeSet<&'static str>> = RwSignal::new(BTreeSet::new());
    let as_table = RwSignal::new(false);
    let plotter: PlotterSlot = StoredValue::new_local(None);
    let card = NodeRef::<html::Section>::new();
    let shown = store.evaluation_for(in_sight(card));
    let drawing: Memo<Option<Arc<Drawing>>> = Memo::new(move |_| {
        let evaluation = shown.get()?;
        let ink = Ink {
            palette: store.palette.get(),
            formatter: store.formatter.get(),
            hidden: hidden.get(),
        };
        let drawing = match (body, draw) {
            (Some(_), _) => None,
            (None, Some(draw)) => draw(&store, &evaluation, &ink),
            (None, None) => usual(chart, &evaluation, &ink),
        };
        drawing.map(|mut drawing| {
            charts::annotate(&mut drawing, &store.notes.read());
            Arc::new(drawing)
        })
    });
    store.want(chart);
    if chart.is_over_time() {
        store.charts_over_time.update(|count| *count += 1);
        on_cleanup(move || store.charts_over_time.update(|count| *count -= 1));
    }
    let state = Memo::new(move |_| state(&store, chart));
    let unit = move || {
        let unit = about.map(|metric| metric.unit);
        let unit = unit.or(chart.unit(store.view.read().cohort));
        let unit = unit.map(|unit| unit_text(&store, unit));
        let by = broken_down_text(chart, &store.view.read());
        [unit, by]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" · ")
    };
    let values = move || match body {
        None => drawing.read().as_ref().map(|d| d.values.clone()),
        Some(body) => {
            let evaluation = shown.get()?;
            let ready = state.get() == State::Ready;
            ready.then(|| (body.values)(chart, &evaluation))
        }
    };
    let content = move || match state.get() {
        State::Failed(message) => view! { <Failed message=message /> }.into_any(),
        State::Loading => {
            view! { <div class="skeleton plot" role="status" aria-label="Loading"></div> }
                .into_any()
        }
        State::Empty => view! { <Empty /> }.into_any(),
        State::NotThere => view! { <NotThere /> }.into_any(),
        State::CannotFollow(dimensions) => {
            view! { <CannotFollow dimensions=dimensions /> }.into_any()
        }
        State::Ready if body.is_some() => {
            let evaluation = shown.get();
            let made = body.zip(evaluation);
            made.map(|(body, evaluation)| (body.view)(&store, &evaluation))
                .into_any()
        }
        State::Ready if as_table.get() => table(store, chart, title),
        State::Ready => view! { <Plot key=key drawing=drawing plotter=plotter /> }.into_any(),
    };
    view! {
        <section
            class="card chart-card"
            class:wide=wide
            node_ref=card
            id=format!("chart-{key}")
            data-testid=format!("chart-{key}")
            data-values=values
            aria-label=title
        >
            <header class="chart-head">
                <div class="title">
                    <h2>{title}</h2>
                    <Explain title=title.to_owned() metrics=about.map_or_else(|| chart.metrics().to_vec(), |metric| vec![metric]) note=note />
                </div>
                <span class="unit">{unit}</span>
                {tools.map(|tools| tools.run())}
                <Tools chart=chart key=key title=picture_title drawn=body.is_none() as_table=as_table plotter=plotter drawing=drawing />
            </header>
            <div class="chart-sub">
                <Legend drawing=drawing hidden=hidden />
            </div>
            <div class="chart-body" class:own=body.is_some()>
                {content}
            </div>
            <Caveats chart=chart evaluation=shown drawing=drawing />
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
    /// None of its metrics can follow the filters on these dimensions.
    CannotFollow(Vec<Dimension>),
    Ready,
}

/// The metrics of a group, or the first metric of another chart, over time; none while its marts
/// are not here.
fn usual(chart: ChartId, evaluation: &Evaluation, ink: &Ink) -> Option<Drawing> {
    let metric = chart.metrics().first()?;
    let here = evaluation.marts().has(metric);
    here.then(|| match chart {
        ChartId::Group(group) => charts::together(evaluation, group, ink),
        _ => charts::compared(evaluation, metric, ink),
    })
}

fn state(store: &Store, chart: ChartId) -> State {
    let failed = match (&*store.marts.read(), &*store.retention.read()) {
        (Load::Failed(message), _) => Some(message.clone()),
        (_, Load::Failed(message)) if chart.needs_cohorts() => Some(message.clone()),
        _ => None,
    };
    let marts = chart.marts();
    let wanted = store.wanted.read();
    let unloaded = marts.iter().find_map(|name| wanted.get(name)?.clone());
    if let Some(message) = failed.or(unloaded) {
        return State::Failed(message);
    }
    if !has_rows(store, chart.metrics()) {
        return State::NotThere;
    }
    let Some(evaluation) = store.evaluation.get() else {
        return State::Loading;
    };
    let waiting = match chart.needs_cohorts() {
        true => store.retention.read().ready().is_none(),
        false => !marts.iter().all(|name| evaluation.marts().holds(name)),
    };
    let blind = cannot_follow(chart, evaluation.view());
    match (waiting, evaluation.is_empty()) {
        (true, _) => State::Loading,
        (false, true) => State::Empty,
        (false, false) if !blind.is_empty() => State::CannotFollow(blind),
        (false, false) => State::Ready,
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

/// How a chart is broken down, beside its unit.
fn broken_down_text(chart: ChartId, view: &View) -> Option<String> {
    let dimension = view.by.filter(|_| chart.breaks_down())?;
    let by = format!("by {}", dimension.label().to_lowercase());
    match chart {
        ChartId::Movements | ChartId::Customers => Some(format!("net change {by}")),
        _ if chart.metrics().iter().all(|m| m.follows(dimension)) => Some(by),
        _ => None,
    }
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
