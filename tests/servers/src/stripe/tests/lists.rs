//! Lists: order, cursors, limits, filters, and what is wrong with them when a test asks for it.
use serde_json::json;

use super::{Site, ids};
use crate::stripe::{Defect, Kind, customers};

#[tokio::test]
async fn every_page_size_gives_every_object_once_newest_first() {
    let site = Site::start();
    let store = &site.stripe.store;
    // Three in each second, so that the time alone does not order them.
    let mut expected: Vec<String> = (0..23)
        .map(|n| store.create(Kind::Customer, json!({"created": 1_700_000_000 + n / 3})))
        .collect();
    // Known late, but made early.
    expected.insert(
        0,
        store.create(Kind::Customer, json!({"created": 1_600_000_000})),
    );
    expected.reverse();
    for limit in [1, 2, 7, 24, 100] {
        assert_eq!(
            site.all("/v1/customers", limit).await,
            expected,
            "limit {limit}"
        );
    }
    assert_eq!(ids(&site.get("/v1/customers").await).len(), 10);
    let (seven, nine) = (&expected[7], &expected[9]);
    let page = site
        .get(&format!("/v1/customers?ending_before={nine}&limit=2"))
        .await;
    assert_eq!(ids(&page), expected[7..9]);
    assert_eq!(page["has_more"], true);
    let page = site
        .get(&format!("/v1/customers?ending_before={seven}"))
        .await;
    assert_eq!(
        (ids(&page), &page["has_more"]),
        (expected[..7].to_vec(), &json!(false))
    );
}

#[tokio::test]
async fn what_a_list_does_not_know_is_refused() {
    let site = Site::start();
    for (path, code) in [
        ("/v1/customers?limit=101", "parameter_invalid_integer"),
        ("/v1/customers?limit=0", "parameter_invalid_integer"),
        ("/v1/customers?status=all", "parameter_unknown"),
        ("/v1/customers?updated[gte]=1", "parameter_unknown"),
        ("/v1/invoices?created[since]=1", "parameter_unknown"),
        ("/v1/customers?starting_after=cus_none", "resource_missing"),
        ("/v1/subscriptions?status=any", ""),
        ("/v1/subscription_items", "parameter_missing"),
    ] {
        let (status, found, message) = site.error(path).await;
        assert_eq!((status, found.as_str()), (400, code), "{path}: {message}");
    }
}

#[tokio::test]
async fn times_are_bounded_as_asked() {
    let site = Site::start();
    for created in [10, 20, 30] {
        let fields = json!({"id": format!("in_{created}"), "created": created});
        site.stripe.store.create(Kind::Invoice, fields);
    }
    for (query, expected) in [
        ("created[gte]=20", vec!["in_30", "in_20"]),
        ("created[gt]=20", vec!["in_30"]),
        ("created[lte]=20", vec!["in_20", "in_10"]),
        ("created[gt]=10&created[lt]=30", vec!["in_20"]),
        ("created=30", vec!["in_30"]),
        ("created[gt]=30", vec![]),
        ("created[gt]=30&created[lt]=20", vec![]),
        (
            "created[lte]=20&starting_after=in_30",
            vec!["in_20", "in_10"],
        ),
        ("created[gte]=20&starting_after=in_20", vec![]),
    ] {
        assert_eq!(
            ids(&site.get(&format!("/v1/invoices?{query}")).await),
            expected,
            "{query}"
        );
    }
}

#[tokio::test]
async fn canceled_subscriptions_come_only_when_asked_for() {
    let site = Site::start();
    let store = &site.stripe.store;
    for status in ["active", "canceled", "incomplete_expired"] {
        let fields = json!({"id": format!("sub_{status}"), "status": status, "customer": "cus_1"});
        store.create(Kind::Subscription, fields);
    }
    for (query, expected) in [
        ("", vec!["sub_incomplete_expired", "sub_active"]),
        (
            "?status=all",
            vec!["sub_incomplete_expired", "sub_canceled", "sub_active"],
        ),
        (
            "?status=ended",
            vec!["sub_incomplete_expired", "sub_canceled"],
        ),
        ("?status=canceled&customer=cus_1", vec!["sub_canceled"]),
        ("?status=canceled&customer=cus_2", vec![]),
    ] {
        assert_eq!(
            ids(&site.get(&format!("/v1/subscriptions{query}")).await),
            expected,
            "{query}"
        );
    }
}

#[tokio::test]
async fn a_deleted_customer_leaves_lists_but_not_its_place() {
    let site = Site::start();
    let store = &site.stripe.store;
    for n in 1..=3 {
        store.create(Kind::Customer, json!({"id": format!("cus_{n}")}));
        store.create(Kind::Product, json!({"id": format!("prod_{n}")}));
    }
    store.delete(Kind::Customer, "cus_2");
    store.delete(Kind::Product, "prod_2");
    assert_eq!(site.all("/v1/customers", 1).await, ["cus_3", "cus_1"]);
    let page = site.get("/v1/customers?starting_after=cus_2").await;
    assert_eq!(ids(&page), ["cus_1"]);
    let stub = site.get("/v1/customers/cus_2").await;
    assert_eq!(
        stub,
        json!({"id": "cus_2", "object": "customer", "deleted": true})
    );
    assert_eq!(site.error("/v1/products/prod_2").await.0, 404);
    let (status, code, _) = site.error("/v1/products?starting_after=prod_2").await;
    assert_eq!((status, code.as_str()), (400, "resource_missing"));
}

#[tokio::test]
async fn objects_made_as_they_are_read_are_a_list_like_any_other() {
    let site = Site::start();
    let store = &site.stripe.store;
    store.generate(Kind::Customer, customers(250));
    let newest = store.create(Kind::Customer, json!({}));
    let all = site.all("/v1/customers", 100).await;
    assert_eq!(all.len(), 251);
    assert_eq!(
        (&all[0], all[1].as_str()),
        (&newest, "cus_large000000000249")
    );
    assert_eq!(all[250], "cus_large000000000000");
    assert_eq!(all, site.all("/v1/customers", 33).await);
    let one = site.get(&format!("/v1/customers/{}", all[100])).await;
    let created = one["created"].as_i64().expect("a time");
    assert_eq!(
        ids(&site.get(&format!("/v1/customers?created={created}")).await),
        all[100..101]
    );
    let page = site
        .get(&format!("/v1/customers?ending_before={}&limit=2", all[2]))
        .await;
    assert_eq!(ids(&page), all[..2]);
}

#[tokio::test]
async fn defects_are_as_described_and_can_be_mended() {
    let site = Site::start();
    let store = &site.stripe.store;
    for n in 0..9 {
        store.create(Kind::Coupon, json!({"id": format!("coupon{n}")}));
    }
    let right = site.all("/v1/coupons", 4).await;
    store.defect(Kind::Coupon, Some(Defect::Overlap));
    let mut doubled = site.all("/v1/coupons", 4).await;
    assert!(doubled.len() > right.len());
    doubled.sort();
    doubled.dedup();
    doubled.reverse();
    assert_eq!(doubled, right);
    store.defect(Kind::Coupon, Some(Defect::Stuck));
    let first = site.get("/v1/coupons?limit=4").await;
    let again = site
        .get(&format!("/v1/coupons?limit=4&starting_after={}", right[3]))
        .await;
    assert_eq!(first, again);
    assert_eq!(again["has_more"], true);
    store.defect(Kind::Coupon, None);
    assert_eq!(site.all("/v1/coupons", 4).await, right);
}
