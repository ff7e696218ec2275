//! `tidemark-test-servers VENDOR`: a vendor's server for clients in other languages; prints its address, ends with its standard input.
use std::io;
use std::time::Duration;

use axum::Router;
use clap::{Args, Parser, Subcommand};
use tidemark_test_servers::zendesk::{Limits, Zendesk};
use tidemark_test_servers::{Controls, Serving, Storm, salesforce, stripe};

#[derive(Parser)]
#[command(about = "Servers that speak the vendors' documented protocols, for tests")]
struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    vendor: Vendor,
}

#[derive(Args)]
struct Common {
    /// Port to listen on, on loopback; 0 takes a free one.
    #[arg(long, global = true, default_value_t = 0)]
    port: u16,
    /// Seconds by which the server's clock is ahead of the machine's.
    #[arg(
        long,
        global = true,
        default_value_t = 0,
        allow_negative_numbers = true
    )]
    skew: i64,
    /// How many of a hundred requests go wrong.
    #[arg(long, global = true, default_value_t = 0)]
    faults_per_hundred: u32,
    /// Where the random numbers of faults start.
    #[arg(long, global = true, default_value_t = 1)]
    seed: u64,
}

// Each vendor is a line here and one in `server`.
#[derive(Subcommand)]
enum Vendor {
    /// Stripe's API.
    Stripe {
        /// Customers to begin with, made as they are read.
        #[arg(long, default_value_t = 0)]
        customers: u64,
        /// Invoices to begin with, made as they are read.
        #[arg(long, default_value_t = 0)]
        invoices: u64,
    },
    /// Zendesk's API, over an account with some of everything.
    Zendesk {
        /// How many tickets it has.
        #[arg(long, default_value_t = 100)]
        tickets: u64,
        /// Keeps Zendesk's limits, with a minute of so many seconds; 0 for none.
        #[arg(long, default_value_t = 0)]
        minute: u64,
    },
    /// A Salesforce org.
    Salesforce(salesforce::Sample),
}

/// The vendor's routes, and what steers them.
fn server(vendor: &Vendor) -> (Router, Controls) {
    match vendor {
        Vendor::Stripe {
            customers,
            invoices,
        } => {
            let server = stripe::Stripe::default();
            if *customers > 0 {
                server
                    .store
                    .generate(stripe::Kind::Customer, stripe::customers(*customers));
            }
            if *invoices > 0 {
                server
                    .store
                    .generate(stripe::Kind::Invoice, stripe::invoices(*invoices));
            }
            (server.controlled(), server.controls)
        }
        Vendor::Zendesk { tickets, minute } => {
            let zendesk = Zendesk::example(*tickets);
            if *minute > 0 {
                zendesk.limit(Limits {
                    minute: Duration::from_secs(*minute),
                    ..Limits::default()
                });
            }
            (zendesk.controlled(), zendesk.controls)
        }
        Vendor::Salesforce(sample) => {
            let org = sample.org();
            (org.controlled(), org.controls.clone())
        }
    }
}

fn main() -> io::Result<()> {
    let Cli { common, vendor } = Cli::parse();
    let (router, controls) = server(&vendor);
    controls.clock.advance(common.skew);
    if common.faults_per_hundred > 0 {
        controls.faults.storm(Storm {
            seed: common.seed,
            per_hundred: common.faults_per_hundred,
            ..Storm::default()
        });
    }
    let serving = Serving::start_on(common.port, router)?;
    println!("{}", serving.url());
    io::copy(&mut io::stdin(), &mut io::sink())?;
    Ok(())
}
