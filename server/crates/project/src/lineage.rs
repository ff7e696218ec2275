//! The graph of raw tables, seeds and models, from `ref` and `source`.

use serde::Serialize;

use crate::trace::Tracer;
use crate::{Dialect, Project, ProjectError, Vars};

/// The whole graph: nodes, and edges from what is read to what reads it.
#[derive(Debug, Clone, Serialize)]
pub struct Lineage {
    /// Raw tables, seeds and models, in running order.
    pub nodes: Vec<LineageNode>,
    /// Who reads whom.
    pub edges: Vec<LineageEdge>,
    /// What each column of a model is made of, where its SQL shows it.
    pub columns: Vec<LineageColumn>,
    /// Mentions of columns in the SQL that could not be followed.
    pub unresolved: u64,
}

/// A column of a model.
#[derive(Debug, Clone, Serialize)]
pub struct LineageColumn {
    /// The model.
    pub model: String,
    /// The column.
    pub column: String,
    /// The columns of the tables the model reads that make its value; empty for constants.
    pub from: Vec<LineageOrigin>,
}

/// A column another one is made of.
#[derive(Debug, Clone, Serialize)]
pub struct LineageOrigin {
    /// The raw table, seed or model.
    pub model: String,
    /// The column.
    pub column: String,
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

/// The graph, with the columns as the SQL of one engine shows them.
///
/// # Errors
/// SQL that does not render.
pub(crate) fn of(
    project: &Project,
    dialect: Dialect,
    vars: &Vars,
) -> Result<Lineage, ProjectError> {
    let mut sources: Vec<&String> = project.models.iter().flat_map(|m| &m.sources).collect();
    sources.sort();
    sources.dedup();
    let plain = |name: &str, layer: &str| LineageNode {
        name: name.to_owned(),
        layer: layer.to_owned(),
        description: project
            .source_table(name)
            .map_or_else(String::new, |table| table.description.clone()),
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
    let (columns, unresolved) = columns(project, dialect, vars)?;
    Ok(Lineage {
        nodes,
        edges,
        columns,
        unresolved,
    })
}

fn columns(
    project: &Project,
    dialect: Dialect,
    vars: &Vars,
) -> Result<(Vec<LineageColumn>, u64), ProjectError> {
    let mut tracer = Tracer::default();
    for table in project.sources.iter().flat_map(|source| &source.tables) {
        let names = table.columns.iter().map(|column| column.name.clone());
        tracer.table(table.table(), names);
    }
    for seed in &project.seeds {
        let header = seed.csv.lines().next().unwrap_or_default();
        let names = header.split(',').map(|name| name.trim().to_owned());
        tracer.table(&seed.name, names);
    }
    let mut columns = Vec::new();
    for model in &project.models {
        let traced = tracer.model(&project.render(model, dialect, vars)?);
        tracer.table(&model.name, traced.iter().map(|(name, _)| name.clone()));
        columns.extend(traced.into_iter().map(|(column, origins)| {
            LineageColumn {
                model: model.name.clone(),
                column,
                from: origins
                    .into_iter()
                    .map(|(model, column)| LineageOrigin { model, column })
                    .collect(),
            }
        }));
    }
    Ok((columns, tracer.unresolved))
}
