//! A program of one's own: gets the message as JSON on its standard input.

use std::process::Stdio;
use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::Trouble;
use crate::message::Message;

/// Bytes of a program's complaint that are read.
const COMPLAINT: u64 = 4_096;

/// A program and its arguments; no shell reads them.
#[derive(Debug)]
pub struct Command {
    /// The program, then its arguments; not empty.
    pub words: Vec<String>,
    /// Names of environment variables that are not handed on, since they hold our secrets.
    pub withheld: Vec<String>,
    /// It is stopped after so long.
    pub timeout: Duration,
}

impl Command {
    /// What a program did before it failed is not known, so no failure is a passing one: it is not run twice in a row.
    pub(super) async fn send(&self, message: &Message) -> Result<(), Trouble> {
        self.run(message).await.map_err(Trouble::Lasting)
    }

    async fn run(&self, message: &Message) -> Result<(), String> {
        let (program, arguments) = self
            .words
            .split_first()
            .ok_or_else(|| "the command is empty".to_owned())?;
        let mut command = tokio::process::Command::new(program);
        command
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        for name in &self.withheld {
            command.env_remove(name);
        }
        let cannot = |error| format!("the command {program} cannot be run: {error}");
        let mut child = command.spawn().map_err(cannot)?;
        let (input, errors) = (child.stdin.take(), child.stderr.take());
        let json = json!({
            "subject": message.subject, "text": message.text, "data": message.data,
            "picture": message.picture,
        });
        let write = async {
            if let Some(mut input) = input {
                // A program that does not read to the end may have had its reasons; its exit code decides.
                let _ = input.write_all(json.to_string().as_bytes()).await;
            }
        };
        let read = async {
            let mut text = Vec::new();
            if let Some(errors) = errors {
                let mut errors = errors.take(COMPLAINT);
                let _ = errors.read_to_end(&mut text).await;
                // The rest is read and dropped, so that it does not wait for a reader.
                let _ = tokio::io::copy(&mut errors.into_inner(), &mut tokio::io::sink()).await;
            }
            String::from_utf8_lossy(&text).into_owned()
        };
        let run = async { tokio::join!(write, read, child.wait()) };
        let ended = tokio::time::timeout(self.timeout, run).await;
        let seconds = self.timeout.as_secs();
        let (_, complaint, status) = ended.map_err(|_| {
            format!("the command {program} did not end in {seconds} seconds; it was stopped")
        })?;
        let status = status.map_err(cannot)?;
        if status.success() {
            return Ok(());
        }
        let line = complaint.lines().find(|line| !line.trim().is_empty());
        let line = line
            .map(|line| format!(": {}", line.trim()))
            .unwrap_or_default();
        Err(format!("the command {program} ended with {status}{line}"))
    }
}
