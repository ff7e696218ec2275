//! The export of organizations, where a page begins with the last second of the one before.

use std::collections::HashSet;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::ring::Ring;
use super::{Pull, SOURCE, explain, slim};
use crate::{Answer, Call, SyncError};

const OBJECT: &str = "organizations";
pub(super) const EXPORT: &str = "/api/v2/incremental/organizations.json";
const LIST: &str = "/api/v2/organizations.json";

#[derive(Deserialize)]
struct Page {
    organizations: Vec<Box<RawValue>>,
    end_time: Option<i64>,
    end_of_stream: bool,
}

#[derive(Deserialize)]
struct Listed {
    organizations: Vec<Box<RawValue>>,
    meta: Meta,
}

#[derive(Deserialize)]
struct Meta {
    has_more: bool,
    after_cursor: Option<String>,
}

/// Reads the export to its end.
pub(super) async fn walk(pull: &mut Pull<'_>) -> Result<(), SyncError> {
    let mut landed = HashSet::new();
    let mut listed = false;
    loop {
        let since = pull.state.organizations.since;
        let start = since.to_string();
        let answer = success(pull.export(EXPORT, &[("start_time", &start)]).await?)?;
        let now = pull.api.now()?.timestamp();
        let page: Page = answer.json()?;
        landed = land(pull, &page.organizations, &landed)?;
        if page.end_of_stream {
            pull.state.organizations.end(now);
            return pull.save_if_due();
        }
        let Some(end) = page.end_time else {
            let what = format!("{EXPORT} is not at its end, but has no end_time to go on with");
            return Err(SyncError::protocol(SOURCE, what));
        };
        pull.state.organizations.since = if end > since {
            end
        } else {
            // More organizations changed within one second than a page holds, as after an import: the export
            // would give the same page for ever. The list has all that exist, in whatever second they changed.
            if !listed {
                list(pull).await?;
                listed = true;
            }
            since + 1
        };
        pull.save_if_due()?;
    }
}

/// Lands all organizations there are.
async fn list(pull: &mut Pull<'_>) -> Result<(), SyncError> {
    pull.note(
        "more organizations changed in one second than an export can page through; all of them are listed instead, \
         and deletions in that second may be missed"
            .to_owned(),
    );
    let mut ring = Ring::default();
    let mut after: Option<String> = None;
    loop {
        let mut next = Call::get(LIST).query(&[("page[size]", "100")]);
        if let Some(after) = &after {
            next = next.query(&[("page[after]", after)]);
        }
        let answer = success(pull.throttle.call(&pull.api, pull.tell, next).await?)?;
        let page: Listed = answer.json()?;
        land(pull, &page.organizations, &HashSet::new())?;
        if !page.meta.has_more {
            return Ok(());
        }
        let next = page.meta.after_cursor;
        let next = next.filter(|next| !ring.closes(next)).ok_or_else(|| {
            SyncError::protocol(
                SOURCE,
                format!("the pages of {LIST} lead nowhere; sync again later"),
            )
        })?;
        after = Some(next);
        // The state stands before all this until the list is through.
        pull.save_if_due()?;
    }
}

fn success(answer: Answer) -> Result<Answer, SyncError> {
    match answer.status.is_success() {
        true => Ok(answer),
        false => Err(explain::explain(&answer)),
    }
}

/// Lands a page but for what the page before had too; gives the page's records.
fn land(
    pull: &mut Pull<'_>,
    records: &[Box<RawValue>],
    before: &HashSet<String>,
) -> Result<HashSet<String>, SyncError> {
    let mut page = HashSet::new();
    for record in records {
        let slim = slim::organization(record)?;
        if !before.contains(&slim.text) {
            pull.raw.push(OBJECT, &slim.text)?;
        }
        page.insert(slim.text);
    }
    Ok(page)
}
