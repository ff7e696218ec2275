//! What travels over HTTP: paths, the manifest, findings and problems.

mod identity;
mod lineage;
mod policy;
mod run;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

pub use identity::{Identity, MatchRate, Unmatched};
pub use lineage::{Lineage, LineageColumn, LineageEdge, LineageNode, LineageOrigin};
pub use run::{Run, RunState, RunStep, Trigger};

use crate::date::json;

/// The manifest of the current snapshot.
pub const MANIFEST_PATH: &str = "/api/v1/manifest";
/// The mart that every page with numbers needs before it can show one.
pub const FIRST_MART: &str = "lifecycle_daily";
/// The list of snapshots, newest first.
pub const SNAPSHOTS_PATH: &str = "/api/v1/snapshots";
/// Checks of the current snapshot, with samples of failing rows.
pub const QUALITY_PATH: &str = "/api/v1/quality";
/// The graph of models of the current snapshot.
pub const LINEAGE_PATH: &str = "/api/v1/lineage";
/// History of runs.
pub const RUNS_PATH: &str = "/api/v1/runs";

/// Media type of [`Problem`] documents.
pub const PROBLEM_MEDIA_TYPE: &str = "application/problem+json";

/// A format in which marts are published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Arrow IPC stream.
    Arrow,
    /// Array of row objects.
    Json,
    /// RFC 4180.
    Csv,
    /// Apache Parquet.
    Parquet,
}

impl Format {
    /// All formats.
    pub const ALL: [Format; 4] = [Format::Arrow, Format::Json, Format::Csv, Format::Parquet];

    /// File name extension, without the dot.
    pub const fn extension(self) -> &'static str {
        match self {
            Format::Arrow => "arrow",
            Format::Json => "json",
            Format::Csv => "csv",
            Format::Parquet => "parquet",
        }
    }

    /// The format of an extension.
    pub fn from_extension(extension: &str) -> Option<Format> {
        Self::ALL
            .into_iter()
            .find(|format| format.extension() == extension)
    }

    /// Value of the `Content-Type` header.
    pub const fn media_type(self) -> &'static str {
        match self {
            Format::Arrow => "application/vnd.apache.arrow.stream",
            Format::Json => "application/json",
            Format::Csv => "text/csv; charset=utf-8",
            Format::Parquet => "application/vnd.apache.parquet",
        }
    }
}

/// Path of a mart in a snapshot; `snapshot` is an id or `latest`.
pub fn mart_url(snapshot: &str, mart: &str, format: Format) -> String {
    format!("{SNAPSHOTS_PATH}/{snapshot}/{mart}.{}", format.extension())
}

/// Path of a snapshot's manifest; `snapshot` is an id or `latest`.
pub fn manifest_url(snapshot: &str) -> String {
    format!("{SNAPSHOTS_PATH}/{snapshot}/manifest")
}

/// Whether a text has the shape of a snapshot id: 8 to 64 lower-case hexadecimal digits.
pub fn is_snapshot_id(text: &str) -> bool {
    (8..=64).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

/// What a snapshot holds and how it was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Content-addressed id.
    pub snapshot_id: String,
    /// Last day that counts.
    #[serde(deserialize_with = "json::date")]
    pub as_of: NaiveDate,
    /// When the snapshot was made.
    #[serde(deserialize_with = "json::moment")]
    pub generated_at: DateTime<Utc>,
    /// IANA name of the reporting time zone.
    pub timezone: String,
    /// ISO 4217 code of the reporting currency, lower case.
    pub currency: String,
    /// Active policies.
    pub policies: Policies,
    /// The marts published.
    pub marts: Vec<MartEntry>,
    /// The sources read.
    pub sources: Vec<SourceEntry>,
    /// Outcome of the checks.
    pub quality: Quality,
    /// Whether the data is simulated.
    #[serde(default)]
    pub demo: bool,
    /// What made it; none in older snapshots. No part of the id, as the numbers do not depend on
    /// it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made_by: Option<MadeBy>,
}

/// The program and the models a snapshot was made with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeBy {
    /// Version of the program.
    pub version: String,
    /// Checksum of the models, seeds and macros, in hexadecimal.
    pub models: String,
    /// What else ran the models, such as dbt on a warehouse; none if the program itself did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub engine: Option<String>,
}

impl Manifest {
    /// The entry of a mart, if it was published.
    pub fn mart(&self, name: &str) -> Option<&MartEntry> {
        self.marts.iter().find(|mart| mart.name == name)
    }
}

/// Choices that change numbers, shown beside them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policies {
    /// `all` or `none`: whether discounts lower MRR.
    pub mrr_discounts: String,
    /// `service_end` or `cancellation`: the day on which a churn is dated.
    pub churn_date: String,
}

impl Default for Policies {
    fn default() -> Self {
        Policies {
            mrr_discounts: "all".to_owned(),
            churn_date: "service_end".to_owned(),
        }
    }
}

/// A published mart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MartEntry {
    /// Name of the mart.
    pub name: String,
    /// Number of rows.
    pub rows: u64,
    /// Column names in order.
    pub columns: Vec<String>,
    /// Size of the Arrow file in bytes, before HTTP compression.
    pub bytes: u64,
    /// Path by format.
    pub urls: BTreeMap<Format, String>,
}

/// A source and how far its data reaches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceEntry {
    /// Name of the source.
    pub name: String,
    /// Day of its newest fact; none without data.
    #[serde(default, deserialize_with = "json::maybe_date")]
    pub data_through: Option<NaiveDate>,
    /// Records read.
    pub rows: u64,
    /// State of the source.
    pub status: SourceState,
    /// Whether everything of it is of the vendor's test mode, so that its numbers are those of a
    /// test.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub test_mode: bool,
}

/// State of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceState {
    /// Present and recent enough.
    Fresh,
    /// Present, but its newest fact is too old.
    Stale,
    /// Not there: its charts say so.
    NotConnected,
}

/// Outcome of all checks of a snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quality {
    /// The worst outcome.
    pub status: Outcome,
    /// Number of errors.
    pub errors: u32,
    /// Number of warnings.
    pub warnings: u32,
}

/// Outcome of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// As it should be.
    Pass,
    /// Suspicious; published with a notice.
    Warn,
    /// Wrong; nothing is published.
    Fail,
}

/// How much a failed check weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Reported, but published.
    Warn,
    /// Keeps the snapshot from being published.
    Error,
}

/// Result of one check.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CheckResult {
    /// Unique name, such as `lifecycle_daily.plan.not_null`.
    pub name: String,
    /// What kind of check: `not_null`, `unique`, `singular`, …
    pub kind: String,
    /// The model or source object judged.
    pub target: String,
    /// Column judged, if it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// Weight of a failure.
    pub severity: Severity,
    /// Number of failing rows that makes a warning, such as `!= 0`.
    #[serde(default = "any_row")]
    pub warn_if: String,
    /// Number of failing rows that keeps the snapshot from being published; means nothing at
    /// severity `warn`.
    #[serde(default = "any_row")]
    pub error_if: String,
    /// The outcome of the check.
    pub outcome: Outcome,
    /// Number of failing rows.
    pub failing: u64,
    /// A sentence a person can act on; empty when passed.
    #[serde(default)]
    pub message: String,
    /// Some of the failing rows, without what is personal.
    #[serde(default)]
    pub samples: Vec<serde_json::Map<String, serde_json::Value>>,
    /// The file of the data folder that has the failing rows, such as
    /// `failing/unique_customers_customer_id.jsonl`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept: Option<String>,
}

fn any_row() -> String {
    "!= 0".to_owned()
}

/// What was measured of a raw table on the as-of day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeasuredTable {
    /// Raw table, such as `stripe__invoices`.
    pub table: String,
    /// Rows landed, every version of a record counted.
    pub rows: u64,
    /// Distinct records, where the next build compares their number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keys: Option<u64>,
    /// How fresh it is, where it has to be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub freshness: Option<Freshness>,
    /// How much of it is new, where that is compared with its past.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub volume: Option<Volume>,
}

/// Age of a raw table's newest row on the as-of day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Freshness {
    /// Day of the newest row; none if no row is dated.
    #[serde(default, deserialize_with = "json::maybe_date")]
    pub newest_on: Option<NaiveDate>,
    /// Days from then to the as-of day.
    pub age_days: Option<i64>,
    /// More days than this are a warning.
    pub warn_after_days: Option<i64>,
    /// More days than this keep the snapshot from being published.
    pub error_after_days: Option<i64>,
}

/// New records of a raw table, beside what is usual.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Volume {
    /// Length of the stretch, in days; it ends with the as-of day.
    pub days: i64,
    /// Records that came into being in it.
    pub last: i64,
    /// Median of the 8 stretches before, rounded down; none without any record.
    pub usual: Option<i64>,
}

/// Names the raw files hold, which the next build is compared with.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenNames {
    /// Fields by object, such as `stripe customers`.
    pub fields: BTreeMap<String, BTreeSet<String>>,
    /// Values by classifying column, such as `zendesk tickets: priority`.
    pub values: BTreeMap<String, BTreeSet<String>>,
}

/// Something noticed in the data while reading or reshaping it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Stable name of the kind of finding, such as `currency_without_rate`.
    pub code: String,
    /// MRR or tickets of the record.
    pub severity: Severity,
    /// Where: source and object, or model.
    pub place: String,
    /// A sentence a person can act on.
    pub message: String,
    /// How often it was seen.
    pub count: u64,
    /// Some of the cases, as text.
    #[serde(default)]
    pub samples: Vec<String>,
}

/// All checks and findings of a snapshot: the document behind the quality path.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct QualityReport {
    /// Totals, as in the manifest.
    pub quality: Quality,
    /// Every check.
    pub checks: Vec<CheckResult>,
    /// Every finding.
    pub findings: Vec<Finding>,
    /// Raw tables of the sources that are there.
    #[serde(default)]
    pub tables: Vec<MeasuredTable>,
    /// Names in the raw files.
    #[serde(default)]
    pub seen: SeenNames,
    /// How records were matched to accounts; empty in older reports.
    #[serde(default)]
    pub identity: Identity,
}

/// A snapshot in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotEntry {
    /// Content-addressed id.
    pub snapshot_id: String,
    /// Last day that counts.
    #[serde(deserialize_with = "json::date")]
    pub as_of: NaiveDate,
    /// When it was made.
    #[serde(deserialize_with = "json::moment")]
    pub generated_at: DateTime<Utc>,
    /// Whether it is the one served as `latest`.
    pub current: bool,
    /// Outcome of its checks.
    pub quality: Quality,
    /// Whether it is kept whatever the settings of retention say.
    #[serde(default)]
    pub pinned: bool,
}

/// An error as a problem document (RFC 9457).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// URI reference of the kind of problem; `about:blank` if the status says it all.
    #[serde(rename = "type", default = "about_blank")]
    pub kind: String,
    /// Short name of the kind, the same each time.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// What happened here and what to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The request path concerned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
}

fn about_blank() -> String {
    "about:blank".to_owned()
}

impl Problem {
    /// A problem whose status says what kind it is.
    pub fn new(status: u16, title: impl Into<String>) -> Problem {
        Problem {
            kind: about_blank(),
            title: title.into(),
            status,
            detail: None,
            instance: None,
        }
    }

    /// Adds what happened and what to do.
    pub fn detail(mut self, detail: impl Into<String>) -> Problem {
        self.detail = Some(detail.into());
        self
    }

    /// Adds the request path.
    pub fn instance(mut self, path: impl Into<String>) -> Problem {
        self.instance = Some(path.into());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_name_snapshot_mart_and_format() {
        let url = mart_url("0a1b2c3d", "customers", Format::Csv);
        assert_eq!(url, "/api/v1/snapshots/0a1b2c3d/customers.csv");
        for format in Format::ALL {
            assert_eq!(Format::from_extension(format.extension()), Some(format));
        }
        assert!(is_snapshot_id("0a1b2c3d"));
        for bad in ["", "0a1b2c3", "0A1B2C3D", "../../etc", "0a1b2c3g"] {
            assert!(!is_snapshot_id(bad), "{bad}");
        }
    }

    #[test]
    fn the_manifest_has_the_published_json() {
        let text = r#"{"snapshot_id":"0a1b2c3d","as_of":"2026-10-31","generated_at":"2026-11-01T04:00:00Z",
            "timezone":"UTC","currency":"usd","policies":{"mrr_discounts":"all","churn_date":"service_end"},
            "marts":[{"name":"customers","rows":3,"columns":["customer_id"],"bytes":10,
                "urls":{"csv":"/api/v1/snapshots/0a1b2c3d/customers.csv"}}],
            "sources":[{"name":"zendesk","data_through":null,"rows":0,"status":"not_connected"}],
            "quality":{"status":"warn","errors":0,"warnings":2}}"#;
        let manifest: Manifest = serde_json::from_str(text).expect("a manifest");
        assert_eq!(manifest.quality.status, Outcome::Warn);
        assert!(!manifest.demo);
        let mut expected: serde_json::Value = serde_json::from_str(text).expect("JSON");
        expected["demo"] = false.into();
        let written = serde_json::to_value(&manifest).expect("JSON");
        assert_eq!(written, expected);
    }

    #[test]
    fn a_problem_leaves_out_what_it_does_not_know() {
        let problem = Problem::new(404, "Not Found").instance("/api/v1/x");
        let text = serde_json::to_string(&problem).expect("JSON");
        assert_eq!(
            text,
            r#"{"type":"about:blank","title":"Not Found","status":404,"instance":"/api/v1/x"}"#
        );
    }
}
