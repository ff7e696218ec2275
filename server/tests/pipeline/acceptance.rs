//! Marts computed independently from the same raw files: ours must be equal, cell by cell. The sets are not part of the project:
//! `TIDEMARK_ACCEPTANCE` names the folder that has them, else one beside the checkout is tried; without either the tests say that they skip.

use std::fs;
use std::path::{Path, PathBuf};

use crate::events;
use crate::support::{build, rows};
use tidemark_shared::mart::MARTS;

/// Marts the sets do not have: laws hold them to those they do.
const OURS: [&str; 4] = [
    "customer_events",
    "churn_reasons",
    "acquisition_funnel",
    "annotations",
];

fn set(name: &str) -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/acceptance");
    let folder = std::env::var_os("TIDEMARK_ACCEPTANCE")
        .map_or(beside, PathBuf::from)
        .join(name);
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("SKIPPED: the acceptance set {name} is not here");
    None
}

/// Builds a set and compares every mart; returns how many rows are in quarantine.
fn check(name: &str, settings: &[(&str, &str)]) -> Option<u64> {
    let folder = set(name)?;
    let as_of = fs::read_to_string(folder.join("as_of")).expect("the as-of day");
    let published = build(&folder.join("raw"), &as_of, settings).expect("a build");
    let mut differences = Vec::new();
    events::add_up(&published).expect(name);
    for mart in MARTS.iter().filter(|mart| !OURS.contains(&mart.name)) {
        let expected = fs::read_to_string(folder.join(format!("marts/{}.csv", mart.name)))
            .expect("an expected mart");
        let (expected, got) = (rows(&expected), rows(&published.csv(mart.name)));
        if expected != got {
            let missing = expected.iter().find(|row| !got.contains(row));
            let extra = got.iter().find(|row| !expected.contains(row));
            differences.push(format!(
                "{}: {} rows, expected {}; missing {missing:?}, extra {extra:?}",
                mart.name,
                got.len(),
                expected.len()
            ));
        }
    }
    assert!(differences.is_empty(), "{name}\n{}", differences.join("\n"));
    Some(published.built.quarantined)
}

#[test]
fn a_clean_company_equals_the_oracle_in_every_mart() {
    if let Some(quarantined) = check("acme", &[]) {
        assert_eq!(quarantined, 0);
    }
}

#[test]
fn a_dirty_company_in_another_time_zone_equals_the_oracle_in_every_mart() {
    if let Some(quarantined) = check("acme-nasty", &[("timezone", "America/New_York")]) {
        assert_eq!(quarantined, 19);
    }
}
