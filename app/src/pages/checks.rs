//! What was checked before the numbers were published: counts, what did not pass with samples, and every check.

use leptos::prelude::*;
use tidemark_shared::api::{CheckResult, Finding, Outcome, QualityReport, Severity};
use tidemark_shared::format;

/// The quality report as a card.
#[component]
pub(super) fn Checks(report: QualityReport) -> impl IntoView {
    let QualityReport {
        checks, findings, ..
    } = report;
    let badges = [Outcome::Pass, Outcome::Warn, Outcome::Fail]
        .into_iter()
        .map(|outcome| {
            let count = checks.iter().filter(|c| c.outcome == outcome).count();
            let (class, word) = looks(outcome);
            // Nothing to worry about needs no colour.
            let class = if count == 0 { "badge" } else { class };
            view! {
                <span class=class data-testid=format!("checks-{word}")>
                    {format!("{} {word}", format::count(count as i64))}
                </span>
            }
        })
        .collect_view();
    let noticed: Vec<Noticed> = checks
        .iter()
        .filter(|check| check.outcome != Outcome::Pass)
        .map(Noticed::from)
        .chain(findings.iter().map(Noticed::from))
        .collect();
    let noticed = if noticed.is_empty() {
        view! { <p class="card-text">"Every check passed, and nothing unusual was found while reading the data."</p> }
            .into_any()
    } else {
        view! { <NoticedTable noticed=noticed /> }.into_any()
    };
    view! {
        <section class="card" aria-label="Checks" data-testid="checks">
            <div class="chart-head">
                <h2>"Checks and findings"</h2>
                {badges}
            </div>
            {noticed}
            <AllChecks checks=checks />
        </section>
    }
}

const fn looks(outcome: Outcome) -> (&'static str, &'static str) {
    match outcome {
        Outcome::Pass => ("badge good", "passed"),
        Outcome::Warn => ("badge warn", "warned"),
        Outcome::Fail => ("badge bad", "failed"),
    }
}

/// A check that did not pass, or a finding.
struct Noticed {
    outcome: Outcome,
    name: String,
    message: String,
    rows: u64,
    samples: Vec<String>,
}

impl From<&CheckResult> for Noticed {
    fn from(check: &CheckResult) -> Noticed {
        let sample = |row: &serde_json::Map<String, serde_json::Value>| {
            let cells: Vec<String> = row
                .iter()
                .map(|(key, value)| format!("{key}: {value}"))
                .collect();
            cells.join(", ")
        };
        Noticed {
            outcome: check.outcome,
            name: check.name.clone(),
            message: check.message.clone(),
            rows: check.failing,
            samples: check.samples.iter().map(sample).collect(),
        }
    }
}

impl From<&Finding> for Noticed {
    fn from(finding: &Finding) -> Noticed {
        Noticed {
            outcome: match finding.severity {
                Severity::Warn => Outcome::Warn,
                Severity::Error => Outcome::Fail,
            },
            name: format!("{} in {}", finding.code, finding.place),
            message: finding.message.clone(),
            rows: finding.count,
            samples: finding.samples.clone(),
        }
    }
}

#[component]
fn NoticedTable(noticed: Vec<Noticed>) -> impl IntoView {
    let rows = noticed
        .into_iter()
        .map(|one| {
            let (class, word) = looks(one.outcome);
            let samples = (!one.samples.is_empty()).then(|| {
                let items = one
                    .samples
                    .into_iter()
                    .map(|text| view! { <li><code>{text}</code></li> });
                view! {
                    <details>
                        <summary>"Samples"</summary>
                        <ul class="samples">{items.collect_view()}</ul>
                    </details>
                }
            });
            view! {
                <tr>
                    <th scope="row">{one.name}</th>
                    <td class="text">
                        <span class=class>{word}</span>
                    </td>
                    <td class="text wrap">{one.message} {samples}</td>
                    <td>{format::count(one.rows as i64)}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="table-wrap free">
            <table class="data">
                <thead>
                    <tr>
                        <th scope="col">"Check or finding"</th>
                        <th scope="col" class="text">"Outcome"</th>
                        <th scope="col" class="text">"What it says"</th>
                        <th scope="col">"Rows"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

/// Every check, folded away: nobody reads two hundred that passed, but they can be looked up.
#[component]
fn AllChecks(checks: Vec<CheckResult>) -> impl IntoView {
    let count = checks.len();
    let rows = checks
        .into_iter()
        .map(|check| {
            let (class, word) = looks(check.outcome);
            let place = match check.column {
                Some(column) => format!("{}.{column}", check.target),
                None => check.target,
            };
            view! {
                <tr>
                    <th scope="row">{place}</th>
                    <td class="text">{check.kind.replace('_', " ")}</td>
                    <td class="text">
                        <span class=class>{word}</span>
                    </td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <details class="all-checks">
            <summary data-testid="all-checks">{format!("All {} checks", format::count(count as i64))}</summary>
            <div class="table-wrap" tabindex="0" role="region" aria-label="All checks">
                <table class="data">
                    <thead>
                        <tr>
                            <th scope="col">"What is checked"</th>
                            <th scope="col" class="text">"Check"</th>
                            <th scope="col" class="text">"Outcome"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </details>
    }
}
