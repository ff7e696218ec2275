//! Cases: small raw folders in shapes that people have, each with the facts that a build must show.
//!
//! `tests/fixtures/cases/README.md` describes `case.json`. Each build runs the binary in a folder of its own.

mod cells;
mod facts;
mod outcome;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use serde::Deserialize;
use serde_json::Value;

use outcome::Outcome;

/// Cases that do not hold yet, each with the reason. A case that holds must not be listed.
const OPEN: [(&str, &str); 0] = [];

/// A case as `case.json` describes it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    #[serde(rename = "title")]
    _title: String,
    #[serde(rename = "why")]
    _why: String,
    builds: Vec<Build>,
}

/// One build of a case.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Build {
    name: String,
    as_of: String,
    /// Environment variables.
    #[serde(default)]
    env: std::collections::BTreeMap<String, String>,
    /// The text of `tidemark.toml`, or the name of a file beside `case.json`.
    config: Option<String>,
    /// The raw folder, `raw` without it.
    raw: Option<String>,
    /// A raw folder that is built first, without the settings, into the same data folder, and must publish.
    before: Option<String>,
    expect: Vec<Value>,
}

/// What does not hold of a case, one line each.
fn failures(folder: &Path) -> Vec<String> {
    let text = fs::read_to_string(folder.join("case.json")).expect("a case");
    let case: Case =
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut failures = Vec::new();
    for build in &case.builds {
        let outcome = Outcome::of(folder, build);
        if outcome.has_crashed() {
            failures.push(format!("[{}] the build crashed", build.name));
        }
        for fact in &build.expect {
            if let Err(found) = facts::check(fact, &outcome) {
                failures.push(format!("[{}] expected {fact}, found {found}", build.name));
            }
        }
    }
    failures
}

/// Every case below the folder of fixtures, as `area/name`, in order.
fn all_cases() -> Vec<(String, PathBuf)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/cases");
    let mut cases = Vec::new();
    for area in folders(&root) {
        for case in folders(&area) {
            let name = case.strip_prefix(&root).expect("a folder below the root");
            cases.push((name.to_string_lossy().replace('\\', "/"), case.clone()));
        }
    }
    cases.sort();
    cases
}

fn folders(parent: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(parent).expect("a folder of cases");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths.filter(|path| path.is_dir()).collect()
}

#[test]
fn every_case_holds() {
    let cases = all_cases();
    assert!(cases.len() >= 126, "only {} cases were found", cases.len());
    let next = AtomicUsize::new(0);
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let run = || {
        let mut results = Vec::new();
        while let Some((name, folder)) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
            results.push((name.as_str(), failures(folder)));
        }
        results
    };
    let mut results: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..workers).map(|_| scope.spawn(run)).collect();
        let joined = threads.into_iter().map(|thread| thread.join());
        joined.flat_map(|part| part.expect("no panic")).collect()
    });
    results.sort();
    let wrong = surprises(&results, &OPEN);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Cases that fail without being listed, cases that hold although listed, and listed names that no case has.
fn surprises(results: &[(&str, Vec<String>)], open: &[(&str, &str)]) -> Vec<String> {
    let is_open = |name: &str| open.iter().any(|(listed, _)| *listed == name);
    let mut wrong = Vec::new();
    for (name, failures) in results {
        match (failures.is_empty(), is_open(name)) {
            (false, false) => wrong.push(format!("{name}\n  {}", failures.join("\n  "))),
            (true, true) => wrong.push(format!("{name} holds: remove it from the list OPEN")),
            _ => {}
        }
    }
    for (listed, reason) in open {
        if reason.is_empty() {
            wrong.push(format!("{listed} is listed in OPEN without a reason"));
        }
        if !results.iter().any(|(name, _)| name == listed) {
            wrong.push(format!(
                "{listed} is listed in OPEN, but there is no such case"
            ));
        }
    }
    wrong
}

#[test]
fn the_list_of_open_cases_is_held_in_both_directions() {
    let differs = || vec!["differs".to_owned()];
    let results = [
        ("a", vec![]),
        ("b", differs()),
        ("c", vec![]),
        ("d", differs()),
    ];
    let open = [("c", "later"), ("d", "later"), ("e", "")];
    let wanted = [
        "b\n  differs",
        "c holds: remove it from the list OPEN",
        "e is listed in OPEN without a reason",
        "e is listed in OPEN, but there is no such case",
    ];
    assert_eq!(surprises(&results, &open), wanted);
}
