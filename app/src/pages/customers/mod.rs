//! Customers: the list behind every number, and each customer's own story.

mod controls;
mod grid;
mod story;

use std::sync::Arc;

use leptos::prelude::*;
use tidemark_shared::engine::people::{Counts, Events, People, Roster, Totals, needs_events};
use tidemark_shared::view::{ListView, Listing};
use tidemark_shared::{format, metric};

use crate::store::{History, Load, Store};
use crate::ui::{Icon, icon_button};
use crate::widgets::{Explain, Failed, FilterBar, Notices, copy_link, save_table};

/// The list, or what stands in its place.
#[derive(Clone)]
enum Listed {
    Loading,
    /// Loading failed, with a sentence.
    Failed(String),
    /// There is no such list, with the reason.
    None(String),
    Ready(Arc<Roster>),
}

/// A list as it is shown.
#[derive(Clone)]
struct Shown {
    roster: Arc<Roster>,
    /// Positions in the roster, in order.
    order: Arc<[u32]>,
    totals: Arc<Totals>,
    counts: Arc<Counts>,
    /// Another number whenever anything of it may be another.
    generation: u64,
}

/// The page.
#[component]
pub(crate) fn Customers() -> impl IntoView {
    let store = Store::get();
    let manifest = move || store.manifest.read_untracked().ready();
    store.people.want(manifest(), People::new);
    Effect::new(move |_| {
        let view = store.view.read();
        if needs_events(&view.people) || view.people.customer.is_some() {
            store.events.want(manifest(), Events::new);
        }
    });
    let listed = listed(store);
    let list = Memo::new(move |_| {
        // Whose story is open changes nothing of the list.
        let people = store.view.read().people.clone();
        ListView {
            customer: None,
            ..people
        }
    });
    let shown: Memo<Option<Shown>> = Memo::new_with_compare(
        move |last: Option<&Option<Shown>>| {
            let Listed::Ready(roster) = listed.get() else {
                return None;
            };
            let last = last.and_then(Option::as_ref);
            let list = list.read();
            let order = roster.shown(&list);
            Some(Shown {
                totals: roster.totals(&order).into(),
                counts: roster.counts(&list).into(),
                order: order.into(),
                roster,
                generation: last.map_or(0, |last| last.generation + 1),
            })
        },
        |_, _| true,
    );
    Effect::new(move |_| {
        if shown.read().is_some() {
            store.measure_repaint();
        }
    });
    let body = move || match listed.get() {
        Listed::Loading => loading(),
        Listed::Failed(message) => view! { <Failed message=message /> }.into_any(),
        Listed::None(reason) => no_list(store, reason),
        Listed::Ready(_) => view! {
            {controls::narrow(store, shown)}
            {grid::grid(store, shown)}
        }
        .into_any(),
    };
    let csv = Callback::new(move |_| save(&store, shown.get_untracked()));
    let link = Callback::new(move |_| copy_link(store, location().href().unwrap_or_default()));
    let tool = |name: &str, test_id: &str, shown, press| {
        icon_button("", name.to_owned(), test_id.to_owned(), shown, press)
    };
    view! {
        <FilterBar />
        <main id="content" class="customers">
            <Notices />
            <div class="page-head">
                <h1>"Customers"</h1>
                <p data-testid="days">{move || days(&store)}</p>
            </div>
            <section class="card list-card" aria-label="List" data-testid="customers" data-values=move || values(shown.read().as_ref())>
                <div class="list-head">
                    {controls::listing(store)}
                    {move || explain(&store)}
                    <p class="list-totals" role="status" data-testid="list-totals">
                        {move || totals(&store, shown.read().as_ref())}
                    </p>
                    <div class="tools">
                        {tool("Download as CSV", "csv-customers", Icon::Download, csv)}
                        {tool("Copy a link to this list", "link-customers", Icon::Link, link)}
                    </div>
                </div>
                {body}
            </section>
            {story::story(store)}
        </main>
    }
}

/// The customers listed; computed again when the listing, the days, the filters or the data change.
fn listed(store: Store) -> Memo<Listed> {
    let asked = Memo::new(move |_| {
        let view = store.view.read();
        (view.people.listing, view.filters.clone(), view.range)
    });
    Memo::new_with_compare(
        move |_| {
            let (listing, filters, _) = asked.get();
            let evaluation = match (store.evaluation.get_untracked(), &*store.marts.read()) {
                (_, Load::Failed(message)) => return Listed::Failed(message.clone()),
                (Some(evaluation), _) => evaluation,
                (None, _) => return Listed::Loading,
            };
            let people: Arc<People> = match &*store.people.value.read() {
                Load::Ready(people) => Arc::clone(people),
                Load::Failed(message) => return Listed::Failed(message.clone()),
                Load::Loading => return Listed::Loading,
            };
            // Facts that come only for a story leave the list as it is.
            let needed = needs_events(&store.view.read_untracked().people);
            let events: Option<Load<Arc<Events>>> = needed.then(|| store.events.value.get());
            let events = match events {
                None => None,
                Some(Load::Ready(events)) => Some(events),
                Some(Load::Failed(message)) => return Listed::Failed(message),
                Some(Load::Loading) => return Listed::Loading,
            };
            let shown = evaluation.window().shown;
            match Roster::new(people, events.as_deref(), listing, &filters, shown) {
                Ok(roster) => Listed::Ready(Arc::new(roster)),
                Err(error) => Listed::None(error.to_string()),
            }
        },
        |_, _| true,
    )
}

/// The days a list is about.
fn days(store: &Store) -> Option<String> {
    let as_of = store.manifest.read().ready()?.as_of;
    let view = store.view.read();
    let known = || format!("as of {}", format::date(as_of));
    Some(match view.people.listing {
        None => known(),
        Some(Listing::Cohort { .. }) => format!("names and attributes {}", known()),
        Some(Listing::Metric(metric)) => {
            let shown = store.evaluation.read().as_ref()?.window().shown;
            if shown.is_empty() {
                return Some("no days with data".to_owned());
            }
            // A stock is of the last day; what happened is of all of them.
            if metric.needs_whole_period() {
                format::span(shown)
            } else {
                format!("at the end of {}", format::date(shown.to))
            }
        }
    })
}

/// How many are listed, and what they come to.
fn totals(store: &Store, shown: Option<&Shown>) -> Vec<AnyView> {
    let Some(shown) = shown else {
        return Vec::new();
    };
    let formatter = store.formatter.get();
    let fact = |name: String, value: String| {
        view! { <span class="list-total"><strong>{value}</strong> " " {name}</span> }.into_any()
    };
    let listed = shown.totals.listed;
    let all = shown.roster.len();
    let things = match shown.roster.listing() {
        None => "accounts",
        Some(_) => "listed",
    };
    let of = match listed == all {
        true => things.to_owned(),
        false => format!("of {} {things}", format::count(all as i64)),
    };
    let mut facts = vec![fact(of, format::count(listed as i64))];
    // A ratio is shown with its parts, unless a search hides some of them.
    if let Some(Listing::Metric(ratio)) = shown.roster.listing()
        && matches!(ratio.kind, metric::Kind::Ratio { .. })
        && listed == all
        && let Some(evaluation) = store.evaluation.get()
    {
        let value = formatter.value(ratio.unit, evaluation.total(ratio).value);
        facts.push(fact(ratio.label.to_owned(), value));
    }
    let parts = shown.roster.parts().iter().zip(&shown.totals.amounts);
    facts.extend(parts.map(|(part, total)| {
        fact(
            part.label.clone(),
            formatter.value(part.unit, Some(*total as f64)),
        )
    }));
    if shown.roster.parts().is_empty() {
        let mrr = formatter.value(metric::Unit::Money, Some(shown.totals.mrr as f64));
        facts.push(fact("MRR".to_owned(), mrr));
    }
    facts
}

/// What is listed as JSON: how many, their MRR, and the sum of each column of amounts.
fn values(shown: Option<&Shown>) -> Option<String> {
    let shown = shown?;
    let parts = shown.roster.parts().iter().zip(&shown.totals.amounts);
    let amounts: serde_json::Map<String, serde_json::Value> = parts
        .map(|(part, total)| (part.key.clone(), (*total).into()))
        .collect();
    let value = serde_json::json!({"listed": shown.totals.listed, "mrr": shown.totals.mrr, "amounts": amounts});
    Some(value.to_string())
}

/// What the number listed means.
fn explain(store: &Store) -> Option<AnyView> {
    const NOTE: &str = "Each row is a customer and its part of the number; the rows add up to it. Filters use the attributes a customer had on each day; the columns show the current ones.";
    const COHORT: &str = "All customers acquired in the month, with their MRR at the end of the later month. Filters use the attributes at acquisition; the columns show the current ones.";
    const ALL: &str = "Every account, and every billing customer without an account, as of the latest day of the data. Choose a metric to list the customers in it.";
    let (title, metrics, note) = match store.view.read().people.listing {
        Some(Listing::Metric(metric)) => (metric.label.to_owned(), vec![metric], NOTE),
        Some(Listing::Cohort { .. }) => ("this cohort".to_owned(), Vec::new(), COHORT),
        None => ("this list".to_owned(), Vec::new(), ALL),
    };
    Some(view! { <Explain title=title metrics=metrics note=note /> }.into_any())
}

fn save(store: &Store, shown: Option<Shown>) {
    let Some(shown) = shown else {
        return store.say("The data is still loading");
    };
    save_table(store, "customers", &shown.roster.table(&shown.order));
}

fn loading() -> AnyView {
    view! { <div class="skeleton list-skeleton" role="status" aria-label="Loading"></div> }
        .into_any()
}

/// Why there is no list, and the way to the one there always is.
fn no_list(store: Store, reason: String) -> AnyView {
    let all = move |_| store.change(History::Push, |view| view.people = ListView::default());
    view! {
        <div class="chart-state" data-testid="no-list">
            <p>{reason}</p>
            <button type="button" class="button" on:click=all>
                "List all customers"
            </button>
        </div>
    }
    .into_any()
}
