//! runs: who may ask for a run, what is told of it, and that a damaged history harms nothing else.
use axum::body::Body;
use axum::http::Method;
use chrono::{DateTime, Utc};
use std::sync::Arc;
use tidemark_runs::{Desk, FILE};

use super::site::{Answer, Site};
use crate::{AppState, Limits, RunAccess, router};

const TOKEN: &str = "a token of some length";

fn noon() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_694_400, 0).unwrap()
}

/// A site that takes wishes for runs.
fn site(token: Option<&str>, local: bool) -> Site {
    let site = Site::empty();
    let access = RunAccess {
        desk: Desk {
            data: site.folder.path().to_owned(),
            zone: chrono_tz::UTC,
            now: noon,
            wake: Arc::new(|| ()),
        },
        token: token.map(str::to_owned),
        local,
    };
    let store = site.store.clone();
    let state = AppState::new(
        store,
        &super::site::App,
        Limits::default(),
        None,
        Some(access),
    );
    Site {
        router: router(state),
        ..site
    }
}

async fn ask(site: &Site, headers: &[(&str, &str)], body: &'static str) -> Answer {
    site.send(Method::POST, "/api/v1/runs", headers, Body::from(body))
        .await
}

#[tokio::test]
async fn a_run_is_asked_for_and_followed() {
    let site = site(None, true);
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
async fn without_a_token_only_this_machine_and_its_own_page_may_ask() {
    let site = site(None, true);
    for headers in [
        &[][..],
        &[("host", "dashboard.example.com")],
        &[
            ("host", "127.0.0.1:8080"),
            ("origin", "http://evil.example"),
        ],
        &[("host", "127.0.0.1:8080"), ("origin", "null")],
        &[
            ("host", "127.0.0.1:8080"),
            ("origin", "http://127.0.0.1:9090"),
        ],
        &[("host", "127.0.0.1:8080"), ("sec-fetch-site", "cross-site")],
        &[("host", "localhost.evil.example:8080")],
        &[("host", "127.0.0.1@evil.example")],
    ] {
        ask(&site, headers, "").await.problem(403);
    }
    let open = self::site(None, false);
    assert!(
        ask(&open, &[("host", "127.0.0.1")], "")
            .await
            .problem(403)
            .contains("TIDEMARK_RUN_TOKEN")
    );
    for host in ["localhost:8080", "[::1]:8080", "127.0.0.1"] {
        let site = self::site(None, true);
        assert_eq!(
            ask(&site, &[("host", host)], " ").await.status.as_u16(),
            202,
            "{host}"
        );
    }
}

#[tokio::test]
async fn with_a_token_whoever_knows_it_may_ask_from_anywhere() {
    let site = site(Some(TOKEN), false);
    let almost = format!("Bearer {}", &TOKEN[1..]);
    let longer = format!("Bearer {TOKEN} ");
    for given in ["", "Bearer ", "Bearer x", TOKEN, &almost, &longer] {
        let answer = ask(
            &site,
            &[("authorization", given), ("host", "127.0.0.1")],
            "",
        )
        .await;
        answer.problem(401);
        assert_eq!(answer.header("www-authenticate"), "Bearer");
    }
    let right = format!("Bearer {TOKEN}");
    let answer = ask(
        &site,
        &[("authorization", &right), ("host", "x.example")],
        "",
    )
    .await;
    assert_eq!(answer.status.as_u16(), 202);
}

#[tokio::test]
async fn a_wish_that_cannot_be_read_is_refused_in_words() {
    let site = site(None, true);
    for body in [
        "{",
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
async fn a_damaged_history_is_told_and_everything_else_is_served() {
    let site = site(None, true);
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
