//! Zendesk's refusals in words: what it said, and what to do.

use serde_json::Value;

use super::SOURCE;
use crate::{Answer, SyncError};

/// What an answer says. Zendesk has several shapes for it.
pub(super) fn said(answer: &Answer) -> String {
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let text = |pointer: &str| body.pointer(pointer).and_then(Value::as_str);
    let first = [
        "/description",
        "/error_description",
        "/error/message",
        "/errors/0/detail",
        "/error/title",
    ]
    .into_iter()
    .find_map(text);
    match (text("/error"), first) {
        (Some(error), Some(said)) => format!("{error}: {said}"),
        (Some(said), None) | (None, Some(said)) => said.to_owned(),
        (None, None) => format!("HTTP {}", answer.status),
    }
}

/// A refusal of the API.
pub(super) fn explain(answer: &Answer) -> SyncError {
    let said = said(answer);
    match answer.status.as_u16() {
        300..=399 => SyncError::Configuration(format!(
            "zendesk: the account has moved to {}; write its address into [zendesk] url",
            answer
                .header("location")
                .unwrap_or("an address it does not tell")
        )),
        401 => refused(said),
        403 => SyncError::Forbidden {
            source_name: SOURCE,
            what: answer.path.clone(),
            fix: allow(&said),
            said,
        },
        404 => SyncError::Configuration(format!(
            "zendesk: there is no {} at this address ({said}); write the account's own address into [zendesk] url, as in https://acme.zendesk.com",
            answer.path
        )),
        _ => SyncError::protocol(
            SOURCE,
            format!("HTTP {} at {}: {said}", answer.status, answer.path),
        ),
    }
}

/// Credentials that are no good.
pub(super) fn refused(said: String) -> SyncError {
    let fix = "a token ends when it expires, is revoked, or goes unused for long (and no API token works after 30 April 2027); \
               let Tidemark get tokens itself: set client_id under [zendesk] and TIDEMARK_ZENDESK_CLIENT_SECRET";
    SyncError::Refused {
        source_name: SOURCE,
        said,
        fix: fix.to_owned(),
    }
}

/// How to give what a 403 misses.
fn allow(said: &str) -> String {
    if let Some((_, scopes)) = said.split_once("required scopes: ") {
        format!(
            "allow the scope {scopes} in Admin Center > Apps and integrations > APIs > OAuth clients, and name it in [zendesk] scope (a fixed access token must be made anew with it)"
        )
    } else {
        "exports are for admins: make the user behind the credentials an admin in Admin Center > People > Team members".to_owned()
    }
}

/// A refusal to give an access token.
pub(super) fn explain_grant(answer: &Answer) -> SyncError {
    let said = said(answer);
    let fix = match said.contains("invalid_scope") {
        true => "the client may not ask for this: name in [zendesk] scope what the client allows",
        false => {
            "check client_id under [zendesk] and TIDEMARK_ZENDESK_CLIENT_SECRET against a client of the kind `confidential`"
        }
    };
    match answer.status.as_u16() {
        404 => explain(answer),
        _ => SyncError::Refused {
            source_name: SOURCE,
            said,
            fix: format!("{fix}, in Admin Center > Apps and integrations > APIs > OAuth clients"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Answer {
        Answer {
            source: SOURCE,
            path: "/api/v2/incremental/users/cursor.json".to_owned(),
            status: reqwest::StatusCode::from_u16(status).unwrap(),
            headers: Default::default(),
            body: bytes::Bytes::copy_from_slice(body.as_bytes()),
        }
    }

    #[test]
    fn every_shape_of_refusal_is_read() {
        for (body, words) in [
            (
                r#"{"error":"Couldn't authenticate you"}"#,
                "Couldn't authenticate you",
            ),
            (
                r#"{"error":"InvalidValue","description":"Too recent"}"#,
                "InvalidValue: Too recent",
            ),
            (
                r#"{"error":"invalid_token","error_description":"Ended"}"#,
                "invalid_token: Ended",
            ),
            (
                r#"{"error":{"title":"Forbidden","message":"No access"}}"#,
                "No access",
            ),
            (
                r#"{"errors":[{"code":"C","title":"T","detail":"Not valid"}]}"#,
                "Not valid",
            ),
            ("<html>", "HTTP 400 Bad Request"),
        ] {
            assert_eq!(said(&answer(400, body)), words);
        }
    }

    #[test]
    fn each_status_says_what_to_do() {
        let words = |status, body| explain(&answer(status, body)).to_string();
        let mut moved = answer(301, "");
        moved
            .headers
            .insert("location", "https://new.zendesk.com/".parse().unwrap());
        assert!(
            explain(&moved)
                .to_string()
                .contains("moved to https://new.zendesk.com/")
        );
        assert!(words(401, "{}").contains("set client_id"));
        let scopes = r#"{"error":"Forbidden","description":"You are missing the following required scopes: users:read"}"#;
        assert!(words(403, scopes).contains("allow the scope users:read in Admin Center"));
        assert!(words(403, "{}").contains("make the user behind the credentials an admin"));
        assert!(words(404, "{}").contains("https://acme.zendesk.com"));
        assert!(
            words(422, r#"{"error":"E"}"#).contains(
                "HTTP 422 Unprocessable Entity at /api/v2/incremental/users/cursor.json: E"
            )
        );
    }
}
