//! The digest's chart as SVG: one number by day over a quarter, drawn as the dashboard draws it.

use std::sync::Arc;

use chrono::{Datelike, NaiveDate};
use tidemark_shared::date::add_days;
use tidemark_shared::engine::{Evaluation, Marts};
use tidemark_shared::format::{self, Formatter};
use tidemark_shared::view::{Compare, Grain, Range, Span};
use tidemark_shared::{Metric, View};

use super::{Spark, picture};
use crate::error::AlertError;
use crate::message::{Picture, escaped};
use crate::palette;

/// Days drawn: a quarter of whole weeks.
const DAYS: i32 = 13 * 7;

/// Size of the picture in points; it has two pixels for each.
pub(super) const SIZE: (f64, f64) = (600.0, 260.0);
/// Where lines are drawn: left, top, right, bottom.
const PLOT: (f64, f64, f64, f64) = (20.0, 78.0, 528.0, 222.0);
/// Lines across, at most.
const LINES: f64 = 4.0;
/// From this share of the highest value on the lowest one leaves zero out of sight.
const FAR_FROM_ZERO: f64 = 0.6;

/// A number by day; at least two days have one.
pub(super) struct Course {
    metric: &'static Metric,
    points: Vec<(NaiveDate, f64)>,
}

impl Course {
    /// The course of a metric up to a day; none without a metric or with too few values to draw.
    pub(super) fn new(
        marts: &Arc<Marts>,
        metric: Option<&'static Metric>,
        to: NaiveDate,
    ) -> Option<Self> {
        let metric = metric?;
        let mut view = View {
            range: Range::between(add_days(to, 1 - DAYS), to),
            compare: Compare::None,
            ..View::default()
        };
        view.set_grain(Grain::Day);
        let series = Evaluation::new(Arc::clone(marts), &view).series(metric);
        let days = series.buckets.iter().map(|bucket| bucket.start);
        let points = days.zip(series.values);
        let points: Vec<_> = points
            .filter_map(|(day, value)| Some((day, value?)))
            .collect();
        (points.len() > 1).then_some(Self { metric, points })
    }

    /// The picture, and what it shows in words.
    pub(super) fn picture(&self, formatter: &Formatter) -> Result<Picture, AlertError> {
        let (first, last) = self.ends();
        let write = |value: f64| formatter.short(self.metric.unit, Some(value));
        let about = format!(
            "{} by day, from {} on {} to {} on {}",
            self.metric.label,
            write(first.1),
            format::date(first.0),
            write(last.1),
            format::date(last.0),
        );
        let png = picture::png(&self.svg(formatter), SIZE)?;
        Ok(Picture { png, about })
    }

    /// The course in a line of text, by weeks counted from the last day; none of fewer than two weeks.
    pub(super) fn spark(&self, formatter: &Formatter) -> Option<Spark> {
        const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
        let values: Vec<f64> = self
            .points
            .iter()
            .rev()
            .step_by(7)
            .map(|point| point.1)
            .collect();
        let (low, high) = extent(values.iter().copied());
        let block = |value: &f64| {
            let share = if high > low {
                (value - low) / (high - low)
            } else {
                0.5
            };
            BLOCKS[(share * 7.0).round() as usize % BLOCKS.len()]
        };
        let (oldest, newest) = (values.last()?, values.first()?);
        let write = |value: &f64| formatter.short(self.metric.unit, Some(*value));
        (values.len() > 1).then(|| Spark {
            label: self.metric.label,
            line: values.iter().rev().map(block).collect(),
            ends: (write(oldest), write(newest)),
        })
    }

    fn ends(&self) -> ((NaiveDate, f64), (NaiveDate, f64)) {
        let none = (NaiveDate::default(), 0.0);
        let first = self.points.first().copied().unwrap_or(none);
        (first, self.points.last().copied().unwrap_or(none))
    }

    fn svg(&self, formatter: &Formatter) -> String {
        let (left, top, right, bottom) = PLOT;
        let (low, high) = extent(self.points.iter().map(|point| point.1));
        let axis = Axis::around(low, high);
        let (first, last) = self.ends();
        let days = f64::from((last.0 - first.0).num_days().max(1) as i32);
        let x = |day: NaiveDate| {
            left + (right - left) * f64::from((day - first.0).num_days() as i32) / days
        };
        let y = |value: f64| bottom - (bottom - top) * axis.share(value);
        let write = |value: f64| escaped(&formatter.short(self.metric.unit, Some(value)));

        let mut svg = Drawing::new(SIZE);
        let span = format::span(Span {
            from: first.0,
            to: last.0,
        });
        svg.text((left, 32.0), "start", "title", self.metric.label);
        svg.text((left, 51.0), "start", "note", &format!("by day, {span}"));
        for line in axis.lines() {
            svg.rule((left, right), y(line));
            svg.text((SIZE.0 - 16.0, y(line) + 4.0), "end", "label", &write(line));
        }
        for (day, _) in self.points.iter().filter(|(day, _)| day.day() == 1) {
            let at = x(*day);
            svg.tick(at, bottom);
            svg.text((at, bottom + 20.0), "middle", "label", &format::month(*day));
        }
        let line: Vec<String> = self
            .points
            .iter()
            .map(|(day, value)| format!("{:.1},{:.1}", x(*day), y(*value)))
            .collect();
        let line = line.join(" ");
        if axis.low == 0.0 {
            svg.area(&format!(
                "{left:.1},{bottom:.1} {line} {:.1},{bottom:.1}",
                x(last.0)
            ));
        }
        svg.line(&line);
        svg.dot(x(last.0), y(last.1));
        svg.finish()
    }
}

/// The smallest and the largest value.
fn extent(values: impl Iterator<Item = f64>) -> (f64, f64) {
    values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
        (low.min(value), high.max(value))
    })
}

/// An upright axis from `low` to `high` with lines every `step`.
struct Axis {
    low: f64,
    high: f64,
    step: f64,
}

impl Axis {
    /// The axis for values between two: it has zero unless all of them are far from it.
    fn around(low: f64, high: f64) -> Self {
        let floor = if low > FAR_FROM_ZERO * high {
            low
        } else {
            low.min(0.0)
        };
        let high = high.max(0.0).max(floor);
        let range = if high > floor {
            high - floor
        } else {
            high.abs().max(1.0)
        };
        let rough = range / LINES;
        let size = 10f64.powf(rough.log10().floor());
        let steps = [1.0, 2.0, 2.5, 5.0, 10.0].map(|step| step * size);
        let step = steps
            .into_iter()
            .find(|step| *step >= rough)
            .unwrap_or(rough);
        Self {
            low: (floor / step).floor() * step,
            high: (high / step).ceil().max((floor / step).floor() + 1.0) * step,
            step,
        }
    }

    fn share(&self, value: f64) -> f64 {
        (value - self.low) / (self.high - self.low)
    }

    fn lines(&self) -> impl Iterator<Item = f64> {
        let count = ((self.high - self.low) / self.step).round() as i32;
        let (low, step) = (self.low, self.step);
        (0..=count).map(move |line| low + f64::from(line) * step)
    }
}

/// SVG being written, in the dashboard's light colours.
struct Drawing {
    svg: String,
    colours: std::collections::BTreeMap<String, &'static str>,
}

impl Drawing {
    fn new((width, height): (f64, f64)) -> Self {
        let mut drawing = Self {
            svg: String::new(),
            colours: palette::light(),
        };
        let surface = drawing.colour("surface");
        drawing.svg = format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">
<rect width="{width}" height="{height}" fill="{surface}"/>
"#
        );
        drawing
    }

    fn colour(&self, name: &str) -> &'static str {
        self.colours.get(name).copied().unwrap_or("currentColor")
    }

    fn text(&mut self, (x, y): (f64, f64), anchor: &str, role: &str, text: &str) {
        let (family, size, colour) = match role {
            "title" => (picture::BOLD, 17, self.colour("ink")),
            "note" => (picture::REGULAR, 13, self.colour("ink_3")),
            _ => (picture::REGULAR, 12, self.colour("axis")),
        };
        self.svg.push_str(&format!(
            r#"<text x="{x:.1}" y="{y:.1}" font-family="{family}" font-size="{size}" fill="{colour}" text-anchor="{anchor}">{text}</text>
"#
        ));
    }

    fn rule(&mut self, (left, right): (f64, f64), y: f64) {
        let colour = self.colour("gridline");
        self.svg.push_str(&format!(
            r#"<path d="M{left:.1} {y:.1}H{right:.1}" stroke="{colour}"/>
"#
        ));
    }

    fn tick(&mut self, x: f64, y: f64) {
        let colour = self.colour("border_strong");
        let end = y + 5.0;
        self.svg.push_str(&format!(
            r#"<path d="M{x:.1} {y:.1}V{end:.1}" stroke="{colour}"/>
"#
        ));
    }

    fn area(&mut self, points: &str) {
        let colour = self.colour("series_main");
        self.svg.push_str(&format!(
            r#"<polygon points="{points}" fill="{colour}" fill-opacity="0.09"/>
"#
        ));
    }

    fn line(&mut self, points: &str) {
        let colour = self.colour("series_main");
        self.svg.push_str(&format!(
            r#"<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2" stroke-linejoin="round" stroke-linecap="round"/>
"#
        ));
    }

    fn dot(&mut self, x: f64, y: f64) {
        let (fill, ring) = (self.colour("series_main"), self.colour("surface"));
        self.svg.push_str(&format!(
            r#"<circle cx="{x:.1}" cy="{y:.1}" r="4.5" fill="{fill}" stroke="{ring}" stroke-width="2"/>
"#
        ));
    }

    fn finish(mut self) -> String {
        self.svg.push_str("</svg>\n");
        self.svg
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_holds_its_values_and_has_few_lines() {
        for (low, high) in [
            (0.0, 0.0),
            (0.0, 7.0),
            (-120.0, 45.0),
            (-9.0, -3.0),
            (9_500_000.0, 10_000_000.0),
            (123.0, 123.0),
            (0.001, 0.05),
        ] {
            let axis = Axis::around(low, high);
            assert!(
                axis.low <= low && axis.high >= high && axis.low < axis.high,
                "{low} {high}"
            );
            let lines: Vec<f64> = axis.lines().collect();
            assert!((2..=7).contains(&lines.len()), "{low} {high}: {lines:?}");
            assert!(
                lines
                    .iter()
                    .all(|line| (-1e-9..=1.0 + 1e-9).contains(&axis.share(*line)))
            );
        }
        assert_eq!(Axis::around(20.0, 100.0).low, 0.0);
        assert!(Axis::around(90.0, 100.0).low > 0.0);
    }
}
