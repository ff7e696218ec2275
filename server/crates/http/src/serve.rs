//! serve: the listener and its connections: limits, timeouts, graceful end.
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};

use crate::descriptors;
use crate::options::{Limits, ServerOptions};
use crate::routes::router;
use crate::stall::Stall;
use crate::state::AppState;

/// What a client gets when too many are connected; it is written without waiting for its request.
const TOO_MANY: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nretry-after: 1\r\nconnection: close\r\n\r\n";

/// Why the server could not start.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Another program has the address.
    #[error(
        "cannot listen on {address}: the address is in use; stop the program that has it, or choose another with --listen, for instance --listen {}:0 for any free port",
        host(address)
    )]
    Busy {
        /// The address asked for.
        address: SocketAddr,
    },
    /// The system refuses the address.
    #[error("cannot listen on {address}: {source}; choose another address with --listen")]
    Listen {
        /// The address asked for.
        address: SocketAddr,
        /// What the system said.
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
    /// Takes the address.
    ///
    /// # Errors
    /// If the address is in use or refused.
    pub async fn bind(options: ServerOptions) -> Result<Self, ServeError> {
        let ServerOptions {
            listen,
            store,
            assets,
            limits,
            stripe,
            mut runs,
        } = options;
        let failed = |source: io::Error| match source.kind() {
            io::ErrorKind::AddrInUse => ServeError::Busy { address: listen },
            _ => ServeError::Listen {
                address: listen,
                source,
            },
        };
        let listener = TcpListener::bind(listen).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        if let Some(access) = &mut runs {
            access.local = address.ip().is_loopback();
        }
        if !address.ip().is_loopback() {
            tracing::warn!(
                %address,
                "listening beyond this machine without any login: whoever reaches this address reads everything"
            );
        }
        Ok(Self {
            listener,
            address,
            state: AppState::new(store, assets, limits, stripe, runs),
        })
    }

    /// The address it listens on, with the port the system chose if 0 was asked for.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers until `shutdown` is ready, then finishes the requests in flight and returns.
    pub async fn run(self, shutdown: impl Future<Output = ()>) {
        let limits = &self.state.0.limits;
        let connections = Semaphore::new(descriptors::connections(limits.connections));
        let connections = Arc::new(connections);
        let graceful = GracefulShutdown::new();
        let app = router(self.state.clone());
        let mut shutdown = pin!(shutdown);
        loop {
            let accepted = tokio::select! {
                () = &mut shutdown => break,
                accepted = self.listener.accept() => accepted,
            };
            match accepted {
                Ok((stream, _)) => self.connected(stream, &app, &connections, &graceful),
                Err(error) => {
                    // Out of file descriptors, as a rule: waiting is all that helps.
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
            tracing::warn!("some connections did not finish in time and were cut");
        }
    }

    fn connected(
        &self,
        stream: TcpStream,
        app: &Router,
        connections: &Arc<Semaphore>,
        graceful: &GracefulShutdown,
    ) {
        let inner = &self.state.0;
        let Ok(permit) = Arc::clone(connections).try_acquire_owned() else {
            inner
                .metrics
                .refused_connections
                .fetch_add(1, Ordering::Relaxed);
            let _ = stream.try_write(TOO_MANY);
            return;
        };
        // Without it small responses wait for acknowledgements.
        let _ = stream.set_nodelay(true);
        let io = TokioIo::new(Stall::new(stream, inner.limits.write_timeout));
        let service = TowerToHyperService::new(app.clone());
        let connection = graceful.watch(builder(&inner.limits).serve_connection(io, service));
        let open = Open::new(self.state.clone(), permit);
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
    _permit: OwnedSemaphorePermit,
}

impl Open {
    fn new(state: AppState, permit: OwnedSemaphorePermit) -> Self {
        state.0.metrics.connections.fetch_add(1, Ordering::Relaxed);
        Self {
            state,
            _permit: permit,
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
