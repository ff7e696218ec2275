//! webhook: what is accepted, what is stored of it, and that a replay changes nothing.
use std::convert::Infallible;
use std::fs;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, HttpBody};
use axum::http::Method;
use bytes::Bytes;
use hyper::body::Frame;
use serde_json::{Value, json};

use super::site::{Answer, Site};
use crate::paths::STRIPE_WEBHOOK as PATH;
use crate::{Limits, StripeWebhook};

const NOW: i64 = 1_700_000_000;
// A body and its header as `generateTestHeaderString` of the official client (19.1.0) signs it.
const BODY: &str = r#"{"id":"evt_1","object":"event","type":"customer.updated","created":1700000000,"data":{"object":{"id":"cus_1","object":"customer","name":"Zoë"}}}"#;
const SIGNED: &str =
    "t=1700000000,v1=d08592de671509c5d05bb646f304a14282b98a3388b9f9e8fb46759656729ff1";

fn site() -> Site {
    Site::set_up(Limits::default(), |folder| {
        Some(StripeWebhook {
            secrets: vec!["whsec_first".to_owned()],
            inbox: folder.join("raw/inbox"),
            now: || NOW,
        })
    })
}

fn inbox(site: &Site) -> PathBuf {
    site.folder.path().join("raw/inbox")
}

fn names(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let name = |entry: std::io::Result<fs::DirEntry>| entry.unwrap().file_name();
    let mut names: Vec<String> = entries.map(|e| name(e).into_string().unwrap()).collect();
    names.sort();
    names
}

async fn post(site: &Site, header: &str, body: impl Into<Body>) -> Answer {
    let headers = [
        ("stripe-signature", header),
        ("content-type", "application/json"),
    ];
    site.send(Method::POST, PATH, &headers, body.into()).await
}

/// A body of which nothing ever comes.
struct Endless;

impl HttpBody for Endless {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Pending
    }
}

/// A header for any body, by the code under test's own library; its vectors are tested elsewhere.
fn sign(body: &str) -> String {
    use hmac::{Hmac, KeyInit, Mac};
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(b"whsec_first").unwrap();
    mac.update(format!("{NOW}.{body}").as_bytes());
    format!("t={NOW},v1={}", hex::encode(mac.finalize().into_bytes()))
}

#[tokio::test]
async fn a_signed_event_is_stored_by_name_only_and_a_replay_changes_nothing() {
    let site = site();
    let answer = post(&site, SIGNED, BODY).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json(), json!({"received": true}));
    assert_eq!(names(&inbox(&site)), ["evt_1.json"]);
    let file = inbox(&site).join("evt_1.json");
    let stored: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    let expected = json!({
        "id": "evt_1", "type": "customer.updated", "created": NOW,
        "object": "customer", "object_id": "cus_1",
    });
    assert_eq!(stored, expected, "no name, no e-mail, nothing else");

    fs::write(&file, "untouched").unwrap();
    assert_eq!(post(&site, SIGNED, BODY).await.status, 200);
    assert_eq!(fs::read_to_string(&file).unwrap(), "untouched");
}

#[tokio::test]
async fn an_unsigned_request_learns_nothing_and_leaves_nothing() {
    let site = site();
    let stale = SIGNED.replace("1700000000", "1699999000");
    let mut details = Vec::new();
    for header in ["", "t=1700000000", &stale, &SIGNED.replace("d085", "d086")] {
        details.push(post(&site, header, BODY).await.problem(403));
    }
    details.push(site.ask(Method::POST, PATH, &[]).await.problem(403));
    details.push(post(&site, SIGNED, format!("{BODY} ")).await.problem(403));
    details.dedup();
    assert_eq!(details.len(), 1, "one answer for all of them: {details:?}");
    assert_eq!(names(&inbox(&site)), [""; 0]);
}

#[tokio::test]
async fn names_that_are_not_file_names_and_bodies_that_are_not_events_are_refused() {
    let site = site();
    let event = |id: &str| json!({"id": id, "type": "a", "created": 1, "data": {"object": {"object": "customer"}}});
    let long = "e".repeat(251);
    let ids = [
        "../evt_1",
        "evt/1",
        "evt.1",
        "",
        "evt\0",
        "é",
        long.as_str(),
    ];
    let mut bodies: Vec<String> = ids.map(|id| event(id).to_string()).into();
    for field in ["id", "type", "created", "data"] {
        let mut event = event("evt_1");
        event.as_object_mut().unwrap().remove(field);
        bodies.push(event.to_string());
    }
    bodies.extend(["{}".to_owned(), "[]".to_owned(), "no json".to_owned()]);
    for body in bodies {
        let detail = post(&site, &sign(&body), body.clone()).await.problem(400);
        assert!(detail.contains("not a Stripe event"), "{body}: {detail}");
    }
    assert_eq!(
        names(site.folder.path())
            .iter()
            .filter(|name| name.contains("evt"))
            .count(),
        0
    );
    assert_eq!(names(&inbox(&site)), [""; 0]);

    for (field, name) in [
        ("type", "a/b"),
        ("type", "A B"),
        ("object", "../customer"),
        ("object", ""),
    ] {
        let mut odd = event("evt_1");
        match field {
            "type" => odd["type"] = name.into(),
            _ => odd["data"]["object"]["object"] = name.into(),
        }
        let body = odd.to_string();
        post(&site, &sign(&body), body.clone()).await.problem(400);
    }
    let longest = event(&"e".repeat(250)).to_string();
    assert_eq!(
        post(&site, &sign(&longest), longest.clone()).await.status,
        200
    );
    let without_id = fs::read(inbox(&site).join(&names(&inbox(&site))[0])).unwrap();
    let without_id: Value = serde_json::from_slice(&without_id).unwrap();
    assert_eq!(without_id["object_id"], Value::Null);
}

#[tokio::test]
async fn object_ids_that_are_not_of_stripes_pattern_are_never_stored() {
    let site = site();
    let ids = [
        ("../../charges", Value::Null),
        ("cus_1?expand[]=x", Value::Null),
        ("a b", Value::Null),
        ("", Value::Null),
        ("cus_\n", Value::Null),
        ("cus_NffrFeUfNV2Hib", "cus_NffrFeUfNV2Hib".into()),
        ("gold-plan", "gold-plan".into()),
    ];
    for (number, (id, stored)) in ids.into_iter().enumerate() {
        let event = json!({"id": format!("evt_{number}"), "type": "a", "created": 1,
            "data": {"object": {"object": "customer", "id": id}}});
        let body = event.to_string();
        // Accepted all the same: Stripe would send it again for days.
        assert_eq!(post(&site, &sign(&body), body.clone()).await.status, 200);
        let file = inbox(&site).join(format!("evt_{number}.json"));
        let mark: Value = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
        assert_eq!(mark["object_id"], stored, "{id:?}");
    }
}

#[tokio::test]
async fn large_bodies_are_accepted_up_to_their_limit_and_only_here() {
    let site = site();
    let fitting = |size: usize| {
        let open =
            r#"{"id":"evt_1","type":"a","created":1,"data":{"object":{"object":"customer","x":""#;
        let close = r#""}}}"#;
        format!(
            "{open}{}{close}",
            "x".repeat(size - open.len() - close.len())
        )
    };
    let largest = fitting(256 * 1024);
    let length = largest.len().to_string();
    let header = sign(&largest);
    let headers = [
        ("stripe-signature", header.as_str()),
        ("content-length", &length),
    ];
    let answer = site
        .send(Method::POST, PATH, &headers, largest.into())
        .await;
    assert_eq!(answer.status, 200);

    // Announced or not, one byte more is too much.
    let larger = fitting(256 * 1024 + 1);
    let length = larger.len().to_string();
    let header = sign(&larger);
    let announced = [
        ("stripe-signature", header.as_str()),
        ("content-length", &length),
    ];
    for headers in [&announced[..], &announced[..1]] {
        let answer = site
            .send(Method::POST, PATH, headers, larger.clone().into())
            .await;
        answer.problem(413);
    }
    let elsewhere = [("content-length", "20000")];
    site.get_with("/api/v1/manifest", &elsewhere)
        .await
        .problem(413);
}

#[tokio::test]
async fn a_body_that_does_not_end_is_given_up() {
    let limits = Limits {
        body_timeout: Duration::from_millis(50),
        ..Limits::default()
    };
    let site = Site::set_up(limits, |folder| {
        Some(StripeWebhook {
            secrets: vec!["whsec_first".to_owned()],
            inbox: folder.to_owned(),
            now: || NOW,
        })
    });
    post(&site, SIGNED, Body::new(Endless)).await.problem(408);
}

#[tokio::test]
async fn when_the_disk_fails_stripe_is_asked_to_send_it_again() {
    let site = site();
    // A file where the folder should be.
    fs::write(site.folder.path().join("raw"), "").unwrap();
    post(&site, SIGNED, BODY).await.problem(500);
    fs::remove_file(site.folder.path().join("raw")).unwrap();
    assert_eq!(post(&site, SIGNED, BODY).await.status, 200);
}

#[tokio::test]
async fn the_address_takes_posts_only_and_is_counted_like_others() {
    let site = site();
    let answer = site.get(PATH).await;
    answer.problem(405);
    assert_eq!(answer.header("allow"), "POST");
    post(&site, SIGNED, BODY).await;
    let metrics = String::from_utf8(site.get("/metrics").await.body.to_vec()).unwrap();
    let line = format!("tidemark_http_requests_total{{route=\"{PATH}\",status=\"200\"}} 1");
    assert!(metrics.contains(&line), "{metrics}");
}

#[tokio::test]
async fn a_server_without_a_secret_has_no_such_address() {
    let site = Site::empty();
    let answer = post(&site, SIGNED, BODY).await;
    answer.problem(405);
    assert_eq!(answer.header("allow"), "GET,HEAD");
    site.get(PATH).await.problem(404);
    let long = [("content-length", "20000")];
    site.ask(Method::POST, PATH, &long).await.problem(413);
}
