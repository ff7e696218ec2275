//! Single objects: expansions, and the lists inside them.
use serde_json::{Value, json};

use super::{Site, ids};
use crate::stripe::Kind;

/// A subscription of twelve items with a discount, and its invoice of twenty-three lines.
fn fill(site: &Site) {
    let store = &site.stripe.store;
    store.create(Kind::Customer, json!({"id": "cus_1", "name": "One"}));
    store.create(Kind::Coupon, json!({"id": "TEN", "percent_off": 10}));
    store.create(Kind::Product, json!({"id": "prod_1"}));
    let discount = json!({
        "id": "di_1", "object": "discount", "customer": "cus_1", "promotion_code": null,
        "source": {"coupon": "TEN", "type": "coupon"}, "subscription": "sub_1",
    });
    let item = |n: usize| {
        json!({
            "id": format!("si_{n}"), "object": "subscription_item", "quantity": n, "discounts": [],
            "price": {"id": "price_1", "object": "price", "product": "prod_1", "tiers": [1]},
        })
    };
    let line = |n: usize| json!({"id": format!("il_{n}"), "object": "line_item", "amount": n, "discounts": [discount]});
    store.create(
        Kind::Invoice,
        json!({"id": "in_1", "customer": "cus_1", "lines": (1..=23).map(line).collect::<Vec<Value>>()}),
    );
    store.create(
        Kind::Subscription,
        json!({
            "id": "sub_1", "customer": "cus_1", "discounts": [discount], "latest_invoice": "in_1",
            "items": (1..=12).map(item).collect::<Vec<Value>>(),
        }),
    );
}

#[tokio::test]
async fn ids_become_objects_only_where_asked() {
    let site = Site::start();
    fill(&site);
    let plain = site.get("/v1/subscriptions/sub_1").await;
    assert_eq!(plain["discounts"], json!(["di_1"]));
    assert_eq!(
        (&plain["customer"], &plain["latest_invoice"]),
        (&json!("cus_1"), &json!("in_1"))
    );
    assert_eq!(
        plain["items"]["data"][0]["price"].get("tiers"),
        None,
        "hidden unless asked for"
    );

    let list = site
        .get("/v1/subscriptions?expand[]=data.discounts&expand[]=data.customer")
        .await;
    let first = &list["data"][0];
    assert_eq!(
        first["discounts"][0]["source"],
        json!({"coupon": "TEN", "type": "coupon"})
    );
    assert_eq!(first["customer"]["name"], "One");

    let deep = site
        .get("/v1/subscriptions?expand[0]=data.discounts.source.coupon")
        .await;
    assert_eq!(
        deep["data"][0]["discounts"][0]["source"]["coupon"]["percent_off"],
        10
    );

    let one = "/v1/subscriptions/sub_1?expand[]=latest_invoice.lines.data.discounts&expand[]=items.data.price.product";
    let one = site.get(one).await;
    assert_eq!(
        one["latest_invoice"]["lines"]["data"][9]["discounts"][0]["id"],
        "di_1"
    );
    assert_eq!(
        one["items"]["data"][0]["price"]["product"]["object"],
        "product"
    );
}

#[tokio::test]
async fn what_cannot_be_expanded_is_refused() {
    let site = Site::start();
    fill(&site);
    for (path, code, part) in [
        (
            "/v1/subscriptions?expand[]=discounts",
            "",
            "try expanding 'data.discounts'",
        ),
        (
            "/v1/subscriptions?expand[]=data.metadata",
            "",
            "cannot be expanded (data.metadata)",
        ),
        (
            "/v1/subscriptions?expand[]=data.items.data",
            "",
            "cannot be expanded",
        ),
        (
            "/v1/subscriptions?expand[]=data.items.data.price",
            "",
            "cannot be expanded",
        ),
        (
            "/v1/subscriptions?expand[]=data.customer.nickname",
            "",
            "cannot be expanded",
        ),
        (
            "/v1/subscriptions/sub_1?expand[]=default_source.x",
            "",
            "cannot be expanded",
        ),
        (
            "/v1/subscriptions?expand[]=data.items.data.price.product",
            "property_expansion_max_depth",
            "more than 4 levels",
        ),
    ] {
        let (status, found, message) = site.error(path).await;
        assert_eq!((status, found.as_str()), (400, code), "{path}");
        assert!(message.contains(part), "{path}: {message}");
    }
}

#[tokio::test]
async fn nested_lists_are_cut_off_and_go_on_elsewhere() {
    let site = Site::start();
    fill(&site);
    let invoice = site.get("/v1/invoices/in_1").await;
    let lines = &invoice["lines"];
    assert_eq!((ids(lines).len(), &lines["has_more"]), (10, &json!(true)));
    assert_eq!(lines["data"][0]["invoice"], "in_1");
    let url = lines["url"].as_str().expect("an address");
    let expected: Vec<String> = (1..=23).map(|n| format!("il_{n}")).collect();
    for limit in [1, 10, 23, 100] {
        assert_eq!(site.all(url, limit).await, expected, "limit {limit}");
    }
    let page = site
        .get(&format!(
            "{url}?starting_after=il_10&expand[]=data.discounts"
        ))
        .await;
    assert_eq!(ids(&page), expected[10..20]);
    assert_eq!(page["data"][0]["discounts"][0]["id"], "di_1");
    let page = site.get(&format!("{url}?ending_before=il_3")).await;
    assert_eq!(
        (ids(&page), &page["has_more"]),
        (expected[..2].to_vec(), &json!(false))
    );

    let subscription = site.get("/v1/subscriptions/sub_1").await;
    let url = subscription["items"]["url"].as_str().expect("an address");
    assert_eq!(site.all(url, 5).await.len(), 12);
    assert_eq!(
        site.get("/v1/subscription_items/si_12").await["subscription"],
        "sub_1"
    );
    for (path, status) in [
        ("/v1/subscription_items/si_13", 404),
        ("/v1/subscription_items?subscription=sub_2", 404),
        ("/v1/invoices/in_2/lines", 404),
        ("/v1/invoices/in_1/lines?starting_after=il_99", 400),
    ] {
        let (found, code, message) = site.error(path).await;
        assert_eq!(
            (found, code.as_str()),
            (status, "resource_missing"),
            "{path}: {message}"
        );
    }
}
