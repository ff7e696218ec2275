//! The ways to reach people: each sends one message, tries a few times, and says in a sentence why it could not.

mod command;
mod email;
mod webhook;

use std::time::Duration;

pub use command::Command;
pub use email::{Email, Security};
pub use webhook::Webhook;

use crate::book::Notice;
use crate::message::Message;

/// How long a channel tries before it leaves a notice to the next round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Tries in a row.
    pub attempts: u32,
    /// The wait after the first; it doubles with each.
    pub first: Duration,
    /// The longest wait a receiver may ask for.
    pub asked: Duration,
    /// How long one try may take.
    pub timeout: Duration,
}

impl Default for Patience {
    /// Half a minute at most where nobody answers; a round must end while its reader still waits for it.
    fn default() -> Self {
        Self {
            attempts: 3,
            first: Duration::from_secs(1),
            asked: Duration::from_secs(10),
            timeout: Duration::from_secs(10),
        }
    }
}

/// Why a try failed.
enum Trouble {
    /// The next may succeed; the receiver may have said when.
    Passing(String, Option<Duration>),
    /// None will until something is changed.
    Lasting(String),
}

/// Why a message was not sent.
pub(crate) struct Unsent {
    /// A sentence without secrets.
    pub(crate) why: String,
    /// Whether the receiver itself is down, so that other messages would fare no better.
    pub(crate) down: bool,
}

/// A way to reach people.
#[derive(Debug)]
pub enum Channel {
    /// A chat, through an incoming webhook of Slack's kind.
    Webhook(Webhook),
    /// E-mail.
    Email(Box<Email>),
    /// A program of one's own.
    Command(Command),
}

impl Channel {
    /// Its name in the settings and in the memory.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Channel::Webhook(_) => "webhook",
            Channel::Email(_) => "email",
            Channel::Command(_) => "command",
        }
    }

    /// Sends a message, patiently.
    pub(crate) async fn send(&self, notice: &Notice, message: &Message) -> Result<(), Unsent> {
        let mut tried = 0;
        loop {
            tried += 1;
            let (sent, patience) = match self {
                Channel::Webhook(webhook) => (webhook.send(message).await, webhook.patience()),
                Channel::Email(email) => (email.send(notice, message).await, email.patience()),
                Channel::Command(command) => (command.send(message).await, Patience::default()),
            };
            let (why, asked) = match sent {
                Ok(()) => return Ok(()),
                Err(Trouble::Lasting(why)) => return Err(Unsent { why, down: false }),
                Err(Trouble::Passing(why, asked)) => (why, asked),
            };
            if tried >= patience.attempts || asked.is_some_and(|asked| asked > patience.asked) {
                return Err(Unsent { why, down: true });
            }
            let wait = asked.unwrap_or(patience.first * (1 << (tried - 1).min(10)));
            tokio::time::sleep(wait).await;
        }
    }
}
