//! Incremental exports: tickets and users by cursor, organizations by time.
use std::collections::HashMap;

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use super::limits::Bucket;
use super::rows::{Row, Start};
use super::{Inner, Kind, Zendesk, answer, base_of, with};

type Parameters = Query<HashMap<String, String>>;

/// Changes younger than this are not shown yet, in seconds.
const TOO_RECENT: i64 = 60;
/// The largest page, which is also the usual one.
const PAGE: usize = 1000;

pub(super) async fn tickets(
    State(zendesk): State<Zendesk>,
    headers: HeaderMap,
    parameters: Parameters,
) -> Response {
    by_cursor(&zendesk, &headers, &parameters, Kind::Tickets)
}

pub(super) async fn users(
    State(zendesk): State<Zendesk>,
    headers: HeaderMap,
    parameters: Parameters,
) -> Response {
    by_cursor(&zendesk, &headers, &parameters, Kind::Users)
}

fn invalid(description: &str) -> Response {
    let said = json!({"error": "InvalidValue", "description": description});
    answer(StatusCode::BAD_REQUEST, &said)
}

fn number<T: std::str::FromStr>(
    parameters: &Parameters,
    name: &str,
) -> Result<Option<T>, Response> {
    let Some(text) = parameters.get(name) else {
        return Ok(None);
    };
    text.parse()
        .map(Some)
        .map_err(|_| invalid(&format!("Invalid value for {name}")))
}

fn limit(inner: &Inner, parameters: &Parameters) -> Result<usize, Response> {
    let asked = number(parameters, "per_page")?.unwrap_or(PAGE);
    if inner.quirks.too_large.is_some_and(|most| asked > most) {
        return Err(super::error(StatusCode::GATEWAY_TIMEOUT));
    }
    Ok(asked.clamp(1, inner.largest_page.unwrap_or(PAGE)))
}

fn start_time(parameters: &Parameters, now: i64) -> Result<i64, Response> {
    let start = number(parameters, "start_time")?;
    let start = start.ok_or_else(|| invalid("start_time is required"))?;
    if start > now - TOO_RECENT {
        return Err(invalid(
            "Too recent start_time. Use a start_time older than 60 seconds",
        ));
    }
    Ok(start)
}

/// A cursor as documented examples have it: a time and an id; at the end how often cursors have been made invalid.
fn cursor(inner: &Inner, (stamp, id): (i64, u64)) -> String {
    BASE64_STANDARD.encode(format!("{stamp}.0||{id}|{}", inner.cursor_age))
}

fn position(inner: &Inner, cursor: &str) -> Option<(i64, u64)> {
    let text = String::from_utf8(BASE64_STANDARD.decode(cursor).ok()?).ok()?;
    let (stamp, rest) = text.split_once(".0||")?;
    let (id, age) = rest.split_once('|')?;
    let taken = age == inner.cursor_age.to_string() && !inner.quirks.refuse_cursors;
    taken.then_some(())?;
    Some((stamp.parse().ok()?, id.parse().ok()?))
}

fn by_cursor(
    zendesk: &Zendesk,
    headers: &HeaderMap,
    parameters: &Parameters,
    kind: Kind,
) -> Response {
    let bucket = match kind {
        Kind::Users => Bucket::UserExports,
        Kind::Tickets | Kind::Organizations => Bucket::Exports,
    };
    let mut inner = zendesk.lock();
    let now = zendesk.controls.clock.seconds();
    match inner.admit(headers, bucket, kind, true, now) {
        Err(refused) => refused,
        Ok(counted) => {
            let page = cursor_page(&mut inner, headers, parameters, kind, now);
            with(counted, page.unwrap_or_else(|refused| refused))
        }
    }
}

fn cursor_page(
    inner: &mut Inner,
    headers: &HeaderMap,
    parameters: &Parameters,
    kind: Kind,
    now: i64,
) -> Result<Response, Response> {
    let limit = limit(inner, parameters)?;
    let asked = parameters.get("cursor");
    let start = match asked {
        Some(cursor) => {
            let (stamp, id) = position(inner, cursor)
                .ok_or_else(|| invalid("The cursor is invalid or has expired"))?;
            Start::After(stamp, id)
        }
        None => Start::At(start_time(parameters, now)?),
    };
    let rows = inner.rows(kind);
    let mut page = rows.page(start, limit + 1, now - TOO_RECENT, now);
    let end = page.len() <= limit;
    page.truncate(limit);
    let mut after = page.last().map(|row| (row.stamp, row.id));
    let mut shown = page;
    if let (true, Start::After(stamp, id)) = (inner.quirks.duplicate_pages, start) {
        let again = inner.rows(kind).before(stamp, id, limit);
        shown.splice(0..0, again);
    }
    let mut ended = end;
    if let (1.., Start::After(stamp, id)) = (inner.quirks.repeated_cursors, start) {
        inner.quirks.repeated_cursors -= 1;
        (after, ended) = (Some((stamp, id)), false);
    }
    if let (Some(back), false) = (inner.quirks.cycle, end) {
        inner.turns += 1;
        if inner.turns.is_multiple_of(3) {
            after = Some((back, 0));
        }
    }
    let after = after.map(|at| cursor(inner, at)).or_else(|| asked.cloned());
    let path = format!(
        "{}/api/v2/incremental/{}/cursor.json",
        base_of(headers),
        kind.word()
    );
    let kept = ["include", "per_page", "exclude_deleted"].map(|name| {
        let value = parameters.get(name);
        value
            .map(|value| format!("&{name}={value}"))
            .unwrap_or_default()
    });
    let url = after
        .as_ref()
        .map(|after| format!("{path}?cursor={after}{}", kept.concat()));
    let metrics = includes(parameters, "metric_sets") && kind == Kind::Tickets;
    if parameters
        .get("exclude_deleted")
        .is_some_and(|value| value == "true")
    {
        shown.retain(|row| !row.deleted);
    }
    let rest = json!({
        "after_url": url, "after_cursor": after, "before_url": null, "before_cursor": null,
        "end_of_stream": ended,
    });
    Ok(listing(kind.word(), &shown, metrics, &rest))
}

fn includes(parameters: &Parameters, what: &str) -> bool {
    let listed = parameters.get("include");
    listed.is_some_and(|listed| listed.split(',').any(|one| one == what))
}

/// `{"<name>":[records],…}`, put together as text: a page of a thousand is not parsed for it.
fn listing(name: &str, rows: &[Row], metrics: bool, rest: &Value) -> Response {
    let mut text = format!("{{\"{name}\":[");
    for (at, row) in rows.iter().enumerate() {
        if at > 0 {
            text.push(',');
        }
        match (&row.metrics, metrics) {
            (Some(set), true) => {
                text.push_str(row.json.strip_suffix('}').unwrap_or(&row.json));
                text.push_str(&format!(",\"metric_set\":{set}}}"));
            }
            _ => text.push_str(&row.json),
        }
    }
    text.push_str("],");
    text.push_str(rest.to_string().trim_start_matches('{'));
    super::json_text(StatusCode::OK, text)
}

/// `GET /api/v2/incremental/organizations.json`: the next page begins with the last time of this one.
pub(super) async fn organizations(
    State(zendesk): State<Zendesk>,
    headers: HeaderMap,
    parameters: Parameters,
) -> Response {
    let mut inner = zendesk.lock();
    let now = zendesk.controls.clock.seconds();
    let kind = Kind::Organizations;
    match inner.admit(&headers, Bucket::Exports, kind, true, now) {
        Err(refused) => refused,
        Ok(counted) => {
            let page = time_page(&mut inner, &headers, &parameters, now);
            with(counted, page.unwrap_or_else(|refused| refused))
        }
    }
}

fn time_page(
    inner: &mut Inner,
    headers: &HeaderMap,
    parameters: &Parameters,
    now: i64,
) -> Result<Response, Response> {
    let limit = limit(inner, parameters)?;
    let start = start_time(parameters, now)?;
    let rows = inner.rows(Kind::Organizations);
    let mut page = rows.page(Start::At(start), usize::MAX, now - TOO_RECENT, now);
    let all = page.len();
    page.truncate(limit);
    if let (Some(last), false) = (page.last().map(|row| row.stamp), inner.quirks.short_pages) {
        // As documented: a page may be longer if records share a time.
        page = inner
            .rows(Kind::Organizations)
            .page(Start::At(start), usize::MAX, last, now);
    }
    let last = page.last().map(|row| row.stamp);
    let path = format!("{}/api/v2/incremental/organizations.json", base_of(headers));
    let rest = json!({
        "count": page.len(), "end_time": last, "end_of_stream": page.len() == all,
        "next_page": last.map(|last| format!("{path}?per_page={limit}&start_time={last}")),
    });
    Ok(listing("organizations", &page, false, &rest))
}
