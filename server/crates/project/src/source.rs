//! Raw tables as the `sources:` of the `.yml` files describe them: columns, tests, how fresh they must be.

use serde::Deserialize;
use serde_norway::{Mapping, Value};

use crate::render::Renderer;
use crate::verdict::Verdict;
use crate::{ColumnDoc, Files, ProjectError, check, spec, yml};

/// A source system and its raw tables.
#[derive(Debug, Clone, Deserialize)]
pub struct Source {
    /// Name, such as `stripe`.
    pub name: String,
    /// What it is.
    #[serde(default)]
    pub description: String,
    /// Its raw tables.
    #[serde(default)]
    pub tables: Vec<SourceTable>,
    #[serde(default)]
    config: Config,
}

/// A raw table.
#[derive(Debug, Clone, Deserialize)]
pub struct SourceTable {
    /// Name within the source, such as `invoice_lines`.
    pub name: String,
    /// What one row is.
    #[serde(default)]
    pub description: String,
    /// Its columns, in order.
    #[serde(default)]
    pub columns: Vec<ColumnDoc>,
    /// Tests of the table as a whole.
    #[serde(default)]
    pub data_tests: Vec<Value>,
    /// How old its newest row may be on the as-of day; none where nobody can say.
    #[serde(skip)]
    pub freshness: Option<Freshness>,
    #[serde(default)]
    config: Config,
    #[serde(skip)]
    raw_name: String,
    #[serde(skip)]
    pub(crate) path: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
struct Config {
    #[serde(default)]
    loaded_at_field: Option<String>,
    #[serde(default)]
    freshness: Option<Ages>,
}

#[derive(Debug, Clone, Default, Deserialize)]
struct Ages {
    #[serde(default)]
    warn_after: Option<Age>,
    #[serde(default)]
    error_after: Option<Age>,
}

#[derive(Debug, Clone, Deserialize)]
struct Age {
    count: i64,
    period: Period,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Period {
    Hour,
    Day,
}

/// How old the newest row of a table may be. Days are counted to the as-of day, never to the clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Freshness {
    /// The column that dates a row.
    pub loaded_at_field: String,
    /// Older than this many days is a warning.
    pub warn_after_days: Option<i64>,
    /// Older than this many days stops publishing.
    pub error_after_days: Option<i64>,
}

impl Freshness {
    /// What the age of the newest row means; a table without any dated row is worth a warning.
    pub fn judge(&self, age_days: Option<i64>) -> Verdict {
        let Some(age) = age_days else {
            return Verdict::Warn;
        };
        if self.error_after_days.is_some_and(|most| age > most) {
            Verdict::Fail
        } else if self.warn_after_days.is_some_and(|most| age > most) {
            Verdict::Warn
        } else {
            Verdict::Pass
        }
    }
}

impl SourceTable {
    /// Name of the table as models and checks read it, such as `stripe__invoice_lines`.
    pub fn table(&self) -> &str {
        &self.raw_name
    }
}

impl Age {
    /// Whole days: data is daily, so a part of a day counts as one.
    fn days(&self) -> i64 {
        match self.period {
            Period::Day => self.count,
            Period::Hour => self.count.div_euclid(24) + i64::from(self.count.rem_euclid(24) > 0),
        }
    }
}

/// The name of the test that compares a table's volume with its own past.
const VOLUME: &str = "volume_as_before";

/// What is measured of a raw table, beside its tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MeasureKind {
    /// One row: `newest_on`, `age_days`.
    Freshness,
    /// One row: `days` of a stretch, `last_days` and `usual`, both numbers of records.
    Volume,
}

/// A query that measures a raw table.
#[derive(Debug, Clone)]
pub struct Measure {
    /// The raw table.
    pub table: String,
    /// What its one row holds.
    pub kind: MeasureKind,
    /// The query.
    pub sql: String,
}

/// The measures of all tables that have a freshness or a volume test.
pub(crate) fn measures(
    sources: &[Source],
    renderer: &Renderer,
) -> Result<Vec<Measure>, ProjectError> {
    let mut measures = Vec::new();
    for table in sources.iter().flat_map(|source| &source.tables) {
        let mut add = |kind, template: &str| -> Result<(), ProjectError> {
            let sql = renderer.render(&table.path, template)?.sql;
            let table = table.table().to_owned();
            measures.push(Measure { table, kind, sql });
            Ok(())
        };
        if let Some(freshness) = &table.freshness {
            let field = Some(freshness.loaded_at_field.as_str());
            let template = check::call("freshness", table.table(), field, &Mapping::new());
            add(MeasureKind::Freshness, &template)?;
        }
        let columns = table.columns.iter().flat_map(|column| {
            let tests = column.data_tests.iter();
            tests.map(|test| (Some(column.name.as_str()), test))
        });
        let tests = table.data_tests.iter().map(|test| (None, test));
        for (column, test) in tests.chain(columns) {
            let spec = spec::read(&table.path, test)?;
            if spec.test == VOLUME {
                let template =
                    check::call("measure_volume", table.table(), column, &spec.arguments);
                add(MeasureKind::Volume, &template)?;
            }
        }
    }
    Ok(measures)
}

#[derive(Deserialize)]
struct SourcesFile {
    #[serde(default)]
    sources: Vec<Source>,
}

/// Reads every `sources:` entry of the `.yml` files beside the staging models.
pub(crate) fn read(files: &Files) -> Result<Vec<Source>, ProjectError> {
    let mut all = Vec::new();
    for (path, text) in files.under("staging", "yml") {
        let file: SourcesFile = serde_norway::from_str(text).map_err(|e| yml::error(path, &e))?;
        for mut source in file.sources {
            for table in &mut source.tables {
                table.raw_name = format!("{}__{}", source.name, table.name);
                table.path = path.to_owned();
                table.freshness = freshness(path, &source.config, table)?;
            }
            all.push(source);
        }
    }
    Ok(all)
}

/// A table's own configuration, else that of its source.
fn freshness(
    path: &str,
    source: &Config,
    table: &SourceTable,
) -> Result<Option<Freshness>, ProjectError> {
    let own = &table.config;
    let Some(ages) = own.freshness.as_ref().or(source.freshness.as_ref()) else {
        return Ok(None);
    };
    let field = own
        .loaded_at_field
        .as_ref()
        .or(source.loaded_at_field.as_ref())
        .ok_or_else(|| ProjectError::Yml {
            path: path.to_owned(),
            reason: format!(
                "`{}` has a freshness but no loaded_at_field to tell it by",
                table.raw_name
            ),
        })?;
    Ok(Some(Freshness {
        loaded_at_field: field.clone(),
        warn_after_days: ages.warn_after.as_ref().map(Age::days),
        error_after_days: ages.error_after.as_ref().map(Age::days),
    }))
}
