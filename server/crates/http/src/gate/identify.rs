//! identify: who a request is from, by its token, its proxy or its session.
use axum::extract::Request;
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use tidemark_access::{AccessError, Identity, Means, Mode};

use super::{Gate, html, is_page, must_sign_in};
use crate::blocking::blocking;
use crate::problem::{self, ApiError};

/// Longest value of a header that names people or groups, in bytes.
const LONGEST: usize = 4_000;

/// Who a request says it is from.
pub(crate) enum Claim {
    /// It does not say.
    None,
    /// The owner of a token.
    Token(String),
    /// The owner of a session's secret.
    Session(String),
    /// The person that a trusted proxy names.
    Known(Identity),
}

/// Why a request is refused whatever the route needs.
pub(crate) enum Refused {
    /// A token that is none of ours, or no longer one.
    Token,
    /// The proxy names a person to whom the settings grant nothing.
    NothingGranted,
    /// The accounts cannot be read.
    Unreadable,
}

impl Refused {
    pub(crate) fn into_response(self, request: &Request) -> Response {
        match self {
            Self::NothingGranted if is_page(request) => html::not_allowed(),
            Self::NothingGranted => problem::response(
                StatusCode::FORBIDDEN,
                "Nothing is granted to this person; an administrator can add one of their groups to the settings.",
            ),
            Self::Token => {
                let mut api = Request::new(axum::body::Body::empty());
                // A program gets the problem document, whatever the path.
                *api.uri_mut() = axum::http::Uri::from_static("/api/");
                must_sign_in(&api)
            }
            Self::Unreadable => ApiError::Internal.into_response(),
        }
    }
}

/// The token of a request.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then_some(token.trim())
}

/// Whether a token looks like one of this server's.
pub(crate) fn is_ours(token: &str) -> bool {
    token.starts_with("tidemark_")
}

impl Gate {
    /// Who a request says it is from.
    pub(crate) fn claim(&self, request: &Request) -> Result<Claim, Refused> {
        let headers = request.headers();
        // A request with a wrong token is not one of the person whose cookie it may have.
        if let Some(token) = bearer(headers) {
            return Ok(Claim::Token(token.to_owned()));
        }
        if self.settings.mode == Mode::Proxy {
            let identity = self.of_proxy(request)?;
            return Ok(identity.map_or(Claim::None, Claim::Known));
        }
        let secret = self.session_secret(headers);
        Ok(secret.map_or(Claim::None, |secret| Claim::Session(secret.to_owned())))
    }

    /// Who that is; none if the request does not say, or its session has ended.
    pub(crate) async fn settle(&self, claim: Claim) -> Result<Option<Identity>, Refused> {
        let (accounts, limits, now) = (self.accounts.clone(), self.limits(), (self.now)());
        match claim {
            Claim::None => Ok(None),
            Claim::Known(identity) => Ok(Some(identity)),
            Claim::Token(token) => {
                let found = read(move || accounts.token(&token, now)).await?;
                found.map(Some).ok_or(Refused::Token)
            }
            Claim::Session(secret) => read(move || accounts.session(&secret, limits, now)).await,
        }
    }

    fn of_proxy(&self, request: &Request) -> Result<Option<Identity>, Refused> {
        if !self.is_from_proxy(request) {
            return Ok(None);
        }
        let headers = request.headers();
        let Some(name) = single(headers, self.user_header.as_ref()) else {
            return Ok(None);
        };
        let groups = single(headers, self.groups_header.as_ref()).unwrap_or_default();
        let groups = groups.split(',').map(str::trim);
        let grant = self.settings.grant(groups).ok_or(Refused::NothingGranted)?;
        Ok(Some(Identity {
            name: name.to_owned(),
            role: grant.role,
            policy: grant.policy,
            means: Means::Proxy,
        }))
    }

    /// Removes the headers that only a trusted proxy may set, so that no handler reads them.
    pub(crate) fn strip(&self, headers: &mut HeaderMap) {
        for name in [&self.user_header, &self.groups_header]
            .into_iter()
            .flatten()
        {
            headers.remove(name);
        }
    }
}

/// The value of a header that is there once and names something.
fn single<'a>(headers: &'a HeaderMap, name: Option<&HeaderName>) -> Option<&'a str> {
    let mut values = headers.get_all(name?).into_iter();
    let value = values.next()?.to_str().ok()?.trim();
    let fits = !value.is_empty() && value.len() <= LONGEST;
    (fits && values.next().is_none()).then_some(value)
}

async fn read<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, AccessError> + Send + 'static,
) -> Result<T, Refused> {
    let result = blocking(work).await.map_err(|_| Refused::Unreadable)?;
    result.map_err(|error| {
        tracing::error!(%error, "who a request is from could not be looked up");
        Refused::Unreadable
    })
}
