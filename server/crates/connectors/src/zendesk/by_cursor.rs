//! Exports of tickets and of users, page by page along a cursor.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::ring::Ring;
use super::{OVERLAP, Pull, SOURCE, Walk, explain, slim};
use crate::{Answer, SyncError, Told};

/// What is exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Export {
    Tickets,
    Users,
}

impl Export {
    pub(super) const fn object(self) -> &'static str {
        match self {
            Self::Tickets => "tickets",
            Self::Users => "users",
        }
    }

    pub(super) const fn path(self) -> &'static str {
        match self {
            Self::Tickets => "/api/v2/incremental/tickets/cursor.json",
            Self::Users => "/api/v2/incremental/users/cursor.json",
        }
    }

    fn walk<'a>(self, pull: &'a mut Pull<'_>) -> &'a mut Walk {
        match self {
            Self::Tickets => &mut pull.state.tickets,
            Self::Users => &mut pull.state.users,
        }
    }
}

#[derive(Deserialize)]
struct Page {
    #[serde(alias = "tickets", alias = "users")]
    records: Vec<Box<RawValue>>,
    /// Where an account gives the metrics beside the tickets instead of within them.
    #[serde(default)]
    metric_sets: Vec<Box<RawValue>>,
    after_cursor: Option<String>,
    end_of_stream: bool,
}

/// Reads an export to its end.
pub(super) async fn walk(pull: &mut Pull<'_>, export: Export) -> Result<(), SyncError> {
    let mut ring = Ring::default();
    let mut repeated = 0;
    let mut begun_anew_at = None;
    let mut without_metrics = 0_u64;
    loop {
        let answer = ask(pull, export).await?;
        if !answer.status.is_success() {
            begin_anew(pull, export, &answer, &mut begun_anew_at)?;
            ring = Ring::default();
            continue;
        }
        let now = pull.api.now()?.timestamp();
        let page: Page = answer.json()?;
        without_metrics += land(pull, export, &page)?;
        let walk = export.walk(pull);
        if page.end_of_stream {
            walk.end(now);
            break;
        }
        let Some(after) = page.after_cursor else {
            let what = format!(
                "{} is not at its end, but has no cursor to go on with",
                answer.path
            );
            return Err(SyncError::protocol(SOURCE, what));
        };
        if walk.cursor.as_ref() == Some(&after) {
            repeated += 1;
            again(pull, export, repeated).await?;
            continue;
        }
        repeated = 0;
        if ring.closes(&after) {
            return Err(circle(export));
        }
        walk.cursor = Some(after);
        pull.save_if_due()?;
    }
    if without_metrics > 0 {
        pull.note(format!(
            "{without_metrics} tickets came without metrics; their times to reply and to solve stay unknown"
        ));
    }
    pull.save_if_due()
}

async fn ask(pull: &mut Pull<'_>, export: Export) -> Result<Answer, SyncError> {
    let walk = export.walk(pull);
    let (name, value) = match &walk.cursor {
        Some(cursor) => ("cursor", cursor.clone()),
        None => ("start_time", walk.since.to_string()),
    };
    let mut query = vec![(name, value.as_str())];
    if export == Export::Tickets {
        query.push(("include", "metric_sets"));
    }
    pull.export(export.path(), &query).await
}

/// A refused cursor is given up for the time it had reached; any other refusal ends the pull.
fn begin_anew(
    pull: &mut Pull<'_>,
    export: Export,
    answer: &Answer,
    before: &mut Option<i64>,
) -> Result<(), SyncError> {
    let walk = export.walk(pull);
    let gone = matches!(answer.status.as_u16(), 400 | 404 | 410 | 422) && walk.cursor.is_some();
    let since = walk
        .reached
        .map_or(walk.since, |reached| walk.since.max(reached - OVERLAP));
    // No further than the last time: a new cursor is refused as well.
    if !gone || *before == Some(since) {
        return Err(explain::explain(answer));
    }
    *before = Some(since);
    *walk = Walk {
        since,
        ..Walk::default()
    };
    pull.note(format!(
        "the export of {} does not take its cursor any more ({}); it goes on from the last change that has landed",
        export.object(),
        explain::said(answer)
    ));
    Ok(())
}

/// Lands a page; how many tickets had no metrics.
fn land(pull: &mut Pull<'_>, export: Export, page: &Page) -> Result<u64, SyncError> {
    let mut without = 0;
    let mut latest = None;
    for record in &page.records {
        let slim = match export {
            Export::Tickets => slim::ticket(record)?,
            Export::Users => slim::user(record)?,
        };
        pull.raw.push(export.object(), &slim.text)?;
        latest = latest.max(slim.stamp);
        without += u64::from(slim.lacks_metrics);
    }
    for set in &page.metric_sets {
        pull.raw.push("ticket_metrics", set.get())?;
    }
    let walk = export.walk(pull);
    walk.reached = walk.reached.max(latest);
    Ok(without.saturating_sub(page.metric_sets.len() as u64))
}

/// Waits before asking once more for a page that led back to itself.
async fn again(pull: &Pull<'_>, export: Export, repeated: u32) -> Result<(), SyncError> {
    let Some(wait) = pull.patience.wait(repeated, None) else {
        return Err(circle(export));
    };
    (pull.tell)(Told::Waiting {
        source: SOURCE,
        wait,
        why: format!(
            "the export of {} gave the cursor it was asked with",
            export.object()
        ),
    });
    tokio::time::sleep(wait).await;
    Ok(())
}

fn circle(export: Export) -> SyncError {
    let what = format!(
        "the cursors of {} lead in a circle; what was landed is kept: sync again later, and tell Zendesk's support if it stays so",
        export.path()
    );
    SyncError::protocol(SOURCE, what)
}
