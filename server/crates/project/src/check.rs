//! Turns the tests of the `.yml` files and the singular tests into SQL that returns failing rows.

use serde_norway::{Mapping, Value};

use crate::render::{Rendered, Renderer};
use crate::{Model, ProjectError, yml};

/// How bad a failing check is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// Publishing goes on; the finding is shown.
    Warn,
    /// Nothing is published.
    Error,
}

/// One check, ready to run.
#[derive(Debug, Clone)]
pub struct Check {
    /// Unique name, e.g. `not_null_customers_customer_id`.
    pub name: String,
    /// `not_null`, `unique`, …, or `singular`.
    pub kind: String,
    /// The model it is about; a singular test names the first it reads.
    pub model: String,
    /// The column, if it is about one.
    pub column: Option<String>,
    /// What to say when it fails.
    pub description: String,
    /// Whether a failure stops publishing.
    pub severity: Severity,
    /// Returns the failing rows.
    pub sql: String,
}

struct Spec {
    test: String,
    arguments: Mapping,
    severity: Severity,
    description: Option<String>,
}

/// The checks written in the `.yml` files, model by model.
pub(crate) fn column_and_model_tests(
    models: &[Model],
    renderer: &Renderer,
) -> Result<Vec<Check>, ProjectError> {
    let mut checks = Vec::new();
    for model in models {
        for test in &model.doc.data_tests {
            checks.push(generic(model, None, &spec(test), renderer)?);
        }
        for column in &model.doc.columns {
            for test in &column.data_tests {
                checks.push(generic(model, Some(&column.name), &spec(test), renderer)?);
            }
        }
    }
    Ok(checks)
}

/// A test file under `tests/`. Its first comment line says what it asserts; `severity: warn` in it makes it a warning.
pub(crate) fn singular(name: &str, rendered: Rendered) -> Check {
    let mut comments = rendered
        .sql
        .lines()
        .take_while(|l| l.starts_with("--"))
        .map(|l| l.trim_start_matches('-').trim());
    let description = comments.next().unwrap_or(name).to_owned();
    let severity = if comments.any(|c| c == "severity: warn") {
        Severity::Warn
    } else {
        Severity::Error
    };
    Check {
        name: name.to_owned(),
        kind: "singular".to_owned(),
        model: rendered.refs.iter().next().cloned().unwrap_or_default(),
        column: None,
        description,
        severity,
        sql: rendered.sql,
    }
}

/// `- not_null`, or `- accepted_values: {values: […], config: {severity: warn}}`; arguments may stand under `arguments:`.
fn spec(value: &Value) -> Spec {
    let (test, mut arguments) = match value {
        Value::Mapping(map) => match map.iter().next() {
            Some((name, Value::Mapping(arguments))) => (yml::scalar(name), arguments.clone()),
            Some((name, _)) => (yml::scalar(name), Mapping::new()),
            None => (String::new(), Mapping::new()),
        },
        other => (yml::scalar(other), Mapping::new()),
    };
    let severity = match arguments
        .remove("config")
        .as_ref()
        .and_then(|c| c.get("severity"))
        .map(yml::scalar)
        .as_deref()
    {
        Some("warn") => Severity::Warn,
        _ => Severity::Error,
    };
    let description = arguments.remove("description").map(|d| yml::scalar(&d));
    if let Some(Value::Mapping(inner)) = arguments.remove("arguments") {
        arguments.extend(inner);
    }
    Spec {
        test,
        arguments,
        severity,
        description,
    }
}

fn generic(
    model: &Model,
    column: Option<&str>,
    spec: &Spec,
    renderer: &Renderer,
) -> Result<Check, ProjectError> {
    let table = &model.name;
    let what = column.map_or_else(|| format!("`{table}`"), |c| format!("`{table}.{c}`"));
    let text = |key: &str| spec.arguments.get(key).map(yml::scalar).unwrap_or_default();
    let (sql, says) = match (spec.test.as_str(), column) {
        ("not_null", Some(c)) => (
            format!("select * from {table} where {c} is null"),
            format!("{what} is never empty"),
        ),
        ("unique", Some(c)) => (
            format!(
                "select {c}, count(*) as rows from {table} where {c} is not null group by {c} having count(*) > 1"
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
                format!("select * from {table} where {c} is not null and {c} not in ({quoted})"),
                format!("{what} is one of {}", values.join(", ")),
            )
        }
        ("relationships", Some(c)) => {
            let to = text("to").replace("ref('", "").replace("')", "");
            let field = text("field");
            (
                format!(
                    "select child.* from {table} as child left join (select distinct {field} as parent_key from {to}) as parent \
                     on parent.parent_key = child.{c} where child.{c} is not null and parent.parent_key is null"
                ),
                format!("every {what} is a `{to}.{field}`"),
            )
        }
        (test, _) => {
            let arguments = spec
                .arguments
                .iter()
                .map(|(k, v)| format!(", {}={}", yml::scalar(k), jinja(v)))
                .chain(column.map(|c| format!(", column_name='{c}'")))
                .collect::<String>();
            let call = format!("{{{{ test_{test}('{table}'{arguments}) }}}}");
            let rendered =
                renderer
                    .render(&model.path, &call)
                    .map_err(|_| ProjectError::UnknownTest {
                        model: table.clone(),
                        test: test.to_owned(),
                    })?;
            (rendered.sql, format!("{what}: {}", test.replace('_', " ")))
        }
    };
    let name = [spec.test.as_str(), table, column.unwrap_or_default()]
        .join("_")
        .trim_end_matches('_')
        .to_owned();
    Ok(Check {
        name,
        kind: spec.test.clone(),
        model: table.clone(),
        column: column.map(str::to_owned),
        description: spec.description.clone().unwrap_or(says),
        severity: spec.severity,
        sql,
    })
}

fn list(arguments: &Mapping, key: &str) -> Vec<String> {
    match arguments.get(key) {
        Some(Value::Sequence(values)) => values.iter().map(yml::scalar).collect(),
        _ => Vec::new(),
    }
}

fn jinja(value: &Value) -> String {
    match value {
        Value::Sequence(values) => format!(
            "[{}]",
            values.iter().map(jinja).collect::<Vec<_>>().join(", ")
        ),
        Value::Number(n) => n.to_string(),
        other => format!(
            "'{}'",
            yml::scalar(other)
                .replace('\\', "\\\\")
                .replace('\'', "\\'")
        ),
    }
}
