//! Later pulls: what changed, what was deleted, what webhooks marked, and gaps longer than events are kept.

use std::fs;

use serde_json::{Value, json};
use tidemark_connectors::Mode;
use tidemark_test_servers::stripe::Kind;

use crate::stripe::company::Company;

fn landed(company: &Company, object: &str, id: &str) -> Option<Value> {
    company.landed().remove(&(object.to_owned(), id.to_owned()))
}

#[tokio::test]
async fn changes_are_fetched_as_they_are_now() {
    let company = Company::small();
    company.pull(Mode::Incremental).await.expect("a pull");
    company.stripe.controls.clock.advance(3600);
    let store = &company.stripe.store;
    let customer = company.kept_ids(Kind::Customer, "customers")[0].clone();
    let subscription = company.kept_ids(Kind::Subscription, "subscriptions")[3].clone();
    for name in ["Before", "After"] {
        store.update(Kind::Customer, &customer, json!({"name": name}));
    }
    store.update(
        Kind::Subscription,
        &subscription,
        json!({"status": "canceled"}),
    );
    let new = store.create(Kind::Customer, json!({"name": "New"}));
    let lines: Vec<Value> = (0..30)
        .map(|line| json!({"id": format!("il_new_{line}"), "object": "line_item", "amount": 1}))
        .collect();
    let invoice = store.create(Kind::Invoice, json!({"customer": new, "lines": lines}));
    let gone = company.kept_ids(Kind::Customer, "customers")[5].clone();
    store.delete(Kind::Customer, &gone);
    let draft = store.create(Kind::Invoice, json!({"customer": new}));
    store.delete(Kind::Invoice, &draft);

    let before = company.asked("GET /v1/customers/{id}");
    company.pull(Mode::Incremental).await.expect("a pull");
    assert_eq!(
        landed(&company, "customers", &customer).expect("a customer")["name"],
        json!("After")
    );
    assert_eq!(
        landed(&company, "subscriptions", &subscription).expect("a subscription")["status"],
        json!("canceled")
    );
    assert_eq!(
        landed(&company, "customers", &new).expect("a customer")["name"],
        json!("New")
    );
    assert_eq!(
        landed(&company, "invoices", &invoice).expect("an invoice")["lines"]["data"]
            .as_array()
            .map(Vec::len),
        Some(30)
    );
    assert_eq!(
        landed(&company, "customers", &gone).expect("a stub")["deleted"],
        json!(true)
    );
    assert_eq!(
        landed(&company, "invoices", &draft).expect("a stub")["deleted"],
        json!(true)
    );
    assert_eq!(
        company.asked("GET /v1/customers/{id}") - before,
        3,
        "each changed customer once"
    );
}

#[tokio::test]
async fn changes_during_the_first_pull_and_late_events_are_not_missed() {
    let company = Company::small();
    company.stripe.store.events_late(60);
    // After the lists of customers are read, and before the pull ends, somebody renames one.
    company.pull(Mode::Incremental).await.expect("a pull");
    let customer = company.kept_ids(Kind::Customer, "customers")[0].clone();
    company
        .stripe
        .store
        .update(Kind::Customer, &customer, json!({"name": "Late"}));
    company.pull(Mode::Incremental).await.expect("a pull");
    assert_ne!(
        landed(&company, "customers", &customer).expect("a customer")["name"],
        json!("Late"),
        "the event is not there yet"
    );
    company.stripe.controls.clock.advance(120);
    company.pull(Mode::Incremental).await.expect("a pull");
    assert_eq!(
        landed(&company, "customers", &customer).expect("a customer")["name"],
        json!("Late")
    );
}

#[tokio::test]
async fn a_long_gap_leads_to_a_full_pull() {
    let company = Company::small();
    company.pull(Mode::Incremental).await.expect("a pull");
    let customer = company.kept_ids(Kind::Customer, "customers")[0].clone();
    company
        .stripe
        .store
        .update(Kind::Customer, &customer, json!({"name": "Long ago"}));
    company.stripe.controls.clock.advance(40 * 86_400);
    company.pull(Mode::Incremental).await.expect("a pull");
    assert_eq!(
        landed(&company, "customers", &customer).expect("a customer")["name"],
        json!("Long ago")
    );
}

#[tokio::test]
async fn what_a_webhook_marked_is_fetched_once() {
    let company = Company::small();
    company.pull(Mode::Incremental).await.expect("a pull");
    let customer = company.kept_ids(Kind::Customer, "customers")[0].clone();
    company.stripe.controls.clock.advance(3600);
    let inbox = company.folder.path().join("stripe/.sync/inbox");
    fs::create_dir_all(&inbox).expect("a folder");
    let mark = json!({"id": "evt_1", "type": "customer.updated", "created": 1, "object": "customer", "object_id": customer});
    fs::write(inbox.join("evt_1.json"), mark.to_string()).expect("a mark");
    fs::write(inbox.join("evt_2.new"), "{").expect("a mark being written");
    let before = company.asked("GET /v1/customers/{id}");
    company.pull(Mode::Incremental).await.expect("a pull");
    company.pull(Mode::Incremental).await.expect("a pull");
    assert_eq!(company.asked("GET /v1/customers/{id}") - before, 1);
    assert!(!inbox.join("evt_1.json").exists() && inbox.join("evt_2.new").exists());
}
