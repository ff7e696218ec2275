//! The graph of raw tables, seeds and models behind a snapshot: the document behind the lineage
//! path.

use serde::{Deserialize, Serialize};

/// The whole graph: nodes, and edges from what is read to what reads it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lineage {
    /// Raw tables, seeds and models, in running order: each after all that it reads.
    pub nodes: Vec<LineageNode>,
    /// Who reads whom.
    pub edges: Vec<LineageEdge>,
    /// What each column of a model is made of, where its SQL shows it.
    #[serde(default)]
    pub columns: Vec<LineageColumn>,
    /// Mentions of columns in the SQL that could not be followed.
    #[serde(default)]
    pub unresolved: u64,
}

/// A column of a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineageColumn {
    /// The model.
    pub model: String,
    /// The column.
    pub column: String,
    /// The columns of the tables the model reads that make its value; empty for constants.
    pub from: Vec<LineageOrigin>,
}

/// A column another one is made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineageOrigin {
    /// The raw table, seed or model.
    pub model: String,
    /// The column.
    pub column: String,
}

/// One table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineageNode {
    /// Table name.
    pub name: String,
    /// `source`, `seed`, `staging`, `intermediate` or `marts`.
    pub layer: String,
    /// What it is.
    pub description: String,
    /// Path of its file inside the project; none for sources, and in older snapshots.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The SQL as written; none for sources and seeds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sql: Option<String>,
}

/// `to` reads `from`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineageEdge {
    /// The table read.
    pub from: String,
    /// The table that reads it.
    pub to: String,
}
