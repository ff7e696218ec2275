//! What a chart component needs to show a chart.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde_json::{Map, Value, json};
use tidemark_shared::format::Formatter;
use tidemark_shared::view::Bucket;
use tidemark_shared::view::{Filter, Grain, Span};
use tidemark_shared::{Dimension, Metric};

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
    /// Texts of heat map cells, or beside bars, by data index; empty for other charts.
    pub(crate) cells: Vec<String>,
    /// Tooltips by data index.
    pub(crate) tips: Vec<Tip>,
    /// The series, for the legend; empty where there is only one.
    pub(crate) legend: Vec<LegendItem>,
    /// One sentence for those who cannot see the chart.
    pub(crate) summary: String,
    /// The drawn numbers as JSON: buckets or cohorts, and series by key.
    pub(crate) values: String,
    /// Rows of a heat map or of bars from left to right, which decide its height; 0 for other
    /// charts.
    pub(crate) rows: usize,
    /// Whether data indices run from top to bottom.
    pub(crate) sideways: bool,
    /// What its elements stand for.
    pub(crate) targets: Targets,
    /// A sentence below the chart; empty if there is none.
    pub(crate) note: String,
    /// Data indices that carry a mark, because something is noted there.
    pub(crate) marks: Vec<usize>,
}

/// What an element of a chart stands for, so that a press on it can filter, zoom, or list who is
/// behind it.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Target {
    /// The days it is about; those of the view if none.
    pub(crate) span: Option<Span>,
    /// The condition that leaves only what it is about.
    pub(crate) filter: Option<(Dimension, Filter)>,
    /// The metric it is drawn from.
    pub(crate) metric: Option<&'static Metric>,
    /// The customers acquired in a month, seen some months later.
    pub(crate) cohort: Option<(NaiveDate, u32)>,
}

/// What the elements of a chart stand for: an element is of one series and has one data index, and
/// takes from both.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Targets {
    /// By the name of the series in the option.
    pub(crate) by_series: Vec<(String, Target)>,
    /// By data index.
    pub(crate) by_data: Vec<Target>,
}

impl Targets {
    /// One target per bucket, all of one metric.
    pub(super) fn over_time(buckets: &[Bucket], metric: Option<&'static Metric>) -> Targets {
        let target = |bucket: &Bucket| Target {
            span: Some(bucket.span()),
            metric,
            ..Target::default()
        };
        Targets {
            by_series: Vec::new(),
            by_data: buckets.iter().map(target).collect(),
        }
    }

    /// What the element of a series at a data index stands for. What the series says goes before
    /// what the index says.
    pub(crate) fn at(&self, series: &str, data: usize) -> Target {
        let of_series = self.by_series.iter().find(|(name, _)| name == series);
        let series = of_series.map(|(_, target)| target.clone());
        let series = series.unwrap_or_default();
        let data = self.by_data.get(data).cloned().unwrap_or_default();
        Target {
            span: series.span.or(data.span),
            filter: series.filter.or(data.filter),
            metric: series.metric.or(data.metric),
            cohort: series.cohort.or(data.cohort),
        }
    }
}

impl Drawing {
    /// The name of an element: its period or place, and its series where there are several.
    pub(crate) fn title_at(&self, series: &str, data: usize) -> String {
        let place = self.tips.get(data).map(|tip| tip.title.as_str());
        let of_series = self.legend.iter().find(|item| item.key == series);
        let name = of_series.map(|item| item.name.as_str());
        let parts: Vec<&str> = [place, name].into_iter().flatten().collect();
        parts.join(" · ")
    }
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
    /// What is noted there.
    pub(crate) notes: Vec<String>,
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
            // Counts and cents are whole; only shares have a fraction, so the text equals the
            // file's.
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

#[cfg(test)]
mod tests {
    use super::*;
    use tidemark_shared::metrics::{MRR, MRR_NEW};

    #[test]
    fn an_element_stands_for_its_series_and_its_index() {
        let day = super::super::fixture::day("2026-01-31");
        let span = Span { from: day, to: day };
        let bucket = Bucket {
            start: day,
            end: day,
            partial: false,
        };
        let mut targets = Targets::over_time(&[bucket], Some(&MRR));
        let filter = Some((Dimension::Plan, Filter::include(["Pro"])));
        let of_series = Target {
            filter: filter.clone(),
            metric: Some(&MRR_NEW),
            ..Target::default()
        };
        targets.by_series.push(("pro".to_owned(), of_series));
        let both = targets.at("pro", 0);
        assert_eq!(
            (both.span, both.filter, both.metric),
            (Some(span), filter, Some(&MRR_NEW))
        );
        assert_eq!(targets.at("other", 0).metric, Some(&MRR));
        assert_eq!(targets.at("other", 1), Target::default());
    }
}
