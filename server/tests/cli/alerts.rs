//! Alerts and digests from the command line: who is told of what runs do, and how often.

use std::fs;
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::place::{Place, serve, text};

/// Ten looks take ten seconds; the rest is a busy machine's.
const PATIENCE: Duration = Duration::from_secs(120);

const RUN: [&str; 4] = ["run", "--no-sync", "--as-of", "2026-02-20"];

/// A company whose alerts go into a file, a line each.
fn place() -> Place {
    let place = Place::new();
    let settings = "retries = \"0\"\npublic_url = \"https://numbers.acme.example\"\n[alerts]\n\
        command = [\"/bin/sh\", \"-c\", \"cat >> told; echo >> told\"]\n";
    fs::write(place.path("tidemark.toml"), settings).expect("settings");
    place
}

/// What was told since the last look, event and subject; without that the company's data is of long ago, which every run tells.
fn told(place: &Place) -> Vec<(String, String)> {
    let lines = fs::read_to_string(place.path("told")).unwrap_or_default();
    let _ = fs::remove_file(place.path("told"));
    let one = |line: &str| {
        let told: Value = serde_json::from_str(line).expect("JSON");
        let word = |value: &Value| value.as_str().expect("text").to_owned();
        (word(&told["data"]["event"]), word(&told["subject"]))
    };
    lines
        .lines()
        .filter(|line| !line.is_empty())
        .map(one)
        .filter(|(_, subject)| !subject.ends_with("has no recent data"))
        .collect()
}

fn of(event: &str, subject: &str) -> (String, String) {
    (event.to_owned(), subject.to_owned())
}

#[test]
fn a_run_that_fails_is_told_once_and_its_recovery_too() {
    let place = place();
    let customers = place.path("raw/stripe/customers.jsonl");
    let hidden = place.path("customers.jsonl");
    fs::rename(&customers, &hidden).expect("a file moved away");
    for _ in 0..2 {
        assert_eq!(place.run(&RUN).status.code(), Some(1));
    }
    assert_eq!(
        told(&place),
        [of("alert", "Alert: The run failed at its step build")]
    );
    let open = text(&place.run(&["alerts"]));
    assert!(open.contains("source stripe has no customers"), "{open}");
    fs::rename(&hidden, &customers).expect("the file back");
    let run = place.run(&RUN);
    assert!(run.status.success(), "{}", text(&run));
    assert_eq!(
        told(&place),
        [of("recovery", "Recovered: Runs succeed again")]
    );
    let open = text(&place.run(&["alerts"]));
    assert!(!open.contains("failed"), "{open}");
}

#[test]
fn a_run_that_cannot_be_recorded_is_reported_although_nothing_can_be_stored() {
    let place = place();
    // A folder where the history should be, and a file where the incident store should be, refuse like a
    // full disk, for root as well.
    fs::create_dir(place.path("data/runs.sqlite")).expect("a folder");
    fs::write(place.path("data/alerts"), "").expect("a file");
    let run = place.run(&RUN);
    assert_eq!(run.status.code(), Some(1), "{}", text(&run));
    assert_eq!(told(&place), [of("alert", "Alert: Runs do not work")]);
    fs::remove_dir(place.path("data/runs.sqlite")).expect("a removed folder");
    fs::remove_file(place.path("data/alerts")).expect("a removed file");
    let run = place.run(&RUN);
    assert!(run.status.success(), "{}", text(&run));
}

#[test]
fn a_schedule_that_cannot_be_looked_at_is_reported() {
    let place = place();
    let settings = fs::read_to_string(place.path("tidemark.toml")).expect("settings");
    let settings = format!("schedule = \"0 5 * * *\"\n{settings}");
    fs::write(place.path("tidemark.toml"), settings).expect("settings");
    fs::create_dir(place.path("data/runs.sqlite")).expect("a folder");
    let mut command = place.command(&["serve", "--listen", "127.0.0.1:0"]);
    let (_server, _url) = serve(&mut command);
    let begun = Instant::now();
    let reported = || {
        let lines = fs::read_to_string(place.path("told")).unwrap_or_default();
        lines.contains("Alert: Runs do not work")
    };
    while !reported() {
        assert!(begun.elapsed() < PATIENCE, "no alert");
        sleep(Duration::from_millis(200));
    }
}

#[test]
fn a_digest_is_printed_shown_and_sent_once() {
    let place = place();
    let printed = text(&place.run(&["digest"]));
    assert!(
        printed.starts_with("Weekly digest: Feb 9 – 15, 2026\n"),
        "{printed}"
    );
    let link = printed.lines().last().expect("a link");
    assert!(
        link.starts_with("https://numbers.acme.example/?from=2026-02-09&to=2026-02-15"),
        "{link}"
    );
    // What the link shows is what `export` gives for it.
    let exported = text(&place.run(&["export", &format!("{link}&chart=kpis")]));
    assert!(
        exported.lines().any(|line| line.starts_with("mrr,")),
        "{exported}"
    );
    let shown = place.run(&["digest", "--preview", "shown"]);
    assert!(shown.status.success(), "{}", text(&shown));
    let page = fs::read_to_string(place.path("shown/digest.html")).expect("a page");
    let chart = fs::read(place.path("shown/chart.png")).expect("a picture");
    assert!(page.contains("src=\"chart.png\"") && chart.starts_with(b"\x89PNG"));
    for _ in 0..2 {
        let sent = place.run(&["digest", "--send"]);
        assert!(sent.status.success(), "{}", text(&sent));
    }
    assert_eq!(
        told(&place),
        [of("digest", "Weekly digest: Feb 9 – 15, 2026")]
    );
}

#[test]
fn a_run_sends_the_digest_of_a_new_period_once() {
    let place = place();
    let path = place.path("tidemark.toml");
    let settings = fs::read_to_string(&path).expect("settings");
    fs::write(&path, format!("{settings}digest = \"daily\"\n")).expect("settings");
    for _ in 0..2 {
        let run = place.run(&RUN);
        assert!(run.status.success(), "{}", text(&run));
    }
    assert_eq!(
        told(&place),
        [of("digest", "Daily digest: Jan 22 – Feb 20, 2026")]
    );
}

#[test]
fn a_channel_that_fails_fails_no_run_and_is_named() {
    let place = place();
    let run = place
        .command(&RUN)
        .env("TIDEMARK_ALERTS_WEBHOOK", "http://127.0.0.1:1/canary")
        .output()
        .expect("a run");
    assert!(run.status.success(), "{}", text(&run));
    let tried = place
        .command(&["alerts", "--test"])
        .env("TIDEMARK_ALERTS_WEBHOOK", "http://127.0.0.1:1/canary")
        .output()
        .expect("a test of the channels");
    let said = text(&tried);
    assert_eq!(tried.status.code(), Some(1), "{said}");
    assert!(
        said.contains("command: Test: ") && said.contains("webhook: "),
        "{said}"
    );
    assert!(!said.contains("canary"), "{said}");
    let listed = text(&place.run(&["alerts"]));
    assert!(listed.contains("not told by webhook: trial"), "{listed}");
    assert_eq!(told(&place), [of("trial", "Test: Alerts reach you here")]);
}

#[test]
fn who_has_nobody_to_send_to_is_told_how() {
    let place = Place::new();
    place.fails(
        &["digest", "--send"],
        2,
        &["TIDEMARK_ALERTS_WEBHOOK", "[alerts]"],
    );
}
