//! Puts a router on a free loopback port, in a thread of its own, until it is dropped.
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener as StdListener};
use std::thread::JoinHandle;

use axum::Router;
use tokio::net::TcpListener;
use tokio::runtime::Builder;
use tokio::sync::oneshot;

/// A server that answers as long as this value lives. Dropping it closes its port and cuts all connections.
///
/// It has a thread and a runtime of its own, so it serves plain tests, async tests and child processes alike.
#[derive(Debug)]
pub struct Serving {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Serving {
    /// Starts on a free port.
    ///
    /// # Errors
    /// If no port or no thread can be had.
    pub fn start(router: Router) -> io::Result<Self> {
        Self::start_on(0, router)
    }

    /// Starts on a port; 0 takes a free one.
    ///
    /// # Errors
    /// If the port is taken, or no thread can be had.
    pub fn start_on(port: u16, router: Router) -> io::Result<Self> {
        // Bound here, so that clients can connect from now on; handed to a runtime that is driven in the thread alone.
        let listener = StdListener::bind((Ipv4Addr::LOCALHOST, port))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let listener = {
            let _inside = runtime.enter();
            TcpListener::from_std(listener)?
        };
        let (stop, stopped) = oneshot::channel();
        let serve = move || {
            runtime.block_on(async move {
                tokio::select! {
                    _ = axum::serve(listener, router) => {}
                    _ = stopped => {}
                }
            });
            // The runtime ends here, and with it every connection.
        };
        let thread = std::thread::Builder::new()
            .name("test-server".to_owned())
            .spawn(serve)?;
        Ok(Self {
            address,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// Where it answers, as in `http://127.0.0.1:40123`, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The port it listens on.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.address.port()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic in there has been printed; a test that needed the server fails by itself.
            let _ = thread.join();
        }
    }
}
