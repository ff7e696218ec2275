//! The pattern never cries at what repeats, cries at what does not, and seldom cries by chance.

use std::collections::BTreeSet;
use std::sync::Arc;

use proptest::prelude::*;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, Gamma, Poisson};
use tidemark_shared::date::{add_days, parse_iso};
use tidemark_shared::engine::{Evaluation, Marts};
use tidemark_shared::format::Formatter;
use tidemark_shared::metrics::{CUSTOMERS_NEW, LEADS_CREATED};

use super::*;
use crate::testing;

fn day(text: &str) -> NaiveDate {
    parse_iso(text).unwrap()
}

/// A Wednesday in the middle of a month.
const END: &str = "2026-11-18";

fn judge(counts: &[f64]) -> Option<Strange> {
    judge_on(END, counts, &[])
}

fn judge_on(end: &str, counts: &[f64], noted: &[&str]) -> Option<Strange> {
    let noted = noted.iter().map(|text| day(text)).collect();
    Course {
        end: day(end),
        counts,
        noted: &noted,
    }
    .strange()
}

/// The same week again and again, oldest day first, with `last` in place of the last day.
fn weeks(week: [u32; 7], weeks: usize, last: Option<f64>) -> Vec<f64> {
    let mut counts: Vec<f64> = (0..7 * weeks).map(|at| f64::from(week[at % 7])).collect();
    if let (Some(last), Some(place)) = (last, counts.last_mut()) {
        *place = last;
    }
    counts
}

proptest! {
    #[test]
    fn what_repeats_every_week_is_never_strange(week: [u16; 7], count in 1usize..70) {
        let week = week.map(u32::from);
        prop_assert_eq!(judge(&weeks(week, count, None)), None);
    }

    #[test]
    fn a_spike_and_a_collapse_are_strange(week in prop::array::uniform7(30u32..5_000), count in 7usize..70) {
        let usual = f64::from(week[6]);
        let spike = judge(&weeks(week, count, Some(3.0 * usual))).expect("a spike");
        prop_assert!(spike.value > spike.high && (spike.usual - usual).abs() < 1e-6 * usual);
        let collapse = judge(&weeks(week, count, Some(0.0))).expect("a collapse");
        prop_assert!(collapse.value < collapse.low);
    }

    #[test]
    fn nothing_breaks_it(counts in prop::collection::vec(prop_oneof![0.0..1e12, -1e3..0.0], 0..600)) {
        let judged = judge(&counts);
        prop_assert!(judged.is_none_or(|strange| strange.value < strange.low || strange.value > strange.high));
    }
}

#[test]
fn small_numbers_and_small_changes_are_no_news() {
    // From 1 to 9 is much and yet nothing; from 40,000 to 44,000 is certain and yet little.
    assert_eq!(judge(&weeks([1; 7], 12, Some(9.0))), None);
    assert_eq!(judge(&weeks([40_000; 7], 12, Some(44_000.0))), None);
    assert!(judge(&weeks([40_000; 7], 12, Some(56_000.0))).is_some());
}

#[test]
fn a_judgement_needs_five_weeks() {
    assert_eq!(judge(&weeks([100; 7], 5, Some(0.0))), None);
    assert!(judge(&weeks([100; 7], 6, Some(0.0))).is_some());
}

#[test]
fn a_quiet_weekend_is_no_collapse_but_a_quiet_wednesday_is() {
    let week = [100, 100, 100, 100, 2, 1, 100];
    assert_eq!(
        judge_on(
            "2026-11-15",
            &weeks([100, 100, 100, 100, 100, 2, 1], 12, None),
            &[]
        ),
        None
    );
    assert!(judge(&weeks(week, 12, Some(1.0))).is_some());
}

#[test]
fn a_noted_day_is_neither_judged_nor_usual() {
    let launch = weeks([100; 7], 12, Some(500.0));
    assert!(judge_on(END, &launch, &[]).is_some());
    assert_eq!(judge_on(END, &launch, &[END]), None);
    // Five launches would make 500 usual; noted, they do not.
    let mut launches = weeks([100; 7], 12, Some(500.0));
    let days: Vec<String> = (1..=3)
        .map(|week| add_days(day(END), -7 * week).to_string())
        .collect();
    for week in 1..=3 {
        let place = launches.len() - 1 - 7 * week;
        launches[place] = 500.0;
    }
    let days: Vec<&str> = days.iter().map(String::as_str).collect();
    assert!(judge_on(END, &launches, &days).is_some());
}

/// Counts of two years, 80 a day, but for some days.
fn two_years(end: &str, special: &[(&str, f64)]) -> Vec<f64> {
    let first = add_days(day(end), -729);
    let mut counts = vec![80.0; 730];
    for (text, count) in special {
        counts[(day(text) - first).num_days() as usize] = *count;
    }
    counts
}

#[test]
fn what_the_calendar_repeats_is_explained() {
    for (end, before) in [
        // A holiday by date and one by weekday.
        ("2026-12-25", "2025-12-25"),
        ("2026-11-26", "2025-11-27"),
        // The first and the last of a month, and a quarter's end.
        ("2026-11-01", "2026-10-01"),
        ("2026-11-30", "2026-10-31"),
        ("2026-09-30", "2026-06-30"),
    ] {
        let both = two_years(end, &[(end, 5.0), (before, 4.0)]);
        assert_eq!(judge_on(end, &both, &[]), None, "{end}");
        let opposite = two_years(end, &[(end, 5.0), (before, 300.0)]);
        assert!(judge_on(end, &opposite, &[]).is_some(), "{end}");
        let alone = two_years(end, &[(end, 5.0)]);
        assert!(judge_on(end, &alone, &[]).is_some(), "{end}");
    }
}

/// How often the last day of noise alone is called strange, of so many series.
fn false_alarms(series: usize, mut draw: impl FnMut(&mut StdRng, usize) -> f64) -> f64 {
    let mut chance = StdRng::seed_from_u64(7);
    let cries = (0..series).filter(|_| {
        let counts: Vec<f64> = (0..7 * WEEKS + 1).map(|at| draw(&mut chance, at)).collect();
        judge(&counts).is_some()
    });
    cries.count() as f64 / series as f64
}

/// A week as support and sales have it.
const WEEK: [f64; 7] = [1.2, 1.1, 1.0, 1.0, 0.9, 0.3, 0.2];

#[test]
fn noise_alone_seldom_cries() {
    const SERIES: usize = 20_000;
    for mean in [3.0, 12.0, 60.0, 400.0] {
        let rate = false_alarms(SERIES, |chance, at| {
            Poisson::new(mean * WEEK[at % 7]).unwrap().sample(chance)
        });
        println!("Poisson, mean {mean}: {rate}");
        assert!(rate < 0.0003, "Poisson, mean {mean}: {rate}");
    }
    // A negative binomial is a Poisson whose mean varies by a gamma distribution: here by a third up and down.
    for mean in [12.0, 60.0, 400.0] {
        let rate = false_alarms(SERIES, |chance, at| {
            let mean = mean * WEEK[at % 7];
            let varied: f64 = Gamma::new(9.0, mean / 9.0).unwrap().sample(chance);
            Poisson::new(varied.max(1e-9)).unwrap().sample(chance)
        });
        println!("negative binomial, mean {mean}: {rate}");
        assert!(rate < 0.002, "negative binomial, mean {mean}: {rate}");
    }
}

#[test]
fn growth_is_no_anomaly() {
    // Five percent a week, for a year.
    let mut chance = StdRng::seed_from_u64(11);
    let rate = {
        let cries = (0..2_000).filter(|_| {
            let counts: Vec<f64> = (0..370)
                .map(|at| {
                    let mean = 20.0 * WEEK[at % 7] * 1.05f64.powf(at as f64 / 7.0);
                    Poisson::new(mean).unwrap().sample(&mut chance)
                })
                .collect();
            judge(&counts).is_some()
        });
        cries.count() as f64 / 2_000.0
    };
    println!("growth: {rate}");
    assert!(rate <= 0.002, "{rate}");
}

#[test]
fn a_halved_day_of_a_busy_metric_is_found() {
    let mut chance = StdRng::seed_from_u64(13);
    let mut found = 0;
    for _ in 0..1_000 {
        let mut counts: Vec<f64> = (0..7 * WEEKS + 1)
            .map(|at| {
                Poisson::new(200.0 * WEEK[at % 7])
                    .unwrap()
                    .sample(&mut chance)
            })
            .collect();
        let last = counts.last_mut().unwrap();
        *last = Poisson::new(100.0 * WEEK[0]).unwrap().sample(&mut chance);
        found += usize::from(judge(&counts).is_some());
    }
    println!("halved: {found} of 1000");
    assert!(found >= 950, "{found} of 1000");
}

#[test]
fn only_the_metric_that_is_strange_is_told_and_fewer_is_not_while_a_source_is_stale() {
    let end = day(END);
    let mut chance = StdRng::seed_from_u64(17);
    let mut marts = |leads_today: i64| {
        let daily = testing::daily(end, 200, |at, column| match column {
            "leads_created" if at == end => leads_today,
            "leads_created" => 60 + chance.random_range(0..9),
            "customers_new" => 20 + chance.random_range(0..5),
            _ => 0,
        });
        let marts = Arc::new(Marts::new(daily));
        Evaluation::new(marts, &View::default())
    };
    let none = BTreeSet::new();
    assert_eq!(anomalies(&marts(63), &none, false), []);
    let spike = anomalies(&marts(240), &none, true);
    assert_eq!(
        spike.iter().map(|a| a.metric).collect::<Vec<_>>(),
        [&LEADS_CREATED]
    );
    let collapse = marts(0);
    assert_eq!(anomalies(&collapse, &none, true), []);
    let found = anomalies(&collapse, &none, false);
    let [anomaly] = found.as_slice() else {
        panic!("{found:?}");
    };
    let now = "2026-11-19T05:00:00Z".parse().unwrap();
    let incident = anomaly.incident(&Formatter::new("usd"), now);
    assert_eq!(incident.key(), "anomaly:leads_created");
    assert_eq!(
        incident.title,
        format!("{}: fewer than usual", LEADS_CREATED.label)
    );
    assert!(
        incident
            .text
            .starts_with("0 on Nov 18, 2026, where Wednesdays usually have 6"),
        "{}",
        incident.text
    );
    assert!(page(&CUSTOMERS_NEW, end).starts_with("/customers?"));
}
