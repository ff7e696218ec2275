//! What the checks find on the real engine: staleness, volume, fan-out, thresholds.

use std::fs;

use chrono::{Days, NaiveDate};
use chrono_tz::Tz;
use tidemark_engine::{Engine, EngineError};
use tidemark_project::{Dialect, Files, Project, Vars, Verdict};
use tidemark_shared::api::{CheckResult, MeasuredTable, Outcome, QualityReport, SourceState};

use crate::support::{Published, build};

const AS_OF: &str = "2026-06-30";

/// Builds a support desk with so many tickets `n` weeks before the as-of day, each on the last day of its week.
fn desk(weeks: &[u32], days_late: u64) -> Published {
    let raw = tempfile::tempdir().expect("a temporary folder");
    let end = AS_OF.parse::<NaiveDate>().expect("a day");
    let mut text = String::new();
    for (week, count) in weeks.iter().enumerate() {
        let day = end - Days::new(7 * week as u64 + days_late);
        for n in 0..*count {
            // Twice: a later version of a ticket is no new ticket.
            for status in ["open", "solved"] {
                text += &format!(
                    "{{\"id\":\"{week}-{n}\",\"status\":\"{status}\",\"created_at\":\"{day}T10:00:00Z\",\"updated_at\":\"{day}T11:00:00Z\"}}\n"
                );
            }
        }
    }
    fs::create_dir(raw.path().join("zendesk")).expect("a folder");
    fs::write(raw.path().join("zendesk/tickets.jsonl"), text).expect("a file");
    build(raw.path(), AS_OF, &[]).expect("a build")
}

fn check<'a>(report: &'a QualityReport, name: &str) -> &'a CheckResult {
    let found = report.checks.iter().find(|check| check.name == name);
    found.unwrap_or_else(|| panic!("no check {name}"))
}

fn tickets(report: &QualityReport) -> &MeasuredTable {
    let mut tables = report.tables.iter();
    tables
        .find(|table| table.table == "zendesk__tickets")
        .expect("the tickets")
}

#[test]
fn volume_is_compared_with_the_eight_weeks_before() {
    let name = "source_volume_as_before_zendesk__tickets_created_at";
    // Last week, then the eight before it; their median is 20.
    for (last, expected) in [
        (6, Outcome::Warn),
        (7, Outcome::Pass),
        (60, Outcome::Pass),
        (61, Outcome::Warn),
    ] {
        let published = desk(&[last, 10, 40, 20, 0, 20, 25, 15, 30], 0);
        let report = &published.built.report;
        assert_eq!(check(report, name).outcome, expected, "{last}");
        let volume = tickets(report).volume.as_ref().expect("a volume");
        assert_eq!(
            (volume.days, volume.last, volume.usual),
            (7, i64::from(last), Some(20))
        );
    }
    // Too little history, and too few tickets to say what is usual.
    for weeks in [
        &[0, 20, 20, 20, 20, 20, 20, 20][..],
        &[0, 9, 9, 9, 9, 9, 9, 9, 9],
    ] {
        let published = desk(weeks, 0);
        assert_eq!(check(&published.built.report, name).outcome, Outcome::Pass);
    }
}

#[test]
fn freshness_is_judged_on_the_as_of_day() {
    for (days, outcome, state) in [
        (3, Outcome::Pass, SourceState::Fresh),
        (4, Outcome::Warn, SourceState::Stale),
    ] {
        let published = desk(&[1], days);
        let found = check(&published.built.report, "source_freshness_zendesk__tickets");
        assert_eq!(found.outcome, outcome, "{}", found.message);
        let freshness = tickets(&published.built.report).freshness.as_ref();
        assert_eq!(freshness.expect("a freshness").age_days, Some(days as i64));
        let sources = &published.snapshot.manifest().sources;
        let zendesk = sources.iter().find(|source| source.name == "zendesk");
        assert_eq!(zendesk.expect("the source").status, state);
    }
}

#[test]
fn every_check_of_every_source_runs_where_nothing_has_happened_yet() {
    let raw = tempfile::tempdir().expect("a temporary folder");
    for file in [
        "stripe/customers",
        "stripe/subscriptions",
        "stripe/invoices",
        "salesforce/Account",
        "zendesk/tickets",
        "billing/subscription_periods",
        "crm/accounts",
        "support/tickets",
    ] {
        let path = raw.path().join(format!("{file}.jsonl"));
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, "").expect("a file");
    }
    let published = build(raw.path(), AS_OF, &[]).expect("a build");
    let report = &published.built.report;
    for source in [
        "stripe",
        "salesforce",
        "zendesk",
        "billing",
        "crm",
        "support",
    ] {
        let of_source = |check: &&CheckResult| check.target.starts_with(&format!("{source}__"));
        assert!(
            report.checks.iter().any(|check| of_source(&check)),
            "{source}"
        );
        assert!(
            report
                .tables
                .iter()
                .any(|table| table.table.starts_with(source)),
            "{source}"
        );
    }
    // What is not there is not checked.
    assert!(
        report
            .checks
            .iter()
            .all(|check| !check.target.starts_with("reference__"))
    );
}

/// A project of two seeds and a model over them, with the tests given for the model.
fn judged(tests: &str) -> Vec<(String, u64, Verdict)> {
    let embedded = Files::embedded();
    let mut files = Files::default();
    files.insert("dbt_project.yml", "vars: {}");
    let generic = embedded
        .text("macros/generic_tests.sql")
        .expect("the tests");
    // The volume test needs the vars of a build; it has a test of its own.
    let generic = generic.split("{#- As many new records").next();
    files.insert("macros/generic_tests.sql", generic.expect("a text"));
    files.insert("seeds/orders.csv", "id,customer\n1,a\n2,a\n3,b\n");
    files.insert("seeds/customers.csv", "name,tag\na,x\na,y\nb,z\n");
    files.insert(
        "marts/joined.sql",
        "select o.id, o.customer, c.tag from {{ ref('orders') }} as o inner join {{ ref('customers') }} as c on c.name = o.customer",
    );
    files.insert(
        "marts/_marts.yml",
        format!("models: [{{name: joined, description: Orders., data_tests: [{tests}]}}]"),
    );
    let project = Project::read(&files).expect("a project");
    let mut engine = Engine::new(Tz::UTC);
    engine.add_seeds(&project).expect("seeds");
    engine
        .run(
            &project,
            &Vars::default(),
            &[],
            &["joined", "orders", "customers"],
            &mut |_, _| Ok::<(), EngineError>(()),
        )
        .expect("the model");
    let checks = project
        .checks(Dialect::Polars, &Vars::default())
        .expect("checks");
    checks
        .iter()
        .map(|check| {
            let judged = engine.check(check, 10).expect("a check");
            (
                check.name.clone(),
                judged.failing,
                check.rule.judge(judged.failing),
            )
        })
        .collect()
}

#[test]
fn a_join_that_multiplies_rows_is_found() {
    let tests = "same_rows_as: {arguments: {to: \"ref('orders')\"}}}, {at_most_rows_of: {arguments: {to: \"ref('orders')\"}}";
    let found = judged(&format!("{{{tests}}}"));
    let verdicts: Vec<_> = found.iter().map(|(_, failing, v)| (*failing, *v)).collect();
    assert_eq!(
        verdicts,
        [(1, Verdict::Fail), (1, Verdict::Fail)],
        "5 rows of 3"
    );
}

#[test]
fn thresholds_and_conditions_decide() {
    let unique = |config: &str| {
        let test = format!(
            "{{unique_combination: {{arguments: {{columns: [id]}}, config: {{{config}}}}}}}"
        );
        let found = judged(&test);
        (found[0].1, found[0].2)
    };
    // Orders 1 and 2 are there twice.
    assert_eq!(unique(""), (2, Verdict::Fail));
    assert_eq!(unique("severity: warn"), (2, Verdict::Warn));
    assert_eq!(unique("error_if: \"> 2\""), (2, Verdict::Warn));
    assert_eq!(
        unique("warn_if: \"> 2\", error_if: \"> 5\""),
        (2, Verdict::Pass)
    );
    assert_eq!(unique("where: \"customer = 'b'\""), (0, Verdict::Pass));
}
