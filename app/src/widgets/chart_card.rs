//! The frame of a chart: title, definition, legend, table view, downloads, and its states.

use std::collections::BTreeSet;
use std::sync::Arc;

use leptos::prelude::*;
use tidemark_shared::chart::{self, ChartId};
use tidemark_shared::engine::{Evaluation, FEW, RetentionData};
use tidemark_shared::format;
use tidemark_shared::metric::{Metric, Unit};
use tidemark_shared::view::Compare;
use tidemark_shared::{Dimension, View};

use super::definition::Explain;
use super::plot::{Plot, PlotterSlot};
use super::states::{CannotFollow, Empty, Failed, NotThere};
use super::table_view::TableView;
use crate::charts::{self, Drawing, Ink, Picture};
use crate::routes::href;
use crate::store::{Load, Store};
use crate::ui::browser;
use crate::ui::{Icon, icon};

/// Makes a drawing of what is evaluated. None while data of its own is not here yet.
pub(crate) type Draw = fn(&Store, &Evaluation, &Ink) -> Option<Drawing>;

/// Makes a chart that is a table rather than a drawing.
pub(crate) type Body = fn(&Store, &Evaluation) -> AnyView;

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
    /// Name for tests and element ids; the chart's own key unless two cards show tables of one chart.
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
    let drawing: Memo<Option<Arc<Drawing>>> = Memo::new(move |_| {
        let evaluation = store.evaluation.get()?;
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
        Some(_) => {
            let evaluation = store.evaluation.get()?;
            let ready = state.get() == State::Ready;
            ready.then(|| chart::table(chart, &evaluation, None).to_json())
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
            let evaluation = store.evaluation.get();
            let made = body.zip(evaluation);
            made.map(|(body, evaluation)| body(&store, &evaluation))
                .into_any()
        }
        State::Ready if as_table.get() => table(&store, chart, title).into_any(),
        State::Ready => view! { <Plot key=key drawing=drawing plotter=plotter /> }.into_any(),
    };
    view! {
        <section
            class="card chart-card"
            class:wide=wide
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
            <Caveats chart=chart drawing=drawing />
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

/// The metrics of a group, or the first metric of another chart, over time; none while its marts are not here.
fn usual(chart: ChartId, evaluation: &Evaluation, ink: &Ink) -> Option<Drawing> {
    let metric = chart.metrics().first()?;
    let here = evaluation.marts().has(metric);
    here.then(|| match chart {
        ChartId::Group(group) => charts::together(evaluation, group, ink),
        _ => charts::compared(evaluation, metric, ink),
    })
}

/// Whether the snapshot has rows of all marts that one of the metrics is formed from.
pub(super) fn has_rows(store: &Store, metrics: &[&Metric]) -> bool {
    let manifest = store.manifest.read().ready();
    let rows = |name: &'static str| {
        let mart = manifest.as_ref().and_then(|manifest| manifest.mart(name));
        mart.map(|mart| mart.rows)
    };
    let formed = |metric: &&Metric| metric.marts().into_iter().all(|name| rows(name) != Some(0));
    metrics.iter().any(formed)
}

/// The filtered dimensions that leave a chart without any number; none as long as one of its metrics can follow them all.
fn cannot_follow(chart: ChartId, view: &View) -> Vec<Dimension> {
    let metrics = chart.metrics();
    let blind = |metric: &&Metric| metric.cannot_follow(&view.filters);
    if metrics.iter().any(|metric| blind(metric).is_empty()) {
        return Vec::new();
    }
    let dimensions: BTreeSet<Dimension> = metrics.iter().flat_map(blind).collect();
    dimensions.into_iter().collect()
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
        return Some(format!("This chart is not broken down by {name}."));
    }
    if let Some(metric) = cannot.take(1).next() {
        return Some(format!("{} cannot be broken down by {name}.", metric.label));
    }
    let compared = matches!(chart, ChartId::Mrr | ChartId::ChurnRate | ChartId::One(_));
    let left_out = compared && view.compare != Compare::None;
    left_out.then(|| "The comparison is left out while broken down.".to_owned())
}

/// What a reader must know: what the drawing itself says, no data to compare with, filters a metric cannot follow.
#[component]
fn Caveats(chart: ChartId, drawing: Memo<Option<Arc<Drawing>>>) -> impl IntoView {
    let store = Store::get();
    move || {
        let evaluation = store.evaluation.get()?;
        let view = evaluation.view();
        let mut notes: Vec<String> = drawing.read().iter().map(|d| d.note.clone()).collect();
        notes.retain(|note| !note.is_empty());
        let compared = matches!(chart, ChartId::Mrr | ChartId::ChurnRate | ChartId::One(_));
        let wanted = view.compare != Compare::None && view.by.is_none();
        notes.extend(breakdown_note(chart, view));
        notes.extend(why_note(chart, &evaluation));
        if compared && wanted && evaluation.window().compared.is_none() {
            notes.push("The data does not reach back to the period compared with.".to_owned());
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
        return cut
            .then(|| "The axis does not begin at zero, so that changes can be seen.".to_owned());
    }
    if chart != ChartId::Contributions {
        return None;
    }
    let explanation = evaluation.explanation()?;
    let mut text = match evaluation.view().by {
        Some(_) => "The contributions add up to the whole change.".to_owned(),
        None => "Every dimension explains the whole change by itself: bars of different dimensions overlap and do not add up."
            .to_owned(),
    };
    let all = explanation.parts.len();
    if all > charts::MOST_GROUPS {
        let drawn = format::count(charts::MOST_GROUPS as i64);
        let all = format::count(all as i64);
        text.push_str(&format!(
            " The {drawn} largest of {all} are drawn; the table has all."
        ));
    }
    let mut drawn = explanation.parts.iter().take(charts::MOST_GROUPS);
    if drawn.any(|part| part.is_small()) {
        let few = format::count(FEW);
        text.push_str(&format!(
            " * Fewer than {few} customers: chance moves small groups."
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
        (true, _) => format!("The current {grain} is"),
        (false, true) => format!("The last {grain} is"),
        (false, false) => "Periods at the ends are".to_owned(),
    };
    let how = match chart {
        ChartId::Movements | ChartId::Customers
            if buckets.len() > 1 && evaluation.view().by.is_none() =>
        {
            "drawn pale, without net change"
        }
        ChartId::Movements | ChartId::Customers => "drawn pale",
        ChartId::Group(group) if group.parts && group.is_stock() => {
            "drawn as it is on its last day"
        }
        ChartId::Group(group) if group.parts => "drawn pale",
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
    title: String,
    /// Whether it is a drawing, which can be shown as a table or saved as a picture.
    drawn: bool,
    as_table: RwSignal<bool>,
    plotter: PlotterSlot,
    drawing: Memo<Option<Arc<Drawing>>>,
) -> impl IntoView {
    let store = Store::get();
    let csv = move |_| save_csv(&store, chart);
    let png = move |_| {
        let drawing = drawing.get_untracked();
        let picture = Picture {
            title: title.clone(),
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
            {drawn
                .then(|| {
                    view! {
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
                    }
                })}
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
            {drawn
                .then(|| {
                    view! {
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
                    }
                })}
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
