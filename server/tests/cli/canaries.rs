//! Personal data stays out of what is published, logged and sent: canaries in every personal field of every source,
//! and e-mails where other values belong, are looked for in every byte of it.

mod records;

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::{Value, json};

use crate::place::{Place, Running, get, serve};
use records::{CANARY, OBJECTS, good};

/// Sound records of an object for each broken one, so that the build is not refused for them.
const SOUND: usize = 8;

/// Writes each object's sound records and, for each field that is not published, one with an e-mail in its place.
fn write_raw(raw: &Path) {
    for object in OBJECTS {
        let template = good(object.source, object.name, 0);
        let fields = template.as_object().expect("a record");
        let broken = fields
            .keys()
            .filter(|field| !object.published.contains(&field.as_str()));
        let broken: Vec<&String> = broken.collect();
        assert!(!broken.is_empty(), "{}", object.name);
        let sound = SOUND * broken.len();
        let mut text = String::new();
        for number in 0..sound {
            text += &format!("{}\n", good(object.source, object.name, number));
        }
        for (number, field) in broken.into_iter().enumerate() {
            let mut record = good(object.source, object.name, sound + number);
            record[field.as_str()] = json!(format!("broken.{CANARY}@person.example"));
            text += &format!("{record}\n");
        }
        // A line that is no JSON at all.
        text += &format!("{{\"id\": \"{CANARY}\", \"email\": \"{CANARY}@person.example\n");
        let folder = raw.join(object.source);
        fs::create_dir_all(&folder).expect("a folder");
        fs::write(folder.join(format!("{}.jsonl", object.name)), text).expect("a raw file");
    }
}

/// Fails if the bytes hold a canary, with what is around it.
fn look(place: &str, bytes: &[u8], found: &mut Vec<String>) {
    let text = String::from_utf8_lossy(bytes).to_lowercase();
    if let Some(at) = text.find(CANARY) {
        let around: String = text[..at].chars().rev().take(120).collect();
        let around: String = around.chars().rev().collect();
        let after: String = text[at..].chars().take(60).collect();
        found.push(format!("{place}: …{around}{after}…"));
    }
}

/// Every route of the server's own description that can be read, with the snapshot and its files for parameters.
fn paths(address: &str) -> Vec<String> {
    let body = |path: &str| {
        let answer = get(address, path);
        let head = answer
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .expect("a head");
        assert!(answer.starts_with(b"HTTP/1.1 200"), "{path}");
        serde_json::from_slice::<Value>(&answer[head + 4..]).expect("JSON")
    };
    let manifest = body("/api/v1/manifest");
    let id = manifest["snapshot_id"].as_str().expect("an id").to_owned();
    let described = body("/api/openapi.json");
    let described = described["paths"].as_object().expect("paths");
    let mut paths = vec!["/".to_owned(), "/customers".to_owned()];
    for path in described.keys() {
        let path = path.replace("{id}", &id);
        if path.contains('{') {
            for mart in manifest["marts"].as_array().expect("marts") {
                let name = mart["name"].as_str().expect("a name");
                for ending in ["csv", "json", "arrow", "parquet"] {
                    paths.push(format!("/api/v1/snapshots/{id}/{name}.{ending}"));
                }
            }
        } else {
            paths.push(path);
        }
    }
    assert!(paths.len() > 40, "{paths:?}");
    paths
}

/// Every file below a folder.
fn files(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, into);
        } else {
            into.push(path);
        }
    }
}

/// Runs a command and looks at all it prints; returns its exit code.
fn run(place: &Place, arguments: &[&str], found: &mut Vec<String>) -> Option<i32> {
    let output = place.run(arguments);
    let printed = [output.stdout, output.stderr].concat();
    look(&arguments.join(" "), &printed, found);
    if output.status.code() == Some(1) {
        found.push(format!(
            "{arguments:?}: {}",
            String::from_utf8_lossy(&printed)
        ));
    }
    output.status.code()
}

#[test]
fn personal_data_is_in_no_byte_that_is_published_logged_or_sent() {
    let place = Place::empty();
    write_raw(&place.path("raw"));
    let settings = "retries = \"0\"\n[alerts]\ncommand = [\"/bin/sh\", \"-c\", \"cat >> sent; echo >> sent\"]\n";
    fs::write(place.path("tidemark.toml"), settings).expect("settings");
    let mut found = Vec::new();
    let day = ["--as-of", "2026-02-20"];
    let with_day = |command: &[&'static str]| [command, &day].concat();
    let built = run(&place, &with_day(&["build"]), &mut found);
    assert_eq!(
        built,
        Some(0),
        "the build must publish: {}",
        found.join("\n")
    );
    run(&place, &with_day(&["--json", "build"]), &mut found);
    run(&place, &with_day(&["check"]), &mut found);
    run(&place, &with_day(&["run", "--no-sync"]), &mut found);
    run(&place, &["alerts"], &mut found);
    run(&place, &["snapshots"], &mut found);

    let mut command = place.command(&["serve", "--listen", "127.0.0.1:0"]);
    let (mut server, url) = serve(command.stderr(Stdio::piped()));
    let address = url
        .trim_start_matches("http://")
        .trim_end_matches('/')
        .to_owned();
    for path in paths(&address) {
        look(&path, &get(&address, &path), &mut found);
    }
    stop(&mut server, &mut found);

    // A build that most records refuse, with its alert.
    let customers = place.path("raw/stripe/customers.jsonl");
    let text = fs::read_to_string(&customers).expect("customers");
    let broken: Vec<&str> = text
        .lines()
        .filter(|line| line.contains("broken."))
        .collect();
    fs::write(&customers, broken.join("\n")).expect("customers");
    assert_eq!(run(&place, &with_day(&["build"]), &mut found), Some(3));
    assert_eq!(
        run(&place, &with_day(&["--json", "build"]), &mut found),
        Some(3)
    );
    run(&place, &with_day(&["run", "--no-sync"]), &mut found);
    run(&place, &["alerts"], &mut found);
    let sent = fs::read(place.path("sent")).expect("an alert");
    look("alerts sent", &sent, &mut found);

    // Everything of the data folder but what stays there for its operator.
    let mut stored = Vec::new();
    files(&place.path("data"), &mut stored);
    let private = [
        place.path("data/quarantine.jsonl"),
        place.path("data/failing"),
    ];
    stored.retain(|path| !private.iter().any(|private| path.starts_with(private)));
    for path in &stored {
        look(
            &path.display().to_string(),
            &fs::read(path).expect("a file"),
            &mut found,
        );
    }
    let quarantine = fs::read_to_string(&private[0]).expect("the quarantine");
    assert!(quarantine.contains(CANARY), "the canaries were read at all");
    assert!(
        found.is_empty(),
        "{} places\n{}",
        found.len(),
        found.join("\n")
    );
}

/// Stops the server and looks at its log.
fn stop(server: &mut Running, found: &mut Vec<String>) {
    server.0.kill().expect("a stopped server");
    server.0.wait().expect("its end");
    let mut log = Vec::new();
    let mut errors = server.0.stderr.take().expect("its log");
    errors.read_to_end(&mut log).expect("bytes");
    look("the server's log", &log, found);
}
