//! Numbers and dates in US English: what exports and tests write, and a browser without a locale.

use chrono::{DateTime, Datelike, NaiveDateTime, Timelike};

use super::form::{DateForm, Digits, NumberForm, Style};

const MINUS: char = '−';
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// Sign, symbol, digits, unit.
pub(super) fn number(value: f64, form: NumberForm) -> String {
    let symbol = match &form.style {
        Style::Currency(code) => symbol(code),
        Style::Plain | Style::Percent => String::new(),
    };
    let (percent, value) = match form.style {
        Style::Percent => ("%", value * 100.0),
        _ => ("", value),
    };
    let sign = match value {
        ..0.0 => MINUS.to_string(),
        _ if form.plus && value > 0.0 => "+".to_owned(),
        _ => String::new(),
    };
    let digits = match form.digits {
        Digits::Fixed(decimals) => fixed(value.abs(), decimals),
        Digits::Compact => compact(value.abs()),
    };
    format!("{sign}{symbol}{digits}{percent}")
}

/// A moment or day, in milliseconds since 1970-01-01.
pub(super) fn date(millis: i64, form: DateForm) -> String {
    let at = moment(millis);
    let (month, day, year) = (MONTHS[at.month0() as usize % 12], at.day(), at.year());
    match form {
        DateForm::Day => format!("{month} {day}, {year}"),
        DateForm::DayOfYear => format!("{month} {day}"),
        DateForm::Month => format!("{month} {year}"),
        DateForm::Year => year.to_string(),
        DateForm::Minute => {
            format!("{month} {day}, {year}, {:02}:{:02}", at.hour(), at.minute())
        }
    }
}

/// Days: what both ends share is written once.
pub(super) fn span(from: i64, to: i64) -> String {
    let (first, last) = (moment(from), moment(to));
    let end = date(to, DateForm::Day);
    if first.date() == last.date() {
        end
    } else if first.year() != last.year() {
        format!("{} – {end}", date(from, DateForm::Day))
    } else if first.month() != last.month() {
        format!("{} – {end}", date(from, DateForm::DayOfYear))
    } else {
        let start = date(from, DateForm::DayOfYear);
        format!("{start} – {}, {}", last.day(), last.year())
    }
}

fn moment(millis: i64) -> NaiveDateTime {
    DateTime::from_timestamp_millis(millis)
        .unwrap_or_default()
        .naive_utc()
}

fn symbol(code: &[u8; 3]) -> String {
    match code {
        b"USD" => "$".to_owned(),
        b"EUR" => "€".to_owned(),
        b"GBP" => "£".to_owned(),
        b"JPY" => "¥".to_owned(),
        b"INR" => "₹".to_owned(),
        b"KRW" => "₩".to_owned(),
        _ => format!("{}\u{a0}", String::from_utf8_lossy(code)),
    }
}

/// So many digits after the point, halves away from zero, the rest in groups of three.
fn fixed(value: f64, decimals: u8) -> String {
    let scale = 10f64.powi(i32::from(decimals));
    let rounded = (value * scale).round() / scale;
    let digits = format!("{rounded:.*}", usize::from(decimals));
    let (whole, rest) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
    let mut out = String::with_capacity(digits.len() + whole.len() / 3);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out + rest
}

/// Three digits and a letter; zeros at the end of a fraction are left out.
fn compact(value: f64) -> String {
    // A step is left where its number would round up to 1000.
    let steps = [(1.0, ""), (1e3, "K"), (1e6, "M"), (1e9, "B"), (1e12, "T")];
    let (unit, letter) = steps
        .into_iter()
        .find(|(unit, _)| value < unit * 999.5)
        .unwrap_or((1e12, "T"));
    let scaled = value / unit;
    let decimals = match scaled {
        ..9.995 => 2,
        ..99.95 => 1,
        _ => 0,
    };
    let mut text = fixed(scaled, decimals);
    if decimals > 0 {
        text.truncate(text.trim_end_matches('0').trim_end_matches('.').len());
    }
    text + letter
}
