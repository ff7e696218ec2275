//! Stripe: every object once through the lists, then what changed through the events.
//!
//! Lists have no filter for changes, so after the first full pass the events tell which objects
//! changed, and each is fetched again as it is now: an event's own copy may be of another API
//! version, and events come late and unordered. Events are kept for 30 days; a gap that is longer
//! leads to another full pass. Sources: Stripe's API reference (pagination, events, versioning).

mod changes;
mod client;
mod full;
mod inbox;
mod objects;
mod slices;
mod state;

use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::TimeDelta;
use url::Url;

use crate::{Access, Mode, Patience, Raw, Secret, SyncError, Teller, Told};
use client::Client;
pub use inbox::inbox;
use objects::OBJECTS;
use slices::Slice;
use state::{FullPass, State};

/// Source name, as in the raw folder.
pub const SOURCE: &str = "stripe";

/// How long Stripe keeps events, less a day for clocks and long runs.
const EVENTS_KEPT: TimeDelta = TimeDelta::days(29);

/// What the connector must be told.
#[derive(Debug, Clone)]
pub struct StripeConfig {
    /// Where the API is.
    pub url: Url,
    /// A restricted key that may read; see `docs/connectors/stripe.md`.
    pub key: Secret,
    /// Calls per second; `None` leaves a fifth of what Stripe allows to others.
    pub pace: Option<f64>,
    /// How long to keep trying.
    pub patience: Patience,
}

impl StripeConfig {
    /// The address of Stripe's API.
    pub const URL: &'static str = "https://api.stripe.com";

    /// What tells one account's records from another's, without a secret: the address, and whether the key is for real money.
    #[must_use]
    pub fn origin(&self) -> String {
        let kind = if self.is_test() {
            "test mode"
        } else {
            "live mode"
        };
        format!("{} ({kind})", self.url.origin().ascii_serialization())
    }

    fn is_test(&self) -> bool {
        self.key.expose().contains("_test_")
    }
}

/// The raw folder and the state, which move together.
struct Landing<'a> {
    raw: &'a mut Raw,
    state: State,
}

impl Landing<'_> {
    fn save(&mut self) -> Result<(), SyncError> {
        self.raw.checkpoint(&self.state)
    }

    fn save_if_due(&mut self) -> Result<(), SyncError> {
        if self.raw.due() { self.save() } else { Ok(()) }
    }
}

/// What the objects being read side by side share.
struct Shared<'a>(Mutex<Landing<'a>>);

impl<'a> Shared<'a> {
    fn lock(&self) -> MutexGuard<'_, Landing<'a>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Pulls what is new into the raw folder.
///
/// # Errors
/// What ended the pull early. All that was landed before is kept, and its state saved.
pub async fn pull(
    config: &StripeConfig,
    raw: &mut Raw,
    mode: Mode,
    tell: &Teller,
) -> Result<(), SyncError> {
    let client = Client::new(config, tell)?;
    let state = raw.state::<State>()?.unwrap_or_default();
    let shared = Shared(Mutex::new(Landing { raw, state }));
    let pulled = run(&client, &shared, mode, tell).await;
    // What was landed before a fault need not be pulled again.
    let saved = match &pulled {
        Err(SyncError::Disk { .. }) => Ok(()),
        _ => shared.lock().save(),
    };
    pulled.and(saved)
}

async fn run(
    client: &Client,
    shared: &Shared<'_>,
    mode: Mode,
    tell: &Teller,
) -> Result<(), SyncError> {
    // Taken before anything else: what happens while the lists are read is in the events after it.
    let now = client.now().await?;
    plan(&mut shared.lock().state, mode, now.timestamp(), tell);
    if shared.lock().state.full.is_some() {
        full::pull(client, shared).await?;
    }
    changes::pull(client, shared, now.timestamp()).await?;
    inbox::pull(client, shared).await
}

/// Decides between going on, beginning anew and reading events only.
fn plan(state: &mut State, mode: Mode, now: i64, tell: &Teller) {
    let note = |text: String| {
        (tell)(Told::Note {
            source: SOURCE,
            text,
        })
    };
    let too_old = |since: i64| now - since > EVENTS_KEPT.num_seconds();
    let begin = || {
        Some(FullPass {
            started: now,
            lists: Default::default(),
        })
    };
    match (&state.full, state.since) {
        (Some(pass), _) if !too_old(pass.started) => {
            note("goes on with the full pass that was interrupted".to_owned());
        }
        (Some(_), _) => {
            note("the interrupted full pass is older than the events that Stripe keeps; it begins anew".to_owned());
            state.full = begin();
        }
        (None, None) => state.full = begin(),
        (None, Some(since)) if too_old(since) => {
            note(format!(
                "the last sync is {} days old and Stripe keeps events for 30; everything is read again",
                (now - since) / 86_400
            ));
            state.full = begin();
        }
        (None, Some(_)) if mode == Mode::Full => state.full = begin(),
        (None, Some(_)) => {}
    }
}

/// Asks for one record of each object, and tells which permission is missing.
///
/// # Errors
/// If the key is refused altogether, or Stripe cannot be reached.
pub async fn check(config: &StripeConfig, tell: &Teller) -> Result<Vec<Access>, SyncError> {
    let client = Client::new(config, tell)?;
    if config.key.expose().starts_with("sk_") {
        (tell)(Told::Note {
            source: SOURCE,
            text: "the key may do everything; a restricted key that may only read is safer"
                .to_owned(),
        });
    }
    let mut found = vec![access("events", client.now().await.map(|_| ()))?];
    for object in OBJECTS {
        let asked = client.objects(object, &Slice::default()).await;
        found.push(access(object.name, asked.map(|_| ()))?);
    }
    Ok(found)
}

/// What an answer says about an object; only a missing permission leaves the others to be asked.
fn access(object: &str, asked: Result<(), SyncError>) -> Result<Access, SyncError> {
    let problem = match asked {
        Ok(()) => None,
        Err(error @ SyncError::Forbidden { .. }) => Some(error.to_string()),
        Err(error) => return Err(error),
    };
    Ok(Access {
        object: object.to_owned(),
        problem,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::silent;

    const DAY: i64 = 86_400;

    fn planned(full: Option<i64>, since: Option<i64>, mode: Mode, now: i64) -> Option<i64> {
        let full = full.map(|started| FullPass {
            started,
            lists: [("customers".to_owned(), Default::default())].into(),
        });
        let mut state = State {
            full,
            since,
            ..State::default()
        };
        plan(&mut state, mode, now, &silent());
        state.full.map(|pass| pass.started)
    }

    #[test]
    fn a_gap_longer_than_the_events_leads_to_a_full_pass() {
        let now = 1_000 * DAY;
        assert_eq!(planned(None, None, Mode::Incremental, now), Some(now));
        assert_eq!(planned(None, Some(now - DAY), Mode::Incremental, now), None);
        assert_eq!(planned(None, Some(now - DAY), Mode::Full, now), Some(now));
        assert_eq!(
            planned(None, Some(now - 30 * DAY), Mode::Incremental, now),
            Some(now)
        );
        assert_eq!(
            planned(Some(now - 2 * DAY), None, Mode::Full, now),
            Some(now - 2 * DAY)
        );
        assert_eq!(
            planned(Some(now - 30 * DAY), None, Mode::Incremental, now),
            Some(now)
        );
    }
}
