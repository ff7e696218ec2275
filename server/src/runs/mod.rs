//! Runs as this program does them: their settings, their four steps, who is told, and the schedule of a server.

mod lineage;
mod service;
mod settings;
mod work;

use std::sync::Arc;

use tidemark_runs::{Observer, Stamp};

use crate::alerts::Watch;
use crate::{Failure, Settings};

pub use service::Service;
pub use settings::RunSettings;
pub use work::Work;

/// Whoever is told of runs, by what is set.
///
/// # Errors
/// [`Failure::Usage`] if a channel of alerts cannot be used.
pub fn observers(
    settings: &Settings,
) -> Result<Arc<Vec<Box<dyn Observer + Send + Sync>>>, Failure> {
    let mut all: Vec<Box<dyn Observer + Send + Sync>> = vec![Box::new(Watch::new(settings)?)];
    if let Some(lineage) = lineage::Lineage::new(settings) {
        all.push(Box::new(lineage));
    }
    Ok(Arc::new(all))
}

/// What is noted of each run.
#[must_use]
pub fn stamp(settings: &Settings) -> Stamp {
    let policies = [
        ("mrr_discounts", &settings.policies.mrr_discounts),
        ("churn_date", &settings.policies.churn_date),
    ];
    Stamp {
        code_version: env!("CARGO_PKG_VERSION").to_owned(),
        policies: policies
            .map(|(name, value)| (name.to_owned(), value.clone()))
            .into(),
    }
}
