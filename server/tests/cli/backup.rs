//! Backup and restore: the copied folder of a company serves the same bytes and is built upon, without the original.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use crate::place::{BUILD, Place, text};

/// A server on a data folder, as long as this lives.
struct Serving {
    process: Child,
    address: String,
}

impl Serving {
    fn start(place: &Place, data: &str) -> Self {
        let mut process = place
            .command(&["serve", "--data", data, "--listen", "127.0.0.1:0"])
            .env("TIDEMARK_LOG", "json,tidemark_http=debug")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("a server");
        let mut lines = BufReader::new(process.stdout.take().expect("its output")).lines();
        let line = lines.next().expect("a line").expect("text");
        let address = line.split("http://").nth(1).expect("an address");
        let address = address.split('/').next().expect("an address").to_owned();
        Self { process, address }
    }

    /// The body at a path.
    fn get(&self, path: &str) -> Vec<u8> {
        let mut stream = TcpStream::connect(&self.address).expect("a connection");
        let request =
            format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).expect("a request");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("an answer");
        assert!(answer.starts_with(b"HTTP/1.1 200 "), "{path}");
        let head = answer.windows(4).position(|four| four == b"\r\n\r\n");
        answer.split_off(head.expect("a head") + 4)
    }

    /// Stops it as a service manager does, and gives its log.
    fn stop(mut self) -> String {
        let pid = self.process.id().to_string();
        let asked = Command::new("kill").args(["-TERM", &pid]).status();
        assert!(asked.expect("kill").success());
        assert!(self.process.wait().expect("an end").success());
        let mut log = String::new();
        let mut errors = self.process.stderr.take().expect("its log");
        errors.read_to_string(&mut log).expect("text");
        log
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn a_copied_folder_serves_the_same_bytes_and_is_built_upon() {
    let place = Place::new();
    let before = place.current();
    let served = |data: &str| {
        let serving = Serving::start(&place, data);
        let manifest = serving.get("/api/v1/manifest");
        let described: serde_json::Value = serde_json::from_slice(&manifest).expect("JSON");
        let marts = described["marts"].as_array().expect("marts");
        let urls = marts
            .iter()
            .flat_map(|mart| mart["urls"].as_object().expect("addresses").values());
        let mut all: Vec<Vec<u8>> = urls
            .map(|url| serving.get(url.as_str().expect("an address")))
            .collect();
        all.extend([
            manifest,
            serving.get("/api/v1/quality"),
            serving.get("/readyz"),
        ]);
        let log = serving.stop();
        assert!(log.lines().count() >= all.len(), "{log}");
        for line in log.lines() {
            let line: serde_json::Value = serde_json::from_str(line).expect("a line of JSON");
            assert!(
                line["level"].is_string() && line["timestamp"].is_string(),
                "{line}"
            );
        }
        all
    };
    let original = served("data");
    let copied = Command::new("cp")
        .arg("-a")
        .args([place.path("data"), place.path("backup")])
        .status();
    assert!(copied.expect("cp").success());
    std::fs::remove_dir_all(place.path("data")).expect("a removed folder");
    assert!(served("backup") == original);
    std::fs::rename(place.path("backup"), place.path("data")).expect("a moved folder");
    let again = place.run(&BUILD);
    assert!(again.status.success(), "{}", text(&again));
    assert_eq!(
        place.current(),
        before,
        "the same files give the same snapshot"
    );
}
