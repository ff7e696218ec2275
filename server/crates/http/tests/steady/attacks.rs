//! attacks: clients that mean harm, from one machine, while the server's health is watched.
//!
//! Each attack prints what it measured. The bounds here hold on a busy machine too; with
//! `TIDEMARK_SECONDS` set, as `make bench-server` does, the strict ones of an idle machine apply.
use std::future::Future;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tidemark_snapshot::Store;
use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::bulk;
use crate::company::publish;
use crate::readers::{answer, connect, send};
use crate::{Serving, seconds};

/// Longest wait for anything in these tests.
const PATIENCE: Duration = Duration::from_secs(60);

/// The bounds of this run: health's 99th percentile during an attack, and recovery after it.
fn bounds() -> (Duration, Duration) {
    match seconds() {
        Some(_) => (Duration::from_millis(20), Duration::from_secs(1)),
        None => (Duration::from_secs(1), Duration::from_secs(10)),
    }
}

/// Asks for `/healthz` on new connections while `attack` goes on; its 99th percentile.
async fn health_during(address: SocketAddr, attack: impl Future<Output = ()>) -> Duration {
    let mut took = Vec::new();
    let watch = async {
        loop {
            let asked = Instant::now();
            let mut stream = connect(address).await;
            assert!(send(&mut stream, "/healthz", "identity").await);
            let health = timeout(PATIENCE, answer(&mut stream)).await;
            let (status, _) = health.expect("in time").expect("an answer");
            assert_eq!(status, 200, "/healthz");
            took.push(asked.elapsed());
            sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::select! {
        () = watch => {}
        () = attack => {}
    }
    assert!(took.len() > 100, "{} looks at health", took.len());
    took.sort_unstable();
    took[took.len() * 99 / 100]
}

/// The time until a client gets `path` with status 200.
async fn recovery(address: SocketAddr, path: &str) -> Duration {
    let began = Instant::now();
    loop {
        let mut stream = connect(address).await;
        send(&mut stream, path, "identity").await;
        if let Ok(Some((200, _))) = timeout(PATIENCE, answer(&mut stream)).await {
            return began.elapsed();
        }
        assert!(began.elapsed() < PATIENCE, "{path} stays unavailable");
        sleep(Duration::from_millis(20)).await;
    }
}

fn judge(attack: &str, health: Duration, recovery: Duration, memory: u64) {
    eprintln!(
        "{attack}: /healthz p99 {:.1} ms, recovered after {} ms, most memory {} MB",
        health.as_secs_f64() * 1000.0,
        recovery.as_millis(),
        memory / 1_000_000
    );
    let (slowest, longest) = bounds();
    assert!(health <= slowest, "{attack}: /healthz took {health:?}");
    assert!(recovery <= longest, "{attack}: recovery took {recovery:?}");
    assert!(memory < 150_000_000, "{attack}: {memory} bytes of memory");
}

/// A running server on a folder with one small snapshot.
struct Target {
    serving: Serving,
    folder: tempfile::TempDir,
    store: Store,
}

impl Target {
    fn new() -> Self {
        rlimit::increase_nofile_limit(4096).expect("a test that is set up");
        // In memory where that is possible: what is measured is the server, not the disk.
        let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir());
        let folder = folder.expect("a test that is set up");
        let store = Store::open(folder.path()).expect("a test that is set up");
        publish(&store, 0);
        Self {
            serving: Serving::start(folder.path()),
            folder,
            store,
        }
    }
}

/// 1,030 clients send the head of a POST and never its body.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_that_never_send_their_body_stop_nothing() {
    let target = Target::new();
    let address = target.serving.address;
    let mut held = Vec::new();
    let attack = async {
        for number in 0..1_030 {
            let mut stream = connect(address).await;
            let head = match number % 2 {
                0 => "POST /api/v1/runs HTTP/1.1\r\n".to_owned(),
                _ => format!(
                    "POST /api/v1/webhooks/stripe HTTP/1.1\r\nstripe-signature: t=1,v1={}\r\n",
                    "0".repeat(64)
                ),
            };
            let request = format!("{head}host: localhost\r\ncontent-length: 100\r\n\r\n");
            let _ = stream.write_all(request.as_bytes()).await;
            held.push(stream);
        }
        for path in [
            "/readyz",
            "/api/v1/manifest",
            "/api/openapi.json",
            "/metrics",
        ] {
            let mut stream = connect(address).await;
            send(&mut stream, path, "identity").await;
            let (status, body) = answer(&mut stream).await.expect("an answer");
            assert_eq!(status, 200, "{path}: {}", String::from_utf8_lossy(&body));
        }
        sleep(Duration::from_secs(1)).await;
    };
    let health = health_during(address, attack).await;
    drop(held);
    let recovered = recovery(address, "/api/v1/manifest").await;
    // The places for bodies are free again, too.
    let began = Instant::now();
    loop {
        let mut stream = connect(address).await;
        let request =
            "POST /api/v1/runs HTTP/1.1\r\nhost: localhost\r\ncontent-length: 2\r\n\r\n{}";
        let _ = stream.write_all(request.as_bytes()).await;
        // A connection may be refused without an answer while those of the attack are let go.
        let status = answer(&mut stream).await.map(|(status, _)| status);
        if status == Some(202) || status == Some(409) {
            break;
        }
        assert!(
            began.elapsed() < PATIENCE,
            "bodies stay refused: {status:?}"
        );
        sleep(Duration::from_millis(20)).await;
    }
    let recovered = recovered.max(began.elapsed());
    judge("no body", health, recovered, target.serving.peak_memory());
}

/// Asks for a file and reads nothing of it.
async fn stalled(address: SocketAddr, path: &str) -> TcpStream {
    let socket = TcpSocket::new_v4().expect("a test that is set up");
    let small = socket.set_recv_buffer_size(4096);
    small.expect("a test that is set up");
    let mut stream = socket.connect(address).await.expect("a connection");
    let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n");
    let sent = stream.write_all(request.as_bytes()).await;
    sent.expect("a request sent");
    let answered = timeout(PATIENCE, stream.readable()).await;
    answered.expect("in time").expect("the start of an answer");
    stream
}

/// 350 clients ask for 350 large files and read nothing of them.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_that_read_nothing_take_little_memory() {
    let target = Target::new();
    let address = target.serving.address;
    let paths = bulk::publish(&target.store, target.folder.path(), 350, 4 << 20);
    let attack = async {
        let mut asking = JoinSet::new();
        for path in paths.clone() {
            asking.spawn(async move { stalled(address, &path).await });
        }
        let held = asking.join_all().await;
        assert_eq!(held.len(), 350);
        sleep(Duration::from_secs(1)).await;
    };
    let health = health_during(address, attack).await;
    let recovered = recovery(address, &paths[0]).await;
    judge("stalled", health, recovered, target.serving.peak_memory());
}

/// 64 clients ask for what is made at run time, as fast as they can, in each encoding.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_that_ask_for_compressed_documents_do_not_take_the_processor() {
    let target = Target::new();
    let address = target.serving.address;
    let attack = async {
        let mut asking = JoinSet::new();
        for client in 0..64 {
            asking.spawn(async move {
                for turn in client.. {
                    // A pause as a network has, so that both ends fit on two cores.
                    ask_for_document(address, turn).await;
                    sleep(Duration::from_millis(20)).await;
                }
            });
        }
        sleep(Duration::from_secs(4)).await;
    };
    let health = health_during(address, attack).await;
    let recovered = recovery(address, "/api/openapi.json").await;
    judge("compress", health, recovered, target.serving.peak_memory());
}

async fn ask_for_document(address: SocketAddr, turn: usize) {
    let path = ["/api/openapi.json", "/api/v1/snapshots", "/api/v1/runs"][turn % 3];
    let method = ["GET", "HEAD"][turn / 3 % 2];
    let coding = ["br", "gzip"][turn / 6 % 2];
    let mut stream = BufReader::new(connect(address).await.into_inner());
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: localhost\r\naccept-encoding: {coding}\r\nconnection: close\r\n\r\n"
    );
    let _ = stream.write_all(request.as_bytes()).await;
    let mut received = Vec::new();
    let _ = stream.read_to_end(&mut received).await;
    assert!(received.starts_with(b"HTTP/1.1 200 "), "{method} {path}");
}
