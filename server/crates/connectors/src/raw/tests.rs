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

#[test]
fn a_state_without_its_parts_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let mut raw = open(folder.path()).unwrap();
    raw.push("customers", "{}").unwrap();
    raw.checkpoint(&json!(1)).unwrap();
    drop(raw);
    // Another object comes with a later run; the first one's part is still covered.
    let mut raw = open(folder.path()).unwrap();
    raw.push("invoices", "{}").unwrap();
    raw.checkpoint(&json!(2)).unwrap();
    assert_eq!(raw.state().unwrap(), Some(json!(2)));
    fs::remove_dir_all(folder.path().join("stripe/customers")).unwrap();
    assert_eq!(raw.state::<serde_json::Value>().unwrap(), None);
}
