//! The story of one node: what it is, where its file is, what it reads, its checks, its columns,
//! its SQL.

use std::collections::BTreeMap;
use std::sync::Arc;

use leptos::prelude::*;
use tidemark_shared::api::{CheckResult, Lineage, Outcome, QualityReport};
use tidemark_shared::format;

use super::graph::{Graph, Layer, Node};
use super::{choose, name};
use crate::pages::health::checks;
use crate::routes::{Page, href_to};
use crate::store::Store;
use crate::ui::{Cell, Column, capitalized, code, counted, data_table, fold, span};

/// How many checks did not pass, by node.
pub(super) fn troubles(graph: &Graph, report: &QualityReport) -> BTreeMap<usize, usize> {
    let nodes = graph.nodes.iter().enumerate();
    nodes
        .filter_map(|(at, node)| {
            let count = of(report, node)
                .filter(|c| c.outcome != Outcome::Pass)
                .count();
            (count > 0).then_some((at, count))
        })
        .collect()
}

/// The checks of a table.
fn of<'a>(report: &'a QualityReport, node: &'a Node) -> impl Iterator<Item = &'a CheckResult> {
    report.checks.iter().filter(move |c| c.target == node.name)
}

/// What the descriptions are made from.
pub(super) struct Story {
    lineage: Arc<Lineage>,
    report: QualityReport,
}

impl Story {
    pub(super) fn new(lineage: Arc<Lineage>, report: &QualityReport) -> Story {
        Story {
            lineage,
            report: report.clone(),
        }
    }

    /// The story of a node; without one, how to read the graph.
    pub(super) fn describe(&self, graph: &Graph, chosen: Option<usize>) -> AnyView {
        let Some((at, node)) = chosen.and_then(|at| Some((at, graph.nodes.get(at)?))) else {
            return overview(graph);
        };
        let table = self
            .lineage
            .nodes
            .iter()
            .find(|table| table.name == node.name);
        let table = table.filter(|_| node.layer != Layer::Metric);
        let about = table
            .map(|table| table.description.replace('`', ""))
            .filter(|text| !text.is_empty());
        let file = table.and_then(|table| table.file.clone());
        let sql = table.and_then(|table| table.sql.clone());
        let mut body = vec![
            view! { <h3>{name(node)}</h3> }.into_any(),
            span("badge", node.layer.label().to_owned()),
        ];
        body.extend(about.map(|text| view! { <p>{capitalized(&text)}</p> }.into_any()));
        body.extend(file.map(|file| {
            view! { <p class="muted">"File " {code(file)} " of the models"</p> }.into_any()
        }));
        body.push(beside(graph, at, true));
        body.push(beside(graph, at, false));
        match node.layer {
            Layer::Metric => body.push(metrics(node)),
            _ => {
                body.push(self.checks(node));
                body.extend(self.columns(node));
            }
        }
        body.extend(sql.map(|sql| {
            let summary = vec!["SQL".into_any()];
            fold(
                "lineage-sql".to_owned(),
                false,
                summary,
                vec![view! { <pre tabindex="0">{sql}</pre> }.into_any()],
            )
        }));
        body.into_any()
    }

    fn checks(&self, node: &Node) -> AnyView {
        let all = of(&self.report, node).count();
        let failed: Vec<_> = of(&self.report, node)
            .filter(|check| check.outcome != Outcome::Pass)
            .map(|check| view! { <li>{span("badge warn", "did not pass".to_owned())} " " {capitalized(&check.message.replace('`', ""))}</li> })
            .collect();
        let said = match (all, failed.len()) {
            (0, _) => "No check covers this table directly; the tables built from it are checked."
                .to_owned(),
            (_, 0) => format!("{} passed.", counted(&format::count(all as i64), "check")),
            (_, some) => format!(
                "{} of {} did not pass.",
                format::count(some as i64),
                counted(&format::count(all as i64), "check")
            ),
        };
        view! {
            <h4>"Checks"</h4>
            <p class="muted">{said}</p>
            <ul class="names">{failed}</ul>
        }
        .into_any()
    }

    /// Its columns: of a model what each is made of, of a raw table which are used.
    fn columns(&self, node: &Node) -> Option<AnyView> {
        let made = self
            .lineage
            .columns
            .iter()
            .filter(|column| column.model == node.name);
        let mut rows: Vec<(&str, Vec<String>)> = made
            .map(|column| {
                let from = column.from.iter();
                let from = from.map(|origin| format!("{}.{}", origin.model, origin.column));
                (column.column.as_str(), from.collect())
            })
            .collect();
        let is_raw = rows.is_empty();
        if is_raw {
            let origins = self.lineage.columns.iter().flat_map(|c| &c.from);
            let mut used: Vec<&str> = origins
                .filter(|origin| origin.model == node.name)
                .map(|origin| origin.column.as_str())
                .collect();
            used.sort_unstable();
            used.dedup();
            rows = used
                .into_iter()
                .map(|column| (column, Vec::new()))
                .collect();
        }
        if rows.is_empty() {
            return None;
        }
        let count = counted(&format::count(rows.len() as i64), "column");
        let summary = if is_raw {
            format!("{count} used")
        } else {
            count
        };
        let checked = |column: &str| {
            let checks = of(&self.report, node).filter(|c| c.column.as_deref() == Some(column));
            let kinds: Vec<String> = checks.map(checks::kind).collect();
            kinds.join(", ")
        };
        let cells = rows.iter().map(|(column, from)| {
            let from: Vec<_> = from
                .iter()
                .map(|one| view! { <li>{code(one.clone())}</li> })
                .collect();
            let checks = span("muted", checked(column));
            let first = view! { {code((*column).to_owned())} " " {checks} }.into_any();
            let mut row = vec![Cell::View(first)];
            if !is_raw {
                row.push(Cell::View(
                    view! { <ul class="names">{from}</ul> }.into_any(),
                ));
            }
            row
        });
        let cells = cells.collect();
        let columns: Vec<Column> = match is_raw {
            true => vec![Column::text("Column")],
            false => ["Column", "Built from"].map(Column::text).into(),
        };
        let table = data_table(format!("Columns of {}", node.name), &columns, cells);
        Some(fold(
            "lineage-columns".to_owned(),
            true,
            vec![summary.into_any()],
            vec![table],
        ))
    }
}

/// What a node reads or who reads it, as links.
fn beside(graph: &Graph, at: usize, feeds: bool) -> AnyView {
    let others = graph.beside(at, feeds);
    let title = if feeds { "Built from" } else { "Used by" };
    let nothing = match feeds {
        true => "This is an input.",
        false => "Nothing on this dashboard uses it.",
    };
    let links = others.iter().filter_map(|other| graph.nodes.get(*other));
    let links = links.map(|node| view! { <li>{choose(&node.hash, "", node.name.clone())}</li> });
    let links: Vec<_> = links.collect();
    let nothing = links.is_empty().then(|| span("muted", nothing.to_owned()));
    view! {
        <h4>{title}</h4>
        {nothing}
        <ul class="names">{links}</ul>
    }
    .into_any()
}

/// The metrics of a group, with their formulas, and links to their definitions.
fn metrics(node: &Node) -> AnyView {
    let store = Store::get();
    let metrics = node.metrics.iter().copied().map(|metric| {
        let link = move || href_to(Page::Definitions, &store.view.read(), metric.id);
        view! {
            <li>
                <a href=link>{metric.label}</a>
                <p class="muted">{metric.formula}</p>
            </li>
        }
    });
    let metrics: Vec<_> = metrics.collect();
    view! {
        <h4>"Metrics"</h4>
        <ul class="names" data-testid="lineage-metrics">{metrics}</ul>
    }
    .into_any()
}

/// How to read the graph, and how much there is of it.
fn overview(graph: &Graph) -> AnyView {
    let layers = Layer::ALL.map(|layer| {
        let nodes = graph.nodes.iter().filter(|node| node.layer == layer);
        let count: usize = match layer {
            Layer::Metric => nodes.map(|node| node.metrics.len()).sum(),
            _ => nodes.count(),
        };
        view! { <div><dt>{layer.label()}</dt><dd>{format::count(count as i64)}</dd></div> }
    });
    view! {
        <h3>"How to read this"</h3>
        <p>
            "Data flows from left to right. Raw tables hold records as read from the sources, staging holds the newest version of each record, intermediate tables join them, marts are published, and your browser computes metrics from marts."
        </p>
        <dl class="layers">{layers}</dl>
    }
    .into_any()
}
