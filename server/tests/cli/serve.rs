//! A server that refuses to be exposed, and ends in time whatever its disk does.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::place::{Place, serve};

#[test]
fn listening_beyond_this_machine_is_refused_unless_it_is_asked_for() {
    let place = Place::new();
    for command in ["serve", "demo"] {
        let mut arguments = vec![command, "--listen", "0.0.0.0:0"];
        if command == "demo" {
            arguments.extend(["--customers", "50", "--as-of", "2026-02-20"]);
        }
        place.fails(&arguments, 2, &["0.0.0.0:0", "--insecure", "proxy"]);
    }
    let mut command = place.command(&["serve", "--listen", "0.0.0.0:0", "--insecure"]);
    let (_server, url) = serve(&mut command);
    assert!(url.starts_with("http://0.0.0.0:"), "{url}");
}

#[test]
fn a_token_that_can_be_guessed_is_refused() {
    let place = Place::new();
    let mut command = place.command(&["serve", "--listen", "127.0.0.1:0"]);
    let output = command.env("TIDEMARK_RUN_TOKEN", "secret").output();
    let output = output.expect("a run");
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{error}");
    assert!(
        error.contains("128") && error.contains("openssl"),
        "{error}"
    );
    assert!(!error.contains("secret"), "{error}");
}

/// Sends a request and leaves its answer unread.
fn send(address: &str, path: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).expect("a connection");
    let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    stream
        .write_all(request.as_bytes())
        .expect("a request sent");
    stream
}

#[test]
fn a_server_whose_disk_hangs_answers_health_and_ends_in_time() {
    let place = Place::new();
    let id = place.current();
    let file = place.path(&format!("data/snapshots/{}/customers.csv", id.trim()));
    fs::remove_file(&file).expect("a removed file");
    // Opening a pipe that no program writes to waits for ever, as a network disk does that is gone.
    let made = Command::new("mkfifo").arg(&file).status();
    assert!(made.expect("mkfifo").success());
    let mut command = place.command(&["serve", "--listen", "127.0.0.1:0"]);
    let (mut server, url) = serve(&mut command);
    let address = url.trim_start_matches("http://").trim_end_matches('/');
    let path = format!("/api/v1/snapshots/{}/customers.csv", id.trim());
    let _hanging: Vec<TcpStream> = (0..8).map(|_| send(address, &path)).collect();
    sleep(Duration::from_millis(300));
    let mut answer = String::new();
    let mut health = send(address, "/healthz");
    health.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");

    let begun = Instant::now();
    let signal = Command::new("kill")
        .args(["-TERM", &server.0.id().to_string()])
        .status();
    assert!(signal.expect("kill").success());
    // Ten seconds for requests in flight, one for what is left; the rest is a busy machine's.
    let limit = Duration::from_secs(25);
    loop {
        if let Some(status) = server.0.try_wait().expect("its state") {
            assert!(status.success(), "{status}");
            break;
        }
        assert!(begun.elapsed() < limit, "the server still runs");
        sleep(Duration::from_millis(50));
    }
    eprintln!("ended {} ms after SIGTERM", begun.elapsed().as_millis());
}
