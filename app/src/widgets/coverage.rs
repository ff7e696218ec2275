//! What a chart or tile cannot show: records the snapshot lacks, filters its metrics cannot follow.

use std::collections::BTreeSet;

use leptos::prelude::Read;
use tidemark_shared::chart::ChartId;
use tidemark_shared::metric::Metric;
use tidemark_shared::{Dimension, View};

use crate::store::Store;

/// Whether the snapshot has rows of all marts that one of the metrics is formed from.
pub(super) fn has_rows(store: &Store, metrics: &[&Metric]) -> bool {
    let manifest = store.manifest.read().ready();
    let rows = |name: &'static str| {
        let mart = manifest.as_ref().and_then(|manifest| manifest.mart(name));
        mart.map(|mart| mart.rows)
    };
    let formed = |metric: &&Metric| metric.marts().into_iter().all(|name| rows(name) != Some(0));
    metrics.iter().any(formed)
}

/// The filtered dimensions that leave a chart without any number; none as long as one of its
/// metrics can follow them all.
pub(super) fn cannot_follow(chart: ChartId, view: &View) -> Vec<Dimension> {
    let metrics = chart.metrics();
    let blind = |metric: &&Metric| metric.cannot_follow(&view.filters);
    if metrics.iter().any(|metric| blind(metric).is_empty()) {
        return Vec::new();
    }
    let dimensions: BTreeSet<Dimension> = metrics.iter().flat_map(blind).collect();
    dimensions.into_iter().collect()
}
