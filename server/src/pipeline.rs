//! From raw files to a published snapshot: land, transform, check, publish.

use std::fs;
use std::io::Write;

use chrono::{DateTime, NaiveDate, Utc};
use tidemark_engine::Engine;
use tidemark_landing::{Landed, LandingOptions, Quarantined};
use tidemark_project::{Dialect, Project, Vars};
use tidemark_shared::api::QualityReport;
use tidemark_shared::mart::MARTS;
use tidemark_snapshot::{Freeze, MartData, Store};

use crate::progress::Progress;
use crate::{Failure, Settings, identity, report};

/// What to build, beside the settings.
#[derive(Debug, Clone, Copy)]
pub struct Request {
    /// The last day that exists.
    pub as_of: NaiveDate,
    /// The moment of the build; told in the manifest, part of nothing else.
    pub now: DateTime<Utc>,
    /// Whether the raw files are simulated.
    pub demo: bool,
    /// Whether to publish what passes, or only to check.
    pub publish: bool,
    /// Whether to show no progress.
    pub quiet: bool,
}

/// What a build made.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Built {
    /// The published snapshot; none if only checked.
    pub snapshot_id: Option<String>,
    /// The last day it knows.
    pub as_of: NaiveDate,
    /// Records read.
    pub records: u64,
    /// Records that could not be read.
    pub quarantined: u64,
    /// The quality report.
    #[serde(skip)]
    pub report: QualityReport,
}

/// Builds the marts from the raw files and publishes them if the checks allow it.
///
/// # Errors
/// [`Failure::Failed`] for what cannot be read or written, [`Failure::Refused`] where an error-level check fails.
/// Either way the published snapshot stays as it was.
pub fn build(settings: &Settings, request: Request) -> Result<Built, Failure> {
    let mut progress = Progress::new(request.quiet);
    // The data folder is tried first: an hour's work must not end at a folder that cannot be written.
    let store = request
        .publish
        .then(|| Store::open(&settings.data))
        .transpose()
        .map_err(Failure::failed)?;
    let lock = store
        .as_ref()
        .map(Store::lock)
        .transpose()
        .map_err(Failure::failed)?;
    let project = Project::embedded().map_err(Failure::failed)?;

    let landed = land(settings, &project, &mut progress)?;
    let records = landed
        .sources
        .iter()
        .flat_map(|s| &s.objects)
        .map(|o| o.records)
        .sum();
    let vars = vars(settings, request.as_of);
    let engine = transform(settings, &project, &vars, &landed, &mut progress)?;
    let report = check(&engine, &project, &vars, &landed, &mut progress)?;
    let mut built = Built {
        snapshot_id: None,
        as_of: request.as_of,
        records,
        quarantined: landed.quarantine.len() as u64,
        report,
    };
    if let Some(reason) = report::refusal(&built.report) {
        return Err(Failure::Refused(reason));
    }
    let (Some(store), Some(lock)) = (store, lock) else {
        return Ok(built);
    };

    progress.stage("publish");
    keep_quarantine(settings, &landed.quarantine)?;
    let marts = MARTS
        .iter()
        .map(|mart| {
            engine.table(mart.name).map(|batch| MartData {
                name: mart.name.to_owned(),
                batch,
            })
        })
        .collect::<Result<Vec<_>, _>>()
        .map_err(Failure::failed)?;
    let freeze = Freeze {
        marts: &marts,
        as_of: request.as_of,
        generated_at: request.now,
        timezone: settings.timezone.name().to_owned(),
        currency: settings.currency.clone(),
        policies: settings.policies.clone(),
        sources: report::sources(&landed, request.as_of, settings.timezone),
        quality: built.report.quality,
        documents: documents(&project, &built.report)?,
        demo: request.demo,
    };
    let id = store
        .publish_locked(&lock, &freeze)
        .map_err(Failure::failed)?;
    built.snapshot_id = Some(id.to_string());
    Ok(built)
}

/// Reads the raw files into raw tables.
pub(crate) fn land(
    settings: &Settings,
    project: &Project,
    progress: &mut Progress,
) -> Result<Landed, Failure> {
    progress.stage("land");
    let legal_suffixes = project
        .seeds
        .iter()
        .filter(|seed| seed.name == "legal_suffixes")
        .flat_map(|seed| seed.csv.lines().skip(1))
        .map(|line| line.trim().to_owned())
        .filter(|suffix| !suffix.is_empty())
        .collect();
    let options = LandingOptions {
        account_id_key: settings.account_id_key.clone(),
        legal_suffixes,
    };
    let progress = &*progress;
    tidemark_landing::land(&settings.raw, &options, &mut |p| {
        progress.at(
            p.files.0 as u64,
            p.files.1 as u64,
            &format!("{} · {} records", p.file, p.records),
        );
    })
    .map_err(Failure::failed)
}

/// What the models are told of the settings.
pub(crate) fn vars(settings: &Settings, as_of: NaiveDate) -> Vars {
    Vars::default()
        .with("as_of", as_of.to_string())
        .with("timezone", settings.timezone.name())
        .with("currency", &settings.currency)
        .with("mrr_discounts", &settings.policies.mrr_discounts)
        .with("churn_date", &settings.policies.churn_date)
}

fn transform(
    settings: &Settings,
    project: &Project,
    vars: &Vars,
    landed: &Landed,
    progress: &mut Progress,
) -> Result<Engine, Failure> {
    progress.stage("transform");
    let mut engine = Engine::new(settings.timezone);
    for table in &landed.tables {
        engine
            .add_table(table.name, &table.batch)
            .map_err(Failure::failed)?;
    }
    engine.add_seeds(project).map_err(Failure::failed)?;
    let mut done = 0;
    engine
        .run(project, vars, &mut |built| {
            done += 1;
            progress.at(
                done,
                project.models.len() as u64,
                &format!("{} · {} rows", built.model, built.rows),
            );
        })
        .map_err(Failure::failed)?;
    Ok(engine)
}

fn check(
    engine: &Engine,
    project: &Project,
    vars: &Vars,
    landed: &Landed,
    progress: &mut Progress,
) -> Result<QualityReport, Failure> {
    let checks = project
        .checks(Dialect::Polars, vars)
        .map_err(Failure::failed)?;
    progress.stage("check");
    let mut results = Vec::with_capacity(checks.len());
    for (done, check) in checks.iter().enumerate() {
        progress.at(done as u64, checks.len() as u64, &check.name);
        let judged = engine.check(check).map_err(Failure::failed)?;
        results.push(report::check_result(check, judged));
    }
    Ok(report::report(
        results,
        report::findings(landed, project),
        identity::identity(engine)?,
    ))
}

fn documents(project: &Project, report: &QualityReport) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let quality = serde_json::to_vec(report).map_err(Failure::failed)?;
    let lineage = serde_json::to_vec(&project.lineage()).map_err(Failure::failed)?;
    Ok(vec![
        ("quality.json".to_owned(), quality),
        ("lineage.json".to_owned(), lineage),
    ])
}

/// The rows of the latest build that could not be read, one JSON object per line, in `quarantine.jsonl` of the data folder.
/// They may hold personal data, so they stay here and are not published.
fn keep_quarantine(settings: &Settings, rows: &[Quarantined]) -> Result<(), Failure> {
    let path = settings.data.join("quarantine.jsonl");
    let write = || -> std::io::Result<()> {
        let temporary = settings.data.join("quarantine.jsonl.new");
        let mut file = std::io::BufWriter::new(fs::File::create(&temporary)?);
        for row in rows {
            let line = serde_json::json!({
                "source": row.source, "object": row.object, "file": row.file, "line": row.line, "reason": row.reason, "text": row.text,
            });
            writeln!(file, "{line}")?;
        }
        file.into_inner()
            .map_err(std::io::IntoInnerError::into_error)?
            .sync_all()?;
        fs::rename(&temporary, &path)
    };
    write().map_err(|error| Failure::Failed(format!("cannot write {}: {error}", path.display())))
}
