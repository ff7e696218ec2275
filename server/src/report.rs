//! The quality report: what landing noticed and what the checks found, and whether that allows publishing.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use chrono_tz::Tz;
use tidemark_landing::{Landed, Quarantined};
use tidemark_project::Project;
use tidemark_shared::api::{
    CheckResult, Finding, Identity, MeasuredTable, Outcome, Quality, QualityReport, SeenNames,
    Severity, SourceEntry, SourceState,
};

/// How many cases a finding keeps.
const SAMPLES: usize = 20;

/// What landing noticed: its own findings, the quarantine by object, and tables that no model reads.
/// `before` holds the names the latest snapshot was built from; what is new beside them is told once.
pub fn findings(landed: &Landed, project: &Project, before: Option<&SeenNames>) -> Vec<Finding> {
    let drift = before.map_or_else(Vec::new, |before| {
        tidemark_landing::new_since(&before.fields, &before.values, landed)
    });
    let noticed = landed.findings.iter().chain(&drift).map(|f| Finding {
        code: f.code.to_owned(),
        severity: match f.severity {
            tidemark_landing::Severity::Warn => Severity::Warn,
            tidemark_landing::Severity::Error => Severity::Error,
        },
        place: place(&f.source, &f.object),
        message: f.message.clone(),
        count: 1,
        samples: Vec::new(),
    });
    let mut quarantined: BTreeMap<String, Vec<&Quarantined>> = BTreeMap::new();
    for row in &landed.quarantine {
        quarantined
            .entry(place(&row.source, &row.object))
            .or_default()
            .push(row);
    }
    let quarantined = quarantined.into_iter().map(|(place, rows)| Finding {
        code: "quarantined".to_owned(),
        severity: Severity::Warn,
        message: format!(
            "{} rows of {place} cannot be read and are in quarantine",
            rows.len()
        ),
        count: rows.len() as u64,
        samples: rows
            .iter()
            .take(SAMPLES)
            .map(|r| format!("{}:{}: {}", r.file, r.line, r.reason))
            .collect(),
        place,
    });
    let unused = landed
        .tables
        .iter()
        .filter(|table| table.batch.num_rows() > 0)
        .filter(|table| {
            !project
                .models
                .iter()
                .any(|m| m.sources.contains(table.name))
        })
        .map(|table| {
            let place = table.name.replace("__", " ");
            Finding {
                code: "not_used".to_owned(),
                severity: Severity::Warn,
                message: format!("{place} is read, but no model uses it yet: it changes no number"),
                count: table.batch.num_rows() as u64,
                samples: Vec::new(),
                place,
            }
        });
    noticed.chain(quarantined).chain(unused).collect()
}

/// The names a landing holds, for the next build to compare with.
pub fn seen(landed: &Landed) -> SeenNames {
    fn names<T>(of: &BTreeMap<String, BTreeMap<String, T>>) -> BTreeMap<String, BTreeSet<String>> {
        of.iter()
            .map(|(place, names)| (place.clone(), names.keys().cloned().collect()))
            .collect()
    }
    SeenNames {
        fields: names(&landed.seen.fields),
        values: names(&landed.seen.values),
    }
}

fn place(source: &str, object: &str) -> String {
    if object.is_empty() {
        source.to_owned()
    } else {
        format!("{source} {object}")
    }
}

/// The check of the models that warns where all of Stripe is of its test mode.
const ONLY_TEST_MODE: &str = "warn_only_test_mode";

/// How far each source reaches on the as-of day. It is stale when none of its tables that must be fresh is.
pub fn sources(
    landed: &Landed,
    tables: &[MeasuredTable],
    checks: &[CheckResult],
    as_of: NaiveDate,
    timezone: Tz,
) -> Vec<SourceEntry> {
    landed
        .sources
        .iter()
        .map(|source| {
            let newest = source.objects.iter().filter_map(|o| o.data_through).max();
            let judged: Vec<Outcome> = tables
                .iter()
                .filter(|table| table.table.split("__").next() == Some(&source.source))
                .flat_map(|table| checks.iter().filter(|c| c.target == table.table))
                .filter(|check| check.kind == "freshness")
                .map(|check| check.outcome)
                .collect();
            let is_stale = !judged.is_empty() && judged.iter().all(|o| *o != Outcome::Pass);
            SourceEntry {
                name: source.source.clone(),
                data_through: newest
                    .map(|instant| instant.with_timezone(&timezone).date_naive().min(as_of)),
                rows: source.objects.iter().map(|o| o.records).sum(),
                status: match (source.present, is_stale) {
                    (false, _) => SourceState::NotConnected,
                    (true, true) => SourceState::Stale,
                    (true, false) => SourceState::Fresh,
                },
                test_mode: source.source == "stripe"
                    && checks
                        .iter()
                        .any(|c| c.name == ONLY_TEST_MODE && c.outcome != Outcome::Pass),
            }
        })
        .collect()
}

/// Everything together, with the totals.
pub fn report(
    checks: Vec<CheckResult>,
    findings: Vec<Finding>,
    tables: Vec<MeasuredTable>,
    seen: SeenNames,
) -> QualityReport {
    let count = |severity: Severity| {
        // With thresholds, a check of severity error may merely warn.
        let outcome = match severity {
            Severity::Warn => Outcome::Warn,
            Severity::Error => Outcome::Fail,
        };
        let failed = checks.iter().filter(|c| c.outcome == outcome).count();
        let found = findings.iter().filter(|f| f.severity == severity).count();
        u32::try_from(failed + found).unwrap_or(u32::MAX)
    };
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warn));
    let status = match (errors, warnings) {
        (0, 0) => Outcome::Pass,
        (0, _) => Outcome::Warn,
        _ => Outcome::Fail,
    };
    QualityReport {
        quality: Quality {
            status,
            errors,
            warnings,
        },
        checks,
        findings,
        tables,
        seen,
        identity: Identity::default(),
    }
}

/// An error or warning, as a run's summary lists it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Message {
    /// Errors forbid publishing.
    pub severity: Severity,
    /// The source, object, table or model it is about.
    pub place: String,
    /// What was found and what to do.
    pub message: String,
    /// Records or rows concerned.
    pub count: u64,
}

/// Every error and warning of a report: errors first, then by how many rows they concern.
pub fn messages(report: &QualityReport) -> Vec<Message> {
    let found = report.findings.iter().map(|finding| Message {
        severity: finding.severity,
        place: finding.place.clone(),
        message: finding.message.clone(),
        count: finding.count,
    });
    let checks = report.checks.iter().filter_map(|check| {
        let severity = match check.outcome {
            Outcome::Pass => return None,
            Outcome::Warn => Severity::Warn,
            Outcome::Fail => Severity::Error,
        };
        Some(Message {
            severity,
            place: check.target.clone(),
            message: check.message.clone(),
            count: check.failing,
        })
    });
    let mut messages: Vec<Message> = found.chain(checks).collect();
    let is_warning = |message: &Message| message.severity == Severity::Warn;
    messages.sort_by_key(|message| (is_warning(message), std::cmp::Reverse(message.count)));
    messages
}

/// Why a report forbids publishing, in one sentence; none if it does not.
pub fn refusal(report: &QualityReport) -> Option<String> {
    let failed = report
        .checks
        .iter()
        .filter(|c| c.outcome == Outcome::Fail)
        .map(|c| match c.samples.first() {
            Some(row) => format!(
                "{} (first: {})",
                c.message,
                serde_json::Value::Object(row.clone())
            ),
            None => c.message.clone(),
        });
    let found = report
        .findings
        .iter()
        .filter(|f| f.severity == Severity::Error)
        .map(|f| f.message.clone());
    let reasons: Vec<String> = found.chain(failed).collect();
    match reasons.as_slice() {
        [] => None,
        [only] => Some(only.clone()),
        [first, rest @ ..] => Some(format!("{first}; and {} more", rest.len())),
    }
}
