//! options: what the server is started with, and the limits that keep one client from harming the others.
use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use tidemark_runs::Desk;
use tidemark_snapshot::Store;

use crate::assets::AppAssets;

/// What to serve, and where.
pub struct ServerOptions {
    /// Address to listen on; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The data folder with the snapshots.
    pub store: Store,
    /// The app's files.
    pub assets: &'static dyn AppAssets,
    /// Limits; [`Limits::default`] suits a public server.
    pub limits: Limits,
    /// Takes Stripe's webhooks, if it is set.
    pub stripe: Option<StripeWebhook>,
    /// Tells of runs and takes wishes for one, if it is set.
    pub runs: Option<RunAccess>,
}

/// Who may see runs and ask for one.
#[derive(Clone)]
pub struct RunAccess {
    /// What is told, and where a run is asked for.
    pub desk: Desk,
    /// What whoever asks has to know.
    pub token: Option<String>,
    /// Whether only this machine reaches the server: then no token is needed. [`crate::Server::bind`] settles it.
    pub local: bool,
}

impl fmt::Debug for RunAccess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let token = self.token.as_ref().map(|_| "a token");
        write!(f, "RunAccess({:?}, {token:?})", self.desk)
    }
}

/// How Stripe's webhooks are taken.
#[derive(Clone)]
pub struct StripeWebhook {
    /// The endpoint's signing secrets (`whsec_…`); two while one is rolled.
    pub secrets: Vec<String>,
    /// Folder of the inbox: `<event id>.json` for each event, with `id`, `type`, `created` (seconds since 1970),
    /// `object` and `object_id` (null where the object has none). Whoever has acted on a file removes it.
    pub inbox: PathBuf,
    /// The time, in seconds since 1970.
    pub now: fn() -> i64,
}

impl fmt::Debug for StripeWebhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "StripeWebhook({} secrets, {})",
            self.secrets.len(),
            self.inbox.display()
        )
    }
}

/// Limits on time, size and number.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Longest time from a connection being ready for a request to the end of the request's header.
    /// It bounds slow headers and idle keep-alive alike.
    pub header_timeout: Duration,
    /// Longest time a response may wait for the client to take more of it.
    pub write_timeout: Duration,
    /// Longest time requests in flight may take after a shutdown was asked for.
    pub shutdown_timeout: Duration,
    /// Largest request line and headers together, in bytes; at least 8192.
    pub header_bytes: usize,
    /// Longest path and query, in bytes.
    pub uri_bytes: usize,
    /// Largest announced request body, in bytes; bodies are never read, but for those of a webhook and of a wish for a run, which have limits of their own.
    pub body_bytes: u64,
    /// Most connections at once.
    pub connections: usize,
    /// Most requests being answered at once.
    pub requests: usize,
    /// Most bytes of published files kept in memory.
    pub cache_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            header_timeout: Duration::from_secs(10),
            write_timeout: Duration::from_secs(30),
            shutdown_timeout: Duration::from_secs(10),
            header_bytes: 32 * 1024,
            uri_bytes: 8 * 1024,
            body_bytes: 16 * 1024,
            connections: 10_000,
            requests: 1_024,
            cache_bytes: 256 * 1024 * 1024,
        }
    }
}
