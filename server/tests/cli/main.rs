//! The command line as a person meets it: one clear line, the right exit code, and what was published stays, whatever is wrong.

mod access;
mod alerts;
mod apis;
mod backup;
mod canaries;
mod cases;
mod doctor;
mod future;
mod gate;
mod place;
mod publish;
mod quality;
mod runs;
mod serve;
mod snapshots;
mod sync;
mod trial;
mod webhook;

use std::fs;
use std::io::Write;

use place::{BUILD, Place, text};

#[test]
fn a_missing_required_object_is_named() {
    let place = Place::new();
    fs::remove_file(place.path("raw/stripe/invoices.jsonl")).expect("a removed file");
    place.fails(&BUILD, 1, &["stripe", "invoices"]);
}

#[test]
fn a_truncated_gzip_is_named() {
    let place = Place::new();
    let plain = fs::read(place.path("raw/stripe/invoices.jsonl")).expect("a file");
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(&plain).expect("gzip");
    let whole = encoder.finish().expect("gzip");
    fs::remove_file(place.path("raw/stripe/invoices.jsonl")).expect("a removed file");
    fs::write(
        place.path("raw/stripe/invoices.jsonl.gz"),
        &whole[..whole.len() / 2],
    )
    .expect("a written file");
    place.fails(&BUILD, 1, &["stripe/invoices.jsonl.gz"]);
}

#[test]
fn a_currency_without_a_rate_refuses_to_publish() {
    let place = Place::new();
    let path = place.path("raw/stripe/invoices.jsonl");
    let euros = fs::read_to_string(&path)
        .expect("a file")
        .replace("\"usd\"", "\"eur\"");
    fs::write(path, euros).expect("a written file");
    place.fails(&BUILD, 3, &["not published", "eur", "exchange_rates"]);
}

#[test]
fn a_data_folder_that_cannot_be_written_is_named() {
    let place = Place::new();
    fs::write(place.path("occupied"), "a file, no folder").expect("a written file");
    place.fails(
        &["build", "--as-of", "2026-02-20", "--data", "occupied"],
        1,
        &["occupied", "--data"],
    );
}

#[test]
fn a_busy_port_is_named() {
    let place = Place::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    place.fails(&["serve", "--listen", &address], 1, &[&address, "in use"]);
}

#[test]
fn an_unknown_setting_suggests_the_nearest() {
    let place = Place::new();
    fs::write(place.path("tidemark.toml"), "timezome = \"UTC\"\n").expect("a written file");
    place.fails(&BUILD, 2, &["timezome", "timezone"]);
}

#[test]
fn a_wrong_call_is_exit_code_2() {
    let place = Place::new();
    assert_eq!(place.run(&["built"]).status.code(), Some(2));
    assert_eq!(
        place.run(&["build", "--as-of", "yesterday"]).status.code(),
        Some(2)
    );
}

#[test]
fn the_same_files_give_the_same_snapshot_and_unreadable_rows_are_kept() {
    let place = Place::new();
    let before = place.current();
    assert!(place.run(&BUILD).status.success());
    assert_eq!(
        place.current(),
        before,
        "an identical rebuild has another id"
    );

    let mut file = fs::OpenOptions::new()
        .append(true)
        .open(place.path("raw/stripe/customers.jsonl"))
        .expect("a file");
    writeln!(file, "{{\"id\": \"cus_2\", ").expect("a written line");
    let built = place.run(&["build", "--as-of", "2026-02-20", "--json"]);
    let result: serde_json::Value = serde_json::from_slice(&built.stdout).expect("JSON");
    assert_eq!(result["quarantined"], 1, "{}", text(&built));
    let kept = fs::read_to_string(place.path("data/quarantine.jsonl")).expect("the quarantine");
    assert!(
        kept.contains("stripe/customers.jsonl") && kept.contains("cus_2"),
        "{kept}"
    );
}

#[test]
fn export_prints_the_table_behind_a_link() {
    let place = Place::new();
    let output = place.run(&[
        "export",
        "http://127.0.0.1:8080/?range=all&grain=month&chart=mrr&plan=Pro&colour=red",
    ]);
    assert!(output.status.success(), "{}", text(&output));
    let csv = String::from_utf8_lossy(&output.stdout);
    assert!(
        csv.contains("2026-01") && csv.contains("8000") | csv.contains("80"),
        "{csv}"
    );
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("colour"),
        "an unknown part is told"
    );
}

#[test]
fn rollback_serves_an_earlier_snapshot_again() {
    let place = Place::new();
    let first = place.current();
    assert!(
        place
            .run(&["build", "--as-of", "2026-02-19"])
            .status
            .success()
    );
    assert_ne!(place.current(), first);
    let back = place.run(&["snapshots", "rollback", first.trim()]);
    assert!(back.status.success(), "{}", text(&back));
    assert_eq!(place.current(), first);
    place.fails(
        &["snapshots", "rollback", "0123456789abcdef0123456789abcdef"],
        1,
        &["there is no snapshot"],
    );
}

#[test]
fn a_warehouse_gets_the_models_with_the_settings_and_the_raw_tables() {
    let place = Place::new();
    let write = ["warehouse", "--out", "dbt", "--as-of", "2026-02-20"];
    for _ in 0..2 {
        let output = place
            .command(&write)
            .env("TIDEMARK_TIMEZONE", "Europe/Berlin")
            .output()
            .expect("a run");
        assert!(output.status.success(), "{}", text(&output));
    }
    let project = fs::read_to_string(place.path("dbt/dbt_project.yml")).expect("the project");
    assert!(project.contains("\n  as_of: \"2026-02-20\" "), "{project}");
    assert!(
        project.contains("\n  timezone: \"Europe/Berlin\" "),
        "{project}"
    );
    for file in [
        "profiles.yml",
        "marts/customers.sql",
        "macros/dialect.sql",
        "seeds/months.csv",
        "raw/stripe__invoice_lines.parquet",
        // A source that is absent is an empty table, so that its models still build.
        "raw/zendesk__tickets.parquet",
    ] {
        assert!(place.path("dbt").join(file).is_file(), "{file}");
    }
}

#[test]
fn a_warehouse_project_is_written_over_nothing_else() {
    let place = Place::new();
    fs::create_dir(place.path("mine")).expect("a folder");
    fs::write(place.path("mine/notes.txt"), "x").expect("a file");
    let words = ["mine", "is not empty", "name a new folder"];
    place.fails(&["warehouse", "--out", "mine"], 2, &words);
    fs::write(place.path("mine/dbt_project.yml"), "name: other\n").expect("a file");
    let words = ["mine", "another dbt project"];
    place.fails(&["warehouse", "--out", "mine"], 2, &words);
    assert!(!place.path("mine/macros").exists());
}
