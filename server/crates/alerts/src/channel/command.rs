//! A program of one's own: gets the message as JSON on its standard input.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::process::{Child, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;
use tidemark_connectors::Secret;

use super::Trouble;
use crate::message::Message;

/// Bytes of a program's complaint that are read.
const COMPLAINT: u64 = 4_096;
/// How often a program is asked whether it ended.
const GLANCE: Duration = Duration::from_millis(20);
/// How long the rest of what an ended program said is waited for; a program it left behind may hold the line open.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// A program and its arguments; no shell reads them.
#[derive(Debug, Clone)]
pub struct Command {
    /// The program, then its arguments; not empty.
    pub words: Vec<String>,
    /// Its environment variables, all of them: ours hold secrets, so it inherits none.
    pub environment: BTreeMap<String, Secret>,
    /// It is stopped after so long.
    pub timeout: Duration,
}

impl Command {
    /// What a program did before it failed is not known, so no failure is a passing one: it is not run twice in a row.
    pub(super) async fn send(&self, message: &Message) -> Result<(), Trouble> {
        let input = json!({
            "subject": message.subject, "text": message.text, "data": message.data,
            "picture": message.picture,
        });
        let (command, input) = (self.clone(), input.to_string());
        let ran = tokio::task::spawn_blocking(move || command.run(input)).await;
        let ran = ran.unwrap_or_else(|_| Err("the command was not watched to its end".to_owned()));
        ran.map_err(Trouble::Lasting)
    }

    fn run(&self, input: String) -> Result<(), String> {
        let (program, arguments) = self
            .words
            .split_first()
            .ok_or_else(|| "the command is empty".to_owned())?;
        let mut command = std::process::Command::new(program);
        command
            .args(arguments)
            .env_clear()
            .envs(
                self.environment
                    .iter()
                    .map(|(name, value)| (name, value.expose())),
            )
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        let cannot = |error| format!("the command {program} cannot be run: {error}");
        let mut child = command.spawn().map_err(cannot)?;
        if let Some(mut pipe) = child.stdin.take() {
            // A program that does not read to the end may have had its reasons; its exit code decides.
            thread::spawn(move || pipe.write_all(input.as_bytes()));
        }
        let (said, complaint) = mpsc::channel();
        if let Some(mut pipe) = child.stderr.take() {
            thread::spawn(move || {
                let mut bytes = Vec::new();
                let _ = pipe.by_ref().take(COMPLAINT).read_to_end(&mut bytes);
                let _ = said.send(bytes);
                // The rest is read and dropped, so that the program does not wait for a reader.
                let _ = std::io::copy(&mut pipe, &mut std::io::sink());
            });
        }
        let seconds = self.timeout.as_secs_f32();
        let status = wait(&mut child, self.timeout)
            .map_err(cannot)?
            .ok_or_else(|| {
                format!("the command {program} did not end in {seconds} s; it was stopped")
            })?;
        if status.success() {
            return Ok(());
        }
        let complaint = complaint.recv_timeout(LAST_WORDS).unwrap_or_default();
        let complaint = String::from_utf8_lossy(&complaint);
        let line = complaint.lines().find(|line| !line.trim().is_empty());
        let line = line
            .map(|line| format!(": {}", line.trim()))
            .unwrap_or_default();
        Err(format!("the command {program} ended with {status}{line}"))
    }
}

/// Waits for a program's end; none if it took too long and was stopped.
fn wait(child: &mut Child, timeout: Duration) -> std::io::Result<Option<ExitStatus>> {
    let started = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if started.elapsed() >= timeout {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        thread::sleep(GLANCE);
    }
}
