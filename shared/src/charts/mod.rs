//! The list of charts: key, title, unit and metrics of each, and the metrics of each page's tiles.
//! The tables behind them are in `chart`.

mod groups;

use std::collections::BTreeSet;

use crate::metric::{Metric, Unit};
use crate::metrics::{
    self, ACTIVE_CUSTOMERS, ARPA, ARR, ASP, CAC, CHURN_RATE_TICKETS_0, CHURN_RATE_TICKETS_1,
    CHURN_RATE_TICKETS_2_3, CHURN_RATE_TICKETS_4, CHURN_REASONS_CUSTOMERS, CHURN_REASONS_MRR,
    COHORT_CUSTOMER_RETENTION, COHORT_MRR_RETENTION, CSAT, CUSTOMER_CHURN_RATE,
    CUSTOMER_CHURN_RATE_MONTHLY, CUSTOMER_RETENTION_12M, CUSTOMERS_CHURNED, CUSTOMERS_NEW,
    CUSTOMERS_REACTIVATED, FIRST_REPLY_P50, FULL_RESOLUTION_P50, FUNNEL_CONTACTS,
    FUNNEL_CUSTOMER_SHARE, FUNNEL_DAYS_TO_CUSTOMER, FUNNEL_DAYS_TO_OPPORTUNITY,
    FUNNEL_DAYS_TO_TRIAL, FUNNEL_OPPORTUNITY_SHARE, FUNNEL_TRIAL_SHARE,
    GROSS_MRR_CHURN_RATE_MONTHLY, GRR, MARKETING_SPEND, METRICS, MONTHLY_CHURN_RATE, MRR,
    MRR_CHURN, MRR_CONTRACTION, MRR_EXPANSION, MRR_MOVED, MRR_NEW, MRR_REACTIVATION,
    NET_MRR_CHURN_RATE_MONTHLY, NET_NEW_MRR, NRR, QUICK_RATIO, SCHEDULED_CHURN_CUSTOMERS,
    SCHEDULED_CHURN_MRR, STAGES, TICKET_BACKLOG, TICKETS_CREATED, TRIAL_CONVERSION_RATE,
};

pub(crate) use groups::capitalized;
pub use groups::{
    CHURN_RATES, CHURNED_CUSTOMERS, CHURNED_MRR, FIRST_REPLY, FULL_RESOLUTION, GROUPS, Group,
    PIPELINE, SALES_CYCLE, STAGES_OVER_TIME, TICKETS, TRIALS, WIN_RATES, YEAR_RETENTION,
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

/// Metrics shown for each value of a dimension on the acquisition page.
pub static BROUGHT: &[&Metric] = &[
    &FUNNEL_CONTACTS,
    &FUNNEL_CUSTOMER_SHARE,
    &CUSTOMERS_NEW,
    &MRR_NEW,
    &ASP,
    &MARKETING_SPEND,
    &CAC,
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

    /// The registry: one entry per chart.
    pub fn spec(self) -> ChartSpec {
        use ChartUnit::{Cohorts, Mixed, Of};
        use Unit::{Count, Money, Rate};
        match self {
            ChartId::Kpis => chart("kpis", "Headline metrics", Mixed, HEADLINES),
            ChartId::Mrr => chart("mrr", "MRR", Of(Money), MRR_METRICS)
                .over_time()
                .broken_down(),
            ChartId::Movements => chart("movements", "MRR movements", Of(Money), MOVEMENT_METRICS)
                .over_time()
                .broken_down(),
            ChartId::Customers => {
                let title = "Customers acquired and churned";
                chart("customers", title, Of(Count), CUSTOMER_METRICS)
                    .over_time()
                    .broken_down()
            }
            ChartId::ChurnRate => {
                let title = CUSTOMER_CHURN_RATE.label;
                chart("churn_rate", title, Of(Rate), CHURN_RATE_METRICS)
                    .over_time()
                    .broken_down()
            }
            ChartId::Cohorts => {
                let title = "Retention by month of acquisition";
                chart("cohorts", title, Cohorts, COHORT_METRICS)
            }
            ChartId::RetentionCurves => {
                let title = "Retention by months since acquisition";
                chart("retention_curves", title, Cohorts, COHORT_METRICS)
            }
            ChartId::StageFlows => {
                let title = "Stage changes in this period";
                chart("stage_flows", title, Of(Count), STAGES)
            }
            ChartId::Funnel => {
                let title = "From first contact to customer";
                chart("funnel", title, Of(Count), FUNNEL_METRICS)
            }
            ChartId::AcquisitionBy => {
                let title = "Acquisition by segment";
                chart("acquisition_by", title, Mixed, BROUGHT).broken_down()
            }
            ChartId::ChurnReasons => {
                let title = "Why customers left";
                chart("churn_reasons", title, Of(Count), REASON_METRICS)
            }
            ChartId::ScheduledChurn => {
                let title = "Scheduled churn by month";
                chart("scheduled_churn", title, Of(Count), SCHEDULED_METRICS)
            }
            ChartId::ChurnSegments => chart(
                "churn_segments",
                "Churn by segment",
                Mixed,
                CHURN_RATE_METRICS,
            ),
            ChartId::TicketsByPriority => {
                let title = "Tickets by priority";
                chart("tickets_by_priority", title, Of(Count), TICKET_METRICS).with_support()
            }
            ChartId::TicketsByChannel => {
                let title = "Tickets by channel";
                chart("tickets_by_channel", title, Of(Count), TICKET_METRICS).with_support()
            }
            ChartId::TicketsAndChurn => {
                let title = "Churn by recent tickets";
                chart(
                    "tickets_and_churn",
                    title,
                    Of(Rate),
                    TICKETS_AND_CHURN_METRICS,
                )
            }
            ChartId::Bridge => chart("bridge", "By kind of movement", Mixed, BRIDGE_METRICS),
            ChartId::Contributions => {
                chart("contributions", "By segment", Mixed, HEADLINES).broken_down()
            }
            ChartId::Metrics => chart("metrics", "All metrics", Mixed, METRICS).over_time(),
            ChartId::Group(group) => {
                chart(group.key, group.title, Of(group.unit()), group.metrics).over_time()
            }
            ChartId::One(metric) => {
                let at = METRICS.iter().position(|m| *m == metric);
                let metrics: &'static [&'static Metric] = at.map_or(&[], |at| &METRICS[at..=at]);
                chart(metric.id, metric.label, Of(metric.unit), metrics)
                    .over_time()
                    .broken_down()
            }
        }
    }

    /// URL value, also of file names and element ids.
    pub fn key(self) -> &'static str {
        self.spec().key
    }

    /// The chart of a URL value, which may be a group's key or a metric's id.
    pub fn from_key(key: &str) -> Option<ChartId> {
        let groups = GROUPS.into_iter().map(ChartId::Group);
        let mut charts = Self::ALL.into_iter().chain(groups);
        let chart = charts.find(|chart| chart.key() == key);
        chart.or_else(|| metrics::find(key).map(ChartId::One))
    }

    /// Title for people.
    pub fn title(self) -> &'static str {
        self.spec().title
    }

    /// The metrics whose definitions belong to it.
    pub fn metrics(self) -> &'static [&'static Metric] {
        self.spec().metrics
    }

    /// Whether it can be broken down by a dimension.
    pub fn breaks_down(self) -> bool {
        self.spec().breaks_down
    }

    /// Names of the marts it is made of, each once.
    pub fn marts(self) -> BTreeSet<&'static str> {
        let spec = self.spec();
        let marts = spec.metrics.iter().flat_map(|metric| metric.marts());
        marts.chain(spec.own_mart).collect()
    }

    /// Whether it is made of the cohorts, which are no metric over time.
    pub fn needs_cohorts(self) -> bool {
        self.spec().unit == ChartUnit::Cohorts
    }

    /// Whether it has a value per period of time.
    pub fn is_over_time(self) -> bool {
        self.spec().is_over_time
    }
}

/// What a chart is, apart from its numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChartSpec {
    /// URL value, also of file names and element ids.
    pub key: &'static str,
    /// Title for people.
    pub title: &'static str,
    /// Unit of its values.
    pub unit: ChartUnit,
    /// The metrics whose definitions belong to it.
    pub metrics: &'static [&'static Metric],
    /// A mart it is made of besides those of its metrics.
    pub own_mart: Option<&'static str>,
    /// Whether it can be broken down by a dimension.
    pub breaks_down: bool,
    /// Whether it has a value per period of time.
    pub is_over_time: bool,
}

/// Unit of a chart's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChartUnit {
    /// It differs from column to column.
    Mixed,
    /// All values have it.
    Of(Unit),
    /// What the view shows of cohorts: rates, amounts or customers.
    Cohorts,
}

/// A chart that is neither over time nor broken down.
fn chart(
    key: &'static str,
    title: &'static str,
    unit: ChartUnit,
    metrics: &'static [&'static Metric],
) -> ChartSpec {
    ChartSpec {
        key,
        title,
        unit,
        metrics,
        own_mart: None,
        breaks_down: false,
        is_over_time: false,
    }
}

impl ChartSpec {
    fn over_time(self) -> ChartSpec {
        ChartSpec {
            is_over_time: true,
            ..self
        }
    }

    fn broken_down(self) -> ChartSpec {
        ChartSpec {
            breaks_down: true,
            ..self
        }
    }

    fn with_support(self) -> ChartSpec {
        ChartSpec {
            own_mart: Some("support_daily"),
            ..self
        }
    }
}
