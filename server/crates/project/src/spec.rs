//! One test as a `.yml` file writes it: its name, arguments and configuration.

use serde_norway::{Mapping, Value};

use crate::verdict::{Rule, Severity, Threshold};
use crate::{ProjectError, yml};

/// A test before it is turned into SQL.
pub(crate) struct Spec {
    pub(crate) test: String,
    /// A name of its own, where the usual one would not be unique.
    pub(crate) name: Option<String>,
    pub(crate) arguments: Mapping,
    pub(crate) description: Option<String>,
    /// Only rows for which this holds are tested.
    pub(crate) condition: Option<String>,
    pub(crate) rule: Rule,
}

/// `- not_null`, or `- accepted_values: {arguments: {values: […]}, config: {severity: warn}}`.
pub(crate) fn read(path: &str, value: &Value) -> Result<Spec, ProjectError> {
    let (test, mut arguments) = match value {
        Value::Mapping(map) => match map.iter().next() {
            Some((name, Value::Mapping(arguments))) => (yml::scalar(name), arguments.clone()),
            Some((name, _)) => (yml::scalar(name), Mapping::new()),
            None => (String::new(), Mapping::new()),
        },
        other => (yml::scalar(other), Mapping::new()),
    };
    let wrong = |reason: String| ProjectError::Yml {
        path: path.to_owned(),
        reason: format!("test `{test}`: {reason}"),
    };
    let config = match arguments.remove("config") {
        Some(Value::Mapping(config)) => config,
        _ => Mapping::new(),
    };
    let entries = config
        .iter()
        .map(|(key, value)| (yml::scalar(key), yml::scalar(value)));
    let (rule, condition) = configuration(entries).map_err(wrong)?;
    let mut take = |key: &str| arguments.remove(key).map(|value| yml::scalar(&value));
    let (name, description) = (take("name"), take("description"));
    if let Some(Value::Mapping(inner)) = arguments.remove("arguments") {
        arguments.extend(inner);
    }
    Ok(Spec {
        test,
        name,
        arguments,
        description,
        condition,
        rule,
    })
}

/// What a test's configuration says: severity and thresholds, and which rows are tested (`where`).
///
/// # Errors
/// Anything else. Left unread, it would make the test say something else here than under dbt.
pub(crate) fn configuration(
    entries: impl Iterator<Item = (String, String)>,
) -> Result<(Rule, Option<String>), String> {
    let mut rule = Rule::any(Severity::Error);
    let mut condition = None;
    for (key, value) in entries {
        let threshold = || {
            Threshold::parse(&value)
                .ok_or_else(|| format!("`{value}` is no threshold; write one like `> 100`"))
        };
        match (key.as_str(), value.as_str()) {
            ("severity", "warn") => rule.severity = Severity::Warn,
            ("severity", "error") => rule.severity = Severity::Error,
            ("warn_if", _) => rule.warn_if = threshold()?,
            ("error_if", _) => rule.error_if = threshold()?,
            ("where", _) => condition = Some(value),
            (key, value) => {
                return Err(format!(
                    "`{key}: {value}` is not supported; config may hold severity (warn or error), warn_if, error_if and where"
                ));
            }
        }
    }
    Ok((rule, condition))
}
