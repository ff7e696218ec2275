//! The demo's past: a week of runs on raw files as they were then, so that the run history, incidents and
//! restated values have something to show.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use chrono::NaiveDate;
use serde_json::Value;
use tidemark_shared::date::add_days;

use crate::Failure;

/// Days before the last one that get a snapshot of their own.
const DAYS: i32 = 6;
/// The first of those days whose records were complete.
const COMPLETE_FROM: i32 = 3;
/// Of the last records of a file, one in this many came late.
const ONE_IN: usize = 12;
/// How many of a file's last records that concerns: late records are young.
const YOUNG: usize = 240;
/// The files with late records, relative to the raw folder.
const LATE: [&str; 2] = ["stripe/invoices.jsonl", "zendesk/tickets.jsonl"];
/// The file whose late versions corrected an earlier amount.
const CORRECTED: &str = "stripe/invoices.jsonl";

/// The runs that make the past; they end when this is dropped.
pub(super) struct Past {
    running: Arc<Mutex<Option<Child>>>,
}

/// The folders and days of the demo.
pub(super) struct Demo {
    /// Folder of the raw files, complete.
    pub(super) raw: PathBuf,
    /// Folder of the snapshots.
    pub(super) published: PathBuf,
    /// Folder for raw files as they were before the late records came.
    pub(super) early: PathBuf,
    /// The last day, which is published already.
    pub(super) as_of: NaiveDate,
}

impl Past {
    /// Starts the runs, one after the other, beside the server that shows them.
    ///
    /// # Errors
    /// [`Failure::Failed`] if this program cannot be found to be started again.
    pub(super) fn begin(demo: Demo) -> Result<Self, Failure> {
        let program = std::env::current_exe().map_err(Failure::failed)?;
        let running = Arc::new(Mutex::new(None));
        let past = Self {
            running: Arc::clone(&running),
        };
        thread::spawn(move || {
            if let Err(error) = demo.run(&program, &running) {
                eprintln!("warning: the demo has no history: {error}");
            }
        });
        Ok(past)
    }
}

impl Drop for Past {
    fn drop(&mut self) {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(mut child) = running.take() {
            // One that has ended by itself needs no end.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl Demo {
    fn run(&self, program: &Path, running: &Mutex<Option<Child>>) -> io::Result<()> {
        let complete_from = add_days(self.as_of, -COMPLETE_FROM);
        self.write_early()?;
        // The first attempt finds no files, which opens an incident; the next success resolves it.
        let missing = self.early.join("not-mounted");
        let first = add_days(self.as_of, -DAYS);
        self.child(program, running, &missing, first, first)?;
        self.child(
            program,
            running,
            &self.early,
            first,
            add_days(complete_from, -1),
        )?;
        let last = add_days(self.as_of, -1);
        self.child(program, running, &self.raw, complete_from, last)?;
        fs::remove_dir_all(&self.early)
    }

    /// Runs one range of days to its end. How it ended is in the run history.
    fn child(
        &self,
        program: &Path,
        running: &Mutex<Option<Child>>,
        raw: &Path,
        from: NaiveDate,
        to: NaiveDate,
    ) -> io::Result<()> {
        let mut command = Command::new(program);
        command
            .args(["run", "--no-sync", "--simulated", "--json", "--raw"])
            .arg(raw)
            .arg("--data")
            .arg(&self.published)
            .args(["--from", &from.to_string(), "--to", &to.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let lock = || running.lock().unwrap_or_else(PoisonError::into_inner);
        *lock() = Some(command.spawn()?);
        loop {
            // Asked again and again, since the one who waits must not hold what ends it.
            let ended = match lock().as_mut() {
                Some(child) => child.try_wait()?.is_some(),
                None => true,
            };
            if ended {
                return Ok(());
            }
            thread::sleep(std::time::Duration::from_millis(100));
        }
    }

    /// Writes the raw files without their late records, and with amounts that were corrected later.
    fn write_early(&self) -> io::Result<()> {
        for source in fs::read_dir(&self.raw)? {
            let source = source?;
            let folder = self.early.join(source.file_name());
            fs::create_dir_all(&folder)?;
            for file in fs::read_dir(source.path())? {
                let file = file?;
                let to = folder.join(file.file_name());
                let name = format!(
                    "{}/{}",
                    source.file_name().to_string_lossy(),
                    file.file_name().to_string_lossy()
                );
                match LATE.contains(&name.as_str()) {
                    true => early(&file.path(), &to, name == CORRECTED)?,
                    false => fs::copy(file.path(), to).map(|_| ())?,
                }
            }
        }
        Ok(())
    }
}

/// Copies a file of JSON lines as it was before its late records came.
fn early(from: &Path, to: &Path, corrected: bool) -> io::Result<()> {
    let lines: Vec<String> = BufReader::new(File::open(from)?)
        .lines()
        .collect::<io::Result<_>>()?;
    let young = lines.len().saturating_sub(YOUNG);
    let mut out = BufWriter::new(File::create(to)?);
    for (at, line) in lines.iter().enumerate() {
        let is_young = at >= young;
        if is_young && at % ONE_IN == 0 {
            continue;
        }
        if is_young && corrected && at % ONE_IN == 1 {
            writeln!(out, "{}", before_correction(line))?;
        } else {
            writeln!(out, "{line}")?;
        }
    }
    out.flush()
}

/// An invoice whose lines were a tenth too high before somebody corrected them.
fn before_correction(line: &str) -> String {
    let Ok(mut invoice) = serde_json::from_str::<Value>(line) else {
        return line.to_owned();
    };
    let lines = invoice.pointer_mut("/lines/data");
    for item in lines.and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(amount) = item["amount"].as_i64() {
            item["amount"] = (amount + amount / 10).into();
        }
    }
    invoice.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn early_files_lack_young_records_and_have_amounts_before_their_correction() {
        let folder = tempfile::tempdir().expect("a folder");
        let (from, to) = (folder.path().join("all"), folder.path().join("early"));
        let lines: Vec<String> = (0..1_000)
            .map(|id| format!(r#"{{"id":"in_{id}","lines":{{"data":[{{"amount":100}}]}}}}"#))
            .collect();
        fs::write(&from, lines.join("\n")).expect("a file");
        early(&from, &to, true).expect("a copy");
        let copied = fs::read_to_string(&to).expect("the copy");
        let copied: Vec<&str> = copied.lines().collect();
        assert_eq!(copied.len(), 1_000 - YOUNG / ONE_IN);
        let corrected = copied.iter().filter(|line| line.contains("\"amount\":110"));
        assert_eq!(corrected.count(), YOUNG / ONE_IN);
        assert_eq!(copied[..760], lines[..760], "what is old was known");
    }
}
