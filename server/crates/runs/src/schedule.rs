//! schedule: the instants at which a run is due, in a time zone whose clocks go forward and back.
use chrono::{
    DateTime, Days, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc,
};
use chrono_tz::Tz;
use croner::Cron;

use crate::error::RunsError;

/// No zone's clocks ever moved further than a day, so this far on a local time exists again.
const LONGEST_GAP_MINUTES: i64 = 25 * 60;

/// When runs are due, and by when each day's numbers are to be published.
///
/// A local time that the clocks skip stands for the first one after; one that comes twice counts once, at its
/// first. An expression that names intervals (`*/10 * * * *`) follows the clock: what is skipped is left out, what is repeated counts.
#[derive(Debug, Clone)]
pub struct Schedule {
    cron: Cron,
    zone: Tz,
    ready_by: Option<NaiveTime>,
}

impl Schedule {
    /// Reads a cron expression of five fields, or six, with seconds first.
    ///
    /// # Errors
    /// If it is none, or fits no instant of the coming years.
    pub fn parse(cron: &str, zone: Tz, ready_by: Option<NaiveTime>) -> Result<Self, RunsError> {
        let wrong = |why: String| RunsError::Cron {
            text: cron.to_owned(),
            why,
        };
        let cron: Cron = cron
            .trim()
            .parse()
            .map_err(|error: croner::errors::CronError| wrong(error.to_string()))?;
        let schedule = Self {
            cron,
            zone,
            ready_by,
        };
        // A date of the 2000s that every calendar has; 30 February is found out here and not in the night.
        let some_day = DateTime::from_timestamp(1_750_000_000, 0).unwrap_or(DateTime::UNIX_EPOCH);
        schedule
            .next_after(some_day)
            .map(|_| schedule)
            .ok_or_else(|| wrong("no day fits it".to_owned()))
    }

    /// The first instant after this one.
    #[must_use]
    pub fn next_after(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let local = at.with_timezone(&self.zone);
        let next = self.cron.find_next_occurrence(&local, false).ok()?;
        // Strictly later, whatever the clocks did: an instant must not come twice.
        Some(next.to_utc()).filter(|next| *next > at)
    }

    /// The instants after `from` up to and including `to`, ascending.
    pub fn between(
        &self,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
    ) -> impl Iterator<Item = DateTime<Utc>> {
        let next = move |at: &DateTime<Utc>| self.next_after(*at).filter(|next| *next <= to);
        std::iter::successors(next(&from), next)
    }

    /// The last moment at or before `now` by which numbers should have been published: of a day on which
    /// a run was due within the 24 hours before, and after `since`.
    #[must_use]
    pub fn ready_by(&self, since: DateTime<Utc>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let time = self.ready_by?;
        let today = now.with_timezone(&self.zone).date_naive();
        let of = |day: NaiveDate| resolve(self.zone, day.and_time(time));
        let due = of(today)
            .filter(|due| *due <= now)
            .or_else(|| of(today.pred_opt()?))?;
        let awaited = self
            .between(since.max(due - TimeDelta::days(1)), due)
            .next()
            .is_some();
        awaited.then_some(due)
    }
}

/// The instant of a local time: the first of two, or the first after a gap.
fn resolve(zone: Tz, local: NaiveDateTime) -> Option<DateTime<Utc>> {
    (0..=LONGEST_GAP_MINUTES).find_map(|minutes| {
        match zone.from_local_datetime(&(local + TimeDelta::minutes(minutes))) {
            LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => Some(at.to_utc()),
            LocalResult::None => None,
        }
    })
}

/// The last day that is over at this instant, in the reporting time zone: what a run then knows.
#[must_use]
pub fn last_complete_day(at: DateTime<Utc>, zone: Tz) -> NaiveDate {
    let today = at.with_timezone(&zone).date_naive();
    today.checked_sub_days(Days::new(1)).unwrap_or(today)
}
