//! What the quality report tells of identity: rates by source and method, and what belongs to no account.

use std::path::Path;

use crate::support::{Published, build};
use tidemark_shared::api::{Identity, QualityReport};

fn story(name: &str, as_of: &str) -> Published {
    let stories = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/stories");
    build(&stories.join(name).join("raw"), as_of, &[]).expect("a build")
}

fn rates(identity: &Identity) -> Vec<String> {
    let told = identity.rates.iter().map(|r| {
        format!(
            "{} {} {} {}",
            r.source, r.match_method, r.records, r.tickets
        )
    });
    told.collect()
}

#[test]
fn rates_and_unmatched_records_are_told_and_served() {
    let published = story("23-identity", "2026-01-10");
    let identity = &published.built.report.identity;
    assert_eq!(
        rates(identity),
        [
            "stripe override 1 0",
            "stripe id 3 0",
            "stripe domain 1 0",
            "stripe name 2 0",
            "stripe none 3 0",
            "zendesk override 1 1",
            "zendesk id 1 1",
            "zendesk name 1 1",
            "zendesk none 2 2",
        ]
    );
    let unmatched: Vec<&str> = identity
        .unmatched
        .iter()
        .map(|record| record.record_id.as_str())
        .collect();
    assert_eq!(
        unmatched,
        [
            "cus_nowhere_unique",
            "cus_same_name_1",
            "cus_same_name_2",
            "4",
            "5"
        ]
    );
    let document = published
        .snapshot
        .read_file("quality.json")
        .expect("the published report");
    let served: QualityReport = serde_json::from_slice(&document).expect("a report");
    assert_eq!(&served.identity, identity);
}

#[test]
fn what_weighs_most_comes_first() {
    let published = story("20-generic-billing-only", "2026-04-15");
    let identity = &published.built.report.identity;
    let weights: Vec<(&str, i64)> = identity
        .unmatched
        .iter()
        .map(|record| (record.record_id.as_str(), record.mrr))
        .collect();
    assert_eq!(weights, [("C1", 8050), ("C3", 3000), ("C2", 0), ("C4", 0)]);
    assert_eq!(rates(identity), ["billing none 4 0"]);
}
