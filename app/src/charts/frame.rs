//! Axes, grid and pointer, alike in all charts over time.

use charming::component::{Axis, Grid};
use charming::element::{
    AxisLabel, AxisLine, AxisPointer, AxisPointerType, AxisTick, AxisType, LineStyle, SplitLine,
    Tooltip, Trigger,
};
use tidemark_shared::engine::Evaluation;
use tidemark_shared::format;
use tidemark_shared::metric::Unit;

use super::options::Options;
use super::palette::Palette;

/// Marks a value axis with its unit; the binding attaches the formatter by it.
pub(super) const fn unit_name(unit: Unit) -> &'static str {
    match unit {
        Unit::Money => "unit:money",
        Unit::Count => "unit:count",
        Unit::Rate => "unit:rate",
        Unit::Ratio => "unit:ratio",
        Unit::Decimal => "unit:decimal",
        Unit::Minutes => "unit:minutes",
        Unit::Days => "unit:days",
    }
}

/// The unit of a name made by [`unit_name`], without its prefix.
pub(crate) fn unit_of(name: &str) -> Option<Unit> {
    Unit::ALL
        .into_iter()
        .find(|unit| unit_name(*unit).strip_prefix("unit:") == Some(name))
}

/// A chart with the evaluation's buckets from left to right and values of a unit upwards.
pub(super) fn over_time(
    evaluation: &Evaluation,
    unit: Unit,
    bars: bool,
    palette: &Palette,
) -> Options {
    over(labels(evaluation), value_axis(unit, palette), bars, palette)
}

/// Names of the evaluation's buckets, as an axis has room for them.
pub(super) fn labels(evaluation: &Evaluation) -> Vec<String> {
    let grain = evaluation.view().grain();
    let buckets = evaluation.buckets().iter();
    buckets
        .map(|bucket| format::bucket(bucket, grain))
        .collect()
}

/// An axis of values of a unit.
pub(super) fn value_axis(unit: Unit, palette: &Palette) -> Axis {
    let axis = Axis::new()
        .type_(AxisType::Value)
        .id(unit_name(unit))
        .split_number(4)
        .axis_line(AxisLine::new().show(false))
        .axis_tick(AxisTick::new().show(false))
        .axis_label(text(palette))
        .split_line(SplitLine::new().line_style(LineStyle::new().color(palette.gridline.as_str())));
    match unit {
        Unit::Count => axis.min_interval(1),
        _ => axis,
    }
}

/// The same for values up to `most`, with steps that are round in the unit: hours and days go by
/// sixes and tens.
pub(super) fn value_axis_to(unit: Unit, most: f64, palette: &Palette) -> Axis {
    let axis = value_axis(unit, palette);
    match round_step(unit, most) {
        Some(step) => axis
            .interval(step)
            .min(0)
            .max((most / step).ceil().max(1.0) * step),
        None => axis,
    }
}

/// The step of an axis of durations with at most five of them; none for other units, whose steps
/// are round anyway.
fn round_step(unit: Unit, most: f64) -> Option<f64> {
    const HOUR: f64 = 60.0;
    const DAY: f64 = 24.0 * HOUR;
    const MINUTES: [f64; 17] = [
        1.0,
        2.0,
        5.0,
        10.0,
        15.0,
        30.0,
        HOUR,
        2.0 * HOUR,
        3.0 * HOUR,
        6.0 * HOUR,
        12.0 * HOUR,
        DAY,
        2.0 * DAY,
        5.0 * DAY,
        10.0 * DAY,
        20.0 * DAY,
        50.0 * DAY,
    ];
    const DAYS: [f64; 9] = [1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 90.0, 180.0];
    let steps: &[f64] = match unit {
        Unit::Minutes => &MINUTES,
        Unit::Days => &DAYS,
        _ => return None,
    };
    let fits = |step: &&f64| most / **step <= 5.0;
    steps.iter().find(fits).copied()
}

pub(super) fn text(palette: &Palette) -> AxisLabel {
    AxisLabel::new()
        .color(palette.axis.as_str())
        .font_size(11)
        .font_family(palette.font.as_str())
}

/// A chart with labelled steps from left to right and an axis of values upwards.
pub(super) fn over(labels: Vec<String>, values: Axis, bars: bool, palette: &Palette) -> Options {
    let pointer = if bars {
        AxisPointerType::Shadow
    } else {
        AxisPointerType::Line
    };
    Options::new(
        Grid::new().left(4).right(12).top(12).bottom(6),
        Tooltip::new().trigger(Trigger::Axis).axis_pointer(
            AxisPointer::new()
                .type_(pointer)
                .line_style(LineStyle::new().color(palette.pointer.as_str()).width(1)),
        ),
        Axis::new()
            .type_(AxisType::Category)
            .boundary_gap(bars)
            .data(labels)
            .axis_line(AxisLine::new().show(false))
            .axis_tick(AxisTick::new().show(false))
            .axis_label(text(palette)),
        values,
    )
}

/// A chart with names from top to bottom and bars to the right and the left, whose values stand
/// beside them. The gaps on both sides, in percent of the longest bars, are for those texts.
pub(super) fn sideways(
    names: Vec<String>,
    (left, right): (&str, &str),
    palette: &Palette,
    values: impl FnOnce(Axis) -> Axis,
) -> Options {
    let axis = Axis::new()
        .type_(AxisType::Value)
        .boundary_gap((left, right))
        .axis_line(AxisLine::new().show(false))
        .axis_tick(AxisTick::new().show(false))
        .axis_label(AxisLabel::new().show(false))
        .split_line(SplitLine::new().line_style(LineStyle::new().color(palette.gridline.as_str())));
    Options::new(
        Grid::new().left(4).right(12).top(4).bottom(4),
        Tooltip::new()
            .trigger(Trigger::Axis)
            .axis_pointer(AxisPointer::new().type_(AxisPointerType::Shadow)),
        values(axis),
        Axis::new()
            .type_(AxisType::Category)
            .inverse(true)
            .data(names)
            .axis_line(AxisLine::new().show(false).on_zero(false))
            .axis_tick(AxisTick::new().show(false))
            .axis_label(text(palette).interval(0)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_round_steps() {
        let hours = |most: f64| round_step(Unit::Minutes, most * 60.0).map(|step| step / 60.0);
        assert_eq!(hours(0.2), Some(5.0 / 60.0));
        assert_eq!(hours(16.7), Some(6.0));
        assert_eq!(hours(33.3), Some(12.0));
        assert_eq!(hours(100.0), Some(24.0));
        assert_eq!(round_step(Unit::Days, 47.0), Some(10.0));
        assert_eq!(round_step(Unit::Days, 1e6), None);
        assert_eq!(round_step(Unit::Money, 47.0), None);
    }

    #[test]
    fn axis_names_find_their_unit() {
        assert_eq!(unit_of("money"), Some(Unit::Money));
        assert_eq!(unit_of("rate"), Some(Unit::Rate));
        assert_eq!(unit_of("unit:rate"), None);
    }
}
