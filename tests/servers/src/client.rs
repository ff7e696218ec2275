//! A plain HTTP client for tests of the servers themselves.
use std::time::Duration;

use reqwest::Client;

/// A client that follows no redirect and gives up after some time.
///
/// # Panics
/// If the client cannot be built, which depends on nothing a test does.
#[must_use]
pub fn client(timeout: Duration) -> Client {
    // Only the first call of a process installs it; it is the same one each time.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
        .timeout(timeout)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()
        .expect("a client without special wishes can be built")
}
