//! A customer's own story: who it is, its MRR over time, and every fact with the record it comes
//! from.

use std::sync::Arc;

use leptos::prelude::*;
use tidemark_shared::Dimension;
use tidemark_shared::engine::people::{People, Timeline, ids, timeline};
use tidemark_shared::format::{self, Formatter};

use super::grid::stage_badge;
use crate::store::{History, Load, Store};
use crate::ui::{Icon, browser, icon_button, sheet};

/// Width and height of the picture of the MRR, in its own units.
const PICTURE: (f64, f64) = (600.0, 120.0);

/// The sheet over the page, while a story is open.
pub(super) fn story(store: Store) -> AnyView {
    let open = Memo::new(move |_| store.view.read().people.customer.clone());
    let close = move || {
        store.change(History::Replace, |view| view.people.customer = None);
    };
    let sheet = move || {
        let id = open.get()?;
        let body = view! { {move || body(&store, &id)} }.into_any();
        Some(sheet("Customer".to_owned(), "story", body, close))
    };
    view! { {sheet} }.into_any()
}

fn body(store: &Store, id: &str) -> AnyView {
    let people = match &*store.people.value.read() {
        Load::Ready(people) => Arc::clone(people),
        Load::Failed(message) => return failed(message.clone()),
        Load::Loading => return waiting(),
    };
    let formatter = store.formatter.get();
    let row = people.row_of(id);
    let head = match row {
        Some(row) => head(store, &people, row, &formatter),
        None => view! {
            <h2 class="story-name">{id.to_owned()}</h2>
            <p class="muted">"This ID is not a customer or account in this snapshot. It may be a lead that did not convert, or belong to another snapshot."</p>
        }
        .into_any(),
    };
    let facts = match &*store.events.value.read() {
        Load::Ready(events) => facts(&timeline(events, id), &people, &formatter),
        Load::Failed(message) => failed(message.clone()),
        Load::Loading => waiting(),
    };
    view! {
        {head}
        {facts}
    }
    .into_any()
}

fn waiting() -> AnyView {
    view! { <div class="skeleton plot" role="status" aria-label="Loading"></div> }.into_any()
}

fn failed(message: String) -> AnyView {
    view! { <p role="alert">{message}</p> }.into_any()
}

/// Name, stage, MRR, properties and ids.
fn head(store: &Store, people: &People, row: usize, formatter: &Formatter) -> AnyView {
    let text = |column: &str| {
        people
            .text(row, column)
            .map_or(format::NO_VALUE, format::value_name)
            .to_owned()
    };
    let stage = people.text(row, "stage").unwrap_or_default().to_owned();
    let mut facts = vec![("MRR", formatter.money(people.mrr(row) as f64))];
    facts.extend(Dimension::ALL.map(|dimension| (dimension.label(), text(dimension.key()))));
    facts.push(("Matched by", matched_by(&text("match_method"))));
    let facts: Vec<_> = facts
        .into_iter()
        .map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> })
        .collect();
    let ids: Vec<AnyView> = ids(people, row)
        .into_iter()
        .map(|(system, id)| id_line(store, system, id))
        .collect();
    view! {
        <h2 class="story-name" data-testid="story-name">{people.name(row).to_owned()}</h2>
        <p>{stage_badge(&stage)}</p>
        <dl class="story-facts">{facts}</dl>
        <ul class="story-ids">{ids}</ul>
    }
    .into_any()
}

/// How the systems' records were found to be one customer.
fn matched_by(method: &str) -> String {
    match method {
        "override" => "override",
        "id" => "shared ID",
        "email" => "email",
        "domain" => "domain",
        "name" => "name",
        "none" | "None" => "not matched; known in one system only",
        other => other,
    }
    .to_owned()
}

fn id_line(store: &Store, system: &'static str, id: String) -> AnyView {
    let store = *store;
    let shown = id.clone();
    let copy = Callback::new(move |_| {
        browser::copy(id.clone(), move |copied| {
            store.say(if copied {
                "ID copied"
            } else {
                "The browser blocked copying. Select the ID and copy it."
            });
        });
    });
    let name = format!("Copy the {system} ID");
    view! {
        <li>
            <span class="muted">{system}</span>
            <code>{shown}</code>
            {icon_button("", name, String::new(), Icon::Copy, copy)}
        </li>
    }
    .into_any()
}

/// MRR over time, then what happened, newest first.
fn facts(story: &Timeline, people: &People, formatter: &Formatter) -> AnyView {
    let line = |fact: &tidemark_shared::engine::people::Fact| {
        let record = fact
            .record
            .clone()
            .map(|record| view! { <code>{record}</code> });
        view! {
            <li>
                <time datetime=fact.day.to_string()>{format::date(fact.day)}</time>
                <span class="story-what">{fact.words(formatter)}</span>
                {record}
            </li>
        }
    };
    let lines: Vec<_> = story.facts.iter().map(line).collect();
    let none = story
        .facts
        .is_empty()
        .then(|| view! { <p class="muted">"No events recorded."</p> });
    view! {
        {picture(story, people, formatter)}
        <h3>"Timeline"</h3>
        {none}
        <ol class="story-lines" data-testid="story-lines">{lines}</ol>
    }
    .into_any()
}

/// MRR as steps; none for who never had any.
fn picture(story: &Timeline, people: &People, formatter: &Formatter) -> Option<AnyView> {
    let (first, last) = story.days(people.as_of())?;
    let mut places = story.outline(people.as_of()).into_iter();
    let tenth = |number: f64| (number * 10.0).round() / 10.0;
    let at = |(x, y): (f64, f64)| {
        let y = PICTURE.1 * (1.0 - 0.94 * y) - 2.0;
        (tenth(x * PICTURE.0), tenth(y))
    };
    let (x, y) = at(places.next()?);
    let mut path = format!("M{x} {y}");
    for (x, y) in places.map(at) {
        path.push_str(&format!("H{x}V{y}"));
    }
    let area = format!("{path}V{h}H{x}Z", h = PICTURE.1);
    let greatest = formatter.money(story.greatest() as f64);
    let now = story.steps.last().map_or(0, |step| step.mrr);
    let summary = format!(
        "MRR from {} to {}: highest {greatest}, {} at the end.",
        format::date(first),
        format::date(last),
        formatter.money(now as f64),
    );
    Some(
        view! {
            <h3>"MRR over time"</h3>
            <figure class="story-picture">
                <span class="muted">{greatest}</span>
                <svg
                    class="spark"
                    viewBox=format!("0 0 {} {}", PICTURE.0, PICTURE.1)
                    preserveAspectRatio="none"
                    role="img"
                    aria-label=summary
                    data-testid="story-mrr"
                >
                    <path class="area" d=area></path>
                    <path d=path></path>
                </svg>
                <figcaption>
                    <span>{format::date(first)}</span>
                    <span>{format::date(last)}</span>
                </figcaption>
            </figure>
        }
        .into_any(),
    )
}
