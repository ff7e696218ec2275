//! Runs the project's checks on the engine's tables: the sources' before anything is built on them, the models' after.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde_json::{Map, Value};
use tidemark_engine::Engine;
use tidemark_landing::Landed;
use tidemark_project::{Check, Dialect, MeasureKind, Project, Rule, Vars, Verdict};
use tidemark_shared::api::{CheckResult, Freshness, MeasuredTable, Outcome, Severity, Volume};

use crate::Failure;
use crate::kept::{FailingRows, MOST_ROWS};
use crate::progress::Progress;

/// Failing rows published as samples.
const SAMPLES: usize = 20;

/// What all checks are run with.
pub(crate) struct Checks<'a> {
    pub(crate) project: &'a Project,
    pub(crate) vars: &'a Vars,
    pub(crate) failing: &'a FailingRows,
}

impl Checks<'_> {
    /// The contracts of the raw tables of the sources that are there, and what was measured of them.
    pub(crate) fn of_sources(
        &self,
        engine: &Engine,
        landed: &Landed,
        rows: &BTreeMap<&'static str, u64>,
        progress: &Progress,
    ) -> Result<(Vec<CheckResult>, Vec<MeasuredTable>), Failure> {
        let is_present = |table: &str| {
            let source = table.split("__").next().unwrap_or_default();
            landed
                .sources
                .iter()
                .any(|known| known.present && known.source == source)
        };
        let mut checks = self
            .project
            .source_checks(Dialect::Polars, self.vars)
            .map_err(Failure::failed)?;
        checks.retain(|check| is_present(&check.model));
        let mut results = Vec::with_capacity(checks.len());
        for (done, check) in checks.iter().enumerate() {
            progress.at(done as u64, checks.len() as u64, &check.name);
            results.push(self.judge(engine, check)?);
        }
        let mut tables: BTreeMap<&str, MeasuredTable> = rows
            .iter()
            .filter(|(table, _)| is_present(table))
            .map(|(table, rows)| {
                let measured = MeasuredTable {
                    table: (*table).to_owned(),
                    rows: *rows,
                    keys: None,
                    freshness: None,
                    volume: None,
                };
                (*table, measured)
            })
            .collect();
        let measures = self
            .project
            .measures(Dialect::Polars, self.vars)
            .map_err(Failure::failed)?;
        for measure in measures {
            let Some(table) = tables.get_mut(measure.table.as_str()) else {
                continue;
            };
            let row = engine
                .first_row(&measure.table, &measure.sql)
                .map_err(Failure::failed)?;
            match measure.kind {
                MeasureKind::Volume => table.volume = Some(volume(&row)),
                MeasureKind::Freshness => {
                    let (freshness, result) = self.freshness(&measure.table, &row);
                    table.freshness = Some(freshness);
                    results.push(result);
                }
            }
        }
        Ok((results, tables.into_values().collect()))
    }

    /// Runs a check, and keeps the rows that fail.
    pub(crate) fn judge(&self, engine: &Engine, check: &Check) -> Result<CheckResult, Failure> {
        let judged = engine.check(check, MOST_ROWS).map_err(Failure::failed)?;
        let mut result = result(&check.name, &check.kind, &check.model, check.rule);
        result.column.clone_from(&check.column);
        result.outcome = outcome(check.rule.judge(judged.failing));
        result.failing = judged.failing;
        if result.outcome != Outcome::Pass {
            result.kept = self.failing.keep(&check.name, &judged.rows)?;
            let rows = match judged.failing {
                1 => "1 row fails".to_owned(),
                failing => format!("{failing} rows fail"),
            };
            let kept = result.kept.as_ref();
            let kept = kept.map_or_else(String::new, |file| {
                format!(" (in {file} of the data folder)")
            });
            result.message = format!("{}: {rows}{kept}", check.description);
            result.samples = self.without_personal(&check.model, judged.rows);
        }
        Ok(result)
    }

    /// The first rows, less the columns that hold data of persons.
    fn without_personal(
        &self,
        table: &str,
        mut rows: Vec<Map<String, Value>>,
    ) -> Vec<Map<String, Value>> {
        rows.truncate(SAMPLES);
        let columns = self.project.columns(table).iter();
        for column in columns.filter(|column| column.is_personal()) {
            for row in &mut rows {
                row.remove(&column.name);
            }
        }
        // Any other column may hold an e-mail by mistake.
        for value in rows.iter_mut().flat_map(Map::values_mut) {
            if value.as_str().is_some_and(|text| text.contains('@')) {
                *value = Value::from("(an e-mail)");
            }
        }
        rows
    }

    fn freshness(&self, table: &str, row: &Map<String, Value>) -> (Freshness, CheckResult) {
        let promised = self
            .project
            .source_table(table)
            .and_then(|known| known.freshness.as_ref());
        let freshness = Freshness {
            newest_on: row
                .get("newest_on")
                .and_then(Value::as_str)
                .and_then(|day| day.parse::<NaiveDate>().ok()),
            age_days: row.get("age_days").and_then(Value::as_i64),
            warn_after_days: promised.and_then(|f| f.warn_after_days),
            error_after_days: promised.and_then(|f| f.error_after_days),
        };
        let verdict = promised.map_or(Verdict::Pass, |f| f.judge(freshness.age_days));
        let severity = match freshness.error_after_days {
            Some(_) => tidemark_project::Severity::Error,
            None => tidemark_project::Severity::Warn,
        };
        let name = format!("source_freshness_{table}");
        let mut result = result(&name, "freshness", table, Rule::any(severity));
        result.column = promised.map(|f| f.loaded_at_field.clone());
        result.outcome = outcome(verdict);
        if verdict != Verdict::Pass {
            result.failing = 1;
            result.message = match (freshness.newest_on, freshness.age_days) {
                (Some(day), Some(age)) => format!(
                    "`{table}` is stale: its newest row is of {day}, {age} days before the as-of day; look whether it is still synced"
                ),
                _ => format!(
                    "`{table}` has no dated row up to the as-of day; look whether it is synced"
                ),
            };
        }
        (freshness, result)
    }

    /// Whether a model has the columns its `.yml` entry lists; none if it lists none.
    pub(crate) fn contract(
        &self,
        engine: &Engine,
        model: &str,
    ) -> Result<Option<CheckResult>, Failure> {
        let promised = self.project.columns(model);
        if promised.is_empty() {
            return Ok(None);
        }
        let made = engine.columns(model).map_err(Failure::failed)?;
        let breaks = tidemark_project::breaks(model, promised, &made);
        let rule = Rule::any(tidemark_project::Severity::Error);
        let mut result = result(&format!("contract_{model}"), "contract", model, rule);
        result.failing = breaks.len() as u64;
        result.outcome = outcome(rule.judge(result.failing));
        result.message = breaks.join("; ");
        Ok(Some(result))
    }
}

/// A check that passed, to be told otherwise.
fn result(name: &str, kind: &str, target: &str, rule: Rule) -> CheckResult {
    CheckResult {
        name: name.to_owned(),
        kind: kind.to_owned(),
        target: target.to_owned(),
        column: None,
        severity: match rule.severity {
            tidemark_project::Severity::Warn => Severity::Warn,
            tidemark_project::Severity::Error => Severity::Error,
        },
        warn_if: rule.warn_if.to_string(),
        error_if: rule.error_if.to_string(),
        outcome: Outcome::Pass,
        failing: 0,
        message: String::new(),
        samples: Vec::new(),
        kept: None,
    }
}

fn outcome(verdict: Verdict) -> Outcome {
    match verdict {
        Verdict::Pass => Outcome::Pass,
        Verdict::Warn => Outcome::Warn,
        Verdict::Fail => Outcome::Fail,
    }
}

fn volume(row: &Map<String, Value>) -> Volume {
    let number = |name: &str| row.get(name).and_then(Value::as_i64);
    Volume {
        days: number("days").unwrap_or_default(),
        last: number("last_days").unwrap_or_default(),
        usual: number("usual"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_few_and_hold_no_personal_column() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let checks = Checks {
            project: &Project::embedded().expect("the project"),
            vars: &Vars::default(),
            failing: &FailingRows::new(folder.path()).expect("a folder"),
        };
        let row: Map<String, Value> = [("id", "cus_1"), ("email", "a@b.example"), ("name", "A")]
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.into()))
            .collect();
        let rows = checks.without_personal("stripe__customers", vec![row; SAMPLES + 1]);
        assert_eq!(rows.len(), SAMPLES);
        assert_eq!(rows[0].keys().collect::<Vec<_>>(), ["id"]);
    }
}
