//! Published days: what was restated between two, what is kept, and the way back.

use std::fs;

use serde_json::Value;

use crate::place::{Place, text};

/// A later day of the company than the one it is published as of.
const NEXT: [&str; 3] = ["build", "--as-of", "2026-02-21"];

/// A second customer like the first, whose records of January arrive only now.
fn late_customer(place: &Place) {
    for file in ["customers", "subscriptions", "invoices"] {
        let path = place.path(&format!("raw/stripe/{file}.jsonl"));
        let known = fs::read_to_string(&path).expect("a file");
        let mut late = known.clone();
        for (old, new) in [
            ("cus_1", "cus_2"),
            ("cus-1", "cus-2"),
            ("sub_1", "sub_2"),
            ("si_1", "si_2"),
            ("\"in_", "\"in_9"),
            ("\"il_", "\"il_9"),
        ] {
            late = late.replace(old, new);
        }
        fs::write(&path, format!("{}\n{late}", known.trim_end())).expect("a written file");
    }
}

fn built(place: &Place, arguments: &[&str], variables: &[(&str, &str)]) -> String {
    let mut command = place.command(arguments);
    command.envs(variables.iter().copied());
    let output = command.output().expect("a run");
    assert!(output.status.success(), "{}", text(&output));
    place.current().trim().to_owned()
}

fn json(place: &Place, arguments: &[&str]) -> Value {
    let output = place.run(arguments);
    assert!(output.status.success(), "{}", text(&output));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// MRR by month, as an export of a snapshot has it.
fn exported(place: &Place, id: &str) -> Vec<(String, f64)> {
    let query = format!("range=all&grain=month&chart=mrr&snapshot={id}");
    let rows = json(place, &["export", &query, "--format", "json"]);
    let rows = rows.as_array().expect("rows").iter();
    let cell = |row: &Value| {
        let month = row["start"].as_str().or(row["from"].as_str());
        let month = month.unwrap_or_else(|| panic!("no date in {row}"));
        (month[..7].to_owned(), row["mrr"].as_f64().expect("MRR"))
    };
    rows.map(cell).collect()
}

#[test]
fn late_records_are_named_with_the_months_and_customers_they_restate() {
    let place = Place::new();
    let first = place.current().trim().to_owned();
    let same = place.run(&["snapshots", "diff", "latest", "2026-02-20"]);
    assert!(
        text(&same).contains("Nothing was restated"),
        "{}",
        text(&same)
    );
    let quiet = built(&place, &NEXT, &[]);
    let told = json(&place, &["snapshots", "diff", &first, &quiet, "--json"]);
    assert_eq!(
        told["restated"],
        serde_json::json!([]),
        "a day that passed restates nothing"
    );

    late_customer(&place);
    let second = built(&place, &["build", "--as-of", "2026-02-22"], &[]);
    let told = json(
        &place,
        &["snapshots", "diff", "2026-02-20", &second[..8], "--json"],
    );
    assert_eq!(told["through"], "2026-02-20");
    assert_eq!(told["reasons"]["code_differs"], false);
    assert_eq!(told["reasons"]["settings"], serde_json::json!([]));
    let customers = told["facts"].as_array().expect("facts").iter();
    assert!(customers.clone().count() > 0);
    assert!(
        customers
            .clone()
            .all(|one| one["customer_id"] == "cus_2" && one["how"] == "added"),
        "{told}"
    );
    let restated = told["restated"].as_array().expect("metrics");
    let mrr: Vec<&Value> = restated
        .iter()
        .filter(|one| one["metric"] == "mrr")
        .collect();
    assert_eq!(mrr.len(), 2, "January and February: {told}");
    let (before, after) = (exported(&place, &first), exported(&place, &second));
    for one in mrr {
        assert_eq!(one["causes"], serde_json::json!(["data"]));
        for (side, table) in [("before", &before), ("after", &after)] {
            let month = table
                .iter()
                .find(|(month, _)| one["month"] == month.as_str());
            assert_eq!(
                one[side].as_f64(),
                month.map(|(_, mrr)| *mrr),
                "{side} of {one}"
            );
        }
    }
    let words = text(&place.run(&["snapshots", "diff", &first]));
    for word in ["cus_2", "Jan 2026", "instead of", "late data", "came late"] {
        assert!(words.contains(word), "{word:?} is not in {words}");
    }
}

#[test]
fn a_changed_policy_is_named_as_the_cause_of_what_it_shapes() {
    let place = Place::new();
    let first = place.current().trim().to_owned();
    let second = built(&place, &NEXT, &[("TIDEMARK_TIMEZONE", "America/New_York")]);
    let told = json(&place, &["snapshots", "diff", &first, &second, "--json"]);
    assert_eq!(told["reasons"]["settings"][0]["setting"], "timezone");
    let restated = told["restated"].as_array().expect("metrics");
    assert!(!restated.is_empty(), "a day begins elsewhere: {told}");
    assert!(
        restated
            .iter()
            .all(|one| one["causes"] == serde_json::json!(["policy"])),
        "{told}"
    );
}

#[test]
fn old_days_go_and_the_current_and_the_pinned_stay_and_can_be_gone_back_to() {
    let place = Place::new();
    let first = place.current().trim().to_owned();
    assert!(
        place
            .run(&["snapshots", "pin", "2026-02-20"])
            .status
            .success()
    );
    let few = [
        ("TIDEMARK_RETENTION_DAILY", "1"),
        ("TIDEMARK_RETENTION_WEEKLY", "1"),
        ("TIDEMARK_RETENTION_MONTHLY", "1"),
    ];
    let second = built(&place, &NEXT, &few);
    let third = built(&place, &["build", "--as-of", "2026-02-22"], &few);
    let ids = || -> Vec<String> {
        let list = json(&place, &["snapshots", "--json"]);
        let entries = list.as_array().expect("entries").iter();
        entries
            .map(|one| one["snapshot_id"].as_str().expect("an id").to_owned())
            .collect()
    };
    assert_eq!(
        ids(),
        [third.clone(), first.clone()],
        "the day between is gone"
    );
    place.fails(
        &["snapshots", "rollback", &second],
        1,
        &["there is no snapshot", &second],
    );
    place.fails(
        &["snapshots", "rollback", "2026-02-21"],
        1,
        &["there is no snapshot 2026-02-21"],
    );
    place.fails(
        &["snapshots", "diff", "yesterday"],
        2,
        &["names no snapshot", "YYYY-MM-DD"],
    );
    let back = place.run(&["snapshots", "rollback", "2026-02-20"]);
    assert!(back.status.success(), "{}", text(&back));
    assert_eq!(place.current().trim(), first);
    // What is served now is kept, and so is the newest day.
    let pruned = json(&place, &["snapshots", "prune", "--json"]);
    assert_eq!(pruned, serde_json::json!([]));
    assert_eq!(ids().len(), 2);
}
