//! Cohorts as a heat map: one row per month of acquisition, one column per month since.

use charming::component::{Axis, Grid, VisualMap, VisualMapChannel, VisualMapType};
use charming::datatype::{CompositeValue, DataFrame};
use charming::element::{
    AxisLine, AxisTick, AxisType, Color, ItemStyle, Label, SplitLine, Tooltip, Trigger,
};
use charming::series::Heatmap;
use serde_json::{Value, json};
use tidemark_shared::engine::CohortTable;
use tidemark_shared::format;
use tidemark_shared::metric::Unit;
use tidemark_shared::view::CohortShow;

use super::drawing::{Drawing, Ink, Target, Targets, Tip, TipRow, number};
use super::frame::text as axis_text;
use super::options::Options;

/// Columns from which on cells are too narrow for text.
const MAX_TEXT_COLUMNS: usize = 26;

/// The cohorts, oldest at the top.
pub(crate) fn cohorts(table: &CohortTable, show: CohortShow, ink: &Ink) -> Drawing {
    let unit = match (show.is_rate(), show.is_mrr()) {
        (true, _) => Unit::Rate,
        (false, true) => Unit::Money,
        (false, false) => Unit::Count,
    };
    let mut data: Vec<DataFrame> = Vec::new();
    let mut cells = Vec::new();
    let mut tips = Vec::new();
    let mut targets = Targets::default();
    let (low, high) = scale(table, show);
    for (row, cohort) in table.rows.iter().enumerate() {
        for month in 0..cohort.cells.len() {
            // A month that is not over has no cell: a drop there would be an illusion.
            let Some(value) = table.shown(row, month, show) else {
                continue;
            };
            data.push(vec![
                CompositeValue::from(month as i64).into(),
                CompositeValue::from(row as i64).into(),
                CompositeValue::from(value.clamp(low, high)).into(),
            ]);
            cells.push(ink.formatter.short(unit, Some(value)));
            targets.by_data.push(Target {
                cohort: Some((cohort.month, month as u32)),
                ..Target::default()
            });
            let text =
                |show: CohortShow, unit| ink.formatter.value(unit, table.shown(row, month, show));
            tips.push(Tip {
                title: format!(
                    "{}, month {}",
                    format::month(cohort.month),
                    format::count(month as i64)
                ),
                rows: vec![
                    TipRow::new(
                        CohortShow::Customers.label(),
                        text(CohortShow::Customers, Unit::Count),
                        None,
                    ),
                    TipRow::new(
                        CohortShow::CustomersRate.label(),
                        text(CohortShow::CustomersRate, Unit::Rate),
                        None,
                    ),
                    TipRow::new(
                        CohortShow::Mrr.label(),
                        text(CohortShow::Mrr, Unit::Money),
                        None,
                    ),
                    TipRow::new(
                        CohortShow::MrrRate.label(),
                        text(CohortShow::MrrRate, Unit::Rate),
                        None,
                    ),
                ],
                total: Some(TipRow::new(
                    "Acquired",
                    format::count(cohort.size.customers),
                    None,
                )),
                ..Tip::default()
            });
        }
    }
    let months = table.months();
    if months > MAX_TEXT_COLUMNS {
        cells.clear();
    }
    let chart = heat_map(table, months, data, (low, high), !cells.is_empty(), ink);
    Drawing {
        option: chart.to_json(),
        cells,
        tips,
        summary: summary(table, show, unit, ink),
        values: values(table, show),
        rows: table.rows.len(),
        targets,
        ..Drawing::default()
    }
}

/// The values at the ends of the colours: those of later months, so that their differences can be
/// seen. The first month, in which all are there, takes the nearer end.
fn scale(table: &CohortTable, show: CohortShow) -> (f64, f64) {
    let within = |from: usize| {
        let ends = (f64::INFINITY, f64::NEG_INFINITY);
        (0..table.rows.len())
            .flat_map(|row| (from..table.rows[row].cells.len()).map(move |month| (row, month)))
            .filter_map(|(row, month)| table.shown(row, month, show))
            .fold(ends, |(low, high), value| (low.min(value), high.max(value)))
    };
    let (low, high) = match within(1) {
        (low, high) if low <= high => (low, high),
        _ => within(0),
    };
    if low < high {
        (low, high)
    } else if high.is_finite() && high > 0.0 {
        (0.0, high)
    } else {
        (0.0, 1.0)
    }
}

fn heat_map(
    table: &CohortTable,
    months: usize,
    data: Vec<DataFrame>,
    (low, high): (f64, f64),
    text: bool,
    ink: &Ink,
) -> Options {
    let palette = &ink.palette;
    let axis = |labels: Vec<String>| {
        Axis::new()
            .type_(AxisType::Category)
            .data(labels)
            .axis_line(AxisLine::new().show(false))
            .axis_tick(AxisTick::new().show(false))
            .split_line(SplitLine::new().show(false))
            .axis_label(axis_text(palette).interval(0))
    };
    let months_axis = (0..months)
        .map(|month| format::count(month as i64))
        .collect();
    let cohort_axis = table
        .rows
        .iter()
        .map(|row| {
            format!(
                "{}  ·  {}",
                format::month(row.month),
                format::count(row.size.customers)
            )
        })
        .collect();
    let heat: Vec<Color> = palette
        .heat
        .iter()
        .map(|color| Color::from(color.as_str()))
        .collect();
    Options::new(
        Grid::new().left(4).right(4).top(8).bottom(4),
        Tooltip::new().trigger(Trigger::Item),
        axis(months_axis).position("top"),
        axis(cohort_axis).inverse(true),
    )
    .visual_map(
        VisualMap::new()
            .type_(VisualMapType::Continuous)
            .show(false)
            .min(low)
            .max(high)
            .in_range(VisualMapChannel::new().color(heat)),
    )
    .series(
        Heatmap::new()
            .name("cohorts")
            .item_style(
                ItemStyle::new()
                    .border_color(palette.surface.as_str())
                    .border_width(2)
                    .border_radius(4),
            )
            .label(
                Label::new()
                    .show(text)
                    .color(palette.heat_ink.as_str())
                    .font_size(11)
                    .font_family(palette.font.as_str()),
            )
            .data(data),
    )
}

fn summary(table: &CohortTable, show: CohortShow, unit: Unit, ink: &Ink) -> String {
    let (Some(first), Some(last)) = (table.rows.first(), table.rows.last()) else {
        return "No customers were acquired in this period.".to_owned();
    };
    let overall = table.overall(show);
    let at = overall.iter().rposition(Option::is_some);
    let left = at.map_or_else(String::new, |at| {
        let value = ink.formatter.value(unit, overall[at]);
        format!(
            " {}: {value} after {} months.",
            show.label(),
            format::count(at as i64)
        )
    });
    format!(
        "Cohorts acquired from {} to {}.{left}",
        format::month(first.month),
        format::month(last.month)
    )
}

fn values(table: &CohortTable, show: CohortShow) -> String {
    let rows: Vec<Value> = table
        .rows
        .iter()
        .enumerate()
        .map(|(at, row)| {
            let cells: Vec<Value> = (0..row.cells.len()).map(|month| number(&table.shown(at, month, show))).collect();
            json!({"cohort": row.month.to_string(), "customers": row.size.customers, "mrr": row.size.mrr, "cells": cells})
        })
        .collect();
    json!({"show": show.key(), "cohorts": rows}).to_string()
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{cohort_table, day, ink};
    use super::*;
    use tidemark_shared::engine::{CohortCell, CohortRow};

    #[test]
    fn months_that_are_not_over_have_no_cell() {
        let table = cohort_table();
        let drawing = cohorts(&table, CohortShow::CustomersRate, &ink(&[]));
        // January has months 0 and 1, February month 0; March, the snapshot's month, is not over.
        assert_eq!(drawing.tips.len(), 3);
        assert_eq!(drawing.cells.len(), 3);
        let cohort = drawing.targets.at("cohorts", 1).cohort;
        assert_eq!(cohort, Some((day("2026-01-01"), 1)));
        assert_eq!(drawing.rows, table.rows.len());
        let option: Value = serde_json::from_str(&drawing.option).expect("JSON");
        // Half of January's customers are left: the only value of a later month.
        assert_eq!(option["series"][0]["data"][1], json!([1, 0, 0.5]));
        assert_eq!(drawing.cells[0], "100.0%");
    }

    #[test]
    fn colours_span_the_later_months() {
        let cell = |customers| Some(CohortCell { customers, mrr: 0 });
        let cohort = CohortRow {
            month: day("2026-01-01"),
            size: CohortCell {
                customers: 10,
                mrr: 0,
            },
            cells: vec![cell(10), cell(9), cell(7)],
        };
        let table = CohortTable { rows: vec![cohort] };
        assert_eq!(scale(&table, CohortShow::CustomersRate), (0.7, 0.9));
        let drawing = cohorts(&table, CohortShow::CustomersRate, &ink(&[]));
        let option: Value = serde_json::from_str(&drawing.option).expect("JSON");
        assert_eq!(option["visualMap"]["min"], 0.7);
        assert_eq!(option["visualMap"]["max"], 0.9);
        // The first month has the strongest colour, and its own text.
        assert_eq!(option["series"][0]["data"][0], json!([0, 0, 0.9]));
        assert_eq!(drawing.cells[0], "100.0%");
        assert_eq!(scale(&CohortTable::default(), CohortShow::Mrr), (0.0, 1.0));
    }

    #[test]
    fn no_cohorts_are_told_not_drawn() {
        let drawing = cohorts(&CohortTable::default(), CohortShow::Mrr, &ink(&[]));
        assert!(drawing.tips.is_empty());
        assert!(drawing.summary.starts_with("No customers"));
    }
}
