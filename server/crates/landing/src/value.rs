//! Exact readings of written values: decimals, whole numbers, truth values, dates and instants.

use chrono::{
    DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Timelike,
};
use chrono_tz::Tz;

/// A decimal number scaled to an integer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Scaled {
    /// The number × 10^scale, cut towards zero.
    pub(crate) value: i64,
    /// Whether nothing was cut off.
    pub(crate) exact: bool,
}

/// Digits that fit an `i128` with room for the scale.
const MAX_DIGITS: u32 = 30;

/// A written decimal as mantissa × 10^exponent, and whether digits were dropped.
fn mantissa(text: &str) -> Option<(i128, i32, bool)> {
    let text = text.trim();
    let (negative, rest) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let (number, exponent) = match rest.find(['e', 'E']) {
        Some(at) => (&rest[..at], rest[at + 1..].parse::<i32>().ok()?),
        None => (rest, 0),
    };
    if exponent.abs() > 1000 {
        return None;
    }
    let (mut value, mut exponent, mut digits, mut seen, mut dropped) =
        (0i128, exponent, 0u32, false, false);
    let mut after_point = false;
    for byte in number.bytes() {
        match byte {
            b'0'..=b'9' => {
                seen = true;
                let digit = i128::from(byte - b'0');
                if digits >= MAX_DIGITS {
                    if !after_point {
                        exponent += 1;
                    }
                    dropped |= digit != 0;
                } else {
                    value = value * 10 + digit;
                    digits += u32::from(value != 0);
                    exponent -= i32::from(after_point);
                }
            }
            b'.' if !after_point => after_point = true,
            _ => return None,
        }
    }
    seen.then_some((if negative { -value } else { value }, exponent, dropped))
}

/// A written decimal × 10^`scale`; `None` if it is no number or does not fit.
///
/// Finer digits are cut towards zero, which later half-away-from-zero rounding cannot notice:
/// a cut never moves a number onto or across a half from below.
pub(crate) fn scaled(text: &str, scale: u32) -> Option<Scaled> {
    let (value, exponent, dropped) = mantissa(text)?;
    let shift = exponent + i32::try_from(scale).ok()?;
    if value == 0 {
        return Some(Scaled {
            value: 0,
            exact: !dropped,
        });
    }
    if shift >= 0 {
        let factor = 10i128.checked_pow(shift.unsigned_abs())?;
        let value = i64::try_from(value.checked_mul(factor)?).ok()?;
        return Some(Scaled {
            value,
            exact: !dropped,
        });
    }
    match 10i128.checked_pow(shift.unsigned_abs()) {
        None => Some(Scaled {
            value: 0,
            exact: false,
        }),
        Some(divisor) => Some(Scaled {
            value: i64::try_from(value / divisor).ok()?,
            exact: !dropped && value % divisor == 0,
        }),
    }
}

/// A written decimal as an exact fraction whose denominator is a power of ten.
pub(crate) fn fraction(text: &str) -> Option<(i64, i64)> {
    let (mut value, mut exponent, dropped) = mantissa(text)?;
    if dropped {
        return None;
    }
    while exponent < 0 && value % 10 == 0 {
        value /= 10;
        exponent += 1;
    }
    if exponent >= 0 {
        let factor = 10i128.checked_pow(exponent.unsigned_abs())?;
        return Some((i64::try_from(value.checked_mul(factor)?).ok()?, 1));
    }
    let denominator = 10i64.checked_pow(exponent.unsigned_abs())?;
    Some((i64::try_from(value).ok()?, denominator))
}

/// A truth value as JSON, spreadsheets and exports write it.
pub(crate) fn boolean(text: &str) -> Option<bool> {
    let text = text.trim();
    let any = |words: &[&str]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    if any(&["true", "1", "t", "yes", "y"]) {
        Some(true)
    } else if any(&["false", "0", "f", "no", "n"]) {
        Some(false)
    } else {
        None
    }
}

fn digits(text: &str, from: usize, count: usize) -> Option<u32> {
    let part = text.get(from..from + count)?;
    if !part.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    part.parse().ok()
}

/// The leading `YYYY-MM-DD` of a text, `/` or `.` being as good as `-`, and what follows it.
fn leading_date(text: &str) -> Option<(NaiveDate, &str)> {
    let text = text.trim();
    let bytes = text.as_bytes();
    let mark = *bytes.get(4)?;
    if !matches!(mark, b'-' | b'/' | b'.') || bytes.get(7) != Some(&mark) {
        return None;
    }
    let year = i32::try_from(digits(text, 0, 4)?).ok()?;
    let date = NaiveDate::from_ymd_opt(year, digits(text, 5, 2)?, digits(text, 8, 2)?)?;
    (year > 0).then_some((date, &text[10..]))
}

/// Days since 1970-01-01 of a calendar date; a date-time is tolerated and gives its written date.
pub(crate) fn date(text: &str) -> Option<i32> {
    let (date, rest) = leading_date(text)?;
    if !rest.is_empty() {
        time_of_day(rest)?;
    }
    Some(date.num_days_from_ce() - EPOCH_DAY)
}

/// Day number of 1970-01-01 counted from the common era.
const EPOCH_DAY: i32 = 719_163;

/// Microseconds since midnight UTC of the written date, from `T10:20:30.5+02:00` and its kin.
fn time_of_day(rest: &str) -> Option<i64> {
    let rest = rest.strip_prefix(['T', 't', ' '])?;
    let (hour, minute) = (digits(rest, 0, 2)?, digits(rest, 3, 2)?);
    if rest.as_bytes().get(2) != Some(&b':') || hour > 23 || minute > 59 {
        return None;
    }
    let mut seconds = 0;
    let mut micros = 0i64;
    let mut zone = &rest[5..];
    if zone.starts_with(':') {
        seconds = digits(zone, 1, 2)?;
        zone = &zone[3..];
        if let Some(fraction) = zone.strip_prefix(['.', ',']) {
            let length = fraction
                .bytes()
                .take_while(|byte| byte.is_ascii_digit())
                .count();
            if length == 0 {
                return None;
            }
            for at in 0..6 {
                let digit = fraction.as_bytes()[..length].get(at).unwrap_or(&b'0') - b'0';
                micros = micros * 10 + i64::from(digit);
            }
            zone = &fraction[length..];
        }
    }
    if seconds > 59 {
        return None;
    }
    let local = i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(seconds);
    Some((local - offset(zone.trim())?) * 1_000_000 + micros)
}

/// Abbreviations of time zones that mean one thing in business exports, in quarters of an hour east of UTC. Those of
/// North America are as in RFC 2822; `IST` and `BST` are left out, as each names several.
const ZONES: [(&str, i64); 22] = [
    ("PST", -32),
    ("PDT", -28),
    ("MST", -28),
    ("MDT", -24),
    ("CST", -24),
    ("CDT", -20),
    ("EST", -20),
    ("EDT", -16),
    ("AKST", -36),
    ("AKDT", -32),
    ("HST", -40),
    ("WET", 0),
    ("WEST", 4),
    ("CET", 4),
    ("CEST", 8),
    ("EET", 8),
    ("EEST", 12),
    ("MSK", 12),
    ("JST", 36),
    ("ACST", 38),
    ("AEST", 40),
    ("AEDT", 44),
];

/// Seconds east of UTC; nothing written means UTC.
fn offset(zone: &str) -> Option<i64> {
    if zone.is_empty()
        || ["z", "utc", "gmt"]
            .iter()
            .any(|z| zone.eq_ignore_ascii_case(z))
    {
        return Some(0);
    }
    let sign = match zone.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => {
            let mut known = ZONES.iter();
            let found = known.find(|(name, _)| zone.eq_ignore_ascii_case(name));
            return found.map(|(_, quarters)| quarters * 900);
        }
    };
    let rest = &zone[1..];
    let minutes = match rest.len() {
        2 => 0,
        4 => digits(rest, 2, 2)?,
        5 if rest.as_bytes()[2] == b':' => digits(rest, 3, 2)?,
        _ => return None,
    };
    let hours = digits(rest, 0, 2)?;
    (hours < 24 && minutes < 60).then(|| sign * i64::from(hours * 3600 + minutes * 60))
}

/// Microseconds since the epoch of an ISO 8601 instant; a bare date is its midnight in UTC.
pub(crate) fn instant(text: &str) -> Option<i64> {
    let (date, rest) = leading_date(text)?;
    let time = if rest.is_empty() {
        0
    } else {
        time_of_day(rest)?
    };
    Some(i64::from(date.num_days_from_ce() - EPOCH_DAY) * 86_400_000_000 + time)
}

/// Microseconds since the epoch of a number of seconds, milliseconds, microseconds or nanoseconds, told apart by
/// magnitude: seconds until the year 5138, and so on in steps of a thousand. Eight digits that form a calendar date
/// between 1990 and 2099 are that date.
pub(crate) fn epoch(text: &str) -> Option<i64> {
    let text = text.trim();
    if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        let year = i32::try_from(digits(text, 0, 4)?).ok()?;
        let date = NaiveDate::from_ymd_opt(year, digits(text, 4, 2)?, digits(text, 6, 2)?);
        if let Some(date) = date.filter(|_| (1990..2100).contains(&year)) {
            return Some(micros_of(date));
        }
    }
    let (value, exponent, _) = mantissa(text)?;
    let as_micros = |shift: i32| -> Option<i64> {
        let shift = exponent + shift;
        let factor = 10i128.checked_pow(shift.unsigned_abs())?;
        let micros = if shift >= 0 {
            value.checked_mul(factor)?
        } else {
            value / factor
        };
        i64::try_from(micros).ok()
    };
    /// Seconds of the year 5138; the same digits three places on are milliseconds.
    const LATEST: i64 = 100_000_000_000;
    let micros = match as_micros(-6)?.saturating_abs() {
        whole if whole < LATEST / 1_000_000 => as_micros(6)?,
        whole if whole < LATEST / 1_000 => as_micros(3)?,
        whole if whole < LATEST => as_micros(0)?,
        _ => as_micros(-3)?,
    };
    let year = DateTime::from_timestamp_micros(micros)?.year();
    (1..=9999).contains(&year).then_some(micros)
}

/// Microseconds since the epoch of midnight UTC.
fn micros_of(date: NaiveDate) -> i64 {
    i64::from(date.num_days_from_ce() - EPOCH_DAY) * 86_400_000_000
}

/// An instant written in a strftime pattern; without a time of day it is midnight, without an offset UTC.
pub(crate) fn formatted(text: &str, pattern: &str) -> Option<i64> {
    let text = text.trim();
    if let Ok(instant) = DateTime::parse_from_str(text, pattern) {
        return Some(instant.timestamp_micros());
    }
    if let Ok(instant) = NaiveDateTime::parse_from_str(text, pattern) {
        return Some(instant.and_utc().timestamp_micros());
    }
    // A pattern of the day alone also reads a day with a time, and the other way round.
    let (date, rest) = NaiveDate::parse_and_remainder(text, day_part(pattern)).ok()?;
    let time = match rest.trim_start_matches([',', ' ']) {
        "" => 0,
        rest if rest.starts_with('T') => time_of_day(rest)?,
        rest => time_of_day(&format!(" {rest}")).or_else(|| half_day_time(rest))?,
    };
    (date.year() > 0).then(|| micros_of(date) + time)
}

/// Microseconds since midnight of a time with AM or PM.
fn half_day_time(text: &str) -> Option<i64> {
    let patterns = ["%I:%M %p", "%I:%M:%S %p", "%I:%M%p"];
    let mut times = patterns
        .iter()
        .filter_map(|pattern| NaiveTime::parse_from_str(text, pattern).ok());
    times
        .next()
        .map(|time| i64::from(time.num_seconds_from_midnight()) * 1_000_000)
}

/// The part of a strftime pattern before its time of day.
fn day_part(pattern: &str) -> &str {
    let time = ["%H", "%I", "%k", "%l", "%T", "%R", "%X", "%r"];
    let cut = time.iter().filter_map(|item| pattern.find(item)).min();
    pattern[..cut.unwrap_or(pattern.len())].trim_end_matches(['T', ' ', ','])
}

/// Whether what is written is a day without a time: no time of day, and no number since the epoch.
pub(crate) fn is_day(text: &str) -> bool {
    let text = text.trim();
    !text.contains(':') && (text.len() == 8 || mantissa(text).is_none())
}

/// The instant at which a day begins in a time zone, given its midnight in UTC.
pub(crate) fn midnight(micros: i64, zone: Tz) -> Option<i64> {
    let day = DateTime::from_timestamp_micros(micros)?.naive_utc();
    // Where clocks are put forward at midnight, a day begins an hour later.
    let mut starts = [0, 1, 2].into_iter().filter_map(|hours| {
        let start = zone.from_local_datetime(&(day + TimeDelta::hours(hours)));
        start.earliest()
    });
    starts.next().map(|start| start.timestamp_micros())
}

/// Whether a number is the day number of a spreadsheet, such as 45658 for a day of 2025. Its epoch differs from program
/// to program, and as seconds it would be the first day of 1970.
pub(crate) fn is_day_number(text: &str) -> bool {
    let text = text.trim();
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    whole.len() == 5 && is_digits(whole) && is_digits(fraction)
}

/// A date with the English name of its month, as in `Jan 31, 2026` and `31-Jan-2026`.
pub(crate) fn named_date(text: &str) -> Option<i64> {
    if !text.bytes().any(|byte| byte.is_ascii_alphabetic()) {
        return None;
    }
    let patterns = ["%B %d, %Y", "%d %B %Y", "%d-%B-%Y", "%B %d %Y"];
    let read = patterns
        .iter()
        .find_map(|pattern| formatted(text, pattern))?;
    // A year of two digits is not a year.
    let year = DateTime::from_timestamp_micros(read)?.year();
    (year >= 1000).then_some(read)
}

/// A date of digits and points, day first, as in `31.12.2025`: beyond doubt, as no one writes months first so.
pub(crate) fn point_date(text: &str) -> Option<i64> {
    let text = text.trim();
    let (day, rest) = text.split_once('.')?;
    let (month, rest) = rest.split_once('.')?;
    let (year, time) = rest.split_at_checked(4)?;
    let number = |text: &str, most: usize| -> Option<u32> {
        ((1..=most).contains(&text.len())).then(|| digits(text, 0, text.len()))?
    };
    let year = i32::try_from(number(year, 4)?).ok()?;
    let date = NaiveDate::from_ymd_opt(year, number(month, 2)?, number(day, 2)?)?;
    let time = time.trim_start_matches([',', ' ']);
    let time = if time.is_empty() {
        0
    } else {
        time_of_day(&format!(" {time}"))?
    };
    (year > 0).then(|| micros_of(date) + time)
}

/// Days since 1970-01-01 of an instant, in UTC.
pub(crate) fn day_of(micros: i64) -> Option<i32> {
    i32::try_from(micros.div_euclid(86_400_000_000)).ok()
}

#[cfg(test)]
mod tests;
