//! Runs as this program does them: their settings, their four steps, who is told, and the schedule of a server.

mod lineage;
mod service;
mod settings;
mod work;

use std::sync::Arc;

use tidemark_runs::{Observer, Stamp};

use crate::Settings;

pub use service::Service;
pub use settings::RunSettings;
pub use work::Work;

/// Whoever is told of runs, by what is set.
#[must_use]
pub fn observers(settings: &Settings) -> Arc<Vec<Box<dyn Observer + Send + Sync>>> {
    let lineage = lineage::Lineage::new(settings);
    let all = lineage.map(|lineage| Box::new(lineage) as Box<dyn Observer + Send + Sync>);
    Arc::new(all.into_iter().collect())
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
