//! Loads two snapshots, all that metrics are formed from, and compares them.

use std::sync::Arc;

use tidemark_shared::api::Manifest;
use tidemark_shared::engine::{Dataset, Marts};
use tidemark_shared::mart::MARTS;
use tidemark_shared::restate::{LISTS, Restatement, Side, compare};

use crate::api;

/// The mart that a snapshot must have.
const DAILY: &str = "lifecycle_daily";

/// What was restated between two snapshots, by their ids.
pub(super) async fn compared(before: &str, after: &str) -> Result<Restatement, String> {
    let before = side(before).await?;
    Ok(compare(&before, &side(after).await?))
}

async fn side(id: &str) -> Result<Side, String> {
    let manifest = api::manifest(Some(id))
        .await
        .map_err(|error| error.to_string())?;
    let daily = dataset(&manifest, DAILY).await?;
    let mut marts = Marts::new(daily);
    let (mut facts, mut customers) = (None, None);
    for name in MARTS
        .iter()
        .map(|mart| mart.name)
        .filter(|name| *name != DAILY)
    {
        if LISTS.contains(&name) {
            // Without them the owners of the records are unknown.
            let list = api::mart(&manifest, name).await.ok().map(Arc::new);
            match name {
                "customers" => customers = list,
                _ => facts = list,
            }
        } else if let Ok(data) = dataset(&manifest, name).await {
            marts = marts.with(data);
        }
    }
    Ok(Side {
        manifest: Arc::new(manifest),
        marts: Arc::new(marts),
        facts,
        customers,
    })
}

async fn dataset(manifest: &Manifest, name: &'static str) -> Result<Dataset, String> {
    let columns = api::mart(manifest, name)
        .await
        .map_err(|error| error.to_string())?;
    Dataset::new(columns, manifest.as_of).map_err(|error| error.to_string())
}
