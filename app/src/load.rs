//! The state of something that is loaded: on its way, here, or failed.

use std::sync::Arc;

/// The state of something that is loaded.
#[derive(Debug, Clone)]
pub(crate) enum Load<T> {
    /// Not here yet.
    Loading,
    /// The value is loaded.
    Ready(T),
    /// It failed, with a sentence.
    Failed(String),
}

impl<T: Clone> Load<T> {
    /// The value, if it is here.
    pub(crate) fn ready(&self) -> Option<T> {
        match self {
            Load::Ready(value) => Some(value.clone()),
            _ => None,
        }
    }
}

impl<T> From<Result<T, String>> for Load<Arc<T>> {
    fn from(loaded: Result<T, String>) -> Load<Arc<T>> {
        match loaded {
            Ok(value) => Load::Ready(Arc::new(value)),
            Err(message) => Load::Failed(message),
        }
    }
}
