//! serve: the listener and its connections: limits, timeouts, graceful shutdown.
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::Router;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};
use tower::ServiceExt;

use crate::descriptors;
use crate::options::{Limits, ServerOptions, per_client};
use crate::routes::router;
use crate::shares::{Peer, Share, Shares};
use crate::stall::Stall;
use crate::state::AppState;

/// Sent to a client when too many are connected, without waiting for its request.
const TOO_MANY: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nretry-after: 1\r\nconnection: close\r\n\r\n";

/// Why the server could not start.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Another program uses the address.
    #[error(
        "cannot listen on {address}: the address is in use; stop the program that uses it, or choose another with --listen, for instance --listen {}:0 for any free port",
        host(address)
    )]
    Busy {
        /// The address to listen on.
        address: SocketAddr,
    },
    /// Other machines would reach the server, and it asks no one who they are.
    #[error(
        "refusing to listen on {address}: other machines reach that address, and no login protects the dashboard. \
         Set up a login (docs/access.md), listen on 127.0.0.1 behind a proxy that asks who it is, or add --insecure if everyone who reaches the address may read everything"
    )]
    Exposed {
        /// The address to listen on.
        address: SocketAddr,
    },
    /// The system refuses the address.
    #[error("cannot listen on {address}: {source}; choose another address with --listen")]
    Listen {
        /// The address to listen on.
        address: SocketAddr,
        /// The system's error.
        source: io::Error,
    },
}

fn host(address: &SocketAddr) -> String {
    match address {
        SocketAddr::V4(v4) => v4.ip().to_string(),
        SocketAddr::V6(v6) => format!("[{}]", v6.ip()),
    }
}

/// A server that listens, and answers once it is run.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    state: AppState,
}

impl Server {
    /// Binds the address.
    ///
    /// # Errors
    /// If other machines would reach the server and `insecure` is not set, or the address is in use
    /// or refused.
    pub async fn bind(options: ServerOptions) -> Result<Self, ServeError> {
        let listen = options.listen;
        if !listen.ip().to_canonical().is_loopback() {
            if !options.insecure && options.access.is_none() {
                return Err(ServeError::Exposed { address: listen });
            }
            if options.access.is_none() {
                tracing::warn!(
                    address = %listen,
                    "listening beyond this machine without any login: everyone who reaches this address reads everything"
                );
            }
        }
        let failed = |source: io::Error| match source.kind() {
            io::ErrorKind::AddrInUse => ServeError::Busy { address: listen },
            _ => ServeError::Listen {
                address: listen,
                source,
            },
        };
        let listener = TcpListener::bind(listen).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        Ok(Self {
            listener,
            address,
            state: AppState::new(options, address),
        })
    }

    /// The address it listens on, with the port the system chose if 0 was asked for.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers until `shutdown` is ready, then finishes the requests in flight and returns, after
    /// [`Limits::shutdown_timeout`] at the latest.
    pub async fn run(self, shutdown: impl Future<Output = ()>) {
        let limits = &self.state.0.limits;
        let most = descriptors::connections(limits.connections);
        let connections = Shares::new(most, per_client(most));
        let graceful = GracefulShutdown::new();
        let app = router(self.state.clone());
        let mut shutdown = pin!(shutdown);
        loop {
            let accepted = tokio::select! {
                () = &mut shutdown => break,
                accepted = self.listener.accept() => accepted,
            };
            match accepted {
                Ok((stream, peer)) => {
                    self.connected(stream, peer.ip(), &app, &connections, &graceful);
                }
                Err(error) => {
                    // Usually out of file descriptors: waiting is all that helps.
                    tracing::warn!(%error, "cannot accept a connection");
                    sleep(Duration::from_millis(50)).await;
                }
            }
        }
        drop(self.listener);
        if timeout(limits.shutdown_timeout, graceful.shutdown())
            .await
            .is_err()
        {
            tracing::warn!("some connections did not finish in time and were cut off");
        }
    }

    fn connected(
        &self,
        stream: TcpStream,
        peer: IpAddr,
        app: &Router,
        connections: &Arc<Shares>,
        graceful: &GracefulShutdown,
    ) {
        let inner = &self.state.0;
        let Some(place) = connections.take(peer) else {
            inner
                .metrics
                .refused_connections
                .fetch_add(1, Ordering::Relaxed);
            let _ = stream.try_write(TOO_MANY);
            return;
        };
        // Without it small responses wait for acknowledgements.
        let _ = stream.set_nodelay(true);
        let limits = &inner.limits;
        let io = TokioIo::new(Stall::new(stream, limits.write_timeout, limits.write_rate));
        let with_peer = move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(Peer(peer));
            request
        };
        let service = TowerToHyperService::new(app.clone().map_request(with_peer));
        let connection = graceful.watch(builder(limits).serve_connection(io, service));
        let open = Open::new(self.state.clone(), place);
        tokio::spawn(async move {
            let _open = open;
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
        });
    }
}

fn builder(limits: &Limits) -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder
        // Without a timer hyper's header timeout does nothing.
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_timeout)
        .max_buf_size(limits.header_bytes.max(8192));
    builder
}

/// Counts a connection as open as long as it lives.
struct Open {
    state: AppState,
    _place: Share,
}

impl Open {
    fn new(state: AppState, place: Share) -> Self {
        state.0.metrics.connections.fetch_add(1, Ordering::Relaxed);
        Self {
            state,
            _place: place,
        }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.state
            .0
            .metrics
            .connections
            .fetch_sub(1, Ordering::Relaxed);
    }
}

/// Listens and answers until `shutdown` is ready; see [`Server`] for a port that is known before.
///
/// # Errors
/// If the address is in use or refused.
pub async fn serve(
    options: ServerOptions,
    shutdown: impl Future<Output = ()>,
) -> Result<(), ServeError> {
    Server::bind(options).await?.run(shutdown).await;
    Ok(())
}
