//! What can go wrong when models run, each with the place to look at.

use tidemark_project::ProjectError;

/// A model, check or seed that does not run.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// SQL the engine refuses.
    #[error("`{place}` does not run: {reason}")]
    Sql {
        /// Path of the model, or name of the check.
        place: String,
        /// What the engine says.
        reason: String,
    },
    /// A column type that does not cross into or out of the engine.
    #[error("`{table}.{column}` has type {found}, which tables here don't have")]
    Type {
        /// Table name.
        table: String,
        /// Column name.
        column: String,
        /// The type.
        found: String,
    },
    /// A seed that is no CSV.
    #[error("seed `{name}`: {reason}")]
    Seed {
        /// Seed name.
        name: String,
        /// What the reader says.
        reason: String,
    },
    /// The project's own fault.
    #[error(transparent)]
    Project(#[from] ProjectError),
}
