//! idle: thousands of clients that begin a request and never end it do not stop the others, and are
//! disconnected after a while.
use std::time::{Duration, Instant};

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::sleep;

use super::connections::{PATIENCE, rest, start};
use crate::Limits;

/// Idle clients at once.
const CLIENTS: usize = 5_000;

/// A whole request of its own connection; the answer's first line.
async fn ask(address: std::net::SocketAddr, path: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    rest(&mut stream).await
}

/// Open connections, as the server counts them.
async fn open(address: std::net::SocketAddr) -> usize {
    let metrics = ask(address, "/metrics").await;
    let mut lines = metrics.lines();
    let line = lines.find_map(|line| line.strip_prefix("tidemark_http_connections "));
    line.unwrap().trim().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thousands_of_idle_clients_do_not_stop_the_server_and_are_let_go() {
    // Both ends are in this process: two descriptors a client.
    let allowed = rlimit::increase_nofile_limit(3 * CLIENTS as u64).unwrap();
    let clients = CLIENTS.min(usize::try_from(allowed.saturating_sub(512) / 2).unwrap());
    if clients < CLIENTS {
        eprintln!(
            "LEFT OUT: {allowed} open files are allowed here, so {clients} clients are tried instead of {CLIENTS}"
        );
    }
    let limits = Limits {
        header_timeout: Duration::from_secs(8),
        ..Limits::default()
    };
    let server = start(limits).await;
    let mut idle = Vec::with_capacity(clients);
    for _ in 0..clients {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\nhost").await.unwrap();
        idle.push(stream);
    }
    for path in ["/healthz", "/", "/api/openapi.json"] {
        let answer = ask(server.address, path).await;
        assert!(answer.starts_with("HTTP/1.1 200 "), "{path}: {answer}");
    }
    let most = open(server.address).await;
    assert!(
        most > clients / 2,
        "{most} of {clients} are open: the test was too slow to see them all"
    );
    let started = Instant::now();
    while open(server.address).await > 1 {
        assert!(started.elapsed() < 2 * PATIENCE, "idle clients stay");
        sleep(Duration::from_millis(200)).await;
    }
    drop(idle);
}
