//! Small changes by REST: each page asks for what comes after the last record in the order of stamps and ids.
//!
//! So a page needs no cursor of the server's that could expire or repeat, thousands of records with
//! one stamp are no obstacle, and a run that was killed goes on after the last record it saved.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::client::Page;
use super::state::{Key, Pass, Way};
use super::{Pull, SOURCE};
use crate::SyncError;

/// How often a page may come that has come before.
const REPEATS: u32 = 3;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Stamped {
    id: String,
    system_modstamp: String,
}

/// A record's place among the changes.
fn key(record: &RawValue) -> Result<Key, SyncError> {
    let unreadable = |what: String| SyncError::protocol(SOURCE, format!("queryAll: {what}"));
    let stamped: Stamped = serde_json::from_str(record.get())
        .map_err(|error| unreadable(format!("a record without Id or SystemModstamp: {error}")))?;
    // As in `2026-03-01T00:00:00.000+0000`.
    let stamp = DateTime::parse_from_str(&stamped.system_modstamp, "%Y-%m-%dT%H:%M:%S%.f%z")
        .map_err(|_| unreadable(format!("the stamp {}", stamped.system_modstamp)))?;
    // The id goes into the next query.
    if !stamped.id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(unreadable(format!("the id {}", stamped.id)));
    }
    Ok(Key {
        stamp: stamp.with_timezone(&Utc),
        id: stamped.id,
    })
}

/// Reads a window; ends it, or turns it into a Bulk job where it is a large one.
pub(super) async fn read(
    pull: &mut Pull<'_>,
    object: &'static str,
    mut pass: Pass,
) -> Result<Option<Pass>, SyncError> {
    let sizes = pull.config.sizes;
    let (mut fetched, mut repeats) = (0, 0);
    loop {
        let Way::Rest { after } = &pass.way else {
            return Ok(Some(pass));
        };
        let soql = pass.rest_query(after.as_ref(), sizes.rest_page);
        let answer = match pull.client.query_all(&soql).await? {
            Ok(answer) => answer,
            Err(said) => {
                pull.note(format!(
                    "{object}: read by a Bulk job, since Salesforce said {said}"
                ));
                let reached = after.as_ref().map(|after| after.stamp);
                return Ok(Some(to_bulk(pass, reached)));
            }
        };
        let page: Page<'_> = answer.json()?;
        let last = page.records.last().map(|record| key(record)).transpose()?;
        // What comes after a record cannot end with it or lie before it.
        let stale = match (after, &last) {
            (Some(after), Some(last)) => last == after || last.stamp < after.stamp,
            _ => false,
        };
        if stale {
            repeats += 1;
            if repeats > REPEATS {
                let what = format!("queryAll of {object} gives the same page again and again");
                return Err(SyncError::protocol(SOURCE, what));
            }
            continue;
        }
        for record in &page.records {
            pull.raw.push(object, record.get())?;
        }
        fetched += page.records.len() as u64;
        let over = page.done && page.records.len() < sizes.rest_page;
        let reached = last.as_ref().map(|last| last.stamp);
        if last.is_some() {
            pass.way = Way::Rest { after: last };
        }
        if over {
            pull.finish(object, pass)?;
            return Ok(None);
        }
        if fetched >= sizes.bulk_from {
            return Ok(Some(to_bulk(pass, reached)));
        }
        pull.keep(object, &pass)?;
    }
}

/// The rest of a window, as a Bulk job reads it.
fn to_bulk(mut pass: Pass, reached: Option<DateTime<Utc>>) -> Pass {
    // A second earlier, since a window's start is no part of it.
    let reached = reached.map(|stamp| stamp - TimeDelta::seconds(1));
    pass.from = reached.or(pass.from);
    pass.way = Way::bulk();
    pass
}
