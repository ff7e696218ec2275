//! steady: memory of a server under load stays what it is: readers of every kind, slow and hasty ones, while snapshots come and go.
//!
//! Some seconds as a test; `make bench-server` runs ten minutes of it (`TIDEMARK_SECONDS`) and prints what it measured.
mod attacks;
mod bulk;
mod company;
mod few_files;
mod readers;
mod reread;

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::DateTime;
use tidemark_http::{RunAccess, StripeWebhook};
use tidemark_runs::Desk;
use tidemark_snapshot::Store;

use company::{CONTENTS, publish};
use readers::{Counts, fast, hasty, slow};

const FOLDER: &str = "TIDEMARK_STEADY_FOLDER";

/// The server, in a process of its own so that its memory is its own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn server() {
    let Ok(folder) = std::env::var(FOLDER) else {
        return;
    };
    let options = tidemark_http::ServerOptions {
        listen: ([127, 0, 0, 1], 0).into(),
        insecure: false,
        public_host: None,
        public_origin: None,
        access: None,
        store: Store::open_read_only(&folder),
        today: Arc::new(|| chrono::NaiveDate::MAX),
        faults: Arc::new(Vec::new),
        assets: &company::NoApp,
        limits: tidemark_http::Limits::default(),
        stripe: Some(StripeWebhook {
            secrets: vec!["whsec_attacked".to_owned()],
            inbox: PathBuf::from(&folder).join("inbox"),
            now: || 0,
        }),
        runs: Some(RunAccess {
            desk: Desk {
                data: folder.into(),
                zone: chrono_tz::UTC,
                now: || DateTime::UNIX_EPOCH,
                wake: Arc::new(|| ()),
            },
            token: None,
        }),
    };
    let server = tidemark_http::Server::bind(options)
        .await
        .expect("a test that is set up");
    println!("\n~{}", server.address());
    // Until the parent, which holds the other end of standard input, ends.
    let ended = tokio::task::spawn_blocking(|| std::io::stdin().read_line(&mut String::new()));
    server.run(async { drop(ended.await) }).await;
}

/// How long to load the server, if that is said; then bounds are those of an idle machine.
fn seconds() -> Option<u64> {
    let text = std::env::var("TIDEMARK_SECONDS").ok()?;
    Some(text.parse().expect("TIDEMARK_SECONDS is a number"))
}

struct Serving {
    process: Child,
    address: std::net::SocketAddr,
}

impl Serving {
    fn start(folder: &std::path::Path) -> Self {
        Self::with(
            folder,
            Command::new(std::env::current_exe().expect("a test that is set up")),
        )
    }

    /// Started by `program`, which ends in the path of this one.
    fn with(folder: &std::path::Path, mut program: Command) -> Self {
        use std::io::BufRead;
        let mut process = program
            .args(["--exact", "server", "--nocapture"])
            .env(FOLDER, folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("a test that is set up");
        let lines =
            std::io::BufReader::new(process.stdout.take().expect("a test that is set up")).lines();
        let address = lines
            .map_while(Result::ok)
            .find_map(|line| line.strip_prefix('~')?.parse().ok());
        let address = address.expect("the server's address");
        Self { process, address }
    }

    /// Memory the process holds, in bytes.
    fn memory(&self) -> u64 {
        self.status("VmRSS:")
    }

    /// The most memory it held so far, in bytes.
    fn peak_memory(&self) -> u64 {
        self.status("VmHWM:")
    }

    /// Bytes it has read from files so far.
    fn bytes_read(&self) -> u64 {
        let path = format!("/proc/{}/io", self.process.id());
        let counts = std::fs::read_to_string(path).expect("a test that is set up");
        let count = counts.lines().find_map(|line| line.strip_prefix("rchar: "));
        let count = count.expect("a test that is set up");
        count.parse().expect("a test that is set up")
    }

    fn status(&self, field: &str) -> u64 {
        let status = format!("/proc/{}/status", self.process.id());
        let status = std::fs::read_to_string(status).expect("a test that is set up");
        let line = status.lines().find_map(|line| line.strip_prefix(field));
        let kilobytes = line
            .expect("a test that is set up")
            .trim()
            .trim_end_matches(" kB");
        kilobytes.parse::<u64>().expect("a test that is set up") * 1024
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn memory_is_flat_under_load() {
    let seconds = seconds().unwrap_or(8);
    let length = Duration::from_secs(seconds);
    // In memory where that is possible: what is measured is the server, not the disk.
    let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir());
    let folder = folder.expect("a test that is set up");
    let store = Store::open(folder.path()).expect("a test that is set up");
    for content in 0..CONTENTS {
        publish(&store, content);
    }
    let serving = Serving::start(folder.path());
    let counts = Counts::default();
    let mut tasks = Vec::new();
    for reader in 0..8 {
        tasks.push(tokio::spawn(fast(serving.address, counts.clone(), reader)));
    }
    for _ in 0..20 {
        tasks.push(tokio::spawn(slow(serving.address)));
    }
    tasks.push(tokio::spawn(hasty(serving.address)));

    let started = Instant::now();
    let mut early = 0;
    let mut late = 0;
    let mut turn = 0;
    while started.elapsed() < length {
        tokio::time::sleep(length.div_f64(80.0).min(Duration::from_secs(1))).await;
        turn += 1;
        let ids = store.ids().expect("a test that is set up");
        store
            .set_current(&ids[turn % ids.len()])
            .expect("a test that is set up");
        let memory = serving.memory();
        // The first half fills the cache and the allocator's pools; what the second half adds would go on for ever.
        if started.elapsed() < length / 2 {
            early = early.max(memory);
        } else {
            late = late.max(memory);
        }
    }
    for task in &tasks {
        assert!(!task.is_finished(), "a reader gave up");
        task.abort();
    }
    let answers = counts.answers();
    eprintln!(
        "{answers} answers in {seconds} s; most memory in the first half {} kB, in the second {} kB",
        early / 1024,
        late / 1024
    );
    assert!(answers > 10 * seconds, "only {answers} answers");
    assert!(
        late < early + early / 8 + 4_000_000,
        "memory grew from {early} to {late} bytes"
    );
}
