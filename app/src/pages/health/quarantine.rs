//! Records that could not be read, by object: which line of which file, and why.

use leptos::prelude::*;
use tidemark_shared::api::Finding;
use tidemark_shared::format;

use crate::ui::{capitalized, counted, fold, lines, section, span};

/// Id and title.
pub(super) const PART: (&str, &str) = ("quarantine", "Quarantine");

/// Code of the findings this part shows.
pub(super) const QUARANTINED: &str = "quarantined";

/// As many lines are shown without a press.
const OPEN_LINES: usize = 30;

/// What is in quarantine.
pub(super) fn part(findings: &[Finding]) -> AnyView {
    let objects: Vec<&Finding> = findings
        .iter()
        .filter(|finding| finding.code == QUARANTINED)
        .collect();
    let all: u64 = objects.iter().map(|object| object.count).sum();
    let (badge, about) = match all {
        0 => (
            span("badge good", "empty".to_owned()),
            "Every record could be read; none was excluded.",
        ),
        _ => (
            span("badge warn", counted(&format::count(all as i64), "record")),
            "These records could not be read and are not part of any number. The file quarantine.jsonl in the data folder holds them in full. Correct them in the source system; the next build includes them.",
        ),
    };
    let few = objects.iter().map(|o| o.samples.len()).sum::<usize>() <= OPEN_LINES;
    let items = objects.into_iter().map(|object| one(object, few)).collect();
    section(PART.0, PART.1, vec![badge], about.to_owned(), items)
}

fn one(object: &Finding, open: bool) -> AnyView {
    let title = view! { <strong>{capitalized(&object.place)}</strong> }.into_any();
    let records = counted(&format::count(object.count as i64), "record");
    let more = object.count.saturating_sub(object.samples.len() as u64);
    let mut samples = object.samples.clone();
    if more > 0 {
        let more = format::count(more as i64);
        samples.push(format!("… and {more} more in quarantine.jsonl"));
    }
    let id = format!("quarantine-{}", object.place);
    fold(
        id,
        open,
        vec![title, span("muted", records)],
        vec![lines(samples)],
    )
}
