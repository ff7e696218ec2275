//! Errors in Stripe's words.
use axum::Json;
use axum::http::StatusCode;
use axum::http::header::{HeaderValue, WWW_AUTHENTICATE};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use super::kinds::Kind;

/// An error document and its status.
#[derive(Debug, Clone)]
pub(super) struct StripeError {
    status: StatusCode,
    code: Option<&'static str>,
    param: Option<String>,
    message: String,
}

impl StripeError {
    /// A request that cannot be understood: 400.
    pub(super) fn invalid(param: &str, message: impl Into<String>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            code: None,
            param: Some(param.to_owned()),
            message: message.into(),
        }
    }

    pub(super) fn code(mut self, code: &'static str) -> Self {
        self.code = Some(code);
        self
    }

    /// An object asked for by id that is not there: 404.
    pub(super) fn missing(object: &str, id: &str) -> Self {
        Self {
            status: StatusCode::NOT_FOUND,
            ..Self::no_such(object, id, "id")
        }
    }

    /// An object a parameter refers to that is not there: 400.
    pub(super) fn no_such(object: &str, id: &str, param: &str) -> Self {
        Self::invalid(param, format!("No such {object}: '{id}'")).code("resource_missing")
    }

    /// No key, or one that does not exist: 401.
    pub(super) fn unauthorized(message: impl Into<String>) -> Self {
        Self {
            status: StatusCode::UNAUTHORIZED,
            code: None,
            param: None,
            message: message.into(),
        }
    }

    /// A restricted key without the permission: 403.
    pub(super) fn forbidden(key: &str, kind: Kind) -> Self {
        let message = format!(
            "The provided key '{}' does not have the required permissions for this endpoint on \
             account 'acct_tidemarktest'. Having the '{}' permission would allow this request to continue.",
            masked(key),
            kind.permission()
        );
        Self {
            status: StatusCode::FORBIDDEN,
            ..Self::unauthorized(message)
        }
    }

    /// A path that leads nowhere: 404.
    pub(super) fn unknown_path(method: &str, path: &str) -> Self {
        let message = format!(
            "Unrecognized request URL ({method}: {path}). Please see https://stripe.com/docs."
        );
        Self {
            status: StatusCode::NOT_FOUND,
            ..Self::unauthorized(message)
        }
    }

    /// Too many requests: 429.
    pub(super) fn too_many() -> Self {
        let message = "Request rate limit exceeded. You can learn more about rate limits here \
                       https://stripe.com/docs/rate-limits.";
        let error = Self {
            status: StatusCode::TOO_MANY_REQUESTS,
            ..Self::unauthorized(message)
        };
        error.code("rate_limit")
    }

    fn document(&self) -> Value {
        let mut error = Map::new();
        if let Some(code) = self.code {
            error.insert("code".to_owned(), json!(code));
            let page = code.replace('_', "-");
            error.insert(
                "doc_url".to_owned(),
                json!(format!("https://stripe.com/docs/error-codes/{page}")),
            );
        }
        error.insert("message".to_owned(), json!(self.message));
        if let Some(param) = &self.param {
            error.insert("param".to_owned(), json!(param));
        }
        let kind = if self.status.is_server_error() {
            "api_error"
        } else {
            "invalid_request_error"
        };
        error.insert("type".to_owned(), json!(kind));
        json!({ "error": error })
    }
}

impl IntoResponse for StripeError {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(self.document())).into_response();
        if self.status == StatusCode::UNAUTHORIZED {
            let realm = HeaderValue::from_static("Bearer realm=\"Stripe\"");
            response.headers_mut().insert(WWW_AUTHENTICATE, realm);
        }
        response
    }
}

/// The document for a status that a fault brings about.
pub(super) fn words(status: StatusCode) -> String {
    let error = if status == StatusCode::TOO_MANY_REQUESTS {
        StripeError::too_many()
    } else {
        StripeError {
            status,
            ..StripeError::unauthorized("An unknown error occurred")
        }
    };
    error.document().to_string()
}

/// A key as error messages show it: its kind and its last four characters.
pub(super) fn masked(key: &str) -> String {
    let visible = key.match_indices('_').nth(1).map_or(0, |(at, _)| at + 1);
    let length = key.chars().count();
    let letter = |(at, letter): (usize, char)| {
        if at < visible || at + 4 >= length {
            letter
        } else {
            '*'
        }
    };
    key.chars().enumerate().map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn a_key_shows_its_kind_and_its_end() {
        assert_eq!(masked("rk_test_abcdefgh"), "rk_test_****efgh");
        assert_eq!(masked("nonsense"), "****ense");
        assert_eq!(masked("é"), "é");
    }
}
