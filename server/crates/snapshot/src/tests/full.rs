//! full: a real disk without room, and one that cannot be written: small file systems in memory, seen by one process alone.
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use super::disk::{assert_serves, assert_tidy, publish};
use crate::Store;

const MOUNTED: &str = "TIDEMARK_MOUNTED";

/// Runs a test of this file again as a process that has a file system of its own; says loudly if that is not allowed here.
/// Gives the folder it is mounted at, inside that process.
fn mounted(test: &str, size: &str) -> Option<PathBuf> {
    if let Ok(folder) = std::env::var(MOUNTED) {
        return Some(folder.into());
    }
    let folder = tempfile::tempdir().unwrap();
    let mount = format!("mount -t tmpfs -o size={size} tmpfs \"$0\"");
    // A name space of one's own needs no root where the kernel lets users have them.
    let own = ["--user", "--map-root-user", "--mount", "sh", "-c"];
    let tried = Command::new("unshare")
        .args(own)
        .arg(&mount)
        .arg(folder.path())
        .output();
    if !tried.is_ok_and(|tried| tried.status.success()) {
        eprintln!("LEFT OUT {test}: this system lets no test mount a file system");
        return None;
    }
    let output = Command::new("unshare")
        .args(own)
        .arg(format!(
            "{mount} && exec \"$1\" --exact tests::full::{test} --nocapture"
        ))
        .arg(folder.path())
        .arg(std::env::current_exe().unwrap())
        .env(MOUNTED, folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(said.contains("1 passed"), "{said}");
    None
}

#[test]
fn however_little_room_is_left_the_old_snapshot_stays_or_the_new_one_is_whole() {
    let Some(folder) = mounted(
        "however_little_room_is_left_the_old_snapshot_stays_or_the_new_one_is_whole",
        "512k",
    ) else {
        return;
    };
    let store = Store::open(&folder).unwrap();
    publish(&store, 1).unwrap();
    let filler = folder.join("filler");
    let mut refused = 0;
    for kilobytes in (0..200).step_by(4) {
        let _ = fs::remove_file(&filler);
        fs::write(&filler, vec![0; room(&folder) - kilobytes * 1024]).unwrap();
        match publish(&store, 2) {
            Ok(_) => break,
            Err(error) => {
                refused += 1;
                assert!(error.contains("No space left"), "{error}");
                assert_serves(&store, 1);
                assert_tidy(&folder);
            }
        }
    }
    assert!(refused > 5, "refused {refused} times");
    assert_serves(&store, 2);
}

/// Bytes that can still be written.
fn room(folder: &std::path::Path) -> usize {
    let output = Command::new("df")
        .args(["-B1", "--output=avail"])
        .arg(folder)
        .output();
    let said = String::from_utf8(output.unwrap().stdout).unwrap();
    said.lines().nth(1).unwrap().trim().parse().unwrap()
}

#[test]
fn a_folder_that_became_read_only_is_refused_at_once_and_still_serves() {
    let Some(folder) = mounted(
        "a_folder_that_became_read_only_is_refused_at_once_and_still_serves",
        "4m",
    ) else {
        return;
    };
    let store = Store::open(&folder).unwrap();
    publish(&store, 1).unwrap();
    let remount = |how: &str| {
        let status = Command::new("mount")
            .args(["-o", how])
            .arg(&folder)
            .status();
        assert!(status.unwrap().success(), "{how}");
    };
    remount("remount,ro");
    let error = Store::open(&folder).unwrap_err().to_string();
    assert!(
        error.contains("make it writable") && error.contains("--data"),
        "{error}"
    );
    let error = publish(&store, 2).unwrap_err();
    assert!(error.contains("Read-only"), "{error}");
    assert_serves(&Store::open_read_only(&folder), 1);
    remount("remount,rw");
    publish(&store, 2).unwrap();
    assert_serves(&store, 2);
}
