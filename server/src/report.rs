//! The quality report: what landing noticed and what the checks found, and whether that allows publishing.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use chrono_tz::Tz;
use tidemark_engine::Judged;
use tidemark_landing::{Landed, Quarantined};
use tidemark_project::{Check, Project};
use tidemark_shared::api::{
    CheckResult, Finding, Identity, Outcome, Quality, QualityReport, Severity, SourceEntry,
    SourceState,
};

/// A source whose newest record is older than this on the as-of day is stale.
const STALE_AFTER_DAYS: u64 = 3;
/// How many cases a finding keeps.
const SAMPLES: usize = 20;

/// A check's result as the report has it.
pub fn check_result(check: &Check, judged: Judged) -> CheckResult {
    let severity = match check.severity {
        tidemark_project::Severity::Warn => Severity::Warn,
        tidemark_project::Severity::Error => Severity::Error,
    };
    let passed = judged.failing == 0;
    CheckResult {
        name: check.name.clone(),
        kind: check.kind.clone(),
        target: check.model.clone(),
        column: check.column.clone(),
        severity,
        outcome: match (passed, severity) {
            (true, _) => Outcome::Pass,
            (false, Severity::Warn) => Outcome::Warn,
            (false, Severity::Error) => Outcome::Fail,
        },
        failing: judged.failing,
        message: if passed {
            String::new()
        } else {
            format!("{}: {} rows fail", check.description, judged.failing)
        },
        samples: judged.samples,
    }
}

/// What landing noticed: its own findings, the quarantine by object, and tables that no model reads.
pub fn findings(landed: &Landed, project: &Project) -> Vec<Finding> {
    let noticed = landed.findings.iter().map(|f| Finding {
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

fn place(source: &str, object: &str) -> String {
    if object.is_empty() {
        source.to_owned()
    } else {
        format!("{source} {object}")
    }
}

/// How fresh each source is on the as-of day.
pub fn sources(landed: &Landed, as_of: NaiveDate, timezone: Tz) -> Vec<SourceEntry> {
    let stale_before = as_of
        .checked_sub_days(Days::new(STALE_AFTER_DAYS))
        .unwrap_or(as_of);
    landed
        .sources
        .iter()
        .map(|source| {
            let newest = source.objects.iter().filter_map(|o| o.data_through).max();
            let data_through =
                newest.map(|instant| instant.with_timezone(&timezone).date_naive().min(as_of));
            SourceEntry {
                name: source.source.clone(),
                data_through,
                rows: source.objects.iter().map(|o| o.records).sum(),
                status: match (source.present, data_through) {
                    (false, _) => SourceState::NotConnected,
                    (true, Some(day)) if day < stale_before => SourceState::Stale,
                    (true, _) => SourceState::Fresh,
                },
            }
        })
        .collect()
}

/// Everything together, with the totals.
pub fn report(
    checks: Vec<CheckResult>,
    findings: Vec<Finding>,
    identity: Identity,
) -> QualityReport {
    let count = |severity: Severity| {
        let failed = checks
            .iter()
            .filter(|c| c.outcome != Outcome::Pass && c.severity == severity)
            .count();
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
        identity,
    }
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
    let reasons: Vec<String> = failed.chain(found).collect();
    match reasons.as_slice() {
        [] => None,
        [only] => Some(only.clone()),
        [first, rest @ ..] => Some(format!("{first}; and {} more", rest.len())),
    }
}
