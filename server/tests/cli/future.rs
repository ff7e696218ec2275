//! A day that has not come yet: refused when it is asked for, and harmless where a wrong clock has published it.

use clap::Parser;
use serde_json::Value;
use tidemark::cli::Cli;

use crate::place::{Place, text};

/// Builds as of a day at an instant that need not be now.
fn build_at(place: &Place, as_of: &str, now: &str) {
    let (raw, data) = (place.path("raw"), place.path("data"));
    let folders = [raw.to_str(), data.to_str()].map(|folder| folder.expect("a name in Unicode"));
    let [raw, data] = folders;
    let arguments = [
        "tidemark", "build", "--json", "--raw", raw, "--data", data, "--as-of", as_of,
    ];
    let cli = Cli::parse_from(arguments);
    let built = cli.run_at(now.parse().expect("an instant"));
    built.expect("a build");
}

/// The day that `snapshots list` marks as the latest, and the ids of all days.
fn listed(place: &Place) -> (String, Vec<(String, String)>) {
    let output = place.run(&["snapshots", "list", "--json"]);
    let entries: Vec<Value> = serde_json::from_slice(&output.stdout).expect("JSON");
    let word = |entry: &Value, key: &str| entry[key].as_str().expect("a text").to_owned();
    let current = entries.iter().find(|entry| entry["current"] == true);
    let all = entries
        .iter()
        .map(|entry| (word(entry, "as_of"), word(entry, "snapshot_id")));
    (word(current.expect("a latest"), "as_of"), all.collect())
}

#[test]
fn a_day_of_the_future_is_refused_and_so_is_one_before_every_record() {
    let place = Place::new();
    for command in ["build", "run", "check"] {
        for (day, words) in [
            ("2999-01-01", "has not come yet"),
            ("1969-12-31", "is before any record"),
        ] {
            place.fails(&[command, "--as-of", day], 2, &[day, words]);
        }
    }
    let range = ["run", "--from", "2026-02-19", "--to", "2999-01-01"];
    place.fails(&range, 2, &["2999-01-01"]);
}

#[test]
fn a_published_day_of_the_future_is_not_served_and_is_reported_until_it_is_removed() {
    let place = Place::new();
    build_at(&place, "2031-01-01", "2031-01-02T05:00:00Z");
    let (latest, all) = listed(&place);
    assert_eq!(latest, "2026-02-20");
    let future = all.iter().find(|(day, _)| day == "2031-01-01");
    let future = future.expect("it is listed").1.clone();
    let remove = format!("tidemark snapshots remove {future}");
    let doctor = text(&place.run(&["doctor", "--offline"]));
    assert!(doctor.contains(&remove), "{doctor}");
    let built = place.run(&["build", "--as-of", "2026-02-21"]);
    assert!(built.status.success(), "{}", text(&built));
    assert_eq!(listed(&place).0, "2026-02-21");
    // The server serves the right day, but the snapshot still waits for its removal.
    let doctor = place.run(&["doctor", "--offline"]);
    assert!(!doctor.status.success());
    assert!(text(&doctor).contains(&remove), "{}", text(&doctor));
    let removed = place.run(&["snapshots", "remove", &future]);
    assert!(removed.status.success(), "{}", text(&removed));
    let doctor = text(&place.run(&["doctor", "--offline"]));
    assert!(!doctor.contains("2031"), "{doctor}");
    assert_eq!(listed(&place).1.len(), 2);
}

#[test]
fn a_later_day_is_built_where_the_records_prove_that_the_clock_is_behind() {
    let place = Place::new();
    // The newest records of this company are of February 2026; it is January here.
    let (raw, data) = (place.path("raw"), place.path("data"));
    let build = |as_of: &str| {
        let folders = [&raw, &data].map(|folder| folder.to_str().expect("a name in Unicode"));
        let [raw, data] = folders;
        let arguments = [
            "tidemark", "build", "--json", "--raw", raw, "--data", data, "--as-of", as_of,
        ];
        Cli::parse_from(arguments).run_at("2026-01-10T05:00:00Z".parse().expect("an instant"))
    };
    build("2026-02-20").expect("a build");
    assert!(build("2026-06-20").is_err());
}

#[test]
fn a_lost_pointer_leads_to_the_newest_snapshot_and_the_next_build_repairs_it() {
    let place = Place::new();
    for content in [Some(""), Some("garbage"), None] {
        let pointer = place.path("data/current");
        match content {
            Some(content) => std::fs::write(&pointer, content).expect("a written file"),
            None => std::fs::remove_file(&pointer).expect("a removed file"),
        }
        assert_eq!(listed(&place).0, "2026-02-20", "{content:?}");
        let doctor = place.run(&["doctor", "--offline"]);
        assert!(!doctor.status.success());
        assert!(text(&doctor).contains("rollback ID"), "{}", text(&doctor));
    }
    let built = place.run(&["build", "--as-of", "2026-02-20"]);
    assert!(built.status.success(), "{}", text(&built));
    let doctor = place.run(&["doctor", "--offline"]);
    assert!(doctor.status.success(), "{}", text(&doctor));
}
