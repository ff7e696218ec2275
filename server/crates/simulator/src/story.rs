//! The plot of the simulated history: when things happen that the charts should show.

use chrono::NaiveDate;

use crate::calendar::{DAY, business_weight, date_of, days_before, start_of};
use crate::random::Random;

/// Days before the as-of day on which prices rise, the outage strikes, and the billing API is upgraded.
const PRICE_RISE_BEFORE: u64 = 242;
const OUTAGE_BEFORE: u64 = 151;
const API_UPGRADE_BEFORE: u64 = 426;
/// Days the waiting list needs to move in after the launch, and the shortest history that shows it.
const LAUNCH_RUSH_DAYS: i64 = 60;
const LAUNCH_HISTORY_DAYS: i64 = 181;
/// New leads per day at the end, over those at the start.
const LEAD_GROWTH: f64 = 1.5;

/// The turning points, as instants, and the curve of demand.
pub(crate) struct Story {
    /// First instant of the history.
    pub start: i64,
    /// First instant after it: nothing dated later exists.
    pub end: i64,
    /// New list prices from here on; existing subscriptions follow at their first renewal a month later.
    pub price_rise: i64,
    pub outage: i64,
    pub region_launch: i64,
    /// Less is spent on paid search from here on, once its churn was understood.
    pub search_cut: i64,
    /// Objects created from here on have the newer API shape.
    pub api_upgrade: i64,
    /// Running sums of demand per day.
    demand: Vec<u64>,
}

impl Story {
    pub(crate) fn new(days: u32, as_of: NaiveDate) -> Self {
        let end = start_of(as_of) + DAY;
        let start = end - i64::from(days) * DAY;
        let mut running = 0;
        let demand = (0..i64::from(days))
            .map(|day| {
                let t = day as f64 / f64::from(days.max(2) - 1);
                let rush = if day < LAUNCH_RUSH_DAYS && i64::from(days) >= LAUNCH_HISTORY_DAYS {
                    3.6
                } else {
                    1.0
                };
                let growth = 1.0 + (LEAD_GROWTH - 1.0) * t;
                running +=
                    (rush * growth * business_weight(date_of(start + day * DAY)) * 10_000.0) as u64;
                running
            })
            .collect();
        Self {
            start,
            end,
            price_rise: start_of(days_before(as_of, PRICE_RISE_BEFORE)),
            outage: start_of(days_before(as_of, OUTAGE_BEFORE)) + 9 * 3_600,
            region_launch: start + i64::from(days) * DAY * 38 / 100,
            search_cut: start + (i64::from(days) * 62 / 100 + 1) * DAY,
            api_upgrade: start_of(days_before(as_of, API_UPGRADE_BEFORE)),
            demand,
        }
    }

    /// Whether the history begins with the launch and its waiting list.
    pub(crate) fn has_launch_rush(&self) -> bool {
        self.end - self.start >= LAUNCH_HISTORY_DAYS * DAY
    }

    /// Where an instant lies in the history, from 0 to 1.
    pub(crate) fn progress(&self, instant: i64) -> f64 {
        ((instant - self.start) as f64 / (self.end - self.start) as f64).clamp(0.0, 1.0)
    }

    /// An instant of first contact, drawn from the curve of demand.
    pub(crate) fn first_contact(&self, random: &mut Random) -> i64 {
        let total = self.demand.last().copied().unwrap_or(1);
        let drawn = random.below(total);
        let day = self.demand.partition_point(|sum| *sum <= drawn);
        self.start + day as i64 * DAY + random.time_of_day()
    }

    /// The generation of the list prices at an instant.
    pub(crate) fn price_generation(&self, instant: i64) -> usize {
        usize::from(instant >= self.price_rise)
    }

    /// The weeks in which existing customers answer to the price rise.
    pub(crate) fn is_price_wave(&self, instant: i64) -> bool {
        (self.price_rise..self.price_rise + 100 * DAY).contains(&instant)
    }

    /// The weeks in which those hit by the outage leave.
    pub(crate) fn is_outage_wave(&self, instant: i64) -> bool {
        (self.outage..self.outage + 80 * DAY).contains(&instant)
    }
}
