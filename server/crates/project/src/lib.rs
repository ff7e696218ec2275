//! Reads the dbt project that holds the transforms: models, seeds, tests, docs; renders their SQL for an engine.
//!
//! The same folder runs under `dbt build` on a warehouse. Here it is read without dbt: `ref`, `source`, `var` and `config` are
//! rendered by minijinja, models are put in dependency order, and the `.yml` tests become SQL that returns failing rows.

mod check;
mod contract;
mod error;
mod files;
mod lineage;
mod macros;
mod render;
mod source;
mod spec;
mod trace;
mod vars;
mod verdict;
mod yml;

pub use check::Check;
pub use contract::breaks;
pub use error::ProjectError;
pub use files::Files;
pub use render::{Dialect, Vars};
pub use source::{Freshness, Measure, MeasureKind, Source, SourceTable};
pub use verdict::{Rule, Severity, Threshold, Verdict};
pub use yml::{ColumnDoc, ModelDoc};

use std::collections::{BTreeMap, BTreeSet};

use tidemark_shared::api::Lineage;

/// A model: one SELECT that makes one table.
#[derive(Debug, Clone)]
pub struct Model {
    /// Name of the table it makes, e.g. `lifecycle_daily`.
    pub name: String,
    /// Path inside the project.
    pub path: String,
    /// `staging`, `intermediate` or `marts`.
    pub layer: String,
    /// The SQL as written, with Jinja.
    pub sql: String,
    /// Its entry in a `.yml` file.
    pub doc: ModelDoc,
    /// Models and seeds it reads.
    pub refs: BTreeSet<String>,
    /// Raw tables it reads, as `source__object`.
    pub sources: BTreeSet<String>,
}

/// A seed: a small CSV table kept with the models.
#[derive(Debug, Clone)]
pub struct Seed {
    /// Table name.
    pub name: String,
    /// The CSV text, with a header.
    pub csv: String,
}

/// The whole project, models in the order they must run.
#[derive(Debug, Clone)]
pub struct Project {
    /// Models, each after all that it reads.
    pub models: Vec<Model>,
    /// Seeds, by name.
    pub seeds: Vec<Seed>,
    /// The raw tables as the `.yml` files describe them.
    pub sources: Vec<Source>,
    /// Values of `vars:` in `dbt_project.yml`.
    pub default_vars: BTreeMap<String, String>,
    /// Singular tests: name and SQL with Jinja.
    singular_tests: Vec<(String, String)>,
    macro_files: Vec<String>,
}

impl Project {
    /// The project built into this binary.
    ///
    /// # Errors
    /// As [`Project::read`]; a release whose tests passed has none.
    pub fn embedded() -> Result<Self, ProjectError> {
        Self::read(&Files::embedded())
    }

    /// Everything a table is made by, as written: models, seeds, macros, and the values of `vars:`; name and text of each.
    pub fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        let models = self
            .models
            .iter()
            .map(|one| (one.name.as_str(), one.sql.as_str()));
        let seeds = self
            .seeds
            .iter()
            .map(|one| (one.name.as_str(), one.csv.as_str()));
        let macros = self.macro_files.iter().map(|text| ("macro", text.as_str()));
        let vars = self
            .default_vars
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        models.chain(seeds).chain(macros).chain(vars)
    }

    /// Reads a project from its files.
    ///
    /// # Errors
    /// A `.yml` that does not parse, SQL that does not render, a `ref` to nothing, a cycle, a model without description.
    pub fn read(files: &Files) -> Result<Self, ProjectError> {
        let default_vars = yml::project_vars(files.text(files::PROJECT)?)?;
        let docs = yml::model_docs(files)?;
        let macro_files: Vec<String> = files
            .under("macros", "sql")
            .map(|(_, text)| text.to_owned())
            .collect();
        let seeds: Vec<Seed> = files
            .under("seeds", "csv")
            .map(|(path, text)| Seed {
                name: stem(path),
                csv: text.to_owned(),
            })
            .collect();
        let mut models = Vec::new();
        for layer in ["staging", "intermediate", "marts"] {
            for (path, sql) in files.under(layer, "sql") {
                let name = stem(path);
                let doc = docs
                    .get(&name)
                    .cloned()
                    .ok_or_else(|| ProjectError::Undocumented {
                        path: path.to_owned(),
                    })?;
                models.push(Model {
                    name,
                    path: path.to_owned(),
                    layer: layer.to_owned(),
                    sql: sql.to_owned(),
                    doc,
                    refs: BTreeSet::new(),
                    sources: BTreeSet::new(),
                });
            }
        }
        let singular_tests = files
            .under("tests", "sql")
            .map(|(path, sql)| (stem(path), sql.to_owned()))
            .collect();
        let mut project = Self {
            models,
            seeds,
            sources: source::read(files)?,
            default_vars,
            singular_tests,
            macro_files,
        };
        project.find_dependencies()?;
        project.put_in_order()?;
        Ok(project)
    }

    /// The model of this name.
    pub fn model(&self, name: &str) -> Option<&Model> {
        self.models.iter().find(|m| m.name == name)
    }

    /// A model's SQL for an engine.
    ///
    /// # Errors
    /// A template error, with the model's path and line.
    pub fn render(
        &self,
        model: &Model,
        dialect: Dialect,
        vars: &Vars,
    ) -> Result<String, ProjectError> {
        let renderer = render::Renderer::new(&self.macro_files, dialect, vars)?;
        Ok(renderer.render(&model.path, &model.sql)?.sql)
    }

    /// Every test of a raw table as SQL that returns the failing rows; they run before any model does.
    ///
    /// # Errors
    /// As [`Project::checks`].
    pub fn source_checks(&self, dialect: Dialect, vars: &Vars) -> Result<Vec<Check>, ProjectError> {
        let renderer = render::Renderer::new(&self.macro_files, dialect, vars)?;
        check::of_sources(&self.sources, &renderer)
    }

    /// How fresh and how large raw tables are, as SQL.
    ///
    /// # Errors
    /// A template error.
    pub fn measures(&self, dialect: Dialect, vars: &Vars) -> Result<Vec<Measure>, ProjectError> {
        let renderer = render::Renderer::new(&self.macro_files, dialect, vars)?;
        source::measures(&self.sources, &renderer)
    }

    /// The columns the `.yml` files list for a model or a raw table; none for anything else.
    pub fn columns(&self, table: &str) -> &[ColumnDoc] {
        let model = self.model(table).map(|model| model.doc.columns.as_slice());
        let source = || Some(self.source_table(table)?.columns.as_slice());
        model.or_else(source).unwrap_or_default()
    }

    /// What the `.yml` files say of a raw table.
    pub fn source_table(&self, table: &str) -> Option<&SourceTable> {
        let tables = self.sources.iter().flat_map(|source| &source.tables);
        tables.into_iter().find(|known| known.table() == table)
    }

    /// Every test of the models as SQL that returns the failing rows.
    ///
    /// # Errors
    /// A template error, or a test nobody knows.
    pub fn checks(&self, dialect: Dialect, vars: &Vars) -> Result<Vec<Check>, ProjectError> {
        let renderer = render::Renderer::new(&self.macro_files, dialect, vars)?;
        let mut checks = check::of_models(&self.models, &renderer)?;
        for (name, sql) in &self.singular_tests {
            checks.push(check::singular(
                name,
                renderer.render(&format!("tests/{name}.sql"), sql)?,
            )?);
        }
        Ok(checks)
    }

    /// The graph of raw tables, seeds and models, and of their columns.
    ///
    /// # Errors
    /// A template error.
    pub fn lineage(&self, dialect: Dialect, vars: &Vars) -> Result<Lineage, ProjectError> {
        lineage::of(self, dialect, vars)
    }

    fn find_dependencies(&mut self) -> Result<(), ProjectError> {
        let vars = Vars::from(self.default_vars.clone());
        let renderer = render::Renderer::new(&self.macro_files, Dialect::Polars, &vars)?;
        for model in &mut self.models {
            let rendered = renderer.render(&model.path, &model.sql)?;
            model.refs = rendered.refs;
            model.sources = rendered.sources;
        }
        Ok(())
    }

    /// Kahn's algorithm; among models that could run next, the first by path does, so the order is stable.
    fn put_in_order(&mut self) -> Result<(), ProjectError> {
        let names: BTreeSet<&str> = self
            .models
            .iter()
            .map(|m| m.name.as_str())
            .chain(self.seeds.iter().map(|s| s.name.as_str()))
            .collect();
        for model in &self.models {
            if let Some(unknown) = model.refs.iter().find(|r| !names.contains(r.as_str())) {
                return Err(ProjectError::UnknownRef {
                    path: model.path.clone(),
                    name: unknown.clone(),
                });
            }
        }
        let mut done: BTreeSet<String> = self.seeds.iter().map(|s| s.name.clone()).collect();
        let mut waiting = std::mem::take(&mut self.models);
        while !waiting.is_empty() {
            let Some(next) = waiting.iter().position(|m| m.refs.is_subset(&done)) else {
                let names = waiting
                    .iter()
                    .map(|m| m.name.as_str())
                    .collect::<Vec<_>>()
                    .join(", ");
                return Err(ProjectError::Cycle { names });
            };
            let model = waiting.remove(next);
            done.insert(model.name.clone());
            self.models.push(model);
        }
        Ok(())
    }
}

fn stem(path: &str) -> String {
    let file = path.rsplit('/').next().unwrap_or(path);
    file.rsplit_once('.')
        .map_or(file, |(stem, _)| stem)
        .to_owned()
}
