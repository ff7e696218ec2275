//! What is the matter with a run, with the hour, with the sources: pure judgements on what is known.

use chrono::{DateTime, Days, NaiveDate, Utc};
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
        .unwrap_or("No reason is known")
        .trim_end_matches('.');
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
        text: format!("{why}. The dashboard keeps showing the numbers published before."),
        facts,
        page: HEALTH.to_owned(),
        since: run.finished_at.unwrap_or(run.queued_at),
    }))
}

/// Whether the numbers promised for an hour are missing: those of the day before it in the reporting time zone. `as_of` is
/// the last day of the published snapshot, none without one.
#[must_use]
pub fn late(due: DateTime<Utc>, as_of: Option<NaiveDate>, timezone: Tz) -> Option<Incident> {
    let local = due.with_timezone(&timezone);
    let day = local.date_naive() - Days::new(1);
    if as_of.is_some_and(|as_of| as_of >= day) {
        return None;
    }
    let hour = local.format("%H:%M");
    let newest = as_of.map_or_else(|| "none".to_owned(), format::date);
    Some(Incident {
        kind: Kind::Late { due },
        title: format!("The numbers of {} are late", format::date(day)),
        text: format!(
            "They were promised for {hour} and are not published yet. The page on health tells what the last run did; `tidemark run` makes them by hand."
        ),
        facts: vec![
            ("Promised for".to_owned(), format!("{hour} {timezone}")),
            ("Newest day published".to_owned(), newest),
        ],
        page: HEALTH.to_owned(),
        since: due,
    })
}

/// An incident of the data folder or of the schedule; `text` says what to do.
#[must_use]
pub fn operational(kind: Kind, text: &str, now: DateTime<Utc>) -> Incident {
    let title = match &kind {
        Kind::Store { store } => format!("{store} is damaged"),
        Kind::Instead => "The latest snapshot cannot be served".to_owned(),
        Kind::FutureDay => "A snapshot is of a day that has not come yet".to_owned(),
        _ => "Runs do not work".to_owned(),
    };
    Incident {
        kind,
        title,
        text: format!("{}.", text.trim_end_matches('.')),
        facts: Vec::new(),
        page: HEALTH.to_owned(),
        since: now,
    }
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
            uuid: "00000000-0000-4000-8000-000000000007".to_owned(),
            trigger: Trigger::Schedule,
            state,
            as_of: "2026-11-24".parse().unwrap(),
            scheduled_for: None,
            resumes: None,
            data_since: at("2026-11-25T04:00:00Z"),
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
        assert_eq!(
            failed.text,
            "stripe: the key has no permission to read invoices. The dashboard keeps showing the numbers published before."
        );
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
    fn numbers_are_late_until_they_reach_to_the_day_before_the_promised_hour() {
        // Eight in the morning in Berlin.
        let due = at("2026-11-25T07:00:00Z");
        let judge = |as_of: Option<&str>| {
            let as_of = as_of.map(|day| day.parse().unwrap());
            late(due, as_of, Tz::Europe__Berlin)
        };
        assert_eq!(judge(Some("2026-11-24")), None);
        assert_eq!(judge(Some("2026-11-25")), None);
        let found = judge(Some("2026-11-23")).unwrap();
        assert_eq!(found.title, "The numbers of Nov 24, 2026 are late");
        assert_eq!(found.since, due);
        assert_eq!(found.facts[0].1, "08:00 Europe/Berlin");
        assert!(judge(None).is_some());
        // In Auckland that hour is of the same day, in Los Angeles of the day before.
        let los_angeles = late(due, None, Tz::America__Los_Angeles).unwrap();
        assert_eq!(los_angeles.title, "The numbers of Nov 23, 2026 are late");
    }
}
