//! A vendor's HTTP API: paced below its limits, patient with its faults, and clear about what is wrong.

mod call;
mod credentials;
mod pace;
mod patience;

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use bytes::BytesMut;
use chrono::{DateTime, Utc};
use reqwest::header::{AUTHORIZATION, DATE, HeaderValue};
use serde::de::IgnoredAny;
use url::{Host, Url};

pub use call::{Answer, Call};
pub use credentials::Credentials;
pub use patience::Patience;

use crate::{SyncError, Teller, Told};
use pace::Pace;

/// The largest answer taken, in bytes once unpacked: a page of any of the APIs is far below.
const LARGEST_ANSWER: usize = 256 * 1024 * 1024;

/// What an [`Api`] is made of.
pub struct ApiOptions {
    /// Source name, for errors and progress.
    pub source: &'static str,
    /// Where the API is: `https`, or anything on this machine.
    pub base: Url,
    /// Who asks.
    pub credentials: Credentials,
    /// Most requests begun per second; 0 for no limit of ours.
    pub pace: f64,
    /// How long to keep trying.
    pub patience: Patience,
    /// Where to tell of waits.
    pub tell: Teller,
    /// Turns the vendor's answer to a wrong request (4xx) into words.
    pub explain: fn(&Answer) -> SyncError,
}

/// A vendor's API.
pub struct Api {
    http: reqwest::Client,
    options: ApiOptions,
    pace: Pace,
    /// The server's clock when it last told it, and when that was.
    clock: Mutex<Option<(DateTime<Utc>, Instant)>>,
}

/// Why one attempt gave no answer.
enum Trouble {
    /// The next attempt may well succeed.
    Passing(String),
    /// No attempt will.
    Lasting(SyncError),
}

impl Api {
    /// An API to call; sends nothing yet.
    ///
    /// # Errors
    /// [`SyncError::Configuration`] if the address would send the secret in the clear, or the machine has no certificates.
    pub fn new(options: ApiOptions) -> Result<Self, SyncError> {
        let local = is_local(&options.base);
        if options.base.scheme() != "https" && !local {
            return Err(SyncError::Configuration(format!(
                "{}: the address {} is not encrypted; write it with https://",
                options.source, options.base
            )));
        }
        // Fails only where a provider was chosen before: then that one serves.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut http = reqwest::Client::builder()
            .user_agent(concat!("tidemark/", env!("CARGO_PKG_VERSION")))
            // A redirect would carry the credentials to a host nobody named.
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(options.patience.timeout.min(Duration::from_secs(10)))
            .timeout(options.patience.timeout)
            .gzip(true);
        if local {
            http = http.no_proxy();
        }
        let http = http.build().map_err(|error| {
            SyncError::Configuration(format!(
                "{}: no secure connections can be made: {}; install the system's CA certificates",
                options.source,
                cause_of(&error)
            ))
        })?;
        let pace = Pace::new(options.pace);
        Ok(Self {
            http,
            options,
            pace,
            clock: Mutex::new(None),
        })
    }

    /// Source name.
    #[must_use]
    pub fn source(&self) -> &'static str {
        self.options.source
    }

    /// The server's clock as its last answer told it: a wrong clock on this machine loses no records.
    ///
    /// # Errors
    /// [`SyncError::Protocol`] before the first answer, or if answers bear no date.
    pub fn now(&self) -> Result<DateTime<Utc>, SyncError> {
        let clock = *self.clock.lock().unwrap_or_else(PoisonError::into_inner);
        let (then, at) = clock
            .ok_or_else(|| SyncError::protocol(self.options.source, "its answers bear no date"))?;
        Ok(then + at.elapsed())
    }

    /// Calls, and takes any answer but success as an error in the vendor's words.
    ///
    /// # Errors
    /// As [`Api::try_send`]; besides, what `explain` makes of an answer that is no success.
    pub async fn send(&self, call: Call) -> Result<Answer, SyncError> {
        let answer = self.try_send(call).await?;
        if answer.status.is_success() {
            Ok(answer)
        } else if answer.status.is_redirection() {
            Err(SyncError::Configuration(format!(
                "{}: {} has moved to {}; write that address into the settings",
                self.options.source,
                self.options.base,
                answer
                    .header("location")
                    .unwrap_or("an address it does not tell")
            )))
        } else {
            Err((self.options.explain)(&answer))
        }
    }

    /// Calls until there is an answer: a success, or a refusal (3xx, 4xx) that no patience would change.
    /// Faults of the network, cut or unreadable bodies, 408, 429 and 5xx are waited out.
    ///
    /// # Errors
    /// [`SyncError::Unavailable`] when patience has ended, or what getting a token failed with.
    pub async fn try_send(&self, call: Call) -> Result<Answer, SyncError> {
        let mut attempts = 0;
        let mut renewed = false;
        loop {
            let token = self.options.credentials.header().await?;
            self.pace.turn().await;
            attempts += 1;
            let (why, asked) = match self.once(&call, token.as_ref()).await {
                Ok(answer)
                    if answer.status == 401
                        && !renewed
                        && self.options.credentials.renew(token.as_ref()).await =>
                {
                    renewed = true;
                    continue;
                }
                Ok(answer) if passes(answer.status.as_u16()) => {
                    (format!("HTTP {}", answer.status), answer.retry_after())
                }
                Ok(answer) => return Ok(answer),
                Err(Trouble::Passing(why)) => (why, None),
                Err(Trouble::Lasting(error)) => return Err(error),
            };
            let Some(wait) = self.options.patience.wait(attempts, asked) else {
                return Err(SyncError::Unavailable {
                    source_name: self.options.source,
                    why,
                    attempts,
                });
            };
            tracing::debug!(
                source = self.options.source,
                attempts,
                ?wait,
                why,
                "waiting"
            );
            (self.options.tell)(Told::Waiting {
                source: self.options.source,
                wait,
                why,
            });
            tokio::time::sleep(wait).await;
        }
    }

    async fn once(&self, call: &Call, token: Option<&HeaderValue>) -> Result<Answer, Trouble> {
        let source = self.options.source;
        let mut request = call
            .request(&self.http, &self.options.base)
            .map_err(|what| Trouble::Lasting(SyncError::protocol(source, what)))?;
        if let Some(token) = token {
            request = request.header(AUTHORIZATION, token);
        }
        let passing = |error: reqwest::Error| Trouble::Passing(cause_of(&error));
        let mut response = request.send().await.map_err(passing)?;
        let date = response
            .headers()
            .get(DATE)
            .and_then(|date| date.to_str().ok());
        if let Some(date) = date.and_then(|date| httpdate::parse_http_date(date).ok()) {
            let mut clock = self.clock.lock().unwrap_or_else(PoisonError::into_inner);
            *clock = Some((date.into(), Instant::now()));
        }
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(passing)? {
            if body.len() + chunk.len() > LARGEST_ANSWER {
                let what = format!("more than {LARGEST_ANSWER} bytes at {}", call.path());
                return Err(Trouble::Lasting(SyncError::protocol(source, what)));
            }
            body.extend_from_slice(&chunk);
        }
        let answer = Answer {
            source,
            path: call.path().to_owned(),
            status: response.status(),
            headers: response.headers().clone(),
            body: body.freeze(),
        };
        // A proxy's page in place of the API's answer passes like any other fault.
        let readable = !answer.status.is_success()
            || !call.wants_json()
            || serde_json::from_slice::<IgnoredAny>(&answer.body).is_ok();
        match readable {
            true => Ok(answer),
            false => Err(Trouble::Passing(format!(
                "no JSON in the answer of {}",
                call.path()
            ))),
        }
    }
}

/// Whether an answer with this status may be another one in a while.
fn passes(status: u16) -> bool {
    matches!(status, 408 | 425 | 429 | 500..=599)
}

/// Whether an address leads to this very machine.
fn is_local(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// What went wrong at the bottom, without the address, which may hold what should not be logged.
fn cause_of(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "no answer in time".to_owned();
    }
    let mut cause: &dyn std::error::Error = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    match std::ptr::addr_eq(cause, error) {
        // The error itself would show its address.
        true => "the connection failed".to_owned(),
        false => cause.to_string(),
    }
}
