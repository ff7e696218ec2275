//! Axes, grid and pointer, alike in all charts over time.

use charming::Chart;
use charming::component::{Axis, Grid};
use charming::element::{
    AxisLabel, AxisLine, AxisPointer, AxisPointerType, AxisTick, AxisType, LineStyle, SplitLine,
    Tooltip, Trigger,
};
use tidemark_shared::engine::Evaluation;
use tidemark_shared::format;
use tidemark_shared::metric::Unit;

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
) -> Chart {
    let grain = evaluation.view().grain();
    let labels: Vec<String> = evaluation
        .buckets()
        .iter()
        .map(|bucket| format::bucket(bucket, grain))
        .collect();
    over(labels, unit, bars, palette)
}

/// A chart with labelled steps from left to right and values of a unit upwards.
pub(super) fn over(labels: Vec<String>, unit: Unit, bars: bool, palette: &Palette) -> Chart {
    let pointer = if bars {
        AxisPointerType::Shadow
    } else {
        AxisPointerType::Line
    };
    let text = |label: AxisLabel| {
        label
            .color(palette.axis.as_str())
            .font_size(11)
            .font_family(palette.font.as_str())
    };
    let mut values = Axis::new()
        .type_(AxisType::Value)
        .id(unit_name(unit))
        .split_number(4)
        .axis_line(AxisLine::new().show(false))
        .axis_tick(AxisTick::new().show(false))
        .axis_label(text(AxisLabel::new()))
        .split_line(SplitLine::new().line_style(LineStyle::new().color(palette.gridline.as_str())));
    if unit == Unit::Count {
        values = values.min_interval(1);
    }
    Chart::new()
        .grid(Grid::new().left(4).right(12).top(12).bottom(6))
        .tooltip(
            Tooltip::new().trigger(Trigger::Axis).axis_pointer(
                AxisPointer::new()
                    .type_(pointer)
                    .line_style(LineStyle::new().color(palette.pointer.as_str()).width(1)),
            ),
        )
        .x_axis(
            Axis::new()
                .type_(AxisType::Category)
                .boundary_gap(bars)
                .data(labels)
                .axis_line(AxisLine::new().show(false))
                .axis_tick(AxisTick::new().show(false))
                .axis_label(text(AxisLabel::new())),
        )
        .y_axis(values)
}

/// A chart with names from top to bottom and bars to the right and the left, whose values stand beside them. The gaps on
/// both sides, in percent of the longest bars, are for those texts.
pub(super) fn sideways(
    names: Vec<String>,
    (left, right): (&str, &str),
    palette: &Palette,
    values: impl FnOnce(Axis) -> Axis,
) -> Chart {
    let axis = Axis::new()
        .type_(AxisType::Value)
        .boundary_gap((left, right))
        .axis_line(AxisLine::new().show(false))
        .axis_tick(AxisTick::new().show(false))
        .axis_label(AxisLabel::new().show(false))
        .split_line(SplitLine::new().line_style(LineStyle::new().color(palette.gridline.as_str())));
    Chart::new()
        .grid(Grid::new().left(4).right(12).top(4).bottom(4))
        .tooltip(
            Tooltip::new()
                .trigger(Trigger::Axis)
                .axis_pointer(AxisPointer::new().type_(AxisPointerType::Shadow)),
        )
        .x_axis(values(axis))
        .y_axis(
            Axis::new()
                .type_(AxisType::Category)
                .inverse(true)
                .data(names)
                .axis_line(AxisLine::new().show(false).on_zero(false))
                .axis_tick(AxisTick::new().show(false))
                .axis_label(
                    AxisLabel::new()
                        .color(palette.axis.as_str())
                        .font_size(11)
                        .font_family(palette.font.as_str())
                        .interval(0),
                ),
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axis_names_find_their_unit() {
        assert_eq!(unit_of("money"), Some(Unit::Money));
        assert_eq!(unit_of("rate"), Some(Unit::Rate));
        assert_eq!(unit_of("unit:rate"), None);
    }
}
