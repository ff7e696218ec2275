//! Keys, permissions, versions and the pace of requests.
use super::Site;
use crate::stripe::{KEY, Kind, VERSION};

#[tokio::test]
async fn a_key_is_a_bearer_token_or_a_basic_name() {
    let site = Site::start();
    let version = ("stripe-version", VERSION);
    // The key and a colon, as `base64` codes it.
    let basic = "Basic c2tfdGVzdF90aWRlbWFya2Z1bGxhY2Nlc3MwMDAxOg==";
    let bearer = format!("Bearer {KEY}");
    for (header, status) in [
        (basic, 200),
        (&bearer, 200),
        ("Bearer sk_test_0", 401),
        ("Bearer ", 401),
        ("Basic !", 401),
    ] {
        let response = site
            .send("/v1/customers", &[("authorization", header), version])
            .await;
        assert_eq!(response.status(), status, "{header}");
        assert!(response.headers().contains_key("request-id"));
        assert_eq!(response.headers()["stripe-version"], VERSION);
    }
    assert_eq!(site.send("/v1/customers", &[version]).await.status(), 401);
    let (status, error) = site.ask("sk_test_abcdefgh", "/v1/customers").await;
    assert_eq!(status, 401);
    assert_eq!(
        error["error"]["message"],
        "Invalid API Key provided: sk_test_****efgh"
    );
    site.stripe.store.revoke(KEY);
    assert_eq!(site.ask(KEY, "/v1/customers").await.0, 401);
}

#[tokio::test]
async fn the_version_must_be_named() {
    let site = Site::start();
    let bearer = format!("Bearer {KEY}");
    let key = ("authorization", bearer.as_str());
    assert_eq!(site.send("/v1/customers", &[key]).await.status(), 400);
    let old = ("stripe-version", "2020-08-27");
    assert_eq!(site.send("/v1/customers", &[key, old]).await.status(), 400);
}

#[tokio::test]
async fn a_restricted_key_reads_what_it_may_and_is_told_what_it_may_not() {
    let site = Site::start();
    let key = "rk_test_narrow00";
    site.stripe.store.allow(key, [Kind::Subscription]);
    for (path, permission) in [
        ("/v1/subscriptions", None),
        ("/v1/subscriptions?expand[]=data.discounts", None),
        ("/v1/subscription_items?subscription=sub_none", None),
        (
            "/v1/subscriptions?expand[]=data.discounts.source.coupon",
            Some("rak_coupon_read"),
        ),
        ("/v1/prices", Some("rak_plan_read")),
        ("/v1/events", Some("rak_event_read")),
        ("/v1/invoices/in_1/lines", Some("rak_invoice_read")),
        ("/v1/customers/cus_1", Some("rak_customer_read")),
    ] {
        let (status, document) = site.ask(key, path).await;
        assert_eq!(status == 403, permission.is_some(), "{path}: {document}");
        if let Some(permission) = permission {
            let message = document["error"]["message"].as_str().expect("a message");
            assert!(
                message.contains(&format!("Having the '{permission}' permission")),
                "{message}"
            );
        }
    }
}

#[tokio::test]
async fn too_many_requests_to_one_endpoint_are_turned_away() {
    let site = Site::start();
    site.stripe.store.limit(Some(3));
    for _ in 0..3 {
        site.get("/v1/customers").await;
    }
    let bearer = format!("Bearer {KEY}");
    let headers = [
        ("authorization", bearer.as_str()),
        ("stripe-version", VERSION),
    ];
    let response = site.send("/v1/customers", &headers).await;
    assert_eq!(response.status(), 429);
    assert_eq!(
        response.headers()["stripe-rate-limited-reason"],
        "endpoint-rate"
    );
    site.get("/v1/products").await;
    tokio::time::sleep(std::time::Duration::from_millis(1_050)).await;
    site.get("/v1/customers").await;
}

#[tokio::test]
async fn a_path_that_leads_nowhere_says_so() {
    let (status, _, message) = Site::start().error("/v1/charges").await;
    assert_eq!(status, 404);
    assert!(message.contains("/v1/charges"), "{message}");
}
