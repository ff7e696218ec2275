//! The only formatter: every number and date a person reads is written here.
//!
//! It writes US English. Another language replaces this file's separators, signs and month names, and nothing else.

use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc};

use crate::engine::{Bucket, Change, Direction};
use crate::metric::{Metric, Unit};
use crate::table::Cell;
use crate::view::{Grain, Span};

/// What stands for a value that has no meaning, such as a rate of nothing.
pub const NO_VALUE: &str = "—";

const MINUS: char = '−';
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// Writes numbers in one reporting currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Formatter {
    symbol: String,
    /// Digits after the decimal point of an amount.
    decimals: u32,
}

impl Formatter {
    /// For an ISO 4217 currency code, in any case.
    pub fn new(currency: &str) -> Formatter {
        let code = currency.to_ascii_uppercase();
        let symbol = match code.as_str() {
            "USD" => "$",
            "EUR" => "€",
            "GBP" => "£",
            "JPY" => "¥",
            "INR" => "₹",
            "KRW" => "₩",
            _ => "",
        };
        let decimals = match code.as_str() {
            "BIF" | "CLP" | "DJF" | "GNF" | "JPY" | "KMF" | "KRW" | "MGA" | "PYG" | "RWF"
            | "VND" | "VUV" | "XAF" | "XOF" | "XPF" => 0,
            "BHD" | "JOD" | "KWD" | "OMR" | "TND" => 3,
            _ => 2,
        };
        Formatter {
            symbol: if symbol.is_empty() {
                format!("{code}\u{a0}")
            } else {
                symbol.to_owned()
            },
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
            Unit::Count => signed(value, 0, ""),
            Unit::Rate => format!("{}%", signed(value * 100.0, 1, "")),
            Unit::Ratio => format!("{}×", signed(value, 2, "")),
            Unit::Decimal => signed(value, 1, ""),
            Unit::Minutes => duration(value),
            Unit::Days => format!("{} d", signed(value, 1, "")),
        }
    }

    /// A value as short as an axis or a tile needs: `$1.03M`, `12.3K`, `4.2%`.
    pub fn short(&self, unit: Unit, value: Option<f64>) -> String {
        let Some(value) = value.filter(|value| value.is_finite()) else {
            return NO_VALUE.to_owned();
        };
        match unit {
            Unit::Money => compact(value / self.minor_units(), &self.symbol),
            Unit::Count => compact(value, ""),
            _ => self.value(unit, Some(value)),
        }
    }

    /// An amount in minor units, in full.
    pub fn money(&self, cents: f64) -> String {
        signed(cents / self.minor_units(), self.decimals, &self.symbol)
    }

    /// A change: `+4.2%`, `−1.3 pp` for rates, or the difference where there is no share of it.
    pub fn change(&self, metric: &Metric, change: &Change) -> String {
        let sign = match change.direction {
            Direction::Up => "+",
            Direction::Down | Direction::Flat => "",
        };
        let text = match (metric.unit, change.relative) {
            (Unit::Rate, _) => format!("{} pp", signed(change.absolute * 100.0, 1, "")),
            (_, Some(relative)) => format!("{}%", signed(relative * 100.0, 1, "")),
            (unit, None) => self.short(unit, Some(change.absolute)),
        };
        format!("{sign}{text}")
    }

    /// A cell of a table view.
    pub fn cell(&self, unit: Option<Unit>, cell: &Cell) -> String {
        match cell {
            Cell::Empty => NO_VALUE.to_owned(),
            Cell::Text(text) => text.clone(),
            Cell::Date(day) => date(*day),
            Cell::Bool(value) => if *value { "yes" } else { "no" }.to_owned(),
            Cell::Int(value) => self.value(unit.unwrap_or(Unit::Count), Some(*value as f64)),
            Cell::Float(value) => self.value(unit.unwrap_or(Unit::Decimal), Some(*value)),
        }
    }

    fn minor_units(&self) -> f64 {
        10f64.powi(self.decimals as i32)
    }
}

/// Minutes in the unit that fits: `45 min`, `5.2 h`, `3.1 d`.
fn duration(minutes: f64) -> String {
    let size = minutes.abs();
    if size < 59.5 {
        format!("{} min", signed(minutes, 0, ""))
    } else if size < 48.0 * 60.0 {
        format!("{} h", signed(minutes / 60.0, 1, ""))
    } else {
        format!("{} d", signed(minutes / (24.0 * 60.0), 1, ""))
    }
}

/// A whole number: `12,345`.
pub fn count(value: i64) -> String {
    signed(value as f64, 0, "")
}

/// A day: `Nov 24, 2026`.
pub fn date(day: NaiveDate) -> String {
    format!("{} {}, {}", month_name(day), day.day(), day.year())
}

/// A moment to the minute: `Nov 24, 2026, 08:05 UTC`.
pub fn moment(at: DateTime<Utc>) -> String {
    let day = date(at.date_naive());
    format!("{day}, {:02}:{:02} UTC", at.hour(), at.minute())
}

/// A month: `Nov 2026`.
pub fn month(day: NaiveDate) -> String {
    format!("{} {}", month_name(day), day.year())
}

/// A span of days: `Nov 1 – Nov 24, 2026`.
pub fn span(span: Span) -> String {
    if span.from == span.to {
        return date(span.from);
    }
    if span.from.year() == span.to.year() {
        let from = format!("{} {}", month_name(span.from), span.from.day());
        return format!("{from} – {}", date(span.to));
    }
    format!("{} – {}", date(span.from), date(span.to))
}

/// A bucket on an axis: `Nov 24`, `Nov 2026`, `Q4 2026`; a week goes by its first day.
pub fn bucket(bucket: &Bucket, grain: Grain) -> String {
    let day = bucket.start;
    match grain {
        Grain::Day | Grain::Week => format!("{} {}", month_name(day), day.day()),
        Grain::Month => month(day),
        Grain::Quarter => format!("Q{} {}", day.month0() / 3 + 1, day.year()),
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

fn month_name(day: NaiveDate) -> &'static str {
    MONTHS[day.month0() as usize % 12]
}

/// Sign, symbol, grouped digits. What rounds to zero has no sign.
fn signed(value: f64, decimals: u32, symbol: &str) -> String {
    let digits = format!("{:.*}", decimals as usize, value.abs());
    let zero = digits.bytes().all(|byte| matches!(byte, b'0' | b'.'));
    let sign = if value < 0.0 && !zero {
        MINUS.to_string()
    } else {
        String::new()
    };
    let (whole, rest) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
    format!("{sign}{symbol}{}{rest}", grouped(whole))
}

/// Digits in groups of three.
fn grouped(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Three significant digits and a letter from ten thousand on; zeros at the end of a fraction are left out.
fn compact(value: f64, symbol: &str) -> String {
    let size = value.abs();
    if size < 9_999.5 {
        let decimals = if symbol.is_empty() && value.fract() != 0.0 && size < 100.0 {
            1
        } else {
            0
        };
        return signed(value, decimals, symbol);
    }
    // A step is left where its number would round up to 1000.
    let steps = [(1e3, "K"), (1e6, "M"), (1e9, "B"), (1e12, "T")];
    let (unit, letter) = steps
        .into_iter()
        .find(|(unit, _)| size < unit * 999.5)
        .unwrap_or((1e12, "T"));
    let scaled = value / unit;
    let decimals = match scaled.abs() {
        ..9.995 => 2,
        ..99.95 => 1,
        _ => 0,
    };
    let mut text = signed(scaled, decimals, symbol);
    if decimals > 0 {
        text.truncate(text.trim_end_matches('0').trim_end_matches('.').len());
    }
    text.push_str(letter);
    text
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
            (Unit::Rate, -0.0001, "0.0%"),
            (Unit::Ratio, 3.456, "3.46×"),
            (Unit::Decimal, 12.34, "12.3"),
            (Unit::Minutes, 12.4, "12 min"),
            (Unit::Minutes, 59.7, "1.0 h"),
            (Unit::Minutes, -90.0, "−1.5 h"),
            (Unit::Minutes, 4_320.0, "3.0 d"),
            (Unit::Days, 31.5, "31.5 d"),
        ] {
            assert_eq!(usd.value(unit, Some(value)), text);
        }
        assert_eq!(usd.value(Unit::Rate, None), NO_VALUE);
        assert_eq!(usd.value(Unit::Rate, Some(f64::NAN)), NO_VALUE);
        assert_eq!(Formatter::new("JPY").money(1234.0), "¥1,234");
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
            "Oct 1 – Oct 24, 2026 (partial)"
        );
        let moment = day("2026-11-24").and_hms_opt(8, 5, 59).expect("a time");
        assert_eq!(self::moment(moment.and_utc()), "Nov 24, 2026, 08:05 UTC");
        let across = Span {
            from: day("2025-12-31"),
            to: day("2026-01-01"),
        };
        assert_eq!(span(across), "Dec 31, 2025 – Jan 1, 2026");
    }
}
