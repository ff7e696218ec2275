//! connections: slow, stuck and too many clients, and the end of the server, over real connections.
use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use tidemark_snapshot::Store;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use super::site;
use crate::{Limits, ServeError, Server, ServerOptions};

const SHORT: Duration = Duration::from_millis(300);
/// Far beyond what any of these tests waits for on a busy machine.
pub(super) const PATIENCE: Duration = Duration::from_secs(20);

pub(super) struct Running {
    pub(super) address: SocketAddr,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<()>,
    _folder: tempfile::TempDir,
}

fn options(listen: SocketAddr, limits: Limits) -> (tempfile::TempDir, ServerOptions) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let options = ServerOptions {
        listen,
        limits,
        ..site::options(&store)
    };
    (folder, options)
}

pub(super) async fn start(limits: Limits) -> Running {
    let (folder, options) = options((Ipv4Addr::LOCALHOST, 0).into(), limits);
    let server = Server::bind(options).await.unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    Running {
        address: server.address(),
        stop,
        ended: tokio::spawn(server.run(async move { drop(stopped.await) })),
        _folder: folder,
    }
}

fn short() -> Limits {
    Limits {
        header_timeout: SHORT,
        write_timeout: SHORT,
        ..Limits::default()
    }
}

/// Reads until the server closes the connection.
pub(super) async fn rest(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    // A reset is a close too.
    let _ = timeout(PATIENCE, stream.read_to_end(&mut bytes))
        .await
        .expect("the server closes");
    String::from_utf8_lossy(&bytes).into_owned()
}

#[tokio::test]
async fn a_header_sent_byte_by_byte_is_cut_off() {
    let server = start(short()).await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let started = Instant::now();
    stream
        .write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\n")
        .await
        .unwrap();
    loop {
        // Dribbling must not extend the time.
        sleep(SHORT / 6).await;
        assert!(started.elapsed() < PATIENCE, "still connected");
        let mut byte = [0];
        let dribbled = stream.write_all(b"a").await;
        let closed = matches!(
            timeout(Duration::from_millis(5), stream.read(&mut byte)).await,
            Ok(Ok(0) | Err(_))
        );
        if dribbled.is_err() || closed {
            break;
        }
    }
    assert!(started.elapsed() >= SHORT);
}

#[tokio::test]
async fn an_idle_connection_is_closed_and_a_used_one_stays_open_until_then() {
    let server = start(short()).await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    for _ in 0..2 {
        stream
            .write_all(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n")
            .await
            .unwrap();
        let mut head = vec![0; 15];
        timeout(PATIENCE, stream.read_exact(&mut head))
            .await
            .unwrap()
            .unwrap();
        assert_eq!(head, b"HTTP/1.1 200 OK");
        // The rest of the response, as far as it has come.
        let mut buffer = vec![0; 4096];
        let mut seen = Vec::new();
        while !seen.ends_with(b"{\"status\":\"ok\"}") {
            let count = timeout(PATIENCE, stream.read(&mut buffer))
                .await
                .unwrap()
                .unwrap();
            assert_ne!(count, 0);
            seen.extend_from_slice(&buffer[..count]);
        }
    }
    assert_eq!(rest(&mut stream).await, "");
}

#[tokio::test]
async fn an_endless_header_is_refused() {
    let server = start(short()).await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let mut request = b"GET / HTTP/1.1\r\nhost: localhost\r\nx: ".to_vec();
    request.resize(64 * 1024, b'a');
    let _ = stream.write_all(&request).await;
    let answer = rest(&mut stream).await;
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 431 "),
        "{answer}"
    );
}

#[tokio::test]
async fn beyond_the_limit_of_connections_clients_are_turned_away() {
    let limits = Limits {
        connections: 1,
        ..Limits::default()
    };
    let server = start(limits).await;
    let mut first = TcpStream::connect(server.address).await.unwrap();
    first
        .write_all(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n")
        .await
        .unwrap();
    let mut byte = [0];
    timeout(PATIENCE, first.read_exact(&mut byte))
        .await
        .unwrap()
        .unwrap();
    let mut second = TcpStream::connect(server.address).await.unwrap();
    assert!(rest(&mut second).await.starts_with("HTTP/1.1 503 "));
    drop(first);
    let started = Instant::now();
    loop {
        let mut third = TcpStream::connect(server.address).await.unwrap();
        let _ = third
            .write_all(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
            .await;
        if rest(&mut third).await.starts_with("HTTP/1.1 200 ") {
            break;
        }
        assert!(started.elapsed() < PATIENCE, "the place is given back");
        sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn shutting_down_closes_idle_connections_and_ends() {
    let server = start(Limits::default()).await;
    let mut idle = TcpStream::connect(server.address).await.unwrap();
    idle.write_all(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n")
        .await
        .unwrap();
    let mut byte = [0];
    timeout(PATIENCE, idle.read_exact(&mut byte))
        .await
        .unwrap()
        .unwrap();
    server.stop.send(()).unwrap();
    timeout(Duration::from_secs(5), server.ended)
        .await
        .expect("well before the limit of 10 s")
        .unwrap();
    assert!(
        rest(&mut idle).await.ends_with("{\"status\":\"ok\"}"),
        "what was answered arrives whole"
    );
    assert!(TcpStream::connect(server.address).await.is_err());
}

#[tokio::test]
async fn a_busy_port_is_one_line_with_the_address_and_the_fix() {
    let server = start(Limits::default()).await;
    let (_folder, options) = options(server.address, Limits::default());
    let Err(error) = Server::bind(options).await else {
        panic!("two servers on one address");
    };
    assert!(matches!(error, ServeError::Busy { .. }));
    let text = error.to_string();
    assert!(
        text.contains(&server.address.to_string()) && text.contains("--listen 127.0.0.1:0"),
        "{text}"
    );
    assert!(!text.contains('\n'));
}

#[tokio::test]
async fn listening_beyond_this_machine_is_refused_unless_it_is_asked_for() {
    for address in ["0.0.0.0:0", "[::]:0"] {
        let (_folder, options) = options(address.parse().unwrap(), Limits::default());
        let Err(error) = Server::bind(options).await else {
            panic!("listens on {address}");
        };
        assert!(matches!(error, ServeError::Exposed { .. }));
        let text = error.to_string();
        assert!(
            text.contains("--insecure") && !text.contains('\n'),
            "{text}"
        );
    }
    let (_folder, mut options) = options(([0, 0, 0, 0], 0).into(), Limits::default());
    options.insecure = true;
    assert!(Server::bind(options).await.is_ok());
}

/// The first line of the answer to a request as it is written.
async fn first_line(server: &Running, request: &str) -> String {
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let answer = rest(&mut stream).await;
    answer.lines().next().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn only_requests_for_a_name_of_this_server_are_answered() {
    let server = start(short()).await;
    for (request, status) in [
        ("GET /healthz HTTP/1.1\r\nhost: localhost:9\r\n\r\n", 200),
        ("GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n", 200),
        ("GET /healthz HTTP/1.1\r\nhost: [::1]:80\r\n\r\n", 200),
        ("GET /healthz HTTP/1.0\r\n\r\n", 200),
        ("GET /healthz HTTP/1.1\r\n\r\n", 400),
        (
            "GET /healthz HTTP/1.1\r\nhost: localhost\r\nhost: localhost\r\n\r\n",
            400,
        ),
        ("GET /healthz HTTP/1.1\r\nhost: a b\r\n\r\n", 400),
        ("GET /healthz HTTP/1.1\r\nhost: u@localhost\r\n\r\n", 400),
        ("GET /healthz HTTP/1.1\r\nhost:\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nhost: evil.example\r\n\r\n", 421),
        (
            "GET /api/v1/manifest HTTP/1.1\r\nhost: evil.example:80\r\n\r\n",
            421,
        ),
        (
            "GET http://evil.example/ HTTP/1.1\r\nhost: localhost\r\n\r\n",
            421,
        ),
        ("GET /healthz HTTP/1.0\r\nhost: evil.example\r\n\r\n", 421),
    ] {
        let line = first_line(&server, request).await;
        let found = line.split(' ').nth(1).unwrap_or_default();
        assert_eq!(found, status.to_string(), "{request:?}: {line}");
    }
}
