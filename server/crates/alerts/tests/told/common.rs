//! What every test of a channel needs.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tidemark_alerts::{Alerts, Channel, Incident, Kind, Patience, Sendings};

/// Tries twice, quickly.
pub(crate) fn hasty() -> Patience {
    Patience {
        attempts: 2,
        first: Duration::from_millis(1),
        asked: Duration::from_secs(1),
        timeout: Duration::from_secs(5),
    }
}

/// Minutes after a noon.
pub(crate) fn after(minutes: i64) -> DateTime<Utc> {
    let noon: DateTime<Utc> = "2026-11-25T12:00:00Z"
        .parse()
        .expect("a test that is set up");
    noon + TimeDelta::minutes(minutes)
}

pub(crate) fn failed() -> Incident {
    Incident {
        kind: Kind::Failed,
        title: "The run failed at its step sync".to_owned(),
        text: "stripe: the key has no permission to read invoices.".to_owned(),
        facts: vec![("Run".to_owned(), "7".to_owned())],
        page: "/health".to_owned(),
        since: after(0),
    }
}

/// Alerts in a folder of its own, which lasts as long as it.
pub(crate) fn desk(channels: Vec<Channel>) -> (Alerts, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a test that is set up");
    let site = "https://numbers.acme.example".parse().ok();
    (Alerts::new(folder.path(), channels, site), folder)
}

/// Opens the failure of a run, so many minutes after noon; whether that was news.
pub(crate) fn raise(alerts: &Alerts, minutes: i64) -> bool {
    alerts.raise(failed(), after(minutes))
}

/// Closes it; whether it was open.
pub(crate) fn resolve(alerts: &Alerts, minutes: i64) -> bool {
    alerts.resolve("failed", after(minutes))
}

/// Sends what is due then.
pub(crate) async fn deliver(alerts: &Alerts, minutes: i64) -> Sendings {
    let sent = alerts.deliver(after(minutes)).await;
    sent.expect("the memory of what was sent")
}
