//! Charts broken down by a dimension: a line per value, or bars of net change stacked by value.

use charming::element::Symbol;
use charming::series::Line;
use tidemark_shared::Dimension;
use tidemark_shared::chart::stock;
use tidemark_shared::engine::{Branch, Evaluation, MOST_BRANCHES, Subject};
use tidemark_shared::format;
use tidemark_shared::metric::{Kind, Metric, Unit};

use super::drawing::{Drawing, Ink, LegendItem, Target, Targets, Tip, TipRow, values};
use super::frame::{labels, over, over_time, value_axis_to};
use super::palette::Tone;
use super::series::{bar, line, most, whole_and_partial};

/// Names of the series in options and the legend, by slot; the last is of all other values.
const KEYS: [&str; MOST_BRANCHES + 1] = [
    "value_1", "value_2", "value_3", "value_4", "value_5", "value_6", "others",
];
const TONES: [Tone; MOST_BRANCHES + 1] = [
    Tone::Value1,
    Tone::Value2,
    Tone::Value3,
    Tone::Value4,
    Tone::Value5,
    Tone::Value6,
    Tone::Others,
];

/// One branch and what is drawn of it.
struct Part {
    branch: Branch,
    /// By bucket.
    values: Vec<Option<f64>>,
}

impl Part {
    fn key(&self) -> &'static str {
        KEYS[self.branch.slot.min(MOST_BRANCHES)]
    }

    fn tone(&self) -> Tone {
        TONES[self.branch.slot.min(MOST_BRANCHES)]
    }
}

/// The mark on the points of a line, as the swatches of the style sheet are shaped: colour is not
/// the only sign.
fn mark(tone: Tone) -> Symbol {
    match tone {
        Tone::Value1 => Symbol::Circle,
        Tone::Value2 => Symbol::Rect,
        Tone::Value3 => Symbol::Triangle,
        Tone::Value4 => Symbol::Diamond,
        Tone::Value5 => Symbol::Custom("path://M0,0h10l-5,9z".to_owned()),
        Tone::Value6 => {
            Symbol::Custom("path://M3.5,0h3v3.5h3.5v3h-3.5v3.5h-3v-3.5h-3.5v-3h3.5z".to_owned())
        }
        _ => Symbol::None,
    }
}

/// A line with the mark of its tone on each point.
pub(super) fn marked(line: Line, tone: Tone) -> Line {
    line.symbol(mark(tone)).show_symbol(true).symbol_size(7)
}

/// A metric over time, a line per branch.
pub(super) fn lines(
    evaluation: &Evaluation,
    metric: &'static Metric,
    dimension: Dimension,
    ink: &Ink,
) -> Drawing {
    let part = |branch: Branch| Part {
        values: evaluation.branch_series(&branch, metric),
        branch,
    };
    let parts: Vec<Part> = evaluation.branches(metric).into_iter().map(part).collect();
    let greatest = most(parts.iter().flat_map(|part| &part.values));
    let axis = value_axis_to(metric.unit, greatest, &ink.palette);
    let mut chart = over(labels(evaluation), axis, false, &ink.palette);
    let shown = |part: &&Part| !ink.hidden.contains(part.key());
    for part in parts.iter().filter(shown) {
        let (whole, partial) = whole_and_partial(evaluation, metric, &part.values);
        for (values, open) in [(whole, false), (partial, true)] {
            if values.iter().any(Option::is_some) {
                let line = line(part.key(), &values, part.tone(), open, ink);
                chart = chart.series(marked(line, part.tone()));
            }
        }
    }
    let all = evaluation.series(metric).values;
    let name = match metric.kind {
        Kind::Is(_) => "Total",
        _ => "All",
    };
    let what = format!("{} by {}", metric.label, dimension.label().to_lowercase());
    finish(
        Frame {
            evaluation,
            ink,
            dimension,
            unit: metric.unit,
            what,
            total: name,
            metric: Some(metric),
        },
        &parts,
        &all,
        chart.to_json(),
    )
}

/// The net change of a subject in each period, stacked by branch.
pub(super) fn net_change(
    evaluation: &Evaluation,
    subject: Subject,
    dimension: Dimension,
    ink: &Ink,
) -> Drawing {
    let metric = stock(subject);
    let net = |start: &[i64], end: &[i64]| -> Vec<i64> {
        let both = start.iter().zip(end);
        both.map(|(start, end)| end - start).collect()
    };
    let mut chart = over_time(evaluation, metric.unit, true, &ink.palette);
    let mut parts = Vec::new();
    for branch in evaluation.branches(metric) {
        let moves = evaluation.branch_movements(&branch, subject);
        let net = net(&moves.start, &moves.end);
        let values = net.iter().map(|value| Some(*value as f64)).collect();
        let part = Part { branch, values };
        if !ink.hidden.contains(part.key()) {
            chart = chart.series(bar(
                part.key(),
                &net,
                evaluation.buckets(),
                part.tone(),
                ink,
            ));
        }
        parts.push(part);
    }
    let moves = evaluation.movements(subject);
    let all = net(&moves.start, &moves.end);
    let all: Vec<Option<f64>> = all.iter().map(|value| Some(*value as f64)).collect();
    let what = format!(
        "Net change of {} by {}",
        metric.label,
        dimension.label().to_lowercase()
    );
    finish(
        Frame {
            evaluation,
            ink,
            dimension,
            unit: metric.unit,
            what,
            total: "Net change",
            metric: None,
        },
        &parts,
        &all,
        chart.to_json(),
    )
}

/// What both kinds of drawing have in common.
struct Frame<'a> {
    evaluation: &'a Evaluation,
    ink: &'a Ink,
    dimension: Dimension,
    unit: Unit,
    /// What is shown, in words.
    what: String,
    /// Name of the value of all branches together.
    total: &'static str,
    metric: Option<&'static Metric>,
}

fn finish(frame: Frame<'_>, parts: &[Part], all: &[Option<f64>], option: String) -> Drawing {
    let Frame {
        evaluation, ink, ..
    } = frame;
    let buckets = evaluation.buckets();
    let grain = evaluation.view().grain();
    let text = |value: Option<f64>| ink.formatter.value(frame.unit, value);
    let tip = |at: usize| {
        let mut order: Vec<&Part> = parts.iter().collect();
        // What has no value comes last.
        let value = |part: &Part| part.values[at].unwrap_or(f64::NEG_INFINITY);
        order.sort_by(|a, b| value(b).total_cmp(&value(a)));
        let row = |part: &&Part| {
            TipRow::new(
                part.branch.name.as_str(),
                text(part.values[at]),
                Some(part.tone()),
            )
        };
        Tip {
            title: format::bucket_long(&buckets[at], grain),
            rows: order.iter().map(row).collect(),
            total: Some(TipRow::new(frame.total, text(all[at]), None)),
            ..Tip::default()
        }
    };
    let item = |part: &Part| LegendItem {
        key: part.key(),
        name: part.branch.name.clone(),
        tone: part.tone(),
        dashed: false,
        shown: !ink.hidden.contains(part.key()),
    };
    let mut targets = Targets::over_time(buckets, frame.metric);
    let target = |part: &Part| {
        let filter = Some((frame.dimension, part.branch.filter.clone()));
        let target = Target {
            filter,
            ..Target::default()
        };
        (part.key().to_owned(), target)
    };
    targets.by_series = parts.iter().map(target).collect();
    // The last period that is over, as one sentence.
    let last = buckets.iter().rposition(|bucket| !bucket.partial);
    let last = last.or(buckets.len().checked_sub(1));
    let summary = match last {
        Some(at) if !parts.is_empty() => {
            let each = parts.iter();
            let each = each.map(|p| format!("{} {}", p.branch.name, text(p.values[at])));
            let each: Vec<String> = each.collect();
            let when = format::bucket_long(&buckets[at], grain);
            format!("{}, {when}: {}.", frame.what, each.join(", "))
        }
        _ => format!("{}: none in this period.", frame.what),
    };
    let drawn: Vec<(&str, Vec<Option<f64>>)> = parts
        .iter()
        .map(|part| (part.branch.name.as_str(), part.values.clone()))
        .collect();
    Drawing {
        option,
        tips: (0..buckets.len()).map(tip).collect(),
        legend: parts.iter().map(item).collect(),
        summary,
        values: values(buckets, grain, &drawn),
        targets,
        ..Drawing::default()
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{evaluation, ink};
    use super::super::{compared, movements};
    use super::*;
    use serde_json::{Value, json};
    use tidemark_shared::metrics::{LEADS_CREATED, MRR};
    use tidemark_shared::view::Filter;

    const QUERY: &str = "grain=month&from=2026-01-01&to=2026-03-10&by=plan";

    fn parsed(text: &str) -> Value {
        serde_json::from_str(text).expect("JSON")
    }

    #[test]
    fn a_line_per_value_with_a_dashed_end_and_a_mark_of_its_own() {
        let drawing = compared(&evaluation(QUERY), &MRR, &ink(&[]));
        let option = parsed(&drawing.option);
        let series = option["series"].as_array().expect("series");
        let names: Vec<&Value> = series.iter().map(|one| &one["name"]).collect();
        // Two lines and their ends; no comparison.
        assert_eq!(names, ["value_1", "value_1", "value_2", "value_2"]);
        assert_eq!(series[1]["lineStyle"]["type"], "dashed");
        assert_ne!(series[0]["symbol"], series[2]["symbol"]);
        let values = parsed(&drawing.values);
        assert_eq!(
            values["series"],
            json!({"Pro": [10_000, 12_000, 12_000], "Team": [0, 30_000, 25_000]})
        );
        let legend: Vec<&str> = drawing.legend.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(legend, ["Pro", "Team"]);
    }

    #[test]
    fn a_tip_is_in_the_order_of_the_values_and_ends_in_the_whole() {
        let drawing = compared(&evaluation(QUERY), &MRR, &ink(&[]));
        let names: Vec<&str> = drawing.tips[1]
            .rows
            .iter()
            .map(|r| r.name.as_str())
            .collect();
        assert_eq!(names, ["Team", "Pro"]);
        let total = drawing.tips[1].total.as_ref().expect("a total");
        assert_eq!(
            (total.name.as_str(), total.value.as_str()),
            ("Total", "$420.00")
        );
    }

    #[test]
    fn a_press_on_a_line_means_its_value() {
        let drawing = compared(&evaluation(QUERY), &MRR, &ink(&[]));
        let target = drawing.targets.at("value_2", 1);
        assert_eq!(
            target.filter,
            Some((Dimension::Plan, Filter::include(["Team"])))
        );
        assert!(target.span.is_some());
    }

    #[test]
    fn net_changes_of_all_values_are_the_net_change() {
        let drawing = movements(&evaluation(QUERY), &ink(&["value_1"]));
        assert_eq!(
            parsed(&drawing.values)["series"],
            json!({"Pro": [10_000, 2_000, 0], "Team": [0, 30_000, -5_000]})
        );
        let option = parsed(&drawing.option);
        let series = option["series"].as_array().expect("series");
        assert_eq!(series.len(), 1, "what is switched off is not drawn");
        assert_eq!(series[0]["data"][2]["itemStyle"]["opacity"], 0.45);
        let total = drawing.tips[1].total.as_ref().expect("a total");
        assert_eq!(total.value, "$320.00");
    }

    #[test]
    fn what_cannot_follow_the_dimension_is_drawn_whole() {
        let drawing = compared(&evaluation(QUERY), &LEADS_CREATED, &ink(&[]));
        let values = parsed(&drawing.values);
        assert!(values["series"]["leads_created"].is_array(), "{values}");
    }
}
