//! The graph of raw tables, seeds and models, from `ref` and `source`.

use tidemark_shared::api::{Lineage, LineageColumn, LineageEdge, LineageNode, LineageOrigin};

use crate::trace::Tracer;
use crate::{Dialect, Project, ProjectError, Vars};

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
    let plain = |name: &str, layer: &str, file: Option<String>| LineageNode {
        name: name.to_owned(),
        layer: layer.to_owned(),
        description: project
            .source_table(name)
            .map_or_else(String::new, |table| table.description.clone()),
        file,
        sql: None,
    };
    let nodes = sources
        .into_iter()
        .map(|s| plain(s, "source", None))
        .chain(project.seeds.iter().map(|s| {
            let file = format!("seeds/{}.csv", s.name);
            plain(&s.name, "seed", Some(file))
        }))
        .chain(project.models.iter().map(|m| LineageNode {
            name: m.name.clone(),
            layer: m.layer.clone(),
            description: m.doc.description.trim().to_owned(),
            file: Some(m.path.clone()),
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
