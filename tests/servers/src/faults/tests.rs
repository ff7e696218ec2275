//! Each fault as a client sees it, and that every storm ends.
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use axum::Router;
use axum::routing::get;
use reqwest::{Client, Response, StatusCode};

use crate::{Controls, Fault, Serving, Storm};

const BODY: &str = r#"{"right":"answer, long enough to be cut in two"}"#;

struct Site {
    controls: Controls,
    serving: Serving,
    client: Client,
}

impl Site {
    fn start() -> Self {
        let controls = Controls::new(|status| format!(r#"{{"error":{}}}"#, status.as_u16()));
        let router = Router::new().route("/thing/{id}", get(|| async { BODY }));
        let serving = Serving::start(controls.wrap(router)).expect("a free port");
        let client = crate::client(Duration::from_secs(2));
        Self {
            controls,
            serving,
            client,
        }
    }

    async fn get(&self, path: &str) -> reqwest::Result<Response> {
        let url = format!("{}{path}", self.serving.url());
        self.client.get(url).send().await
    }

    /// What the request meets: a status, or the words for a failure of the connection or the body.
    async fn outcome(&self, path: &str) -> String {
        let response = match self.get(path).await {
            Ok(response) => response,
            Err(error) if error.is_timeout() => return "timeout".to_owned(),
            Err(error) => return format!("{error:?}"),
        };
        let status = response.status().as_u16();
        match response.text().await {
            Ok(body) if body == BODY => format!("{status} right"),
            Ok(body) if body.starts_with('{') => format!("{status} vendor"),
            Ok(_) => format!("{status} page"),
            Err(_) => format!("{status} cut"),
        }
    }
}

#[tokio::test]
async fn every_fault_looks_as_it_is_described() {
    let site = Site::start();
    site.controls.faults.hold(Duration::from_secs(3));
    let cases = [
        (Fault::LimitedNow, "429 vendor"),
        (Fault::LimitedSecond, "429 vendor"),
        (Fault::LimitedDate, "429 vendor"),
        (Fault::LimitedSilent, "429 vendor"),
        (Fault::Internal, "500 vendor"),
        (Fault::BadGateway, "502 page"),
        (Fault::Unavailable, "503 vendor"),
        (Fault::Hang, "timeout"),
        (Fault::Cut, "200 cut"),
        (Fault::Slow, "200 right"),
        (Fault::Garbage, "200 page"),
    ];
    assert_eq!(cases.map(|(fault, _)| fault), Fault::ALL);
    for (fault, expected) in cases {
        site.controls.faults.script([Some(fault)]);
        let started = Instant::now();
        assert_eq!(site.outcome("/thing/1").await, expected, "{fault:?}");
        if fault == Fault::Slow {
            assert!(started.elapsed() > Duration::from_millis(300));
        }
        assert_eq!(
            site.outcome("/thing/1").await,
            "200 right",
            "after {fault:?}"
        );
    }
    let injected = site.controls.faults.injected();
    assert_eq!(injected, Fault::ALL.map(|fault| (fault, 1)).into());
    assert_eq!(site.controls.requests.count("GET /thing/{id}"), 22);
}

#[tokio::test]
async fn when_to_come_again_is_told_by_the_servers_own_clock() {
    let site = Site::start();
    site.controls.clock.advance(-86_400);
    site.controls.faults.script([Some(Fault::LimitedDate)]);
    let response = site.get("/thing/1").await.expect("an answer");
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
    let time = |name: &str| {
        let value = response.headers().get(name).expect(name);
        let text = value.to_str().expect("text");
        chrono::DateTime::parse_from_rfc2822(text).expect("an HTTP date")
    };
    let behind = chrono::Utc::now() - time("date").to_utc();
    assert!((86_395..86_410).contains(&behind.num_seconds()), "{behind}");
    assert!((0..=1).contains(&(time("retry-after") - time("date")).num_seconds()));
}

#[tokio::test]
async fn a_storm_is_repeatable_bounded_and_confined() {
    let outcomes = async |seed: u64| {
        let site = Site::start();
        site.controls.faults.storm(Storm {
            seed,
            per_hundred: 60,
            in_a_row: 2,
            faults: vec![Fault::Internal, Fault::LimitedNow],
            path: "/thing/1".to_owned(),
        });
        let mut all = Vec::new();
        for _ in 0..40 {
            all.push(site.outcome("/thing/1").await);
            assert_eq!(site.outcome("/thing/2").await, "200 right");
        }
        let failed = all.iter().filter(|outcome| *outcome != "200 right").count();
        assert_eq!(site.controls.faults.total(), failed as u64);
        assert!((10..=27).contains(&failed), "{failed} of 40");
        let row = all
            .windows(3)
            .find(|three| !three.contains(&"200 right".to_owned()));
        assert_eq!(row, None, "the third time goes through");
        all
    };
    let first = outcomes(7).await;
    assert_eq!(first, outcomes(7).await);
    assert_ne!(first, outcomes(8).await);
}

#[tokio::test]
async fn calm_ends_it_and_dropping_closes_the_port() {
    let site = Site::start();
    site.controls.faults.storm(Storm {
        per_hundred: 100,
        faults: vec![Fault::Internal],
        ..Storm::default()
    });
    assert_eq!(site.outcome("/thing/1").await, "500 vendor");
    site.controls.faults.calm();
    assert_eq!(site.outcome("/thing/1").await, "200 right");
    assert_eq!(
        site.controls.faults.injected(),
        BTreeMap::from([(Fault::Internal, 1)])
    );
    let Site {
        serving, client, ..
    } = site;
    let url = format!("{}/thing/1", serving.url());
    drop(serving);
    client
        .get(&url)
        .send()
        .await
        .expect_err("the connection is cut");
    let error = client.get(&url).send().await.expect_err("nobody listens");
    assert!(error.is_connect(), "{error:?}");
}
