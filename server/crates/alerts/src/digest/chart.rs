//! The digest's chart: one number by day over a quarter, drawn as the dashboard draws it.

use std::sync::Arc;

use chrono::{Datelike, NaiveDate};
use tidemark_shared::date::add_days;
use tidemark_shared::engine::{Evaluation, Marts};
use tidemark_shared::format::{self, Formatter};
use tidemark_shared::view::{Compare, Grain, Range, Span};
use tidemark_shared::{Metric, View};

use super::Spark;
use super::picture::{Anchor, Canvas, Weight};
use crate::error::AlertError;
use crate::message::Picture;
use crate::palette;

/// Days drawn: a quarter of whole weeks.
const DAYS: i32 = 13 * 7;

/// Size of the picture in points; it has two pixels for each.
pub(super) const SIZE: (f32, f32) = (600.0, 260.0);
/// Where lines are drawn: left, top, right, bottom.
const PLOT: (f32, f32, f32, f32) = (20.0, 78.0, 528.0, 222.0);
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
        Ok(Picture {
            png: self.png(formatter)?,
            about,
        })
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

    fn png(&self, formatter: &Formatter) -> Result<Vec<u8>, AlertError> {
        let (left, top, right, bottom) = PLOT;
        let (low, high) = extent(self.points.iter().map(|point| point.1));
        let axis = Axis::around(low, high);
        let (first, last) = self.ends();
        let days = (last.0 - first.0).num_days().max(1) as f32;
        let x = |day: NaiveDate| left + (right - left) * (day - first.0).num_days() as f32 / days;
        let y = |value: f64| bottom - (bottom - top) * axis.share(value) as f32;
        let colours = palette::light();
        let ink = |name: &str| colours.get(name).copied().unwrap_or_default();
        let small = (Weight::Regular, 12.0);

        let mut canvas = Canvas::new(SIZE, ink("surface"));
        let title = (Weight::Bold, 17.0);
        canvas.write(
            self.metric.label,
            (left, 32.0),
            Anchor::Start,
            title,
            ink("ink"),
        )?;
        let note = format!(
            "by day, {}",
            format::span(Span {
                from: first.0,
                to: last.0
            })
        );
        canvas.write(
            &note,
            (left, 52.0),
            Anchor::Start,
            (Weight::Regular, 13.0),
            ink("ink_3"),
        )?;
        for line in axis.lines() {
            let words = formatter.short(self.metric.unit, Some(line));
            let place = (SIZE.0 - 16.0, y(line) + 4.0);
            canvas.stroke(
                &format!("M{left} {0}L{right} {0}", y(line)),
                ink("gridline"),
                1.0,
            );
            canvas.write(&words, place, Anchor::End, small, ink("axis"))?;
        }
        for (day, _) in self.points.iter().filter(|(day, _)| day.day() == 1) {
            let at = x(*day);
            canvas.stroke(
                &format!("M{at} {bottom}L{at} {}", bottom + 4.0),
                ink("border_strong"),
                1.0,
            );
            let place = (at, bottom + 21.0);
            canvas.write(
                &format::month(*day),
                place,
                Anchor::Middle,
                small,
                ink("axis"),
            )?;
        }
        let places = self
            .points
            .iter()
            .map(|(day, value)| format!("{} {}", x(*day), y(*value)));
        let line = places.collect::<Vec<_>>().join(" L");
        // Under a line far from zero an area would tell a wrong share.
        if axis.low == 0.0 {
            let area = format!("M{left} {bottom} L{line} L{} {bottom} Z", x(last.0));
            canvas.fill(&area, ink("series_main"), 0.09);
        }
        canvas.stroke(&format!("M{line}"), ink("series_main"), 2.0);
        let end = (x(last.0), y(last.1));
        canvas.dot(end, 6.0, ink("surface"));
        canvas.dot(end, 4.0, ink("series_main"));
        canvas.png()
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
