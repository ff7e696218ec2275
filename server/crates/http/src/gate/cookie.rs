//! cookie: the one cookie, which names a session.
use axum::http::header::COOKIE;
use axum::http::{HeaderMap, HeaderValue};

use super::Gate;

impl Gate {
    /// Its name. With TLS the prefix makes browsers refuse one that another host or path set.
    fn cookie_name(&self) -> &'static str {
        if self.is_https() {
            "__Host-tidemark"
        } else {
            "tidemark"
        }
    }

    /// The session's secret of a request; of several cookies of the name none is trusted.
    pub(crate) fn session_secret<'a>(&self, headers: &'a HeaderMap) -> Option<&'a str> {
        let lines = headers.get_all(COOKIE).into_iter();
        let mut found = lines
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .filter(|(name, _)| *name == self.cookie_name())
            .map(|(_, value)| value);
        let first = found.next()?;
        found.next().is_none().then_some(first)
    }

    /// The header that gives a browser a session's secret.
    pub(crate) fn set_cookie(&self, secret: &str) -> Option<HeaderValue> {
        let seconds = self.limits().longest.num_seconds();
        self.cookie(secret, seconds)
    }

    /// The header that takes it away.
    pub(crate) fn clear_cookie(&self) -> Option<HeaderValue> {
        self.cookie("", 0)
    }

    fn cookie(&self, value: &str, seconds: i64) -> Option<HeaderValue> {
        let name = self.cookie_name();
        let secure = if self.is_https() { "; Secure" } else { "" };
        let text =
            format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
        HeaderValue::try_from(text).ok()
    }
}
