//! `tidemark try`, and what `tidemark` says without a command.

use std::fs::{self, File};
use std::io::Write;
use std::net::TcpListener;
use std::process::Stdio;

use crate::place::{Place, get, serve, text};

/// An export in its own words: semicolons, German numbers, and columns that no vendor names so.
const PERIODS: &str = "subscription_id,customer_id,start_date,monthly_amount,currency\n\
    s1,c1,2026-01-05,120.00,usd\n\
    s2,c2,2026-02-01,80.00,usd\n";

fn archive(place: &Place, name: &str, entries: &[(&str, &str)]) {
    let file = File::create(place.path(name)).expect("a file");
    let mut zip = zip::ZipWriter::new(file);
    for (name, content) in entries {
        zip.start_file(*name, zip::write::SimpleFileOptions::default())
            .expect("an entry");
        zip.write_all(content.as_bytes()).expect("its bytes");
    }
    zip.finish().expect("an archive");
}

#[test]
fn files_become_a_dashboard_in_one_command() {
    let place = Place::empty();
    archive(&place, "export.zip", &[("billing/periods.csv", PERIODS)]);
    fs::write(place.path("notes.csv"), "a,b\n1,2\n").expect("a file");
    let mut command = place.command(&[
        "try",
        "export.zip",
        "notes.csv",
        "--as-of",
        "2026-03-01",
        "--listen",
        "127.0.0.1:0",
        "--no-open",
    ]);
    command.stderr(Stdio::null());
    // The first lines say how the files are read; the address comes after them.
    let (_server, url) = serve(&mut command);
    let address = url.trim_start_matches("http://").trim_end_matches('/');
    let manifest = String::from_utf8_lossy(&get(address, "/api/v1/manifest")).into_owned();
    assert!(manifest.contains("\"as_of\":\"2026-03-01\""), "{manifest}");
    assert!(!place.path("raw").exists() && !place.path("data").exists());
}

#[test]
fn a_dry_run_says_how_each_file_is_read() {
    let place = Place::empty();
    fs::write(place.path("periods.csv"), PERIODS).expect("a file");
    fs::write(place.path("notes.csv"), "a,b\n1,2\n").expect("a file");
    let output = place.run(&["try", "--dry-run", "periods.csv", "notes.csv"]);
    let shown = text(&output);
    assert!(output.status.success(), "{shown}");
    assert!(
        shown.contains("periods.csv: read as billing/subscription_periods"),
        "{shown}"
    );
    assert!(shown.contains("notes.csv is not read"), "{shown}");
}

#[test]
fn files_of_which_none_fits_are_refused_in_words() {
    let place = Place::empty();
    fs::write(place.path("notes.csv"), "a,b\n1,2\n").expect("a file");
    let output = place.run(&["try", "notes.csv"]);
    let shown = text(&output);
    assert_eq!(output.status.code(), Some(2), "{shown}");
    assert!(shown.contains("tidemark inspect"), "{shown}");
    let output = place.run(&["try", "missing.csv"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output).contains("missing.csv"), "{}", text(&output));
}

#[test]
fn a_port_that_is_taken_is_no_obstacle() {
    // Whether another program has it or this test does: the demo takes another one.
    let _taken = TcpListener::bind("127.0.0.1:8080");
    let place = Place::empty();
    let mut command = place.command(&["demo", "--customers", "40", "--no-open"]);
    command.stderr(Stdio::null());
    let (_server, url) = serve(&mut command);
    assert!(!url.ends_with(":8080/"), "{url}");
}

#[test]
fn without_a_command_the_next_steps_are_shown() {
    let empty = Place::empty();
    let shown = text(&empty.run(&[]));
    assert!(shown.contains("tidemark try"), "{shown}");
    fs::write(empty.path("tidemark.toml"), "").expect("a file");
    let shown = text(&empty.run(&[]));
    assert!(shown.contains("tidemark build"), "{shown}");
    let shown = text(&Place::new().run(&[]));
    assert!(shown.contains("tidemark serve"), "{shown}");
}
