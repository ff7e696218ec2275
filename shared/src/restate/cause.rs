//! Why a number of the past is another one now: policy, code, or the data; where these can be
//! distinguished.

use chrono::NaiveDate;

use crate::api::{Manifest, SourceEntry};
use crate::metric::{self, Metric};

/// Columns of facts that are dated when something begins, and change when it goes on.
const RIPENING: [&str; 5] = [
    "trials_started_converted",
    "trials_started_running",
    "tickets_reopened",
    "satisfaction_good",
    "satisfaction_bad",
];

/// The mart that is dated by first contact and shows what came of it since.
const RIPENING_MART: &str = "acquisition_funnel";

/// Why a number is another one. Several can be true at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Causes {
    /// A setting that shapes the metric is another one.
    pub policy: bool,
    /// The models or the program are others.
    pub code: bool,
    /// Records came late, were corrected or withdrawn.
    pub data: bool,
}

impl Causes {
    /// The causes in words: `late data`, `policy and late data`.
    pub fn words(self) -> String {
        let names = [
            (self.policy, "policy"),
            (self.code, "code"),
            (self.data, "late data"),
        ];
        let names: Vec<&str> = names
            .iter()
            .filter(|(is, _)| *is)
            .map(|(_, n)| *n)
            .collect();
        names.join(" and ")
    }
}

/// A setting that is another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// Which setting changed.
    pub setting: metric::Setting,
    /// What was in force in the first snapshot.
    pub before: String,
    /// What is in force in the second.
    pub after: String,
}

/// A source in both snapshots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceChange {
    /// Its name.
    pub name: String,
    /// Records read in the first snapshot; none if it was not there.
    pub before: Option<(u64, Option<NaiveDate>)>,
    /// Records read in the second, and the day of the newest.
    pub after: Option<(u64, Option<NaiveDate>)>,
}

/// What is different about two snapshots, besides the days they know.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reasons {
    /// Settings that differ.
    pub settings: Vec<Setting>,
    /// Whether models or program differ; none if a snapshot does not say what made it.
    pub code: Option<bool>,
    /// Sources that read another number of records, or that came or went.
    pub sources: Vec<SourceChange>,
    /// Whether numbers that neither policy nor code can have moved are others too: then data moved
    /// as well.
    pub data: bool,
    /// Whether the second snapshot knows another day than the first, so that what ripens has
    /// ripened.
    pub days_passed: bool,
}

impl Reasons {
    /// Compares what two snapshots say of themselves.
    pub(super) fn between(before: &Manifest, after: &Manifest) -> Reasons {
        use metric::Setting::*;
        let settings = [MrrDiscounts, ChurnDate, Currency, Timezone].into_iter();
        let settings = settings.map(|setting| Setting {
            setting,
            before: setting.in_force(before),
            after: setting.in_force(after),
        });
        let made = before.made_by.as_ref().zip(after.made_by.as_ref());
        Reasons {
            settings: settings.filter(|s| s.before != s.after).collect(),
            code: made.map(|(before, after)| before != after),
            sources: sources(&before.sources, &after.sources),
            data: false,
            days_passed: before.as_of != after.as_of,
        }
    }

    /// The causes of a metric's having other values.
    pub(super) fn of(&self, metric: &Metric) -> Causes {
        let shaping = metric.settings();
        let policy = self.settings.iter().any(|s| shaping.contains(&s.setting));
        let code = self.code == Some(true);
        Causes {
            policy,
            code,
            data: self.data || !(policy || code),
        }
    }

    /// Whether a metric's past has another value because days passed, which its definition says it
    /// does.
    pub(super) fn ripened(&self, metric: &Metric) -> bool {
        let causes = self.of(metric);
        self.days_passed && ripens(metric) && !causes.policy && !causes.code
    }
}

/// Whether a metric's past changes by definition: it is dated when something begins, and shows what
/// came of it.
fn ripens(metric: &Metric) -> bool {
    metric
        .sums()
        .iter()
        .any(|sum| sum.mart == RIPENING_MART || sum.terms.iter().any(|term| ripens_as(term.column)))
}

/// Whether facts of a measure come and go by definition.
pub(super) fn ripens_as(measure: &str) -> bool {
    RIPENING.contains(&measure)
}

fn sources(before: &[SourceEntry], after: &[SourceEntry]) -> Vec<SourceChange> {
    let rows_read = |all: &[SourceEntry], name: &str| {
        let found = all.iter().find(|one| one.name == name && one.rows > 0);
        found.map(|one| (one.rows, one.data_through))
    };
    let mut names: Vec<&str> = before
        .iter()
        .chain(after)
        .map(|one| one.name.as_str())
        .collect();
    names.sort_unstable();
    names.dedup();
    let changes = names.into_iter().map(|name| SourceChange {
        name: name.to_owned(),
        before: rows_read(before, name),
        after: rows_read(after, name),
    });
    changes.filter(|one| one.before != one.after).collect()
}
