//! Bad data as an operator meets it: what stops a build, what only warns, and where the rows are.

use std::fs;

use serde_json::Value;

use crate::place::{BUILD, Place, text};

impl Place {
    /// Writes a raw file.
    fn raw(&self, path: &str, text: &str) {
        let path = self.path(&format!("raw/{path}"));
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a written file");
    }

    /// Replaces words in a raw file.
    fn change(&self, path: &str, from: &str, to: &str) {
        let old = fs::read_to_string(self.path(&format!("raw/{path}"))).expect("a file");
        assert!(old.contains(from), "{path} has no {from}");
        self.raw(path, &old.replacen(from, to, 1));
    }
}

/// Tickets whose creation is written in this way.
fn tickets(created_at: &str) -> String {
    (1..=12)
        .map(|id| format!("{{\"id\":{id},\"status\":\"open\",\"created_at\":\"{created_at}\"}}\n"))
        .collect()
}

#[test]
fn a_retyped_column_stops_the_build_and_the_last_snapshot_stays() {
    let place = Place::new();
    place.raw("zendesk/tickets.jsonl", &tickets("06/03/2026"));
    let words = [
        "not published",
        "zendesk tickets",
        "created_at",
        "no possible point in time",
        "zendesk/tickets.jsonl:1",
    ];
    place.fails(&BUILD, 3, &words);
    let listed = text(&place.run(&["snapshots"]));
    assert!(listed.contains(place.current().trim()), "{listed}");
    // The same column, readable again, is published.
    place.raw("zendesk/tickets.jsonl", &tickets("2026-02-19T10:00:00Z"));
    assert!(place.run(&BUILD).status.success());
}

#[test]
fn a_renamed_column_is_suggested() {
    let place = Place::new();
    place.raw("salesforce/Account.csv", "Id,Name\n001000000000001,Acme\n");
    place.raw(
        "salesforce/Lead.csv",
        "Id,CreateDate,IsConverted\n00Q000000000001,2026-01-01,false\n",
    );
    let words = [
        "salesforce/Lead.csv",
        "no column CreatedDate",
        "found Id, CreateDate, IsConverted",
        "CreateDate looks like it",
    ];
    place.fails(&BUILD, 3, &words);
}

#[test]
fn a_broken_source_contract_keeps_its_rows_and_is_summarised() {
    let place = Place::new();
    place.change(
        "stripe/subscriptions.jsonl",
        "\"customer\": \"cus_1\"",
        "\"customer\": null",
    );
    place.fails(
        &BUILD,
        3,
        &[
            "`stripe__subscriptions.customer_id` is never empty",
            "1 row fails",
            "failing/",
        ],
    );
    let name = "source_not_null_stripe__subscriptions_customer_id";
    let file = place.path(&format!("data/failing/{name}.jsonl"));
    let kept = fs::read_to_string(&file).expect("the failing rows");
    assert!(
        kept.lines().count() == 1 && kept.contains("\"id\":\"sub_1\""),
        "{kept}"
    );

    let check = place.run(&["check", "--as-of", "2026-02-20", "--json"]);
    assert_eq!(check.status.code(), Some(3), "{}", text(&check));
    let report: Value = serde_json::from_slice(&check.stdout).expect("JSON");
    let checks = report["checks"].as_array().expect("checks");
    let found = checks
        .iter()
        .find(|c| c["name"] == name)
        .expect("the check");
    assert_eq!(
        (
            &found["outcome"],
            &found["failing"],
            &found["error_if"],
            &found["samples"][0]["id"]
        ),
        (&"fail".into(), &1.into(), &"!= 0".into(), &"sub_1".into())
    );
    // Nothing was built on it: no check of a model has run.
    assert!(checks.iter().all(|c| {
        c["target"]
            .as_str()
            .is_some_and(|t| t.contains("__") && !t.starts_with("stg_"))
    }));

    let check = place.run(&["check", "--as-of", "2026-02-20"]);
    let printed = text(&check);
    for words in [
        "stripe__subscriptions",
        "error: `stripe__subscriptions.customer_id`",
        "\"id\":\"sub_1\"",
        "1 errors",
    ] {
        assert!(printed.contains(words), "{words} is not in\n{printed}");
    }
    // A build that passes leaves no rows of an earlier one.
    place.change(
        "stripe/subscriptions.jsonl",
        "\"customer\": null",
        "\"customer\": \"cus_1\"",
    );
    assert!(place.run(&BUILD).status.success());
    assert!(!file.exists());
}

#[test]
fn a_new_column_is_told_once() {
    let place = Place::new();
    place.change("stripe/customers.jsonl", "{", "{\"loyalty\": 7, ");
    let first = place.run(&BUILD);
    let words = "stripe customers has a new column loyalty; it stays in the raw files (first: stripe/customers.jsonl:1)";
    assert!(
        first.status.success() && text(&first).contains(words),
        "{}",
        text(&first)
    );
    let second = place.run(&BUILD);
    assert!(
        second.status.success() && !text(&second).contains("loyalty"),
        "{}",
        text(&second)
    );
}
