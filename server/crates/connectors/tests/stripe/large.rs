//! Many records in constant memory, with the speed told against Stripe's own limit.

use std::time::Instant;

use tidemark_connectors::stripe;
use tidemark_connectors::{Mode, Raw, RawOptions, silent};
use tidemark_test_servers::stripe::{Kind, Stripe, customers, invoices};

use crate::company::Company;

/// Bytes of memory this process holds.
fn held() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| {
        line.trim()
            .trim_end_matches("kB")
            .trim()
            .parse::<u64>()
            .ok()
    });
    kilobytes.unwrap_or(0) * 1024
}

/// Pulls half as many customers as invoices; returns the memory held in the middle of the growth and at its end.
async fn pull(records: u64) {
    let stripe = Stripe::default();
    stripe
        .store
        .generate(Kind::Customer, customers(records / 2));
    stripe.store.generate(Kind::Invoice, invoices(records / 2));
    let company = Company::new(stripe);
    let mut config = company.config();
    // Stripe allows 100 a second: what comes out beyond that is room to spare.
    config.patience.timeout = std::time::Duration::from_secs(60);
    let (before, begun) = (held(), Instant::now());
    let mut raw = Raw::open(
        company.folder.path(),
        stripe::SOURCE,
        "large",
        RawOptions::default(),
        &silent(),
    )
    .expect("a folder");
    stripe::pull(&config, &mut raw, Mode::Incremental, &silent())
        .await
        .expect("a pull");
    let (took, grown) = (begun.elapsed(), held().saturating_sub(before));
    let landed: u64 = raw.landed_by_object().values().sum();
    // Slices meet at a record or two, which is landed twice.
    assert!(landed >= records && landed < records + 10, "{landed}");
    let per_second = landed as f64 / took.as_secs_f64();
    println!(
        "{landed} records in {:.0} s: {per_second:.0} a second; memory grew by {} MB",
        took.as_secs_f64(),
        grown / 1_000_000
    );
    assert!(grown < 150_000_000, "memory grew by {grown} bytes");
}

#[tokio::test]
async fn many_records_need_no_more_memory() {
    pull(20_000).await;
}

#[tokio::test]
#[ignore = "takes minutes: one million records"]
async fn a_million_records_need_no_more_memory() {
    pull(1_000_000).await;
}
