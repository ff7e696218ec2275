//! Which days a view shows, and which days it compares them with.

use chrono::NaiveDate;

use super::choices::Grain;
use crate::date::{
    add_days, add_months, month_end, month_start, months_between, quarter_start, to_days,
    year_start,
};

/// A named range that ends on the snapshot's day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Preset {
    /// The last 30 days.
    Days30,
    /// The last 90 days.
    Days90,
    /// Twelve calendar months: eleven whole ones and this month so far, so that only the last can
    /// be incomplete.
    #[default]
    Months12,
    /// This month so far.
    MonthToDate,
    /// This quarter so far.
    QuarterToDate,
    /// This year so far.
    YearToDate,
    /// All days with data.
    All,
}

impl Preset {
    /// All presets, in the order of the menu.
    pub const ALL: [Preset; 7] = [
        Preset::Days30,
        Preset::Days90,
        Preset::Months12,
        Preset::MonthToDate,
        Preset::QuarterToDate,
        Preset::YearToDate,
        Preset::All,
    ];

    /// URL value.
    pub const fn key(self) -> &'static str {
        match self {
            Preset::Days30 => "30d",
            Preset::Days90 => "90d",
            Preset::Months12 => "12m",
            Preset::MonthToDate => "mtd",
            Preset::QuarterToDate => "qtd",
            Preset::YearToDate => "ytd",
            Preset::All => "all",
        }
    }

    /// Name for people.
    pub const fn label(self) -> &'static str {
        match self {
            Preset::Days30 => "Last 30 days",
            Preset::Days90 => "Last 90 days",
            Preset::Months12 => "Last 12 months",
            Preset::MonthToDate => "Month to date",
            Preset::QuarterToDate => "Quarter to date",
            Preset::YearToDate => "Year to date",
            Preset::All => "All time",
        }
    }

    /// The preset of a URL value.
    pub fn from_key(key: &str) -> Option<Preset> {
        Self::ALL.into_iter().find(|preset| preset.key() == key)
    }
}

/// The days a view asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Range {
    /// Moves with the snapshot.
    Preset(Preset),
    /// Fixed days; an open end is the start of the data or the snapshot's day.
    Dates {
        /// First day.
        from: Option<NaiveDate>,
        /// Last day.
        to: Option<NaiveDate>,
    },
}

impl Default for Range {
    fn default() -> Self {
        Range::Preset(Preset::default())
    }
}

impl Range {
    /// The days `from` to `to`, both included.
    pub const fn between(from: NaiveDate, to: NaiveDate) -> Range {
        Range::Dates {
            from: Some(from),
            to: Some(to),
        }
    }

    /// Bucket width when none is chosen: at most some fifty buckets for a usual range.
    pub fn usual_grain(&self) -> Grain {
        match self {
            Range::Preset(Preset::Days30 | Preset::MonthToDate) => Grain::Day,
            Range::Preset(Preset::Days90 | Preset::QuarterToDate) => Grain::Week,
            Range::Preset(_) => Grain::Month,
            Range::Dates {
                from: Some(from),
                to: Some(to),
            } => match i64::from(to_days(*to)) - i64::from(to_days(*from)) {
                ..=45 => Grain::Day,
                46..=190 => Grain::Week,
                191..=1500 => Grain::Month,
                _ => Grain::Quarter,
            },
            Range::Dates { .. } => Grain::Month,
        }
    }

    pub(super) fn canonical(self) -> Range {
        match self {
            Range::Dates {
                from: None,
                to: None,
            } => Range::Preset(Preset::All),
            other => other,
        }
    }
}

/// Days from `from` to `to`, both included; empty when `from` is after `to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
}

impl Span {
    /// Number of days.
    pub fn days(&self) -> i32 {
        (to_days(self.to) - to_days(self.from) + 1).max(0)
    }

    /// Whether it holds no day.
    pub fn is_empty(&self) -> bool {
        self.from > self.to
    }

    /// Moved by whole months; the end of a month stays the end of a month in spans that start on a
    /// 1st.
    pub(super) fn shifted_months(self, months: i32) -> Span {
        let whole = self.from == month_start(self.from) && self.to == month_end(self.to);
        let to = add_months(self.to, months);
        Span {
            from: add_months(self.from, months),
            to: if whole { month_end(to) } else { to },
        }
    }

    fn shifted_days(self, days: i32) -> Span {
        Span {
            from: add_days(self.from, days),
            to: add_days(self.to, days),
        }
    }
}

/// The days a view really shows on some data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Days shown: those asked for as far as there is data.
    pub shown: Span,
    /// Days compared with; none if not asked for or not wholly covered by the data.
    pub compared: Option<Span>,
    /// First day of the data.
    pub data_start: NaiveDate,
    /// Last day of the data: the snapshot's day.
    pub as_of: NaiveDate,
}

impl Range {
    pub(super) fn asked(&self, as_of: NaiveDate, data_start: NaiveDate) -> Span {
        let from = match self {
            Range::Preset(Preset::Days30) => add_days(as_of, -29),
            Range::Preset(Preset::Days90) => add_days(as_of, -89),
            Range::Preset(Preset::Months12) => add_months(month_start(as_of), -11),
            Range::Preset(Preset::MonthToDate) => month_start(as_of),
            Range::Preset(Preset::QuarterToDate) => quarter_start(as_of),
            Range::Preset(Preset::YearToDate) => year_start(as_of),
            Range::Preset(Preset::All) => data_start,
            Range::Dates { from, .. } => from.unwrap_or(data_start),
        };
        let to = match self {
            Range::Dates { to: Some(to), .. } => *to,
            _ => as_of,
        };
        Span { from, to }
    }

    /// The period before `span`: as many months back for ranges of months, else as many days.
    pub(super) fn previous(&self, span: Span) -> Option<Span> {
        let months = match self {
            Range::Preset(Preset::All) => return None,
            Range::Preset(Preset::MonthToDate) => Some(1),
            Range::Preset(Preset::QuarterToDate) => Some(3),
            // Cut at the same day, so that a month that has just begun is not compared with a whole
            // one.
            Range::Preset(Preset::YearToDate | Preset::Months12) => Some(12),
            Range::Preset(_) => None,
            Range::Dates { .. } => (span.from == month_start(span.from)
                && span.to == month_end(span.to))
            .then(|| months_between(span.from, span.to).saturating_add(1)),
        };
        Some(match months {
            Some(months) => span.shifted_months(-months),
            None => span.shifted_days(-span.days()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::date::parse_iso;
    use crate::view::{Compare, View};

    fn day(text: &str) -> NaiveDate {
        parse_iso(text).expect("a date")
    }

    fn resolved(range: Range, compare: Compare, as_of: &str) -> (String, String) {
        let view = View {
            range,
            compare,
            ..View::default()
        };
        let window = view.resolve(day(as_of), day("2020-02-10"));
        let text = |span: Span| format!("{}..{}", span.from, span.to);
        let compared = window.compared.map_or_else(|| "none".to_owned(), text);
        (text(window.shown), compared)
    }

    #[test]
    fn presets_end_on_the_snapshots_day_and_compare_with_the_same_stretch_before() {
        use Preset::*;
        for (preset, shown, previous) in [
            (Days30, "2026-10-26..2026-11-24", "2026-09-26..2026-10-25"),
            (Days90, "2026-08-27..2026-11-24", "2026-05-29..2026-08-26"),
            (Months12, "2025-12-01..2026-11-24", "2024-12-01..2025-11-24"),
            (
                MonthToDate,
                "2026-11-01..2026-11-24",
                "2026-10-01..2026-10-24",
            ),
            (
                QuarterToDate,
                "2026-10-01..2026-11-24",
                "2026-07-01..2026-08-24",
            ),
            (
                YearToDate,
                "2026-01-01..2026-11-24",
                "2025-01-01..2025-11-24",
            ),
            (All, "2020-02-10..2026-11-24", "none"),
        ] {
            let got = resolved(Range::Preset(preset), Compare::Previous, "2026-11-24");
            assert_eq!(got, (shown.to_owned(), previous.to_owned()), "{preset:?}");
        }
    }

    #[test]
    fn twelve_months_begin_on_a_first_and_end_months_compare_as_whole_ones() {
        for (as_of, shown, previous) in [
            (
                "2026-12-31",
                "2026-01-01..2026-12-31",
                "2025-01-01..2025-12-31",
            ),
            (
                "2026-11-01",
                "2025-12-01..2026-11-01",
                "2024-12-01..2025-11-01",
            ),
            (
                "2025-02-28",
                "2024-03-01..2025-02-28",
                "2023-03-01..2024-02-29",
            ),
            (
                "2024-02-28",
                "2023-03-01..2024-02-28",
                "2022-03-01..2023-02-28",
            ),
        ] {
            let got = resolved(Range::default(), Compare::Previous, as_of);
            assert_eq!(got, (shown.to_owned(), previous.to_owned()), "{as_of}");
        }
    }

    #[test]
    fn whole_months_compare_with_whole_months() {
        let range = Range::between(day("2026-03-01"), day("2026-03-31"));
        let got = resolved(range, Compare::Previous, "2026-11-24").1;
        assert_eq!(got, "2026-02-01..2026-02-28");
        let leap = Range::between(day("2025-02-01"), day("2025-02-28"));
        assert_eq!(
            resolved(leap, Compare::Year, "2026-11-24").1,
            "2024-02-01..2024-02-29"
        );
        let full_month = Range::Preset(Preset::MonthToDate);
        assert_eq!(
            resolved(full_month, Compare::Previous, "2026-02-28").1,
            "2026-01-01..2026-01-31"
        );
    }

    #[test]
    fn other_days_compare_with_as_many_days() {
        let range = Range::between(day("2026-03-05"), day("2026-03-14"));
        let got = resolved(range, Compare::Previous, "2026-11-24").1;
        assert_eq!(got, "2026-02-23..2026-03-04");
    }

    #[test]
    fn shown_days_are_cut_to_the_data_and_comparisons_outside_it_are_none() {
        let early = Range::between(day("1900-01-01"), day("2020-03-01"));
        assert_eq!(
            resolved(early, Compare::Previous, "2026-11-24"),
            ("2020-02-10..2020-03-01".to_owned(), "none".to_owned())
        );
        let late = Range::between(day("2026-11-20"), day("9999-12-31"));
        assert_eq!(
            resolved(late, Compare::Previous, "2026-11-24"),
            (
                "2026-11-20..2026-11-24".to_owned(),
                "2026-11-15..2026-11-19".to_owned()
            )
        );
        let open = Range::Dates {
            from: None,
            to: Some(day("2020-02-20")),
        };
        assert_eq!(
            resolved(open, Compare::Previous, "2026-11-24").0,
            "2020-02-10..2020-02-20"
        );
        let future = Range::between(day("2030-01-01"), day("2030-01-31"));
        let view = View {
            range: future,
            ..View::default()
        };
        let window = view.resolve(day("2026-11-24"), day("2020-02-10"));
        assert!(window.shown.is_empty());
        assert_eq!(window.compared, None);
    }
}
