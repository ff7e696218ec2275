//! schedule: every day has its instant, once, in zones whose clocks go forward and back, at midnight or by half an hour.
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::{America, Australia, Europe, Tz};
use proptest::prelude::*;
use tidemark_shared::api::RunState;

use super::world::{Fate, World};
use crate::{Schedule, Step, tick};

const ZONES: [Tz; 6] = [
    Tz::UTC,
    Europe::Berlin,
    America::New_York,
    America::St_Johns,
    // Clocks go forward at midnight there until 2018: the day begins at one.
    America::Sao_Paulo,
    // By half an hour.
    Australia::Lord_Howe,
];

proptest! {
    #[test]
    fn a_daily_schedule_has_one_instant_each_day(
        zone in proptest::sample::select(&ZONES[..]),
        hour in 0_u32..24,
        minute in 0_u32..60,
        year in 2010_i32..2036,
    ) {
        let schedule = Schedule::parse(&format!("{minute} {hour} * * *"), zone, None).unwrap();
        let first = NaiveDate::from_ymd_opt(year, 1, 1).unwrap();
        let from = zone.from_local_datetime(&first.and_time(NaiveTime::MIN)).earliest().unwrap().to_utc();
        let instants: Vec<_> = schedule
            .between(from - TimeDelta::seconds(1), from + TimeDelta::days(370))
            .collect();
        for (day, instant) in first.iter_days().zip(&instants) {
            let local = instant.with_timezone(&zone);
            let wanted = day.and_hms_opt(hour, minute, 0).unwrap();
            match zone.from_local_datetime(&wanted) {
                chrono::LocalResult::None => prop_assert!(
                    local.naive_local() > wanted && local.naive_local() - wanted <= TimeDelta::hours(1),
                    "{} for {}", local, wanted
                ),
                twice_or_once => prop_assert_eq!(Some(local), twice_or_once.earliest()),
            }
        }
        prop_assert!(instants.len() >= 369, "{}", instants.len());
    }

    #[test]
    fn instants_ascend_whatever_the_expression(
        zone in proptest::sample::select(&ZONES[..]),
        cron in proptest::sample::select(&["*/20 * * * *", "0 * * * *", "0 1,2,3 * * *", "15 2 * * 0", "30 0 1 * *", "5 4 * * 1-5"][..]),
        start in 1_300_000_000_i64..2_000_000_000,
    ) {
        let schedule = Schedule::parse(cron, zone, None).unwrap();
        let mut last = DateTime::from_timestamp(start, 0).unwrap();
        for _ in 0..100 {
            let next = schedule.next_after(last).unwrap();
            prop_assert!(next > last);
            last = next;
        }
    }
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

#[test]
fn the_nights_when_clocks_change_have_one_run() {
    let schedule = Schedule::parse("30 2 * * *", Europe::Berlin, None).unwrap();
    let spring: Vec<_> = schedule
        .between(at("2026-03-28T12:00:00Z"), at("2026-03-30T12:00:00Z"))
        .collect();
    // 2:30 does not exist: three o'clock, which is one o'clock UTC.
    assert_eq!(
        spring,
        [at("2026-03-29T01:00:00Z"), at("2026-03-30T00:30:00Z")]
    );
    let autumn: Vec<_> = schedule
        .between(at("2026-10-24T12:00:00Z"), at("2026-10-26T12:00:00Z"))
        .collect();
    // 2:30 comes twice: the first.
    assert_eq!(
        autumn,
        [at("2026-10-25T00:30:00Z"), at("2026-10-26T01:30:00Z")]
    );
}

#[test]
fn what_is_no_schedule_says_so() {
    for (cron, why) in [
        ("", "\"\""),
        ("30 5 * *", "five fields"),
        ("61 5 * * *", "61 5"),
        ("0 5 30 2 *", "no day fits"),
        ("daily", "30 5 * * *"),
    ] {
        let error = Schedule::parse(cron, Tz::UTC, None)
            .unwrap_err()
            .to_string();
        assert!(error.contains(why), "{error}");
    }
    assert!(
        Schedule::parse("*/2 * * * * *", Tz::UTC, None).is_ok(),
        "seconds may be named"
    );
}

#[test]
fn lateness_is_told_once_a_day_and_only_where_a_run_was_due() {
    let nine = NaiveTime::from_hms_opt(9, 0, 0);
    // A Thursday; in Berlin nine o'clock is eight UTC.
    let mut world = World::new("0 5 * * *", Europe::Berlin, at("2026-11-26T12:00:00Z"));
    world.schedule = Schedule::parse("0 5 * * 1-5", Europe::Berlin, nine).unwrap();
    let look = |now: &str| {
        let mut history = world.history();
        let tick = tick(&mut history, &world.schedule, Europe::Berlin, 7, at(now)).unwrap();
        tick.late.map(|late| (late.due, late.as_of.to_string()))
    };
    let late = |due: &str, as_of: &str| Some((at(due), as_of.to_owned()));
    assert_eq!(
        look("2026-11-25T06:00:00Z"),
        None,
        "nobody has run, but nobody was there either"
    );
    assert_eq!(
        look("2026-11-25T09:00:00Z"),
        None,
        "what was due before the first look is not awaited"
    );
    assert_eq!(look("2026-11-26T07:59:59Z"), None);
    assert_eq!(
        look("2026-11-26T08:00:00Z"),
        late("2026-11-26T08:00:00Z", "2026-11-25")
    );
    assert_eq!(look("2026-11-26T08:00:01Z"), None, "told");
    assert!(world.process(&[], None));
    assert_eq!(world.runs().last().unwrap().state, RunState::Succeeded);
    assert_eq!(look("2026-11-27T07:00:00Z"), None);
    assert_eq!(
        look("2026-11-27T10:00:00Z"),
        late("2026-11-27T08:00:00Z", "2026-11-26")
    );
    assert_eq!(
        look("2026-11-28T12:00:00Z"),
        None,
        "no run is due on a Saturday"
    );
}

#[test]
fn a_clock_that_was_wrong_does_not_stop_the_schedule() {
    let world = World::new("0 5 * * *", Tz::UTC, at("2036-01-01T00:00:00Z"));
    world.process(&[], None);
    // It was ten years ahead, and is set right.
    world.pass(at("2026-01-01T00:00:00Z") - world.time());
    world.process(&[], None);
    world.pass(TimeDelta::hours(6));
    world.process(&[Fate::Done], None);
    assert_eq!(world.runs().len(), 1);
}

#[test]
fn what_a_clock_that_was_ahead_recorded_hides_no_sync_and_no_lateness() {
    let nine = NaiveTime::from_hms_opt(9, 0, 0);
    let mut world = World::new("0 5 * * *", Tz::UTC, at("2036-01-01T04:00:00Z"));
    world.schedule = Schedule::parse("0 5 * * *", Tz::UTC, nine).unwrap();
    world.process(&[], None);
    world.pass(TimeDelta::hours(6));
    // A whole run under the wrong clock, and its lateness.
    world.process(&[], None);
    assert_eq!(world.runs().len(), 1);
    world.pass(at("2026-01-01T00:00:00Z") - world.time());
    world.process(&[], None);
    let look = |now: &str| {
        let mut history = world.history();
        tick(&mut history, &world.schedule, Tz::UTC, 7, at(now)).unwrap()
    };
    let tick = look("2026-01-01T05:00:30Z");
    assert_eq!(tick.queued.len(), 1);
    let late = look("2026-01-01T09:00:00Z").late.expect("late");
    assert_eq!(late.as_of.to_string(), "2025-12-31");
    world.pass(at("2026-01-01T09:10:00Z") - world.time());
    world.log.borrow_mut().clear();
    world.process(&[], None);
    let steps = world.log.borrow();
    assert!(
        steps.iter().any(|(_, step, _)| *step == Step::Sync),
        "{steps:?}"
    );
}
