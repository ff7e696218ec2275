//! Fails when the code crosses a boundary of the architecture, and names the line and the reason.

use tidemark_tests::tidy::{Finding, Source, checkout, rules};

/// Every rule holds over the whole checkout.
#[test]
fn the_checkout_keeps_every_rule() {
    let sources = checkout().expect("the checkout is readable");
    let mut report = String::new();
    for rule in rules::all() {
        let findings = rule.check(&sources);
        if !findings.is_empty() {
            let lines: Vec<String> = findings.iter().map(Finding::to_string).collect();
            report += &format!("\n{}: {}\n  {}\n", rule.name, rule.why, lines.join("\n  "));
        }
    }
    assert!(report.is_empty(), "{report}");
}

/// Every rule finds each of its bad examples, alone, and passes each of its good ones.
#[test]
fn every_rule_can_fail_and_can_pass() {
    for rule in rules::all() {
        assert!(
            !rule.bad.is_empty(),
            "rule `{}` has no example that breaks it",
            rule.name
        );
        for (path, text) in rule.bad {
            let sources = Source::several(path, text);
            assert!(
                (rule.looks_at)(&sources[0]),
                "rule `{}` does not look at {path}",
                rule.name
            );
            assert!(
                !rule.check(&sources).is_empty(),
                "rule `{}` let pass in {path}:\n{text}",
                rule.name
            );
        }
        for (path, text) in rule.good {
            let sources = Source::several(path, text);
            assert!(
                (rule.looks_at)(&sources[0]),
                "rule `{}` does not look at {path}",
                rule.name
            );
            let findings = rule.check(&sources);
            assert!(
                findings.is_empty(),
                "rule `{}` refused in {path}: {findings:?}\n{text}",
                rule.name
            );
        }
    }
}

/// A rule whose files are all gone says so instead of passing.
#[test]
fn a_rule_without_files_fails() {
    for rule in rules::all() {
        assert!(
            !rule.check(&[]).is_empty(),
            "rule `{}` passes an empty checkout",
            rule.name
        );
    }
}

/// No two rules go by one name.
#[test]
fn rule_names_are_unique() {
    let mut names: Vec<&str> = rules::all().map(|rule| rule.name).collect();
    names.sort_unstable();
    let count = names.len();
    names.dedup();
    assert_eq!(names.len(), count);
}

/// The rules about metrics know the metrics: an unreadable registry would let everything pass.
#[test]
fn the_registry_of_metrics_is_read() {
    let sources = checkout().expect("the checkout is readable");
    let metrics = rules::metrics(&sources);
    assert!(metrics.contains(&("mrr", "MRR")), "{metrics:?}");
    assert!(
        metrics.len() >= 20,
        "only {} metrics: {metrics:?}",
        metrics.len()
    );
}
