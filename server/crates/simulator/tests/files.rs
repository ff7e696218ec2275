//! The files as such: same seed, same bytes; options that make no sense; short histories; broken folders.
#![allow(clippy::unwrap_used)]

mod common;

use std::fs;

use common::{files, options};
use sha2::{Digest, Sha256};
use tidemark_simulator::{SimulateError, simulate};

/// Of the unpacked files of the small run below. Set it anew when the simulation is changed on purpose.
const GOLDEN: &str = "2ca728ca652f958538642909cc24e9460499f5adbd091e87bc78e6bbb0e801d6";

#[test]
fn bytes_of_a_small_run_are_as_ever() {
    let (_, files) = files(&options(40, 500, 7));
    let mut hash = Sha256::new();
    for (name, bytes) in &files {
        hash.update(name);
        hash.update(bytes);
    }
    let hex: String = hash.finalize().iter().map(|b| format!("{b:02x}")).collect();
    assert_eq!(hex, GOLDEN, "the simulation changed");
}

#[test]
fn same_seed_same_bytes_other_seed_other_bytes() {
    let run = |seed| {
        let folder = tempfile::tempdir().unwrap();
        simulate(&options(25, 400, seed), folder.path(), &mut |_, _, _| {}).unwrap();
        // Packed, as they lie on disk.
        [
            "stripe/invoices.jsonl.gz",
            "salesforce/Lead.csv",
            "zendesk/tickets.jsonl",
        ]
        .map(|file| fs::read(folder.path().join(file)).unwrap())
    };
    let first = run(3);
    assert_eq!(first, run(3));
    let other = run(4);
    for (mine, theirs) in first.iter().zip(&other) {
        assert_ne!(mine, theirs);
    }
}

#[test]
fn short_histories_end() {
    for days in [1, 7, 40] {
        let (summary, files) = files(&options(5, days, 1));
        assert!(summary.customers <= 5);
        assert_eq!(files.len(), 18, "{days} days");
    }
}

#[test]
fn progress_reaches_its_total() {
    let folder = tempfile::tempdir().unwrap();
    let mut heard = Vec::new();
    simulate(
        &options(10, 200, 1),
        folder.path(),
        &mut |stage, done, total| {
            heard.push((stage.to_owned(), done, total));
        },
    )
    .unwrap();
    assert!(heard.contains(&("simulate".to_owned(), 10, 10)));
    assert_eq!(heard.last().unwrap(), &("write".to_owned(), 4, 4));
}

#[test]
fn options_out_of_range_are_named() {
    let folder = tempfile::tempdir().unwrap();
    for (options, name) in [
        (options(0, 400, 1), "customers"),
        (options(10, 0, 1), "days"),
    ] {
        let error = simulate(&options, folder.path(), &mut |_, _, _| {}).unwrap_err();
        assert!(matches!(&error, SimulateError::Option { option, .. } if *option == name));
        assert!(error.to_string().starts_with(name), "{error}");
    }
    assert!(fs::read_dir(folder.path()).unwrap().next().is_none());
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let blocked = folder.path().join("raw");
    fs::write(&blocked, "a file").unwrap();
    let error = simulate(&options(1, 60, 1), &blocked, &mut |_, _, _| {}).unwrap_err();
    assert!(error.to_string().contains("raw"), "{error}");
}
