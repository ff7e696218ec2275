//! A process that is killed anywhere loses nothing: the next one goes on.

use tidemark_connectors::Mode;

use crate::salesforce::bench::Bench;

/// Pulls until this many requests were made, and is dropped while it waits for the answer to the next one.
async fn killed_after(bench: &Bench, requests: u64) -> bool {
    let until = bench.org.requests() + requests;
    bench
        .org
        .options(|options| options.silent_after = Some(until));
    let killed = tokio::select! {
        pulled = bench.pull(Mode::Incremental) => { pulled.unwrap(); false }
        () = bench.org.seen(until + 1) => true,
    };
    bench.org.options(|options| options.silent_after = None);
    killed
}

#[tokio::test]
async fn a_kill_at_any_request_loses_nothing() {
    let mut kills = 0;
    for requests in 0.. {
        let mut bench = Bench::filled(10);
        bench.config.sizes.bulk_from = 14;
        let first = killed_after(&bench, requests).await;
        // The world goes on between the two.
        for number in 100..116 {
            bench.account(number);
        }
        bench.later();
        bench.sync().await;
        bench.later();
        let second = killed_after(&bench, requests).await;
        bench.account(200);
        bench.later();
        bench.sync().await;
        bench.assert_equal();
        kills += u32::from(first) + u32::from(second);
        if !first && !second {
            break;
        }
    }
    assert!(kills > 30, "{kills} kills");
}

#[tokio::test]
async fn a_sync_that_is_killed_again_and_again_comes_to_its_end() {
    let bench = Bench::filled(60);
    let mut kills = 0;
    while killed_after(&bench, 5 + kills % 4).await {
        kills += 1;
        assert!(kills < 60, "it does not come on");
    }
    assert!(kills > 3, "{kills} kills");
    bench.assert_equal();
    let jobs = "POST /services/data/{version}/jobs/query";
    let jobs = bench.org.controls.requests.count(jobs);
    // One for each object, and some whose creation was not answered any more.
    assert!(jobs <= 6, "{jobs} jobs: it began anew");
}

#[tokio::test]
async fn syncs_that_all_end_early_still_reach_every_object() {
    let bench = Bench::filled(10);
    for _ in 0..30 {
        // As many requests as a sign-in and the changes of three objects take, and a description.
        killed_after(&bench, 8).await;
        bench.later();
    }
    let jobs = "POST /services/data/{version}/jobs/query";
    let jobs = bench.org.controls.requests.count(jobs);
    assert!(jobs >= 4, "{jobs} of four objects were read");
    bench.sync().await;
    bench.assert_equal();
}
