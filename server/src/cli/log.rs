//! The log of a command that runs for long: lines of text or of JSON on standard error.

use tracing_subscriber::EnvFilter;

use crate::logging::{Log, LogFormat};

/// Starts the log; once per process. What is told if the setting names no levels, `default` says.
pub(super) fn start(log: &Log, default: &str) {
    // The setting was checked when it was read.
    let levels = log.levels.as_deref().unwrap_or(default);
    let builder = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(levels))
        .with_writer(std::io::stderr);
    match log.format {
        LogFormat::Text => builder.init(),
        LogFormat::Json => builder.json().flatten_event(true).init(),
    }
}
