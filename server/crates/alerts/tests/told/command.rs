//! A program of one's own.

use std::time::Duration;

use tidemark_alerts::{Channel, Command, Sendings};
use tidemark_connectors::Secret;

use crate::common::{deliver, desk, raise};

async fn told(words: &[&str], timeout: Duration) -> (Sendings, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a test that is set up");
    let there = folder.path().join("got").display().to_string();
    let words = words
        .iter()
        .map(|word| word.replace("GOT", &there))
        .collect();
    let command = Command {
        words,
        environment: [("PAGER_KEY".to_owned(), Secret::new("k-1"))].into(),
        timeout,
    };
    let (alerts, _data) = desk(vec![Channel::Command(command)]);
    raise(&alerts, 0);
    (deliver(&alerts, 0).await, folder)
}

const PLENTY: Duration = Duration::from_secs(30);

#[tokio::test]
async fn it_gets_everything_as_json() {
    let (sendings, folder) = told(&["/bin/sh", "-c", "/bin/cat > \"$0\"", "GOT"], PLENTY).await;
    assert_eq!(sendings.sent.len(), 1, "{sendings:?}");
    let got = std::fs::read(folder.path().join("got")).expect("a test that is set up");
    let got: serde_json::Value = serde_json::from_slice(&got).expect("a test that is set up");
    assert_eq!(got["data"]["event"], "alert");
    assert_eq!(got["data"]["key"], "failed");
    assert_eq!(got["data"]["incident"]["facts"][0][1], "7");
    assert_eq!(got["subject"], "Alert: The run failed at its step sync");
}

#[tokio::test]
async fn it_sees_the_variables_it_is_given_and_no_others() {
    let script = "/usr/bin/env > \"$0\"";
    let (sendings, folder) = told(&["/bin/sh", "-c", script, "GOT"], PLENTY).await;
    assert_eq!(sendings.sent.len(), 1, "{sendings:?}");
    let seen = std::fs::read_to_string(folder.path().join("got")).expect("a test that is set up");
    assert!(seen.lines().any(|line| line == "PAGER_KEY=k-1"), "{seen}");
    // What a shell sets by itself is not inherited from this process.
    let set_by_shells = ["PWD", "OLDPWD", "SHLVL", "_", "PAGER_KEY", "PATH"];
    for line in seen.lines() {
        let name = line.split('=').next().unwrap_or_default();
        assert!(set_by_shells.contains(&name), "{line}");
    }
    let inherited = std::env::var("CARGO_PKG_NAME").expect("a test that is set up");
    assert!(!seen.contains(&inherited), "{seen}");
}

#[tokio::test]
async fn its_failures_are_told() {
    for (words, expected) in [
        (
            vec!["/bin/sh", "-c", "echo pager is off >&2; exit 3"],
            "exit status: 3: pager is off",
        ),
        (vec!["/no/such/program"], "cannot be run"),
        (
            vec!["/bin/sh", "-c", "exec /bin/sleep 60"],
            "it was stopped",
        ),
        (vec![], "the command is empty"),
    ] {
        let timeout = match expected {
            "it was stopped" => Duration::from_millis(200),
            _ => PLENTY,
        };
        let (sendings, _folder) = told(&words, timeout).await;
        let [(channel, _, why)] = sendings.failed.as_slice() else {
            panic!("{sendings:?}");
        };
        assert_eq!(channel, "command");
        assert!(why.contains(expected), "{why}");
    }
}

#[tokio::test]
async fn a_program_that_reads_nothing_and_talks_much_has_done_its_job() {
    let chatter = "/bin/head -c 300000 /dev/zero >&2; exit 0";
    let (sendings, _folder) = told(&["/bin/sh", "-c", chatter], PLENTY).await;
    assert_eq!(sendings.sent.len(), 1, "{sendings:?}");
}
