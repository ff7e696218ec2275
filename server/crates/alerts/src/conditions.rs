//! What is the matter with a run, with the hour, with the sources: pure judgements on what is known.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use tidemark_shared::api::{Manifest, Run, RunState, SourceState};
use tidemark_shared::date::to_days;
use tidemark_shared::format;

use crate::incident::{Incident, Kind};

/// The page that tells how the data is.
const HEALTH: &str = "/health";

/// What the end of a run says: nothing wrong, or that it failed or was refused. None while it says nothing, because the
/// run is under way, was interrupted and will be taken up again, or was not needed.
#[must_use]
pub fn of_run(run: &Run) -> Option<Option<Incident>> {
    let kind = match run.state {
        RunState::Succeeded => return Some(None),
        RunState::Failed => Kind::Failed,
        RunState::Refused => Kind::Refused,
        RunState::Queued | RunState::Running | RunState::Interrupted | RunState::Skipped => {
            return None;
        }
    };
    let step = run.steps.iter().rev().find(|step| step.state == run.state);
    let step_name = step.map_or("run", |step| step.name.as_str());
    let title = match kind {
        Kind::Refused => "The checks refused to publish".to_owned(),
        _ => format!("The run failed at its step {step_name}"),
    };
    let why = step.and_then(|step| step.error.as_deref());
    let why = run
        .error
        .as_deref()
        .or(why)
        .unwrap_or("No reason is known.");
    let mut facts = vec![
        ("Run".to_owned(), run.id.to_string()),
        ("Day".to_owned(), format::date(run.as_of)),
    ];
    if let Some(attempts) = step
        .map(|step| step.attempt)
        .filter(|attempts| *attempts > 1)
    {
        facts.push(("Attempts".to_owned(), attempts.to_string()));
    }
    if run.errors > 0 {
        facts.push(("Errors".to_owned(), run.errors.to_string()));
    }
    Some(Some(Incident {
        kind,
        title,
        text: format!("{why} The dashboard keeps showing the numbers published before."),
        facts,
        page: HEALTH.to_owned(),
        since: run.finished_at.unwrap_or(run.queued_at),
    }))
}

/// Whether the numbers of yesterday are missing although the hour they were promised for has passed; `as_of` is the last
/// day of the published snapshot, none without one. Before the hour, those of the day before yesterday are enough.
#[must_use]
pub fn late(
    as_of: Option<NaiveDate>,
    ready_by: NaiveTime,
    timezone: Tz,
    now: DateTime<Utc>,
) -> Option<Incident> {
    let local = now.with_timezone(&timezone).naive_local();
    let passed = local.time() >= ready_by;
    let promised_on = local.date() - Days::new(u64::from(!passed));
    let due = promised_on - Days::new(1);
    if as_of.is_some_and(|as_of| as_of >= due) {
        return None;
    }
    // An hour that a change of clocks leaves out begins when that hour would have.
    let deadline = promised_on.and_time(ready_by);
    let since = timezone.from_local_datetime(&deadline).earliest();
    let since = since.map_or_else(|| deadline.and_utc(), |at| at.to_utc());
    let hour = ready_by.format("%H:%M");
    let newest = as_of.map_or_else(|| "none".to_owned(), format::date);
    Some(Incident {
        kind: Kind::Late,
        title: format!("The numbers of {} are late", format::date(due)),
        text: format!(
            "They were promised for {hour} and are not published yet. The page on health tells what the last run did; `tidemark build` makes them by hand."
        ),
        facts: vec![
            ("Promised for".to_owned(), format!("{hour} {timezone}")),
            ("Newest day published".to_owned(), newest),
        ],
        page: HEALTH.to_owned(),
        since,
    })
}

/// The sources whose newest fact is too old.
#[must_use]
pub fn stale(manifest: &Manifest, now: DateTime<Utc>) -> Vec<Incident> {
    let stale = manifest.sources.iter();
    let stale = stale.filter(|source| source.status == SourceState::Stale);
    let incident = |source: &tidemark_shared::api::SourceEntry| {
        let through = source.data_through;
        let age = through.map(|day| to_days(manifest.as_of) - to_days(day));
        let mut facts = vec![(
            "Newest fact".to_owned(),
            through.map_or_else(|| "none".to_owned(), format::date),
        )];
        facts.extend(age.map(|age| ("Behind".to_owned(), days(age))));
        Incident {
            kind: Kind::Stale {
                source: source.name.clone(),
            },
            title: format!("{} has no recent data", source.name),
            text: format!(
                "What happened there since is missing in the numbers. `tidemark sync --check {}` tells whether its credentials still work.",
                source.name
            ),
            facts,
            page: HEALTH.to_owned(),
            since: now,
        }
    };
    stale.map(incident).collect()
}

fn days(count: i32) -> String {
    match count {
        1 => "1 day".to_owned(),
        _ => format!("{count} days"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::incident::Family;
    use tidemark_shared::api::{RunStep, Trigger};

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn run(state: RunState) -> Run {
        let step = RunStep {
            name: "sync".to_owned(),
            state,
            attempt: 3,
            started_at: None,
            finished_at: None,
            rows: None,
            error: Some("stripe: the key has no permission to read invoices.".to_owned()),
        };
        Run {
            id: 7,
            trigger: Trigger::Schedule,
            state,
            as_of: "2026-11-24".parse().unwrap(),
            queued_at: at("2026-11-25T04:00:00Z"),
            started_at: None,
            finished_at: Some(at("2026-11-25T04:09:00Z")),
            steps: vec![step],
            snapshot_id: None,
            errors: 0,
            warnings: 0,
            policies: Default::default(),
            code_version: "0.1.0".to_owned(),
            error: None,
        }
    }

    #[test]
    fn only_the_end_of_a_run_says_something() {
        assert_eq!(of_run(&run(RunState::Succeeded)), Some(None));
        for state in [
            RunState::Queued,
            RunState::Running,
            RunState::Interrupted,
            RunState::Skipped,
        ] {
            assert_eq!(of_run(&run(state)), None, "{state:?}");
        }
        let failed = of_run(&run(RunState::Failed)).flatten().unwrap();
        assert_eq!(failed.key(), "failed");
        assert_eq!(failed.kind.family(), Family::Run);
        assert_eq!(failed.title, "The run failed at its step sync");
        assert!(failed.text.starts_with("stripe: the key has no permission"));
        assert!(
            failed
                .facts
                .contains(&("Attempts".to_owned(), "3".to_owned()))
        );
        assert_eq!(failed.since, at("2026-11-25T04:09:00Z"));
        let refused = of_run(&run(RunState::Refused)).flatten().unwrap();
        assert_eq!(refused.key(), "refused");
    }

    #[test]
    fn numbers_are_late_from_the_promised_hour_on_in_the_reporting_time_zone() {
        let hour = NaiveTime::from_hms_opt(8, 0, 0).unwrap();
        let judge = |as_of: Option<&str>, now: &str| {
            let as_of = as_of.map(|day| day.parse().unwrap());
            late(as_of, hour, Tz::Europe__Berlin, at(now))
        };
        // 07:59 and 08:00 in Berlin.
        assert_eq!(judge(Some("2026-11-23"), "2026-11-25T06:59:59Z"), None);
        let found = judge(Some("2026-11-23"), "2026-11-25T07:00:00Z").unwrap();
        assert_eq!(found.title, "The numbers of Nov 24, 2026 are late");
        assert_eq!(found.since, at("2026-11-25T07:00:00Z"));
        assert_eq!(judge(Some("2026-11-24"), "2026-11-25T22:00:00Z"), None);
        // Two days behind is late before the hour, too, and since yesterday.
        let found = judge(Some("2026-11-22"), "2026-11-25T01:00:00Z").unwrap();
        assert_eq!(found.since, at("2026-11-24T07:00:00Z"));
        assert!(judge(None, "2026-11-25T01:00:00Z").is_some());
    }

    #[test]
    fn an_hour_that_the_clocks_leave_out_is_judged_all_the_same() {
        let hour = NaiveTime::from_hms_opt(2, 30, 0).unwrap();
        let as_of = "2026-03-27".parse().ok();
        let found = late(as_of, hour, Tz::Europe__Berlin, at("2026-03-29T06:00:00Z")).unwrap();
        assert_eq!(found.title, "The numbers of Mar 28, 2026 are late");
    }
}
