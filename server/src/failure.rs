//! Why a command ended without success, and the exit code that says so to scripts.

use std::process::ExitCode;

/// A failed command: one line for a person, one code for a script.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Something did not work; exit code 1.
    #[error("{0}")]
    Failed(String),
    /// Something did not work that may well work in a while: the network, a full disk, another process at work; exit code 1.
    #[error("{0}")]
    Passing(String),
    /// The call or the configuration is wrong; exit code 2.
    #[error("{0}")]
    Usage(String),
    /// The checks refused to publish; the published snapshot is as it was; exit code 3.
    #[error("not published: {0}")]
    Refused(String),
}

impl From<tidemark_engine::EngineError> for Failure {
    fn from(error: tidemark_engine::EngineError) -> Self {
        Self::failed(error)
    }
}

impl Failure {
    /// The process's exit code.
    pub fn exit_code(&self) -> ExitCode {
        match self {
            Self::Failed(_) | Self::Passing(_) => ExitCode::from(1),
            Self::Usage(_) => ExitCode::from(2),
            Self::Refused(_) => ExitCode::from(3),
        }
    }

    /// A failure told by another error's own words.
    pub fn failed(error: impl std::fmt::Display) -> Self {
        Self::Failed(error.to_string())
    }

    /// A wrong call, told by another error's own words.
    pub fn usage(error: impl std::fmt::Display) -> Self {
        Self::Usage(error.to_string())
    }
}
