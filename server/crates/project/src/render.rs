//! Renders a model's Jinja to SQL, noting what it refers to.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use minijinja::value::{Kwargs, Rest};
use minijinja::{Environment, UndefinedBehavior, Value};

use crate::{ProjectError, macros};

/// The engine SQL is rendered for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// The built-in engine.
    Polars,
    /// DuckDB, for comparisons.
    DuckDb,
}

impl Dialect {
    fn name(self) -> &'static str {
        match self {
            Self::Polars => "polars",
            Self::DuckDb => "duckdb",
        }
    }
}

/// Values of `var('…')`: the as-of day, the time zone and the policies.
#[derive(Debug, Clone, Default)]
pub struct Vars(BTreeMap<String, String>);

impl Vars {
    /// Sets one value; the models read it as `var(name)`.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    /// Every value by its name.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl From<BTreeMap<String, String>> for Vars {
    fn from(values: BTreeMap<String, String>) -> Self {
        Self(values)
    }
}

/// SQL and what it reads.
pub(crate) struct Rendered {
    pub(crate) sql: String,
    pub(crate) refs: BTreeSet<String>,
    pub(crate) sources: BTreeSet<String>,
    /// What `config(…)` says.
    pub(crate) config: BTreeMap<String, String>,
}

#[derive(Default)]
struct Seen {
    refs: BTreeSet<String>,
    sources: BTreeSet<String>,
    config: BTreeMap<String, String>,
}

pub(crate) struct Renderer {
    environment: Environment<'static>,
    prelude: String,
    seen: Arc<Mutex<Seen>>,
}

impl Renderer {
    pub(crate) fn new(
        macro_files: &[String],
        dialect: Dialect,
        vars: &Vars,
    ) -> Result<Self, ProjectError> {
        let seen = Arc::new(Mutex::new(Seen::default()));
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        let noted = Arc::clone(&seen);
        environment.add_function("ref", move |name: String| {
            if let Ok(mut seen) = noted.lock() {
                seen.refs.insert(name.clone());
            }
            name
        });
        let noted = Arc::clone(&seen);
        environment.add_function("source", move |source: String, object: String| {
            let table = format!("{source}__{object}");
            if let Ok(mut seen) = noted.lock() {
                seen.sources.insert(table.clone());
            }
            table
        });
        let values = vars.0.clone();
        environment.add_function("var", move |name: String| {
            values.get(&name).cloned().ok_or_else(|| {
                minijinja::Error::new(
                    minijinja::ErrorKind::UndefinedError,
                    format!("there is no var `{name}`"),
                )
            })
        });
        let noted = Arc::clone(&seen);
        environment.add_function("config", move |_: Rest<Value>, kwargs: Kwargs| {
            // Most of it is for dbt alone, so every argument counts as used; tests name their severity here.
            let names: Vec<String> = kwargs.args().map(str::to_owned).collect();
            for name in names {
                if let (Ok(value), Ok(mut seen)) = (kwargs.get::<Value>(&name), noted.lock()) {
                    seen.config.insert(name, value.to_string());
                }
            }
            String::new()
        });
        environment.add_function("is_incremental", || false);
        let prelude = macros::prelude(macro_files, dialect.name());
        Ok(Self {
            environment,
            prelude,
            seen,
        })
    }

    pub(crate) fn render(&self, path: &str, template: &str) -> Result<Rendered, ProjectError> {
        // The prelude is one line per newline it has, so that the error's line can be told in the model's own lines.
        let offset = self.prelude.matches('\n').count();
        let source = format!("{}{template}", self.prelude);
        if let Ok(mut seen) = self.seen.lock() {
            *seen = Seen::default();
        }
        let sql = self
            .environment
            .render_str(&source, ())
            .map_err(|e| ProjectError::Template {
                path: path.to_owned(),
                reason: match e.line().and_then(|line| line.checked_sub(offset)) {
                    Some(line) if line > 0 => format!("line {line}: {e}"),
                    _ => e.to_string(),
                },
            })?;
        let seen = match self.seen.lock() {
            Ok(mut seen) => std::mem::take(&mut *seen),
            Err(_) => Seen::default(),
        };
        Ok(Rendered {
            sql: sql.trim().trim_end_matches(';').to_owned(),
            refs: seen.refs,
            sources: seen.sources,
            config: seen.config,
        })
    }
}
