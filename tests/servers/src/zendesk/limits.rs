//! Limits of requests per minute: the account's, and the exports' own much lower ones.
use std::collections::HashMap;
use std::time::{Duration, Instant};

use axum::http::{HeaderMap, HeaderName, HeaderValue};

/// How many requests a minute takes.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// All requests of the account.
    pub account: u32,
    /// Exports of tickets and of organizations, together.
    pub exports: u32,
    /// Exports of users.
    pub user_exports: u32,
    /// How long a minute is; tests have less time.
    pub minute: Duration,
}

impl Default for Limits {
    /// Those documented for the Professional plan, without an add-on.
    fn default() -> Self {
        Self {
            account: 400,
            exports: 10,
            user_exports: 20,
            minute: Duration::from_secs(60),
        }
    }
}

/// What a request counts against, besides the account's limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Bucket {
    Account,
    Exports,
    UserExports,
}

/// Requests counted in the minute under way.
#[derive(Debug, Default)]
pub(super) struct Meter {
    limits: Option<Limits>,
    begun: Option<Instant>,
    used: HashMap<Bucket, u32>,
    pub(super) refused: u64,
}

impl Meter {
    pub(super) fn set(&mut self, limits: Limits) {
        *self = Self {
            limits: Some(limits),
            refused: self.refused,
            ..Self::default()
        };
    }

    /// Counts a request; the headers to send along, and whether it has to be refused.
    pub(super) fn count(&mut self, bucket: Bucket) -> (HeaderMap, bool) {
        let mut headers = HeaderMap::new();
        let Some(limits) = self.limits else {
            return (headers, false);
        };
        if self
            .begun
            .is_none_or(|begun| begun.elapsed() >= limits.minute)
        {
            self.begun = Some(Instant::now());
            self.used.clear();
        }
        let gone = self.begun.map_or(Duration::ZERO, |begun| begun.elapsed());
        // Whole seconds, never less than it takes.
        let resets = limits.minute.saturating_sub(gone).as_secs_f64().ceil();
        let (account, used_up) = self.draw(Bucket::Account, limits.account);
        put(&mut headers, "x-rate-limit", &limits.account.to_string());
        put(&mut headers, "x-rate-limit-remaining", &account.to_string());
        put(&mut headers, "ratelimit-limit", &limits.account.to_string());
        put(&mut headers, "ratelimit-remaining", &account.to_string());
        put(&mut headers, "ratelimit-reset", &resets.to_string());
        let own = match bucket {
            Bucket::Account => None,
            Bucket::Exports => Some(("zendesk-ratelimit-incremental-exports", limits.exports)),
            Bucket::UserExports => Some((
                "zendesk-ratelimit-incremental-exports-cursor",
                limits.user_exports,
            )),
        };
        let own_used_up = own.is_some_and(|(name, total)| {
            let (remaining, used_up) = self.draw(bucket, total);
            let state = format!("total={total}; remaining={remaining}; resets={resets}");
            put(&mut headers, name, &state);
            used_up
        });
        let refused = used_up || own_used_up;
        if refused {
            self.refused += 1;
            put(&mut headers, "retry-after", &resets.to_string());
        }
        (headers, refused)
    }

    /// Takes one of a bucket; what remains, and whether there was none.
    fn draw(&mut self, bucket: Bucket, total: u32) -> (u32, bool) {
        let used = self.used.entry(bucket).or_default();
        let used_up = *used >= total;
        *used = (*used + 1).min(total);
        (total - *used, used_up)
    }
}

fn put(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(HeaderName::from_static(name), value);
    }
}
