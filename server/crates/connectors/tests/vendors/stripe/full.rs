//! The first pull: everything, whole, and its permissions.

use serde_json::json;
use tidemark_connectors::{Mode, SyncError};
use tidemark_test_servers::stripe::Kind;

use crate::stripe::company::Company;

#[tokio::test]
async fn everything_is_landed_whole() {
    let company = Company::small();
    company.pull(Mode::Incremental).await.expect("a pull");
    let landed = company.landed();
    let count = |object: &str| landed.keys().filter(|(of, _)| of == object).count();
    let counts = [
        "products",
        "prices",
        "coupons",
        "customers",
        "subscriptions",
        "invoices",
    ]
    .map(count);
    assert_eq!(
        counts,
        [1, 1, 1, 230, 230, 230],
        "canceled subscriptions included"
    );
    for record in landed
        .iter()
        .filter(|((object, _), _)| object == "invoices")
        .map(|(_, record)| record)
    {
        let lines = record["lines"]["data"].as_array().expect("lines");
        let kept = company
            .stripe
            .store
            .get(Kind::Invoice, record["id"].as_str().expect("an id"))
            .expect("an invoice");
        let ids = |lines: &[serde_json::Value]| -> Vec<_> {
            lines.iter().map(|line| line["id"].clone()).collect()
        };
        assert_eq!(
            ids(lines),
            ids(kept["lines"].as_array().expect("lines")),
            "{}",
            record["id"]
        );
        assert_eq!(record["lines"]["has_more"], json!(false));
    }
    let most = landed
        .values()
        .filter_map(|record| record["items"]["data"].as_array())
        .map(Vec::len)
        .max();
    assert_eq!(most, Some(13));
    let discounts = landed
        .values()
        .filter_map(|record| record["discounts"][0]["source"]["coupon"]["percent_off"].as_f64());
    assert_eq!(
        discounts.collect::<Vec<_>>(),
        vec![25.0; 23],
        "discounts come with their coupon"
    );
}

#[tokio::test]
async fn a_second_pull_asks_for_events_only() {
    let company = Company::small();
    company.pull(Mode::Incremental).await.expect("a pull");
    let (records, lists) = (company.records().len(), company.asked("GET /v1/customers"));
    company.pull(Mode::Incremental).await.expect("a pull");
    assert_eq!(
        (company.records().len(), company.asked("GET /v1/customers")),
        (records, lists)
    );
    company.pull(Mode::Full).await.expect("a pull");
    assert_eq!(company.records().len(), 2 * records);
    assert!(company.asked("GET /v1/customers") > lists);
}

#[tokio::test]
async fn a_missing_permission_is_named() {
    let mut company = Company::small();
    company.key = "rk_test_canary0001".to_owned();
    let kinds = Kind::ALL.into_iter().filter(|kind| *kind != Kind::Invoice);
    company.stripe.store.allow(&company.key, kinds);
    let access = company.check().await.expect("a check");
    let problems: Vec<_> = access
        .iter()
        .filter_map(|access| Some((access.object.as_str(), access.problem.as_deref()?)))
        .collect();
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].0, "invoices");
    assert!(
        problems[0]
            .1
            .contains("Invoices (Billing resources) to Read"),
        "{}",
        problems[0].1
    );
    let error = company
        .pull(Mode::Incremental)
        .await
        .expect_err("no permission");
    assert!(matches!(error, SyncError::Forbidden { .. }), "{error}");
    assert!(!error.to_string().contains("canary0001"), "{error}");

    company.key = "rk_test_wrong".to_owned();
    let asked = company.requests();
    let error = company
        .pull(Mode::Incremental)
        .await
        .expect_err("a wrong key");
    assert!(matches!(error, SyncError::Refused { .. }), "{error}");
    assert!(
        error.to_string().contains("TIDEMARK_STRIPE_API_KEY"),
        "{error}"
    );
    let again = company.requests();
    assert_eq!(again, asked + 1, "a wrong key is tried once");
}
