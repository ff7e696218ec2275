//! snapshot: metrics of the snapshot being served: its age, its rows, its sources, its checks.
use chrono::{NaiveDate, NaiveTime};
use tidemark_shared::api::{Manifest, SourceState};

use super::page::{Page, Serving};

/// Everything about the snapshot; without one only that fact.
pub(super) fn write(page: &mut Page, serving: Serving<'_>) {
    page.family(
        "tidemark_snapshot_up",
        "gauge",
        "1 if a snapshot is published and its manifest intact.",
    );
    page.line("", &[], u8::from(serving.manifest.is_some()));
    page.family(
        "tidemark_snapshot_damaged",
        "gauge",
        "1 while the latest snapshot is damaged; the one before it is served if that is whole.",
    );
    page.line("", &[], u8::from(serving.damaged));
    page.family(
        "tidemark_store_damaged",
        "gauge",
        "1 for each file of the data folder that is damaged, or was and lies aside.",
    );
    for store in serving.faults {
        page.line("", &[("store", store)], 1);
    }
    let Some(manifest) = serving.manifest else {
        return;
    };
    page.family(
        "tidemark_snapshot_as_of_timestamp_seconds",
        "gauge",
        "The snapshot's last business day, as midnight UTC.",
    );
    page.line("", &[], midnight(manifest.as_of));
    page.family(
        "tidemark_snapshot_generated_timestamp_seconds",
        "gauge",
        "When the snapshot was built.",
    );
    page.line("", &[], manifest.generated_at.timestamp());
    rows(page, manifest);
    sources(page, manifest);
    page.family(
        "tidemark_quality_findings",
        "gauge",
        "Checks and findings of the snapshot that are not as they should be.",
    );
    page.line("", &[("severity", "error")], manifest.quality.errors);
    page.line("", &[("severity", "warning")], manifest.quality.warnings);
}

fn rows(page: &mut Page, manifest: &Manifest) {
    page.family(
        "tidemark_mart_rows",
        "gauge",
        "Rows of each published mart.",
    );
    for mart in &manifest.marts {
        page.line("", &[("mart", &mart.name)], mart.rows);
    }
}

fn sources(page: &mut Page, manifest: &Manifest) {
    let connected = || {
        let sources = manifest.sources.iter();
        sources.filter(|source| source.status != SourceState::NotConnected)
    };
    page.family(
        "tidemark_source_rows",
        "gauge",
        "Records read of each connected source.",
    );
    for source in connected() {
        page.line("", &[("source", &source.name)], source.rows);
    }
    page.family(
        "tidemark_source_data_through_timestamp_seconds",
        "gauge",
        "Day of each source's newest fact, as midnight UTC.",
    );
    for source in connected() {
        if let Some(day) = source.data_through {
            page.line("", &[("source", &source.name)], midnight(day));
        }
    }
    page.family(
        "tidemark_source_fresh",
        "gauge",
        "1 if the source's newest fact was recent enough on the snapshot's day.",
    );
    for source in connected() {
        let fresh = u8::from(source.status == SourceState::Fresh);
        page.line("", &[("source", &source.name)], fresh);
    }
}

fn midnight(day: NaiveDate) -> i64 {
    day.and_time(NaiveTime::MIN).and_utc().timestamp()
}
