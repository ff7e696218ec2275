//! Turns the tests of the `.yml` files and the singular tests into SQL that returns failing rows.

use serde_norway::{Mapping, Value};

use crate::render::{Rendered, Renderer};
use crate::spec::{self, Spec};
use crate::verdict::Rule;
use crate::{ColumnDoc, Model, ProjectError, Source, yml};

/// One check, ready to run.
#[derive(Debug, Clone)]
pub struct Check {
    /// Unique name, e.g. `not_null_customers_customer_id`.
    pub name: String,
    /// `not_null`, `unique`, …, or `singular`.
    pub kind: String,
    /// The model or raw table it is about; a singular test names the first it reads.
    pub model: String,
    /// The column, if it is about one.
    pub column: Option<String>,
    /// What to say when it fails.
    pub description: String,
    /// What failing rows mean.
    pub rule: Rule,
    /// Returns the failing rows.
    pub sql: String,
}

/// What tests are written about: a model, or a raw table.
struct Tested<'a> {
    table: &'a str,
    path: &'a str,
    prefix: &'static str,
    data_tests: &'a [Value],
    columns: &'a [ColumnDoc],
}

/// The checks written in the `.yml` files beside the models, model by model.
pub(crate) fn of_models(models: &[Model], renderer: &Renderer) -> Result<Vec<Check>, ProjectError> {
    let mut checks = Vec::new();
    for model in models {
        let tested = Tested {
            table: &model.name,
            path: &model.path,
            prefix: "",
            data_tests: &model.doc.data_tests,
            columns: &model.doc.columns,
        };
        tested.checks(renderer, &mut checks)?;
    }
    Ok(checks)
}

/// The checks of the raw tables, which run before anything is built on them.
pub(crate) fn of_sources(
    sources: &[Source],
    renderer: &Renderer,
) -> Result<Vec<Check>, ProjectError> {
    let mut checks = Vec::new();
    for table in sources.iter().flat_map(|source| &source.tables) {
        let tested = Tested {
            table: table.table(),
            path: &table.path,
            prefix: "source_",
            data_tests: &table.data_tests,
            columns: &table.columns,
        };
        tested.checks(renderer, &mut checks)?;
    }
    Ok(checks)
}

impl Tested<'_> {
    fn checks(&self, renderer: &Renderer, checks: &mut Vec<Check>) -> Result<(), ProjectError> {
        for test in self.data_tests {
            checks.push(self.check(None, spec::read(self.path, test)?, renderer)?);
        }
        for column in self.columns {
            for test in &column.data_tests {
                let spec = spec::read(self.path, test)?;
                checks.push(self.check(Some(&column.name), spec, renderer)?);
            }
        }
        Ok(())
    }

    fn check(
        &self,
        column: Option<&str>,
        spec: Spec,
        renderer: &Renderer,
    ) -> Result<Check, ProjectError> {
        let (sql, says) = self.sql(column, &spec, renderer)?;
        let name = spec.name.unwrap_or_else(|| {
            let parts = [spec.test.as_str(), self.table, column.unwrap_or_default()];
            let name = parts.join("_");
            format!("{}{}", self.prefix, name.trim_end_matches('_'))
        });
        Ok(Check {
            name,
            kind: spec.test,
            model: self.table.to_owned(),
            column: column.map(str::to_owned),
            description: spec.description.unwrap_or(says),
            rule: spec.rule,
            sql,
        })
    }

    /// The SQL of a test, and the sentence that holds when it passes.
    fn sql(
        &self,
        column: Option<&str>,
        spec: &Spec,
        renderer: &Renderer,
    ) -> Result<(String, String), ProjectError> {
        let rows = match &spec.condition {
            None => self.table.to_owned(),
            Some(condition) => {
                format!("(select * from {} where {condition}) as tested", self.table)
            }
        };
        let what = column.map_or_else(
            || format!("`{}`", self.table),
            |c| format!("`{}.{c}`", self.table),
        );
        let text = |key: &str| spec.arguments.get(key).map(yml::scalar).unwrap_or_default();
        let (sql, says) = match (spec.test.as_str(), column) {
            ("not_null", Some(c)) => (
                format!("select * from {rows} where {c} is null"),
                format!("{what} is never empty"),
            ),
            ("unique", Some(c)) => (
                format!(
                    "select {c}, count(*) as rows from {rows} where {c} is not null group by {c} having count(*) > 1"
                ),
                format!("{what} is unique"),
            ),
            ("accepted_values", Some(c)) => {
                let values = list(&spec.arguments, "values");
                let quoted = values
                    .iter()
                    .map(|v| format!("'{}'", v.replace('\'', "''")))
                    .collect::<Vec<_>>()
                    .join(", ");
                (
                    format!("select * from {rows} where {c} is not null and {c} not in ({quoted})"),
                    format!("{what} is one of {}", values.join(", ")),
                )
            }
            ("relationships", Some(c)) => {
                let (to, field) = (text("to"), text("field"));
                let to = renderer.render(self.path, &format!("{{{{ {to} }}}}"))?.sql;
                (
                    format!(
                        "with child as (select * from {rows}), parent as (select distinct {field} as parent_key from {to}) \
                         select child.* from child left join parent on parent.parent_key = child.{c} \
                         where child.{c} is not null and parent.parent_key is null"
                    ),
                    format!("every {what} is a `{to}.{field}`"),
                )
            }
            (test, _) => {
                let call = call(&format!("test_{test}"), &rows, column, &spec.arguments);
                let rendered =
                    renderer
                        .render(self.path, &call)
                        .map_err(|error| ProjectError::Test {
                            model: self.table.to_owned(),
                            test: test.to_owned(),
                            reason: error.to_string(),
                        })?;
                (rendered.sql, format!("{what}: {}", test.replace('_', " ")))
            }
        };
        let says = match &spec.condition {
            Some(condition) => format!("{says} (where {condition})"),
            None => says,
        };
        Ok((sql, says))
    }
}

/// A test file under `tests/`. Its first comment line says what it asserts; its `config` may name severity and thresholds.
pub(crate) fn singular(name: &str, rendered: Rendered) -> Result<Check, ProjectError> {
    let comment = rendered
        .sql
        .lines()
        .next()
        .and_then(|line| line.strip_prefix("--"));
    let (rule, _) =
        spec::configuration(rendered.config.into_iter()).map_err(|reason| ProjectError::Yml {
            path: format!("tests/{name}.sql"),
            reason,
        })?;
    let first = rendered.refs.iter().chain(&rendered.sources).next();
    Ok(Check {
        name: name.to_owned(),
        kind: "singular".to_owned(),
        model: first.cloned().unwrap_or_default(),
        column: None,
        description: comment.unwrap_or(name).trim().to_owned(),
        rule,
        sql: rendered.sql,
    })
}

/// A template that calls a macro about a table with the arguments of a test.
pub(crate) fn call(name: &str, rows: &str, column: Option<&str>, arguments: &Mapping) -> String {
    let arguments = arguments
        .iter()
        .map(|(k, v)| format!(", {}={}", yml::scalar(k), jinja(v)))
        .chain(column.map(|c| format!(", column_name='{c}'")))
        .collect::<String>();
    format!(
        "{{{{ {name}('{}'{arguments}) }}}}",
        rows.replace('\'', "\\'")
    )
}

fn list(arguments: &Mapping, key: &str) -> Vec<String> {
    match arguments.get(key) {
        Some(Value::Sequence(values)) => values.iter().map(yml::scalar).collect(),
        _ => Vec::new(),
    }
}

/// A value as a template writes it. Text that is a call of `ref`, `source` or `var` is one, as in dbt.
fn jinja(value: &Value) -> String {
    match value {
        Value::Sequence(values) => format!(
            "[{}]",
            values.iter().map(jinja).collect::<Vec<_>>().join(", ")
        ),
        Value::Number(n) => n.to_string(),
        other => {
            let text = yml::scalar(other);
            let is_call = ["ref(", "source(", "var("]
                .iter()
                .any(|call| text.starts_with(call) && text.ends_with(')'));
            if is_call {
                text
            } else {
                format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
            }
        }
    }
}
