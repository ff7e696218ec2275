//! Calendar arithmetic on plain dates, and their form as days since 1970-01-01.

use chrono::{Datelike, Days, Months, NaiveDate};

/// Days since 1970-01-01, as Arrow's Date32 counts them.
pub fn to_days(date: NaiveDate) -> i32 {
    date.signed_duration_since(NaiveDate::default()).num_days() as i32
}

/// The date of a day number; numbers beyond the calendar give its nearest end.
pub fn from_days(days: i32) -> NaiveDate {
    let epoch = NaiveDate::default();
    if days >= 0 {
        epoch.checked_add_days(Days::new(days.unsigned_abs().into()))
    } else {
        epoch.checked_sub_days(Days::new(days.unsigned_abs().into()))
    }
    .unwrap_or(if days >= 0 {
        NaiveDate::MAX
    } else {
        NaiveDate::MIN
    })
}

/// `date` moved by whole days; stays at the calendar's end instead of leaving it.
pub fn add_days(date: NaiveDate, days: i32) -> NaiveDate {
    from_days(to_days(date).saturating_add(days))
}

/// `date` moved by whole months; a day the month lacks becomes its last (31 March − 1 month = 28
/// February).
pub fn add_months(date: NaiveDate, months: i32) -> NaiveDate {
    let by = Months::new(months.unsigned_abs());
    if months >= 0 {
        date.checked_add_months(by).unwrap_or(NaiveDate::MAX)
    } else {
        date.checked_sub_months(by).unwrap_or(NaiveDate::MIN)
    }
}

/// The last day a snapshot may be of on the day `today`. One day later than today, since the clock
/// and the time zone of the machine that built it may differ from the reader's.
pub fn last_plausible_day(today: NaiveDate) -> NaiveDate {
    add_days(today, 1)
}

/// Checks that numbers can be built as of a day: not later than today plus one day, and not before
/// 2000, when none of the systems read here existed. The error says what to do.
pub fn check_as_of(as_of: NaiveDate, today: NaiveDate) -> Result<(), String> {
    if as_of > last_plausible_day(today) {
        return Err(format!(
            "{as_of} has not come yet: today is {today}; name an earlier day, or set this machine's clock if today is wrong"
        ));
    }
    if as_of.year() < 2000 {
        return Err(format!(
            "{as_of} is before any record; name a day from 2000 on, or set this machine's clock: today is {today} here"
        ));
    }
    Ok(())
}

/// First day of the month.
pub fn month_start(date: NaiveDate) -> NaiveDate {
    date.with_day(1).unwrap_or(date)
}

/// Last day of the month.
pub fn month_end(date: NaiveDate) -> NaiveDate {
    add_days(add_months(month_start(date), 1), -1)
}

/// First day of the quarter.
pub fn quarter_start(date: NaiveDate) -> NaiveDate {
    let month = date.month0() as i32 % 3;
    add_months(month_start(date), -month)
}

/// First day of the year.
pub fn year_start(date: NaiveDate) -> NaiveDate {
    add_months(month_start(date), -(date.month0() as i32))
}

/// Monday of the week.
pub fn week_start(date: NaiveDate) -> NaiveDate {
    add_days(date, -(date.weekday().num_days_from_monday() as i32))
}

/// Whole months from the month of `from` to the month of `to`.
pub fn months_between(from: NaiveDate, to: NaiveDate) -> i32 {
    (to.year() - from.year()) * 12 + to.month0() as i32 - from.month0() as i32
}

/// Reads `YYYY-MM-DD`, four-digit years only, nothing around it.
pub fn parse_iso(text: &str) -> Option<NaiveDate> {
    let bytes = text.as_bytes();
    let shape = bytes.len() == 10
        && bytes.iter().enumerate().all(|(at, byte)| match at {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    if !shape {
        return None;
    }
    NaiveDate::from_ymd_opt(
        text[0..4].parse().ok()?,
        text[5..7].parse().ok()?,
        text[8..10].parse().ok()?,
    )
}

/// A month as it stands in URLs and column names: `2026-01`.
pub fn month_key(day: NaiveDate) -> String {
    format!("{:04}-{:02}", day.year(), day.month())
}

/// Dates and moments in JSON. `chrono` reads them in every form there is, with several kilobytes of
/// the browser's program; these read the one form in which they are written.
pub(crate) mod json {
    use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
    use serde::de::{Deserialize, Deserializer, Error};

    use super::parse_iso;

    /// Written as `2026-11-24`.
    pub(crate) fn date<'de, D: Deserializer<'de>>(from: D) -> Result<NaiveDate, D::Error> {
        read_date(&String::deserialize(from)?)
    }

    /// The same, or nothing.
    pub(crate) fn maybe_date<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<NaiveDate>, D::Error> {
        let text = Option::<String>::deserialize(from)?;
        text.as_deref().map(read_date).transpose()
    }

    fn read_date<E: Error>(text: &str) -> Result<NaiveDate, E> {
        parse_iso(text).ok_or_else(|| E::custom("a date is not like 2026-11-24"))
    }

    /// `2026-11-24T08:05:00Z`, with any fraction of the second.
    pub(crate) fn moment<'de, D: Deserializer<'de>>(from: D) -> Result<DateTime<Utc>, D::Error> {
        let text = String::deserialize(from)?;
        read_moment(&text)
            .ok_or_else(|| D::Error::custom("a moment is not like 2026-11-24T08:05:00Z"))
    }

    pub(super) fn read_moment(text: &str) -> Option<DateTime<Utc>> {
        let (date, time) = text.split_once('T')?;
        let time = time.strip_suffix('Z')?;
        let (time, fraction) = time.split_once('.').unwrap_or((time, ""));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let mut parts = time
            .split(':')
            .map(|part| match part.len() == 2 && digits(part) {
                true => part.parse::<u32>().ok(),
                false => None,
            });
        let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next()??);
        if parts.next().is_some() || !digits(fraction) {
            return None;
        }
        let nanos: String = fraction
            .chars()
            .chain("000000000".chars())
            .take(9)
            .collect();
        let time = NaiveTime::from_hms_nano_opt(hour, minute, second, nanos.parse().ok()?)?;
        Some(parse_iso(date)?.and_time(time).and_utc())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        parse_iso(text).expect("a date")
    }

    #[test]
    fn moments_are_read_as_the_library_writes_them() {
        use chrono::DateTime;
        for nanos in [0, 5_000_000, 120_000, 7] {
            for seconds in [0, 1_764_000_000, 4_102_444_799] {
                let moment = DateTime::from_timestamp(seconds, nanos).expect("a moment");
                let text = serde_json::to_string(&moment).expect("JSON");
                assert_eq!(json::read_moment(text.trim_matches('"')), Some(moment));
            }
        }
        for wrong in [
            "",
            "2026-11-24",
            "2026-11-24T08:05Z",
            "2026-11-24T08:05:00",
            "2026-11-24T8:05:00Z",
            "2026-11-24T25:05:00Z",
            "2026-11-24T08:05:00+01:00",
            "2026-11-24T08:05:00.x0Z",
            "2026-11-24T08:05:00:00Z",
        ] {
            assert_eq!(json::read_moment(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn days_and_dates_are_inverse() {
        for text in ["1970-01-01", "2026-11-24", "1900-02-28", "2024-02-29"] {
            assert_eq!(from_days(to_days(day(text))), day(text));
        }
        assert_eq!(to_days(day("1970-01-02")), 1);
        assert_eq!(from_days(i32::MAX), NaiveDate::MAX);
        assert_eq!(from_days(i32::MIN), NaiveDate::MIN);
    }

    #[test]
    fn periods_start_where_they_should() {
        assert_eq!(month_end(day("2024-02-10")), day("2024-02-29"));
        assert_eq!(quarter_start(day("2026-11-24")), day("2026-10-01"));
        assert_eq!(year_start(day("2026-11-24")), day("2026-01-01"));
        assert_eq!(week_start(day("2026-11-24")), day("2026-11-23"));
        assert_eq!(add_months(day("2026-03-31"), -1), day("2026-02-28"));
        assert_eq!(months_between(day("2025-11-30"), day("2026-02-01")), 3);
    }

    #[test]
    fn only_plain_iso_dates_are_read() {
        for text in [
            "2026-1-01",
            "2026-02-30",
            " 2026-01-01",
            "20260101",
            "2026-01-01T00",
            "NaN",
            "২026-01-01",
        ] {
            assert_eq!(parse_iso(text), None, "{text}");
        }
    }
}
