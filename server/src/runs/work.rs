//! The four steps of a run on this machine: pull, make, judge, freeze.

use tidemark_connectors::{Mode, RawOptions, SyncError, silent, sync};
use tidemark_runs::{Done, Step, StepError, Steps, Trouble};
use tidemark_shared::api::Run;
use tidemark_shared::date::check_as_of;

use crate::pipeline::{self, Latest, Prepared, Request};
use crate::{Failure, Settings};

/// Does the steps; between them it keeps the marts in memory.
pub struct Work<'a> {
    settings: &'a Settings,
    quiet: bool,
    demo: bool,
    prepared: Option<Prepared>,
}

impl<'a> Work<'a> {
    /// Work by these settings; `quiet` shows no progress, `demo` marks what is published as simulated.
    #[must_use]
    pub fn new(settings: &'a Settings, quiet: bool, demo: bool) -> Self {
        Self {
            settings,
            quiet,
            demo,
            prepared: None,
        }
    }

    fn sync(&self) -> Result<Done, Failure> {
        let settings = self.settings;
        // Whoever brings the raw files by other means syncs nothing.
        if settings.connections.is_empty() {
            return Ok(Done {
                skipped: true,
                ..Done::default()
            });
        }
        let connectors = settings
            .connections
            .connectors(&[], &settings.files.fields)?;
        let runtime = tokio::runtime::Runtime::new().map_err(passing)?;
        let (options, tell) = (RawOptions::default(), silent());
        let pulled = sync(
            &connectors,
            &settings.raw,
            Mode::Incremental,
            options,
            &tell,
        );
        let outcomes = runtime.block_on(pulled);
        let landed = outcomes.iter().flat_map(|outcome| outcome.records.values());
        let rows = Some(landed.sum());
        let failed: Vec<&SyncError> = outcomes
            .iter()
            .filter_map(|outcome| outcome.result.as_ref().err())
            .collect();
        if failed.is_empty() {
            return Ok(Done {
                rows,
                ..Done::default()
            });
        }
        let said: Vec<String> = failed.iter().map(|error| error.to_string()).collect();
        let said = said.join("\n");
        // One source that can never be read makes every attempt end so.
        Err(match failed.iter().all(|error| passes(error)) {
            true => Failure::Passing(said),
            false => Failure::Failed(said),
        })
    }

    fn build(&mut self, run: &Run) -> Result<Done, Failure> {
        // What an attempt before held, its lock too, goes first.
        self.prepared = None;
        let now = run.started_at.unwrap_or(run.queued_at);
        // The run may have been queued while the clock was wrong.
        check_as_of(run.as_of, self.settings.day_of(now)).map_err(Failure::Failed)?;
        let request = Request {
            as_of: run.as_of,
            now,
            demo: self.demo,
            publish: true,
            quiet: self.quiet,
        };
        let prepared = pipeline::prepare(self.settings, request)?;
        let quality = prepared.built.report.quality;
        let done = Done {
            rows: Some(prepared.built.records),
            quality: Some((quality.errors.into(), quality.warnings.into())),
            ..Done::default()
        };
        self.prepared = Some(prepared);
        Ok(done)
    }

    fn check(&self) -> Result<Done, Failure> {
        let built = &self.prepared()?.built;
        if let Some(reason) = &built.refusal {
            return Err(Failure::Refused(reason.clone()));
        }
        Ok(Done {
            rows: Some(built.report.checks.len() as u64),
            ..Done::default()
        })
    }

    fn publish(&mut self) -> Result<Done, Failure> {
        let settings = self.settings;
        let Some(prepared) = &mut self.prepared else {
            return Err(unprepared());
        };
        prepared.publish(settings, Latest::LaterDay)?;
        Ok(Done {
            rows: Some(prepared.rows),
            snapshot_id: prepared.built.snapshot_id.clone(),
            ..Done::default()
        })
    }

    fn prepared(&self) -> Result<&Prepared, Failure> {
        self.prepared.as_ref().ok_or_else(unprepared)
    }
}

impl Steps for Work<'_> {
    fn perform(&mut self, step: Step, run: &Run) -> Result<Done, StepError> {
        let done = match step {
            Step::Sync => self.sync(),
            Step::Build => self.build(run),
            Step::Check => self.check(),
            Step::Publish => self.publish(),
        };
        done.map_err(|failure| StepError {
            trouble: match failure {
                Failure::Passing(_) => Trouble::Passing,
                Failure::Refused(_) => Trouble::Refused,
                Failure::Failed(_) | Failure::Usage(_) => Trouble::Lasting,
            },
            message: failure.to_string(),
        })
    }

    fn ended(&mut self) {
        self.prepared = None;
    }
}

/// Whether another attempt at a sync may succeed; wrong credentials stay wrong, and trying them again may lock the account.
fn passes(error: &SyncError) -> bool {
    match error {
        SyncError::Unavailable { .. } | SyncError::Disk { .. } | SyncError::Busy { .. } => true,
        SyncError::Configuration(_)
        | SyncError::Refused { .. }
        | SyncError::Forbidden { .. }
        | SyncError::Protocol { .. } => false,
    }
}

fn passing(error: std::io::Error) -> Failure {
    Failure::Passing(error.to_string())
}

fn unprepared() -> Failure {
    Failure::Failed("nothing is built that could be checked or published".to_owned())
}
