//! `tidemark check`: the sources' and models' checks, as a summary a person can act on; publishes nothing.

use std::fmt::Write as _;

use chrono::NaiveDate;
use clap::Args;
use tidemark_shared::api::{CheckResult, Finding, MeasuredTable, Outcome, Severity};

use super::Context;
use crate::Failure;
use crate::identity;
use crate::pipeline::{self, Built, Request};

/// Failing rows shown of a check; all are in the file that is named.
const ROWS_SHOWN: usize = 3;

/// Flags of `check`.
#[derive(Debug, Args)]
pub(super) struct Check {
    /// Folder with one folder of raw files per source
    #[arg(long, value_name = "DIR")]
    raw: Option<String>,
    /// Folder of the published snapshots, to compare the raw files' columns with the latest; failing rows are kept there
    #[arg(long, value_name = "DIR")]
    data: Option<String>,
    /// Last day that exists, YYYY-MM-DD; without it the last complete day
    #[arg(long, value_name = "DATE")]
    as_of: Option<NaiveDate>,
}

impl Check {
    pub(super) fn run(self, mut context: Context) -> Result<(), Failure> {
        context.set("raw", self.raw.as_deref())?;
        context.set("data", self.data.as_deref())?;
        let request = Request {
            as_of: context.as_of(self.as_of)?,
            now: context.now,
            demo: false,
            publish: false,
            quiet: context.json,
        };
        let built = pipeline::run(&context.settings, request)?;
        if context.json {
            let report = serde_json::to_string(&built.report).map_err(Failure::failed)?;
            println!("{report}");
        } else {
            print!("{}", summary(&built));
        }
        match built.refusal {
            Some(reason) => Err(Failure::Refused(reason)),
            None => Ok(()),
        }
    }
}

/// The report as text: sources, what did not pass with some of its rows, and the totals.
fn summary(built: &Built) -> String {
    let report = &built.report;
    let mut text = format!("Sources as of {}\n", built.as_of);
    for table in report.tables.iter().filter(|table| table.rows > 0) {
        text += &table_line(table);
    }
    for line in identity::lines(&report.identity.rates) {
        let _ = writeln!(text, "  {line}");
    }
    let mut errors = String::new();
    let mut warnings = String::new();
    for check in &report.checks {
        match check.outcome {
            Outcome::Fail => errors += &check_lines("error", check),
            Outcome::Warn => warnings += &check_lines("warning", check),
            Outcome::Pass => {}
        }
    }
    for finding in &report.findings {
        match finding.severity {
            Severity::Error => errors += &finding_lines("error", finding),
            Severity::Warn => warnings += &finding_lines("warning", finding),
        }
    }
    text += &errors;
    text += &warnings;
    let passed = report.checks.iter().filter(|c| c.outcome == Outcome::Pass);
    let _ = writeln!(
        text,
        "{} of {} checks passed as of {}, {} errors, {} warnings, {} of {} records in quarantine",
        passed.count(),
        report.checks.len(),
        built.as_of,
        report.quality.errors,
        report.quality.warnings,
        built.quarantined,
        built.quarantined + built.records
    );
    text
}

fn table_line(table: &MeasuredTable) -> String {
    let mut line = format!("  {:<34} {:>10} rows", table.table, table.rows);
    if let Some(freshness) = &table.freshness {
        let newest = freshness.newest_on;
        let newest = newest.map_or_else(|| "undated".to_owned(), |day| format!("newest of {day}"));
        let _ = write!(line, " · {newest}");
    }
    if let Some(volume) = &table.volume {
        let usual = volume.usual.unwrap_or_default();
        let (last, days) = (volume.last, volume.days);
        let _ = write!(line, " · {last} new in {days} days, {usual} are usual");
    }
    line + "\n"
}

fn check_lines(word: &str, check: &CheckResult) -> String {
    let mut lines = format!("{word}: {}\n", check.message);
    for row in check.samples.iter().take(ROWS_SHOWN) {
        let _ = writeln!(lines, "  {}", serde_json::Value::Object(row.clone()));
    }
    lines
}

fn finding_lines(word: &str, finding: &Finding) -> String {
    let mut lines = format!("{word}: {}\n", finding.message);
    for sample in &finding.samples {
        let _ = writeln!(lines, "  {sample}");
    }
    lines
}
