//! The charts of the product and the tables behind them: the same for the page, its CSV and the
//! export.

mod explain;

use std::collections::BTreeSet;

use crate::engine::{
    Branch, Bucket, CohortTable, Evaluation, Movements, RetentionData, Subject, cohorts,
};
use crate::metric::{Metric, Unit};
use crate::metrics::{
    self, ACTIVE_CUSTOMERS, ARPA, ARR, ASP, CAC, CHURN_RATE_TICKETS_0, CHURN_RATE_TICKETS_1,
    CHURN_RATE_TICKETS_2_3, CHURN_RATE_TICKETS_4, CHURN_REASONS_CUSTOMERS, CHURN_REASONS_MRR,
    COHORT_CUSTOMER_RETENTION, COHORT_MRR_RETENTION, CSAT, CUSTOMER_CHURN_RATE,
    CUSTOMER_CHURN_RATE_MONTHLY, CUSTOMER_RETENTION_12M, CUSTOMERS_CHURNED, CUSTOMERS_NEW,
    CUSTOMERS_REACTIVATED, FIRST_REPLY_P50, FULL_RESOLUTION_P50, FUNNEL_CONTACTS,
    FUNNEL_CUSTOMER_SHARE, FUNNEL_DAYS_TO_CUSTOMER, FUNNEL_DAYS_TO_OPPORTUNITY,
    FUNNEL_DAYS_TO_TRIAL, FUNNEL_OPPORTUNITY_SHARE, FUNNEL_TRIAL_SHARE,
    GROSS_MRR_CHURN_RATE_MONTHLY, GRR, METRICS, MONTHLY_CHURN_RATE, MRR, MRR_CHURN,
    MRR_CONTRACTION, MRR_EXPANSION, MRR_MOVED, MRR_NEW, MRR_REACTIVATION,
    NET_MRR_CHURN_RATE_MONTHLY, NET_NEW_MRR, NRR, QUICK_RATIO, SCHEDULED_CHURN_CUSTOMERS,
    SCHEDULED_CHURN_MRR, STAGES, TICKET_BACKLOG, TICKETS_CREATED, TRIAL_CONVERSION_RATE,
};
use crate::table::{Cell, Table};
use crate::view::CohortShow;

mod groups;
mod tables;
mod topics;

pub use explain::{Step, floor, sentence, steps};
pub use groups::{
    CHURN_RATES, CHURNED_CUSTOMERS, CHURNED_MRR, FIRST_REPLY, FULL_RESOLUTION, GROUPS, Group,
    PIPELINE, SALES_CYCLE, STAGES_OVER_TIME, TICKETS, TRIALS, WIN_RATES, YEAR_RETENTION,
};
use tables::kinds;
pub use tables::{stock, table};
pub use topics::{
    BROUGHT, FunnelStep, RECENT_DAYS, brought, brought_by, churn_reasons, funnel, stage_flows,
    tickets_and_churn, tickets_before, tickets_by,
};

/// Headline metrics, in the order of their tiles.
pub static HEADLINES: &[&Metric] = &[
    &MRR,
    &ARR,
    &NET_NEW_MRR,
    &ACTIVE_CUSTOMERS,
    &CUSTOMER_CHURN_RATE_MONTHLY,
    &GROSS_MRR_CHURN_RATE_MONTHLY,
    &NET_MRR_CHURN_RATE_MONTHLY,
    &QUICK_RATIO,
    &ARPA,
    &TRIAL_CONVERSION_RATE,
];

/// The headlines, then the rates over the whole window that stand beside the monthly ones.
pub fn headlines_and_rates() -> impl Iterator<Item = &'static Metric> {
    let rates = HEADLINES.iter().filter_map(|metric| metric.over_window);
    HEADLINES.iter().copied().chain(rates)
}

static MRR_METRICS: &[&Metric] = &[&MRR];
static MOVEMENT_METRICS: &[&Metric] = &[
    &MRR_NEW,
    &MRR_REACTIVATION,
    &MRR_EXPANSION,
    &MRR_CONTRACTION,
    &MRR_CHURN,
    &MRR_MOVED,
];
static CUSTOMER_METRICS: &[&Metric] = &[&CUSTOMERS_NEW, &CUSTOMERS_REACTIVATED, &CUSTOMERS_CHURNED];
static CHURN_RATE_METRICS: &[&Metric] = &[&CUSTOMER_CHURN_RATE];

/// What the steps from one period to another lead to.
static BRIDGE_METRICS: &[&Metric] = &[&MRR, &ACTIVE_CUSTOMERS];

static COHORT_METRICS: &[&Metric] = &[&COHORT_CUSTOMER_RETENTION, &COHORT_MRR_RETENTION];
static FUNNEL_METRICS: &[&Metric] = &[
    &FUNNEL_CONTACTS,
    &FUNNEL_OPPORTUNITY_SHARE,
    &FUNNEL_DAYS_TO_OPPORTUNITY,
    &FUNNEL_TRIAL_SHARE,
    &FUNNEL_DAYS_TO_TRIAL,
    &FUNNEL_CUSTOMER_SHARE,
    &FUNNEL_DAYS_TO_CUSTOMER,
];
static REASON_METRICS: &[&Metric] = &[&CHURN_REASONS_CUSTOMERS, &CHURN_REASONS_MRR];
static SCHEDULED_METRICS: &[&Metric] = &[&SCHEDULED_CHURN_CUSTOMERS, &SCHEDULED_CHURN_MRR];
static TICKET_METRICS: &[&Metric] = &[&TICKETS_CREATED];
static TICKETS_AND_CHURN_METRICS: &[&Metric] = &[
    &MONTHLY_CHURN_RATE,
    &CHURN_RATE_TICKETS_0,
    &CHURN_RATE_TICKETS_1,
    &CHURN_RATE_TICKETS_2_3,
    &CHURN_RATE_TICKETS_4,
];

/// Tiles of the page on acquisition.
pub static ACQUISITION: &[&Metric] =
    &[&CUSTOMERS_NEW, &MRR_NEW, &ASP, &CAC, &TRIAL_CONVERSION_RATE];

/// Tiles of the page on retention.
pub static RETENTION: &[&Metric] = &[
    &NRR,
    &GRR,
    &CUSTOMER_RETENTION_12M,
    &CUSTOMERS_REACTIVATED,
    &MRR_REACTIVATION,
];

/// Tiles of the page on churn.
pub static CHURN: &[&Metric] = &[
    &CUSTOMER_CHURN_RATE_MONTHLY,
    &GROSS_MRR_CHURN_RATE_MONTHLY,
    &CUSTOMERS_CHURNED,
    &SCHEDULED_CHURN_CUSTOMERS,
    &SCHEDULED_CHURN_MRR,
];

/// Tiles of the page on support.
pub static SUPPORT: &[&Metric] = &[
    &TICKETS_CREATED,
    &TICKET_BACKLOG,
    &FIRST_REPLY_P50,
    &FULL_RESOLUTION_P50,
    &CSAT,
];

/// A chart, or a table that stands for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChartId {
    /// The headline tiles.
    Kpis,
    /// MRR over time.
    Mrr,
    /// How MRR moved.
    Movements,
    /// Customers acquired and churned.
    Customers,
    /// Customer churn rate over time.
    ChurnRate,
    /// Retention by month of acquisition.
    Cohorts,
    /// Retention by months since acquisition, a curve per cohort.
    RetentionCurves,
    /// Moves between lifecycle stages.
    StageFlows,
    /// How far first contacts come.
    Funnel,
    /// What each value of a dimension brought.
    AcquisitionBy,
    /// Why customers left.
    ChurnReasons,
    /// Customers scheduled to cancel, by month.
    ScheduledChurn,
    /// Churn by every value of every dimension.
    ChurnSegments,
    /// Tickets by priority.
    TicketsByPriority,
    /// Tickets by channel.
    TicketsByChannel,
    /// Churn by recent tickets.
    TicketsAndChurn,
    /// Why the metric that the view explains is another one than before, by kind of movement.
    Bridge,
    /// The same by values of dimensions.
    Contributions,
    /// Every metric over time.
    Metrics,
    /// Related metrics over time; its key is the group's.
    Group(&'static Group),
    /// One metric over time; its key is the metric's id.
    One(&'static Metric),
}

impl ChartId {
    /// All charts but those of one metric or a group.
    pub const ALL: [ChartId; 19] = [
        ChartId::Kpis,
        ChartId::Mrr,
        ChartId::Movements,
        ChartId::Customers,
        ChartId::ChurnRate,
        ChartId::Cohorts,
        ChartId::RetentionCurves,
        ChartId::StageFlows,
        ChartId::Funnel,
        ChartId::AcquisitionBy,
        ChartId::ChurnReasons,
        ChartId::ScheduledChurn,
        ChartId::ChurnSegments,
        ChartId::TicketsByPriority,
        ChartId::TicketsByChannel,
        ChartId::TicketsAndChurn,
        ChartId::Bridge,
        ChartId::Contributions,
        ChartId::Metrics,
    ];

    /// URL value, also of file names and element ids.
    pub const fn key(self) -> &'static str {
        match self {
            ChartId::Kpis => "kpis",
            ChartId::Mrr => "mrr",
            ChartId::Movements => "movements",
            ChartId::Customers => "customers",
            ChartId::ChurnRate => "churn_rate",
            ChartId::Cohorts => "cohorts",
            ChartId::RetentionCurves => "retention_curves",
            ChartId::StageFlows => "stage_flows",
            ChartId::Funnel => "funnel",
            ChartId::AcquisitionBy => "acquisition_by",
            ChartId::ChurnReasons => "churn_reasons",
            ChartId::ScheduledChurn => "scheduled_churn",
            ChartId::ChurnSegments => "churn_segments",
            ChartId::TicketsByPriority => "tickets_by_priority",
            ChartId::TicketsByChannel => "tickets_by_channel",
            ChartId::TicketsAndChurn => "tickets_and_churn",
            ChartId::Bridge => "bridge",
            ChartId::Contributions => "contributions",
            ChartId::Metrics => "metrics",
            ChartId::Group(group) => group.key,
            ChartId::One(metric) => metric.id,
        }
    }

    /// The chart of a URL value, which may be a group's key or a metric's id.
    pub fn from_key(key: &str) -> Option<ChartId> {
        let groups = GROUPS.into_iter().map(ChartId::Group);
        let mut charts = Self::ALL.into_iter().chain(groups);
        let chart = charts.find(|chart| chart.key() == key);
        chart.or_else(|| metrics::find(key).map(ChartId::One))
    }

    /// Name for people.
    pub const fn title(self) -> &'static str {
        match self {
            ChartId::Kpis => "Headline metrics",
            ChartId::Mrr => "MRR",
            ChartId::Movements => "MRR movements",
            ChartId::Customers => "Customers acquired and churned",
            ChartId::ChurnRate => "Customer churn rate",
            ChartId::Cohorts => "Retention by month of acquisition",
            ChartId::RetentionCurves => "Retention by months since acquisition",
            ChartId::StageFlows => "Stage changes in this period",
            ChartId::Funnel => "From first contact to customer",
            ChartId::AcquisitionBy => "Acquisition by segment",
            ChartId::ChurnReasons => "Why customers left",
            ChartId::ScheduledChurn => "Scheduled churn by month",
            ChartId::ChurnSegments => "Churn by segment",
            ChartId::TicketsByPriority => "Tickets by priority",
            ChartId::TicketsByChannel => "Tickets by channel",
            ChartId::TicketsAndChurn => "Churn by recent tickets",
            ChartId::Bridge => "By kind of movement",
            ChartId::Contributions => "By segment",
            ChartId::Metrics => "All metrics",
            ChartId::Group(group) => group.title,
            ChartId::One(metric) => metric.label,
        }
    }

    /// Unit of its values; none where it differs. Cohorts follow what the view shows.
    pub const fn unit(self, cohort: CohortShow) -> Option<Unit> {
        match self {
            ChartId::Kpis
            | ChartId::Metrics
            | ChartId::ChurnSegments
            | ChartId::AcquisitionBy
            | ChartId::Bridge
            | ChartId::Contributions => None,
            ChartId::Mrr | ChartId::Movements => Some(Unit::Money),
            ChartId::Customers
            | ChartId::StageFlows
            | ChartId::Funnel
            | ChartId::ChurnReasons
            | ChartId::ScheduledChurn
            | ChartId::TicketsByPriority
            | ChartId::TicketsByChannel => Some(Unit::Count),
            ChartId::ChurnRate | ChartId::TicketsAndChurn => Some(Unit::Rate),
            ChartId::Group(group) => Some(group.unit()),
            ChartId::One(metric) => Some(metric.unit),
            ChartId::Cohorts | ChartId::RetentionCurves => {
                Some(match (cohort.is_rate(), cohort.is_mrr()) {
                    (true, _) => Unit::Rate,
                    (false, true) => Unit::Money,
                    (false, false) => Unit::Count,
                })
            }
        }
    }

    /// The metrics whose definitions belong to it.
    pub fn metrics(self) -> &'static [&'static Metric] {
        match self {
            ChartId::Kpis | ChartId::Contributions => HEADLINES,
            ChartId::Bridge => BRIDGE_METRICS,
            ChartId::Mrr => MRR_METRICS,
            ChartId::Movements => MOVEMENT_METRICS,
            ChartId::Customers => CUSTOMER_METRICS,
            ChartId::ChurnRate => CHURN_RATE_METRICS,
            ChartId::Cohorts | ChartId::RetentionCurves => COHORT_METRICS,
            ChartId::StageFlows => STAGES,
            ChartId::Funnel => FUNNEL_METRICS,
            ChartId::AcquisitionBy => topics::BROUGHT,
            ChartId::ChurnReasons => REASON_METRICS,
            ChartId::ScheduledChurn => SCHEDULED_METRICS,
            ChartId::ChurnSegments => CHURN_RATE_METRICS,
            ChartId::TicketsByPriority | ChartId::TicketsByChannel => TICKET_METRICS,
            ChartId::TicketsAndChurn => TICKETS_AND_CHURN_METRICS,
            ChartId::Metrics => METRICS,
            ChartId::Group(group) => group.metrics,
            ChartId::One(metric) => {
                let at = METRICS.iter().position(|m| *m == metric);
                at.map_or(&[], |at| &METRICS[at..=at])
            }
        }
    }
}

impl ChartId {
    /// Whether it can be broken down by a dimension.
    pub const fn breaks_down(self) -> bool {
        matches!(
            self,
            ChartId::Mrr
                | ChartId::ChurnRate
                | ChartId::One(_)
                | ChartId::Movements
                | ChartId::Customers
                | ChartId::Contributions
                | ChartId::AcquisitionBy
        )
    }

    /// Names of the marts it is made of, each once.
    pub fn marts(self) -> BTreeSet<&'static str> {
        let metrics = self.metrics().iter();
        let own = match self {
            ChartId::TicketsByPriority | ChartId::TicketsByChannel => Some("support_daily"),
            _ => None,
        };
        let marts = metrics.flat_map(|metric| metric.marts());
        marts.chain(own).collect()
    }

    /// Whether it is made of the cohorts, which are no metric over time.
    pub const fn needs_cohorts(self) -> bool {
        matches!(self, ChartId::Cohorts | ChartId::RetentionCurves)
    }

    /// Whether it has a value per period of time.
    pub const fn is_over_time(self) -> bool {
        matches!(
            self,
            ChartId::Mrr
                | ChartId::Movements
                | ChartId::Customers
                | ChartId::ChurnRate
                | ChartId::Metrics
                | ChartId::Group(_)
                | ChartId::One(_)
        )
    }
}

#[cfg(test)]
mod tests;
