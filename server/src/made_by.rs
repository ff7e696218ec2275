//! What a snapshot is made by: the program's version, and a checksum of the project it runs.

use tidemark_project::Project;
use tidemark_shared::api::MadeBy;
use tidemark_snapshot::sha256_hex;

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
}
