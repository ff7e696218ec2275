//! What goes wrong on the way: the result is that of a run without faults.

use futures_util::future::join_all;
use serde_json::json;
use tidemark_test_servers::salesforce::Options;
use tidemark_test_servers::{Fault, Storm};

use crate::salesforce::bench::Bench;

/// First load, changes, deletions; `trouble` comes before each of the two pulls.
async fn through(trouble: impl Fn(&Bench)) -> Bench {
    let mut bench = Bench::filled(40);
    bench.config.sizes.bulk_from = 30;
    trouble(&bench);
    bench.sync().await;
    bench.assert_equal();
    bench.org.controls.faults.calm();
    for number in 100..150 {
        let id = bench.account(number);
        if number % 5 == 0 {
            bench.org.delete("Account", &id);
        }
    }
    let lead = bench.org.records("Lead")[0]["Id"].clone();
    bench
        .org
        .update("Lead", &lead, json!({ "Company": "Renamed" }));
    bench.later();
    trouble(&bench);
    bench.sync().await;
    bench.assert_equal();
    bench
}

fn with(change: impl Fn(&mut Options)) -> impl Fn(&Bench) {
    move |bench| bench.org.options(|options| change(options))
}

#[tokio::test]
async fn storms_of_every_kind_change_nothing() {
    let storms = (1..=4).map(|seed| {
        through(move |bench| {
            bench.org.controls.faults.storm(Storm {
                seed,
                per_hundred: 25,
                ..Storm::default()
            });
        })
    });
    for bench in join_all(storms).await {
        let injected = bench.org.controls.faults.injected();
        assert!(injected.values().sum::<u64>() > 5, "{injected:?}");
    }
}

#[tokio::test]
async fn each_fault_alone_changes_nothing() {
    let faults = Fault::ALL.map(|fault| {
        through(move |bench| {
            let script = (0..12).map(|at| (at % 5 == 1).then_some(fault));
            bench.org.controls.faults.script(script.collect::<Vec<_>>());
        })
    });
    for (bench, fault) in join_all(faults).await.iter().zip(Fault::ALL) {
        let injected = bench.org.controls.faults.injected();
        assert!(injected[&fault] >= 4, "{fault:?}: {injected:?}");
    }
}

#[tokio::test]
async fn defects_of_bulk_results_change_nothing() {
    through(with(|options| options.header_once = true)).await;
    through(with(|options| options.duplicate_pages = 1)).await;
    through(with(|options| options.duplicate_pages = 9)).await;
    through(with(|options| options.repeat_locators = 2)).await;
    through(with(|options| options.expire_jobs = 2)).await;
    through(with(|options| options.fail_jobs = 2)).await;
}

#[tokio::test]
async fn a_crowded_org_is_waited_for() {
    through(with(|options| options.crowded = 6)).await;
}

#[tokio::test]
async fn a_query_that_takes_too_long_becomes_a_job() {
    let bench = through(with(|options| options.timeouts = 1)).await;
    assert!(bench.notes().contains("QUERY_TIMEOUT"), "{}", bench.notes());
}

#[tokio::test]
async fn a_page_that_came_before_is_not_taken_for_the_next() {
    through(with(|options| options.stale_queries = 3)).await;
}

#[tokio::test]
async fn defects_without_an_end_end_in_words() {
    for (change, words) in [
        (
            (|options| options.fail_jobs = 99) as fn(&mut Options),
            "4 Bulk jobs of Account came to nothing: Salesforce ended it: Failed Retried more than fifteen times",
        ),
        (
            |options| options.duplicate_pages = 9_999,
            "a page that came before",
        ),
        (
            |options| options.repeat_locators = 9_999,
            "a page that leads to itself",
        ),
        (|options| options.expire_jobs = 99, "its result is gone"),
    ] {
        let bench = Bench::filled(40);
        bench.org.options(change);
        let error = bench.refused().await;
        assert!(error.contains(words), "{error}");
    }
    let bench = Bench::filled(20);
    bench.sync().await;
    bench.account(1);
    bench.later();
    bench.org.options(|options| options.stale_queries = 9_999);
    for number in 0..20 {
        bench.account(number);
    }
    bench.later();
    let error = bench.refused().await;
    assert!(error.contains("the same page again and again"), "{error}");
}

#[tokio::test]
async fn tokens_that_expire_are_renewed() {
    let bench = through(with(|options| options.token_requests = Some(3))).await;
    let tokens = bench
        .org
        .controls
        .requests
        .count("POST /services/oauth2/token");
    assert!(tokens > 10, "{tokens} tokens");
}

#[tokio::test]
async fn the_end_of_the_daily_allowance_stops_and_loses_nothing() {
    let bench = Bench::filled(40);
    let mut stopped = 0;
    for _ in 0..20 {
        bench.org.options(|options| options.requests_left = Some(7));
        let before = bench.org.requests();
        match bench.pull(Default::default()).await {
            Ok(()) => break,
            Err(error) => {
                let error = error.to_string();
                assert!(
                    error.contains("REQUEST_LIMIT_EXCEEDED") && error.contains("sync again later"),
                    "{error}"
                );
                // Two calls for a token, seven that are allowed, and one refusal for each object.
                assert!(bench.org.requests() - before <= 2 + 7 + 4, "goes on asking");
                stopped += 1;
            }
        }
    }
    assert!(stopped > 1, "{stopped}");
    bench.assert_equal();
}
