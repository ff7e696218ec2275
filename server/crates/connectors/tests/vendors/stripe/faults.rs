//! Faults of every kind and interruptions anywhere: the result is that of the run without them.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;
use tidemark_connectors::{Mode, SyncError};
use tidemark_test_servers::stripe::{Defect, Kind};
use tidemark_test_servers::{Fault, Storm};

use crate::stripe::company::{Company, Landed};

#[tokio::test]
async fn a_storm_of_each_fault_changes_nothing() {
    let calm = Company::small();
    calm.pull(Mode::Incremental).await.expect("a pull");
    let expected = calm.landed();
    // Side by side, since much of it is waiting.
    join_all(Fault::ALL.map(|fault| storm_of(fault, &expected))).await;
}

async fn storm_of(fault: Fault, expected: &Landed) {
    let company = Company::small();
    let faults = &company.stripe.controls.faults;
    faults.hold(Duration::from_millis(1700));
    // Those that cost real time are few.
    let per_hundred = match fault {
        Fault::LimitedSecond | Fault::LimitedDate | Fault::Hang | Fault::Slow => 6,
        _ => 40,
    };
    faults.storm(Storm {
        seed: 7,
        per_hundred,
        faults: vec![fault],
        ..Storm::default()
    });
    let pulled = company.pull(Mode::Incremental).await;
    pulled.unwrap_or_else(|error| panic!("{fault:?}: {error}"));
    assert!(faults.total() > 0, "{fault:?} did not happen");
    assert!(
        &company.landed() == expected,
        "{fault:?} changed the result"
    );
}

#[tokio::test]
async fn an_interruption_anywhere_is_taken_up_again() {
    let calm = Company::small();
    calm.pull(Mode::Incremental).await.expect("a pull");
    let requests = calm.requests();
    let expected = calm.landed();
    for through in (1..requests).step_by(2) {
        let company = Company::small();
        company.fails_after(through as usize, Fault::Internal);
        let error = company
            .pull(Mode::Incremental)
            .await
            .expect_err("a failing pull");
        assert!(matches!(error, SyncError::Unavailable { .. }), "{error}");
        company.stripe.controls.faults.calm();
        company.pull(Mode::Incremental).await.expect("a pull");
        assert!(company.landed() == expected, "after {through} answers");
    }
}

#[tokio::test]
async fn a_long_list_goes_on_in_the_middle() {
    let company = Company::long();
    company.fails_after(60, Fault::Internal);
    company
        .pull(Mode::Incremental)
        .await
        .expect_err("a failing pull");
    let (landed, records) = (company.landed().len(), company.records().len());
    assert!(
        landed > 1500 && landed < 5000,
        "{landed} landed in the first run"
    );
    company.stripe.controls.faults.calm();
    company.pull(Mode::Incremental).await.expect("a pull");
    assert_eq!(company.landed().len(), 5000);
    let again = company.records().len() - records;
    assert!(
        again < 5000 - landed + 700,
        "{again} records landed in the second run"
    );
}

#[tokio::test]
async fn an_abort_without_a_word_loses_nothing() {
    let calm = Company::small();
    calm.pull(Mode::Incremental).await.expect("a pull");
    let expected = calm.landed();
    for milliseconds in [5, 20, 60, 120, 200] {
        let company = Company::small();
        // Dropping the pull is what a kill leaves behind: parts not renamed, a state not written.
        let _ = tokio::time::timeout(
            Duration::from_millis(milliseconds),
            company.pull(Mode::Incremental),
        )
        .await;
        company.pull(Mode::Incremental).await.expect("a pull");
        assert!(company.landed() == expected, "after {milliseconds} ms");
    }
}

#[tokio::test]
async fn an_interrupted_reading_of_events_goes_on() {
    let company = Company::small();
    company.pull(Mode::Incremental).await.expect("a pull");
    company.stripe.controls.clock.advance(3600);
    let ids = company.kept_ids(Kind::Customer, "customers");
    for (number, id) in ids.iter().enumerate() {
        company.stripe.store.update(
            Kind::Customer,
            id,
            json!({"name": format!("Renamed {number}")}),
        );
    }
    let renamed = |company: &Company| {
        company
            .landed()
            .values()
            .filter(|record| {
                record["name"]
                    .as_str()
                    .is_some_and(|name| name.starts_with("Renamed"))
            })
            .count()
    };
    company.fails_after(150, Fault::BadGateway);
    company
        .pull(Mode::Incremental)
        .await
        .expect_err("a failing pull");
    let so_far = renamed(&company);
    assert!(so_far > 50 && so_far < ids.len(), "{so_far}");
    company.stripe.controls.faults.calm();
    company.stripe.controls.clock.advance(7200);
    company
        .stripe
        .store
        .update(Kind::Customer, &ids[0], json!({"name": "Renamed again"}));
    company.pull(Mode::Incremental).await.expect("a pull");
    assert_eq!(renamed(&company), ids.len());
    assert!(
        company
            .landed()
            .values()
            .any(|record| record["name"] == json!("Renamed again"))
    );
}

#[tokio::test]
async fn repeated_pages_do_no_harm_and_endless_lists_end() {
    let company = Company::small();
    company
        .stripe
        .store
        .defect(Kind::Customer, Some(Defect::Overlap));
    company.pull(Mode::Incremental).await.expect("a pull");
    let customers = company
        .landed()
        .keys()
        .filter(|(object, _)| object == "customers")
        .count();
    assert_eq!(customers, 230);

    let company = Company::small();
    company
        .stripe
        .store
        .defect(Kind::Customer, Some(Defect::Stuck));
    let error = company
        .pull(Mode::Incremental)
        .await
        .expect_err("a list without an end");
    assert!(
        error.to_string().contains("keeps giving the same page"),
        "{error}"
    );
}

#[tokio::test]
async fn a_clock_that_is_wrong_here_loses_nothing() {
    // The server lives two days ahead of this machine, then the machine's clock would be two days behind.
    let company = Company::small();
    company.stripe.controls.clock.advance(2 * 86_400);
    company.pull(Mode::Incremental).await.expect("a pull");
    let id = company.kept_ids(Kind::Customer, "customers")[0].clone();
    company.stripe.controls.clock.advance(60);
    company
        .stripe
        .store
        .update(Kind::Customer, &id, json!({"name": "Renamed"}));
    company.stripe.controls.clock.advance(60);
    company.pull(Mode::Incremental).await.expect("a pull");
    let landed = company.landed();
    assert_eq!(
        landed[&("customers".to_owned(), id)]["name"],
        json!("Renamed")
    );
}

#[tokio::test]
async fn a_limit_per_second_is_waited_out() {
    let company = Company::small();
    company.stripe.store.limit(Some(2));
    let pulled = company.pull(Mode::Incremental).await;
    company.stripe.store.limit(None);
    if pulled.is_err() {
        // Quick patience may end before a slow limit does; what was landed is kept.
        company.pull(Mode::Incremental).await.expect("a pull");
    }
    let customers = company
        .landed()
        .keys()
        .filter(|(object, _)| object == "customers")
        .count();
    assert_eq!(customers, 230);
}
