//! Changes: the events since the last pull say which objects to fetch again.

use std::borrow::Cow;
use std::collections::BTreeSet;

use futures_util::stream::{self, StreamExt, TryStreamExt};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::client::{Client, Cursor, PAGE, Page, id_of};
use super::full::AT_ONCE;
use super::objects::{Object, of_kind};
use super::state::Events;
use super::{SOURCE, Shared};
use crate::SyncError;

/// Seconds read again before the last pull's end: events appear late.
const OVERLAP: i64 = 10 * 60;

/// Objects remembered as fetched in this run, so that a busy one is not fetched for each of its events.
const REMEMBERED: usize = 100_000;

/// An object that changed.
pub(super) type Changed = (&'static str, String);

/// Reads all events from the last pull's end until `now`, and lands the objects they are about.
pub(super) async fn pull(client: &Client, shared: &Shared<'_>, now: i64) -> Result<(), SyncError> {
    loop {
        let events = {
            let state = &mut shared.lock().state;
            let from = state.since.unwrap_or(now) - OVERLAP;
            // One that was interrupted goes on to its own end; the next round reads on from there.
            let new = Events {
                from,
                until: now,
                after: None,
            };
            state.events.get_or_insert(new).clone()
        };
        let until = events.until;
        window(client, shared, events).await?;
        let mut landing = shared.lock();
        landing.state.events = None;
        landing.state.since = Some(until);
        landing.save()?;
        if until >= now {
            return Ok(());
        }
    }
}

async fn window(client: &Client, shared: &Shared<'_>, mut events: Events) -> Result<(), SyncError> {
    let (from, until) = (events.from.to_string(), events.until.to_string());
    let mut fetched = BTreeSet::new();
    let mut cursor = Cursor::default();
    loop {
        let mut query = vec![
            ("limit", PAGE),
            ("created[gte]", from.as_str()),
            ("created[lte]", until.as_str()),
        ];
        query.extend(events.after.as_deref().map(|id| ("starting_after", id)));
        let answer = client.page("/v1/events", &query).await?;
        let page: Page<'_> = answer.json()?;
        let mut changed: BTreeSet<Changed> = BTreeSet::new();
        for event in &page.data {
            changed.extend(about(event)?);
        }
        changed.retain(|object| !fetched.contains(object));
        fetch(client, shared, changed.iter()).await?;
        if fetched.len() > REMEMBERED {
            fetched.clear();
        }
        fetched.extend(changed);
        let last = page.data.last().map(|event| id_of(event)).transpose()?;
        let Some(last) = last.filter(|_| page.has_more) else {
            return Ok(());
        };
        cursor.moves_to("/v1/events", &last)?;
        events.after = Some(last);
        let mut landing = shared.lock();
        landing.state.events = Some(events.clone());
        landing.save_if_due()?;
    }
}

/// Fetches objects as they are now, and lands them; one that is gone is landed as deleted.
pub(super) async fn fetch(
    client: &Client,
    shared: &Shared<'_>,
    changed: impl Iterator<Item = &Changed>,
) -> Result<(), SyncError> {
    let known = changed.filter_map(|(kind, id)| Some((of_kind(kind)?, id)));
    stream::iter(known.map(|(object, id)| async move {
        let record = current(client, object, id).await?;
        shared.lock().raw.push(object.name, &record)
    }))
    .buffer_unordered(AT_ONCE)
    .try_collect()
    .await
}

async fn current(client: &Client, object: &Object, id: &str) -> Result<String, SyncError> {
    let Some(answer) = client.object(object, id).await? else {
        let gone = serde_json::json!({"id": id, "object": object.kind, "deleted": true});
        return Ok(gone.to_string());
    };
    let record: &RawValue = answer.json()?;
    Ok(client.whole(object, record).await?.into_owned())
}

/// The object an event is about, if it is one that is pulled.
fn about(event: &RawValue) -> Result<Option<Changed>, SyncError> {
    #[derive(Deserialize)]
    struct Event<'a> {
        #[serde(borrow)]
        data: Data<'a>,
    }
    #[derive(Deserialize)]
    struct Data<'a> {
        #[serde(borrow)]
        object: Subject<'a>,
    }
    #[derive(Deserialize)]
    struct Subject<'a> {
        #[serde(borrow)]
        object: Cow<'a, str>,
        /// Absent where the object does not exist yet, as in `invoice.upcoming`.
        #[serde(borrow, default)]
        id: Option<Cow<'a, str>>,
        #[serde(borrow, default)]
        subscription: Option<&'a RawValue>,
        #[serde(borrow, default)]
        customer: Option<&'a RawValue>,
    }
    let event: Event<'_> = serde_json::from_str(event.get()).map_err(|error| {
        SyncError::protocol(SOURCE, format!("an event that cannot be read: {error}"))
    })?;
    let subject = event.data.object;
    if subject.object == "discount" {
        // A discount is part of what it is on.
        let id = |raw: Option<&RawValue>| {
            raw.and_then(|raw| serde_json::from_str::<String>(raw.get()).ok())
        };
        return Ok(match (id(subject.subscription), id(subject.customer)) {
            (Some(id), _) => Some(("subscription", id)),
            (None, Some(id)) => Some(("customer", id)),
            (None, None) => None,
        });
    }
    let kind = of_kind(&subject.object).map(|object| object.kind);
    Ok(kind.zip(subject.id.map(Cow::into_owned)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object_of(event: &str) -> Option<Changed> {
        about(serde_json::from_str(event).unwrap()).unwrap()
    }

    #[test]
    fn an_event_leads_to_its_object() {
        let cases = [
            (
                r#"{"data":{"object":{"object":"customer","id":"cus_1"}}}"#,
                Some(("customer", "cus_1")),
            ),
            (
                r#"{"data":{"object":{"object":"charge","id":"ch_1","customer":"cus_1"}}}"#,
                None,
            ),
            (
                r#"{"data":{"object":{"object":"invoice","customer":"cus_1"}}}"#,
                None,
            ),
            (
                r#"{"data":{"object":{"object":"discount","id":"di_1","customer":"cus_1","subscription":"sub_1"}}}"#,
                Some(("subscription", "sub_1")),
            ),
            (
                r#"{"data":{"object":{"object":"discount","id":"di_1","customer":"cus_1","subscription":null}}}"#,
                Some(("customer", "cus_1")),
            ),
        ];
        for (event, expected) in cases {
            let expected = expected.map(|(kind, id)| (kind, id.to_owned()));
            assert_eq!(object_of(event), expected, "{event}");
        }
    }
}
