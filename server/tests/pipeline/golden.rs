//! The published files themselves, letter by letter: what a program that reads them relies on.
//! After a change on purpose, `UPDATE_GOLDEN=1 cargo test published_files` writes them anew; read the difference before committing it.

use std::fs;
use std::path::Path;

use crate::support::build;
use tidemark_snapshot::{Encoding, Format};

#[test]
fn published_files_are_as_they_were() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests");
    let published = build(
        &tests.join("fixtures/stories/10-plan-change/raw"),
        "2026-02-20",
        &[],
    )
    .expect("a build");
    let mut files = vec![("manifest.json".to_owned(), manifest(&published))];
    for mart in [
        "lifecycle_daily",
        "retention_cohorts",
        "customers",
        "stage_transitions",
    ] {
        for format in [Format::Csv, Format::Json] {
            let bytes = published
                .snapshot
                .read(mart, format, Encoding::Identity)
                .expect("a published file");
            files.push((
                format!("{mart}.{}", format.extension()),
                String::from_utf8(bytes.to_vec()).expect("UTF-8"),
            ));
        }
    }
    let golden = tests.join("golden");
    let mut differ = Vec::new();
    for (name, text) in &files {
        let path = golden.join(name);
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            fs::create_dir_all(&golden).expect("a folder");
            fs::write(&path, text).expect("a written file");
        } else if fs::read_to_string(&path).ok().as_ref() != Some(text) {
            differ.push(format!("{name} is now\n{text}"));
        }
    }
    assert!(differ.is_empty(), "{}", differ.join("\n\n"));
}

/// The manifest with line breaks, so that a difference can be read; without the id and the checksum of the models, which
/// follow from every model's text.
fn manifest(published: &crate::support::Published) -> String {
    let manifest = published.snapshot.manifest();
    let text = serde_json::to_string_pretty(manifest).expect("JSON");
    let made_by = manifest.made_by.as_ref().expect("what made it");
    format!(
        "{}\n",
        text.replace(&published.snapshot.id().to_string(), "ID")
            .replace(&made_by.models, "MODELS")
    )
}
