//! Metrics whose last day is out of its own weekday's pattern.

mod pattern;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use tidemark_shared::date::add_days;
use tidemark_shared::engine::Evaluation;
use tidemark_shared::engine::people::reach;
use tidemark_shared::format::{self, Formatter};
use tidemark_shared::metrics::{
    CUSTOMERS_CHURNED, CUSTOMERS_NEW, LEADS_CREATED, OPPORTUNITIES_CREATED, TICKETS_CREATED,
    TRIALS_STARTED,
};
use tidemark_shared::view::{Compare, Grain, Listing, Range};
use tidemark_shared::{Metric, View};

use crate::incident::{Incident, Kind};
pub use pattern::{Course, Strange, WEEKS, weekdays};

/// The metrics watched: counts of what happens on a day, in the order of a customer's life. Amounts are not among them,
/// since one large customer makes any day strange; nor stocks and rates, which a strange day moves too little to be seen.
pub static WATCHED: &[&Metric] = &[
    &LEADS_CREATED,
    &OPPORTUNITIES_CREATED,
    &TRIALS_STARTED,
    &CUSTOMERS_NEW,
    &CUSTOMERS_CHURNED,
    &TICKETS_CREATED,
];

/// Days read: a year and the weeks before it, so that the same day of last year can be judged too.
const DAYS: i32 = 366 + 7 * (WEEKS as i32 + 1);

/// A metric's last day that is out of its pattern.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Anomaly {
    /// The metric.
    pub metric: &'static Metric,
    /// The day.
    pub day: NaiveDate,
    /// By how much.
    pub strange: Strange,
}

/// The metrics out of their pattern on the evaluation's last day, under its filters. Days in `noted` are known to be
/// special. Where a source is `stale`, days look empty that are only not there yet: then only more than usual is told.
#[must_use]
pub fn anomalies(
    evaluation: &Evaluation,
    noted: &BTreeSet<NaiveDate>,
    stale: bool,
) -> Vec<Anomaly> {
    let marts = evaluation.marts();
    let end = marts.as_of();
    let mut view = View {
        range: Range::between(add_days(end, 1 - DAYS), end),
        compare: Compare::None,
        filters: evaluation.view().filters.clone(),
        ..View::default()
    };
    view.set_grain(Grain::Day);
    let daily = Evaluation::new(Arc::clone(marts), &view);
    let judge = |metric: &&'static Metric| {
        let values = daily.series(metric).values;
        // A metric without its mart or under a filter it cannot follow has no value on any day.
        let counts: Vec<f64> = values.into_iter().collect::<Option<_>>()?;
        let course = Course {
            end,
            counts: &counts,
            noted,
        };
        let strange = course.strange()?;
        let fewer = strange.value < strange.usual;
        (!(fewer && stale)).then_some(Anomaly {
            metric,
            day: end,
            strange,
        })
    };
    WATCHED.iter().filter_map(judge).collect()
}

impl Anomaly {
    /// The incident to tell.
    #[must_use]
    pub fn incident(&self, formatter: &Formatter, now: DateTime<Utc>) -> Incident {
        let Strange {
            value,
            usual,
            low,
            high,
        } = self.strange;
        let write = |value: f64| formatter.value(self.metric.unit, Some(value.round()));
        let how = if value < usual { "fewer" } else { "more" };
        let weekdays = weekdays(self.day);
        Incident {
            kind: Kind::Anomaly {
                metric: self.metric.id.to_owned(),
            },
            title: format!("{}: {how} than usual", self.metric.label),
            text: format!(
                "{} on {}, where {weekdays} usually have {}.",
                write(value),
                format::date(self.day),
                write(usual),
            ),
            facts: vec![
                ("Day".to_owned(), format::date(self.day)),
                ("Value".to_owned(), write(value)),
                (
                    "Usual".to_owned(),
                    format!("{} to {}", write(low.ceil()), write(high.floor())),
                ),
            ],
            page: page(self.metric, self.day),
            since: now,
        }
    }
}

/// The dashboard's list of who is behind the day's number, or the days around it where there is no such list.
fn page(metric: &'static Metric, day: NaiveDate) -> String {
    let listed = reach(metric).is_ok();
    let first = if listed { day } else { add_days(day, -29) };
    let mut view = View {
        range: Range::between(first, day),
        ..View::default()
    };
    if listed {
        view.people.set_listing(Some(Listing::Metric(metric)));
    }
    let path = if listed { "/customers" } else { "/" };
    format!("{path}?{}", view.to_query())
}
