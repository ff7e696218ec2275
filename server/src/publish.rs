//! Publishes marts that were made elsewhere, by dbt on a warehouse for instance: they pass the same
//! specification, contracts and checks as our own, or nothing is published.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use tidemark_engine::Engine;
use tidemark_project::{Dialect, Project};
use tidemark_shared::api::{CheckResult, Identity, MadeBy, SeenNames, SourceEntry};
use tidemark_shared::mart::MARTS;
use tidemark_snapshot::{Freeze, MartData, SnapshotError, Store, read_mart};

use crate::checks::Checks;
use crate::kept::FailingRows;
use crate::pipeline::{self, Built, of_store};
use crate::progress::Progress;
use crate::{Failure, Settings, made_by, report};

/// A file beside the marts that says what they were made of and by; optional.
const BESIDE: &str = "marts.json";

/// What to publish.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Elsewhere<'a> {
    /// Folder with one file, or folder of part files, per mart.
    pub(crate) marts: &'a Path,
    /// The last day that exists in them.
    pub(crate) as_of: NaiveDate,
    /// The moment of publication, for the manifest.
    pub(crate) now: DateTime<Utc>,
    /// Whether to show no progress.
    pub(crate) quiet: bool,
}

/// What `marts.json` says.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Beside {
    /// What made the marts, such as `dbt 1.10.3 on snowflake`.
    engine: Option<String>,
    /// Checksum of the models that made them; ours by default.
    models: Option<String>,
    /// How far each source reaches.
    sources: Vec<SourceEntry>,
}

/// Reads, checks and publishes the marts. A refusal is part of the result, with all its reasons.
///
/// # Errors
/// [`Failure::Refused`] where marts are missing or not as specified, each by name;
/// [`Failure::Failed`] and [`Failure::Passing`] for what cannot be read or written. The published
/// snapshot stays in every case.
pub(crate) fn publish(settings: &Settings, elsewhere: Elsewhere<'_>) -> Result<Built, Failure> {
    let mut progress = Progress::new(elsewhere.quiet);
    let store = Store::open(&settings.data).map_err(of_store)?;
    let lock = store.lock().map_err(of_store)?;
    let beside = beside(elsewhere.marts)?;
    let project = Project::embedded().map_err(Failure::failed)?;
    progress.stage("read");
    let marts = read(elsewhere)?;

    progress.stage("check");
    let checks = check(settings, elsewhere, &project, &marts)?;
    let mut report = report::report(checks, Vec::new(), Vec::new(), SeenNames::default());
    report.identity = Identity::default();
    let rows: usize = marts.iter().map(|mart| mart.batch.num_rows()).sum();
    let mut built = Built {
        snapshot_id: None,
        as_of: elsewhere.as_of,
        records: rows as u64,
        quarantined: 0,
        seconds: BTreeMap::new(),
        refusal: report::refusal(&report),
        messages: report::messages(&report),
        report,
    };
    if built.refusal.is_some() {
        return Ok(built);
    }

    progress.stage("publish");
    let vars = pipeline::vars(settings, elsewhere.as_of);
    let ours = made_by::made_by(&project);
    let freeze = Freeze {
        marts: &marts,
        as_of: elsewhere.as_of,
        generated_at: elsewhere.now,
        timezone: settings.timezone.name().to_owned(),
        currency: settings.currency.clone(),
        policies: settings.policies.clone(),
        sources: beside.sources,
        quality: built.report.quality,
        documents: pipeline::documents(&project, &vars, &built.report)?,
        demo: false,
        made_by: Some(MadeBy {
            models: beside.models.unwrap_or(ours.models),
            engine: Some(beside.engine.unwrap_or_else(|| "elsewhere".to_owned())),
            ..ours
        }),
    };
    let id = match store.publish_locked(&lock, &freeze) {
        Err(error @ SnapshotError::Mart { .. }) => return Err(Failure::Refused(error.to_string())),
        published => published.map_err(of_store)?,
    };
    let today = settings.day_of(elsewhere.now);
    // What was published stands, whether or not older ones can be removed.
    if let Err(error) = store.prune(&lock, &settings.retention, today) {
        eprintln!("published, but old snapshots could not be removed: {error}");
    }
    settings.access.derive(&store, today);
    built.snapshot_id = Some(id.to_string());
    built.seconds = progress.finish();
    Ok(built)
}

fn beside(folder: &Path) -> Result<Beside, Failure> {
    let path = folder.join(BESIDE);
    match fs::read(&path) {
        Ok(text) => serde_json::from_slice(&text)
            .map_err(|error| Failure::Usage(format!("{}: {error}", path.display()))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Beside::default()),
        Err(error) => Err(Failure::Failed(format!("{}: {error}", path.display()))),
    }
}

/// All marts; every one that is missing or unreadable is named.
fn read(elsewhere: Elsewhere<'_>) -> Result<Vec<MartData>, Failure> {
    let mut marts = Vec::new();
    let mut problems = Vec::new();
    for spec in MARTS {
        match read_mart(spec, elsewhere.marts) {
            Ok(Some(batch)) => marts.push(MartData {
                name: spec.name.to_owned(),
                batch,
            }),
            Ok(None) => problems.push(format!(
                "mart {0} is missing: expected {0}.parquet or {0}.arrow, or such files in {0}/",
                spec.name
            )),
            Err(error @ SnapshotError::Mart { .. }) => problems.push(error.to_string()),
            Err(error) => return Err(Failure::failed(error)),
        }
    }
    match problems.is_empty() {
        true => Ok(marts),
        false => Err(Failure::Refused(problems.join("; "))),
    }
}

/// Runs the contracts of the marts, and of the project's checks those that read nothing else.
fn check(
    settings: &Settings,
    elsewhere: Elsewhere<'_>,
    project: &Project,
    marts: &[MartData],
) -> Result<Vec<CheckResult>, Failure> {
    let vars = pipeline::vars(settings, elsewhere.as_of);
    let failing = FailingRows::new(&settings.data)?;
    let mut engine = Engine::new(settings.timezone);
    engine.add_seeds(project)?;
    for mart in marts {
        engine.add_table(&mart.name, &mart.batch)?;
    }
    let of = Checks {
        project,
        vars: &vars,
        failing: &failing,
    };
    let mut results = Vec::new();
    for mart in marts {
        results.extend(of.contract(&engine, &mart.name)?);
    }
    for check in project
        .checks(Dialect::Polars, &vars)
        .map_err(Failure::failed)?
    {
        if engine.can_check(&check)? && !project.seeds.iter().any(|seed| seed.name == check.model) {
            results.push(of.judge(&engine, &check)?);
        }
    }
    results.sort_by(|a, b| (&a.target, &a.name).cmp(&(&b.target, &b.name)));
    Ok(results)
}
