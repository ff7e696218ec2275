//! What is open and who still has to hear of it: a pure record, changed by what happens.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::incident::{Family, Incident};
use crate::message::Message;

/// How long a channel that fails is tried again before a notice is given up: news of last week helps nobody.
const PATIENCE: TimeDelta = TimeDelta::days(3);
/// The wait after the first try; it doubles with each.
const FIRST_WAIT: TimeDelta = TimeDelta::minutes(1);
/// The longest wait.
const LONGEST_WAIT: TimeDelta = TimeDelta::hours(1);
/// Notices remembered once nobody waits for them any more.
const REMEMBERED: usize = 100;

/// What is remembered.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Book {
    /// The incidents that last, oldest first.
    pub open: Vec<Open>,
    /// What was told and is to be told, oldest first.
    pub notices: Vec<Notice>,
    /// The period of the last digest, such as `2026-W47`.
    pub digested: Option<String>,
    /// Id of the next notice.
    next: u64,
}

/// An incident that lasts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Open {
    /// The incident, as it is known by now.
    pub incident: Incident,
    /// Id of the notice that told it.
    pub told_by: u64,
}

/// What a notice is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Topic {
    /// Something is the matter.
    Alert {
        /// What.
        incident: Incident,
    },
    /// It is over.
    Recovery {
        /// What was the matter.
        incident: Incident,
        /// When it was over.
        over_at: DateTime<Utc>,
    },
    /// The numbers.
    Digest {
        /// The period they are of.
        period: String,
        /// What to send; forgotten once nobody waits for it.
        message: Option<Message>,
    },
    /// Nothing: somebody tries whether the channels work.
    Trial,
}

/// Something told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Notice {
    /// Ascends with time; unique in a data folder.
    pub id: u64,
    /// What it is about.
    pub topic: Topic,
    /// When there was reason to tell it.
    pub at: DateTime<Utc>,
    /// The notice it follows: the alert of a recovery.
    pub follows: Option<u64>,
    /// How far it is, by channel.
    pub deliveries: BTreeMap<String, Delivery>,
}

/// How far a notice is on its way through a channel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Delivery {
    /// Tries so far.
    pub attempts: u32,
    /// What is next.
    pub state: State,
    /// What the last try failed with, as a sentence without secrets.
    pub error: Option<String>,
}

/// What is next for a notice on a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It is to be sent from then on. While somebody sends it that lies ahead, so nobody else does; if they die, it comes.
    Due(DateTime<Utc>),
    /// It was sent.
    Sent(DateTime<Utc>),
    /// It was tried for too long.
    GivenUp(DateTime<Utc>),
    /// The incident was over before it could be told.
    Withdrawn,
}

impl State {
    /// Whether it is to be sent now. A time further ahead than the longest wait was set by a wrong clock.
    fn is_due(self, now: DateTime<Utc>) -> bool {
        matches!(self, State::Due(after) if after <= now || after > now + LONGEST_WAIT)
    }
}

/// A notice to be sent now.
#[derive(Debug, Clone)]
pub(crate) struct Claim {
    pub(crate) notice: Notice,
    pub(crate) channel: String,
}

impl Book {
    /// Opens an incident and tells it to the channels; true if it was not open. One that is open is only brought up to date.
    pub fn raise(&mut self, incident: Incident, channels: &[String], now: DateTime<Utc>) -> bool {
        let key = incident.key();
        if let Some(open) = self.open.iter_mut().find(|open| open.incident.key() == key) {
            let since = open.incident.since;
            open.incident = Incident { since, ..incident };
            return false;
        }
        let topic = Topic::Alert {
            incident: incident.clone(),
        };
        let told_by = self.tell(topic, None, channels.iter().cloned(), now);
        self.open.push(Open { incident, told_by });
        true
    }

    /// Closes an incident; true if it was open. The channels that told it tell that it is over; the others stay silent.
    pub fn resolve(&mut self, key: &str, now: DateTime<Utc>) -> bool {
        let Some(at) = self.open.iter().position(|open| open.incident.key() == key) else {
            return false;
        };
        let Open { incident, told_by } = self.open.remove(at);
        let mut told = Vec::new();
        if let Some(alert) = self.notices.iter_mut().find(|notice| notice.id == told_by) {
            for (channel, delivery) in &mut alert.deliveries {
                match delivery.state {
                    State::Sent(_) => told.push(channel.clone()),
                    State::Due(_) => delivery.state = State::Withdrawn,
                    State::GivenUp(_) | State::Withdrawn => {}
                }
            }
        }
        if !told.is_empty() {
            let over_at = now;
            let topic = Topic::Recovery { incident, over_at };
            self.tell(topic, Some(told_by), told.into_iter(), now);
        }
        self.prune();
        true
    }

    /// Raises all that is the matter in some families, and resolves what is no longer.
    pub fn settle(
        &mut self,
        families: &[Family],
        present: Vec<Incident>,
        channels: &[String],
        now: DateTime<Utc>,
    ) {
        let judged = |open: &&Open| families.contains(&open.incident.kind.family());
        let keys = self.open.iter().filter(judged);
        let keys: Vec<String> = keys.map(|open| open.incident.key()).collect();
        let lasts = |key: &String| present.iter().any(|incident| incident.key() == *key);
        for key in keys.iter().filter(|key| !lasts(key)) {
            self.resolve(key, now);
        }
        for incident in present {
            self.raise(incident, channels, now);
        }
    }

    /// Takes over the open incidents of another state of the same store, with their notices that are not sent yet.
    pub(crate) fn adopt(&mut self, other: Book) {
        for Open { incident, told_by } in other.open {
            if self.is_open(&incident.key()) {
                continue;
            }
            let notice = other.notices.iter().find(|notice| notice.id == told_by);
            let id = self.next;
            self.next += 1;
            self.notices.extend(notice.map(|notice| Notice {
                id,
                ..notice.clone()
            }));
            self.open.push(Open {
                incident,
                told_by: id,
            });
        }
    }

    /// Tells the numbers of a period, once; true if it was not told before.
    pub fn digest(
        &mut self,
        period: &str,
        message: Message,
        channels: &[String],
        now: DateTime<Utc>,
    ) -> bool {
        if self.digested.as_deref() == Some(period) {
            return false;
        }
        self.digested = Some(period.to_owned());
        let topic = Topic::Digest {
            period: period.to_owned(),
            message: Some(message),
        };
        self.tell(topic, None, channels.iter().cloned(), now);
        true
    }

    /// Lets every channel show that it works.
    pub fn trial(&mut self, channels: &[String], now: DateTime<Utc>) {
        self.tell(Topic::Trial, None, channels.iter().cloned(), now);
    }

    /// The channels whose last try failed, with the notice: what an operator has to know.
    pub fn troubles(&self) -> impl Iterator<Item = (&Notice, &str, &Delivery)> {
        self.notices.iter().flat_map(|notice| {
            let failed = notice.deliveries.iter().filter(|(_, delivery)| {
                matches!(delivery.state, State::Due(_) | State::GivenUp(_))
                    && delivery.error.is_some()
            });
            failed.map(move |(channel, delivery)| (notice, channel.as_str(), delivery))
        })
    }

    /// Whether there is anything to send or to give up.
    pub(crate) fn is_due(&self, now: DateTime<Utc>) -> bool {
        let mut deliveries = self
            .notices
            .iter()
            .flat_map(|notice| notice.deliveries.values());
        deliveries.any(|delivery| delivery.state.is_due(now))
    }

    /// Takes all that is due on some channels, so that nobody else sends it for a while. What a channel has not been told yet
    /// of an incident comes before what followed: nobody hears that it is back before hearing that it was over.
    pub(crate) fn claim(&mut self, channels: &[String], now: DateTime<Utc>) -> Vec<Claim> {
        let mut claims = Vec::new();
        let mut untold: BTreeSet<(String, String)> = BTreeSet::new();
        for notice in &mut self.notices {
            let old = now - notice.at > PATIENCE;
            let incident = notice.topic.incident().map(Incident::key);
            let mut claimed = Vec::new();
            for (channel, delivery) in &mut notice.deliveries {
                if let Some(key) = &incident {
                    let of = (channel.clone(), key.clone());
                    let waits = matches!(delivery.state, State::Due(_)) && !untold.insert(of);
                    if waits && !old {
                        continue;
                    }
                }
                let due = delivery.state.is_due(now);
                if due && old {
                    delivery.state = State::GivenUp(now);
                } else if due && channels.contains(channel) {
                    delivery.attempts += 1;
                    delivery.state = State::Due(now + wait(delivery.attempts));
                    claimed.push(channel.clone());
                }
            }
            claims.extend(claimed.into_iter().map(|channel| Claim {
                notice: notice.clone(),
                channel,
            }));
        }
        self.prune();
        claims
    }

    /// Records what became of a try.
    pub(crate) fn record(&mut self, claim: &Claim, sent: Result<(), String>, now: DateTime<Utc>) {
        let notice = self.notices.iter_mut().find(|n| n.id == claim.notice.id);
        let Some(delivery) = notice.and_then(|n| n.deliveries.get_mut(&claim.channel)) else {
            return;
        };
        let withdrawn = delivery.state == State::Withdrawn;
        match sent {
            Ok(()) => {
                delivery.state = State::Sent(now);
                delivery.error = None;
            }
            Err(error) => delivery.error = Some(error),
        }
        // It was over while the alert was under way: who was told all the same is told that, too, unless it is back.
        if let (true, State::Sent(_), Topic::Alert { incident }) =
            (withdrawn, delivery.state, &claim.notice.topic)
            && !self.is_open(&incident.key())
        {
            let topic = Topic::Recovery {
                incident: incident.clone(),
                over_at: now,
            };
            let channel = std::iter::once(claim.channel.clone());
            self.tell(topic, Some(claim.notice.id), channel, now);
        }
        self.prune();
    }

    fn is_open(&self, key: &str) -> bool {
        self.open.iter().any(|open| open.incident.key() == key)
    }

    fn tell(
        &mut self,
        topic: Topic,
        follows: Option<u64>,
        channels: impl Iterator<Item = String>,
        now: DateTime<Utc>,
    ) -> u64 {
        let due = Delivery {
            attempts: 0,
            state: State::Due(now),
            error: None,
        };
        let id = self.next;
        self.next += 1;
        self.notices.push(Notice {
            id,
            topic,
            at: now,
            follows,
            deliveries: channels.map(|channel| (channel, due.clone())).collect(),
        });
        id
    }

    /// Forgets what nobody waits for: the body of a digest at once, old notices by number.
    fn prune(&mut self) {
        let waits = |notice: &Notice| {
            let mut deliveries = notice.deliveries.values();
            deliveries.any(|delivery| matches!(delivery.state, State::Due(_)))
        };
        for notice in self.notices.iter_mut().filter(|notice| !waits(notice)) {
            if let Topic::Digest { message, .. } = &mut notice.topic {
                *message = None;
            }
        }
        let told_by: Vec<u64> = self.open.iter().map(|open| open.told_by).collect();
        let needed = |notice: &Notice| waits(notice) || told_by.contains(&notice.id);
        let mut spare = self.notices.iter().filter(|n| !needed(n)).count();
        self.notices.retain(|notice| {
            let forget = spare > REMEMBERED && !needed(notice);
            spare -= usize::from(forget);
            !forget
        });
    }
}

impl Topic {
    /// The incident it is about, if it is about one.
    fn incident(&self) -> Option<&Incident> {
        match self {
            Topic::Alert { incident } | Topic::Recovery { incident, .. } => Some(incident),
            Topic::Digest { .. } | Topic::Trial => None,
        }
    }

    /// The topic in a word, for logs.
    #[must_use]
    pub fn label(&self) -> &'static str {
        match self {
            Topic::Alert { .. } => "alert",
            Topic::Recovery { .. } => "recovery",
            Topic::Digest { .. } => "digest",
            Topic::Trial => "trial",
        }
    }
}

/// The wait after so many tries.
fn wait(attempts: u32) -> TimeDelta {
    (FIRST_WAIT * (1 << attempts.saturating_sub(1).min(10))).min(LONGEST_WAIT)
}

#[cfg(test)]
mod tests;
