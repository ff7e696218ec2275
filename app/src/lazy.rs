//! Marts that only some pages read row by row: loaded when first asked for, and again with each
//! snapshot from then on.

use std::sync::Arc;

use chrono::NaiveDate;
use leptos::prelude::*;
use leptos::task::spawn_local;
use tidemark_shared::Columns;
use tidemark_shared::api::Manifest;
use tidemark_shared::engine::DataError;

use crate::api;
use crate::load::Load;

/// A mart that is loaded when it is first asked for.
pub(crate) struct Lazy<T: 'static> {
    /// What became of it.
    pub(crate) value: RwSignal<Load<Arc<T>>>,
    /// The snapshot asked of last.
    asked_of: StoredValue<String>,
    mart: &'static str,
    /// Makes it of the mart; known from the first who asks, since it is part of the program of
    /// their page. None asked before.
    make: StoredValue<Option<Make<T>>>,
}

/// Makes a value of a mart's columns and the day of the data.
type Make<T> = fn(Columns, NaiveDate) -> Result<T, DataError>;

impl<T> Clone for Lazy<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Lazy<T> {}

impl<T: Send + Sync + 'static> Lazy<T> {
    pub(crate) fn new(mart: &'static str) -> Lazy<T> {
        Lazy {
            value: RwSignal::new(Load::Loading),
            asked_of: StoredValue::default(),
            mart,
            make: StoredValue::new(None),
        }
    }

    /// Asks for it, unless it is here or on its way. Without a manifest it comes with the first
    /// one.
    pub(crate) fn want(self, manifest: Option<Arc<Manifest>>, make: Make<T>) {
        if self.make.with_value(Option::is_some) {
            return;
        }
        self.make.set_value(Some(make));
        if let Some(manifest) = manifest {
            spawn_local(async move { self.refresh(&manifest).await });
        }
    }

    /// Loads it from a snapshot, if anyone asked. What was there before stays until then.
    pub(crate) async fn refresh(self, manifest: &Arc<Manifest>) {
        let Some(make) = self.make.get_value() else {
            return;
        };
        let id = manifest.snapshot_id.clone();
        self.asked_of.set_value(id.clone());
        let columns = api::mart(manifest, self.mart).await;
        let made = columns.map(|columns| make(columns, manifest.as_of));
        // Another snapshot is shown by now.
        if self.asked_of.with_value(|last| *last != id) {
            return;
        }
        self.value.set(match made {
            Ok(Ok(value)) => Load::Ready(Arc::new(value)),
            Ok(Err(error)) => Load::Failed(error.to_string()),
            Err(error) => Load::Failed(error.to_string()),
        });
    }

    /// It cannot be had, for a reason that is not its own.
    pub(crate) fn fail(self, text: &str) {
        self.value.set(Load::Failed(text.to_owned()));
    }
}
