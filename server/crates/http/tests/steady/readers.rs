//! readers: clients over real connections: those that read everything, those that take their time, those that leave.
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::time::sleep;

/// Answers read whole.
#[derive(Clone, Default)]
pub(crate) struct Counts(Arc<AtomicU64>);

impl Counts {
    pub(crate) fn answers(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

pub(crate) async fn send(stream: &mut BufReader<TcpStream>, path: &str, coding: &str) -> bool {
    let request =
        format!("GET {path} HTTP/1.1\r\nhost: localhost\r\naccept-encoding: {coding}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.is_ok()
}

/// Reads an answer: its status and its body.
pub(crate) async fn answer(stream: &mut BufReader<TcpStream>) -> Option<(u16, Vec<u8>)> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    let head = String::from_utf8(head).ok()?.to_lowercase();
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let length = head.split("content-length: ").nth(1)?;
    let mut body = vec![0; length.lines().next()?.parse().ok()?];
    stream.read_exact(&mut body).await.ok()?;
    Some((status, body))
}

pub(crate) async fn connect(address: SocketAddr) -> BufReader<TcpStream> {
    BufReader::new(
        TcpStream::connect(address)
            .await
            .expect("a test that is set up"),
    )
}

/// Reads everything a page reads, and what scripts read, over one connection after the other.
pub(crate) async fn fast(address: SocketAddr, counts: Counts, number: usize) {
    loop {
        let mut stream = connect(address).await;
        for turn in number..number + 40 {
            assert!(send(&mut stream, "/api/v1/manifest", "identity").await);
            let (status, manifest) = answer(&mut stream).await.expect("a manifest");
            assert_eq!(status, 200);
            let manifest: serde_json::Value =
                serde_json::from_slice(&manifest).expect("a test that is set up");
            let format = ["arrow", "json", "csv", "parquet"][turn % 4];
            let url = manifest["marts"][0]["urls"][format]
                .as_str()
                .expect("a test that is set up");
            let coding = ["br", "gzip", "identity"][turn % 3];
            assert!(send(&mut stream, url, &format!("{coding}, identity")).await);
            let (status, body) = answer(&mut stream).await.expect("a mart");
            assert!(status == 200 && body.len() > 1_000, "{status} {url}");
            let other = ["/metrics", "/readyz", "/api/v1/snapshots", "/nowhere"][turn % 4];
            assert!(send(&mut stream, other, "identity").await);
            let (status, _) = answer(&mut stream).await.expect("an answer");
            assert_eq!(
                status,
                if other == "/nowhere" { 404 } else { 200 },
                "{other}"
            );
            counts.0.fetch_add(3, Ordering::Relaxed);
        }
    }
}

/// Asks for much and takes little of it, until the server has had enough; then again.
pub(crate) async fn slow(address: SocketAddr) {
    loop {
        let mut stream = connect(address).await;
        send(
            &mut stream,
            "/api/v1/snapshots/latest/marketing_spend.json",
            "identity",
        )
        .await;
        for _ in 0..20 {
            if stream.read_u8().await.is_err() {
                break;
            }
            sleep(Duration::from_millis(100)).await;
        }
    }
}

/// Connects, asks, and is gone before the answer is.
pub(crate) async fn hasty(address: SocketAddr) {
    loop {
        let mut stream = connect(address).await;
        send(&mut stream, "/api/v1/snapshots", "identity").await;
        drop(stream);
        sleep(Duration::from_millis(5)).await;
    }
}
