//! What a raw folder promises: whole parts in order, a state that covers no more than them, one process at a time.

use std::fs;

use serde_json::json;

use super::*;
use crate::silent;

fn open(raw: &Path) -> Result<Raw, SyncError> {
    Raw::open(
        raw,
        "stripe",
        "https://api.example",
        RawOptions::default(),
        &silent(),
    )
}

/// The records of an object's parts, in landing order.
fn lines(raw: &Path, object: &str) -> Vec<String> {
    let mut paths: Vec<_> = fs::read_dir(raw.join("stripe").join(object))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    let read = |path: &PathBuf| zstd::decode_all(File::open(path).unwrap()).unwrap();
    let text: Vec<String> = paths
        .iter()
        .map(|path| String::from_utf8(read(path)).unwrap())
        .collect();
    text.concat().lines().map(str::to_owned).collect()
}

#[test]
fn records_are_there_after_a_checkpoint_and_not_before() {
    let folder = tempfile::tempdir().unwrap();
    let mut raw = open(folder.path()).unwrap();
    raw.push("customers", "{\"id\":1}").unwrap();
    assert!(lines(folder.path(), "customers").is_empty());
    assert_eq!(raw.state::<serde_json::Value>().unwrap(), None);
    raw.checkpoint(&json!({"after": 1})).unwrap();
    assert_eq!(lines(folder.path(), "customers"), ["{\"id\":1}"]);
    // A process that ends here has landed the second record for nothing; the next one lands it again, after the first.
    raw.push("customers", "{\"id\":2}").unwrap();
    drop(raw);
    let mut raw = open(folder.path()).unwrap();
    assert_eq!(raw.state().unwrap(), Some(json!({"after": 1})));
    assert_eq!(lines(folder.path(), "customers").len(), 1);
    raw.push("customers", "{\n  \"id\": 2\r\n}").unwrap();
    raw.checkpoint(&json!({"after": 2})).unwrap();
    assert_eq!(
        lines(folder.path(), "customers"),
        ["{\"id\":1}", "{   \"id\": 2  }"]
    );
    assert_eq!(raw.landed("customers"), 1);
}

#[test]
fn csv_and_json_parts_keep_their_order() {
    let folder = tempfile::tempdir().unwrap();
    let mut raw = open(folder.path()).unwrap();
    raw.push("Account", "{\"Id\":1}").unwrap();
    raw.csv("Account", b"Id\n2\n", 1).unwrap();
    raw.push("Account", "{\"Id\":3}").unwrap();
    raw.present("Account").unwrap();
    raw.present("Lead").unwrap();
    raw.checkpoint(&()).unwrap();
    assert_eq!(
        lines(folder.path(), "Account"),
        ["{\"Id\":1}", "Id", "2", "{\"Id\":3}"]
    );
    assert!(lines(folder.path(), "Lead").is_empty());
    let names = |object: &str| {
        fs::read_dir(folder.path().join("stripe").join(object))
            .unwrap()
            .count()
    };
    assert_eq!((names("Account"), names("Lead")), (3, 1));
}

#[test]
fn a_checkpoint_is_due_after_records_or_time() {
    let folder = tempfile::tempdir().unwrap();
    let options = RawOptions {
        records: 2,
        time: Duration::from_secs(3600),
    };
    let mut raw = Raw::open(folder.path(), "stripe", "o", options, &silent()).unwrap();
    assert!(!raw.due());
    raw.push("customers", "{}").unwrap();
    assert!(!raw.due());
    raw.push("customers", "{}").unwrap();
    assert!(raw.due());
    raw.checkpoint(&()).unwrap();
    raw.options.time = Duration::ZERO;
    assert!(!raw.due());
    raw.push("customers", "{}").unwrap();
    assert!(raw.due());
}

#[test]
fn one_process_and_one_account() {
    let folder = tempfile::tempdir().unwrap();
    let mut raw = open(folder.path()).unwrap();
    assert!(matches!(open(folder.path()), Err(SyncError::Busy { .. })));
    raw.checkpoint(&()).unwrap();
    drop(raw);
    let other = Raw::open(
        folder.path(),
        "stripe",
        "https://other",
        RawOptions::default(),
        &silent(),
    );
    let message = other.err().unwrap().to_string();
    assert!(
        message.contains("https://api.example") && message.contains("https://other"),
        "{message}"
    );
    fs::write(folder.path().join("stripe/.sync/state.json"), "{").unwrap();
    let message = open(folder.path()).err().unwrap().to_string();
    assert!(
        message.contains("remove it to pull everything again"),
        "{message}"
    );
}

/// A folder with two parts of customers and one of invoices, and the state 3.
fn synced() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (state, object) in [(1, "customers"), (2, "customers"), (3, "invoices")] {
        let mut raw = open(folder.path()).unwrap();
        raw.push(object, &format!("{{\"id\":{state}}}")).unwrap();
        raw.checkpoint(&json!(state)).unwrap();
    }
    assert_eq!(
        open(folder.path()).unwrap().state().unwrap(),
        Some(json!(3))
    );
    assert_eq!(damage_of(folder.path(), "stripe").unwrap(), None);
    folder
}

const FIRST: &str = "stripe/customers/part-000001.jsonl.zst";

/// A way to damage a folder, after the words for it.
type Damage = (&'static str, fn(&Path));

/// Each way to damage a folder.
fn damages() -> [Damage; 5] {
    [
        ("part-000001.jsonl.zst is missing", |raw| {
            fs::remove_file(raw.join(FIRST)).unwrap();
        }),
        ("part-000002.jsonl.zst is missing", |raw| {
            fs::remove_file(raw.join("stripe/customers/part-000002.jsonl.zst")).unwrap();
        }),
        ("part-000001.jsonl.zst differs", |raw| {
            let whole = fs::read(raw.join(FIRST)).unwrap();
            fs::write(raw.join(FIRST), &whole[..whole.len() / 2]).unwrap();
        }),
        ("part-000001.jsonl.zst differs", |raw| {
            let mut same_size = fs::read(raw.join(FIRST)).unwrap();
            *same_size.last_mut().unwrap() ^= 1;
            fs::write(raw.join(FIRST), same_size).unwrap();
        }),
        ("part-000009.jsonl was not written by the sync", |raw| {
            fs::write(raw.join("stripe/customers/part-000009.jsonl"), "{}").unwrap();
        }),
    ]
}

#[test]
fn a_lost_changed_or_foreign_part_means_that_everything_is_read_again() {
    for (words, damage) in damages() {
        let folder = synced();
        damage(folder.path());
        let refused = damage_of(folder.path(), "stripe").unwrap().unwrap();
        for word in [words, "tidemark sync stripe"] {
            assert!(refused.contains(word), "{refused} lacks {word}");
        }
        let mut raw = open(folder.path()).unwrap();
        assert_eq!(raw.state::<serde_json::Value>().unwrap(), None, "{words}");
        // A process that dies now has read nothing again: the next one knows, too, unless nothing of ours was lost.
        let is_foreign = words.contains("not written");
        drop(raw);
        raw = open(folder.path()).unwrap();
        assert_eq!(
            raw.state::<serde_json::Value>().unwrap().is_some(),
            is_foreign
        );
        raw.push("customers", "{\"id\":1}").unwrap();
        raw.checkpoint(&json!("half")).unwrap();
        drop(raw);
        if !is_foreign {
            let half = damage_of(folder.path(), "stripe").unwrap().unwrap();
            assert!(half.contains("has not finished"), "{half}");
        }
        // The next pull goes on from what the first one saved, and comes to its end.
        let mut raw = open(folder.path()).unwrap();
        assert_eq!(raw.state().unwrap(), Some(json!("half")));
        raw.complete().unwrap();
        assert_eq!(damage_of(folder.path(), "stripe").unwrap(), None, "{words}");
        let read = lines(folder.path(), "customers");
        assert!(read.contains(&"{\"id\":1}".to_owned()), "{read:?}");
    }
}

#[test]
fn what_is_damaged_is_moved_aside_and_never_removed() {
    let folder = synced();
    fs::write(folder.path().join(FIRST), "cut").unwrap();
    drop(open(folder.path()).unwrap());
    let aside = folder
        .path()
        .join("stripe/.sync/aside/customers/part-000001.jsonl.zst");
    assert_eq!(fs::read_to_string(aside).unwrap(), "cut");
    assert!(!folder.path().join(FIRST).exists());
    // Its number is not given to another part.
    let mut raw = open(folder.path()).unwrap();
    assert_eq!(raw.next_number("customers").unwrap(), 3);
}

#[test]
fn a_part_that_was_placed_before_the_process_died_is_not_foreign() {
    let folder = synced();
    let state = folder.path().join("stripe/.sync/state.json");
    let before = fs::read(&state).unwrap();
    let mut raw = open(folder.path()).unwrap();
    raw.push("customers", "{\"id\":4}").unwrap();
    raw.checkpoint(&json!(4)).unwrap();
    drop(raw);
    // As if it had died between placing the part and moving the state, twice.
    fs::write(&state, &before).unwrap();
    let mut raw = open(folder.path()).unwrap();
    assert_eq!(raw.state().unwrap(), Some(json!(3)));
    assert_eq!(damage_of(folder.path(), "stripe").unwrap(), None);
    raw.push("customers", "{\"id\":5}").unwrap();
    raw.checkpoint(&json!(5)).unwrap();
    drop(raw);
    fs::write(&state, &before).unwrap();
    let raw = open(folder.path()).unwrap();
    assert_eq!(raw.state().unwrap(), Some(json!(3)));
    assert_eq!(lines(folder.path(), "customers").len(), 4);
}

#[test]
fn a_state_of_the_format_before_gets_seals() {
    let folder = synced();
    let path = folder.path().join("stripe/.sync/state.json");
    let old = |customers: u32| {
        let parts = json!({ "customers": customers, "invoices": 1 });
        let origin = "https://api.example";
        json!({ "format": 1, "origin": origin, "parts": parts, "state": 3 }).to_string()
    };
    fs::write(&path, old(2)).unwrap();
    let mut raw = open(folder.path()).unwrap();
    assert_eq!(raw.state().unwrap(), Some(json!(3)));
    raw.checkpoint(&json!(4)).unwrap();
    drop(raw);
    fs::write(folder.path().join(FIRST), "cut").unwrap();
    assert!(damage_of(folder.path(), "stripe").unwrap().is_some());
    // Its last part is gone.
    fs::write(&path, old(7)).unwrap();
    let raw = open(folder.path()).unwrap();
    assert_eq!(raw.state::<serde_json::Value>().unwrap(), None);
}
