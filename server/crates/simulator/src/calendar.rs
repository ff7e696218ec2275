//! Instants in seconds since 1970 (UTC), calendar months anchored to a start day, and their ISO texts.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveTime, Weekday};

/// Seconds in a day.
pub(crate) const DAY: i64 = 86_400;
/// Seconds in an hour.
pub(crate) const HOUR: i64 = 3_600;

/// Midnight UTC that begins the date.
pub(crate) fn start_of(date: NaiveDate) -> i64 {
    date.and_time(NaiveTime::MIN).and_utc().timestamp()
}

/// The UTC date of an instant.
pub(crate) fn date_of(instant: i64) -> NaiveDate {
    DateTime::from_timestamp(instant, 0).map_or(NaiveDate::MIN, |moment| moment.date_naive())
}

/// The instant `months` calendar months after the anchor, same time of day; a day the month lacks becomes its last one.
pub(crate) fn add_months(anchor: i64, months: u32) -> i64 {
    let date = date_of(anchor);
    let moved = date
        .checked_add_months(Months::new(months))
        .unwrap_or(NaiveDate::MAX);
    anchor + start_of(moved) - start_of(date)
}

/// `2026-10-31T07:47:11Z`.
pub(crate) fn iso_seconds(instant: i64) -> String {
    let (date, rest) = (date_of(instant), instant.rem_euclid(DAY));
    format!(
        "{date}T{:02}:{:02}:{:02}Z",
        rest / HOUR,
        rest / 60 % 60,
        rest % 60
    )
}

/// `2026-10-31T07:47:11.000Z`, as the CRM's bulk exports write it.
pub(crate) fn iso_millis(instant: i64) -> String {
    let mut text = iso_seconds(instant);
    text.truncate(text.len() - 1);
    text + ".000Z"
}

/// How busy buyers are on a date: weekends are quiet, August dips, the fourth quarter pushes, late December rests.
pub(crate) fn business_weight(date: NaiveDate) -> f64 {
    let weekday = match date.weekday() {
        Weekday::Sat => 0.3,
        Weekday::Sun => 0.25,
        Weekday::Mon | Weekday::Fri => 1.05,
        _ => 1.3,
    };
    let season = match (date.month(), date.day()) {
        (12, 22..) => 0.55,
        (1, _) => 0.95,
        (7, _) => 0.9,
        (8, _) => 0.68,
        (9, _) => 1.1,
        (10..=12, _) => 1.22,
        _ => 1.0,
    };
    weekday * season
}

/// The date `days` before; the earliest date there is where that underflows.
pub(crate) fn days_before(date: NaiveDate, days: u64) -> NaiveDate {
    date.checked_sub_days(Days::new(days))
        .unwrap_or(NaiveDate::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(year: i32, month: u32, day: u32) -> i64 {
        start_of(NaiveDate::from_ymd_opt(year, month, day).unwrap()) + 12 * HOUR
    }

    #[test]
    fn months_clamp_and_come_back_to_the_anchor_day() {
        let anchor = at(2024, 1, 31);
        assert_eq!(add_months(anchor, 1), at(2024, 2, 29));
        assert_eq!(add_months(anchor, 2), at(2024, 3, 31));
        assert_eq!(add_months(anchor, 12), at(2025, 1, 31));
        assert_eq!(add_months(at(2024, 2, 29), 12), at(2025, 2, 28));
    }

    #[test]
    fn texts() {
        assert_eq!(iso_seconds(at(2026, 10, 31) + 7), "2026-10-31T12:00:07Z");
        assert_eq!(iso_millis(at(2026, 10, 31)), "2026-10-31T12:00:00.000Z");
    }
}
