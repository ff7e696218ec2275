//! Zendesk Support: tickets with their metrics, users and organizations, by the incremental exports.
//!
//! Tickets and users come by cursor, organizations by time. A walk begins at a time, a few minutes before the last
//! walk had seen everything, so that a change shown late is still seen; its cursor is kept until it ends. Ticket
//! metrics come inside the tickets (`include=metric_sets`): the list of metrics leaves archived tickets out and
//! cannot tell what changed. Texts people wrote are dropped before anything is written.

mod access;
mod auth;
mod by_cursor;
mod by_time;
mod explain;
mod ring;
mod slim;
mod throttle;

use serde::{Deserialize, Serialize};
use url::Url;

pub use access::check;
pub use auth::ZendeskAuth;

use crate::{Answer, Api, ApiOptions, Call, Mode, Patience, Raw, SyncError, Teller, Told};
use by_cursor::Export;
use throttle::Throttle;

/// Source name, as in the raw folder.
pub const SOURCE: &str = "zendesk";
/// Objects that are landed; each is there, be it empty.
const OBJECTS: [&str; 3] = ["tickets", "users", "organizations"];
/// Records per page of an export: the most there are, and as many as Zendesk can put together when those take it too long.
const PAGES: [&str; 2] = ["1000", "100"];
/// Seconds before the end of a walk at which the next one begins. Zendesk itself holds back the last minute.
const OVERLAP: i64 = 660;

/// Where Zendesk is, and who asks.
#[derive(Debug, Clone)]
pub struct ZendeskConfig {
    /// The account's address, such as `https://acme.zendesk.com`.
    pub url: Url,
    /// Who asks.
    pub auth: ZendeskAuth,
    /// How long to keep trying.
    pub patience: Patience,
}

impl ZendeskConfig {
    /// What tells one account's records from another's: the address.
    #[must_use]
    pub fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }
}

/// How far everything has been read.
#[derive(Debug, Default, Serialize, Deserialize)]
struct State {
    tickets: Walk,
    users: Walk,
    organizations: Walk,
}

/// How far an export has been read. Times are seconds since 1970 on Zendesk's clock.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
struct Walk {
    /// All that changed before has landed.
    since: i64,
    /// Where the walk under way goes on.
    cursor: Option<String>,
    /// The latest change landed in the walk under way, where known, for a new start if its cursor is no longer taken.
    reached: Option<i64>,
}

impl Walk {
    /// Everything has been seen that Zendesk shows at `now`.
    fn end(&mut self, now: i64) {
        *self = Self {
            since: self.since.max(now - OVERLAP),
            ..Self::default()
        };
    }
}

/// What all parts of a pull use.
struct Pull<'a> {
    api: Api,
    raw: &'a mut Raw,
    state: State,
    throttle: Throttle,
    /// Which of [`PAGES`].
    page: usize,
    patience: Patience,
    tell: &'a Teller,
}

impl Pull<'_> {
    fn save(&mut self) -> Result<(), SyncError> {
        self.raw.checkpoint(&self.state)
    }

    fn save_if_due(&mut self) -> Result<(), SyncError> {
        match self.raw.due() {
            true => self.save(),
            false => Ok(()),
        }
    }

    /// Asks for a page of an export, for smaller ones once Zendesk has failed at a large one for as long as we are patient.
    async fn export(&mut self, path: &str, query: &[(&str, &str)]) -> Result<Answer, SyncError> {
        loop {
            let size = [("per_page", PAGES[self.page])];
            let call = Call::get(path).query(query).query(&size);
            match self.throttle.call(&self.api, self.tell, call).await {
                Err(SyncError::Unavailable { why, .. }) if self.page + 1 < PAGES.len() => {
                    self.page += 1;
                    let records = PAGES[self.page];
                    self.note(format!("{path}: {why}; asks for {records} records at a time from now on, as Zendesk advises"));
                }
                answer => return answer,
            }
        }
    }

    fn note(&self, text: String) {
        (self.tell)(Told::Note {
            source: SOURCE,
            text,
        });
    }
}

/// Pulls what changed since the last pull, or everything.
///
/// # Errors
/// [`SyncError`]; what was landed and checkpointed stays, and the next pull goes on from there.
pub async fn pull(
    config: &ZendeskConfig,
    raw: &mut Raw,
    mode: Mode,
    tell: &Teller,
) -> Result<(), SyncError> {
    let state = match mode {
        Mode::Incremental => raw.state()?.unwrap_or_default(),
        Mode::Full => State::default(),
    };
    let mut pull = Pull {
        api: api(config, tell)?,
        raw,
        state,
        throttle: Throttle::default(),
        page: 0,
        patience: config.patience,
        tell,
    };
    let pulled = run(&mut pull).await;
    // What was landed before a fault need not be pulled again. A pull that never got in leaves the old state.
    let landed = OBJECTS.iter().any(|object| pull.raw.landed(object) > 0);
    let saved = match &pulled {
        Err(SyncError::Disk { .. }) => Ok(()),
        Err(_) if !landed => Ok(()),
        _ => pull.save(),
    };
    pulled.and(saved)
}

async fn run(pull: &mut Pull<'_>) -> Result<(), SyncError> {
    // What tickets refer to comes after them, so that it is there.
    by_cursor::walk(pull, Export::Tickets).await?;
    by_cursor::walk(pull, Export::Users).await?;
    by_time::walk(pull).await?;
    for object in OBJECTS {
        pull.raw.present(object)?;
    }
    Ok(())
}

fn api(config: &ZendeskConfig, tell: &Teller) -> Result<Api, SyncError> {
    Api::new(ApiOptions {
        source: SOURCE,
        base: config.url.clone(),
        credentials: config.auth.credentials(config, tell)?,
        // Zendesk tells with each answer what is left of its limits; see `throttle`.
        pace: 0.0,
        patience: config.patience,
        tell: tell.clone(),
        explain: explain::explain,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_walk_ends_a_little_before_now_and_never_goes_back() {
        let mut walk = Walk {
            since: 100,
            cursor: Some("c".to_owned()),
            reached: Some(900),
        };
        walk.end(2000);
        assert_eq!(
            (walk.since, &walk.cursor, walk.reached),
            (2000 - OVERLAP, &None, None)
        );
        walk.end(1500);
        assert_eq!(walk.since, 2000 - OVERLAP);
    }
}
