//! Loads the marts of a snapshot: what must be there before it is shown, and several at once.

use std::collections::BTreeMap;

use futures_util::future::{join_all, join3};
use tidemark_shared::api::{FIRST_MART, Manifest};
use tidemark_shared::engine::{Dataset, Marts, RetentionData};

use crate::api;
use crate::ui::browser;

/// Marts that every page has.
pub(crate) const LOADED_FIRST: [&str; 2] = [FIRST_MART, "retention_cohorts"];

/// What is loaded of a snapshot before it is shown.
pub(crate) struct Fresh {
    /// The daily flows, and with them what else was asked for.
    pub(crate) marts: Result<Marts, String>,
    /// The marts beside the first that were asked for, and why one could not be loaded.
    pub(crate) others: BTreeMap<&'static str, Option<String>>,
    /// The cohorts, if they were loaded too.
    pub(crate) retention: Option<Result<RetentionData, String>>,
}

impl Fresh {
    /// What the first charts need.
    pub(crate) async fn first(manifest: &Manifest) -> Fresh {
        Fresh {
            marts: dataset(manifest, LOADED_FIRST[0]).await.map(Marts::new),
            others: BTreeMap::new(),
            retention: None,
        }
    }

    /// Everything that is shown of the snapshot before.
    pub(crate) async fn all(manifest: &Manifest, wanted: Vec<&'static str>) -> Fresh {
        let (first, others, retention) = join3(
            dataset(manifest, LOADED_FIRST[0]),
            datasets(manifest, wanted),
            cohorts(manifest),
        )
        .await;
        let mut fresh = Fresh {
            marts: first.map(Marts::new),
            others: BTreeMap::new(),
            retention: Some(retention),
        };
        for (name, data) in others {
            fresh.others.insert(name, data.as_ref().err().cloned());
            if let (Ok(all), Ok(data)) = (&mut fresh.marts, data) {
                *all = all.clone().with(data);
            }
        }
        fresh
    }
}

/// A mart of daily flows, or a sentence on why not.
pub(crate) type Loaded = Result<Dataset, String>;

async fn dataset(manifest: &Manifest, name: &'static str) -> Loaded {
    let columns = api::mart(manifest, name)
        .await
        .map_err(|error| error.to_string())?;
    let made = Dataset::in_steps(columns, manifest.as_of, browser::breath()).await;
    made.map_err(|error| error.to_string())
}

/// Several marts, loaded side by side.
pub(crate) async fn datasets(
    manifest: &Manifest,
    names: Vec<&'static str>,
) -> Vec<(&'static str, Loaded)> {
    let all = names
        .into_iter()
        .map(async |name| (name, dataset(manifest, name).await));
    join_all(all).await
}

/// The cohorts, or a sentence on why not.
pub(crate) async fn cohorts(manifest: &Manifest) -> Result<RetentionData, String> {
    let cohorts = api::mart(manifest, LOADED_FIRST[1]).await;
    let cohorts = cohorts.map_err(|error| error.to_string())?;
    RetentionData::new(&cohorts, manifest.as_of).map_err(|error| error.to_string())
}
