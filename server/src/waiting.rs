//! Shows how far a sync is: a line per source on a terminal, plain lines now and then elsewhere, nothing beside JSON.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use tidemark_connectors::{Teller, Told};

/// Where no terminal is, a source is told of this often.
const SELDOM: Duration = Duration::from_secs(10);
/// Waits shorter than this are nobody's concern.
const WORTH_TELLING: Duration = Duration::from_secs(2);

/// Progress of all sources.
pub(crate) struct SyncProgress(Arc<Mutex<Shown>>);

struct Shown {
    quiet: bool,
    bars: Option<MultiProgress>,
    sources: BTreeMap<&'static str, Line>,
}

/// What is known of one source.
struct Line {
    bar: Option<ProgressBar>,
    records: BTreeMap<&'static str, u64>,
    told: Instant,
}

impl SyncProgress {
    /// Progress that fits where standard error goes; `quiet` shows nothing.
    pub(crate) fn new(quiet: bool) -> Self {
        let bars = (!quiet && std::io::stderr().is_terminal()).then(MultiProgress::new);
        Self(Arc::new(Mutex::new(Shown {
            quiet,
            bars,
            sources: BTreeMap::new(),
        })))
    }

    /// Where the connectors tell.
    pub(crate) fn teller(&self) -> Teller {
        let shown = Arc::clone(&self.0);
        Arc::new(move |told| {
            let mut shown = shown.lock().unwrap_or_else(PoisonError::into_inner);
            if !shown.quiet {
                shown.show(told);
            }
        })
    }

    /// Takes the lines away.
    pub(crate) fn finish(&self) {
        let shown = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for line in shown.sources.values() {
            if let Some(bar) = &line.bar {
                bar.finish_and_clear();
            }
        }
    }
}

impl Shown {
    fn show(&mut self, told: Told) {
        match told {
            Told::Landed {
                source,
                object,
                records,
            } => {
                let line = self.line(source);
                line.records.insert(object, records);
                let text: Vec<String> = line
                    .records
                    .iter()
                    .map(|(object, records)| format!("{object} {records}"))
                    .collect();
                self.now(source, &text.join(", "));
            }
            Told::Waiting { source, wait, why } if wait >= WORTH_TELLING => {
                self.now(source, &format!("waits {} s: {why}", wait.as_secs().max(1)));
            }
            Told::Waiting { .. } => {}
            Told::Note { source, text } => self.print(&format!("{source:<11} {text}")),
        }
    }

    fn line(&mut self, source: &'static str) -> &mut Line {
        let bars = self.bars.as_ref();
        self.sources.entry(source).or_insert_with(|| Line {
            bar: bars.map(|bars| {
                let bar = bars.add(ProgressBar::new_spinner());
                if let Ok(style) = ProgressStyle::with_template("{spinner} {prefix:<11} {msg}") {
                    bar.set_style(style);
                }
                bar.set_prefix(source);
                bar.enable_steady_tick(Duration::from_millis(100));
                bar
            }),
            records: BTreeMap::new(),
            told: Instant::now(),
        })
    }

    /// What a source is doing now.
    fn now(&mut self, source: &'static str, text: &str) {
        let line = self.line(source);
        if let Some(bar) = &line.bar {
            bar.set_message(text.to_owned());
        } else if line.told.elapsed() >= SELDOM {
            line.told = Instant::now();
            eprintln!("{source:<11} {text}");
        }
    }

    fn print(&self, text: &str) {
        match &self.bars {
            Some(bars) => bars.suspend(|| eprintln!("{text}")),
            None => eprintln!("{text}"),
        }
    }
}
