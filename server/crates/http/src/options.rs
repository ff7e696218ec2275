//! options: what the server is started with, and the limits that keep one client from harming the others.
use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use chrono::NaiveDate;
use tidemark_runs::Desk;
use tidemark_snapshot::Store;

use crate::assets::AppAssets;
use crate::gate::AccessOptions;
use crate::token::RunToken;

/// What to serve, and where.
pub struct ServerOptions {
    /// Address to listen on; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Listens beyond this machine although no login protects what is served.
    pub insecure: bool,
    /// Host of the address that people open, if the server is reached under another name than its
    /// own addresses.
    pub public_host: Option<String>,
    /// `https://name` of that address, for cookies and for requests that change something.
    pub public_origin: Option<String>,
    /// Asks people who they are, if it is set; else everyone reads everything.
    pub access: Option<AccessOptions>,
    /// The data folder with the snapshots.
    pub store: Store,
    /// The day it is in the reporting time zone; a snapshot of a later day is not served.
    pub today: Today,
    /// What is damaged in the data folder beside the snapshots.
    pub faults: Faults,
    /// The app's files.
    pub assets: &'static dyn AppAssets,
    /// Limits; [`Limits::default`] suits a public server.
    pub limits: Limits,
    /// Takes Stripe's webhooks, if it is set.
    pub stripe: Option<StripeWebhook>,
    /// Lists runs and takes requests for one, if it is set.
    pub runs: Option<RunAccess>,
}

/// Returns the day it is.
pub type Today = Arc<dyn Fn() -> NaiveDate + Send + Sync>;

/// Returns the names of the files in the data folder that are damaged, or were and lie aside. May wait for the disk.
pub type Faults = Arc<dyn Fn() -> Vec<String> + Send + Sync>;

/// The run history, and who may request a run.
#[derive(Debug, Clone)]
pub struct RunAccess {
    /// The history, and where requests are queued.
    pub desk: Desk,
    /// The token that requests need. Without one only this machine may request a run, and only
    /// from a server that no other machine reaches.
    pub token: Option<RunToken>,
}

/// How Stripe's webhooks are taken.
#[derive(Clone)]
pub struct StripeWebhook {
    /// The endpoint's signing secrets (`whsec_…`); two while one is rolled.
    pub secrets: Vec<String>,
    /// Folder of the inbox: `<event id>.json` for each event, with `id`, `type`, `created` (seconds
    /// since 1970), `object` and `object_id` (null where the object has none). The sync removes a
    /// file once it has fetched the object.
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
    /// Longest time a request body may take to arrive.
    pub body_timeout: Duration,
    /// Longest time until the head of a response is ready.
    pub request_timeout: Duration,
    /// How long a client that takes less of a response than `write_rate` is waited for.
    pub write_timeout: Duration,
    /// Least bytes a second that a client must take of a response it makes the server wait for.
    pub write_rate: u64,
    /// Longest time requests in flight may take after a shutdown was requested.
    pub shutdown_timeout: Duration,
    /// Largest request line and headers together, in bytes; at least 8192.
    pub header_bytes: usize,
    /// Longest path and query, in bytes.
    pub uri_bytes: usize,
    /// Largest announced request body, in bytes, where no body is read.
    pub body_bytes: u64,
    /// Most request bodies being read at once.
    pub bodies: usize,
    /// Most request bodies being read at once from one client.
    pub bodies_per_client: usize,
    /// Most connections at once. One client takes at most four fifths of them.
    pub connections: usize,
    /// Most requests being answered at once, other than for `/healthz`. One client takes at most
    /// four fifths of them.
    pub requests: usize,
    /// Bytes of published files in memory on their way to clients. Beyond half of it files are sent
    /// in smaller pieces.
    pub bytes_in_flight: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            header_timeout: Duration::from_secs(10),
            body_timeout: Duration::from_secs(10),
            request_timeout: Duration::from_secs(30),
            write_timeout: Duration::from_secs(30),
            write_rate: 1024,
            shutdown_timeout: Duration::from_secs(10),
            header_bytes: 32 * 1024,
            uri_bytes: 8 * 1024,
            body_bytes: 16 * 1024,
            bodies: 64,
            bodies_per_client: 16,
            connections: 10_000,
            requests: 1_024,
            bytes_in_flight: 32 * 1024 * 1024,
        }
    }
}

/// Most of `places` that one client takes.
pub(crate) fn per_client(places: usize) -> usize {
    (places - places / 5).max(1)
}
