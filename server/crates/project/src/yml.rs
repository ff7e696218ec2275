//! The `.yml` files beside the models: descriptions, column contracts and tests, as dbt writes them.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_norway::Value;

use crate::{Files, ProjectError};

/// A model's entry: what it is, its columns and its tests.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct ModelDoc {
    /// The model's name.
    pub name: String,
    /// What one row is and what it is for.
    #[serde(default)]
    pub description: String,
    /// Its columns, in order.
    #[serde(default)]
    pub columns: Vec<ColumnDoc>,
    /// Tests of the model as a whole.
    #[serde(default)]
    pub data_tests: Vec<Value>,
}

/// A column's entry.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct ColumnDoc {
    /// The column's name.
    pub name: String,
    /// What it holds, with its unit.
    #[serde(default)]
    pub description: String,
    /// SQL type.
    #[serde(default)]
    pub data_type: Option<String>,
    /// Tests of the column.
    #[serde(default)]
    pub data_tests: Vec<Value>,
    #[serde(default)]
    config: ColumnConfig,
}

#[derive(Debug, Clone, Default, Deserialize)]
struct ColumnConfig {
    #[serde(default)]
    meta: ColumnMeta,
}

#[derive(Debug, Clone, Default, Deserialize)]
struct ColumnMeta {
    #[serde(default)]
    personal: bool,
}

impl ColumnDoc {
    /// Whether it holds data of persons (`meta: {personal: true}`), which is shown to nobody but the operator.
    pub fn is_personal(&self) -> bool {
        self.config.meta.personal
    }
}

#[derive(Deserialize)]
struct SchemaFile {
    #[serde(default)]
    models: Vec<ModelDoc>,
}

#[derive(Deserialize)]
struct ProjectFile {
    #[serde(default)]
    vars: BTreeMap<String, Value>,
}

pub(crate) fn model_docs(files: &Files) -> Result<BTreeMap<String, ModelDoc>, ProjectError> {
    let mut docs = BTreeMap::new();
    for layer in ["staging", "intermediate", "marts"] {
        for (path, text) in files.under(layer, "yml") {
            let file: SchemaFile = serde_norway::from_str(text).map_err(|e| error(path, &e))?;
            for doc in file.models {
                if doc.description.trim().is_empty() {
                    return Err(ProjectError::Yml {
                        path: path.to_owned(),
                        reason: format!("model `{}` has no description", doc.name),
                    });
                }
                docs.insert(doc.name.clone(), doc);
            }
        }
    }
    Ok(docs)
}

pub(crate) fn project_vars(text: &str) -> Result<BTreeMap<String, String>, ProjectError> {
    let file: ProjectFile =
        serde_norway::from_str(text).map_err(|e| error("dbt_project.yml", &e))?;
    Ok(file
        .vars
        .into_iter()
        .map(|(name, value)| (name, scalar(&value)))
        .collect())
}

/// A YAML scalar as the text it would print as.
pub(crate) fn scalar(value: &Value) -> String {
    match value {
        Value::String(s) => s.clone(),
        Value::Bool(b) => b.to_string(),
        Value::Number(n) => n.to_string(),
        _ => String::new(),
    }
}

pub(crate) fn error(path: &str, error: &serde_norway::Error) -> ProjectError {
    ProjectError::Yml {
        path: path.to_owned(),
        reason: error.to_string(),
    }
}
