//! The definitions of all numbers: how they come about, written by hand, then every metric from the registry.

use tidemark_shared::metric::{ROWS, Rows, Setting, Sum};
use tidemark_shared::metrics::METRICS;
use tidemark_shared::{Dimension, Metric};

use super::{line, row};

const HEAD: &str = include_str!("metrics.head.md");

pub(super) fn document() -> String {
    let mut text = HEAD.to_owned();
    line!(text, "| metric | what it shows |\n|---|---|");
    for metric in METRICS {
        let link = format!("[{}](#{})", metric.label, metric.id);
        line!(text, "{}", row(&[&link, metric.help]));
    }
    for metric in METRICS {
        entry(&mut text, metric);
    }
    text
}

fn entry(text: &mut String, metric: &Metric) {
    let settings: Vec<&str> = metric.settings().into_iter().map(Setting::key).collect();
    let blind = Dimension::ALL
        .into_iter()
        .filter(|dimension| !metric.follows(*dimension))
        .map(|dimension| dimension.label().to_lowercase());
    let blind: Vec<String> = blind.collect();
    line!(text, "\n<a id=\"{}\"></a>", metric.id);
    line!(text, "### {}\n", metric.label);
    line!(text, "{}\n", metric.help);
    line!(text, "- Formula: {}.", metric.formula);
    line!(
        text,
        "- Unit: {}; {}.",
        metric.unit.label(),
        metric.polarity.label()
    );
    let sources: Vec<String> = metric
        .marts()
        .into_iter()
        .map(|mart| format!("`{mart}` ({})", columns(metric, mart).join(", ")))
        .collect();
    line!(text, "- Made from: {}.", sources.join("; "));
    if !blind.is_empty() {
        line!(
            text,
            "- Has no value under a filter on: {}.",
            blind.join(", ")
        );
    }
    if metric.has_no_history() {
        line!(text, "- Known for the snapshot's day only.");
    }
    line!(
        text,
        "- Settings: {}. Id: `{}`.",
        settings.join(", "),
        metric.id
    );
}

/// The columns of a mart that a metric reads, each once.
fn columns(metric: &Metric, mart: &str) -> Vec<String> {
    let mut names = Vec::new();
    let sums = metric.sums();
    let terms = sums
        .iter()
        .filter(|sum: &&Sum| sum.mart == mart)
        .flat_map(|sum| sum.terms);
    for term in terms {
        let column = if term.column == ROWS {
            "rows".to_owned()
        } else {
            format!("`{}`", term.column)
        };
        let name = match term.rows {
            Rows::All => column,
            Rows::With(key, value) => format!("{column} where `{key}` is `{value}`"),
            Rows::Known(date) => format!("{column} where `{date}` is known"),
        };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}
