//! A webhook that takes Slack's JSON, as Slack, Mattermost, Rocket.Chat, Zulip and Discord (`/slack`) do.

use std::time::Duration;

use reqwest::header::RETRY_AFTER;
use serde_json::json;
use tidemark_connectors::Secret;
use url::{Host, Url};

use super::{Patience, Trouble};
use crate::error::AlertError;
use crate::message::{Message, escaped};

/// Characters of a receiver's own words worth repeating.
const WORDS: usize = 200;

/// An incoming webhook. Its address is a secret: who knows it may write there.
#[derive(Debug)]
pub struct Webhook {
    address: Secret,
    http: reqwest::Client,
    patience: Patience,
}

impl Webhook {
    /// A webhook; sends nothing yet.
    ///
    /// # Errors
    /// [`AlertError::Setting`] for what is no address, for one that is not encrypted and leads off this machine, and for a
    /// machine without certificates. The address itself is not told.
    pub fn new(address: Secret, patience: Patience) -> Result<Self, AlertError> {
        let url: Option<Url> = address.expose().parse().ok();
        let url = url
            .filter(Url::has_host)
            .ok_or_else(|| setting("is no address; copy it whole, from https:// on".to_owned()))?;
        if url.scheme() != "https" && !is_local(&url) {
            return Err(setting(
                "is not encrypted; it must begin with https://".to_owned(),
            ));
        }
        // Fails only where a provider was chosen before: then that one serves.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut http = reqwest::Client::builder()
            .user_agent(concat!("tidemark/", env!("CARGO_PKG_VERSION")))
            // A redirect would carry the message to a host nobody named.
            .redirect(reqwest::redirect::Policy::none())
            .timeout(patience.timeout);
        if is_local(&url) {
            http = http.no_proxy();
        }
        let http = http.build().map_err(|error| {
            let why = cause_of(error);
            setting(format!(
                "cannot be reached: {why}; install the system's CA certificates"
            ))
        })?;
        Ok(Self {
            address,
            http,
            patience,
        })
    }

    pub(super) fn patience(&self) -> Patience {
        self.patience
    }

    pub(super) async fn send(&self, message: &Message) -> Result<(), Trouble> {
        let body = json!({"text": escaped(&message.text), "blocks": message.blocks});
        let request = self.http.post(self.address.expose()).json(&body);
        let passing = |error| Trouble::Passing(format!("the webhook: {}", cause_of(error)), None);
        let answer = request.send().await.map_err(passing)?;
        let status = answer.status();
        if status.is_success() {
            return Ok(());
        }
        let asked = answer.headers().get(RETRY_AFTER);
        let asked = asked.and_then(|value| value.to_str().ok()?.trim().parse().ok());
        let asked = asked.map(Duration::from_secs);
        let words = answer.text().await.unwrap_or_default();
        let words: String = words.chars().take(WORDS).collect();
        // Some receivers repeat the path they were called with.
        let echoed = words.contains(self.address.expose()) || words.contains(self.path().as_str());
        let words = match words.trim() {
            "" => String::new(),
            _ if echoed => String::new(),
            words => format!(" ({words})"),
        };
        let why = format!("the webhook answered HTTP {status}{words}");
        Err(match status.as_u16() {
            408 | 425 | 429 | 500..=599 => Trouble::Passing(why, asked),
            300..=399 => Trouble::Lasting(format!("{why}: it has moved; set its new address")),
            _ => Trouble::Lasting(why),
        })
    }

    fn path(&self) -> String {
        let url: Option<Url> = self.address.expose().parse().ok();
        url.map(|url| url.path().to_owned())
            .filter(|path| path.len() > 1)
            .unwrap_or_else(|| self.address.expose().to_owned())
    }
}

fn setting(what: String) -> AlertError {
    AlertError::Setting(format!("the webhook in TIDEMARK_ALERTS_WEBHOOK {what}"))
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

/// What went wrong at the bottom, without the address, which is secret.
fn cause_of(error: reqwest::Error) -> String {
    if error.is_timeout() {
        return "no answer in time".to_owned();
    }
    let error = error.without_url();
    let mut cause: &dyn std::error::Error = &error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}
