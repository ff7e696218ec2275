//! The digest: the headline numbers of a period with their change, why they changed, a chart, and how good the data is.

mod chart;
pub(crate) mod page;
mod picture;
mod words;

use std::sync::Arc;

use chrono::{Datelike, NaiveDate, Weekday};
use serde::Serialize;
use tidemark_shared::api::{Manifest, Outcome, SourceState};
use tidemark_shared::change::Verdict;
use tidemark_shared::chart::{HEADLINES, sentence};
use tidemark_shared::date::{add_days, week_start};
use tidemark_shared::engine::{Evaluation, Marts, Total};
use tidemark_shared::format::{self, Formatter};
use tidemark_shared::metrics::{CUSTOMERS_CHURNED, CUSTOMERS_NEW, NET_NEW_MRR};
use tidemark_shared::view::{Range, Span};
use tidemark_shared::{Metric, View};
use url::Url;

use crate::error::AlertError;
use crate::incident::Incident;
use crate::letter::address;
use crate::message::{Message, Picture};

/// Days of a daily digest's numbers: one day alone says little about rates.
const DAILY_DAYS: i32 = 30;

/// What a daily digest tells of the last day by itself.
static OF_THE_DAY: &[&Metric] = &[&CUSTOMERS_NEW, &CUSTOMERS_CHURNED, &NET_NEW_MRR];

/// How often a digest is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cadence {
    /// Every day: the last 30 days, and the last one by itself.
    Daily,
    /// Every week: the last whole week, Monday to Sunday.
    Weekly,
}

impl Cadence {
    /// The days of the newest digest of a snapshot.
    #[must_use]
    pub fn days(self, as_of: NaiveDate) -> Span {
        let to = match self {
            Cadence::Daily => as_of,
            Cadence::Weekly if as_of.weekday() == Weekday::Sun => as_of,
            Cadence::Weekly => add_days(week_start(as_of), -1),
        };
        let days = match self {
            Cadence::Daily => DAILY_DAYS,
            Cadence::Weekly => 7,
        };
        Span {
            from: add_days(to, 1 - days),
            to,
        }
    }

    /// The name of that digest's period: `2026-11-24`, `2026-W47`. A digest is sent once per period.
    #[must_use]
    pub fn period(self, as_of: NaiveDate) -> String {
        let to = self.days(as_of).to;
        match self {
            Cadence::Daily => to.to_string(),
            Cadence::Weekly => format!("{}-W{:02}", to.iso_week().year(), to.iso_week().week()),
        }
    }
}

/// What a digest says.
#[derive(Debug, Clone, Serialize)]
pub struct Digest {
    /// Its period, by name.
    pub period: String,
    /// One line: what it is and of which days.
    pub title: String,
    /// The days it compares with, in words; empty without any.
    pub compared: String,
    /// What happened on the last day, by name; of a daily digest only.
    pub day: Option<Day>,
    /// The headline numbers that have a value.
    pub tiles: Vec<Tile>,
    /// What changed and why; empty where nothing can be said.
    pub why: String,
    /// How far the data reaches and what its checks say.
    pub data: Vec<String>,
    /// What is the matter now.
    pub open: Vec<String>,
    /// The dashboard with these numbers.
    pub link: Option<String>,
    /// The course of the first headline number.
    #[serde(skip)]
    pub picture: Option<Picture>,
    /// The same in a line of text.
    pub spark: Option<Spark>,
}

/// A day by itself.
#[derive(Debug, Clone, Serialize)]
pub struct Day {
    /// Its date.
    pub date: String,
    /// Names and values.
    pub values: Vec<(&'static str, String)>,
}

/// A headline number.
#[derive(Debug, Clone, Serialize)]
pub struct Tile {
    /// Id of the metric.
    pub id: &'static str,
    /// Its name.
    pub label: &'static str,
    /// Its value.
    pub value: String,
    /// Its change; empty without one.
    pub change: String,
    /// `better`, `worse`, or nothing.
    pub verdict: &'static str,
    /// The value compared with; empty without one.
    pub before: String,
}

/// A course in a line of text.
#[derive(Debug, Clone, Serialize)]
pub struct Spark {
    /// What it is of.
    pub label: &'static str,
    /// Blocks of growing height, a week each.
    pub line: String,
    /// The first value and the last.
    pub ends: (String, String),
}

impl Digest {
    /// The digest of the marts of a snapshot. `open` are the incidents that last, `site` is where people open the dashboard.
    ///
    /// # Errors
    /// [`AlertError::Drawing`] if the chart cannot be drawn.
    pub fn new(
        manifest: &Manifest,
        marts: &Arc<Marts>,
        cadence: Cadence,
        open: &[Incident],
        site: Option<&Url>,
    ) -> Result<Self, AlertError> {
        let days = cadence.days(marts.as_of());
        let view = View {
            range: Range::between(days.from, days.to),
            snapshot: Some(manifest.snapshot_id.clone()),
            ..View::default()
        };
        let evaluation = Evaluation::new(Arc::clone(marts), &view);
        let formatter = Formatter::new(&manifest.currency);
        let totals = HEADLINES.iter().map(|metric| evaluation.total(metric));
        // Of no day at all every sum is zero, which nobody should read as a number.
        let there = |total: &Total| total.value.is_some() && !evaluation.is_empty();
        let totals: Vec<Total> = totals.filter(there).collect();
        let course = chart::Course::new(marts, totals.first().map(|total| total.metric), days.to);
        let picture = course.as_ref().map(|course| course.picture(&formatter));
        let explained = evaluation.explanation().filter(|_| !totals.is_empty());
        let name = match cadence {
            Cadence::Daily => "Daily digest",
            Cadence::Weekly => "Weekly digest",
        };
        let compared = evaluation.window().compared;
        Ok(Self {
            period: cadence.period(marts.as_of()),
            title: format!("{name}: {}", format::span(days)),
            compared: compared.map(format::span).unwrap_or_default(),
            day: (cadence == Cadence::Daily).then(|| Day::new(&evaluation, days.to, &formatter)),
            tiles: totals
                .iter()
                .map(|total| Tile::new(total, &formatter))
                .collect(),
            why: explained
                .map(|why| sentence(&why, &formatter))
                .unwrap_or_default(),
            data: state_of_data(manifest),
            open: open.iter().map(|incident| incident.title.clone()).collect(),
            link: address(site, &format!("/?{}", view.to_query())),
            picture: picture.transpose()?,
            spark: course.and_then(|course| course.spark(&formatter)),
        })
    }

    /// The digest in all the forms in which channels want it.
    ///
    /// # Errors
    /// [`AlertError::Drawing`] if the e-mail cannot be laid out.
    pub fn message(&self) -> Result<Message, AlertError> {
        Ok(Message {
            subject: self.title.clone(),
            text: words::text(self),
            blocks: words::blocks(self),
            html: page::digest(self)?,
            data: serde_json::json!({"event": "digest", "digest": self}),
            picture: self.picture.clone(),
        })
    }
}

impl Day {
    fn new(evaluation: &Evaluation, day: NaiveDate, formatter: &Formatter) -> Self {
        let span = Span { from: day, to: day };
        let value = |metric: &&'static Metric| {
            let value = evaluation.slice().value(metric, span)?;
            Some((metric.label, formatter.short(metric.unit, Some(value))))
        };
        Self {
            date: format::date(day),
            values: OF_THE_DAY.iter().filter_map(value).collect(),
        }
    }
}

impl Tile {
    fn new(total: &Total, formatter: &Formatter) -> Self {
        let metric = total.metric;
        let change = total.change;
        let before = total.previous.filter(|_| change.is_some());
        Self {
            id: metric.id,
            label: metric.label,
            value: formatter.short(metric.unit, total.value),
            change: change.map_or_else(String::new, |change| formatter.change(metric, &change)),
            verdict: match change.map(|change| change.verdict) {
                Some(Verdict::Good) => "better",
                Some(Verdict::Bad) => "worse",
                Some(Verdict::Neutral) | None => "",
            },
            before: before.map_or_else(String::new, |value| {
                formatter.short(metric.unit, Some(value))
            }),
        }
    }
}

/// How far the data reaches, which sources lag, and what the checks say, a sentence each.
fn state_of_data(manifest: &Manifest) -> Vec<String> {
    let mut lines = vec![format!("Data through {}.", format::date(manifest.as_of))];
    if manifest.demo {
        lines.push("The company is simulated.".to_owned());
    }
    for source in &manifest.sources {
        if source.status == SourceState::Stale {
            let through = source.data_through.map(format::date);
            let through = through.unwrap_or_else(|| "never".to_owned());
            lines.push(format!(
                "{} lags: its newest fact is of {through}.",
                source.name
            ));
        }
    }
    let quality = manifest.quality;
    let some = |count: u32, one: &str| match count {
        1 => format!("1 {one}"),
        _ => format!("{count} {one}s"),
    };
    lines.push(match quality.status {
        Outcome::Pass => "All checks passed.".to_owned(),
        Outcome::Warn => format!("The checks gave {}.", some(quality.warnings, "warning")),
        Outcome::Fail => format!("The checks found {}.", some(quality.errors, "error")),
    });
    lines
}

#[cfg(test)]
mod tests;
