//! The worked examples of the metric definitions, each a folder of raw files with what they must give.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{build, rows};

/// What a story is asked for of each mart: the columns that name the row, and those that are told one by one or all together.
fn told(mart: &str, text: &str) -> Vec<String> {
    let rows = rows(text);
    let (header, rows) = rows.split_first().expect("a header");
    let at = |row: &[String], name: &str| {
        row[header.iter().position(|h| h == name).expect("a column")].clone()
    };
    let mut lines = Vec::new();
    for row in rows {
        match mart {
            "lifecycle_daily" => {
                for (name, value) in header
                    .iter()
                    .zip(row)
                    .skip(6)
                    .filter(|(_, value)| *value != "0")
                {
                    lines.push(format!(
                        "{mart} {} {} {name} {value}",
                        at(row, "day"),
                        at(row, "plan")
                    ));
                }
            }
            "customers" => {
                for name in [
                    "mrr",
                    "stage",
                    "scheduled_churn_on",
                    "churn_kind",
                    "churn_reason",
                ] {
                    let value = at(row, name);
                    if !value.is_empty() {
                        lines.push(format!("{mart} {} {name} {value}", at(row, "customer_id")));
                    }
                }
            }
            _ => lines.push(format!(
                "{mart} {} {} {} {}",
                at(row, "cohort_month"),
                at(row, "months_since"),
                at(row, "customers_active"),
                at(row, "mrr_active")
            )),
        }
    }
    lines
}

/// Builds a story and compares what it gave with `expected.txt`; a mart the file does not mention is not looked at.
fn check(story: &Path) -> Result<(), String> {
    let text = fs::read_to_string(story.join("expected.txt")).map_err(|e| e.to_string())?;
    let mut lines = text.lines().filter(|line| !line.starts_with('#'));
    let as_of = lines
        .next()
        .and_then(|line| line.strip_prefix("as_of "))
        .ok_or("expected.txt has no as_of line")?;
    let mut expected: Vec<String> = lines.map(str::to_owned).collect();
    let published = build(&story.join("raw"), as_of, &[]).map_err(|e| e.to_string())?;
    let mut got: Vec<String> = ["lifecycle_daily", "customers", "retention_cohorts"]
        .into_iter()
        .filter(|mart| expected.iter().any(|line| line.starts_with(mart)))
        .flat_map(|mart| told(mart, &published.csv(mart)))
        .collect();
    expected.sort();
    got.sort();
    if got == expected {
        return Ok(());
    }
    let minus = expected
        .iter()
        .filter(|line| !got.contains(line))
        .map(|line| format!("  - {line}"));
    let plus = got
        .iter()
        .filter(|line| !expected.contains(line))
        .map(|line| format!("  + {line}"));
    Err(minus.chain(plus).collect::<Vec<_>>().join("\n"))
}

#[test]
fn every_story_gives_what_it_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/stories");
    let mut stories: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the stories")
        .map(|e| e.expect("an entry").path())
        .collect();
    stories.sort();
    assert!(
        stories.len() >= 17,
        "only {} stories were found",
        stories.len()
    );
    let failed: Vec<String> = stories
        .iter()
        .filter_map(|story| {
            check(story)
                .err()
                .map(|difference| format!("{}\n{difference}", story.display()))
        })
        .collect();
    assert!(
        failed.is_empty(),
        "{} of {} stories differ (- expected, + got)\n{}",
        failed.len(),
        stories.len(),
        failed.join("\n")
    );
}
