//! blocking: work that waits for the disk or computes for long, beside the async workers.
use std::sync::LazyLock;
use std::thread::available_parallelism;

use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use crate::problem::ApiError;

/// Half of the processors, so that checksums and compression leave the others to answer requests.
static COMPUTING: LazyLock<Semaphore> = LazyLock::new(|| {
    let processors = available_parallelism().map_or(1, usize::from);
    Semaphore::new((processors / 2).max(1))
});

/// Runs work where it holds up no other request.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, ApiError> {
    spawn_blocking(work).await.map_err(|error| {
        tracing::error!(%error, "a task failed");
        ApiError::Internal
    })
}

/// Runs work that computes for milliseconds or longer; a few at a time, the others wait.
pub(crate) async fn computing<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, ApiError> {
    let place = COMPUTING.acquire().await.map_err(|error| {
        tracing::error!(%error, "a task failed");
        ApiError::Internal
    })?;
    blocking(move || {
        // Held by the work, which goes on when the client is gone.
        let _place = place;
        work()
    })
    .await
}
