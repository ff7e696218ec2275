//! Columns that vanish, change their type or appear, and new words: told with object, column, expected and found.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::collections::BTreeMap;

use common::{column, landed};
use tidemark_landing::{Finding, Known, Landed, Severity, new_since};

/// The messages of a severity.
fn told(landed: &Landed, severity: Severity) -> Vec<String> {
    let findings = landed.findings.iter();
    let of = findings.filter(|finding| finding.severity == severity);
    of.map(|finding| finding.message.clone()).collect()
}

fn names<T>(seen: &BTreeMap<String, BTreeMap<String, T>>) -> Known {
    seen.iter()
        .map(|(place, names)| (place.clone(), names.keys().cloned().collect()))
        .collect()
}

/// What is new in `now` beside `before`.
fn new(before: &Landed, now: &Landed) -> Vec<Finding> {
    new_since(
        &names(&before.seen.fields),
        &names(&before.seen.values),
        now,
    )
}

#[test]
fn a_missing_column_of_a_csv_file_is_named_with_its_look_alike() {
    let landed = landed(&[
        ("crm/accounts.csv", "account_id,Name\n1,a\n"),
        (
            "billing/subscription_periods.csv",
            "subscription_id,customerId,start_date,monthly_amount\ns,c,2026-01-01,5\n",
        ),
    ]);
    assert_eq!(
        told(&landed, Severity::Error),
        [
            "billing/subscription_periods.csv has no column customer_id: expected customer_id, \
             found subscription_id, customerId, start_date, monthly_amount; customerId looks like it: rename it back to customer_id"
        ]
    );
}

#[test]
fn a_file_without_its_key_is_told_once_and_not_row_by_row() {
    let landed = landed(&[(
        "zendesk/tickets.csv",
        "ticket,status,created_at\n1,open,2026-01-01\n2,open,2026-01-01\n",
    )]);
    assert_eq!(
        told(&landed, Severity::Error),
        ["zendesk/tickets.csv has no column id: expected id, found ticket, status, created_at"]
    );
    assert!(landed.quarantine.is_empty());
}

#[test]
fn a_column_that_no_json_record_has_is_missing() {
    let file = |second: &str| {
        let lines = [
            r#"{"id":1,"status":"open","createdAt":"2026-01-01"}"#,
            second,
        ];
        landed(&[("zendesk/tickets.jsonl", lines.join("\n").as_str())])
    };
    assert_eq!(
        told(&file(r#"{"id":2,"status":"open"}"#), Severity::Error),
        [
            "zendesk tickets has no column created_at: expected created_at, found createdAt, id, status; \
             createdAt looks like it: rename it back to created_at"
        ]
    );
    // One record that has it, even empty, shows that the vendor still gives it.
    let whole = file(r#"{"id":2,"status":"open","created_at":null}"#);
    assert!(told(&whole, Severity::Error).is_empty());
}

#[test]
fn deletions_and_lines_from_elsewhere_are_no_missing_columns() {
    let invoice = r#"{"id":"in_1","customer":"c","status":"paid","currency":"usd","created":1}"#;
    let line = r#"{"id":"il_1","invoice":"in_1","amount":5,"currency":"usd","period":{}}"#;
    let mut files = vec![
        (
            "stripe/customers.jsonl",
            r#"{"id":"c","object":"customer","deleted":true}"#,
        ),
        ("stripe/subscriptions.jsonl", ""),
        ("stripe/invoices.jsonl", invoice),
    ];
    let errors = told(&landed(&files), Severity::Error);
    assert!(
        errors.len() == 1 && errors[0].contains("stripe invoices has no column lines"),
        "{errors:?}"
    );
    files.push(("stripe/invoice_line_items.jsonl", line));
    assert!(told(&landed(&files), Severity::Error).is_empty());
}

#[test]
fn more_unreadable_records_than_allowed_are_one_error_that_says_why() {
    let lines = |broken: usize, all: usize| {
        let line = |at: usize| match at < broken {
            true => format!(r#"{{"id":{at},"status":"open","created_at":"soon"}}"#),
            false => format!(r#"{{"id":{at},"status":"open","created_at":"2026-01-01"}}"#),
        };
        let text = (0..all).map(line).collect::<Vec<_>>().join("\n");
        landed(&[("zendesk/tickets.jsonl", text.as_str())])
    };
    let changed = lines(5, 20);
    assert_eq!(
        told(&changed, Severity::Error),
        [
            "5 of 20 records of zendesk tickets cannot be read, and at most 20 % may be; \
             most often created_at is no possible point in time (first: zendesk/tickets.jsonl:1); \
             set date_format in the settings, such as \"%d/%m/%Y\", or export dates as 2026-01-31, \
             not as a spreadsheet's day numbers, or raise max_unreadable in [zendesk] of the settings to publish without them"
        ]
    );
    assert_eq!(changed.quarantine.len(), 5);
    assert!(told(&lines(4, 20), Severity::Error).is_empty());
    assert_eq!(told(&lines(1, 1), Severity::Error).len(), 1);
}

#[test]
fn a_value_inside_a_list_is_named_without_its_place() {
    let invoice = |at: usize| {
        let line = r#"{"id":"il","amount":"12,50","period":{}}"#;
        format!(
            r#"{{"id":"in_{at}","customer":"c","status":"paid","currency":"usd","created":1,"lines":{{"data":[{line}]}}}}"#
        )
    };
    let text = (0..10).map(invoice).collect::<Vec<_>>().join("\n");
    let landed = common::stripe("invoices", &text);
    let errors = told(&landed, Severity::Error);
    assert!(
        errors.len() == 1 && errors[0].contains("most often lines[]: amount is no whole number (first: stripe/invoices/part.jsonl:1)"),
        "{errors:?}"
    );
}

#[test]
fn new_columns_and_words_are_told_once_and_kept() {
    let file = |text: &str| landed(&[("zendesk/tickets.jsonl", text)]);
    let first = r#"{"id":1,"status":"open","created_at":null,"priority":"low"}"#;
    let second = format!(
        "{first}\n{}",
        r#"{"id":2,"status":"open","created_at":null,"priority":"p1","custom":7,"updated_at":null}"#
    );
    let (before, now) = (file(first), file(&second));
    let messages: Vec<_> = new(&before, &now)
        .into_iter()
        .map(|f| (f.code, f.severity, f.message))
        .collect();
    assert_eq!(
        messages,
        [
            (
                "new_column",
                Severity::Warn,
                "zendesk tickets has a new column custom; it stays in the raw files (first: zendesk/tickets.jsonl:2) and changes no number".to_owned()
            ),
            (
                "new_value",
                Severity::Warn,
                "zendesk tickets: priority has a new value \"p1\" in 1 rows; it is kept as it is".to_owned()
            ),
        ]
    );
    assert_eq!(column(&now, "zendesk__tickets", "priority"), ["low", "p1"]);
    assert!(new(&now, &now).is_empty(), "told once");
    // A source that was not there before is new as a whole.
    let elsewhere = landed(&[("crm/accounts.csv", "account_id,name\n1,a\n")]);
    assert!(new(&elsewhere, &now).is_empty());
}
