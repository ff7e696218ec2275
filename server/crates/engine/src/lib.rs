//! Runs the models' SQL on Polars, in this process: the only place that knows Polars.

mod code;
mod convert;
mod error;
mod functions;
mod group;
mod order;
mod query;
mod schedule;
mod seeds;
mod statement;
#[cfg(test)]
mod tests;
mod window;

pub use error::EngineError;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use arrow_array::RecordBatch;
use chrono_tz::Tz;
use polars::prelude::{AnyValue, DataFrame, IntoLazy, LazyFrame};
use polars::sql::FunctionRegistry;
use schedule::Step;
use serde_json::{Map, Value};
use tidemark_project::{Check, Dialect, Model, Project, Vars};

/// Tables by name, and SQL over them.
pub struct Engine {
    functions: Arc<dyn FunctionRegistry>,
    tables: BTreeMap<String, LazyFrame>,
}

/// What a model made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Built {
    /// The model's name.
    pub model: String,
    /// Rows it has.
    pub rows: u64,
    /// Time it took.
    pub took: Duration,
}

/// What [`Engine::run`] tells of.
#[derive(Debug, Clone, Copy)]
pub enum Event<'a> {
    /// A model is built.
    Built(&'a Built),
    /// All that a check reads is there, and may not be for long.
    Ready(&'a Check),
}

/// What a check found.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// Number of failing rows; 0 means it passed.
    pub failing: u64,
    /// The first of them, as many as were asked for.
    pub rows: Vec<Map<String, Value>>,
}

impl Engine {
    /// An empty engine whose days are those of `timezone`.
    pub fn new(timezone: Tz) -> Self {
        // Polars warns of how its own SQL layer calls it; nothing a reader of our output can mend.
        polars::error::set_warning_function(|text, _| tracing::debug!("polars: {text}"));
        Self {
            functions: functions::registry(timezone),
            tables: BTreeMap::new(),
        }
    }

    /// Adds a raw table.
    ///
    /// # Errors
    /// A column type that raw tables don't have.
    pub fn add_table(&mut self, name: &str, batch: &RecordBatch) -> Result<(), EngineError> {
        self.add(name, convert::to_polars(name, batch)?);
        Ok(())
    }

    /// Adds the project's seeds.
    ///
    /// # Errors
    /// A seed that is no CSV.
    pub fn add_seeds(&mut self, project: &Project) -> Result<(), EngineError> {
        for seed in &project.seeds {
            let frame = seeds::read(&seed.name, &seed.csv)?;
            self.add(&seed.name, frame);
        }
        Ok(())
    }

    /// Builds every model in order, hands every check to `on` as soon as all it reads is there, and lets go of each table that nothing
    /// else reads and `keep` does not name.
    ///
    /// # Errors
    /// SQL that does not render or run, with the model's path; whatever `on` fails with.
    pub fn run<E: From<EngineError>>(
        &mut self,
        project: &Project,
        vars: &Vars,
        checks: &[Check],
        keep: &[&str],
        on: &mut dyn FnMut(&Self, Event<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        for step in schedule::steps(project, checks, keep)? {
            match step {
                Step::Build(at) => {
                    let built = self.build(project, vars, &project.models[at])?;
                    on(self, Event::Built(&built))?;
                }
                Step::Check(at) => on(self, Event::Ready(&checks[at]))?,
                Step::Release(table) => {
                    self.tables.remove(&table);
                }
            }
        }
        Ok(())
    }

    fn build(
        &mut self,
        project: &Project,
        vars: &Vars,
        model: &Model,
    ) -> Result<Built, EngineError> {
        let sql = project.render(model, Dialect::Polars, vars)?;
        let started = Instant::now();
        let frame = self.query(&model.path, &sql)?;
        let built = Built {
            model: model.name.clone(),
            rows: frame.height() as u64,
            took: started.elapsed(),
        };
        self.add(&model.name, frame);
        Ok(built)
    }

    /// Runs a check, keeping at most `most` of the failing rows.
    ///
    /// # Errors
    /// SQL that does not run.
    pub fn check(&self, check: &Check, most: usize) -> Result<Judged, EngineError> {
        let frame = self.query(&check.name, &check.sql)?;
        Ok(Judged {
            failing: frame.height() as u64,
            rows: rows(&frame.head(Some(most))),
        })
    }

    /// The first row of a query's result; `place` is told in errors.
    ///
    /// # Errors
    /// SQL that does not run.
    pub fn first_row(&self, place: &str, sql: &str) -> Result<Map<String, Value>, EngineError> {
        let frame = self.query(place, sql)?;
        Ok(rows(&frame.head(Some(1))).pop().unwrap_or_default())
    }

    /// Names and SQL types of a table's columns, in order.
    ///
    /// # Errors
    /// No such table.
    pub fn columns(&self, name: &str) -> Result<Vec<(String, String)>, EngineError> {
        let frame = self.query(name, &format!("select * from {name} limit 0"))?;
        let columns = frame.columns().iter();
        Ok(columns
            .map(|column| (column.name().to_string(), convert::sql_type(column.dtype())))
            .collect())
    }

    /// As [`Engine::table`], and lets go of it.
    ///
    /// # Errors
    /// As there.
    pub fn take(&mut self, name: &str) -> Result<RecordBatch, EngineError> {
        let batch = self.table(name)?;
        self.tables.remove(name);
        Ok(batch)
    }

    /// A table as an Arrow batch: text plain, dates as days, whole numbers as 64 bits.
    ///
    /// # Errors
    /// No such table, or a column type that marts don't have.
    pub fn table(&self, name: &str) -> Result<RecordBatch, EngineError> {
        let frame = self.query(name, &format!("select * from {name}"))?;
        convert::to_arrow(name, &frame)
    }

    /// The rows of a table as JSON objects, for small tables that become part of a document.
    ///
    /// # Errors
    /// No such table.
    pub fn rows(&self, name: &str) -> Result<Vec<Map<String, Value>>, EngineError> {
        Ok(rows(&self.query(name, &format!("select * from {name}"))?))
    }

    fn query(&self, place: &str, sql: &str) -> Result<DataFrame, EngineError> {
        query::run(sql, &self.tables, &self.functions).map_err(|error| EngineError::Sql {
            place: place.to_owned(),
            reason: error.to_string(),
        })
    }

    fn add(&mut self, name: &str, frame: DataFrame) {
        self.tables.insert(name.to_owned(), frame.lazy());
    }
}

/// Rows as JSON objects, for samples. Values print as people write them.
fn rows(frame: &DataFrame) -> Vec<Map<String, Value>> {
    (0..frame.height())
        .map(|row| {
            frame
                .columns()
                .iter()
                .map(|column| {
                    let value = column.get(row).map_or(Value::Null, |value| json(&value));
                    (column.name().to_string(), value)
                })
                .collect()
        })
        .collect()
}

fn json(value: &AnyValue<'_>) -> Value {
    match value {
        AnyValue::Null => Value::Null,
        AnyValue::Boolean(b) => Value::Bool(*b),
        AnyValue::String(s) => Value::String((*s).to_owned()),
        AnyValue::StringOwned(s) => Value::String(s.to_string()),
        other => other
            .extract::<i64>()
            .filter(|_| other.is_integer())
            .map_or_else(|| Value::String(other.to_string()), Value::from),
    }
}
