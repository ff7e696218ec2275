//! The token endpoint: client credentials and JWT bearer, with the vendor's refusals.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Form, State as Shared};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use serde::Deserialize;
use serde_json::json;

use super::org::{Org, State};

/// The connected app and who may use it.
#[derive(Debug, Clone)]
pub struct App {
    /// Its consumer key.
    pub client_id: String,
    /// Its consumer secret.
    pub client_secret: String,
    /// Whether the client credentials flow has a user to run as.
    pub run_as: bool,
    /// The public key of its certificate: DER of an `RSAPublicKey`.
    pub public_key: Option<Vec<u8>>,
    /// Users the app is approved for, by name.
    pub approved: Vec<String>,
    /// Users there are, by name.
    pub users: Vec<String>,
    /// Audiences a JWT may name beside the org's own address.
    pub audiences: Vec<String>,
}

impl Default for App {
    fn default() -> Self {
        Self {
            client_id: "3MVG9consumerkey".to_owned(),
            client_secret: "consumersecret".to_owned(),
            run_as: true,
            public_key: None,
            approved: vec!["integration@example.com".to_owned()],
            users: vec![
                "integration@example.com".to_owned(),
                "stranger@example.com".to_owned(),
            ],
            audiences: Vec::new(),
        }
    }
}

type Refusal = (&'static str, &'static str);

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: String,
    /// Seconds; some clients send them as text.
    exp: serde_json::Value,
}

pub(super) async fn token(
    Shared(org): Shared<Org>,
    headers: HeaderMap,
    Form(form): Form<BTreeMap<String, String>>,
) -> Response {
    let mut state = org.state();
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let url = format!("http://{}", host.unwrap_or_default());
    let field = |name: &str| form.get(name).map(String::as_str);
    let verdict = match field("grant_type") {
        Some("client_credentials") => {
            let (id, secret) = basic(&headers).unwrap_or_else(|| {
                let text = |name| field(name).unwrap_or_default().to_owned();
                (text("client_id"), text("client_secret"))
            });
            client_credentials(&state.app, &id, &secret)
        }
        Some("urn:ietf:params:oauth:grant-type:jwt-bearer") => {
            jwt_bearer(&state, &url, field("assertion").unwrap_or_default())
        }
        _ => Err(("unsupported_grant_type", "grant type not supported")),
    };
    match verdict {
        Ok(()) => Json(issue(&mut state, &url)).into_response(),
        Err((error, description)) => {
            let body = json!({ "error": error, "error_description": description });
            (StatusCode::BAD_REQUEST, Json(body)).into_response()
        }
    }
}

fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let header = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let text = STANDARD.decode(header.strip_prefix("Basic ")?).ok()?;
    let (id, secret) = std::str::from_utf8(&text).ok()?.split_once(':')?;
    Some((id.to_owned(), secret.to_owned()))
}

fn client_credentials(app: &App, id: &str, secret: &str) -> Result<(), Refusal> {
    if id != app.client_id {
        return Err(("invalid_client_id", "client identifier invalid"));
    }
    if secret != app.client_secret {
        return Err(("invalid_client", "invalid client credentials"));
    }
    if !app.run_as {
        return Err(("invalid_grant", "no client credentials user enabled"));
    }
    Ok(())
}

fn jwt_bearer(state: &State, url: &str, assertion: &str) -> Result<(), Refusal> {
    let app = &state.app;
    let invalid = ("invalid_grant", "invalid assertion");
    let (signed, signature) = assertion.rsplit_once('.').ok_or(invalid)?;
    let (header, claims) = signed.split_once('.').ok_or(invalid)?;
    let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).map_err(|_| invalid);
    let header: serde_json::Value =
        serde_json::from_slice(&decode(header)?).map_err(|_| invalid)?;
    if header["alg"] != "RS256" {
        return Err(invalid);
    }
    let claims: Claims = serde_json::from_slice(&decode(claims)?).map_err(|_| invalid)?;
    if claims.iss != app.client_id {
        return Err(("invalid_client_id", "client identifier invalid"));
    }
    let key = app.public_key.as_deref().ok_or(invalid)?;
    UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key)
        .verify(signed.as_bytes(), &decode(signature)?)
        .map_err(|_| invalid)?;
    let audience = claims.aud.trim_end_matches('/');
    if audience != url && !app.audiences.iter().any(|known| known == audience) {
        return Err(("invalid_grant", "audience is invalid"));
    }
    let expires = claims
        .exp
        .as_i64()
        .or_else(|| claims.exp.as_str()?.parse().ok());
    let left = expires.ok_or(invalid)? - state.now().timestamp();
    // Five minutes at most, and some patience with clocks that differ.
    if !(-30..=330).contains(&left) {
        return Err(("invalid_grant", "expired authorization code"));
    }
    if !app.users.contains(&claims.sub) {
        return Err(("invalid_grant", "user does not exist or is inactive"));
    }
    if !app.approved.contains(&claims.sub) {
        return Err(("invalid_grant", "user hasn't approved this consumer"));
    }
    Ok(())
}

fn issue(state: &mut State, url: &str) -> serde_json::Value {
    state.issued += 1;
    let token = format!("00D5g000001ABCD!AQ.{:06}", state.issued);
    let uses = state.options.token_requests.unwrap_or(u64::MAX);
    state.tokens.insert(token.clone(), uses);
    json!({
        "access_token": token,
        "signature": "c2lnbmF0dXJl",
        "scope": "api",
        "instance_url": url,
        "id": format!("{url}/id/00D5g000001ABCDEA2/0055g000000ABCDAA4"),
        "token_type": "Bearer",
        "issued_at": state.now().timestamp_millis().to_string(),
    })
}
