//! The graph of raw tables, seeds and models, from `ref` and `source`.

use serde::Serialize;

use crate::Project;

/// The whole graph: nodes, and edges from what is read to what reads it.
#[derive(Debug, Clone, Serialize)]
pub struct Lineage {
    /// Raw tables, seeds and models, in running order.
    pub nodes: Vec<LineageNode>,
    /// Who reads whom.
    pub edges: Vec<LineageEdge>,
}

/// One table.
#[derive(Debug, Clone, Serialize)]
pub struct LineageNode {
    /// Table name.
    pub name: String,
    /// `source`, `seed`, `staging`, `intermediate` or `marts`.
    pub layer: String,
    /// What it is.
    pub description: String,
    /// The SQL as written; none for sources and seeds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sql: Option<String>,
}

/// `to` reads `from`.
#[derive(Debug, Clone, Serialize)]
pub struct LineageEdge {
    /// The table read.
    pub from: String,
    /// The table that reads it.
    pub to: String,
}

pub(crate) fn of(project: &Project) -> Lineage {
    let mut sources: Vec<&String> = project.models.iter().flat_map(|m| &m.sources).collect();
    sources.sort();
    sources.dedup();
    let plain = |name: &str, layer: &str| LineageNode {
        name: name.to_owned(),
        layer: layer.to_owned(),
        description: String::new(),
        sql: None,
    };
    let nodes = sources
        .into_iter()
        .map(|s| plain(s, "source"))
        .chain(project.seeds.iter().map(|s| plain(&s.name, "seed")))
        .chain(project.models.iter().map(|m| LineageNode {
            name: m.name.clone(),
            layer: m.layer.clone(),
            description: m.doc.description.trim().to_owned(),
            sql: Some(m.sql.clone()),
        }))
        .collect();
    let edges = project
        .models
        .iter()
        .flat_map(|m| {
            m.sources.iter().chain(&m.refs).map(|from| LineageEdge {
                from: from.clone(),
                to: m.name.clone(),
            })
        })
        .collect();
    Lineage { nodes, edges }
}
