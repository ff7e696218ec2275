//! Who may come in: API tokens, OAuth access tokens with scopes and an end, and the grant that mints them.
use std::collections::HashMap;

use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use super::answer;

/// The admin whose API token is [`API_TOKEN`].
pub const EMAIL: &str = "admin@example.com";
/// An API token, good with any user's e-mail in Zendesk, here with [`EMAIL`].
pub const API_TOKEN: &str = "canary-api-token";
/// An access token without an end that may read everything.
pub const OAUTH_TOKEN: &str = "canary-oauth-token";
/// A confidential OAuth client.
pub const CLIENT_ID: &str = "tidemark";
/// Its secret.
pub const CLIENT_SECRET: &str = "canary-client-secret";

/// What the user behind the credentials is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// May use the exports.
    Admin,
    /// May read lists, but no exports.
    Agent,
}

impl Role {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Agent => "agent",
        }
    }
}

#[derive(Debug)]
struct Token {
    scopes: String,
    /// Seconds since 1970.
    expires: i64,
}

/// Credentials that are good, and what for.
#[derive(Debug)]
pub(super) struct Door {
    pub(super) role: Role,
    /// Scopes the client may ask for.
    pub(super) allowed: String,
    /// Seconds a minted token lasts.
    pub(super) lifetime: i64,
    pub(super) api_tokens: bool,
    pub(super) minted: u64,
    tokens: HashMap<String, Token>,
}

impl Default for Door {
    fn default() -> Self {
        let mut door = Self {
            role: Role::Admin,
            allowed: "read tickets:read users:read organizations:read".to_owned(),
            lifetime: 1800,
            api_tokens: true,
            minted: 0,
            tokens: HashMap::new(),
        };
        door.add(OAUTH_TOKEN, "read", i64::MAX);
        door
    }
}

impl Door {
    pub(super) fn add(&mut self, token: &str, scopes: &str, expires: i64) {
        let scopes = scopes.to_owned();
        self.tokens
            .insert(token.to_owned(), Token { scopes, expires });
    }

    pub(super) fn revoke(&mut self) {
        self.tokens.clear();
    }

    /// The caller's scopes; `None` for nobody in particular.
    pub(super) fn enter(&self, headers: &HeaderMap, now: i64) -> Result<Option<String>, Response> {
        let Some(header) = headers.get(AUTHORIZATION) else {
            return Ok(None);
        };
        let header = header.to_str().unwrap_or_default();
        if let Some(token) = header.strip_prefix("Bearer ") {
            return match self.tokens.get(token) {
                Some(token) if token.expires > now => Ok(Some(token.scopes.clone())),
                _ => Err(answer(
                    StatusCode::UNAUTHORIZED,
                    &json!({"error": "invalid_token", "error_description":
                        "The access token provided is expired, revoked, malformed or invalid for other reasons."}),
                )),
            };
        }
        let basic = header
            .strip_prefix("Basic ")
            .and_then(|encoded| BASE64_STANDARD.decode(encoded).ok());
        if self.api_tokens && basic == Some(format!("{EMAIL}/token:{API_TOKEN}").into_bytes()) {
            return Ok(Some("read write".to_owned()));
        }
        Err(unauthenticated())
    }

    /// `POST /oauth/tokens`, the client credentials grant.
    pub(super) fn mint(&mut self, asked: &Value, now: i64) -> Response {
        let word = |name: &str| asked.get(name).and_then(Value::as_str).unwrap_or_default();
        let refused = |status, error: &str, description: &str| {
            answer(
                status,
                &json!({"error": error, "error_description": description}),
            )
        };
        if word("grant_type") != "client_credentials" {
            let said = "The authorization grant type is not supported by the authorization server.";
            return refused(StatusCode::BAD_REQUEST, "unsupported_grant_type", said);
        }
        if word("client_id") != CLIENT_ID || word("client_secret") != CLIENT_SECRET {
            let said = "Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method.";
            return refused(StatusCode::UNAUTHORIZED, "invalid_client", said);
        }
        let allowed = |scope: &str| self.allowed.split(' ').any(|one| one == scope);
        let scopes = word("scope");
        if scopes.is_empty() || !scopes.split(' ').all(allowed) {
            let said = "The requested scope is invalid, unknown, or malformed.";
            return refused(StatusCode::BAD_REQUEST, "invalid_scope", said);
        }
        self.minted += 1;
        let token = format!("canary-minted-{}", self.minted);
        self.add(&token, scopes, now + self.lifetime);
        let minted = json!({"access_token": token, "token_type": "bearer", "scope": scopes, "expires_in": self.lifetime});
        answer(StatusCode::OK, &minted)
    }
}

pub(super) fn unauthenticated() -> Response {
    answer(
        StatusCode::UNAUTHORIZED,
        &json!({"error": "Couldn't authenticate you"}),
    )
}

/// What a token without the scope for a resource gets.
pub(super) fn out_of_scope(resource: &str) -> Response {
    let said = format!("You are missing the following required scopes: {resource}:read");
    answer(
        StatusCode::FORBIDDEN,
        &json!({"error": "Forbidden", "description": said}),
    )
}

/// What an agent gets where only admins may go.
pub(super) fn admins_only() -> Response {
    answer(
        StatusCode::FORBIDDEN,
        &json!({"error": {"title": "Forbidden", "message":
            "You do not have access to this page. Please contact the account owner of this help desk for further help."}}),
    )
}

/// Whether scopes allow reading a resource.
pub(super) fn allows(scopes: &str, resource: &str) -> bool {
    let own = format!("{resource}:read");
    scopes
        .split(' ')
        .any(|scope| scope == "read" || scope == own)
}
