//! Many records in little memory: the pull runs in a process of its own, which tells the most memory it had.

use std::process::Command;
use std::time::Instant;

use tidemark_connectors::salesforce::Sizes;
use tidemark_connectors::{Mode, Raw, RawOptions, salesforce, silent};

use crate::bench::Bench;

/// An org whose opportunities are made when they are asked for.
fn made(records: u64) -> Bench {
    let bench = Bench::new();
    bench.org.options(|options| options.polls = 0);
    bench
        .org
        .object("Opportunity", |object| object.make(records));
    bench
}

/// Pulls everything; gives the seconds it took and the most memory, in MB.
fn pulled(bench: &Bench, records: u64, bulk_page: usize) -> (f64, u64) {
    let begun = Instant::now();
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "memory::child", "--nocapture"])
        .env("SALESFORCE_URL", bench.serving.url())
        .env("SALESFORCE_RAW", bench.folder.path())
        .env("SALESFORCE_PAGE", bulk_page.to_string())
        .output()
        .unwrap();
    let seconds = begun.elapsed().as_secs_f64();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{text}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let word = |name: &str| {
        let line = text
            .lines()
            .find_map(|line| line.split(name).nth(1))
            .unwrap();
        line.trim().parse::<u64>().unwrap()
    };
    assert_eq!(word("landed:"), records);
    (seconds, word("memory:") / 1024)
}

#[test]
fn memory_does_not_grow_with_the_records() {
    let (_, few) = pulled(&made(10_000), 10_000, 2_000);
    let (_, many) = pulled(&made(60_000), 60_000, 2_000);
    assert!(
        many <= few + 4,
        "{few} MB for 10,000 records, {many} MB for 60,000"
    );
}

#[test]
#[ignore = "half a minute: a million records"]
fn a_million_records() {
    let (bench, page) = (made(1_000_000), Sizes::default().bulk_page);
    let (seconds, memory) = pulled(&bench, 1_000_000, page);
    let rate = 1_000_000.0 / seconds;
    println!("1,000,000 opportunities in {seconds:.1} s, {rate:.0} a second, {memory} MB at most");
    assert!(memory < 60, "{memory} MB");
    // What is gone is found by comparing ids.
    let (seconds, memory) = pulled(&bench, 1_000_000, page);
    println!("again, and compared with the first: {seconds:.1} s, {memory} MB at most");
    assert!(memory < 120, "{memory} MB");
}

/// The other process of the tests above; by itself it does nothing.
#[tokio::test]
async fn child() {
    let Ok(url) = std::env::var("SALESFORCE_URL") else {
        return;
    };
    let mut config = Bench::new().config;
    config.url = url.parse().unwrap();
    config.patience = Default::default();
    config.sizes = Sizes {
        bulk_page: std::env::var("SALESFORCE_PAGE").unwrap().parse().unwrap(),
        calls_a_second: 0.0,
        ..Sizes::default()
    };
    let folder = std::env::var_os("SALESFORCE_RAW").unwrap();
    let origin = config.origin();
    let mut raw = Raw::open(
        folder.as_ref(),
        salesforce::SOURCE,
        &origin,
        RawOptions::default(),
        &silent(),
    )
    .unwrap();
    salesforce::pull(&config, &mut raw, Mode::Full, &silent())
        .await
        .unwrap();
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let peak = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .unwrap();
    println!("landed: {}", raw.landed("Opportunity"));
    println!("memory: {}", peak.trim().trim_end_matches("kB"));
}
