//! What a snapshot is made by: the program's version, and a checksum of the project it runs.

use tidemark_project::Project;
use tidemark_shared::api::MadeBy;
use tidemark_snapshot::sha256_hex;

use crate::Failure;

/// The program and the models, as a manifest tells them: the same as long as nothing that shapes a number has changed.
pub(crate) fn made_by(project: &Project) -> MadeBy {
    let mut text = String::new();
    for (name, part) in project.texts() {
        // Framed by its length, so that no two projects read alike.
        text.push_str(&format!("{name} {}\n{part}", part.len()));
    }
    MadeBy {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        models: sha256_hex(text.as_bytes()),
        engine: None,
    }
}

/// Describes this program for `--version` and for reports of errors: its version, the commit it was
/// built from, the checksum of its models as manifests name it, and the platform it was built for.
///
/// # Errors
/// If the embedded project cannot be read.
pub(crate) fn describe() -> Result<String, Failure> {
    let by = made_by(&Project::embedded().map_err(Failure::failed)?);
    Ok(format!(
        "tidemark {}\ncommit {}\nmodels {}\ntarget {}\n",
        by.version,
        // Set by `make dist`; a build by hand may hold changes of any kind.
        option_env!("TIDEMARK_COMMIT").unwrap_or("unknown"),
        by.models,
        env!("TARGET_OF_BUILD"),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_changed_model_seed_or_macro_is_another_project() {
        let project = || Project::embedded().expect("the project");
        let same = made_by(&project());
        assert_eq!(made_by(&project()), same);
        let mut changed = project();
        changed.models[0].sql.push(' ');
        assert_ne!(made_by(&changed), same);
        let mut changed = project();
        changed.seeds[0].csv.push('\n');
        assert_ne!(made_by(&changed), same);
    }

    #[test]
    fn the_version_names_the_models_as_a_manifest_does() {
        let by = made_by(&Project::embedded().expect("the project"));
        let text = describe().expect("a description");
        assert!(text.starts_with(&format!("tidemark {}\n", by.version)));
        assert!(text.contains(&format!("\nmodels {}\n", by.models)));
    }
}
