//! Runs as an orchestrator, a server's schedule and a sudden death meet them.

use std::process::Stdio;
use std::thread::sleep;
use std::time::{Duration, Instant};

use chrono::NaiveDate;
use serde_json::Value;
use tidemark_runs::{History, NewRun};
use tidemark_shared::api::{Run, RunState, Trigger};
use tidemark_test_servers::{Fault, Storm};

use crate::place::{Place, Running, serve, text};
use crate::sync::{DAY, company, copy_reference};

/// A token of run requests, of 128 bits.
const TOKEN: &str = "0123456789abcdef0123456789abcdef";
/// The longest wait for what another process does; it is far shorter as a rule.
const PATIENCE: Duration = Duration::from_secs(180);

/// Asks a server for something below its address; status and JSON.
fn ask(method: &str, url: &str, headers: &[(&str, &str)]) -> (u16, Value) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let client = tidemark_test_servers::client(Duration::from_secs(10));
        let mut request = match method {
            "POST" => client.post(url),
            _ => client.get(url),
        };
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = request.send().await.expect("an answer");
        let status = answer.status().as_u16();
        let body = answer.bytes().await.expect("a body");
        (status, serde_json::from_slice(&body).expect("JSON"))
    })
}

/// The runs a server tells of, once they are as wanted.
fn runs_once(url: &str, wanted: impl Fn(&[Run]) -> bool) -> Vec<Run> {
    let begun = Instant::now();
    loop {
        let (status, runs) = ask("GET", &format!("{url}api/v1/runs"), &[]);
        assert_eq!(status, 200, "{runs}");
        let runs: Vec<Run> = serde_json::from_value(runs).expect("runs");
        if wanted(&runs) {
            return runs;
        }
        assert!(begun.elapsed() < PATIENCE, "{runs:#?}");
        sleep(Duration::from_millis(200));
    }
}

fn run_json(place: &Place, arguments: &[&str], code: i32) -> Vec<Run> {
    let output = place.run(&[&["run", "--json"], arguments].concat());
    assert_eq!(output.status.code(), Some(code), "{}", text(&output));
    let mut told: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    serde_json::from_value(told["runs"].take()).expect("runs")
}

fn states(run: &Run) -> Vec<RunState> {
    run.steps.iter().map(|step| step.state).collect()
}

#[test]
fn a_run_publishes_and_is_recorded_and_a_day_gone_by_does_not_become_the_latest() {
    use RunState::{Skipped, Succeeded};
    let place = Place::new();
    let before = place.current();
    let runs = run_json(&place, &["--as-of", "2026-02-21"], 0);
    let [run] = runs.as_slice() else {
        panic!("{runs:#?}")
    };
    assert_eq!(
        (run.id, run.state, run.trigger),
        (1, Succeeded, Trigger::Command)
    );
    // No source is set up: the raw files are brought by other means.
    assert_eq!(states(run), [Skipped, Succeeded, Succeeded, Succeeded]);
    assert_eq!(run.policies["churn_date"], "service_end");
    assert!(run.steps[1].rows > Some(0) && run.steps[3].rows > Some(0));
    let latest = place.current();
    assert_ne!(latest, before);
    assert_eq!(run.snapshot_id.as_deref(), Some(latest.trim()));

    let days = run_json(&place, &["--from", "2026-02-17", "--to", "2026-02-19"], 0);
    let published: Vec<String> = days.iter().map(|run| run.as_of.to_string()).collect();
    assert_eq!(published, ["2026-02-17", "2026-02-18", "2026-02-19"]);
    assert!(
        days.iter()
            .all(|run| run.trigger == Trigger::Backfill && run.state == Succeeded)
    );
    assert_eq!(place.current(), latest, "the latest stays the latest");
    for run in &days {
        let id = run.snapshot_id.as_ref().expect("a snapshot");
        assert!(place.path("data/snapshots").join(id).is_dir());
    }
    place.fails(
        &["run", "--from", "2026-02-19", "--to", "2026-02-17"],
        2,
        &["--from", "after"],
    );
    place.fails(&["run", "--resume"], 2, &["nothing to go on from"]);
}

#[test]
fn a_run_that_is_refused_or_fails_says_so_and_is_gone_on_with() {
    let place = Place::new();
    let invoices = place.path("raw/stripe/invoices.jsonl");
    let dollars = std::fs::read_to_string(&invoices).expect("a file");
    std::fs::write(&invoices, dollars.replace("\"usd\"", "\"eur\"")).expect("a written file");
    place.fails(
        &["run", "--as-of", "2026-02-21"],
        3,
        &["not published", "eur"],
    );
    std::fs::remove_file(&invoices).expect("a removed file");
    place.fails(
        &["run", "--as-of", "2026-02-21"],
        1,
        &["stripe", "invoices"],
    );
    std::fs::write(&invoices, dollars).expect("a written file");
    let runs = run_json(&place, &["--resume"], 0);
    assert_eq!(runs[0].resumes, Some(2));
    let history = History::read(&place.path("data")).expect("a history");
    let all = history.expect("a history").recent(9).expect("runs");
    let states: Vec<RunState> = all.iter().map(|run| run.state).collect();
    assert_eq!(
        states,
        [RunState::Succeeded, RunState::Failed, RunState::Refused]
    );
    assert_eq!(
        all[2].step("check").expect("a step").state,
        RunState::Refused
    );
}

#[test]
fn a_server_keeps_to_its_schedule_and_takes_wishes() {
    let place = Place::new();
    let before = place.current();
    let mut command = place.command(&["serve", "--listen", "127.0.0.1:0"]);
    command.env("TIDEMARK_SCHEDULE", "*/3 * * * * *");
    let (server, url) = serve(&mut command);
    let succeeded = |runs: &[Run]| {
        runs.iter()
            .filter(|run| run.state == RunState::Succeeded)
            .count()
    };
    let runs = runs_once(&url, |runs| succeeded(runs) >= 2);
    let mut instants: Vec<_> = runs.iter().map(|run| run.scheduled_for).collect();
    instants.dedup();
    assert_eq!(instants.len(), runs.len(), "each instant once: {runs:#?}");
    assert_ne!(
        place.current(),
        before,
        "the last complete day is published"
    );
    let (_, manifest) = ask("GET", &format!("{url}api/v1/manifest"), &[]);
    assert_eq!(manifest["snapshot_id"], place.current().trim());
    drop(server);

    // Without a schedule, a run is made when asked for.
    let mut command = place.command(&["serve", "--listen", "127.0.0.1:0"]);
    let (_server, url) = serve(command.env("TIDEMARK_RUN_TOKEN", TOKEN));
    let address = format!("{url}api/v1/runs");
    runs_once(&url, |runs| runs.iter().all(|run| run.state.is_over()));
    assert_eq!(ask("POST", &address, &[]).0, 401);
    let bearer = format!("Bearer {TOKEN}");
    let token = [("authorization", bearer.as_str())];
    let (status, run) = ask("POST", &address, &token);
    assert_eq!(status, 202, "{run}");
    let runs = runs_once(&url, |runs| runs[0].state.is_over());
    assert_eq!(Some(runs[0].id), run["id"].as_u64());
    assert_eq!(
        (runs[0].state, runs[0].trigger),
        (RunState::Succeeded, Trigger::Api)
    );
}

#[test]
fn a_run_that_is_killed_is_told_as_interrupted_and_converges() {
    let (place, apis) = company();
    copy_reference(&place);
    let data = place.path("data");
    let as_of: NaiveDate = DAY.parse().expect("a day");
    let now = as_of.and_hms_opt(12, 0, 0).expect("noon").and_utc();
    let new = NewRun {
        trigger: Trigger::Schedule,
        as_of,
        scheduled_for: Some(now),
        resumes: None,
        data_since: now,
        sync: true,
    };
    let history = History::open(&data).expect("a history");
    history.queue(&new, now).expect("a queued run");

    // Stripe holds its answers back: the run is in the midst of its sync.
    let faults = &apis.stripe.0.controls.faults;
    faults.hold(Duration::from_secs(30));
    faults.storm(Storm {
        per_hundred: 100,
        faults: vec![Fault::Hang],
        ..Storm::default()
    });
    let mut command = place.command(&["run", "--queued", "--raw", "synced"]);
    apis.tell(&mut command);
    let mut child = Running(command.spawn().expect("a run"));
    let begun = Instant::now();
    while faults.total() == 0 {
        assert!(begun.elapsed() < PATIENCE, "the sync does not begin");
        sleep(Duration::from_millis(50));
    }
    let busy = place.run(&["run", "--raw", "synced", "--as-of", DAY]);
    assert_eq!(busy.status.code(), Some(1));
    assert!(
        text(&busy).contains("run 1 as of 2026-11-20 is under way"),
        "{}",
        text(&busy)
    );
    child.0.kill().expect("a kill");
    child.0.wait().expect("its end");
    faults.calm();

    let mut command = place.command(&["serve", "--listen", "127.0.0.1:0", "--raw", "synced"]);
    apis.tell(&mut command);
    let (_server, url) = serve(&mut command);
    runs_once(&url, |runs| {
        runs.last()
            .is_some_and(|run| run.state == RunState::Interrupted)
    });
    let runs = runs_once(&url, |runs| runs[0].state == RunState::Succeeded);
    let [again, killed] = runs.as_slice() else {
        panic!("{runs:#?}")
    };
    assert_eq!((again.resumes, again.scheduled_for), (Some(1), Some(now)));
    assert_eq!(killed.state, RunState::Interrupted);
    assert_eq!(killed.steps[0].state, RunState::Interrupted);
    assert!(again.steps[0].rows > Some(0), "{again:#?}");
    assert_eq!(again.snapshot_id.as_deref(), Some(place.current().trim()));
}

#[test]
fn a_sync_that_is_down_for_a_moment_delays_a_run_and_does_not_fail_it() {
    let (place, apis) = company();
    copy_reference(&place);
    // Another process syncs the same source: passing trouble.
    let folder = place.path("synced/stripe/.sync");
    std::fs::create_dir_all(&folder).expect("a folder");
    let lock = std::fs::File::create(folder.join("lock")).expect("a lock");
    lock.lock().expect("the lock");
    let mut command = place.command(&["run", "--json", "--raw", "synced", "--as-of", DAY]);
    apis.tell(
        command
            .env("TIDEMARK_RETRY_WAIT", "3")
            .env("TIDEMARK_RETRIES", "20"),
    );
    let child = command.stdout(Stdio::piped()).spawn().expect("a run");
    let begun = Instant::now();
    let waited = || {
        let history = History::read(&place.path("data")).ok()??;
        let run = history.running().ok()?.pop()?;
        run.steps[0].error.clone()
    };
    let error = loop {
        if let Some(error) = waited() {
            break error;
        }
        assert!(begun.elapsed() < PATIENCE, "no attempt fails");
        sleep(Duration::from_millis(50));
    };
    assert!(
        error.contains("stripe is being synced by another process"),
        "{error}"
    );
    drop(lock);
    let output = child.wait_with_output().expect("its end");
    assert!(output.status.success(), "{}", text(&output));
    let told: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(told["runs"][0]["state"], "succeeded");
    assert!(
        told["runs"][0]["steps"][0]["attempt"].as_u64() > Some(1),
        "{told}"
    );
}
