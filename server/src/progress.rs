//! Shows how far a command is: a bar on a terminal, plain lines elsewhere, nothing beside JSON.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// Progress of one command, stage by stage.
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    quiet: bool,
    stage: Option<(String, Instant)>,
    /// What the stage did beside its own work, told as a stage of its own.
    aside: Option<(String, Duration)>,
    seconds: BTreeMap<String, f64>,
}

impl Progress {
    /// Progress that fits where standard error goes; `quiet` shows nothing.
    pub(crate) fn new(quiet: bool) -> Self {
        let bar = (!quiet && std::io::stderr().is_terminal()).then(|| {
            let bar = ProgressBar::new(0);
            if let Ok(style) = ProgressStyle::with_template("{spinner} {prefix:<12} {bar:32} {msg}")
            {
                bar.set_style(style);
            }
            bar.enable_steady_tick(std::time::Duration::from_millis(100));
            bar
        });
        Self {
            bar,
            quiet,
            stage: None,
            aside: None,
            seconds: BTreeMap::new(),
        }
    }

    /// Begins a stage.
    pub(crate) fn stage(&mut self, name: &str) {
        self.finish_stage();
        self.stage = Some((name.to_owned(), Instant::now()));
        if let Some(bar) = &self.bar {
            bar.set_prefix(name.to_owned());
            bar.set_length(1);
            bar.set_position(0);
            bar.set_message(String::new());
        }
    }

    /// Counts time of the stage as that of another one, told after it.
    pub(crate) fn aside(&mut self, name: &str, took: Duration) {
        let (_, sum) = self
            .aside
            .get_or_insert_with(|| (name.to_owned(), Duration::ZERO));
        *sum += took;
    }

    /// Seconds each stage took, by name, when the last one is over.
    pub(crate) fn finish(&mut self) -> BTreeMap<String, f64> {
        self.finish_stage();
        self.seconds.clone()
    }

    /// Tells how far the stage is: `done` of `total` steps, and what is being done.
    pub(crate) fn at(&self, done: u64, total: u64, message: &str) {
        if let Some(bar) = &self.bar {
            bar.set_length(total.max(1));
            bar.set_position(done);
            bar.set_message(message.to_owned());
        }
    }

    fn finish_stage(&mut self) {
        let Some((name, started)) = self.stage.take() else {
            return;
        };
        let aside = self.aside.take();
        let elsewhere = aside.as_ref().map_or(Duration::ZERO, |(_, took)| *took);
        self.tell(&name, started.elapsed().saturating_sub(elsewhere));
        if let Some((name, took)) = aside {
            self.tell(&name, took);
        }
    }

    fn tell(&mut self, name: &str, took: Duration) {
        let seconds = took.as_secs_f64();
        self.seconds.insert(name.to_owned(), seconds);
        tracing::info!(step = name, seconds, "done");
        let line = format!("{name:<12} {seconds:>7.2} s");
        match &self.bar {
            Some(bar) => bar.suspend(|| eprintln!("{line}")),
            None if !self.quiet => eprintln!("{line}"),
            None => {}
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.finish_stage();
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
