//! What the list of customers shows: who is listed, which of them, in which order, and whose story
//! is open.

use chrono::NaiveDate;

use crate::date::{month_key, month_start, parse_iso};
use crate::dimension::Dimension;
use crate::metric::Metric;
use crate::metrics;

/// Longest text searched for, and longest id asked for, in characters.
pub(super) const MAX_TEXT: usize = 200;

/// Greatest distance of a cohort's cell, in months.
const MAX_MONTHS: u32 = 12 * 200;

/// Columns of amounts that a list can have; no metric is formed from more.
pub const MAX_AMOUNTS: u8 = 4;

/// What is listed, besides the whole customer base.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listing {
    /// Who is behind a metric.
    Metric(&'static Metric),
    /// Who is behind a cell of the cohorts.
    Cohort {
        /// First day of the month of acquisition.
        month: NaiveDate,
        /// Months since then.
        months_since: u32,
    },
}

impl Listing {
    /// URL value: a metric's id, or `cohort.2026-01.3`.
    pub fn key(self) -> String {
        match self {
            Listing::Metric(metric) => metric.id.to_owned(),
            Listing::Cohort {
                month,
                months_since,
            } => format!("cohort.{}.{months_since}", month_key(month)),
        }
    }

    /// What a URL value lists.
    pub fn from_key(key: &str) -> Option<Listing> {
        let Some(cell) = key.strip_prefix("cohort.") else {
            return metrics::find(key).map(Listing::Metric);
        };
        let (month, months) = cell.split_once('.')?;
        let canonical = !months.starts_with('0') || months == "0";
        let digits = months.bytes().all(|byte| byte.is_ascii_digit());
        let months: u32 = months.parse().ok()?;
        let month = parse_iso(&format!("{month}-01"))?;
        (canonical && digits && months <= MAX_MONTHS).then_some(Listing::Cohort {
            month: month_start(month),
            months_since: months,
        })
    }
}

/// A lifecycle stage of a lead or account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// Nothing but known.
    Lead,
    /// With an open opportunity.
    Opportunity,
    /// All opportunities lost.
    Lost,
    /// Won, not paying yet.
    Won,
    /// On trial.
    Trial,
    /// With MRR.
    Active,
    /// Had MRR before.
    Churned,
}

impl Stage {
    /// All stages, in the order of a customer's life.
    pub const ALL: [Stage; 7] = [
        Stage::Lead,
        Stage::Opportunity,
        Stage::Lost,
        Stage::Won,
        Stage::Trial,
        Stage::Active,
        Stage::Churned,
    ];

    /// Name in marts and URLs.
    pub const fn key(self) -> &'static str {
        match self {
            Stage::Lead => "lead",
            Stage::Opportunity => "opportunity",
            Stage::Lost => "lost",
            Stage::Won => "won",
            Stage::Trial => "trial",
            Stage::Active => "active",
            Stage::Churned => "churned",
        }
    }

    /// Name for people.
    pub const fn label(self) -> &'static str {
        match self {
            Stage::Lead => "Lead",
            Stage::Opportunity => "Opportunity",
            Stage::Lost => "Lost",
            Stage::Won => "Won",
            Stage::Trial => "Trial",
            Stage::Active => "Active",
            Stage::Churned => "Churned",
        }
    }

    /// The stage of a name.
    pub fn from_key(key: &str) -> Option<Stage> {
        Self::ALL.into_iter().find(|stage| stage.key() == key)
    }
}

/// A mark that some customers bear on the snapshot's day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mark {
    /// All subscriptions with MRR are set to end.
    Scheduled,
    /// A subscription is past due.
    Delinquent,
    /// A subscription without any invoice was valued by its price.
    Reconstructed,
    /// There are tickets not solved for good.
    OpenTickets,
}

impl Mark {
    /// All marks.
    pub const ALL: [Mark; 4] = [
        Mark::Scheduled,
        Mark::Delinquent,
        Mark::Reconstructed,
        Mark::OpenTickets,
    ];

    /// URL value.
    pub const fn key(self) -> &'static str {
        match self {
            Mark::Scheduled => "scheduled",
            Mark::Delinquent => "delinquent",
            Mark::Reconstructed => "reconstructed",
            Mark::OpenTickets => "open_tickets",
        }
    }

    /// Name for people.
    pub const fn label(self) -> &'static str {
        match self {
            Mark::Scheduled => "Scheduled to cancel",
            Mark::Delinquent => "Past due",
            Mark::Reconstructed => "Estimated from price",
            Mark::OpenTickets => "Open tickets",
        }
    }

    /// What it means, in a sentence.
    pub const fn help(self) -> &'static str {
        match self {
            Mark::Scheduled => "All subscriptions with MRR are scheduled to cancel.",
            Mark::Delinquent => "A subscription is past due.",
            Mark::Reconstructed => {
                "MRR is estimated from the price because a subscription has no invoice yet."
            }
            Mark::OpenTickets => "The customer has unsolved tickets.",
        }
    }

    /// The mark of a URL value.
    pub fn from_key(key: &str) -> Option<Mark> {
        Self::ALL.into_iter().find(|mark| mark.key() == key)
    }
}

/// A column of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// Name, else id.
    Name,
    /// What the customer is to the number listed: the column of amounts with this position.
    Amount(u8),
    /// Lifecycle stage.
    Stage,
    /// MRR at the end of the day.
    Mrr,
    /// Value of a dimension.
    Dimension(Dimension),
    /// First active day.
    FirstActiveOn,
    /// Day of the latest churn.
    LastChurnedOn,
    /// Whether that was voluntary.
    ChurnKind,
    /// The reason stated.
    ChurnReason,
    /// Day on which the last subscription is set to end.
    ScheduledChurnOn,
    /// Tickets of the last 30 days.
    Tickets30d,
    /// Tickets not solved for good.
    OpenTickets,
    /// Whether a subscription is past due.
    Delinquent,
    /// Valued by price.
    Reconstructed,
    /// How the systems' records were matched.
    MatchMethod,
}

impl Field {
    /// The columns of every list, in order; amounts come after the name.
    pub const ALL: [Field; 18] = [
        Field::Name,
        Field::Stage,
        Field::Mrr,
        Field::Dimension(Dimension::Plan),
        Field::Dimension(Dimension::Region),
        Field::Dimension(Dimension::Industry),
        Field::Dimension(Dimension::CompanySize),
        Field::Dimension(Dimension::AcquisitionChannel),
        Field::FirstActiveOn,
        Field::LastChurnedOn,
        Field::ChurnKind,
        Field::ChurnReason,
        Field::ScheduledChurnOn,
        Field::Tickets30d,
        Field::OpenTickets,
        Field::Delinquent,
        Field::Reconstructed,
        Field::MatchMethod,
    ];

    /// Name of the column in the mart and in URLs.
    pub const fn key(self) -> &'static str {
        match self {
            Field::Name => "name",
            Field::Amount(0) => "amount",
            Field::Amount(1) => "amount_2",
            Field::Amount(2) => "amount_3",
            Field::Amount(_) => "amount_4",
            Field::Stage => "stage",
            Field::Mrr => "mrr",
            Field::Dimension(dimension) => dimension.key(),
            Field::FirstActiveOn => "first_active_on",
            Field::LastChurnedOn => "last_churned_on",
            Field::ChurnKind => "churn_kind",
            Field::ChurnReason => "churn_reason",
            Field::ScheduledChurnOn => "scheduled_churn_on",
            Field::Tickets30d => "tickets_30d",
            Field::OpenTickets => "open_tickets",
            Field::Delinquent => "delinquent",
            Field::Reconstructed => "reconstructed",
            Field::MatchMethod => "match_method",
        }
    }

    /// Name for people; amounts are named by what they are of.
    pub const fn label(self) -> &'static str {
        match self {
            Field::Name => "Name",
            Field::Amount(_) => "Amount",
            Field::Stage => "Stage",
            Field::Mrr => "MRR",
            Field::Dimension(dimension) => dimension.label(),
            Field::FirstActiveOn => "First active",
            Field::LastChurnedOn => "Last churned",
            Field::ChurnKind => "Churn kind",
            Field::ChurnReason => "Churn reason",
            Field::ScheduledChurnOn => "Scheduled to cancel",
            Field::Tickets30d => "Tickets, 30 days",
            Field::OpenTickets => "Open tickets",
            Field::Delinquent => "Past due",
            Field::Reconstructed => "Estimated from price",
            Field::MatchMethod => "Matched by",
        }
    }

    /// The column of a URL value.
    pub fn from_key(key: &str) -> Option<Field> {
        let amounts = (0..MAX_AMOUNTS).map(Field::Amount);
        let mut all = Self::ALL.into_iter().chain(amounts);
        all.find(|field| field.key() == key)
    }
}

/// An order of the list. What has no value comes last in either direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    /// The column that decides.
    pub field: Field,
    /// Whether the greatest comes first.
    pub descending: bool,
}

impl Sort {
    /// URL value: `mrr`, or `-mrr` for the greatest first.
    pub fn key(self) -> String {
        let mark = if self.descending { "-" } else { "" };
        format!("{mark}{}", self.field.key())
    }

    /// The order of a URL value.
    pub fn from_key(key: &str) -> Option<Sort> {
        let (descending, name) = match key.strip_prefix('-') {
            Some(name) => (true, name),
            None => (false, key),
        };
        let field = Field::from_key(name)?;
        Some(Sort { field, descending })
    }
}

/// Everything the list of customers depends on, besides range, filters and data.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ListView {
    /// What is listed; all customers if nothing.
    pub listing: Option<Listing>,
    /// Only these stages; all if none. Ascending and distinct in canonical form.
    pub stages: Vec<Stage>,
    /// Only those who bear all of these marks. Ascending and distinct in canonical form.
    pub marks: Vec<Mark>,
    /// Only those whose name or ids hold all of these words; everyone if empty.
    pub search: String,
    /// The order if one was chosen.
    pub sort: Option<Sort>,
    /// The customer whose story is open, by id.
    pub customer: Option<String>,
}

impl ListView {
    /// The order in force: the one chosen, else the greatest amounts first.
    pub fn order(&self) -> Sort {
        let amount = match self.listing {
            Some(_) => Field::Amount(0),
            None => Field::Mrr,
        };
        let usual = Sort {
            field: amount,
            descending: true,
        };
        self.sort.unwrap_or(usual)
    }

    /// Chooses an order; the usual one counts as not chosen.
    pub fn set_order(&mut self, sort: Sort) {
        self.sort = None;
        self.sort = (sort != self.order()).then_some(sort);
    }

    /// Lists something else, in its usual order.
    pub fn set_listing(&mut self, listing: Option<Listing>) {
        self.listing = listing;
        self.sort = None;
    }

    /// Adds a stage to those shown, or takes it away.
    pub fn toggle_stage(&mut self, stage: Stage) {
        toggle(&mut self.stages, stage);
    }

    /// Adds a mark to those asked for, or takes it away.
    pub fn toggle_mark(&mut self, mark: Mark) {
        toggle(&mut self.marks, mark);
    }

    /// Whether anything but the listing leaves someone out.
    pub fn narrows(&self) -> bool {
        !self.stages.is_empty() || !self.marks.is_empty() || !self.search.trim().is_empty()
    }

    pub(super) fn canonical(mut self) -> ListView {
        self.stages.sort_unstable();
        self.stages.dedup();
        self.marks.sort_unstable();
        self.marks.dedup();
        self.search = short(&self.search);
        self.customer = self.customer.map(|id| short(&id));
        self.customer = self.customer.filter(|id| !id.is_empty());
        if let Some(sort) = self.sort {
            self.set_order(sort);
        }
        self
    }

    /// Takes over a parameter of a URL; none if it is not one of the list's.
    pub(super) fn read(&mut self, name: &str, value: &str) -> Option<Result<(), &'static str>> {
        let read = match name {
            "list" => Listing::from_key(value)
                .map(|listing| self.listing = Some(listing))
                .ok_or("there is no such metric or cohort to list"),
            "stage" => all_of(value, Stage::from_key)
                .map(|stages| self.stages = stages)
                .ok_or("the stages are lead, opportunity, lost, won, trial, active and churned"),
            "mark" => all_of(value, Mark::from_key)
                .map(|marks| self.marks = marks)
                .ok_or("the marks are scheduled, delinquent, reconstructed and open_tickets"),
            "q" => {
                self.search = value.to_owned();
                Ok(())
            }
            "sort" => Sort::from_key(value)
                .map(|sort| self.sort = Some(sort))
                .ok_or("there is no such column to sort by"),
            "customer" => {
                self.customer = Some(value.to_owned());
                Ok(())
            }
            _ => return None,
        };
        Some(read)
    }

    /// Parameters of a URL with their values, defaults left out, not yet percent-encoded.
    pub(super) fn parameters(&self) -> Vec<(&'static str, String)> {
        let keys = |keys: Vec<&'static str>| (!keys.is_empty()).then(|| keys.join(","));
        let stages = keys(self.stages.iter().map(|stage| stage.key()).collect());
        let marks = keys(self.marks.iter().map(|mark| mark.key()).collect());
        let search = (!self.search.is_empty()).then(|| self.search.clone());
        let parts = [
            ("list", self.listing.map(Listing::key)),
            ("stage", stages),
            ("mark", marks),
            ("q", search),
            ("sort", self.sort.map(Sort::key)),
            ("customer", self.customer.clone()),
        ];
        let parts = parts.into_iter();
        parts
            .filter_map(|(name, value)| Some((name, value?)))
            .collect()
    }
}

fn toggle<T: Ord + Copy>(all: &mut Vec<T>, one: T) {
    match all.iter().position(|other| *other == one) {
        Some(at) => {
            all.remove(at);
        }
        None => all.push(one),
    }
    all.sort_unstable();
}

/// At most [`MAX_TEXT`] characters.
fn short(text: &str) -> String {
    text.chars().take(MAX_TEXT).collect()
}

/// Values separated by commas, if all are known.
fn all_of<T>(value: &str, known: fn(&str) -> Option<T>) -> Option<Vec<T>> {
    value.split(',').map(known).collect()
}

#[cfg(test)]
mod tests;
