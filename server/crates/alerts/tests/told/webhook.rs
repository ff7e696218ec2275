//! The webhook: Slack's JSON, patience with faults, and a secret that is told to nobody.

use std::fs;

use tidemark_alerts::{Alerts, Channel, Webhook};
use tidemark_connectors::Secret;

use crate::common::{after, deliver, desk, failed, hasty, raise, resolve};
use crate::web_server::WebServer;

fn webhook(server: &WebServer) -> Channel {
    Channel::Webhook(
        Webhook::new(Secret::new(&server.address), hasty()).expect("a test that is set up"),
    )
}

/// How many were sent then, and how many could not be.
async fn counts(alerts: &Alerts, minute: i64) -> (usize, usize) {
    let sendings = deliver(alerts, minute).await;
    (sendings.sent.len(), sendings.failed.len())
}

#[tokio::test]
async fn an_alert_and_its_recovery_arrive_once_each_in_slacks_form() {
    let server = WebServer::start(&[]).await;
    let (alerts, _folder) = desk(vec![webhook(&server)]);
    for minute in 0..3 {
        alerts.raise(failed(), after(minute));
        deliver(&alerts, minute).await;
    }
    resolve(&alerts, 10);
    assert_eq!(counts(&alerts, 10).await, (1, 0));
    let received = server.received();
    let [alert, recovery] = received.as_slice() else {
        panic!("{received:?}");
    };
    let text = alert["text"].as_str().expect("a test that is set up");
    assert!(
        text.starts_with("Alert: The run failed at its step sync\n"),
        "{text}"
    );
    assert_eq!(alert["blocks"][0]["type"], "header");
    assert_eq!(alert["blocks"][1]["text"]["text"], failed().text);
    assert_eq!(alert["blocks"][2]["fields"][0]["text"], "*Run*\n7");
    let link = alert["blocks"][3]["elements"][0]["text"]
        .as_str()
        .expect("a test that is set up");
    assert_eq!(
        link,
        "<https://numbers.acme.example/health|Open the dashboard>"
    );
    let text = recovery["text"].as_str().expect("a test that is set up");
    assert!(
        text.starts_with("Recovered: Runs succeed again\n"),
        "{text}"
    );
}

#[tokio::test]
async fn faults_are_waited_out_in_the_round_and_after_it() {
    let faults = [(500, ""), (429, "slow down"), (503, ""), (200, "ok")];
    let server = WebServer::start(&faults).await;
    let (alerts, _folder) = desk(vec![webhook(&server)]);
    raise(&alerts, 0);
    // Two tries in the first round, two in the next.
    assert_eq!(counts(&alerts, 0).await, (0, 1));
    assert_eq!(counts(&alerts, 0).await, (0, 0));
    assert_eq!(
        alerts
            .book()
            .expect("a test that is set up")
            .troubles()
            .count(),
        1
    );
    assert_eq!(counts(&alerts, 1).await, (1, 0));
    assert_eq!(server.received().len(), 4);
    assert_eq!(
        alerts
            .book()
            .expect("a test that is set up")
            .troubles()
            .count(),
        0
    );
    assert_eq!(counts(&alerts, 600).await, (0, 0));
}

#[tokio::test]
async fn its_address_is_told_to_nobody() {
    // One receiver repeats what it was called with, one sends us elsewhere, one is not there.
    let repeats =
        WebServer::start(&[(404, "no hook T0000-canary-0000 at /hook/T0000-canary-0000")]).await;
    let moved = WebServer::start(&[(302, "")]).await;
    let gone = WebServer::gone();
    for (server, words) in [
        (&repeats, "HTTP 404"),
        (&moved, "has moved"),
        (&gone, "refused"),
    ] {
        let (alerts, folder) = desk(vec![webhook(server)]);
        raise(&alerts, 0);
        let sendings = deliver(&alerts, 0).await;
        let [(channel, _, why)] = sendings.failed.as_slice() else {
            panic!("{sendings:?}");
        };
        assert_eq!(channel, "webhook");
        assert!(why.contains(words), "{why}");
        let memory = fs::read_to_string(folder.path().join("alerts/book.json"))
            .expect("a test that is set up");
        for text in [why, &memory, &format!("{alerts:?}")] {
            assert!(!text.contains("canary"), "{text}");
        }
    }
}

#[test]
fn an_address_that_cannot_be_used_is_refused_at_once() {
    for (address, words) in [
        ("hooks.slack.example/canary", "is no address"),
        ("http://hooks.slack.example/canary", "is not encrypted"),
    ] {
        let error = Webhook::new(Secret::new(address), hasty())
            .unwrap_err()
            .to_string();
        assert!(
            error.contains(words) && !error.contains("canary"),
            "{error}"
        );
        assert!(error.contains("TIDEMARK_ALERTS_WEBHOOK"), "{error}");
    }
}
