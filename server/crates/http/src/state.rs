//! state: what every handler shares.
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use bytes::Bytes;
use tidemark_snapshot::Encoding;

use crate::assets::AppAssets;
use crate::body::Bodies;
use crate::document::{Document, Documents};
use crate::gate::{Gate, Views};
use crate::host::Hosts;
use crate::metrics::Metrics;
use crate::options::{Faults, Limits, RunAccess, ServerOptions, StripeWebhook};
use crate::published::Published;
use crate::resource::{Caching, Resource, Sender, Variant};
use crate::stream::Budget;
use crate::token::Attempts;

/// What the router needs: the snapshots, the app and the limits. Cheap to clone.
#[derive(Clone)]
pub struct AppState(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    /// The published data, as each person may read it.
    pub(crate) views: Views,
    /// Who may do what; none where no one is asked who they are.
    pub(crate) gate: Option<Gate>,
    pub(crate) budget: Arc<Budget>,
    pub(crate) documents: Documents,
    pub(crate) description: OnceLock<Arc<Document>>,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) limits: Limits,
    pub(crate) bodies: Bodies,
    pub(crate) hosts: Hosts,
    pub(crate) stripe: Option<StripeWebhook>,
    pub(crate) runs: Option<RunAccess>,
    pub(crate) faults: Faults,
    /// Whether other machines reach the server, directly or through a proxy.
    pub(crate) reached_from_elsewhere: bool,
    pub(crate) attempts: Attempts,
    assets: &'static dyn AppAssets,
    /// Files of the app that were asked for, with their validators.
    served: RwLock<HashMap<String, Arc<Resource>>>,
}

impl AppState {
    /// Puts the parts together for a server at `address`; reads nothing yet.
    #[must_use]
    pub fn new(options: ServerOptions, address: SocketAddr) -> Self {
        let limits = options.limits;
        let public_host = options.public_host.as_deref();
        let origin = options.public_origin;
        let gate = options.access.map(|access| Gate::new(access, origin));
        let (gate, stores) = gate.unzip();
        let everything = Published::new(options.store, Arc::clone(&options.today));
        let views = Views::new(everything, options.today, stores);
        Self(Arc::new(Inner {
            views,
            gate,
            budget: Budget::new(limits.bytes_in_flight),
            documents: Documents::default(),
            description: OnceLock::new(),
            metrics: Arc::default(),
            bodies: Bodies::new(&limits),
            limits,
            hosts: Hosts::new(address, public_host),
            stripe: options.stripe,
            runs: options.runs,
            faults: options.faults,
            reached_from_elsewhere: public_host.is_some() || !address.ip().is_loopback(),
            attempts: Attempts::default(),
            assets: options.assets,
            served: RwLock::default(),
        }))
    }
}

impl Inner {
    /// What sending a resource needs; `published` is what its snapshot comes from.
    pub(crate) fn sender<'a>(&'a self, published: &'a Published) -> Sender<'a> {
        Sender {
            published,
            budget: &self.budget,
        }
    }

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
