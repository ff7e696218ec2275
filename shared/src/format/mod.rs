//! The only formatter: every number and date a person reads is written here.
//!
//! Digits, signs, separators, currencies and months come from the [`Locale`] that the window
//! installs, else they are US English; words are English.

mod english;
mod form;
mod locale;

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use crate::change::{Change, Direction};
use crate::date::to_days;
use crate::metric::{Metric, Unit};
use crate::table::Cell;
use crate::view::{Bucket, Grain, Span};

pub use form::{DateForm, Digits, NumberForm, Style};
pub use locale::{Locale, install};

/// What stands for a value that has no meaning, such as a rate of nothing.
pub const NO_VALUE: &str = "—";

const MILLIS_OF_A_DAY: i64 = 86_400_000;

/// Up to here numbers are short enough as they are.
const LAST_IN_FULL: f64 = 9_999.5;

/// Writes numbers in one reporting currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Formatter {
    /// ISO 4217 code, in upper case.
    currency: [u8; 3],
    /// Digits after the decimal point of an amount.
    decimals: u8,
}

impl Formatter {
    /// For an ISO 4217 currency code, in any case; what is none counts as `XXX`, no currency.
    pub fn new(currency: &str) -> Formatter {
        let code = currency.to_ascii_uppercase();
        let code: [u8; 3] = code.as_bytes().try_into().unwrap_or(*b"XXX");
        let decimals = match &code {
            b"BIF" | b"CLP" | b"DJF" | b"GNF" | b"JPY" | b"KMF" | b"KRW" | b"MGA" | b"PYG"
            | b"RWF" | b"VND" | b"VUV" | b"XAF" | b"XOF" | b"XPF" => 0,
            b"BHD" | b"JOD" | b"KWD" | b"OMR" | b"TND" => 3,
            _ => 2,
        };
        Formatter {
            currency: code,
            decimals,
        }
    }

    /// A value in full: `$1,234.50`, `1,234`, `4.2%`.
    pub fn value(&self, unit: Unit, value: Option<f64>) -> String {
        let Some(value) = value.filter(|value| value.is_finite()) else {
            return NO_VALUE.to_owned();
        };
        match unit {
            Unit::Money => self.money(value),
            Unit::Count => plain(value, 0, false),
            Unit::Rate => percent(value, false),
            Unit::Ratio => format!("{}×", plain(value, 2, false)),
            Unit::Decimal => plain(value, 1, false),
            Unit::Minutes => duration(value, false),
            Unit::Days => format!("{} d", tenths(value, false)),
        }
    }

    /// A value as short as an axis or a tile needs: `$1.03M`, `12.3K`, `4.2%`.
    pub fn short(&self, unit: Unit, value: Option<f64>) -> String {
        match (unit, value.filter(|value| value.is_finite())) {
            (Unit::Money | Unit::Count, Some(value)) => self.shortened(unit, value, false),
            _ => self.value(unit, value),
        }
    }

    /// An amount in minor units, in full.
    pub fn money(&self, cents: f64) -> String {
        let digits = Digits::Fixed(self.decimals);
        self.amount(cents / self.minor_units(), digits, false)
    }

    /// A change: `+4.2%`, `−1.3 pp` for rates, or the difference where there is no share of it.
    pub fn change(&self, metric: &Metric, change: &Change) -> String {
        let plus = change.direction == Direction::Up;
        let by = change.absolute;
        match (metric.unit, change.relative) {
            (Unit::Rate, _) => format!("{} pp", plain(by * 100.0, 1, plus)),
            (_, Some(relative)) => percent(relative, plus),
            (unit, None) => self.difference(unit, by),
        }
    }

    /// A difference with its sign: `+$8,000`, `−1.25 pp`, `+0.12×`.
    pub fn difference(&self, unit: Unit, by: f64) -> String {
        self.by(unit, by, by > 0.0)
    }

    /// A difference without its sign: `$8,000`, `1.25 pp`, `0.12×`.
    pub fn distance(&self, unit: Unit, by: f64) -> String {
        self.by(unit, by.abs(), false)
    }

    fn by(&self, unit: Unit, by: f64, plus: bool) -> String {
        match unit {
            Unit::Money | Unit::Count => self.shortened(unit, by, plus),
            // Finer than a change: parts of one are smaller.
            Unit::Rate => format!("{} pp", plain(by * 100.0, 2, plus)),
            Unit::Minutes => duration(by, plus),
            Unit::Days => format!("{} d", tenths(by, plus)),
            Unit::Ratio => format!("{}×", plain(by, 2, plus)),
            Unit::Decimal => plain(by, 1, plus),
        }
    }

    /// A share with its sign: `+4.2%`.
    pub fn share(&self, share: f64) -> String {
        percent(share, share > 0.0)
    }

    /// A cell of a table view.
    pub fn cell(&self, unit: Option<Unit>, cell: &Cell) -> String {
        match cell {
            Cell::Empty => NO_VALUE.to_owned(),
            Cell::Text(text) => value_name(text).to_owned(),
            Cell::Date(day) => date(*day),
            Cell::Bool(value) => if *value { "yes" } else { "no" }.to_owned(),
            Cell::Int(value) => self.value(unit.unwrap_or(Unit::Count), Some(*value as f64)),
            Cell::Float(value) => self.value(unit.unwrap_or(Unit::Decimal), Some(*value)),
        }
    }

    /// An amount or a number, in three digits from ten thousand on.
    fn shortened(&self, unit: Unit, value: f64, plus: bool) -> String {
        if unit == Unit::Money {
            let value = value / self.minor_units();
            return self.amount(value, short_digits(value, 0), plus);
        }
        // Few of something that is not counted in whole: a step of an axis.
        let decimals = u8::from(value.fract() != 0.0 && value.abs() < 100.0);
        let digits = short_digits(value, decimals);
        write(value, Style::Plain, digits, plus)
    }

    fn amount(&self, value: f64, digits: Digits, plus: bool) -> String {
        write(value, Style::Currency(self.currency), digits, plus)
    }

    fn minor_units(&self) -> f64 {
        10f64.powi(i32::from(self.decimals))
    }
}

const fn short_digits(value: f64, decimals: u8) -> Digits {
    match value.abs() < LAST_IN_FULL {
        true => Digits::Fixed(decimals),
        false => Digits::Compact,
    }
}

fn write(value: f64, style: Style, digits: Digits, plus: bool) -> String {
    let form = NumberForm {
        style,
        digits,
        plus,
    };
    locale::number(value, form)
}

fn plain(value: f64, decimals: u8, plus: bool) -> String {
    write(value, Style::Plain, Digits::Fixed(decimals), plus)
}

/// A number with one decimal, or none where that is zero: `31.5`, `150`.
fn tenths(value: f64, plus: bool) -> String {
    let rounded = (value * 10.0).round() / 10.0;
    let decimals = if rounded.fract() == 0.0 { 0 } else { 1 };
    plain(rounded, decimals, plus)
}

fn percent(share: f64, plus: bool) -> String {
    write(share, Style::Percent, Digits::Fixed(1), plus)
}

/// Minutes in the unit that fits: `45 min`, `5.2 h`, `3.1 d`.
fn duration(minutes: f64, plus: bool) -> String {
    let size = minutes.abs();
    if size < 59.5 {
        format!("{} min", plain(minutes, 0, plus))
    } else if size < 48.0 * 60.0 {
        format!("{} h", tenths(minutes / 60.0, plus))
    } else {
        format!("{} d", tenths(minutes / (24.0 * 60.0), plus))
    }
}

/// A dimension value as a reader sees it; the marts' own words for a missing value are capitalised.
pub fn value_name(value: &str) -> &str {
    match value {
        "unknown" => "Unknown",
        "none" => "None",
        other => other,
    }
}

/// A whole number: `12,345`.
pub fn count(value: i64) -> String {
    plain(value as f64, 0, false)
}

/// A day: `Nov 24, 2026`.
pub fn date(day: NaiveDate) -> String {
    locale::date(midnight(day), DateForm::Day)
}

/// A moment to the minute: `Nov 24, 2026, 08:05 UTC`.
pub fn moment(at: DateTime<Utc>) -> String {
    let text = locale::date(at.timestamp_millis(), DateForm::Minute);
    format!("{text} UTC")
}

/// How long something took, in whole seconds: `45 s`, `3 min 5 s`, `1 h 0 min`.
pub fn elapsed(seconds: i64) -> String {
    let (minutes, rest) = (seconds / 60, seconds % 60);
    match (minutes, minutes / 60) {
        (0, _) => format!("{} s", count(rest)),
        (_, 0) => format!("{} min {} s", count(minutes), count(rest)),
        (_, hours) => format!("{} h {} min", count(hours), count(minutes % 60)),
    }
}

/// A month: `Nov 2026`.
pub fn month(day: NaiveDate) -> String {
    locale::date(midnight(day), DateForm::Month)
}

/// A span of days: `Nov 1 – 24, 2026`.
pub fn span(span: Span) -> String {
    if span.from == span.to {
        return date(span.from);
    }
    locale::span(midnight(span.from), midnight(span.to))
}

/// A bucket on an axis: `Nov 24`, `Nov 2026`, `Q4 2026`; a week goes by its first day.
pub fn bucket(bucket: &Bucket, grain: Grain) -> String {
    let day = bucket.start;
    match grain {
        Grain::Day | Grain::Week => locale::date(midnight(day), DateForm::DayOfYear),
        Grain::Month => month(day),
        Grain::Quarter => {
            let year = locale::date(midnight(day), DateForm::Year);
            format!("Q{} {year}", day.month0() / 3 + 1)
        }
    }
}

/// A bucket in full, for tooltips: its period, and whether days are missing.
pub fn bucket_long(bucket: &Bucket, grain: Grain) -> String {
    let text = match grain {
        Grain::Month | Grain::Quarter if !bucket.partial => self::bucket(bucket, grain),
        _ => span(bucket.span()),
    };
    if bucket.partial {
        format!("{text} (partial)")
    } else {
        text
    }
}

/// A day as the milliseconds of its midnight.
fn midnight(day: NaiveDate) -> i64 {
    i64::from(to_days(day)) * MILLIS_OF_A_DAY
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::date::parse_iso;
    use crate::metrics::{CUSTOMER_CHURN_RATE, MRR};

    fn day(text: &str) -> NaiveDate {
        parse_iso(text).expect("a date")
    }

    #[test]
    fn values_are_written_in_full() {
        let usd = Formatter::new("usd");
        for (unit, value, text) in [
            (Unit::Money, 123_456_750.0, "$1,234,567.50"),
            (Unit::Money, -5.0, "−$0.05"),
            (Unit::Money, -0.4, "$0.00"),
            (Unit::Count, 1_234.0, "1,234"),
            (Unit::Count, 0.0, "0"),
            (Unit::Rate, 0.0424, "4.2%"),
            (Unit::Rate, 0.0625, "6.3%"),
            (Unit::Rate, -0.0001, "0.0%"),
            (Unit::Ratio, 3.456, "3.46×"),
            (Unit::Decimal, 12.34, "12.3"),
            (Unit::Minutes, 12.4, "12 min"),
            (Unit::Minutes, 59.7, "1 h"),
            (Unit::Minutes, -90.0, "−1.5 h"),
            (Unit::Minutes, 4_320.0, "3 d"),
            (Unit::Days, 150.0, "150 d"),
            (Unit::Days, 149.96, "150 d"),
            (Unit::Days, 31.5, "31.5 d"),
        ] {
            assert_eq!(usd.value(unit, Some(value)), text);
        }
        assert_eq!(usd.value(Unit::Rate, None), NO_VALUE);
        assert_eq!(usd.value(Unit::Rate, Some(f64::NAN)), NO_VALUE);
        assert_eq!(Formatter::new("JPY").money(1234.0), "¥1,234");
        assert_eq!(
            Formatter::new("no currency").money(1234.0),
            "XXX\u{a0}12.34"
        );
        assert_eq!(Formatter::new("chf").money(1234.0), "CHF\u{a0}12.34");
        assert_eq!(Formatter::new("kwd").money(1234.0), "KWD\u{a0}1.234");
    }

    #[test]
    fn short_values_keep_three_digits_and_never_show_a_thousand_of_a_unit() {
        let usd = Formatter::new("usd");
        for (cents, text) in [
            (0.0, "$0"),
            (99_900.0, "$999"),
            (999_900.0, "$9,999"),
            (999_960.0, "$10K"),
            (1_234_500.0, "$12.3K"),
            (12_345_600.0, "$123K"),
            (99_949_900.0, "$999K"),
            (99_960_000.0, "$1M"),
            (99_999_999_999.0, "$1B"),
            (102_960_000.0, "$1.03M"),
            (103_000_000.0, "$1.03M"),
            (123_456_700.0, "$1.23M"),
            (-250_000_000.0, "−$2.5M"),
            (999_499_999.0, "$9.99M"),
            (999_500_000.0, "$10M"),
            (1_240_000_000.0, "$12.4M"),
            (56_640_000.0, "$566K"),
            (100_000_000_000.0, "$1B"),
            (1e13, "$100B"),
        ] {
            assert_eq!(usd.short(Unit::Money, Some(cents)), text, "{cents}");
        }
        assert_eq!(usd.short(Unit::Count, Some(25_300.0)), "25.3K");
    }

    #[test]
    fn changes_are_relative_and_rates_change_by_points() {
        let usd = Formatter::new("usd");
        let change = |metric, from, to| usd.change(metric, &Change::between(metric, from, to));
        assert_eq!(change(&MRR, 100.0, 104.2), "+4.2%");
        assert_eq!(change(&MRR, 100.0, 50.0), "−50.0%");
        assert_eq!(change(&MRR, 100.0, 100.0), "0.0%");
        assert_eq!(change(&MRR, 0.0, 5_000.0), "+$50");
        assert_eq!(change(&CUSTOMER_CHURN_RATE, 0.05, 0.037), "−1.3 pp");
        assert_eq!(change(&CUSTOMER_CHURN_RATE, 0.0, 0.02), "+2.0 pp");
    }

    #[test]
    fn periods_are_named_by_their_grain() {
        let whole = Bucket {
            start: day("2026-10-01"),
            end: day("2026-10-31"),
            partial: false,
        };
        assert_eq!(bucket(&whole, Grain::Month), "Oct 2026");
        assert_eq!(bucket(&whole, Grain::Quarter), "Q4 2026");
        assert_eq!(bucket(&whole, Grain::Day), "Oct 1");
        assert_eq!(bucket_long(&whole, Grain::Month), "Oct 2026");
        let partial = Bucket {
            partial: true,
            end: day("2026-10-24"),
            ..whole
        };
        assert_eq!(
            bucket_long(&partial, Grain::Month),
            "Oct 1 – 24, 2026 (partial)"
        );
        let moment = day("2026-11-24").and_hms_opt(8, 5, 59).expect("a time");
        assert_eq!(self::moment(moment.and_utc()), "Nov 24, 2026, 08:05 UTC");
        let across = Span {
            from: day("2025-12-31"),
            to: day("2026-01-01"),
        };
        assert_eq!(span(across), "Dec 31, 2025 – Jan 1, 2026");
        let months = Span {
            from: day("2026-09-30"),
            to: day("2026-10-01"),
        };
        assert_eq!(span(months), "Sep 30 – Oct 1, 2026");
    }
}
