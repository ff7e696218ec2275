//! From raw files to a published snapshot: land, transform, check, publish.

use std::collections::BTreeMap;
use std::time::Instant;

use chrono::{DateTime, NaiveDate, Utc};
use tidemark_engine::{Engine, Event};
use tidemark_landing::{Landed, LandingOptions};
use tidemark_project::{Dialect, Project, Vars};
use tidemark_shared::api::{CheckResult, MeasuredTable, QualityReport};
use tidemark_shared::mart::MARTS;
use tidemark_snapshot::{BuildLock, Freeze, MartData, SnapshotError, Store};

use crate::checks::Checks;
use crate::kept::{self, FailingRows};
use crate::progress::Progress;
use crate::{Failure, Settings, connections, identity, made_by, report, shrink};

/// The quality report's name inside a snapshot.
const QUALITY_FILE: &str = "quality.json";

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
    /// Records that could be read.
    pub records: u64,
    /// Records that could not be read.
    pub quarantined: u64,
    /// Seconds each stage took, by its name; empty if nothing was published.
    pub seconds: BTreeMap<String, f64>,
    /// Why nothing may be published, in one sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<String>,
    /// Every error and warning, the weightiest first.
    pub messages: Vec<report::Message>,
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
    let built = run(settings, request)?;
    match built.refusal {
        Some(reason) => Err(Failure::Refused(reason)),
        None => Ok(built),
    }
}

/// As [`build`], but a refusal is a result like another, with the report that led to it.
///
/// # Errors
/// [`Failure::Failed`] for what cannot be read or written.
pub fn run(settings: &Settings, request: Request) -> Result<Built, Failure> {
    let mut prepared = prepare(settings, request)?;
    if request.publish && prepared.built.refusal.is_none() {
        prepared.publish(settings, Latest::This)?;
    }
    Ok(prepared.built)
}

/// Marts that are made and judged, but not yet published.
pub struct Prepared {
    /// What was made so far, and whether it may be published.
    pub built: Built,
    /// Rows of all marts together, once they are taken from the engine.
    pub rows: u64,
    request: Request,
    place: Option<(Store, BuildLock)>,
    project: Project,
    vars: Vars,
    landed: Landed,
    tables: Vec<MeasuredTable>,
    engine: Engine,
    marts: Option<Vec<MartData>>,
    progress: Progress,
}

/// Which snapshot is served as the latest once one is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Latest {
    /// The one published.
    This,
    /// Of it and the one served before, the one that knows the later day.
    LaterDay,
}

/// Makes the marts and judges them; a refusal is told in [`Prepared::built`].
///
/// # Errors
/// [`Failure::Failed`] for what cannot be read or written; nothing was published.
pub fn prepare(settings: &Settings, request: Request) -> Result<Prepared, Failure> {
    let mut progress = Progress::new(request.quiet);
    // The data folder is tried first: an hour's work must not end at a folder that cannot be written.
    let place = request
        .publish
        .then(|| {
            let store = Store::open(&settings.data)?;
            let lock = store.lock()?;
            Ok((store, lock))
        })
        .transpose()
        .map_err(of_store)?;
    let project = Project::embedded().map_err(Failure::failed)?;

    let mut landed = land(settings, &project, &mut progress)?;
    let vars = vars(settings, request.as_of);
    let before = report_before(settings, settings.day_of(request.now));
    let seen_before = before.as_ref().map(|report| &report.seen);
    let mut findings = report::findings(&landed, &project, seen_before);
    let mut engine = Engine::new(settings.timezone);
    let rows = load(&mut engine, &project, &mut landed)?;
    let failing = FailingRows::new(&settings.data)?;

    progress.stage("sources");
    let of = Checks {
        project: &project,
        vars: &vars,
        failing: &failing,
    };
    let (mut checks, mut tables) = of.of_sources(&engine, &landed, &rows, &progress)?;
    shrink::count_keys(&engine, &mut tables)?;
    // The demo invents another company each time.
    if let Some(before) = before.as_ref().filter(|_| !request.demo) {
        let most = settings.max_shrink;
        findings.extend(shrink::findings(&before.tables, &tables, &landed, most));
    }
    let report_on = |checks: Vec<CheckResult>| {
        let (findings, tables) = (findings.clone(), tables.clone());
        report::report(checks, findings, tables, report::seen(&landed))
    };
    let objects = landed.sources.iter().flat_map(|s| &s.objects);
    let mut built = Built {
        snapshot_id: None,
        as_of: request.as_of,
        records: objects.map(|o| o.records).sum(),
        quarantined: landed.quarantine.len() as u64,
        seconds: BTreeMap::new(),
        refusal: None,
        messages: Vec::new(),
        report: report_on(checks.clone()),
    };
    if request.publish {
        kept::quarantine(&settings.data, &landed.quarantine)?;
    }
    built.refusal = report::refusal(&built.report);
    // Nothing is built on sources that break their contract.
    if built.refusal.is_none() {
        checks.extend(transform(&mut engine, &of, &mut progress)?);
        built.report = report_on(checks);
        built.report.identity = identity::identity(&engine)?;
        built.refusal = report::refusal(&built.report);
    }
    built.messages = report::messages(&built.report);
    Ok(Prepared {
        built,
        rows: 0,
        request,
        place,
        project,
        vars,
        landed,
        tables,
        engine,
        marts: None,
        progress,
    })
}

impl Prepared {
    /// Publishes what was made, if it was meant to be published and nothing is against it. May be tried again after a failure.
    ///
    /// # Errors
    /// [`Failure::Refused`] by the checks, [`Failure::Passing`] where the data folder cannot be written now.
    pub fn publish(&mut self, settings: &Settings, latest: Latest) -> Result<(), Failure> {
        if let Some(reason) = &self.built.refusal {
            return Err(Failure::Refused(reason.clone()));
        }
        let Some((store, lock)) = &self.place else {
            return Ok(());
        };
        self.progress.stage("publish");
        if self.marts.is_none() {
            self.marts = Some(taken(&mut self.engine)?);
        }
        let marts = self.marts.as_deref().unwrap_or_default();
        self.rows = marts.iter().map(|mart| mart.batch.num_rows() as u64).sum();
        let (built, request) = (&mut self.built, &self.request);
        let checks = &built.report.checks;
        let freeze = Freeze {
            marts,
            as_of: request.as_of,
            generated_at: request.now,
            timezone: settings.timezone.name().to_owned(),
            currency: settings.currency.clone(),
            policies: settings.policies.clone(),
            sources: report::sources(
                &self.landed,
                &self.tables,
                checks,
                request.as_of,
                settings.timezone,
            ),
            quality: built.report.quality,
            documents: documents(&self.project, &self.vars, &built.report)?,
            demo: request.demo,
            made_by: Some(made_by::made_by(&self.project)),
        };
        let today = settings.day_of(request.now);
        // One that cannot be read is not worth keeping as the latest.
        let served = store.open_latest(today).ok().flatten();
        let behind = served.is_some_and(|served| served.manifest().as_of > request.as_of);
        let id = if latest == Latest::LaterDay && behind {
            store.keep_locked(lock, &freeze)
        } else {
            store.publish_locked(lock, &freeze)
        };
        let id = id.map_err(of_store)?;
        // What was published stands, whether or not older ones can be removed.
        if let Err(error) = store.prune(lock, &settings.retention, today) {
            eprintln!("published, but old snapshots could not be removed: {error}");
        }
        settings.access.derive(store, today);
        built.snapshot_id = Some(id.to_string());
        built.seconds = self.progress.finish();
        Ok(())
    }
}

/// All marts, out of the engine.
fn taken(engine: &mut Engine) -> Result<Vec<MartData>, Failure> {
    let taken = MARTS.iter().map(|mart| {
        Ok(MartData {
            name: mart.name.to_owned(),
            batch: engine.take(mart.name)?,
        })
    });
    taken.collect()
}

/// What of the data folder's troubles another attempt may not meet again.
pub(crate) fn of_store(error: SnapshotError) -> Failure {
    use SnapshotError::{Busy, Io, Unwritable};
    match error {
        Busy { .. } | Io { .. } | Unwritable { .. } => Failure::Passing(error.to_string()),
        _ => Failure::failed(error),
    }
}

/// The report of the latest snapshot. Without a readable one nothing is known, and so nothing is new or lost.
fn report_before(settings: &Settings, today: NaiveDate) -> Option<QualityReport> {
    let store = Store::open_read_only(&settings.data);
    let current = store.open_latest(today).ok()??;
    let text = current.read_file(QUALITY_FILE).ok()?;
    serde_json::from_slice(&text).ok()
}

/// The day of the latest stamp that the raw records themselves bear.
///
/// # Errors
/// If the raw files cannot be read.
pub(crate) fn newest_record(settings: &Settings) -> Result<Option<NaiveDate>, Failure> {
    let project = Project::embedded().map_err(Failure::failed)?;
    let landed = land(settings, &project, &mut Progress::new(true))?;
    let objects = landed.sources.iter().flat_map(|source| &source.objects);
    let newest = objects.filter_map(|object| object.data_through).max();
    Ok(newest.map(|at| settings.day_of(at)))
}

/// Reads the raw files into raw tables.
pub(crate) fn land(
    settings: &Settings,
    project: &Project,
    progress: &mut Progress,
) -> Result<Landed, Failure> {
    progress.stage("land");
    for source in connections::SOURCES {
        let damage = tidemark_connectors::damage_of(&settings.raw, source.name);
        if let Some(damage) = damage.map_err(Failure::failed)? {
            return Err(Failure::Refused(damage));
        }
    }
    let options = LandingOptions {
        account_id_key: settings.account_id_key.clone(),
        legal_suffixes: seed_words(project, "legal_suffixes"),
        fields: settings.files.fields.clone(),
        words: settings.files.words.clone(),
        dialects: settings.files.dialects.clone(),
        null_words: seed_words(project, "null_words"),
        timezone: settings.timezone,
        currency: settings.currency.clone(),
        currencies_without_cents: seed_words(project, "currencies")
            .iter()
            .filter_map(|line| {
                let mut cells = line.split(',');
                let currency = cells.next()?;
                (cells.next() == Some("0")).then(|| currency.to_owned())
            })
            .collect(),
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

/// The lines of a seed after its header; of one that has one column, its words.
fn seed_words(project: &Project, seed: &str) -> Vec<String> {
    let seeds = project.seeds.iter().filter(|known| known.name == seed);
    let lines = seeds.flat_map(|seed| seed.csv.lines().skip(1));
    let words = lines.map(|line| line.trim().to_owned());
    words.filter(|word| !word.is_empty()).collect()
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

/// Moves the raw tables into the engine, and the seeds; gives how many rows each raw table has.
fn load(
    engine: &mut Engine,
    project: &Project,
    landed: &mut Landed,
) -> Result<BTreeMap<&'static str, u64>, Failure> {
    let mut rows = BTreeMap::new();
    // One by one, so that no more than one table is in memory twice.
    for table in landed.tables.drain(..) {
        rows.insert(table.name, table.batch.num_rows() as u64);
        engine.add_table(table.name, &table.batch)?;
    }
    engine.add_seeds(project)?;
    Ok(rows)
}

/// Builds the models, and checks each as soon as it is there.
fn transform(
    engine: &mut Engine,
    of: &Checks<'_>,
    progress: &mut Progress,
) -> Result<Vec<CheckResult>, Failure> {
    progress.stage("transform");
    let checks = of
        .project
        .checks(Dialect::Polars, of.vars)
        .map_err(Failure::failed)?;
    let mut keep: Vec<&str> = MARTS.iter().map(|mart| mart.name).collect();
    keep.extend(identity::MODELS);
    let mut results = Vec::with_capacity(checks.len());
    let mut done = 0;
    engine.run::<Failure>(of.project, of.vars, &checks, &keep, &mut |engine, event| {
        let started = Instant::now();
        match event {
            Event::Built(built) => {
                done += 1;
                tracing::debug!(
                    model = built.model,
                    rows = built.rows,
                    seconds = built.took.as_secs_f64(),
                    "built"
                );
                progress.at(
                    done,
                    of.project.models.len() as u64,
                    &format!("{} · {} rows", built.model, built.rows),
                );
                results.extend(of.contract(engine, &built.model)?);
            }
            Event::Ready(check) => results.push(of.judge(engine, check)?),
        }
        progress.aside("check", started.elapsed());
        Ok(())
    })?;
    // Models come as they are ready; a report, and the id of its snapshot, must not depend on that.
    results.sort_by(|a, b| (&a.target, &a.name).cmp(&(&b.target, &b.name)));
    Ok(results)
}

/// The documents published beside the marts.
pub(crate) fn documents(
    project: &Project,
    vars: &Vars,
    report: &QualityReport,
) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let quality = serde_json::to_vec(report).map_err(Failure::failed)?;
    let lineage = project
        .lineage(Dialect::Polars, vars)
        .map_err(Failure::failed)?;
    let lineage = serde_json::to_vec(&lineage).map_err(Failure::failed)?;
    Ok(vec![
        (QUALITY_FILE.to_owned(), quality),
        ("lineage.json".to_owned(), lineage),
    ])
}
