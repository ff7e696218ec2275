//! state: what every handler shares.
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use bytes::Bytes;
use tidemark_snapshot::{Encoding, Store};

use crate::assets::AppAssets;
use crate::metrics::Metrics;
use crate::options::{Limits, RunAccess, StripeWebhook};
use crate::published::Published;
use crate::resource::{Caching, Resource, Variant};

/// What the router needs: the snapshots, the app and the limits. Cheap to clone.
#[derive(Clone)]
pub struct AppState(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) published: Published,
    pub(crate) metrics: Metrics,
    pub(crate) limits: Limits,
    pub(crate) stripe: Option<StripeWebhook>,
    pub(crate) runs: Option<RunAccess>,
    assets: &'static dyn AppAssets,
    /// Files of the app that were asked for, with their validators.
    served: RwLock<HashMap<String, Arc<Resource>>>,
}

impl AppState {
    /// Puts the parts together; reads nothing yet.
    #[must_use]
    pub fn new(
        store: Store,
        assets: &'static dyn AppAssets,
        limits: Limits,
        stripe: Option<StripeWebhook>,
        runs: Option<RunAccess>,
    ) -> Self {
        Self(Arc::new(Inner {
            published: Published::new(store, limits.cache_bytes),
            metrics: Metrics::default(),
            limits,
            stripe,
            runs,
            assets,
            served: RwLock::default(),
        }))
    }
}

impl Inner {
    /// The page itself, as text.
    pub(crate) fn page(&self) -> Option<&'static str> {
        str::from_utf8(self.assets.get("index.html")?.bytes).ok()
    }

    /// A file of the app.
    pub(crate) fn asset(&self, path: &str) -> Option<Arc<Resource>> {
        let known = self
            .served
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(path)
            .cloned();
        if known.is_some() {
            return known;
        }
        let asset = self.assets.get(path)?;
        let encoded = [
            (Encoding::Identity, Some(asset.bytes)),
            (Encoding::Brotli, asset.br),
            (Encoding::Gzip, asset.gz),
        ];
        let variants = encoded.into_iter().filter_map(|(encoding, bytes)| {
            Some(Variant::ready(encoding, Bytes::from_static(bytes?)))
        });
        let resource = Arc::new(Resource {
            content_type: asset.content_type,
            caching: if asset.fingerprinted {
                Caching::Immutable
            } else {
                Caching::Revalidate
            },
            variants: variants.collect(),
        });
        let mut served = self.served.write().unwrap_or_else(PoisonError::into_inner);
        served.insert(path.to_owned(), Arc::clone(&resource));
        Some(resource)
    }
}
