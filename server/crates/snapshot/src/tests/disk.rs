//! disk: a publishing process whose disk kills it, fails it or notes what it does, at whichever moment is asked for.
use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread;

use crate::testing::{freeze, spend};
use crate::{MartData, SnapshotId, Store};

const FOLDER: &str = "TIDEMARK_PUBLISH_INTO";
const FIRST: &str = "TIDEMARK_PUBLISH_FIRST";
const COUNT: &str = "TIDEMARK_PUBLISH_COUNT";
const STOP_AT: &str = "TIDEMARK_PUBLISH_STOP_AT";
const FAIL_AT: &str = "TIDEMARK_PUBLISH_FAIL_AT";

/// What the disk of this process does to it. Unset in every process but those started here.
static DISK: OnceLock<Disk> = OnceLock::new();

struct Disk {
    /// Moments passed; locked while one passes, so a process that stops at one does nothing more on any thread.
    passed: Mutex<usize>,
    stop_at: Option<usize>,
    fail_at: Option<usize>,
}

/// Called before each change of the disk; see `durable`.
pub(crate) fn about_to(what: &str, paths: &[&Path]) -> io::Result<()> {
    let Some(disk) = DISK.get() else {
        return Ok(());
    };
    let mut passed = disk.passed.lock().unwrap_or_else(PoisonError::into_inner);
    if disk.stop_at == Some(*passed) {
        say(&["stopped", what]);
        loop {
            thread::park();
        }
    }
    *passed += 1;
    if disk.fail_at == Some(*passed - 1) {
        return Err(io::ErrorKind::StorageFull.into());
    }
    let paths = paths.iter().map(|path| path.to_str().unwrap());
    say(&[&["disk", what], paths.collect::<Vec<_>>().as_slice()].concat());
    Ok(())
}

/// A line for the parent; the prefix tells it from those of the test harness.
fn say(words: &[&str]) {
    let mut out = io::stdout().lock();
    writeln!(out, "\n~{}", words.join("\t")).unwrap();
    out.flush().unwrap();
}

/// What such a process does: this very test program, told by its environment.
#[test]
fn child() {
    let Ok(folder) = std::env::var(FOLDER) else {
        return;
    };
    let number = |name| Some(std::env::var(name).ok()?.parse().unwrap());
    let store = Store::open(folder).unwrap();
    let first = number(FIRST).unwrap() as i64;
    let count = number(COUNT).unwrap() as i64;
    let disk = Disk {
        passed: Mutex::new(0),
        stop_at: number(STOP_AT),
        fail_at: number(FAIL_AT),
    };
    assert!(DISK.set(disk).is_ok());
    say(&["begun"]);
    for content in first..first + count {
        match publish(&store, content) {
            Ok(id) => say(&["published", id.as_str()]),
            Err(error) => return say(&["error", &error]),
        }
    }
    say(&["finished"]);
}

/// Publishes content number `content`; its build is dated by the number too.
pub(super) fn publish(store: &Store, content: i64) -> Result<SnapshotId, String> {
    let marts: [MartData; 1] = [spend(content)];
    let mut freeze = freeze(&marts);
    freeze.generated_at = chrono::DateTime::from_timestamp(content, 0).unwrap();
    store.publish(&freeze).map_err(|error| error.to_string())
}

/// A folder for a test: in memory where the system has a place for that, since disks that are made to sync a
/// thousand times are slow, and what a kill leaves does not depend on the disk.
pub(super) fn folder() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm")
        .or_else(|_| tempfile::tempdir())
        .unwrap()
}

/// A process that publishes contents `first`, `first + 1`, … into a folder.
pub(super) struct Publisher {
    process: Child,
    lines: BufReader<ChildStdout>,
}

impl Publisher {
    pub(super) fn start(folder: &Path, first: i64, count: usize) -> Self {
        Self::with(folder, first, count, None, None)
    }

    /// One that publishes once and stops for good before change number `at`.
    pub(super) fn stopping(folder: &Path, content: i64, at: usize) -> Self {
        Self::with(folder, content, 1, Some(at), None)
    }

    /// One that publishes once, and whose disk says it is full at change number `at`.
    pub(super) fn failing(folder: &Path, content: i64, at: usize) -> Self {
        Self::with(folder, content, 1, None, Some(at))
    }

    fn with(
        folder: &Path,
        first: i64,
        count: usize,
        stop_at: Option<usize>,
        fail_at: Option<usize>,
    ) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args(["--exact", "tests::disk::child", "--nocapture"])
            .env(FOLDER, folder)
            .env(FIRST, first.to_string())
            .env(COUNT, count.to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        for (name, at) in [(STOP_AT, stop_at), (FAIL_AT, fail_at)] {
            command
                .env_remove(name)
                .envs(at.map(|at| (name, at.to_string())));
        }
        let mut process = command.spawn().unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap());
        let mut publisher = Self { process, lines };
        assert_eq!(publisher.next().unwrap(), ["begun"]);
        publisher
    }

    /// What it says next; none once it has ended.
    pub(super) fn next(&mut self) -> Option<Vec<String>> {
        let mut line = String::new();
        while self.lines.read_line(&mut line).unwrap() > 0 {
            if let Some(said) = line.trim_end_matches('\n').strip_prefix('~') {
                return Some(said.split('\t').map(str::to_owned).collect());
            }
            line.clear();
        }
        None
    }

    /// What it says until it ends or stops, changes of the disk left out.
    pub(super) fn outcome(&mut self) -> Vec<String> {
        loop {
            match self.next() {
                Some(said) if said[0] == "disk" || said[0] == "published" => {}
                Some(said) => return said,
                None => panic!("the process ended without a word"),
            }
        }
    }

    /// Ends it as `kill -9` does.
    pub(super) fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Publisher {
    fn drop(&mut self) {
        // A test that failed leaves no process behind.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Every file below a folder: its path from there, and its bytes.
pub(super) fn contents(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let bytes = fs::read(&path).unwrap();
                files.push((path.strip_prefix(folder).unwrap().to_owned(), bytes));
            }
        }
    }
    files.sort();
    files
}

/// Copies a folder as `cp -r` does.
pub(super) fn copy(from: &Path, to: &Path) {
    for (path, bytes) in contents(from) {
        let path = to.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

/// Asserts that what a folder serves is, bit for bit, content number `content`.
pub(super) fn assert_serves(store: &Store, content: i64) {
    let served = store.current().unwrap().unwrap();
    served.verify().unwrap();
    let calm = folder();
    let reference = Store::open(calm.path()).unwrap();
    let id = publish(&reference, content).unwrap();
    assert_eq!(served.id(), &id, "content {content}");
    let folder = |store: &Store| contents(&store.snapshot_folder(&id));
    assert!(folder(store) == folder(&reference), "content {content}");
}

/// Asserts that nothing half-done is left in a data folder.
pub(super) fn assert_tidy(folder: &Path) {
    let names = fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().file_name());
    let left: Vec<_> = names
        .filter(|name| name.to_string_lossy().starts_with("tmp-"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}
