//! A webhook from Stripe to the running server, and the sync that acts on it.

use std::fs;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::Sha256;
use tidemark_test_servers::stripe::{KEY, Kind, Stripe};

use crate::place::{Place, serve, text};

const SECRET: &str = "whsec_canary";

/// The header Stripe sends along with a body.
fn signature(body: &str) -> String {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("a time")
        .as_secs();
    let mut hmac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).expect("a key");
    hmac.update(format!("{now}.{body}").as_bytes());
    format!("t={now},v1={}", hex::encode(hmac.finalize().into_bytes()))
}

#[test]
fn what_a_webhook_marks_is_fetched_with_the_next_sync() {
    let place = Place::empty();
    let stripe = Stripe::default();
    let customer = stripe.store.fill(Kind::Customer, json!({"name": "Before"}));
    let vendor = stripe.serve().expect("a free port");
    let sync = || {
        let mut command = place.command(&["sync"]);
        command
            .env("TIDEMARK_STRIPE_URL", vendor.url())
            .env("TIDEMARK_STRIPE_API_KEY", KEY);
        let output = command.output().expect("a run");
        assert!(output.status.success(), "{}", text(&output));
    };
    sync();
    // The event itself is never seen: only the webhook tells.
    stripe.store.events_late(86_400);
    stripe
        .store
        .update(Kind::Customer, &customer, json!({"name": "After"}));

    let mut command = place.command(&["serve", "--listen", "127.0.0.1:0"]);
    command.env(
        "TIDEMARK_STRIPE_WEBHOOK_SECRET",
        format!("whsec_old, {SECRET}"),
    );
    let (_server, url) = serve(&mut command);
    let body = json!({
        "id": "evt_1", "object": "event", "type": "customer.updated", "created": 1,
        "data": {"object": {"id": customer, "object": "customer", "name": "After"}},
    })
    .to_string();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let post = |signature: String| {
        runtime.block_on(async {
            let client = tidemark_test_servers::client(Duration::from_secs(10));
            let request = client
                .post(format!("{url}api/v1/webhooks/stripe"))
                .header("stripe-signature", signature)
                .body(body.clone());
            request.send().await.expect("an answer").status().as_u16()
        })
    };
    assert_eq!(post("t=1,v1=00".to_owned()), 403);
    assert_eq!(post(signature(&body)), 200);
    assert_eq!(post(signature(&body)), 200, "a replay");
    let inbox = place.path("raw/stripe/.sync/inbox");
    let marks = |folder| fs::read_dir(folder).expect("the inbox").count();
    assert_eq!(marks(&inbox), 1);

    let asked = |stripe: &Stripe| {
        stripe
            .controls
            .requests
            .counts()
            .get("GET /v1/customers/{id}")
            .copied()
    };
    let before = asked(&stripe).unwrap_or(0);
    sync();
    assert_eq!(asked(&stripe), Some(before + 1));
    assert_eq!(marks(&inbox), 0);
    let parts = fs::read_dir(place.path("raw/stripe/customers"))
        .expect("parts")
        .count();
    assert_eq!(parts, 2, "the customer as it is now");
}
