//! What was checked: what did not pass first, with its rule, its rows and where they are; then,
//! folded, what passed.

use leptos::prelude::*;
use serde_json::{Map, Value};
use tidemark_shared::api::{CheckResult, Finding, Outcome, QualityReport, Severity};
use tidemark_shared::format;

use super::quarantine::QUARANTINED;
use super::records;
use crate::ui::{
    Cell, Column, capitalized, code, counted, fold, lines, scrolling_table, section, span,
};

/// Id and title.
pub(super) const PART: (&str, &str) = ("checks", "Checks");

/// Checks and findings; what is in quarantine has a part of its own.
pub(super) fn part(report: &QualityReport) -> AnyView {
    // The worst first; passes over the list, as sorting would be more program than all else here.
    let with = |outcome| report.checks.iter().filter(move |c| c.outcome == outcome);
    let passed: Vec<&CheckResult> = with(Outcome::Pass).collect();
    let noticed = [Outcome::Fail, Outcome::Warn].into_iter().flat_map(with);
    let noticed: Vec<&CheckResult> = noticed.collect();
    let findings = [Severity::Error, Severity::Warn]
        .into_iter()
        .flat_map(|severity| {
            let all = report.findings.iter();
            all.filter(move |f| f.code != QUARANTINED && f.severity == severity)
        });
    let findings: Vec<&Finding> = findings.collect();
    let about = match (noticed.len() + findings.len(), report.findings.len()) {
        (0, 0) => "Every check passed, and nothing unusual was found while reading the data.",
        (0, _) => {
            "Every check passed. Some records could not be read and are in quarantine, below."
        }
        _ => {
            "An error stops a snapshot from being published, and the previous one stays in place. A warning is published and listed here."
        }
    };
    let count = |outcome| noticed.iter().filter(|c| c.outcome == outcome).count();
    let badges = [
        ("failed", "badge bad", count(Outcome::Fail)),
        ("warned", "badge warn", count(Outcome::Warn)),
        ("passed", "badge good", passed.len()),
    ];
    let badges = badges.map(|(word, class, count)| {
        // Nothing to worry about needs no colour.
        let class = if count == 0 { "badge" } else { class };
        span(class, format!("{} {word}", format::count(count as i64)))
    });
    let noticed = noticed.into_iter().map(did_not_pass);
    let mut body: Vec<AnyView> = noticed.chain(findings.into_iter().map(found)).collect();
    body.push(folded(&passed));
    section(PART.0, PART.1, badges.into(), about.to_owned(), body)
}

/// One thing to look at.
fn issue(outcome: Outcome, message: &str, facts: &[String], samples: Option<AnyView>) -> AnyView {
    let badge = match outcome {
        Outcome::Fail => span("badge bad", "error".to_owned()),
        _ => span("badge warn", "warning".to_owned()),
    };
    let samples = samples.map(|samples| {
        let summary = "Show samples".to_owned().into_any();
        fold(String::new(), false, vec![summary], vec![samples])
    });
    view! {
        <div class="issue" data-testid="issue">
            {badge}
            <div>
                <p>{capitalized(&message.replace('`', ""))}</p>
                {span("muted", facts.join(" · "))}
                {samples}
            </div>
        </div>
    }
    .into_any()
}

fn did_not_pass(check: &CheckResult) -> AnyView {
    let mut facts = vec![place(check), kind(check)];
    // Of an age or a volume there is nothing but the message.
    if !check.samples.is_empty() || check.kept.is_some() {
        facts.push(counted(&format::count(check.failing as i64), "failing row"));
    }
    facts.push(rule(check));
    let kept = check.kept.iter();
    facts.extend(kept.map(|file| format!("rows saved in {file} in the data folder")));
    let samples = (!check.samples.is_empty()).then(|| sampled(&check.name, &check.samples));
    issue(check.outcome, &check.message, &facts, samples)
}

fn found(finding: &Finding) -> AnyView {
    let outcome = match finding.severity {
        Severity::Warn => Outcome::Warn,
        Severity::Error => Outcome::Fail,
    };
    let mut facts = vec![finding.place.clone(), finding.code.replace('_', " ")];
    if finding.count > 1 {
        facts.push(counted(&format::count(finding.count as i64), "record"));
    }
    let samples = (!finding.samples.is_empty()).then(|| lines(finding.samples.clone()));
    issue(outcome, &finding.message, &facts, samples)
}

/// What kind of check it is, in words.
pub(super) fn kind(check: &CheckResult) -> String {
    check.kind.replace('_', " ")
}

/// What a check judges: `customers.customer_id`.
fn place(check: &CheckResult) -> String {
    match &check.column {
        Some(column) => format!("{}.{column}", check.target),
        None => check.target.clone(),
    }
}

/// What makes a check warn or fail, in words.
fn rule(check: &CheckResult) -> String {
    let rows = |condition: &str| match condition {
        "!= 0" | "> 0" => "if any row fails".to_owned(),
        _ => format!("if the number of failing rows is {condition}"),
    };
    match check.severity {
        Severity::Warn => format!("warns {}", rows(&check.warn_if)),
        Severity::Error if check.warn_if == check.error_if => {
            format!("stops publishing {}", rows(&check.error_if))
        }
        Severity::Error => format!(
            "warns {}, stops publishing {}",
            rows(&check.warn_if),
            rows(&check.error_if)
        ),
    }
}

/// Failing rows as a table; they have the same columns.
fn sampled(name: &str, samples: &[Map<String, Value>]) -> AnyView {
    records(format!("Failing rows of {name}"), samples)
}

/// Checks that passed, folded away: there are hundreds, to be looked up when needed.
fn folded(passed: &[&CheckResult]) -> AnyView {
    let row = |check: &&CheckResult| {
        vec![
            Cell::View(code(place(check))),
            kind(check).into(),
            capitalized(&rule(check)).into(),
        ]
    };
    let rows = passed.iter().map(row).collect();
    let columns = ["What is checked", "Check", "On failure"].map(Column::text);
    let count = counted(&format::count(passed.len() as i64), "check");
    fold(
        "passed".to_owned(),
        false,
        vec![format!("{count} passed").into_any()],
        vec![scrolling_table(
            "Checks that passed".to_owned(),
            &columns,
            rows,
        )],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(severity: &str, warn_if: &str, error_if: &str) -> CheckResult {
        serde_json::from_value(serde_json::json!({
            "name": "unique_customers_customer_id", "kind": "unique", "target": "customers", "column": "customer_id",
            "severity": severity, "warn_if": warn_if, "error_if": error_if, "outcome": "fail", "failing": 3,
        }))
        .expect("a check")
    }

    #[test]
    fn thresholds_are_written_in_words() {
        let said = |severity, warn_if, error_if| rule(&check(severity, warn_if, error_if));
        assert_eq!(said("warn", "!= 0", "!= 0"), "warns if any row fails");
        assert_eq!(
            said("warn", "> 5", "!= 0"),
            "warns if the number of failing rows is > 5"
        );
        assert_eq!(
            said("error", "!= 0", "!= 0"),
            "stops publishing if any row fails"
        );
        assert_eq!(
            said("error", "!= 0", "> 100"),
            "warns if any row fails, stops publishing if the number of failing rows is > 100"
        );
    }

    #[test]
    fn a_check_is_placed_by_table_and_column() {
        let mut one = check("error", "!= 0", "!= 0");
        assert_eq!(place(&one), "customers.customer_id");
        one.column = None;
        assert_eq!(place(&one), "customers");
    }
}
