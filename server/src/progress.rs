//! Shows how far a command is: a bar on a terminal, plain lines elsewhere, nothing beside JSON.

use std::io::IsTerminal;
use std::time::Instant;

use indicatif::{ProgressBar, ProgressStyle};

/// Progress of one command, stage by stage.
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    quiet: bool,
    stage: Option<(String, Instant)>,
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
        let line = format!("{name:<12} {:>7.2} s", started.elapsed().as_secs_f64());
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
