//! The project's files by path: the ones built into the binary, or any other set.

use std::collections::BTreeMap;

use include_dir::{Dir, include_dir};

use crate::{ProjectError, Vars, vars};

/// The file that names the project and declares its vars.
pub(crate) const PROJECT: &str = "dbt_project.yml";

static MODELS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../../models");

/// Text files of a dbt project, by path relative to its root.
#[derive(Debug, Clone, Default)]
pub struct Files(BTreeMap<String, String>);

impl Files {
    /// The models built into this binary.
    pub fn embedded() -> Self {
        let mut files = Self::default();
        files.add(&MODELS);
        files
    }

    fn add(&mut self, dir: &Dir<'_>) {
        for file in dir.files() {
            if let (Some(path), Some(text)) = (file.path().to_str(), file.contents_utf8()) {
                self.insert(path.replace('\\', "/"), text);
            }
        }
        dir.dirs().for_each(|d| self.add(d));
    }

    /// Adds a file, or replaces it.
    pub fn insert(&mut self, path: impl Into<String>, text: impl Into<String>) {
        self.0.insert(path.into(), text.into());
    }

    /// Every file with its path, by path.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// Writes the values of vars into `dbt_project.yml`, so that dbt renders the models as this build would.
    ///
    /// # Errors
    /// [`ProjectError::Missing`] for a project without `dbt_project.yml`, [`ProjectError::Yml`] for a var it does not declare.
    pub fn set_vars(&mut self, values: &Vars) -> Result<(), ProjectError> {
        let written = vars::set(self.text(PROJECT)?, values)?;
        self.insert(PROJECT, written);
        Ok(())
    }

    /// The files with this extension under a folder, by path.
    pub fn under<'a>(
        &'a self,
        folder: &'a str,
        extension: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.0
            .iter()
            .filter(move |(path, _)| {
                path.strip_prefix(folder)
                    .is_some_and(|p| p.starts_with('/'))
                    && path.rsplit('.').next() == Some(extension)
            })
            .map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// One file's text.
    ///
    /// # Errors
    /// [`ProjectError::Missing`] if there is none at this path.
    pub fn text(&self, path: &str) -> Result<&str, ProjectError> {
        self.0
            .get(path)
            .map(String::as_str)
            .ok_or_else(|| ProjectError::Missing {
                path: path.to_owned(),
            })
    }
}
