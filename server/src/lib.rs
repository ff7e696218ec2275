//! Tidemark's server side: settings, the pipeline from raw files to a published snapshot, and the command line.

pub mod access;
pub mod alerts;
pub mod cli;
pub mod config;
pub mod connections;
pub mod failure;
pub mod identity;
pub mod logging;
pub mod mapping;
pub mod pipeline;
pub mod report;
pub mod runs;

mod assets;
mod checks;
mod doctor;
mod gather;
mod kept;

mod made_by;
mod presets;
mod progress;
mod publish;
mod retention;
mod shrink;
mod stores;
mod template;
mod waiting;
mod warehouse;

pub use config::Settings;
pub use failure::Failure;
