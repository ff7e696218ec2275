//! Many records in constant memory, with the speed told against Stripe's own limit.

use std::time::{Duration, Instant};

use tidemark_test_servers::stripe::{Kind, Stripe, customers, invoices};

use crate::common::{many, most_held, tell_speed};
use crate::stripe::company::Company;
use tidemark_connectors::{Mode, Raw, RawOptions, silent, stripe};

/// Two lists side by side at 25 calls a second each, with 100 records to a call.
const STRIPE_PER_SECOND: f64 = 2.0 * 25.0 * 100.0;

async fn pull(records: u64) {
    let account = Stripe::default();
    account
        .store
        .generate(Kind::Customer, customers(records / 2));
    account.store.generate(Kind::Invoice, invoices(records / 2));
    let company = Company::new(account);
    let mut config = company.config();
    config.patience.timeout = Duration::from_secs(60);
    let folder = company.folder.path();
    let begun = Instant::now();
    let mut raw = Raw::open(
        folder,
        stripe::SOURCE,
        "large",
        RawOptions::default(),
        &silent(),
    )
    .expect("a folder");
    stripe::pull(&config, &mut raw, Mode::Incremental, &silent())
        .await
        .expect("a pull");
    let landed: u64 = raw.landed_by_object().values().sum();
    // Slices meet at a record or two, which is landed twice.
    assert!(landed >= records && landed < records + 10, "{landed}");
    tell_speed(
        "customers and invoices",
        records,
        begun.elapsed().as_secs_f64(),
        STRIPE_PER_SECOND,
    );
}

#[tokio::test]
async fn memory_does_not_grow_with_the_records() {
    pull(10_000).await;
    let few = most_held();
    pull(many(60_000)).await;
    let grown = most_held() - few;
    println!("{grown} MB more for many");
    assert!(grown < 24, "{grown} MB more");
}
