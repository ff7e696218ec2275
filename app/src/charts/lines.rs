//! One metric over time as a line, with what it is compared with; an incomplete period is dashed,
//! or left out where it would look like a drop.

use charming::element::AreaStyle;
use tidemark_shared::engine::Evaluation;
use tidemark_shared::format;
use tidemark_shared::metric::Metric;

use super::drawing::{Drawing, Ink, LegendItem, Targets, Tip, TipRow, values};
use super::frame::{labels, over, value_axis_to};
use super::palette::Tone;
use super::series::{cut, line, most, summary};
use super::split;

const COMPARED: &str = "compared";

/// A metric over time and, if asked for and there, what it is compared with.
pub(crate) fn compared(evaluation: &Evaluation, metric: &'static Metric, ink: &Ink) -> Drawing {
    draw(evaluation, metric, None, ink)
}

/// A metric whose value may still change where another one counts something: there it is dashed,
/// and a note says so.
pub(crate) fn unsettled(
    evaluation: &Evaluation,
    metric: &'static Metric,
    open: &'static Metric,
    ink: &Ink,
) -> Drawing {
    draw(evaluation, metric, Some(open), ink)
}

fn draw(
    evaluation: &Evaluation,
    metric: &'static Metric,
    open: Option<&'static Metric>,
    ink: &Ink,
) -> Drawing {
    if let Some(dimension) = evaluation.broken_down_by(metric) {
        return split::lines(evaluation, metric, dimension, ink);
    }
    let unsettled = open.map(|open| (open, evaluation.series(open).values));
    let is_open = |at: usize| {
        let count = unsettled.as_ref().and_then(|(_, values)| values[at]);
        count.is_some_and(|count| count != 0.0)
    };
    let series = evaluation.series(metric);
    let before = evaluation.compared_series(metric);
    let grain = evaluation.view().grain();
    let shown = |key: &'static str| !ink.hidden.contains(key);
    let drawable = evaluation.drawable(metric, &series.values);
    let before_drawable = before
        .as_ref()
        .map(|before| evaluation.drawable_compared(metric, before));
    let all = drawable.iter().chain(before_drawable.iter().flatten());
    let axis = value_axis_to(metric.unit, most(all), &ink.palette);
    let mut chart = over(labels(evaluation), axis, false, &ink.palette);

    if let Some(before) = before_drawable.filter(|_| shown(COMPARED)) {
        chart = chart.series(line(COMPARED, &before, Tone::Compare, true, ink));
    }
    if shown(metric.id) {
        let (whole, partial) = cut(&drawable, |at| {
            drawable[at].is_some() && (series.buckets[at].partial || is_open(at))
        });
        let area = AreaStyle::new().color(ink.palette.area.as_str());
        chart = chart.series(line(metric.id, &whole, Tone::Main, false, ink).area_style(area));
        if partial.iter().any(Option::is_some) {
            chart = chart.series(line("partial", &partial, Tone::Main, true, ink));
        }
    }

    let text = |value: Option<f64>| ink.formatter.value(metric.unit, value);
    let tips = series
        .buckets
        .iter()
        .enumerate()
        .map(|(at, bucket)| {
            let now = TipRow::new(metric.label, text(series.values[at]), Some(Tone::Main));
            let mut rows = vec![now];
            if let (Some(before), Some(bucket)) =
                (before.as_ref(), evaluation.compared_buckets()[at])
            {
                let name = format::bucket_long(&bucket, grain);
                rows.push(TipRow::new(name, text(before[at]), Some(Tone::Compare)));
            }
            if let Some((open, values)) = unsettled.as_ref().filter(|_| is_open(at)) {
                let count = ink.formatter.value(open.unit, values[at]);
                rows.push(TipRow::new(open.label, count, None));
            }
            Tip {
                title: format::bucket_long(bucket, grain),
                rows,
                ..Tip::default()
            }
        })
        .collect();

    let mut all = vec![(metric.id, series.values.clone())];
    let mut legend = Vec::new();
    if let Some(before) = before {
        all.push((COMPARED, before));
        let name = evaluation.view().compare.label();
        for (key, name, tone, dashed) in [
            (metric.id, metric.label, Tone::Main, false),
            (COMPARED, name, Tone::Compare, true),
        ] {
            legend.push(LegendItem {
                key,
                name: name.to_owned(),
                tone,
                dashed,
                shown: shown(key),
            });
        }
    }
    Drawing {
        option: chart.to_json(),
        tips,
        legend,
        summary: summary(evaluation, metric, &drawable, ink),
        values: values(&series.buckets, grain, &all),
        targets: Targets::over_time(&series.buckets, Some(metric)),
        ..Drawing::default()
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{evaluation, ink};
    use super::*;
    use tidemark_shared::metrics::{CUSTOMER_CHURN_RATE, MRR};

    fn parsed(drawing: &Drawing) -> serde_json::Value {
        serde_json::from_str(&drawing.option).expect("JSON")
    }

    #[test]
    fn an_open_period_is_dashed_and_joined_to_the_last_complete_one() {
        let evaluation = evaluation("grain=month&from=2026-01-01&to=2026-03-10&compare=none");
        let drawing = compared(&evaluation, &MRR, &ink(&[]));
        let option = parsed(&drawing);
        let series = option["series"].as_array().expect("series");
        assert_eq!(series.len(), 2);
        assert_eq!(series[0]["data"][2], serde_json::Value::Null);
        assert_eq!(series[1]["data"][0], serde_json::Value::Null);
        assert_eq!(series[1]["data"][1], series[0]["data"][1]);
        assert_eq!(series[1]["lineStyle"]["type"], "dashed");
        assert!(
            drawing.tips[2].title.contains("partial"),
            "{}",
            drawing.tips[2].title
        );
    }

    #[test]
    fn a_rate_of_an_open_period_is_told_but_not_drawn() {
        let evaluation = evaluation("grain=month&from=2026-01-01&to=2026-03-10&compare=none");
        let drawing = compared(&evaluation, &CUSTOMER_CHURN_RATE, &ink(&[]));
        let option = parsed(&drawing);
        let series = option["series"].as_array().expect("series");
        assert_eq!(series.len(), 1, "no dashed end");
        assert_eq!(series[0]["data"][1], 0.0);
        assert_eq!(series[0]["data"][2], serde_json::Value::Null);
        assert!(drawing.tips[2].title.contains("partial"));
        assert_ne!(drawing.tips[2].rows[0].value, format::NO_VALUE);
        let values: serde_json::Value = serde_json::from_str(&drawing.values).expect("JSON");
        assert_eq!(values["series"]["customer_churn_rate"][2], 0);
        assert!(
            drawing.summary.ends_with("in Feb 2026."),
            "{}",
            drawing.summary
        );
    }

    #[test]
    fn the_comparison_is_a_second_series_that_can_be_switched_off() {
        let evaluation = evaluation("from=2026-02-01&to=2026-02-28");
        let drawing = compared(&evaluation, &MRR, &ink(&[]));
        assert_eq!(drawing.legend.len(), 2);
        assert_eq!(drawing.tips[0].rows.len(), 2);
        let hidden = compared(&evaluation, &MRR, &ink(&["compared"]));
        assert_eq!(parsed(&hidden)["series"].as_array().map(Vec::len), Some(1));
        assert_eq!(
            hidden.values, drawing.values,
            "what is hidden still counts as drawn data"
        );
    }

    #[test]
    fn no_value_is_a_gap_and_says_so() {
        let evaluation = evaluation("from=2025-12-01&to=2025-12-31&compare=none");
        let drawing = compared(&evaluation, &CUSTOMER_CHURN_RATE, &ink(&[]));
        assert!(drawing.summary.contains("no values"), "{}", drawing.summary);
    }
}
