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
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use arrow_array::RecordBatch;
use chrono_tz::Tz;
use polars::prelude::{AnyValue, DataFrame, IntoLazy, LazyFrame, PolarsError};
use polars::sql::FunctionRegistry;
use schedule::Schedule;
use serde_json::{Map, Value};
use tidemark_project::{Check, Dialect, Project, Vars};

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

    /// Builds every model, as many at a time as there are cores; hands every check to `on` as soon as all it reads is there; lets go of
    /// each table that nothing else reads and `keep` does not name. Models come in no particular order.
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
        let mut schedule = Schedule::new(project, checks, keep)?;
        let most = thread::available_parallelism().map_or(1, usize::from);
        thread::scope(|scope| {
            let (sender, finished) = mpsc::channel();
            let mut running = 0;
            loop {
                while running < most
                    && let Some(at) = schedule.next_model()
                {
                    let model = &project.models[at];
                    let sql = project
                        .render(model, Dialect::Polars, vars)
                        .map_err(EngineError::from)?;
                    let (tables, functions) = (self.tables.clone(), Arc::clone(&self.functions));
                    let sender = sender.clone();
                    running += 1;
                    scope.spawn(move || {
                        let started = Instant::now();
                        let run = || query::run(&sql, &tables, &functions);
                        let frame = panic::catch_unwind(AssertUnwindSafe(run));
                        // After a failure nobody listens any more.
                        let _ = sender.send((at, frame, started.elapsed()));
                    });
                }
                if running == 0 {
                    return Ok(());
                }
                let Ok((at, frame, took)) = finished.recv() else {
                    return Ok(());
                };
                running -= 1;
                let model = &project.models[at];
                let frame = frame.unwrap_or_else(|panic| panic::resume_unwind(panic));
                let frame = frame.map_err(|error| failed(&model.path, &error))?;
                let built = Built {
                    model: model.name.clone(),
                    rows: frame.height() as u64,
                    took,
                };
                self.add(&model.name, frame);
                on(self, Event::Built(&built))?;
                let ready = schedule.built(at);
                for check in &ready {
                    on(self, Event::Ready(&checks[*check]))?;
                }
                for table in schedule.unread(at, &ready) {
                    self.tables.remove(&table);
                }
            }
        })
    }

    /// Whether all tables that a check reads are there.
    ///
    /// # Errors
    /// SQL that cannot be parsed.
    pub fn can_check(&self, check: &Check) -> Result<bool, EngineError> {
        let reads = statement::tables(&check.sql).map_err(|reason| EngineError::Sql {
            place: check.name.clone(),
            reason,
        })?;
        Ok(reads.iter().all(|table| self.tables.contains_key(table)))
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

    /// Lets go of a table; gives it as an Arrow batch: text plain, dates as days, whole numbers as 64 bits.
    ///
    /// # Errors
    /// No such table, or a column type that marts don't have.
    pub fn take(&mut self, name: &str) -> Result<RecordBatch, EngineError> {
        let frame = self.query(name, &format!("select * from {name}"))?;
        self.tables.remove(name);
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
        query::run(sql, &self.tables, &self.functions).map_err(|error| failed(place, &error))
    }

    fn add(&mut self, name: &str, frame: DataFrame) {
        self.tables.insert(name.to_owned(), frame.lazy());
    }
}

fn failed(place: &str, error: &PolarsError) -> EngineError {
    EngineError::Sql {
        place: place.to_owned(),
        reason: error.to_string(),
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
