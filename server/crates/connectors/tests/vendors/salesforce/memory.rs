//! Many records in little memory: the pull runs in a process of its own, which tells the most memory it had.

use std::process::Command;
use std::time::Instant;

use tidemark_connectors::salesforce::Sizes;
use tidemark_connectors::{Mode, Raw, RawOptions, salesforce, silent};

use crate::common::{many, most_held, tell_speed};
use crate::salesforce::bench::Bench;

/// An org's 100,000 calls a day, spread evenly, with a page of 50,000 records each.
const SALESFORCE_PER_SECOND: f64 = 100_000.0 * 50_000.0 / 86_400.0;

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
        .args(["--exact", "salesforce::memory::child", "--nocapture"])
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
    (seconds, word("memory:"))
}

#[test]
fn memory_does_not_grow_with_the_records() {
    let page = 2_000;
    let (_, few) = pulled(&made(10_000), 10_000, page);
    let records = many(60_000);
    let bench = made(records);
    let (seconds, most) = pulled(&bench, records, page);
    tell_speed("opportunities", records, seconds, SALESFORCE_PER_SECOND);
    println!("{few} MB for 10,000, {most} MB for all");
    assert!(
        most <= few + 4,
        "{few} MB for 10,000 records, {most} MB for {records}"
    );
    // What is gone is found by comparing ids, some 60 bytes each.
    let (seconds, most) = pulled(&bench, records, page);
    println!("again, and compared with the first: {seconds:.1} s, {most} MB");
    assert!(
        most <= few + 8 + records / 16_000,
        "{most} MB for {records} compared"
    );
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
    println!("landed: {}", raw.landed("Opportunity"));
    println!("memory: {}", most_held());
}
