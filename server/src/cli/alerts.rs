//! `tidemark alerts`: what is the matter now, whom it was told, and whether the channels work.

use clap::Args;
use serde_json::json;
use tidemark_alerts::{Book, Sendings, State};
use tidemark_shared::format;

use super::Context;
use crate::Failure;
use crate::alerts::Watch;

/// Flags of `alerts`.
#[derive(Debug, Args)]
pub(super) struct Alerts {
    /// Folder of the published snapshots
    #[arg(long, value_name = "DIR")]
    data: Option<String>,
    /// Send a message through every channel of [alerts], and tell which of them work
    #[arg(long)]
    test: bool,
}

impl Alerts {
    pub(super) fn run(self, mut context: Context) -> Result<(), Failure> {
        context.set("data", self.data.as_deref())?;
        let watch = Watch::new(&context.settings)?;
        if self.test {
            watch.alerts().trial(context.now);
            let runtime = tokio::runtime::Runtime::new().map_err(Failure::failed)?;
            let sendings = runtime.block_on(watch.alerts().deliver(context.now))?;
            return report(&sendings, context.json);
        }
        let book = watch.alerts().book()?;
        match context.json {
            true => println!("{}", as_json(&book)),
            false => print(&book),
        }
        Ok(())
    }
}

fn as_json(book: &Book) -> serde_json::Value {
    let troubles = book.troubles().map(|(notice, channel, delivery)| {
        json!({
            "channel": channel, "event": notice.topic.label(), "at": notice.at,
            "attempts": delivery.attempts, "error": delivery.error,
            "given_up": matches!(delivery.state, State::GivenUp(_)),
        })
    });
    let open: Vec<_> = book.open.iter().map(|open| &open.incident).collect();
    json!({"open": open, "troubles": troubles.collect::<Vec<_>>(), "digested": book.digested})
}

fn print(book: &Book) {
    if book.open.is_empty() {
        println!("nothing is the matter");
    }
    for open in &book.open {
        let incident = &open.incident;
        println!(
            "{}, since {}",
            incident.title,
            format::moment(incident.since)
        );
        println!("  {}", incident.text);
    }
    for (notice, channel, delivery) in book.troubles() {
        let next = match delivery.state {
            State::GivenUp(_) => "given up",
            _ => "to be tried again",
        };
        println!(
            "not told by {channel}: {} of {}, {} tries, {next}: {}",
            notice.topic.label(),
            format::moment(notice.at),
            delivery.attempts,
            delivery.error.as_deref().unwrap_or_default(),
        );
    }
}

/// Prints what was sent; a failure names the channels that failed.
pub(super) fn report(sendings: &Sendings, as_json: bool) -> Result<(), Failure> {
    if as_json {
        println!(
            "{}",
            json!({"sent": sendings.sent, "failed": sendings.failed})
        );
    } else {
        for (channel, subject) in &sendings.sent {
            println!("{channel}: {subject}");
        }
        if sendings.sent.is_empty() && sendings.failed.is_empty() {
            println!("nothing was due");
        }
    }
    match sendings.failed.as_slice() {
        [] => Ok(()),
        failed => {
            let failed = failed
                .iter()
                .map(|(channel, _, why)| format!("{channel}: {why}"));
            let failed: Vec<String> = failed.collect();
            Err(Failure::Failed(format!(
                "not everything was sent: {}; it is tried again",
                failed.join("; ")
            )))
        }
    }
}
