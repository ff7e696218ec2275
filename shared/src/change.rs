//! The change of a metric from one value to another, and whether it is good news.

use crate::metric::{Metric, Polarity, Unit};

/// From a value compared with to the value shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// The difference, in the metric's own unit.
    pub absolute: f64,
    /// The difference as a share of the value compared with; none for rates (their change is in
    /// points) and from zero.
    pub relative: Option<f64>,
    /// Up, down or neither.
    pub direction: Direction,
    /// Whether that is good.
    pub verdict: Verdict,
}

/// Direction of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// The value is higher than before.
    Up,
    /// The value is lower than before.
    Down,
    /// The same.
    Flat,
}

/// What a change means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// The change is good news.
    Good,
    /// The change is bad news.
    Bad,
    /// The change is neither good nor bad.
    Neutral,
}

impl Change {
    /// The change of a metric between two values.
    pub fn between(metric: &Metric, previous: f64, value: f64) -> Change {
        let absolute = value - previous;
        let direction = if absolute > 0.0 {
            Direction::Up
        } else if absolute < 0.0 {
            Direction::Down
        } else {
            Direction::Flat
        };
        let verdict = match (direction, metric.polarity) {
            (Direction::Flat, _) | (_, Polarity::Neutral) => Verdict::Neutral,
            (Direction::Up, Polarity::UpGood) | (Direction::Down, Polarity::DownGood) => {
                Verdict::Good
            }
            _ => Verdict::Bad,
        };
        let relative =
            (metric.unit != Unit::Rate && previous != 0.0).then(|| absolute / previous.abs());
        Change {
            absolute,
            relative,
            direction,
            verdict,
        }
    }
}
