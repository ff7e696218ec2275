//! opened: one published snapshot as the server holds it.
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tidemark_snapshot::{Snapshot, SnapshotError, SnapshotId, Store};

use crate::checked::{CheckedFile, Checks};
use crate::document::Document;
use crate::problem::ApiError;

/// A snapshot, its manifest as a document, and the checks of its files.
pub(crate) struct Opened {
    pub(crate) snapshot: Snapshot,
    pub(crate) manifest: Arc<Document>,
    checks: Checks,
    verified: AtomicBool,
}

impl Opened {
    /// Opens a snapshot: reads its manifest and nothing else.
    pub(crate) fn open(store: &Store, id: &SnapshotId) -> Result<Arc<Self>, SnapshotError> {
        let snapshot = store.open_snapshot(id)?;
        // The manifest was read from JSON a moment ago, so it has a JSON form.
        let json = serde_json::to_vec(snapshot.manifest()).unwrap_or_default();
        Ok(Arc::new(Self {
            snapshot,
            manifest: Document::new(json),
            checks: Checks::default(),
            verified: AtomicBool::new(false),
        }))
    }

    /// Opens a file that is as it was published.
    pub(crate) async fn file(&self, name: &str) -> Result<CheckedFile, ApiError> {
        let opened = self.checks.open(&self.snapshot, name).await;
        if opened.is_err() {
            self.verified.store(false, Ordering::Relaxed);
        }
        opened
    }

    /// Checks every file. What was checked before and has not changed since is not read again.
    pub(crate) async fn verify(&self) -> Result<(), ApiError> {
        for (name, _) in self.snapshot.files() {
            self.file(name).await?;
        }
        self.verified.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// Whether all files were intact when they were last looked at.
    pub(crate) fn is_verified(&self) -> bool {
        self.verified.load(Ordering::Relaxed)
    }
}
