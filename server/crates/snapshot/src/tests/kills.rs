//! kills: a builder killed at any moment leaves the old snapshot or the new one, bit for bit, and the next one gets there.
use std::thread;
use std::time::{Duration, Instant};

use super::disk::{self, Publisher, assert_serves, assert_tidy, copy, publish};
use crate::{SnapshotError, Store};

/// A folder that serves content 1; copied for each try.
fn template() -> tempfile::TempDir {
    let folder = disk::folder();
    publish(&Store::open(folder.path()).unwrap(), 1).unwrap();
    folder
}

/// The number of the content being served.
fn served(store: &Store) -> i64 {
    let current = store.current().unwrap().unwrap();
    current.manifest().generated_at.timestamp()
}

#[test]
fn a_kill_at_every_change_of_the_disk_leaves_the_old_or_the_new_and_a_rerun_converges() {
    let template = template();
    let mut moments = Vec::new();
    for at in 0.. {
        let folder = disk::folder();
        copy(template.path(), folder.path());
        let mut publisher = Publisher::stopping(folder.path(), 2, at);
        let outcome = publisher.outcome();
        publisher.kill();
        let store = Store::open_read_only(folder.path());
        if outcome[0] == "finished" {
            assert_eq!(served(&store), 2);
            break;
        }
        assert_eq!(outcome[0], "stopped", "{outcome:?}");
        moments.push(outcome[1].clone());
        // Only the last change of all, the sync behind the pointer's rename, is after the publication.
        let content = served(&store);
        assert!([1, 2].contains(&content), "{content} at {moments:?}");
        assert_serves(&store, content);
        let rerun = Store::open(folder.path()).unwrap();
        publish(&rerun, 2).unwrap();
        assert_serves(&rerun, 2);
        assert_tidy(folder.path());
        assert_eq!(rerun.ids().unwrap().len(), 2);
    }
    for what in [
        "create folder",
        "create",
        "write",
        "sync",
        "sync folder",
        "rename",
    ] {
        assert!(
            moments.iter().any(|moment| moment == what),
            "{what}: {moments:?}"
        );
    }
    assert!(moments.len() > 40, "{moments:?}");
}

#[test]
fn a_kill_while_leftovers_are_removed_is_made_up_for() {
    let folder = template();
    // A builder killed in the middle leaves a folder; the next is killed before it removes that.
    let mut publisher = Publisher::stopping(folder.path(), 2, 20);
    assert_eq!(publisher.outcome()[0], "stopped");
    publisher.kill();
    let mut publisher = Publisher::stopping(folder.path(), 2, 0);
    assert_eq!(publisher.outcome(), ["stopped", "remove"]);
    publisher.kill();
    let store = Store::open(folder.path()).unwrap();
    assert_serves(&store, 1);
    publish(&store, 2).unwrap();
    assert_serves(&store, 2);
    assert_tidy(folder.path());
}

#[test]
fn a_disk_that_fails_at_every_change_leaves_the_old_or_the_new_and_nothing_half_done() {
    let template = template();
    for at in 0.. {
        let folder = disk::folder();
        copy(template.path(), folder.path());
        let outcome = Publisher::failing(folder.path(), 2, at).outcome();
        let store = Store::open(folder.path()).unwrap();
        if outcome[0] == "finished" {
            assert!(at > 40, "only {at} changes");
            break;
        }
        assert_eq!(outcome[0], "error");
        assert!(outcome[1].contains("cannot "), "{outcome:?}");
        assert_serves(&store, served(&store));
        assert_tidy(folder.path());
        publish(&store, 2).unwrap();
        assert_serves(&store, 2);
        assert_eq!(store.ids().unwrap().len(), 2);
    }
}

/// The next of a row of numbers from 0 to 1 that look random and are the same each time (Knuth's MMIX generator).
fn part(state: &mut u64) -> f64 {
    *state = state
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    (*state >> 40) as f64 / (1_u64 << 24) as f64
}

#[test]
fn two_hundred_kills_at_random_times_of_a_builder_that_publishes_in_a_loop() {
    const KILLS: usize = 200;
    let folder = template();
    let store = Store::open(folder.path()).unwrap();
    let started = Instant::now();
    let mut calm = Publisher::start(folder.path(), 2, 5);
    assert_eq!(calm.outcome(), ["finished"]);
    // How long one publication takes here; kills fall anywhere into the first two and a half.
    let each = started.elapsed() / 5;
    let mut random = 1_u64;
    let mut last = 6;
    let mut in_the_middle = 0;
    for kill in 0..KILLS {
        let mut publisher = Publisher::start(folder.path(), last + 1, 1_000);
        thread::sleep(Duration::mul_f64(each, 2.5 * part(&mut random)));
        publisher.kill();
        let mut said = last;
        let mut unfinished = false;
        while let Some(word) = publisher.next() {
            unfinished = word[0] != "published";
            said += i64::from(word[0] == "published");
        }
        in_the_middle += usize::from(unfinished);
        // What it said it had published is published; the one it was at may be.
        let now = served(&store);
        assert!(
            now == said || now == said + 1,
            "kill {kill}: {now} after {said}"
        );
        assert_serves(&store, now);
        last = now + 1;
        publish(&store, last).unwrap();
        assert_eq!(served(&store), last);
        assert_tidy(folder.path());
    }
    assert!(
        in_the_middle > KILLS / 2,
        "only {in_the_middle} kills hit a publication"
    );
    for id in store.ids().unwrap() {
        store.open_snapshot(&id).unwrap().verify().unwrap();
    }
}

#[test]
fn of_two_builders_one_wins_and_a_killed_ones_lock_is_free_at_once() {
    let folder = template();
    let store = Store::open(folder.path()).unwrap();
    let mut first = Publisher::stopping(folder.path(), 2, 10);
    assert_eq!(first.outcome()[0], "stopped");
    let mut second = Publisher::start(folder.path(), 3, 1);
    let refused = second.outcome();
    assert_eq!(refused[0], "error");
    assert!(
        refused[1].contains("is already building into"),
        "{refused:?}"
    );
    assert!(matches!(store.lock(), Err(SnapshotError::Busy { .. })));
    assert_serves(&store, 1);
    first.kill();
    // The lock file still names the dead process.
    assert_eq!(
        Publisher::start(folder.path(), 3, 1).outcome(),
        ["finished"]
    );
    assert_serves(&store, 3);
    assert_tidy(folder.path());
}

#[test]
fn a_clock_set_back_does_not_decide_what_is_current() {
    let folder = template();
    let store = Store::open(folder.path()).unwrap();
    publish(&store, 1_700_000_000).unwrap();
    publish(&store, 5).unwrap();
    assert_serves(&store, 5);
    let listed = store.list().unwrap();
    let current: Vec<_> = listed.iter().filter(|entry| entry.current).collect();
    assert_eq!(current.len(), 1);
    assert_eq!(current[0].generated_at.timestamp(), 5);
}
