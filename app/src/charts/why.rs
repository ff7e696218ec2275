//! Why a metric changed: bars of what each group contributed, and the steps by kind of movement.

use charming::component::Axis;
use charming::datatype::{CompositeValue, DataFrame, DataPoint, DataPointItem};
use charming::element::{ItemStyle, Label};
use charming::series::Bar;
use serde_json::{Value, json};
use tidemark_shared::change::{Change, Verdict};
use tidemark_shared::chart::{Step, floor, sentence, steps, stock};
use tidemark_shared::engine::{Contribution, Evaluation, Explanation};
use tidemark_shared::format;
use tidemark_shared::metric::{Kind, Unit};
use tidemark_shared::view::Filter;

use super::bars::tone_and_metric;
use super::drawing::{Drawing, Ink, Target, Tip, TipRow, number};
use super::frame::sideways;
use super::options::Options;
use super::palette::Tone;

/// The most groups that are drawn; the table has all.
pub(crate) const MOST_GROUPS: usize = 12;

/// Names are cut to this many characters on the axis; tooltips have them whole.
const MOST_LETTERS: usize = 28;

/// What each group contributed, largest first. None if the change cannot be explained.
pub(crate) fn contributions(evaluation: &Evaluation, ink: &Ink) -> Option<Drawing> {
    let explanation = evaluation.explanation()?;
    let metric = explanation.metric;
    let drawn = &explanation.parts[..explanation.parts.len().min(MOST_GROUPS)];
    let grouped = evaluation.view().by.is_none();
    let name = |part: &Contribution| {
        let name = match grouped {
            true => format!(
                "{}: {}",
                part.dimension.short_label(),
                format::value_name(&part.value)
            ),
            false => format::value_name(&part.value).to_owned(),
        };
        let mark = if part.is_small() { " *" } else { "" };
        format!("{}{mark}", shortened(&name))
    };
    let totals: Vec<f64> = drawn.iter().map(Contribution::total).collect();
    let tone = |by: f64| match Change::between(metric, 0.0, by).verdict {
        Verdict::Good => Tone::New,
        Verdict::Bad => Tone::Churn,
        Verdict::Neutral => Tone::Main,
    };
    let bars = totals.iter().map(|by| colored(*by, tone(*by), ink));
    let gap = |some: bool| if some { "24%" } else { "0%" };
    let chart = sideways(
        drawn.iter().map(name).collect(),
        (
            gap(totals.iter().any(|by| *by < 0.0)),
            gap(totals.iter().any(|by| *by > 0.0)),
        ),
        &ink.palette,
        |axis| axis,
    );
    let chart = chart.series(bar("parts", bars.collect(), ink).label(label(ink)));
    let target = |part: &Contribution| Target {
        filter: Some((part.dimension, Filter::include([&part.value]))),
        metric: Some(metric),
        ..Target::default()
    };
    let difference = |by: &f64| ink.formatter.difference(metric.unit, *by);
    let mut drawing = Drawing {
        cells: totals.iter().map(difference).collect(),
        tips: drawn
            .iter()
            .map(|part| tip(&explanation, part, ink))
            .collect(),
        summary: sentence(&explanation, &ink.formatter),
        values: values(&explanation),
        ..down(&chart, drawn.len())
    };
    drawing.targets.by_data = drawn.iter().map(target).collect();
    Some(drawing)
}

fn tip(explanation: &Explanation, part: &Contribution, ink: &Ink) -> Tip {
    let metric = explanation.metric;
    let value = |value| ink.formatter.value(metric.unit, value);
    let by = |by| ink.formatter.difference(metric.unit, by);
    let mut rows = vec![
        TipRow::new("Before", value(part.before), None),
        TipRow::new("After", value(part.after), None),
    ];
    if !matches!(metric.kind, Kind::Is(_)) {
        rows.push(TipRow::new("From its own change", by(part.own), None));
        rows.push(TipRow::new(
            "From its share of the total",
            by(part.mix),
            None,
        ));
    }
    let few = if part.is_small() { " (few)" } else { "" };
    let customers = format!("{}{few}", format::count(part.customers));
    rows.push(TipRow::new("Customers", customers, None));
    let share = ink.formatter.value(Unit::Rate, explanation.share(part));
    rows.push(TipRow::new("Share of the change", share, None));
    Tip {
        title: format!(
            "{}: {}",
            part.dimension.label(),
            format::value_name(&part.value)
        ),
        rows,
        total: Some(TipRow::new("Contribution", by(part.total()), None)),
        ..Tip::default()
    }
}

fn values(explanation: &Explanation) -> String {
    let parts: Vec<Value> = explanation
        .parts
        .iter()
        .map(|part| {
            json!({
                "dimension": part.dimension.key(), "value": part.value,
                "contribution": number(&Some(part.total())), "customers": part.customers,
            })
        })
        .collect();
    json!({
        "metric": explanation.metric.id, "before": number(&Some(explanation.before)),
        "after": number(&Some(explanation.after)), "parts": parts,
    })
    .to_string()
}

/// The steps from the period compared to the one shown. None for a metric that does not move in
/// steps.
pub(crate) fn bridge(evaluation: &Evaluation, ink: &Ink) -> Option<Drawing> {
    let subject = evaluation.bridged()?;
    let unit = stock(subject).unit;
    let all = steps(evaluation);
    let begins = floor(&all);
    let drawn = all.iter().filter(|step| step.is_level() || step.value != 0);
    let drawn: Vec<&Step> = drawn.collect();
    let (first, last) = (drawn.first()?, drawn.last()?);
    let text = |step: &Step| match step.is_level() {
        true => ink.formatter.short(unit, Some(step.value as f64)),
        false => ink.formatter.difference(unit, step.value as f64),
    };
    let base = |step: &&Step| DataPoint::from(step.from.min(step.to));
    let value = |step: &&Step| {
        let tone = tone_and_metric(step.key, subject).map_or(Tone::Net, |found| found.0);
        colored((step.to - step.from).unsigned_abs() as f64, tone, ink)
    };
    let names = drawn.iter().map(|step| step.label.to_owned());
    let high = all.iter().map(|step| step.to).max().unwrap_or(0);
    // Room for the texts beside the bars.
    let ends = high + (high - begins) / 5;
    let axis = |axis: Axis| axis.min(begins).max(ends);
    let chart = sideways(names.collect(), ("0%", "0%"), &ink.palette, axis)
        .series(
            bar("base", drawn.iter().map(base).collect(), ink)
                .item_style(ItemStyle::new().color("transparent")),
        )
        .series(bar("steps", drawn.iter().map(value).collect(), ink).label(label(ink)));
    let tip = |step: &&Step| Tip {
        title: step.label.to_owned(),
        rows: vec![TipRow::new(
            stock(subject).label,
            match step.is_level() {
                true => ink.formatter.value(unit, Some(step.value as f64)),
                false => ink.formatter.difference(unit, step.value as f64),
            },
            None,
        )],
        total: (!step.is_level()).then(|| {
            let after = ink.formatter.value(unit, Some(step.to as f64));
            TipRow::new("Leads to", after, None)
        }),
        ..Tip::default()
    };
    let target = |step: &&Step| Target {
        metric: tone_and_metric(step.key, subject).map(|found| found.1),
        ..Target::default()
    };
    let texts: Vec<String> = drawn
        .iter()
        .filter(|step| !step.is_level())
        .map(|step| format!("{} {}", step.label.to_lowercase(), text(step)))
        .collect();
    let steps: Vec<Value> = all
        .iter()
        .map(|step| json!({"step": step.key, "value": step.value}))
        .collect();
    let mut drawing = Drawing {
        cells: drawn.iter().map(|step| text(step)).collect(),
        tips: drawn.iter().map(tip).collect(),
        summary: format!(
            "{} from {} to {}: {}.",
            stock(subject).label,
            text(first),
            text(last),
            texts.join(", ")
        ),
        values: json!({"metric": stock(subject).id, "steps": steps}).to_string(),
        ..down(&chart, drawn.len())
    };
    drawing.targets.by_data = drawn.iter().map(target).collect();
    Some(drawing)
}

/// A drawing whose data indices run down.
fn down(chart: &Options, rows: usize) -> Drawing {
    Drawing {
        option: chart.to_json(),
        rows,
        sideways: true,
        ..Drawing::default()
    }
}

fn bar(name: &str, data: Vec<DataPoint>, ink: &Ink) -> Bar {
    let data: DataFrame = data;
    Bar::new()
        .name(name)
        .stack("all")
        .bar_width("58%")
        .item_style(ItemStyle::new().color(ink.palette.tone(Tone::Main)))
        .data(data)
}

fn colored(value: f64, tone: Tone, ink: &Ink) -> DataPoint {
    let style = ItemStyle::new()
        .color(ink.palette.tone(tone))
        .border_radius(2);
    DataPoint::Item(DataPointItem::new(CompositeValue::from(value)).item_style(style))
}

/// Texts beside the bars; the binding takes them from the drawing's cells.
fn label(ink: &Ink) -> Label {
    Label::new()
        .show(true)
        .color(ink.palette.ink.as_str())
        .font_size(11)
        .font_family(ink.palette.font.as_str())
}

fn shortened(name: &str) -> String {
    match name.chars().nth(MOST_LETTERS) {
        None => name.to_owned(),
        Some(_) => {
            let kept: String = name.chars().take(MOST_LETTERS - 1).collect();
            format!("{}…", kept.trim_end())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{evaluation, ink};
    use super::*;
    use tidemark_shared::Dimension;

    const MARCH: &str = "from=2026-02-01&to=2026-02-28&compare=previous";

    fn parsed(text: &str) -> Value {
        serde_json::from_str(text).expect("JSON")
    }

    #[test]
    fn bars_are_the_contributions_and_a_press_filters() {
        let drawing = contributions(&evaluation(MARCH), &ink(&[])).expect("a drawing");
        // Pro expanded by 20.00, Team came with 300.00; the other dimensions know one value only.
        let option = parsed(&drawing.option);
        let data = &option["series"][0]["data"];
        assert_eq!(data[0]["value"], 30_000.0);
        assert_eq!(data[1]["value"], 2_000.0);
        assert_eq!(option["yAxis"]["data"][0], "Plan: Team *");
        assert_eq!(drawing.cells, ["+$300", "+$20"]);
        let filter = Some((Dimension::Plan, Filter::include(["Team"])));
        assert_eq!(drawing.targets.at("parts", 0).filter, filter);
        assert!(
            drawing.summary.starts_with("MRR grew by $320"),
            "{}",
            drawing.summary
        );
        assert_eq!(drawing.rows, 2);
    }

    #[test]
    fn both_parts_of_a_rate_are_told() {
        let query = format!("{MARCH}&explain=arpa&by=plan");
        let drawing = contributions(&evaluation(&query), &ink(&[])).expect("a drawing");
        let names: Vec<&str> = drawing.tips[0]
            .rows
            .iter()
            .map(|r| r.name.as_str())
            .collect();
        assert_eq!(
            names,
            [
                "Before",
                "After",
                "From its own change",
                "From its share of the total",
                "Customers",
                "Share of the change"
            ]
        );
        // Team came with 300.00: more than the only customer of before had.
        assert!(drawing.cells[0].starts_with('+'), "{:?}", drawing.cells);
    }

    #[test]
    fn steps_float_from_where_the_last_one_led() {
        let drawing = bridge(&evaluation(MARCH), &ink(&[])).expect("a drawing");
        let option = parsed(&drawing.option);
        assert_eq!(
            option["yAxis"]["data"],
            json!(["Start", "New", "Expansion", "End"])
        );
        assert_eq!(option["series"][0]["data"], json!([0, 10_000, 40_000, 0]));
        assert_eq!(drawing.cells, ["$100", "+$300", "+$20", "$420"]);
        assert!(drawing.targets.at("steps", 1).metric.is_some());
        assert_eq!(drawing.targets.at("steps", 0).metric, None);
    }

    #[test]
    fn without_a_comparison_there_is_nothing_to_draw() {
        let alone = evaluation("from=2026-02-01&to=2026-02-28&compare=none");
        assert_eq!(contributions(&alone, &ink(&[])), None);
        assert_eq!(bridge(&alone, &ink(&[])), None);
        let rate = evaluation(&format!("{MARCH}&explain=arpa"));
        assert_eq!(bridge(&rate, &ink(&[])), None);
    }

    #[test]
    fn long_names_are_cut_on_the_axis() {
        assert_eq!(shortened("Plan: Team"), "Plan: Team");
        let long = shortened(&"x".repeat(200));
        assert_eq!(long.chars().count(), MOST_LETTERS);
    }
}
