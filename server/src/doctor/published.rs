//! What was published: whether it is whole, how old it is, and whether the clock agrees with it.

use chrono::{DateTime, TimeDelta, Utc};
use tidemark_alerts::Kind;
use tidemark_snapshot::{Snapshot, SnapshotError, Store};

use super::{Finding, State};
use crate::Settings;
use crate::stores::data_faults;

/// A build older than this is late: one a day is the rule, and a day has its delays.
const LATE: TimeDelta = TimeDelta::hours(36);
/// Clocks of one network differ by less.
const CLOCK_TOLERANCE: TimeDelta = TimeDelta::minutes(5);

/// Findings about the clock, the last build and the checksums.
pub(super) fn examine(settings: &Settings, now: DateTime<Utc>) -> Vec<Finding> {
    let store = Store::open_read_only(&settings.data);
    let mut findings = Vec::new();
    let today = settings.day_of(now);
    match store.open_latest(today) {
        Ok(Some(current)) => {
            findings.push(clock(&store, now));
            findings.push(age(&current, now));
        }
        Ok(None) => findings.push(Finding::bad(
            "last build",
            State::Fix,
            format!("nothing is published in {}", settings.data.display()),
            "run `tidemark build`",
        )),
        Err(error) => findings.push(damaged(&error)),
    }
    findings.extend(checksums(&store));
    // What keeps something from being served is to be put right; a file moved aside is only to be looked at.
    let faults = data_faults(&store, today).into_iter();
    findings.extend(faults.map(|fault| {
        let state = match &fault.kind {
            Kind::Store { store } if store.contains(".damaged-") => State::Warn,
            _ => State::Fix,
        };
        let check = match &fault.kind {
            Kind::Store { .. } => "stores",
            _ => "served",
        };
        by_its_words(check, state, &fault.detail)
    }));
    findings
}

/// Whether anything was built later than now.
fn clock(store: &Store, now: DateTime<Utc>) -> Finding {
    let newest = store.list().unwrap_or_default().into_iter().next();
    match newest.filter(|entry| entry.generated_at > now + CLOCK_TOLERANCE) {
        None => Finding::ok("clock", format!("it is {}", minute(now))),
        Some(entry) => Finding::bad(
            "clock",
            State::Fix,
            format!(
                "it is {} here, but snapshot {} was built at {}: this clock was set back, or the builder's is ahead",
                minute(now),
                entry.snapshot_id,
                minute(entry.generated_at)
            ),
            "set the clock by NTP (`timedatectl set-ntp true`); until then a build may count a day less than the last one did",
        ),
    }
}

fn age(current: &Snapshot, now: DateTime<Utc>) -> Finding {
    let manifest = current.manifest();
    let told = format!(
        "{} was built at {} as of {}",
        current.id(),
        minute(manifest.generated_at),
        manifest.as_of
    );
    if manifest.demo || now - manifest.generated_at <= LATE {
        return Finding::ok("last build", told);
    }
    let hours = (now - manifest.generated_at).num_hours();
    Finding::bad(
        "last build",
        State::Warn,
        format!("{told}, {hours} hours ago"),
        "see why none came since: the log of the service, `tidemark check`; `tidemark build` makes up for it",
    )
}

/// Every file of every snapshot against its checksum.
fn checksums(store: &Store) -> Vec<Finding> {
    let ids = match store.ids() {
        Ok(ids) => ids,
        Err(error) => return vec![damaged(&error)],
    };
    let verified = ids
        .iter()
        .map(|id| store.open_snapshot(id).and_then(|there| there.verify()));
    let mut findings: Vec<Finding> = verified
        .filter_map(Result::err)
        .map(|error| damaged(&error))
        .collect();
    if findings.is_empty() && !ids.is_empty() {
        let told = format!("all files of {} snapshots are as published", ids.len());
        findings.push(Finding::ok("checksums", told));
    }
    findings
}

/// The errors say themselves what to do, behind a semicolon.
fn damaged(error: &SnapshotError) -> Finding {
    by_its_words("checksums", State::Fix, &error.to_string())
}

fn by_its_words(check: &'static str, state: State, text: &str) -> Finding {
    let (message, fix) = text.split_once("; ").unwrap_or((
        text,
        "see that the user who runs this may read the data folder",
    ));
    Finding::bad(check, state, message, fix)
}

fn minute(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%M UTC").to_string()
}
