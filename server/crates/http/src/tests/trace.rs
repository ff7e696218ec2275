//! trace: the id of a request, and the line logged for it.
use std::io;
use std::sync::{Arc, Mutex};

use super::site::Site;

#[tokio::test]
async fn every_response_has_an_id_and_a_proxys_own_is_used() {
    let site = Site::empty();
    let one = site.get("/healthz").await.header("x-request-id").to_owned();
    let two = site
        .get("/nowhere.js")
        .await
        .header("x-request-id")
        .to_owned();
    assert_eq!((one.len(), two.len()), (16, 16));
    assert_ne!(one, two);
    let own = site
        .get_with("/healthz", &[("x-request-id", "abc-1.2_3")])
        .await;
    assert_eq!(own.header("x-request-id"), "abc-1.2_3");
    // Nothing goes into the log that could be taken for a line of it.
    for bad in ["", "a b", "{\"level\":\"error\"}", &"x".repeat(65)] {
        let answer = site.get_with("/healthz", &[("x-request-id", bad)]).await;
        assert_eq!(answer.header("x-request-id").len(), 16, "{bad}");
    }
}

/// What was logged.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn one_line_is_logged_for_each_request_without_its_query() {
    let site = Site::empty();
    let lines = Lines::default();
    let to = lines.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::DEBUG)
        .json()
        .with_writer(move || to.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let path = "/api/v1/snapshots/nonsense/manifest?customer=Ada";
    let headers = [("x-request-id", "r-1")];
    assert_eq!(site.get_with(path, &headers).await.status, 404);
    let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    assert_eq!(text.lines().count(), 1, "{text}");
    assert!(!text.contains("Ada"), "{text}");
    let line: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(line["level"], "DEBUG");
    assert_eq!(line["span"]["id"], "r-1");
    let fields = &line["fields"];
    assert_eq!(
        (&fields["method"], &fields["status"]),
        (&"GET".into(), &404.into())
    );
    assert_eq!(fields["path"], "/api/v1/snapshots/nonsense/manifest");
    assert!(fields["milliseconds"].as_f64().unwrap() >= 0.0);
}
