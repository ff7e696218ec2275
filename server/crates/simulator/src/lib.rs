//! Simulates a subscription company's billing, CRM and help desk, and writes them as API-shaped raw files.

mod annotations;
mod billing;
mod calendar;
mod catalog;
mod churn;
mod company;
mod crm;
mod error;
mod identity;
mod ids;
mod journey;
mod market;
mod onboarding;
mod random;
mod spend;
mod story;
mod support;
mod tenure;
mod write;

use std::path::Path;

use chrono::NaiveDate;

pub use error::SimulateError;

use billing::Ledger;
use catalog::Catalog;
use crm::Crm;
use ids::Ids;
use journey::World;
use story::Story;
use support::Desk;
use write::RawFolder;

const DEFAULT_CUSTOMERS: u32 = 2_000;
const DEFAULT_DAYS: u32 = 1_096;

/// What to simulate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SimulateOptions {
    /// Companies that become paying customers (those that only look around come on top).
    pub customers: u32,
    /// Length of the history in days, the as-of day included.
    pub days: u32,
    /// Equal seeds (and other options) give equal bytes.
    pub seed: u64,
    /// The last simulated day (UTC).
    pub as_of: NaiveDate,
}

impl SimulateOptions {
    /// The demo company: 2,000 customers over three years that end on the given day.
    pub fn new(as_of: NaiveDate) -> Self {
        Self {
            customers: DEFAULT_CUSTOMERS,
            days: DEFAULT_DAYS,
            seed: 1,
            as_of,
        }
    }
}

/// What was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Companies that became paying customers; fewer than asked for where the history is too short for them.
    pub customers: u32,
    /// Subscriptions of every status, trials included.
    pub subscriptions: usize,
    /// Invoices of every status.
    pub invoices: usize,
    /// Leads in the CRM.
    pub leads: usize,
    /// Opportunities in the CRM.
    pub opportunities: usize,
    /// Tickets in the help desk.
    pub tickets: usize,
    /// Files written.
    pub files: u32,
    /// Rows in all files, headers not counted.
    pub rows: u64,
}

/// Simulates the company and writes its raw files under `out`, replacing files of the same names.
///
/// `progress` hears (stage, done, total) now and then; stages are `simulate` and `write`.
///
/// # Errors
/// [`SimulateError::Option`] for options out of range, [`SimulateError::Write`] when a file cannot be written.
pub fn simulate(
    options: &SimulateOptions,
    out: &Path,
    progress: &mut dyn FnMut(&str, u64, u64),
) -> Result<Summary, SimulateError> {
    check(options)?;
    let story = Story::new(options.days, options.as_of);
    let mut ids = Ids::new(options.seed);
    let catalog = Catalog::new(&story, &mut ids);
    let mut world = World {
        seed: options.seed,
        story: &story,
        catalog: &catalog,
        ids,
        ledger: Ledger::default(),
        crm: Crm::default(),
        desk: Desk::default(),
        overrides: Vec::new(),
    };
    let customers = populate(&mut world, options.customers, progress);
    sort(&mut world);
    let scale = f64::from(options.customers) / f64::from(DEFAULT_CUSTOMERS)
        * f64::from(DEFAULT_DAYS)
        / f64::from(options.days);
    let spend = spend::spend(&story, options.seed, scale);
    let mut folder = RawFolder::new(out);
    progress("write", 0, 4);
    let annotations = annotations::annotations(&story);
    write::reference::write(&mut folder, &world.overrides, &spend, &annotations)?;
    progress("write", 1, 4);
    write::salesforce::write(&mut folder, &world.crm)?;
    progress("write", 2, 4);
    write::zendesk::write(&mut folder, &world.desk)?;
    progress("write", 3, 4);
    write::stripe::write(&mut folder, &world.ledger, &catalog, &story)?;
    progress("write", 4, 4);
    Ok(Summary {
        customers,
        subscriptions: world.ledger.subscriptions.len(),
        invoices: world.ledger.invoices.len(),
        leads: world.crm.leads.len(),
        opportunities: world.crm.opportunities.len(),
        tickets: world.desk.tickets.len(),
        files: folder.files,
        rows: folder.rows,
    })
}

fn check(options: &SimulateOptions) -> Result<(), SimulateError> {
    if !(1..=200_000).contains(&options.customers) {
        return Err(SimulateError::Option {
            option: "customers",
            given: options.customers.to_string(),
            expected: "give a number from 1 to 200000",
        });
    }
    if !(1..=7_320).contains(&options.days) {
        return Err(SimulateError::Option {
            option: "days",
            given: options.days.to_string(),
            expected: "give a number from 1 to 7320 (twenty years)",
        });
    }
    let earliest = NaiveDate::from_ymd_opt(1990, 1, 1).unwrap_or(NaiveDate::MIN);
    let latest = NaiveDate::from_ymd_opt(2100, 1, 1).unwrap_or(NaiveDate::MAX);
    if options.as_of < earliest || options.as_of > latest {
        return Err(SimulateError::Option {
            option: "as_of",
            given: options.as_of.to_string(),
            expected: "give a date from 1990-01-01 to 2100-01-01",
        });
    }
    Ok(())
}

/// Companies meet the product one after another until enough of them pay.
fn populate(world: &mut World, wanted: u32, progress: &mut dyn FnMut(&str, u64, u64)) -> u32 {
    let mut paying = 0;
    // In a short history hardly anyone gets as far as paying: give up in time.
    let limit = u64::from(wanted) * 40 + 400;
    for index in 0..limit {
        if world.live(index) {
            paying += 1;
            if paying % 100 == 0 {
                progress("simulate", u64::from(paying), u64::from(wanted));
            }
            if paying == wanted {
                break;
            }
        }
    }
    progress("simulate", u64::from(wanted), u64::from(wanted));
    paying
}

/// Brings every object into the order in which it was created, as an export gives it.
fn sort(world: &mut World) {
    let World {
        ledger, crm, desk, ..
    } = world;
    ledger
        .customers
        .sort_by(|a, b| (a.created, &a.id).cmp(&(b.created, &b.id)));
    ledger
        .subscriptions
        .sort_by(|a, b| (a.created, &a.id).cmp(&(b.created, &b.id)));
    ledger
        .invoices
        .sort_by(|a, b| (a.created, &a.id).cmp(&(b.created, &b.id)));
    crm.leads
        .sort_by(|a, b| (a.created, &a.id).cmp(&(b.created, &b.id)));
    crm.accounts
        .sort_by(|a, b| (a.modified, &a.id).cmp(&(b.modified, &b.id)));
    crm.opportunities
        .sort_by(|a, b| (a.created, &a.id).cmp(&(b.created, &b.id)));
    desk.organizations.sort_by_key(|it| (it.created, it.id));
    desk.users.sort_by_key(|it| (it.created, it.id));
    desk.tickets.sort_by_key(|it| (it.created, it.id));
}
