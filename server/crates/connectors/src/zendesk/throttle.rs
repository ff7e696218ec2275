//! Keeps below Zendesk's limits, which each answer tells, so that a limit is a wait and not a refusal.

use std::time::Duration;

use tokio::time::Instant;

use super::SOURCE;
use crate::{Answer, Api, Call, SyncError, Teller, Told};

/// The longest wait taken from a header, in seconds: all limits are by the minute.
const LONGEST: u64 = 90;

/// When the next call may go.
#[derive(Debug, Default)]
pub(super) struct Throttle {
    wait: Option<(Instant, String)>,
}

impl Throttle {
    /// Waits its turn, calls, and notes what is left. Refusals come back as answers.
    pub(super) async fn call(
        &mut self,
        api: &Api,
        tell: &Teller,
        call: Call,
    ) -> Result<Answer, SyncError> {
        if let Some((until, why)) = self.wait.take() {
            let wait = until.saturating_duration_since(Instant::now());
            if !wait.is_zero() {
                tell(Told::Waiting {
                    source: SOURCE,
                    wait,
                    why,
                });
                tokio::time::sleep(wait).await;
            }
        }
        let answer = api.try_send(call).await?;
        self.wait = left(&answer).map(|(wait, why)| (Instant::now() + wait, why));
        Ok(answer)
    }
}

/// How long to wait before the next call, if this one has used up a limit, and which.
fn left(answer: &Answer) -> Option<(Duration, String)> {
    let number = |name: &str| answer.header(name)?.trim().parse::<u64>().ok();
    let seconds = |seconds: u64| Duration::from_secs(seconds.min(LONGEST));
    // Exports have limits of their own, with a header for each.
    let own = answer
        .headers
        .iter()
        .filter(|(name, _)| name.as_str().starts_with("zendesk-ratelimit-"))
        .filter_map(|(_, value)| Limit::read(value.to_str().ok()?))
        .find(|limit| limit.remaining == 0);
    if let Some(limit) = own {
        let why = format!("all {} exports a minute are used", limit.total);
        return Some((seconds(limit.resets), why));
    }
    // The account's limit is shared with all that use the API: a tenth is left to the others.
    let (total, remaining) = (number("ratelimit-limit")?, number("ratelimit-remaining")?);
    let resets = number("ratelimit-reset")?;
    let why = format!("most of the account's {total} calls a minute are used");
    (remaining < total / 10).then_some((seconds(resets), why))
}

/// `total=10; remaining=9; resets=41`.
#[derive(Debug, PartialEq, Eq, Default)]
struct Limit {
    total: u64,
    remaining: u64,
    resets: u64,
}

impl Limit {
    fn read(text: &str) -> Option<Self> {
        let field = |name: &str| {
            let mut fields = text
                .split(';')
                .filter_map(|field| field.trim().split_once('='));
            fields
                .find(|(field, _)| *field == name)?
                .1
                .trim()
                .parse()
                .ok()
        };
        Some(Self {
            total: field("total")?,
            remaining: field("remaining")?,
            resets: field("resets")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::StatusCode;
    use reqwest::header::HeaderMap;

    fn answer(headers: &[(&'static str, &str)]) -> Answer {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().unwrap());
        }
        Answer {
            source: SOURCE,
            path: "/".to_owned(),
            status: StatusCode::OK,
            headers: map,
            body: bytes::Bytes::new(),
        }
    }

    #[test]
    fn a_used_up_limit_is_waited_out() {
        let wait = |headers: &[(&'static str, &str)]| {
            left(&answer(headers)).map(|(wait, _)| wait.as_secs())
        };
        let name = "zendesk-ratelimit-incremental-exports-cursor";
        assert_eq!(
            wait(&[(name, "total=20; remaining=0; resets=41")]),
            Some(41)
        );
        assert_eq!(wait(&[(name, "total=20; remaining=1; resets=41")]), None);
        assert_eq!(
            wait(&[(name, "total=20; remaining=0; resets=86400")]),
            Some(LONGEST)
        );
        assert_eq!(wait(&[(name, "soon")]), None);
        let account = |remaining| {
            [
                ("ratelimit-limit", "400"),
                ("ratelimit-remaining", remaining),
                ("ratelimit-reset", "9"),
            ]
        };
        assert_eq!(wait(&account("39")), Some(9));
        assert_eq!(wait(&account("40")), None);
        assert_eq!(wait(&[]), None);
    }
}
