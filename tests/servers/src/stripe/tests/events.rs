//! Events: what tells of which change, for how long, and how late.
use serde_json::{Value, json};

use super::{Site, ids};
use crate::stripe::Kind;

fn told(list: &Value) -> Vec<(String, String)> {
    let data = list["data"].as_array().expect("data").iter();
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    data.map(|event| (text(&event["type"]), text(&event["data"]["object"]["id"])))
        .collect()
}

#[tokio::test]
async fn each_change_is_told_as_stripe_tells_it() {
    let site = Site::start();
    let store = &site.stripe.store;
    store.fill(Kind::Customer, json!({"id": "cus_1", "name": "Old"}));
    store.create(
        Kind::Subscription,
        json!({"id": "sub_1", "customer": "cus_1"}),
    );
    store.update(Kind::Customer, "cus_1", json!({"name": "New"}));
    store.create(Kind::Invoice, json!({"id": "in_1"}));
    store.update(Kind::Invoice, "in_1", json!({"status": "paid"}));
    store.delete(Kind::Customer, "cus_1");
    store.tell(
        "customer.discount.created",
        json!({"id": "di_1", "object": "discount"}),
    );
    let list = site.get("/v1/events?limit=100").await;
    let expected = [
        ("customer.discount.created", "di_1"),
        ("customer.deleted", "cus_1"),
        ("customer.subscription.deleted", "sub_1"),
        ("invoice.paid", "in_1"),
        ("invoice.updated", "in_1"),
        ("invoice.created", "in_1"),
        ("customer.updated", "cus_1"),
        ("customer.subscription.created", "sub_1"),
    ];
    assert_eq!(
        told(&list),
        expected.map(|(name, id)| (name.to_owned(), id.to_owned()))
    );
    let events = list["data"].as_array().expect("data");
    assert_eq!(
        events[6]["data"]["previous_attributes"],
        json!({"name": "Old"})
    );
    assert_eq!(events[6]["data"]["object"]["name"], "New");
    assert_eq!(
        events[1]["data"]["object"]["name"], "New",
        "the last version, not the stub"
    );
    assert_eq!(
        site.get("/v1/subscriptions/sub_1").await["status"],
        "canceled"
    );

    let one = events[3]["id"].as_str().expect("an id");
    assert_eq!(site.get(&format!("/v1/events/{one}")).await, events[3]);
    let some = site
        .get("/v1/events?types[]=invoice.paid&types[]=customer.deleted")
        .await;
    assert_eq!(told(&some).len(), 2);
    assert_eq!(told(&site.get("/v1/events?type=customer.*").await).len(), 5);
    assert_eq!(
        told(&site.get("/v1/events?type=invoice.paid").await).len(),
        1
    );
    assert_eq!(site.error("/v1/events?type=a&types[]=b").await.0, 400);
    assert_eq!(site.error("/v1/events?types[]=customer.*").await.0, 400);
    let many = "&types[]=a".repeat(21);
    assert_eq!(
        site.error(&format!("/v1/events?limit=1{many}")).await.0,
        400
    );
}

#[tokio::test]
async fn events_are_forgotten_after_thirty_days() {
    let site = Site::start();
    let (store, clock) = (&site.stripe.store, &site.stripe.controls.clock);
    clock.advance(-29 * 86_400);
    store.create(Kind::Product, json!({"id": "prod_1"}));
    let event = ids(&site.get("/v1/events").await).remove(0);
    clock.advance(29 * 86_400);
    site.get(&format!("/v1/events/{event}")).await;
    clock.advance(2 * 86_400);
    assert_eq!(ids(&site.get("/v1/events").await), Vec::<String>::new());
    assert_eq!(site.error(&format!("/v1/events/{event}")).await.0, 404);
    site.get("/v1/products/prod_1").await;
}

#[tokio::test]
async fn a_late_event_appears_among_older_ones() {
    let site = Site::start();
    let (store, clock) = (&site.stripe.store, &site.stripe.controls.clock);
    store.events_late(50);
    store.create(Kind::Product, json!({"id": "prod_late"}));
    store.events_late(0);
    store.create(Kind::Product, json!({"id": "prod_prompt"}));
    let list = site.get("/v1/events").await;
    assert_eq!(
        told(&list),
        [("product.created".to_owned(), "prod_prompt".to_owned())]
    );
    clock.advance(51);
    let told = told(&site.get("/v1/events").await);
    let ids: Vec<&str> = told.iter().map(|(_, id)| id.as_str()).collect();
    assert_eq!(ids, ["prod_prompt", "prod_late"]);
}
