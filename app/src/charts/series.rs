//! Series that several charts are made of: a line, stacked bars, and what of a line is dashed.

use charming::datatype::{CompositeValue, DataFrame, DataPoint, DataPointItem};
use charming::element::{ItemStyle, LineStyle, LineStyleType, Symbol};
use charming::series::{Bar, Line};
use tidemark_shared::engine::Evaluation;
use tidemark_shared::format;
use tidemark_shared::metric::Metric;
use tidemark_shared::view::Bucket;

use super::drawing::Ink;
use super::palette::Tone;

/// Of a metric's values by bucket what is drawn as a full line, and what as a dashed end.
pub(super) fn whole_and_partial(
    evaluation: &Evaluation,
    metric: &Metric,
    values: &[Option<f64>],
) -> (Vec<Option<f64>>, Vec<Option<f64>>) {
    let drawable = evaluation.drawable(metric, values);
    let buckets = evaluation.buckets();
    cut(&drawable, |at| {
        buckets[at].partial && drawable[at].is_some()
    })
}

/// The values of complete buckets, and those of incomplete ones with the neighbours that join them
/// to the line.
pub(super) fn cut(
    values: &[Option<f64>],
    partial: impl Fn(usize) -> bool,
) -> (Vec<Option<f64>>, Vec<Option<f64>>) {
    let open: Vec<bool> = (0..values.len()).map(partial).collect();
    let keep = |wanted: &dyn Fn(usize) -> bool| -> Vec<Option<f64>> {
        values
            .iter()
            .enumerate()
            .map(|(at, value)| value.filter(|_| wanted(at)))
            .collect()
    };
    let touches = |at: usize| {
        open[at] || (at > 0 && open[at - 1]) || open.get(at + 1).is_some_and(|next| *next)
    };
    (keep(&|at| !open[at]), keep(&touches))
}

pub(super) fn line(
    name: &str,
    values: &[Option<f64>],
    tone: Tone,
    dashed: bool,
    ink: &Ink,
) -> Line {
    let color = ink.palette.tone(tone);
    let style = LineStyle::new()
        .color(color)
        .width(if tone == Tone::Compare { 1.5 } else { 2.0 });
    let style = if dashed {
        style.type_(LineStyleType::Dashed)
    } else {
        style
    };
    // A single point has no line: it needs its symbol to be seen at all.
    let points = values.iter().flatten().count();
    let data: DataFrame = values
        .iter()
        .map(|value| CompositeValue::from(*value).into())
        .collect();
    Line::new()
        .name(name)
        .show_symbol(points == 1)
        .symbol(Symbol::Circle)
        .symbol_size(6)
        .item_style(ItemStyle::new().color(color))
        .line_style(style)
        .data(data)
}

/// The greatest of values; zero of none.
pub(super) fn most<'a>(values: impl Iterator<Item = &'a Option<f64>>) -> f64 {
    values.flatten().copied().fold(0.0, f64::max)
}

pub(super) fn summary(
    evaluation: &Evaluation,
    metric: &Metric,
    values: &[Option<f64>],
    ink: &Ink,
) -> String {
    let buckets = evaluation.buckets();
    let first = values.iter().position(Option::is_some);
    let last = values.iter().rposition(Option::is_some);
    let (Some(first), Some(last)) = (first, last) else {
        return format!("{}: no values in this period.", metric.label);
    };
    let grain = evaluation.view().grain();
    let at = |index: usize| {
        let value = ink.formatter.value(metric.unit, values[index]);
        format!("{value} in {}", format::bucket_long(&buckets[index], grain))
    };
    format!(
        "{} over time: from {} to {}.",
        metric.label,
        at(first),
        at(last)
    )
}

/// Bars of one series, stacked on those of others.
pub(super) fn bar(name: &str, values: &[i64], buckets: &[Bucket], tone: Tone, ink: &Ink) -> Bar {
    let color = ink.palette.tone(tone);
    let data: DataFrame = values
        .iter()
        .zip(buckets)
        .map(|(value, bucket)| {
            // A period that is not over is pale: its bars still grow.
            if bucket.partial {
                let style = ItemStyle::new().color(color).opacity(0.45);
                DataPoint::Item(DataPointItem::new(*value).item_style(style))
            } else {
                DataPoint::from(*value)
            }
        })
        .collect();
    Bar::new()
        .name(name)
        .stack("all")
        .bar_width("62%")
        .item_style(ItemStyle::new().color(color))
        .data(data)
}
