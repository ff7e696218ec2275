//! reader: the published data that a request may read.
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use tidemark_access::{AccessError, Stores, View};

use crate::blocking::blocking;
use crate::options::Today;
use crate::problem::ApiError;
use crate::published::Published;
use crate::state::AppState;

/// The published data that a request may read: handlers take it from here and nowhere else. A route
/// that was not resolved has none.
#[derive(Clone)]
pub(crate) struct Reader(pub(crate) Arc<Published>);

impl FromRequestParts<AppState> for Reader {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, ApiError> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or(ApiError::Internal)
    }
}

/// The published data as each view shows it.
pub(crate) struct Views {
    everything: Arc<Published>,
    today: Today,
    /// None where no one is asked who they are, so that there are no policies.
    stores: Option<Stores>,
    opened: RwLock<HashMap<View, Arc<Published>>>,
}

impl Views {
    pub(crate) fn new(everything: Published, today: Today, stores: Option<Stores>) -> Self {
        Self {
            everything: Arc::new(everything),
            today,
            stores,
            opened: RwLock::default(),
        }
    }

    /// All that is published: for operations, never for a person's request.
    pub(crate) fn everything(&self) -> Arc<Published> {
        Arc::clone(&self.everything)
    }

    /// What a view shows, with the latest snapshot derived. The inner error is that of deriving.
    pub(crate) async fn of(
        &self,
        view: View,
    ) -> Result<Result<Arc<Published>, AccessError>, ApiError> {
        if view == View::EVERYTHING {
            return Ok(Ok(self.everything()));
        }
        let Some(stores) = self.stores.clone() else {
            return Err(ApiError::Internal);
        };
        let today = (self.today)();
        let wanted = view.clone();
        // Each time: a publication or a rollback is followed at once.
        let store = match blocking(move || stores.of(&wanted, today)).await? {
            Ok(store) => store,
            Err(error) => return Ok(Err(error)),
        };
        let known = self
            .opened
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&view)
            .cloned();
        if let Some(known) = known {
            return Ok(Ok(known));
        }
        // Earlier snapshots, which pinned links name, follow in the background.
        let earlier = self.stores.clone();
        let wanted = view.clone();
        tokio::task::spawn_blocking(move || {
            let completed = earlier.map(|stores| stores.complete(&wanted, today));
            if let Some(Err(error)) = completed {
                tracing::error!(%error, "earlier snapshots could not be derived for a policy");
            }
        });
        let mut opened = self.opened.write().unwrap_or_else(PoisonError::into_inner);
        let published = opened
            .entry(view)
            .or_insert_with(|| Arc::new(Published::new(store, Arc::clone(&self.today))));
        Ok(Ok(Arc::clone(published)))
    }
}
