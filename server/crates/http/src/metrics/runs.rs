//! runs: metrics of the runs: how they end, how long they take, how many rows they handle.
use chrono::{DateTime, Utc};
use tidemark_shared::api::{Run, RunState};

use super::page::Page;

/// The states a run ends in, as labels.
const ENDED: [(RunState, &str); 4] = [
    (RunState::Succeeded, "succeeded"),
    (RunState::Failed, "failed"),
    (RunState::Refused, "refused"),
    (RunState::Interrupted, "interrupted"),
];

/// Everything about the latest runs, newest first; nothing if there was none.
pub(super) fn write(page: &mut Page, runs: &[Run]) {
    if runs.is_empty() {
        return;
    }
    let under_way = runs.iter().any(|run| run.state == RunState::Running);
    page.family(
        "tidemark_run_running",
        "gauge",
        "1 while a run is under way.",
    );
    page.line("", &[], u8::from(under_way));
    page.family(
        "tidemark_recent_runs",
        "gauge",
        "How the latest runs ended, up to a hundred of them.",
    );
    for (state, name) in ENDED {
        let count = runs.iter().filter(|run| run.state == state).count();
        page.line("", &[("state", name)], count);
    }
    page.family(
        "tidemark_run_finished_timestamp_seconds",
        "gauge",
        "When a run last ended in each state.",
    );
    for (state, name) in ENDED {
        let ended = runs.iter().filter(|run| run.state == state);
        if let Some(at) = ended.filter_map(|run| run.finished_at).max() {
            page.line("", &[("state", name)], at.timestamp());
        }
    }
    if let Some(last) = runs.iter().find(|run| run.finished_at.is_some()) {
        steps(page, last);
    }
}

/// The last run that ended, step by step.
fn steps(page: &mut Page, run: &Run) {
    page.family(
        "tidemark_run_seconds",
        "gauge",
        "How long the last run that ended took.",
    );
    if let Some(seconds) = seconds(run.started_at, run.finished_at) {
        page.line("", &[], seconds);
    }
    page.family(
        "tidemark_run_step_seconds",
        "gauge",
        "How long each of its steps took.",
    );
    for step in &run.steps {
        if let Some(seconds) = seconds(step.started_at, step.finished_at) {
            page.line("", &[("step", &step.name)], seconds);
        }
    }
    page.family(
        "tidemark_run_step_attempts",
        "gauge",
        "How often each of its steps was tried.",
    );
    for step in &run.steps {
        page.line("", &[("step", &step.name)], step.attempt);
    }
    page.family(
        "tidemark_run_step_rows",
        "gauge",
        "Rows or records each of its steps handled.",
    );
    for step in &run.steps {
        if let Some(rows) = step.rows {
            page.line("", &[("step", &step.name)], rows);
        }
    }
}

fn seconds(from: Option<DateTime<Utc>>, to: Option<DateTime<Utc>>) -> Option<f64> {
    Some((to? - from?).num_milliseconds() as f64 / 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A run as it is stored, with what matters here.
    fn run(id: u64, state: &str, started: &str, finished: Option<&str>) -> Run {
        let step = serde_json::json!({
            "name": "build", "state": "succeeded", "attempt": 2, "rows": 70, "error": null,
            "started_at": started, "finished_at": finished,
        });
        let run = serde_json::json!({
            "id": id, "uuid": format!("00000000-0000-4000-8000-{id:012}"), "trigger": "schedule", "state": state,
            "as_of": "2026-02-20", "queued_at": started, "data_since": started, "started_at": started,
            "finished_at": finished, "steps": [step], "snapshot_id": null, "errors": 0, "warnings": 0,
            "policies": {}, "code_version": "1", "error": null,
        });
        serde_json::from_value(run).unwrap()
    }

    #[test]
    fn the_last_run_that_ended_is_reported_step_by_step() {
        let mut page = Page::default();
        write(&mut page, &[]);
        assert_eq!(page.text(), "");
        let runs = [
            run(3, "running", "2026-02-21T03:00:00Z", None),
            run(
                2,
                "failed",
                "2026-02-20T03:00:00Z",
                Some("2026-02-20T03:01:30Z"),
            ),
            run(
                1,
                "succeeded",
                "2026-02-19T03:00:00Z",
                Some("2026-02-19T03:01:00Z"),
            ),
        ];
        let mut page = Page::default();
        write(&mut page, &runs);
        let text = page.text();
        for line in [
            "tidemark_run_running 1",
            "tidemark_recent_runs{state=\"failed\"} 1",
            "tidemark_run_finished_timestamp_seconds{state=\"succeeded\"} 1771470060",
            "tidemark_run_seconds 90",
            "tidemark_run_step_seconds{step=\"build\"} 90",
            "tidemark_run_step_attempts{step=\"build\"} 2",
            "tidemark_run_step_rows{step=\"build\"} 70",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} in\n{text}");
        }
    }
}
