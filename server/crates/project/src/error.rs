//! What can be wrong with the dbt project, each with the file to look at.

/// A fault in the project's own files.
#[derive(Debug, thiserror::Error)]
pub enum ProjectError {
    /// A file the project must have is not there.
    #[error("the models project has no `{path}`")]
    Missing {
        /// Path inside the project.
        path: String,
    },
    /// A `.yml` file is not what dbt expects.
    #[error("`{path}`: {reason}")]
    Yml {
        /// Path inside the project.
        path: String,
        /// What the parser says.
        reason: String,
    },
    /// A template does not render.
    #[error("`{path}` does not render: {reason}")]
    Template {
        /// Path inside the project.
        path: String,
        /// What the renderer says, with the line.
        reason: String,
    },
    /// A model without an entry in a `.yml` file.
    #[error(
        "`{path}` has no entry in a .yml file of its folder: add one with its description and columns"
    )]
    Undocumented {
        /// Path inside the project.
        path: String,
    },
    /// A `ref` to a name that is neither model nor seed.
    #[error("`{path}` refers to `{name}`, which is neither a model nor a seed")]
    UnknownRef {
        /// Path inside the project.
        path: String,
        /// The name referred to.
        name: String,
    },
    /// Models that wait for each other.
    #[error("these models wait for each other: {names}")]
    Cycle {
        /// Their names.
        names: String,
    },
    /// A test in a `.yml` that cannot be made into SQL.
    #[error(
        "`{model}` has a test `{test}` that is neither built in nor a working `{{% test %}}` of the project: {reason}"
    )]
    Test {
        /// The model or raw table tested.
        model: String,
        /// The test's name.
        test: String,
        /// What the renderer says.
        reason: String,
    },
}
