//! `tidemark simulate`: a made-up company's raw files, for demos.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::Args;
use tidemark_simulator::{SimulateOptions, simulate};

use super::Context;
use crate::Failure;
use crate::progress::Progress;

/// Flags of `simulate`.
#[derive(Debug, Args)]
pub(super) struct Simulate {
    /// Folder to write the raw files to
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    #[command(flatten)]
    company: Company,
}

/// The company to simulate.
#[derive(Debug, Args)]
pub(super) struct Company {
    /// Customers over the whole time
    #[arg(long, value_name = "N", default_value_t = 2_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    customers: u32,
    /// Days of history
    #[arg(long, value_name = "N", default_value_t = 1_096, value_parser = clap::value_parser!(u32).range(60..=7_305))]
    days: u32,
    /// The same seed, days and end give the same files
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Last day, YYYY-MM-DD; without it today
    #[arg(long, value_name = "DATE")]
    pub(super) as_of: Option<NaiveDate>,
}

impl Company {
    /// Writes the company's raw files.
    pub(super) fn write(
        &self,
        context: &Context,
        out: &std::path::Path,
    ) -> Result<tidemark_simulator::Summary, Failure> {
        let options = SimulateOptions {
            customers: self.customers,
            days: self.days,
            seed: self.seed,
            as_of: self.as_of.unwrap_or_else(|| context.today()),
        };
        let mut progress = Progress::new(context.json);
        progress.stage("simulate");
        simulate(&options, out, &mut |what, done, total| {
            progress.at(done, total, what)
        })
        .map_err(Failure::failed)
    }
}

impl Simulate {
    pub(super) fn run(self, context: &Context) -> Result<(), Failure> {
        let summary = self.company.write(context, &self.out)?;
        println!(
            "wrote {} customers, {} subscriptions, {} invoices, {} leads, {} opportunities, {} tickets to {}",
            summary.customers,
            summary.subscriptions,
            summary.invoices,
            summary.leads,
            summary.opportunities,
            summary.tickets,
            self.out.display()
        );
        Ok(())
    }
}
