//! What a chart component needs to show a chart.

use std::collections::BTreeSet;

use charming::Chart;
use serde_json::{Map, Value, json};
use tidemark_shared::engine::Bucket;
use tidemark_shared::format::Formatter;
use tidemark_shared::view::Grain;

use super::palette::{Palette, Tone};

/// What a drawing is made with besides its numbers.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Ink {
    pub(crate) palette: Palette,
    pub(crate) formatter: Formatter,
    /// Keys of series that were switched off.
    pub(crate) hidden: BTreeSet<&'static str>,
}

/// One chart, ready to draw.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Drawing {
    /// The chart library's option as JSON.
    pub(crate) option: String,
    /// Texts of heat map cells by data index; empty for other charts.
    pub(crate) cells: Vec<String>,
    /// Tooltips by data index.
    pub(crate) tips: Vec<Tip>,
    /// The series, for the legend; empty where there is only one.
    pub(crate) legend: Vec<LegendItem>,
    /// One sentence for those who cannot see the chart.
    pub(crate) summary: String,
    /// The drawn numbers as JSON: buckets or cohorts, and series by key.
    pub(crate) values: String,
    /// Rows of a heat map, which decide its height; 0 for other charts.
    pub(crate) rows: usize,
}

/// One entry of a legend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LegendItem {
    pub(crate) key: &'static str,
    pub(crate) name: String,
    pub(crate) tone: Tone,
    pub(crate) dashed: bool,
    pub(crate) shown: bool,
}

/// A tooltip.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Tip {
    pub(crate) title: String,
    pub(crate) rows: Vec<TipRow>,
    /// A line below a rule.
    pub(crate) total: Option<TipRow>,
}

/// One line of a tooltip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TipRow {
    pub(crate) name: String,
    pub(crate) value: String,
    pub(crate) tone: Option<Tone>,
}

impl TipRow {
    pub(crate) fn new(name: impl Into<String>, value: String, tone: Option<Tone>) -> TipRow {
        TipRow {
            name: name.into(),
            value,
            tone,
        }
    }
}

/// A chart as the JSON its library reads.
pub(super) fn option(chart: &Chart) -> String {
    // Charts are plain data: no map with keys that are not text, so writing them cannot fail.
    serde_json::to_string(chart).unwrap_or_else(|_| "{}".to_owned())
}

/// The drawn numbers of series over buckets.
pub(super) fn values(
    buckets: &[Bucket],
    grain: Grain,
    series: &[(&str, Vec<Option<f64>>)],
) -> String {
    let buckets: Vec<Value> = buckets
        .iter()
        .map(
            |b| json!({"from": b.start.to_string(), "to": b.end.to_string(), "partial": b.partial}),
        )
        .collect();
    let series: Map<String, Value> = series
        .iter()
        .map(|(key, values)| {
            // Counts and cents are whole; only shares have a fraction, so the text equals the file's.
            let values: Vec<Value> = values.iter().map(number).collect();
            ((*key).to_owned(), Value::Array(values))
        })
        .collect();
    json!({"grain": grain.key(), "buckets": buckets, "series": series}).to_string()
}

/// A number as JSON, whole ones without a fraction.
pub(super) fn number(value: &Option<f64>) -> Value {
    match value {
        Some(v) if v.fract() == 0.0 && v.abs() < 9e15 => Value::from(*v as i64),
        Some(v) => Value::from(*v),
        None => Value::Null,
    }
}
