//! Writes the values of vars into `dbt_project.yml`, where dbt reads them.

use crate::{ProjectError, Vars, files};

/// The text of `dbt_project.yml` with other values of its `vars:`; all else, comments too, stays as written.
pub(crate) fn set(text: &str, vars: &Vars) -> Result<String, ProjectError> {
    let (before, section) = text.split_once("\nvars:\n").unwrap_or((text, ""));
    let mut section = section.to_owned();
    for (name, value) in vars.iter() {
        let declared = format!("  {name}: \"");
        let start = section
            .match_indices(&declared)
            .map(|(at, _)| at)
            .find(|at| *at == 0 || section[..*at].ends_with('\n'))
            .map(|at| at + declared.len());
        let end = start.and_then(|start| Some(start + section[start..].find('"')?));
        let (Some(start), Some(end)) = (start, end) else {
            return Err(ProjectError::Yml {
                path: files::PROJECT.to_owned(),
                reason: format!("`vars:` has no line `{name}: \"…\"` to set"),
            });
        };
        section.replace_range(start..end, value);
    }
    Ok(format!("{before}\nvars:\n{section}"))
}
