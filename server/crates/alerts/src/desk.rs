//! Where incidents are brought and notices go out: the memory and the channels together.

use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use tokio::task::JoinSet;
use url::Url;

use crate::book::{Book, Claim};
use crate::channel::Channel;
use crate::error::AlertError;
use crate::incident::{Family, Incident};
use crate::letter;
use crate::memory::Memory;
use crate::message::Message;

/// Folder of the memory inside the data folder.
pub(crate) const FOLDER: &str = "alerts";

/// What is the matter, and who is told. Cheap to share; a server and a command line may have one each on the same folder.
#[derive(Debug)]
pub struct Alerts {
    memory: Memory,
    channels: Vec<Arc<Channel>>,
    names: Vec<String>,
    site: Option<Url>,
}

/// What became of a round of sending.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sendings {
    /// Channel and subject of what was sent.
    pub sent: Vec<(String, String)>,
    /// Channel, subject and reason of what was not; it is tried again in a later round.
    pub failed: Vec<(String, String, String)>,
}

impl Alerts {
    /// Alerts with their memory in a data folder. `site` is where people open the dashboard.
    #[must_use]
    pub fn new(data: impl Into<PathBuf>, channels: Vec<Channel>, site: Option<Url>) -> Self {
        Self {
            memory: Memory::new(data.into().join(FOLDER)),
            names: channels.iter().map(|c| c.name().to_owned()).collect(),
            channels: channels.into_iter().map(Arc::new).collect(),
            site,
        }
    }

    /// Opens an incident and remembers to tell it; true if it was not open. Asks no network: [`Alerts::deliver`] sends.
    pub fn raise(&self, incident: Incident, now: DateTime<Utc>) -> bool {
        self.memory
            .change(|book| book.raise(incident, &self.names, now))
    }

    /// Closes an incident and remembers to tell those who heard of it; true if it was open.
    pub fn resolve(&self, key: &str, now: DateTime<Utc>) -> bool {
        self.memory.change(|book| book.resolve(key, now))
    }

    /// Raises all that is the matter in some families, and resolves what is no longer.
    pub fn settle(&self, families: &[Family], present: Vec<Incident>, now: DateTime<Utc>) {
        self.memory
            .change(|book| book.settle(families, present, &self.names, now));
    }

    /// Remembers to send the numbers of a period, once; true if that was not done before.
    pub fn digest(&self, period: &str, message: Message, now: DateTime<Utc>) -> bool {
        self.memory
            .change(|book| book.digest(period, message, &self.names, now))
    }

    /// Remembers to let every channel show that it works.
    pub fn trial(&self, now: DateTime<Utc>) {
        self.memory.change(|book| book.trial(&self.names, now));
    }

    /// What is remembered.
    ///
    /// # Errors
    /// If the memory cannot be read.
    pub fn book(&self) -> Result<Book, AlertError> {
        self.memory.read()
    }

    /// Sends all that is due, the channels side by side. To be called after whatever may have raised something, and every
    /// minute or so, since what failed becomes due again. A receiver that is down ends its channel's round.
    ///
    /// # Errors
    /// [`AlertError::Drawing`] if a message cannot be laid out. A channel that fails is no error here, nor is a store
    /// that cannot be written.
    pub async fn deliver(&self, now: DateTime<Utc>) -> Result<Sendings, AlertError> {
        // A store that cannot be read is renewed by the change.
        if self.memory.read().is_ok_and(|book| !book.is_due(now)) {
            return Ok(Sendings::default());
        }
        let claims = self.memory.change(|book| book.claim(&self.names, now));
        let mut rounds = JoinSet::new();
        for channel in &self.channels {
            let own = claims
                .iter()
                .filter(|claim| claim.channel == channel.name());
            let own = own.map(|claim| Ok((claim.clone(), self.message(claim)?)));
            let own: Vec<(Claim, Message)> = own.collect::<Result<_, AlertError>>()?;
            if !own.is_empty() {
                rounds.spawn(round(Arc::clone(channel), own));
            }
        }
        let mut sendings = Sendings::default();
        while let Some(round) = rounds.join_next().await {
            // A round that panicked recorded nothing: its notices become due again.
            for (claim, subject, result) in round.unwrap_or_default() {
                let channel = claim.channel.clone();
                let topic = claim.notice.topic.label();
                match &result {
                    Ok(()) => {
                        tracing::info!(channel, topic, "told");
                        sendings.sent.push((channel, subject));
                    }
                    Err(why) => {
                        tracing::warn!(channel, topic, why, "not told, to be tried again");
                        sendings.failed.push((channel, subject, why.clone()));
                    }
                }
                self.memory.change(|book| book.record(&claim, result, now));
            }
        }
        Ok(sendings)
    }

    fn message(&self, claim: &Claim) -> Result<Message, AlertError> {
        letter::message(&claim.notice, self.site.as_ref())
    }
}

/// Sends a channel's notices in order, as long as its receiver is up.
async fn round(
    channel: Arc<Channel>,
    own: Vec<(Claim, Message)>,
) -> Vec<(Claim, String, Result<(), String>)> {
    let mut results = Vec::with_capacity(own.len());
    let mut down: Option<String> = None;
    for (claim, message) in own {
        let result = match &down {
            Some(why) => Err(why.clone()),
            None => channel
                .send(&claim.notice, &message)
                .await
                .map_err(|unsent| {
                    down = unsent.down.then(|| unsent.why.clone());
                    unsent.why
                }),
        };
        results.push((claim, message.subject, result));
    }
    results
}
