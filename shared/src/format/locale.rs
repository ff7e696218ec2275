//! Whose digits, signs, separators and month names are written: those of an installed locale, else
//! US English.

use std::sync::OnceLock;

use super::english;
use super::form::{DateForm, Digits, NumberForm, Style};

/// Writes numbers and dates as people of some place do. Moments are milliseconds since 1970-01-01
/// in UTC, plain dates their midnight: nothing is moved to another time zone. Where it has no
/// answer, US English is written.
#[derive(Debug, Clone, Copy)]
pub struct Locale {
    /// A finite number that is not a negative zero.
    pub number: fn(f64, NumberForm) -> Option<String>,
    /// A date.
    pub date: fn(i64, DateForm) -> Option<String>,
    /// The days from one to another, both included.
    pub span: fn(i64, i64) -> Option<String>,
}

static INSTALLED: OnceLock<Locale> = OnceLock::new();

/// Has everything from now on written by `locale`; the first one stays.
pub fn install(locale: Locale) {
    let _ = INSTALLED.set(locale);
}

/// A finite number.
pub(super) fn number(value: f64, form: NumberForm) -> String {
    let value = without_empty_sign(value, form);
    let installed = INSTALLED.get();
    let written = installed.and_then(|locale| (locale.number)(value, form));
    written.unwrap_or_else(|| english::number(value, form))
}

/// A moment or day.
pub(super) fn date(millis: i64, form: DateForm) -> String {
    let installed = INSTALLED.get();
    let written = installed.and_then(|locale| (locale.date)(millis, form));
    written.unwrap_or_else(|| english::date(millis, form))
}

/// How days are written.
pub(super) fn span(from: i64, to: i64) -> String {
    let installed = INSTALLED.get();
    let written = installed.and_then(|locale| (locale.span)(from, to));
    written.unwrap_or_else(|| english::span(from, to))
}

/// What rounds to zero is zero, so that no `−0` is written.
fn without_empty_sign(value: f64, form: NumberForm) -> f64 {
    let Digits::Fixed(digits) = form.digits else {
        return value;
    };
    let last = 10f64.powi(-i32::from(digits));
    let unit = if form.style == Style::Percent {
        0.01
    } else {
        1.0
    };
    if value.abs() < last * unit / 2.0 {
        0.0
    } else {
        value
    }
}
