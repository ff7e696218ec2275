//! Whether a day's count is out of its own pattern: the weeks before say what is usual for its weekday.
//!
//! Counts are taken through Anscombe's transform 2·√(x + 3⁄8), which gives a Poisson count the variance 1 whatever its mean
//! (F. J. Anscombe, Biometrika 35, 1948). What is usual is the median of the same weekday in the weeks before. How much
//! days differ is the median absolute deviation of all days of those weeks from the median of their own weekday, times
//! 1.4826, which makes it the standard deviation of a normal distribution; it is formed once as it is and once as a share of
//! the weekday's level, since what varies by a share of itself varies more where there is more, and the larger counts.
//! Medians ignore single strange days. The spread is never taken as less than 1, the chance of a Poisson count: a series
//! that never varied does not cry at its first ripple.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};
use tidemark_shared::date::{add_days, add_months, month_end, to_days};

/// Weeks looked back.
pub const WEEKS: usize = 8;
/// Same weekdays that must be known for a judgement.
const FEWEST: usize = 5;
/// Spreads from the median that are out of the pattern. By chance a Poisson count is that on fewer than 3 days in 10,000, one
/// whose mean varies by a third on fewer than 2 in 1,000; the tests measure it.
const LIMIT: f64 = 5.0;
/// Share of the limit from which an earlier day like this one explains it.
const ECHO: f64 = 0.6;
/// Below so many on the day and usually, chance is all there is.
const FEW: f64 = 10.0;
/// What differs by less than this share of the usual is no news, however certain.
const WORTH_A_WORD: f64 = 0.25;
/// Makes a median absolute deviation the standard deviation of a normal distribution.
const NORMAL: f64 = 1.4826;

/// Counts by day, without gaps.
#[derive(Debug, Clone)]
pub struct Course<'a> {
    /// The last day.
    pub end: NaiveDate,
    /// The counts, oldest first.
    pub counts: &'a [f64],
    /// Days known to be special: neither judged nor usual.
    pub noted: &'a BTreeSet<NaiveDate>,
}

/// A day out of its pattern.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Strange {
    /// The count.
    pub value: f64,
    /// What is usual on this weekday.
    pub usual: f64,
    /// The least that would not be strange.
    pub low: f64,
    /// The most that would not be strange.
    pub high: f64,
}

/// What is usual for a day, in transformed counts.
#[derive(Debug, Clone, Copy)]
struct Pattern {
    centre: f64,
    spread: f64,
}

impl Course<'_> {
    /// Judges the last day. None if it is in its pattern, if there is too little to go by, or if it is explained: it is
    /// noted, or the same day of the month or year before was strange in the same direction, as the first of a month or
    /// a holiday is.
    #[must_use]
    pub fn strange(&self) -> Option<Strange> {
        let last = self.counts.len().checked_sub(1)?;
        if self.noted.contains(&self.end) {
            return None;
        }
        let pattern = self.pattern(last)?;
        let value = self.counts[last];
        let usual = count(pattern.centre);
        let score = pattern.score(value);
        let enough = value.max(usual) >= FEW && (value - usual).abs() >= WORTH_A_WORD * usual;
        if score.abs() <= LIMIT || !enough || self.echoes(score) {
            return None;
        }
        let reach = LIMIT * pattern.spread;
        Some(Strange {
            value,
            usual,
            low: count(pattern.centre - reach),
            high: count(pattern.centre + reach),
        })
    }

    /// What is usual on the day at a place, from the weeks before it.
    fn pattern(&self, at: usize) -> Option<Pattern> {
        let back = |days: usize| {
            let place = at.checked_sub(days)?;
            let day = add_days(self.end, place as i32 + 1 - self.counts.len() as i32);
            (!self.noted.contains(&day)).then(|| transformed(self.counts[place]))
        };
        let mut residuals = Vec::with_capacity(7 * WEEKS);
        let mut shares = Vec::with_capacity(7 * WEEKS);
        let mut centre = None;
        for weekday in 0..7 {
            // From the same weekday a week ago on; of the others, from the last one before the day on.
            let first = if weekday == 0 { 7 } else { weekday };
            let same = (0..WEEKS).filter_map(|week| back(first + 7 * week));
            let same: Vec<f64> = same.collect();
            if same.len() < FEWEST {
                return None;
            }
            let usual = median(same.clone())?;
            for residual in same.iter().map(|value| (value - usual).abs()) {
                residuals.push(residual);
                shares.push(residual / usual);
            }
            if weekday == 0 {
                centre = Some(usual);
            }
        }
        let centre = centre?;
        let spread = NORMAL * median(residuals)?.max(median(shares)? * centre);
        Some(Pattern {
            centre,
            spread: spread.max(1.0),
        })
    }

    /// Whether a day that the calendar likens to the last was strange in the same direction: a month, a quarter or a year
    /// earlier by date, or 52 weeks earlier by weekday.
    fn echoes(&self, score: f64) -> bool {
        let month_ends = self.end == month_end(self.end);
        let months = |months: i32| {
            let day = add_months(self.end, -months);
            if month_ends { month_end(day) } else { day }
        };
        let like = [months(1), months(3), months(12), add_days(self.end, -364)];
        like.into_iter().any(|day| {
            let back = (to_days(self.end) - to_days(day)) as usize;
            let place = (self.counts.len() - 1).checked_sub(back);
            let pattern = place.and_then(|place| Some((place, self.pattern(place)?)));
            pattern.is_some_and(|(place, pattern)| {
                pattern.score(self.counts[place]) * score.signum() >= ECHO * LIMIT
            })
        })
    }
}

impl Pattern {
    /// Spreads from the median.
    fn score(&self, value: f64) -> f64 {
        (transformed(value) - self.centre) / self.spread
    }
}

/// The name of a day's weekday, as in "on Mondays".
#[must_use]
pub fn weekdays(day: NaiveDate) -> &'static str {
    match day.weekday() {
        chrono::Weekday::Mon => "Mondays",
        chrono::Weekday::Tue => "Tuesdays",
        chrono::Weekday::Wed => "Wednesdays",
        chrono::Weekday::Thu => "Thursdays",
        chrono::Weekday::Fri => "Fridays",
        chrono::Weekday::Sat => "Saturdays",
        chrono::Weekday::Sun => "Sundays",
    }
}

fn transformed(count: f64) -> f64 {
    2.0 * (count.max(0.0) + 0.375).sqrt()
}

/// The count that a transformed one stands for.
fn count(transformed: f64) -> f64 {
    ((transformed.max(0.0) / 2.0).powi(2) - 0.375).max(0.0)
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let upper = *values.get(values.len() / 2)?;
    Some(match values.len() % 2 {
        0 => (values[values.len() / 2 - 1] + upper) / 2.0,
        _ => upper,
    })
}
