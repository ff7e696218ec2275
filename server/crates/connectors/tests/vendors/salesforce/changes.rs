//! First load, then changes: new, changed and deleted records, ties, late transactions, large windows, clocks that differ.

use chrono::TimeDelta;
use serde_json::json;
use tidemark_connectors::Mode;

use crate::salesforce::bench::{Bench, newest};

const QUERY: &str = "GET /services/data/{version}/queryAll";
const JOB: &str = "POST /services/data/{version}/jobs/query";

#[tokio::test]
async fn what_changed_lands_after_the_first_load() {
    let bench = Bench::filled(20);
    bench.sync().await;
    bench.assert_equal();
    assert_eq!(bench.org.controls.requests.count(JOB), 4);
    assert_eq!(bench.org.controls.requests.count(QUERY), 0);

    let id = bench.account(100);
    bench.org.update(
        "Account",
        &id,
        json!({ "Name": "Renamed", "NumberOfEmployees": null }),
    );
    let gone = bench.account(101);
    bench.later();
    bench.sync().await;
    bench.org.delete("Account", &gone);
    bench.later();
    bench.sync().await;
    bench.assert_equal();
    assert_eq!(
        bench.org.controls.requests.count(JOB),
        4,
        "changes are read by queries"
    );
}

#[tokio::test]
async fn an_org_without_records_is_an_org() {
    let bench = Bench::new();
    bench.sync().await;
    assert_eq!(
        bench.parts("Account"),
        1,
        "a build sees that it was asked for"
    );
    bench.account(1);
    bench.later();
    bench.sync().await;
    bench.assert_equal();
}

#[tokio::test]
async fn thousands_with_one_stamp_are_no_obstacle() {
    let mut bench = Bench::new();
    bench.sync().await;
    let now = bench.org.now();
    for number in 0..2_500 {
        let id = bench.account(number);
        bench.org.stamp("Account", &id, now);
    }
    bench.config.sizes.rest_page = 200;
    bench.later();
    bench.sync().await;
    bench.assert_equal();
    let queries = bench.org.controls.requests.count(QUERY);
    assert!((13..=16).contains(&queries), "{queries} queries");
}

#[tokio::test]
async fn the_rest_of_a_large_window_comes_by_a_job() {
    let mut bench = Bench::filled(10);
    bench.sync().await;
    for number in 0..100 {
        bench.account(number);
    }
    bench.later();
    bench.config.sizes.bulk_from = 20;
    bench.sync().await;
    bench.assert_equal();
    assert_eq!(bench.org.controls.requests.count(JOB), 5);
}

#[tokio::test]
async fn what_a_long_transaction_dated_back_is_found() {
    let bench = Bench::filled(4);
    bench.later();
    bench.sync().await;
    // Ended now, dated ten minutes ago: before the end of the window that was read.
    let id = bench.account(50);
    bench
        .org
        .stamp("Account", &id, bench.org.now() - TimeDelta::minutes(10));
    bench.later();
    bench.sync().await;
    bench.assert_equal();
}

#[tokio::test]
async fn a_clock_that_is_wrong_here_loses_nothing() {
    for hours in [-5, 5] {
        let bench = Bench::new();
        bench.org.controls.clock.advance(hours * 3_600);
        bench.account(1);
        bench.sync().await;
        bench.account(2);
        bench.later();
        bench.sync().await;
        bench.account(3);
        bench.later();
        bench.sync().await;
        bench.assert_equal();
    }
}

#[tokio::test]
async fn after_a_long_gap_or_on_demand_everything_is_read() {
    let bench = Bench::filled(6);
    bench.sync().await;
    bench.org.controls.clock.advance(16 * 86_400);
    bench.sync().await;
    assert_eq!(bench.org.controls.requests.count(JOB), 8);
    assert!(
        bench.notes().contains("everything is read again"),
        "{}",
        bench.notes()
    );
    bench.pull(Mode::Full).await.unwrap();
    assert_eq!(bench.org.controls.requests.count(JOB), 12);
    bench.assert_equal();
}

#[tokio::test]
async fn what_was_purged_is_found_when_everything_is_read() {
    let bench = Bench::filled(30);
    bench.sync().await;
    let accounts = bench.org.records("Account");
    let id = |at: usize| accounts[at]["Id"].clone();
    // Seen deleted, then purged; changed by REST, then purged; purged without having been seen.
    bench.org.delete("Account", &id(0));
    bench
        .org
        .update("Account", &id(1), json!({ "Industry": "Mining" }));
    bench.later();
    bench.sync().await;
    for at in 0..3 {
        bench.org.purge("Account", &id(at));
    }
    bench.later();
    bench.sync().await;
    let landed = || newest(bench.folder.path(), "Account");
    assert_eq!(landed()[&id(2)]["IsDeleted"], "false", "no query shows it");
    let deleted_at = landed()[&id(0)]["SystemModstamp"].clone();

    bench.pull(Mode::Full).await.unwrap();
    assert!(
        bench.notes().contains("Account: 2 records are gone"),
        "{}",
        bench.notes()
    );
    assert_eq!(
        landed()[&id(0)]["SystemModstamp"],
        deleted_at,
        "its deletion is known already"
    );
    for (at, industry) in [(1, "Mining"), (2, "Banking")] {
        let gone = &landed()[&id(at)];
        assert_eq!(
            (&*gone["IsDeleted"], &*gone["Industry"]),
            ("true", industry)
        );
        assert!(gone["SystemModstamp"] > deleted_at);
    }
    bench.pull(Mode::Full).await.unwrap();
    assert_eq!(
        bench.notes().matches("are gone").count(),
        1,
        "told and landed once"
    );
    assert_eq!(landed().len(), 30);
}

#[tokio::test]
async fn a_lost_permission_deletes_nothing() {
    let bench = Bench::filled(60);
    bench.sync().await;
    for account in bench.org.records("Account").iter().skip(30) {
        bench.org.purge("Account", &account["Id"]);
    }
    bench.pull(Mode::Full).await.unwrap();
    let landed = newest(bench.folder.path(), "Account");
    assert!(landed.values().all(|record| record["IsDeleted"] == "false"));
    assert!(
        bench
            .notes()
            .contains("30 of 60 records cannot be seen any more"),
        "{}",
        bench.notes()
    );
}
