//! runs: who may request a run, what is reported of it, and that a damaged history harms nothing else.
use axum::body::Body;
use axum::http::Method;
use chrono::{DateTime, Utc};
use std::sync::Arc;
use tidemark_runs::{Desk, FILE};

use super::site::{Answer, Site, options, serving};
use crate::{RunAccess, RunToken};

const TOKEN: &str = "0123456789abcdef0123456789abcdef";

fn noon() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_694_400, 0).unwrap()
}

/// How the server is set up for run requests.
#[derive(Default)]
struct Setup {
    token: Option<&'static str>,
    public_host: Option<&'static str>,
    beyond_loopback: bool,
}

/// A site that takes run requests.
fn site_of(setup: Setup) -> Site {
    let site = Site::empty();
    let mut options = options(&site.store);
    if setup.beyond_loopback {
        options.listen = ([0, 0, 0, 0], 8080).into();
    }
    options.public_host = setup.public_host.map(str::to_owned);
    options.runs = Some(RunAccess {
        desk: Desk {
            data: site.folder.path().to_owned(),
            zone: chrono_tz::UTC,
            now: noon,
            wake: Arc::new(|| ()),
        },
        token: setup.token.map(|token| RunToken::new(token).unwrap()),
    });
    Site {
        router: serving(options),
        ..site
    }
}

/// A site on loopback without a token.
fn site() -> Site {
    site_of(Setup::default())
}

async fn ask(site: &Site, headers: &[(&str, &str)], body: &'static str) -> Answer {
    site.send(Method::POST, "/api/v1/runs", headers, Body::from(body))
        .await
}

#[tokio::test]
async fn a_run_is_requested_and_followed() {
    let site = site();
    assert_eq!(site.get("/api/v1/runs").await.json(), serde_json::json!([]));
    let own = [
        ("host", "127.0.0.1:8080"),
        ("origin", "http://127.0.0.1:8080"),
    ];
    let answer = ask(&site, &own, r#"{"as_of": "2026-01-31", "sync": false}"#).await;
    assert_eq!(answer.status.as_u16(), 202);
    let path = answer.header("location").to_owned();
    let run = site.get(&path).await.json();
    assert_eq!(run, answer.json());
    assert_eq!(
        (&run["state"], &run["as_of"], &run["trigger"]),
        (&"queued".into(), &"2026-01-31".into(), &"api".into())
    );
    assert_eq!(run["steps"][0]["state"], "skipped");

    let busy = ask(&site, &own, "").await;
    assert!(busy.problem(409).contains(&path));
    assert_eq!(busy.header("location"), path);
    assert_eq!(
        site.get("/api/v1/runs").await.json(),
        serde_json::json!([run])
    );
    for id in ["99", "x", "-1"] {
        let detail = site.get(&format!("/api/v1/runs/{id}")).await.problem(404);
        assert!(detail.contains(id), "{detail}");
    }
    assert!(
        site.ask(Method::PUT, "/api/v1/runs", &[])
            .await
            .problem(405)
            .contains("POST")
    );
}

#[tokio::test]
async fn without_a_token_only_this_machine_and_its_own_page_may_request_a_run() {
    let site = site();
    for headers in [
        &[
            ("host", "127.0.0.1:8080"),
            ("origin", "http://evil.example"),
        ][..],
        &[("host", "127.0.0.1:8080"), ("origin", "null")],
        &[
            ("host", "127.0.0.1:8080"),
            ("origin", "http://127.0.0.1:9090"),
        ],
        &[("host", "127.0.0.1:8080"), ("sec-fetch-site", "cross-site")],
    ] {
        ask(&site, headers, "").await.problem(403);
    }
    for host in ["dashboard.example.com", "localhost.evil.example:8080"] {
        ask(&site, &[("host", host)], "").await.problem(421);
    }
    for host in ["localhost:8080", "[::1]:8080", "127.0.0.1"] {
        let site = self::site();
        assert_eq!(
            ask(&site, &[("host", host)], " ").await.status.as_u16(),
            202,
            "{host}"
        );
    }
}

#[tokio::test]
async fn a_server_that_others_reach_needs_a_token_for_runs() {
    let beyond_loopback = site_of(Setup {
        beyond_loopback: true,
        ..Setup::default()
    });
    let public = site_of(Setup {
        public_host: Some("numbers.acme.example"),
        ..Setup::default()
    });
    for (site, host) in [
        (&beyond_loopback, "127.0.0.1"),
        (&public, "127.0.0.1"),
        (&public, "numbers.acme.example"),
    ] {
        let detail = ask(site, &[("host", host)], "").await.problem(403);
        assert!(detail.contains("TIDEMARK_RUN_TOKEN"), "{detail}");
    }
    // What nginx, Caddy, HAProxy, Envoy and Apache add, and older proxies.
    for (name, value) in [
        ("forwarded", "for=192.0.2.1"),
        ("x-forwarded-for", "192.0.2.1"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-host", "localhost"),
        ("x-real-ip", "192.0.2.1"),
        ("via", "1.1 proxy"),
    ] {
        let headers = [("host", "localhost"), (name, value)];
        let detail = ask(&site(), &headers, "").await.problem(403);
        assert!(detail.contains("TIDEMARK_RUN_TOKEN"), "{name}: {detail}");
    }
}

#[tokio::test]
async fn with_a_token_a_client_anywhere_may_request_a_run() {
    let site = || {
        site_of(Setup {
            token: Some(TOKEN),
            public_host: Some("x.example"),
            ..Setup::default()
        })
    };
    let almost = format!("Bearer {}", &TOKEN[1..]);
    let longer = format!("Bearer {TOKEN} ");
    let refusing = site();
    for given in ["", "Bearer ", "Bearer x", TOKEN, &almost, &longer] {
        let headers = [("authorization", given), ("host", "127.0.0.1")];
        let answer = ask(&refusing, &headers, "").await;
        answer.problem(401);
        assert_eq!(answer.header("www-authenticate"), "Bearer");
    }
    let right = format!("Bearer {TOKEN}");
    for forwarded in [&[][..], &[("x-forwarded-for", "192.0.2.1")]] {
        let headers = [
            &[("authorization", right.as_str()), ("host", "x.example")],
            forwarded,
        ];
        let answer = ask(&site(), &headers.concat(), "").await;
        assert_eq!(answer.status.as_u16(), 202);
    }
}

#[tokio::test]
async fn guessing_tokens_is_slowed_down() {
    let site = site_of(Setup {
        token: Some(TOKEN),
        ..Setup::default()
    });
    let mut statuses = Vec::new();
    for number in 0..12 {
        let guess = format!("Bearer guess {number}");
        let answer = ask(&site, &[("authorization", &guess)], "").await;
        statuses.push(answer.status.as_u16());
    }
    assert_eq!(statuses[..10], [401; 10]);
    assert_eq!(statuses[10..], [429; 2]);
    let right = format!("Bearer {TOKEN}");
    let answer = ask(&site, &[("authorization", &right)], "").await;
    answer.problem(429);
    assert_eq!(answer.header("retry-after"), "60");
}

#[tokio::test]
async fn a_request_that_cannot_be_read_is_refused_with_a_reason() {
    let site = site();
    for body in [
        "{",
        "[null, null]",
        "null",
        r#"{"asof": "2026-01-31"}"#,
        r#"{"as_of": "yesterday"}"#,
    ] {
        let detail = ask(&site, &[("host", "localhost")], body)
            .await
            .problem(400);
        assert!(detail.contains("as_of"), "{detail}");
    }
    assert_eq!(site.get("/api/v1/runs").await.json(), serde_json::json!([]));
}

#[tokio::test]
async fn a_day_that_has_not_come_is_refused() {
    let site = site();
    let body = r#"{"as_of": "2031-01-01"}"#;
    let detail = ask(&site, &[("host", "localhost")], body)
        .await
        .problem(409);
    assert!(detail.contains("2031-01-01"), "{detail}");
    assert_eq!(site.get("/api/v1/runs").await.json(), serde_json::json!([]));
}

#[tokio::test]
async fn a_damaged_history_is_reported_and_everything_else_is_served() {
    let site = site();
    site.publish(1);
    std::fs::write(
        site.folder.path().join(FILE),
        "no database at all".repeat(99),
    )
    .unwrap();
    site.get("/api/v1/runs").await.problem(503);
    site.get("/api/v1/runs/1").await.problem(503);
    ask(&site, &[("host", "localhost")], "").await.problem(503);
    assert_eq!(site.get("/api/v1/manifest").await.status.as_u16(), 200);
}

#[tokio::test]
async fn a_server_without_runs_has_none_and_starts_none() {
    let site = Site::empty();
    assert_eq!(site.get("/api/v1/runs").await.json(), serde_json::json!([]));
    ask(&site, &[("host", "localhost")], "").await.problem(404);
}
