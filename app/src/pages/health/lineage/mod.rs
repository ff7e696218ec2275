//! Where every number comes from: the graph from raw tables to metrics, as a picture and as a list,
//! with a node's own story.

mod detail;
mod graph;
mod picture;

use std::sync::Arc;

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};
use tidemark_shared::api::{Lineage, QualityReport};
use tidemark_shared::format;

use crate::routes::{Page, href_to};
use crate::store::Store;
use crate::ui::{Cell, Choice, Column, Segmented, code, focus, scrolling_table, section, span};
use graph::{Family, Found, Graph, Layer};

/// Id and title.
pub(super) const PART: (&str, &str) = ("lineage", "Lineage");

/// A search shows as many.
const FOUND: usize = 12;
/// Narrower than this, the list is shown first; as in the style's own rules.
const NARROW: &str = "(max-width: 40rem)";

/// What the part's pieces share.
#[derive(Clone, Copy)]
struct Shared {
    graph: StoredValue<Arc<Graph>>,
    chosen: Memo<Option<usize>>,
    family: Memo<Option<Family>>,
    /// Whether only the family of the chosen node is shown.
    alone: RwSignal<bool>,
}

impl Shared {
    /// Whether a node is to be shown pale: another one is chosen, which it has nothing to do with.
    fn is_pale(&self, node: usize) -> bool {
        let family = self.family.read();
        family.as_ref().is_some_and(|family| !family.has(node))
    }
}

/// The part.
pub(super) fn part(lineage: Arc<Lineage>, report: &QualityReport) -> AnyView {
    let store = Store::get();
    let graph = Arc::new(Graph::new(&lineage));
    let hash = use_location().hash;
    let graph_of = Arc::clone(&graph);
    let chosen = Memo::new(move |_| graph_of.find(&hash.read()));
    let graph_of = Arc::clone(&graph);
    let family = Memo::new(move |_| Some(graph_of.family(chosen.get()?)));
    let shared = Shared {
        graph: StoredValue::new(Arc::clone(&graph)),
        chosen,
        family,
        alone: RwSignal::new(false),
    };
    if chosen.get_untracked().is_some() {
        // Once, for a link that leads here from elsewhere: the name it has after `#` is no
        // element's.
        focus::scroll_to(PART.0);
    }
    let as_list = RwSignal::new(is_narrow());
    let search = RwSignal::new(String::new());
    let troubles = detail::troubles(&graph, report);
    let story = detail::Story::new(lineage, report);
    let navigate = use_navigate();
    let close = move |event: web_sys::KeyboardEvent| {
        if event.key() == "Escape" && shared.chosen.get_untracked().is_some() {
            event.prevent_default();
            let options = NavigateOptions {
                scroll: false,
                replace: true,
                ..NavigateOptions::default()
            };
            navigate(
                &href_to(Page::Health, &store.view.read_untracked(), ""),
                options,
            );
        }
    };
    let about =
        "From raw tables to metrics. Choose a table or metric to see its inputs and what uses it.";
    let tools = move || {
        shared.chosen.get().map(|_| {
            let counts = shared.family.read().as_ref().map(Family::counts);
            let (before, after) = counts.unwrap_or_default();
            let said = format!("{} upstream, {} downstream", format::count(before as i64), format::count(after as i64));
            view! {
                <span class="muted" role="status" data-testid="lineage-counts">{said}</span>
                <button
                    type="button"
                    class="button quiet"
                    aria-pressed=move || shared.alone.get().to_string()
                    data-testid="lineage-alone"
                    on:click=move |_| shared.alone.update(|alone| *alone = !*alone)
                >
                    {move || if shared.alone.get() { "Show all" } else { "Show only these" }}
                </button>
                <a class="button quiet" href="#" data-noscroll="" prop:replace=true data-testid="lineage-clear">"Clear"</a>
            }
        })
    };
    let shown = move || match as_list.get() {
        true => list(shared),
        false => picture::picture(shared, troubles.clone()),
    };
    let body = view! {
        <div class="lineage" on:keydown=close>
            <div class="lineage-tools">
                <input
                    type="search"
                    class="input"
                    placeholder="Search tables and metrics"
                    aria-label="Search tables and metrics"
                    data-testid="search-lineage"
                    on:input=move |event| search.set(event_target_value(&event))
                />
                {tools}
                <span class="spacer"></span>
                <Segmented
                    label="Show the lineage as"
                    choices=vec![
                        Choice { value: false, label: "Graph", title: "Graph", test_id: "lineage-graph" },
                        Choice { value: true, label: "List", title: "List", test_id: "lineage-list" },
                    ]
                    chosen=Signal::derive(move || Some(as_list.get()))
                    choose=move |list| as_list.set(list)
                    small=true
                />
            </div>
            {move || found(&shared.graph.read_value().search(&search.read()), !search.read().trim().is_empty())}
            <div class="lineage-body">
                {shown}
                <div class="lineage-story" data-testid="lineage-story">
                    {move || story.describe(&shared.graph.read_value(), shared.chosen.get())}
                </div>
            </div>
        </div>
    }
    .into_any();
    section(PART.0, PART.1, vec![], about.to_owned(), vec![body])
}

fn is_narrow() -> bool {
    let query = window().match_media(NARROW);
    query.ok().flatten().is_some_and(|query| query.matches())
}

/// A link that chooses a node, and leaves the page where it is.
fn choose(hash: &str, class: &'static str, text: String) -> AnyView {
    view! {
        <a class=class href=format!("#{hash}") data-noscroll="" prop:replace=true>{text}</a>
    }
    .into_any()
}

/// What a search found, as links.
fn found(found: &[Found], asked: bool) -> AnyView {
    if !asked {
        return ().into_any();
    }
    let more = found.len().saturating_sub(FOUND);
    let said = match (found.len(), more) {
        (0, _) => "No table or metric has this name.".to_owned(),
        (_, 0) => String::new(),
        _ => format!("and {} more", format::count(more as i64)),
    };
    let links: Vec<_> = found
        .iter()
        .take(FOUND)
        .map(|one| {
            view! { <li>{choose(&one.hash, "chip", one.name.clone())} {span("muted", one.layer.label().to_lowercase())}</li> }
        })
        .collect();
    view! {
        <div class="lineage-found" role="status" data-testid="lineage-found">
            <ul>{links}</ul>
            {span("muted", said)}
        </div>
    }
    .into_any()
}

/// The graph as a table: every node with what it reads and who reads it.
fn list(shared: Shared) -> AnyView {
    let graph = shared.graph.get_value();
    let rows = move || {
        let only = match shared.alone.get() {
            true => shared.family.get(),
            false => None,
        };
        let shown = graph.nodes.iter().enumerate();
        let shown = shown.filter(|(at, _)| only.as_ref().is_none_or(|family| family.has(*at)));
        let rows = shown.map(|(at, node)| {
            let names = |feeds: bool| {
                let beside = graph.beside(at, feeds).into_iter();
                let links = beside.filter_map(|other| {
                    let node = graph.nodes.get(other)?;
                    Some(view! { <li>{choose(&node.hash, "", node.name.clone())}</li> })
                });
                let links: Vec<_> = links.collect();
                Cell::View(view! { <ul class="names">{links}</ul> }.into_any())
            };
            let mark = move || {
                (shared.chosen.get() == Some(at)).then(|| span("badge", "chosen".to_owned()))
            };
            let link = choose(&node.hash, "", node.name.clone());
            vec![
                Cell::View(view! { {link} " " {mark} }.into_any()),
                node.layer.label().to_owned().into(),
                names(true),
                names(false),
            ]
        });
        let columns = ["Table", "Layer", "Reads", "Read by"].map(Column::text);
        scrolling_table("Lineage".to_owned(), &columns, rows.collect())
    };
    view! { <div class="lineage-list" data-testid="lineage-table">{rows}</div> }.into_any()
}

/// A word of a table's name, as a program writes it.
fn name(node: &graph::Node) -> AnyView {
    match node.layer {
        Layer::Metric => node.name.clone().into_any(),
        _ => code(node.name.clone()),
    }
}
