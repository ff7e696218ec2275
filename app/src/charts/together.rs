//! Related metrics in one chart: lines side by side, or parts of a whole on top of each other.

use charming::datatype::{CompositeValue, DataFrame, DataPoint, DataPointItem};
use charming::element::{AreaStyle, ItemStyle, LineStyle, Symbol};
use charming::series::{Bar, Line};
use tidemark_shared::chart::Group;
use tidemark_shared::engine::Evaluation;
use tidemark_shared::format;
use tidemark_shared::metric::Metric;
use tidemark_shared::metrics;

use super::drawing::{Drawing, Ink, LegendItem, Target, Targets, Tip, TipRow, values};
use super::frame::{labels, over, value_axis_to};
use super::palette::Tone;
use super::series::{line, most, summary, whole_and_partial};
use super::split::marked;

/// A value to hold the others against.
const REFERENCE: &str = "reference";

struct Part {
    metric: &'static Metric,
    tone: Tone,
    values: Vec<Option<f64>>,
    /// Without those of incomplete periods that would look like a drop.
    drawable: Vec<Option<f64>>,
}

/// The metrics of a group over time.
pub(crate) fn together(evaluation: &Evaluation, group: &Group, ink: &Ink) -> Drawing {
    let grain = evaluation.view().grain();
    let shown = |part: &Part| !ink.hidden.contains(part.metric.id);
    let parts: Vec<Part> = group
        .metrics
        .iter()
        .enumerate()
        .map(|(at, metric)| {
            let values = evaluation.series(metric).values;
            Part {
                metric,
                tone: tone(metric, at),
                drawable: evaluation.drawable(metric, &values),
                values,
            }
        })
        .collect();

    let bars = group.parts && !group.is_stock();
    let most = most(parts.iter().flat_map(|part| &part.drawable));
    let axis = value_axis_to(group.unit(), most, &ink.palette);
    // Held against a value that is not zero, differences from that value are what counts.
    let axis = axis.scale(group.reference.is_some());
    let mut chart = over(labels(evaluation), axis, bars, &ink.palette);
    if let Some(reference) = group.reference {
        let values = vec![Some(reference); evaluation.buckets().len()];
        chart = chart.series(line(REFERENCE, &values, Tone::Compare, false, ink).silent(true));
    }
    for part in parts.iter().filter(|part| shown(part)) {
        if bars {
            chart = chart.series(stacked_bar(part, evaluation, ink));
        } else if group.parts {
            chart = chart.series(area(part, ink));
        } else {
            let (whole, partial) = whole_and_partial(evaluation, part.metric, &part.values);
            for (name, values, open) in [(part.metric.id, whole, false), ("partial", partial, true)]
            {
                if values.iter().any(Option::is_some) {
                    chart =
                        chart.series(marked(line(name, &values, part.tone, open, ink), part.tone));
                }
            }
        }
    }

    let text = |value: Option<f64>| ink.formatter.value(group.unit(), value);
    let tip = |(at, bucket)| {
        let row = |part: &Part| {
            TipRow::new(
                group.name(part.metric),
                text(part.values[at]),
                Some(part.tone),
            )
        };
        let mut rows: Vec<TipRow> = parts.iter().map(row).collect();
        // What is drawn on top stands on top.
        if group.parts {
            rows.reverse();
        }
        let sum = || parts.iter().filter_map(|part| part.values[at]).sum();
        let total = group.parts.then(|| text(Some(sum())));
        Tip {
            title: format::bucket_long(bucket, grain),
            rows,
            total: total.map(|total| TipRow::new("Total", total, None)),
            ..Tip::default()
        }
    };
    let target = |part: &Part| {
        let metric = Some(part.metric);
        let target = Target {
            metric,
            ..Target::default()
        };
        (part.metric.id.to_owned(), target)
    };
    let mut targets = Targets::over_time(evaluation.buckets(), None);
    targets.by_series = parts.iter().map(target).collect();
    let sentences = parts
        .iter()
        .map(|part| summary(evaluation, part.metric, &part.drawable, ink));
    let all: Vec<(&str, Vec<Option<f64>>)> = parts
        .iter()
        .map(|part| (part.metric.id, part.values.clone()))
        .collect();
    let legend = parts.iter().map(|part| LegendItem {
        key: part.metric.id,
        name: group.name(part.metric),
        tone: part.tone,
        dashed: false,
        shown: shown(part),
    });
    Drawing {
        option: chart.to_json(),
        tips: evaluation.buckets().iter().enumerate().map(tip).collect(),
        legend: legend.collect(),
        summary: sentences.collect::<Vec<_>>().join(" "),
        values: values(evaluation.buckets(), grain, &all),
        targets,
        ..Drawing::default()
    }
}

/// The colour of a metric: that of what it counts wherever it is drawn, else by its place.
fn tone(metric: &Metric, at: usize) -> Tone {
    let known: [(&Metric, Tone); 14] = [
        (&metrics::STAGE_LEAD, Tone::StageLead),
        (&metrics::STAGE_OPPORTUNITY, Tone::StageOpportunity),
        (&metrics::STAGE_LOST, Tone::StageLost),
        (&metrics::STAGE_WON, Tone::StageWon),
        (&metrics::STAGE_TRIAL, Tone::StageTrial),
        (&metrics::STAGE_ACTIVE, Tone::StageActive),
        (&metrics::STAGE_CHURNED, Tone::StageChurned),
        (&metrics::MRR_CHURN_VOLUNTARY, Tone::Churn),
        (&metrics::MRR_CHURN_INVOLUNTARY, Tone::ChurnInvoluntary),
        (&metrics::CUSTOMERS_CHURNED_VOLUNTARY, Tone::Churn),
        (
            &metrics::CUSTOMERS_CHURNED_INVOLUNTARY,
            Tone::ChurnInvoluntary,
        ),
        (&metrics::TRIALS_STARTED_CONVERTED, Tone::New),
        (&metrics::TRIALS_RUNNING, Tone::Compare),
        (&metrics::TRIALS_NOT_CONVERTED, Tone::Contraction),
    ];
    let own = known.iter().find(|(known, _)| *known == metric);
    let by_place = [Tone::Value1, Tone::Value2, Tone::Value3, Tone::Value4];
    own.map_or(by_place[at % by_place.len()], |(_, tone)| *tone)
}

fn stacked_bar(part: &Part, evaluation: &Evaluation, ink: &Ink) -> Bar {
    let color = ink.palette.tone(part.tone);
    let data: DataFrame = part
        .values
        .iter()
        .zip(evaluation.buckets())
        .map(|(value, bucket)| {
            let value = CompositeValue::from(*value);
            // A period that is not over is pale: its bars still grow.
            if bucket.partial {
                let style = ItemStyle::new().color(color).opacity(0.45);
                DataPoint::Item(DataPointItem::new(value).item_style(style))
            } else {
                DataPoint::from(value)
            }
        })
        .collect();
    Bar::new()
        .name(part.metric.id)
        .stack("all")
        .bar_width("62%")
        .item_style(ItemStyle::new().color(color))
        .data(data)
}

fn area(part: &Part, ink: &Ink) -> Line {
    let color = ink.palette.tone(part.tone);
    let data: DataFrame = part
        .drawable
        .iter()
        .map(|value| CompositeValue::from(*value).into())
        .collect();
    Line::new()
        .name(part.metric.id)
        .stack("all")
        .show_symbol(part.drawable.len() == 1)
        .symbol(Symbol::Circle)
        .item_style(ItemStyle::new().color(color))
        // A line in the colour of the ground parts the areas, so that neighbours need not differ by
        // colour alone.
        .line_style(
            LineStyle::new()
                .color(ink.palette.surface.as_str())
                .width(1.5),
        )
        .area_style(AreaStyle::new().color(color).opacity(0.9))
        .data(data)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use tidemark_shared::chart::{CHURN_RATES, CHURNED_CUSTOMERS, TICKETS, YEAR_RETENTION};

    use super::super::fixture::{evaluation, ink};
    use super::*;

    const QUARTER: &str = "grain=month&from=2026-01-01&to=2026-03-10&compare=none";

    fn series(drawing: &Drawing) -> Vec<Value> {
        let option: Value = serde_json::from_str(&drawing.option).expect("JSON");
        option["series"].as_array().cloned().unwrap_or_default()
    }

    #[test]
    fn each_line_has_a_mark_of_its_own_and_a_switch() {
        let evaluation = evaluation(QUARTER);
        let drawing = together(&evaluation, &CHURN_RATES, &ink(&[]));
        let drawn = series(&drawing);
        assert_eq!(drawn.len(), 2, "open months of rates are not drawn");
        assert_ne!(drawn[0]["symbol"], drawn[1]["symbol"]);
        // In March, which is not over, 5,000 of 42,000 were lost: in the tooltip, not drawn.
        assert_eq!(drawn[1]["data"][2], Value::Null);
        let row = &drawing.tips[2].rows[1];
        assert_eq!(row.value, "11.9%");
        let hidden = together(&evaluation, &CHURN_RATES, &ink(&["gross_mrr_churn_rate"]));
        assert_eq!(series(&hidden).len(), 1);
        assert!(hidden.legend[0].shown && !hidden.legend[1].shown);
        assert_eq!(hidden.values, drawing.values);
    }

    #[test]
    fn parts_of_what_happens_are_bars_that_are_pale_while_they_grow() {
        let drawing = together(&evaluation(QUARTER), &CHURNED_CUSTOMERS, &ink(&[]));
        let drawn = series(&drawing);
        assert_eq!(drawn[0]["type"], "bar");
        assert_eq!(drawn[0]["stack"], drawn[1]["stack"]);
        assert_eq!(drawn[0]["data"][2]["itemStyle"]["opacity"], 0.45);
        assert!(drawing.tips[0].total.is_some());
    }

    #[test]
    fn a_value_to_hold_lines_against_is_drawn_behind_them_only() {
        let drawing = together(&evaluation(QUARTER), &YEAR_RETENTION, &ink(&[]));
        assert_eq!(series(&drawing)[0]["data"], json!([1.0, 1.0, 1.0]));
        assert_eq!(drawing.legend.len(), 3);
        assert!(!drawing.values.contains(REFERENCE));
    }

    #[test]
    fn a_press_on_a_point_means_its_days_and_its_metric() {
        let drawing = together(&evaluation(QUARTER), &TICKETS, &ink(&[]));
        let target = drawing.targets.at("tickets_solved", 1);
        assert_eq!(target.metric.map(|m| m.id), Some("tickets_solved"));
        assert_eq!(
            target.span.map(|s| s.from.to_string()).as_deref(),
            Some("2026-02-01")
        );
    }
}
