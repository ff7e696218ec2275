//! Cutting a span of days into calendar buckets.

use chrono::NaiveDate;

use crate::date::{
    add_days, add_months, month_end, month_start, quarter_start, to_days, week_start,
};
use crate::view::{Grain, Span, Window};

/// A stretch of days drawn as one point or bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bucket {
    /// First day.
    pub start: NaiveDate,
    /// Last day.
    pub end: NaiveDate,
    /// Whether days of the calendar period are missing: not over yet, or cut off by the range.
    /// Never drawn as a drop.
    pub partial: bool,
}

impl Bucket {
    /// The days of the bucket.
    pub fn span(&self) -> Span {
        Span {
            from: self.start,
            to: self.end,
        }
    }
}

impl Grain {
    /// First day of the calendar period that holds `date`.
    pub fn start_of(self, date: NaiveDate) -> NaiveDate {
        match self {
            Grain::Day => date,
            Grain::Week => week_start(date),
            Grain::Month => month_start(date),
            Grain::Quarter => quarter_start(date),
        }
    }

    /// Last day of the calendar period that holds `date`.
    pub fn end_of(self, date: NaiveDate) -> NaiveDate {
        let start = self.start_of(date);
        match self {
            Grain::Day => start,
            Grain::Week => add_days(start, 6),
            Grain::Month => month_end(start),
            Grain::Quarter => month_end(add_months(start, 2)),
        }
    }
}

/// The calendar periods of a span, the first and last cut to it.
///
/// A period that begins before the data is whole: before its first fact a company had nothing to
/// count.
pub fn buckets(span: Span, grain: Grain, data_start: NaiveDate) -> Vec<Bucket> {
    let mut out = Vec::new();
    let mut at = span.from;
    while at <= span.to {
        let (first, last) = (grain.start_of(at), grain.end_of(at));
        let (start, end) = (first.max(span.from), last.min(span.to));
        let cut_off = first < start && data_start < start;
        out.push(Bucket {
            start,
            end,
            partial: cut_off || end < last,
        });
        at = add_days(last, 1);
    }
    out
}

/// For each bucket shown, the bucket it is compared with: as far into the compared days as it is
/// into the shown ones.
///
/// Days and weeks go by distance in days, so a week may begin on another weekday; months and
/// quarters go by calendar.
pub fn compared_buckets(window: &Window, shown: &[Bucket], grain: Grain) -> Vec<Option<Bucket>> {
    let Some(compared) = window.compared else {
        return vec![None; shown.len()];
    };
    if matches!(grain, Grain::Month | Grain::Quarter) {
        let periods = buckets(compared, grain, window.data_start);
        return (0..shown.len())
            .map(|at| periods.get(at).copied())
            .collect();
    }
    let first = to_days(window.shown.from);
    shown
        .iter()
        .map(|bucket| {
            let start = add_days(compared.from, to_days(bucket.start) - first);
            let end = add_days(compared.from, to_days(bucket.end) - first).min(compared.to);
            (start <= end).then_some(Bucket {
                start,
                end,
                partial: bucket.partial,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::date::parse_iso;

    fn day(text: &str) -> NaiveDate {
        parse_iso(text).expect("a date")
    }

    fn cut(from: &str, to: &str, grain: Grain, data_start: &str) -> Vec<String> {
        let span = Span {
            from: day(from),
            to: day(to),
        };
        buckets(span, grain, day(data_start))
            .into_iter()
            .map(|b| format!("{}..{}{}", b.start, b.end, if b.partial { "*" } else { "" }))
            .collect()
    }

    #[test]
    fn periods_are_cut_to_the_span_and_marked() {
        assert_eq!(
            cut("2026-09-15", "2026-11-24", Grain::Month, "2020-01-01"),
            [
                "2026-09-15..2026-09-30*",
                "2026-10-01..2026-10-31",
                "2026-11-01..2026-11-24*"
            ]
        );
        assert_eq!(
            cut("2026-11-20", "2026-11-29", Grain::Week, "2020-01-01"),
            ["2026-11-20..2026-11-22*", "2026-11-23..2026-11-29"]
        );
        assert_eq!(
            cut("2026-07-01", "2026-12-31", Grain::Quarter, "2020-01-01"),
            ["2026-07-01..2026-09-30", "2026-10-01..2026-12-31"]
        );
        assert!(cut("2026-07-02", "2026-07-01", Grain::Day, "2020-01-01").is_empty());
    }

    #[test]
    fn a_period_in_which_the_data_begins_is_whole() {
        assert_eq!(
            cut("2026-09-15", "2026-09-30", Grain::Month, "2026-09-15"),
            ["2026-09-15..2026-09-30"]
        );
    }

    #[test]
    fn days_are_compared_by_distance_and_months_by_calendar() {
        let window = Window {
            shown: Span {
                from: day("2026-03-01"),
                to: day("2026-03-31"),
            },
            compared: Some(Span {
                from: day("2026-02-01"),
                to: day("2026-02-28"),
            }),
            data_start: day("2020-01-01"),
            as_of: day("2026-11-24"),
        };
        let days = buckets(window.shown, Grain::Day, window.data_start);
        let compared = compared_buckets(&window, &days, Grain::Day);
        assert_eq!(compared[0].map(|b| b.start), Some(day("2026-02-01")));
        assert_eq!(compared[27].map(|b| b.end), Some(day("2026-02-28")));
        assert_eq!(compared[28], None);
        let months = buckets(window.shown, Grain::Month, window.data_start);
        let compared = compared_buckets(&window, &months, Grain::Month);
        assert_eq!(compared.len(), 1);
        assert_eq!(compared[0].map(|b| b.end), Some(day("2026-02-28")));
    }
}
