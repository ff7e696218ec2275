//! The marts themselves, column by column.

use super::*;

/// Daily flows of the whole lifecycle.
pub static LIFECYCLE_DAILY: MartSpec = MartSpec {
    name: "lifecycle_daily",
    description: "What happened on a day to customers, leads, trials, revenue and tickets of one combination of dimension values.",
    grain: 6,
    columns: &[
        DAY,
        PLAN,
        REGION,
        INDUSTRY,
        SIZE,
        CHANNEL,
        count("leads_created", "Leads created."),
        count("leads_converted", "Leads converted."),
        count("opportunities_created", "Opportunities created."),
        count("opportunities_won", "Opportunities closed as won."),
        count("opportunities_lost", "Opportunities closed as lost."),
        cents(
            "opportunities_won_amount",
            "Amount of the opportunities won.",
        )
        .signed(Sign::Either),
        cents(
            "opportunities_lost_amount",
            "Amount of the opportunities lost.",
        )
        .signed(Sign::Either),
        count("trials_started", "Trials started."),
        count("trials_converted", "Trials that became paying on the day."),
        count(
            "trials_started_converted",
            "Trials started on the day that have become paying since.",
        ),
        count(
            "trials_started_running",
            "Trials started on the day that are still running.",
        ),
        count("customers_new", "Customers active for the first time."),
        count("customers_reactivated", "Former customers active again."),
        count(
            "customers_churned_voluntary",
            "Customers who left by their own will.",
        ),
        count(
            "customers_churned_involuntary",
            "Customers lost through failed or disputed payment.",
        ),
        count(
            "customers_moved",
            "Active customers who came from (+) or went to (−) other dimension values.",
        )
        .signed(Sign::Either),
        cents("mrr_new", "MRR of customers active for the first time."),
        cents("mrr_reactivation", "MRR of former customers active again."),
        cents("mrr_expansion", "MRR added by active customers."),
        cents(
            "mrr_contraction",
            "MRR given up by customers who stayed; never positive.",
        )
        .signed(Sign::NotPositive),
        cents(
            "mrr_churn_voluntary",
            "MRR of customers who left by their own will; never positive.",
        )
        .signed(Sign::NotPositive),
        cents(
            "mrr_churn_involuntary",
            "MRR of customers lost through payment; never positive.",
        )
        .signed(Sign::NotPositive),
        cents(
            "mrr_moved",
            "MRR of customers who came from (+) or went to (−) other dimension values.",
        )
        .signed(Sign::Either),
        count("tickets_created", "Support tickets created."),
        count(
            "tickets_solved",
            "Support tickets solved for the first time.",
        ),
    ],
};

/// Retention by month of acquisition.
pub static RETENTION_COHORTS: MartSpec = MartSpec {
    name: "retention_cohorts",
    description: "How much of a month's new customers is left at the end of each later month; only complete months.",
    grain: 7,
    columns: &[
        date(
            "cohort_month",
            "First day of the month in which the customers became active for the first time.",
        ),
        number_key(
            "months_since",
            "Months from the cohort's month to the one observed.",
        ),
        PLAN,
        REGION,
        INDUSTRY,
        SIZE,
        CHANNEL,
        count(
            "customers_acquired",
            "Size of the cohort; repeats on every row of it.",
        ),
        cents(
            "mrr_initial",
            "MRR of the cohort at the end of each customer's first day; repeats on every row of it.",
        ),
        count(
            "customers_active",
            "Customers active at the end of the observed month.",
        ),
        cents("mrr_active", "Their MRR at the end of the observed month."),
    ],
};

/// Movements between lifecycle stages.
pub static STAGE_TRANSITIONS: MartSpec = MartSpec {
    name: "stage_transitions",
    description: "How many leads and accounts went from one lifecycle stage to another on a day.",
    grain: 8,
    columns: &[
        DAY,
        key(
            "from_stage",
            "Stage at the end of the day before; none for one that appears, moved for changed dimension values.",
        ),
        key(
            "to_stage",
            "Stage at the end of the day; none for one that ends, moved for changed dimension values.",
        ),
        PLAN,
        REGION,
        INDUSTRY,
        SIZE,
        CHANNEL,
        count("entities", "Leads and accounts."),
    ],
};

/// Daily support flows.
pub static SUPPORT_DAILY: MartSpec = MartSpec {
    name: "support_daily",
    description: "What happened on a day to the tickets of one priority, channel and combination of dimension values.",
    grain: 8,
    columns: &[
        DAY,
        key("priority", "Priority of the tickets."),
        key("channel", "Channel through which they came."),
        PLAN,
        REGION,
        INDUSTRY,
        SIZE,
        CHANNEL,
        count("tickets_created", "Tickets created."),
        count("tickets_solved", "Tickets solved for the first time."),
        count(
            "tickets_reopened",
            "Tickets first solved on the day that were opened again later.",
        ),
        count(
            "backlog_change",
            "Tickets created less tickets solved for good.",
        )
        .signed(Sign::Either),
        count("satisfaction_good", "Good ratings."),
        count("satisfaction_bad", "Bad ratings."),
    ],
};

/// Histogram of support durations.
pub static SUPPORT_DURATIONS: MartSpec = MartSpec {
    name: "support_durations",
    description: "How many tickets had their first reply or full resolution on a day, by how long it took.",
    grain: 8,
    columns: &[
        DAY,
        key("measure", "first_reply or full_resolution."),
        number_key("bucket", "Lower bound of the duration in minutes."),
        PLAN,
        REGION,
        INDUSTRY,
        SIZE,
        CHANNEL,
        count("tickets", "Tickets."),
    ],
};

/// Churn by recent tickets.
pub static TICKETS_AND_CHURN: MartSpec = MartSpec {
    name: "tickets_and_churn",
    description: "Customers active before a complete month, by the tickets of the 30 days before it, and how many of them churned in it.",
    grain: 7,
    columns: &[
        MONTH,
        key(
            "ticket_bucket",
            "Tickets in the 30 days before the month: 0, 1, 2-3 or 4+.",
        ),
        PLAN,
        REGION,
        INDUSTRY,
        SIZE,
        CHANNEL,
        count(
            "customers",
            "Customers active at the end of the day before the month.",
        ),
        count("churned", "Those who churned within the month."),
        count("tickets", "Tickets they created in the 30 days."),
    ],
};

/// Twelve-month retention.
pub static RETENTION_12M: MartSpec = MartSpec {
    name: "retention_12m",
    description: "What the customers active twelve months before a complete month's end are worth at that end.",
    grain: 6,
    columns: &[
        MONTH,
        PLAN,
        REGION,
        INDUSTRY,
        SIZE,
        CHANNEL,
        count("customers", "Customers active twelve months earlier."),
        count("customers_retained", "Those still active."),
        cents("mrr_then", "Their MRR twelve months earlier."),
        cents("mrr_now", "Their MRR now."),
        cents(
            "mrr_now_capped",
            "Their MRR now, for no customer more than twelve months earlier.",
        ),
    ],
};

/// Marketing spend.
pub static MARKETING_SPEND: MartSpec = MartSpec {
    name: "marketing_spend",
    description: "Marketing spend of a day and acquisition channel.",
    grain: 2,
    columns: &[
        DAY,
        CHANNEL,
        cents("amount", "Amount spent.").signed(Sign::Either),
    ],
};

/// Sales cycle.
pub static SALES_CYCLE: MartSpec = MartSpec {
    name: "sales_cycle",
    description: "New customers by the days from their first lead or opportunity to their first active day.",
    grain: 7,
    columns: &[
        date("day", "First active day."),
        number_key("bucket", "Days from the first lead or opportunity."),
        PLAN,
        REGION,
        INDUSTRY,
        SIZE,
        CHANNEL,
        count("customers", "Customers."),
    ],
};

/// One row per customer and account.
pub static CUSTOMERS: MartSpec = MartSpec {
    name: "customers",
    description: "Every account, and every billing customer without one, as of the snapshot's day.",
    grain: 1,
    columns: &[
        key("customer_id", "Account id, else the billing customer's id."),
        text(
            "name",
            "Name of the account, else of the Stripe customer, else the customer's id; never an e-mail address.",
        )
        .personal(),
        text_always("stage", "Lifecycle stage."),
        PLAN,
        REGION,
        INDUSTRY,
        SIZE,
        CHANNEL,
        cents("mrr", "MRR at the end of the day."),
        date_maybe("first_active_on", "First active day."),
        date_maybe(
            "last_churned_on",
            "Day of the latest churn; stays after a reactivation.",
        ),
        text(
            "churn_kind",
            "voluntary or involuntary, of the latest churn.",
        ),
        text("churn_reason", "Stated reason of the latest churn."),
        date_maybe(
            "scheduled_churn_on",
            "Day on which the last subscription with MRR is scheduled to end.",
        ),
        flag("delinquent", "Whether a subscription is past due."),
        flag(
            "reconstructed",
            "Whether a subscription without any invoice was valued by its price.",
        ),
        count("tickets_30d", "Tickets created in the last 30 days."),
        count("open_tickets", "Tickets not solved for good."),
        text_always(
            "match_method",
            "How the systems' records were matched: override, id, email, domain, name or none.",
        ),
        text(
            "stripe_customer_ids",
            "Stripe customer ids, ascending, joined by semicolons.",
        ),
        text("salesforce_account_id", "Salesforce account id."),
        text("zendesk_organization_id", "Zendesk organization id."),
    ],
};

/// One row per fact of a customer: the list behind the daily numbers.
pub static CUSTOMER_EVENTS: MartSpec = MartSpec {
    name: "customer_events",
    description: "Every fact that the daily marts count, with the customer it is about and the raw record it comes from; summed by day, dimension values and measure it gives them exactly.",
    grain: 9,
    columns: &[
        key(
            "customer_id",
            "The customer; the lead's id for a lead that has become none; none if the customer is not known.",
        ),
        date("day", "Day on which the fact counts."),
        key(
            "measure",
            "What it counts as: a column of lifecycle_daily, or of support_daily.",
        ),
        key(
            "record",
            "Id of the lead, opportunity, subscription or ticket it comes from; none for a move between dimension values.",
        ),
        PLAN,
        REGION,
        INDUSTRY,
        SIZE,
        CHANNEL,
        column(
            "value",
            ColumnType::Int64,
            false,
            Role::Measure(MeasureUnit::Named),
            "How much it counts there: things, or minor units for amounts and MRR.",
        ),
        text(
            "detail",
            "Reason of a churn, priority of a ticket; empty for all else.",
        ),
    ],
};

/// Churn by kind and reason.
pub static CHURN_REASONS: MartSpec = MartSpec {
    name: "churn_reasons",
    description: "Customers who churned on a day, and the MRR they took, by kind and reason.",
    grain: 8,
    columns: &[
        DAY,
        key(
            "churn_kind",
            "voluntary, or involuntary for failed or disputed payment.",
        ),
        key(
            "churn_reason",
            "What the customer said, else the reason billing knows, else unknown.",
        ),
        PLAN,
        REGION,
        INDUSTRY,
        SIZE,
        CHANNEL,
        count("customers", "Customers who churned."),
        cents("mrr", "Their MRR of the day before; never positive.").signed(Sign::NotPositive),
    ],
};

/// How far contacts come.
pub static ACQUISITION_FUNNEL: MartSpec = MartSpec {
    name: "acquisition_funnel",
    description: "How far the customers and leads met for the first time on a day have come since, and after how many days; dimension values are those of first contact.",
    grain: 8,
    columns: &[
        date(
            "day",
            "Day of first contact: lead, account, opportunity, trial or customer, whichever came first.",
        ),
        key(
            "step",
            "What was reached: contact, opportunity, trial or customer, each counted separately.",
        ),
        number_key(
            "bucket",
            "Days from first contact until the step was reached for the first time.",
        ),
        PLAN,
        REGION,
        INDUSTRY,
        SIZE,
        CHANNEL,
        count("entities", "Customers and leads."),
    ],
};

/// Events that were noted by hand.
pub static ANNOTATIONS: MartSpec = MartSpec {
    name: "annotations",
    description: "Events noted by hand to be marked on the charts: launches, new prices, incidents.",
    grain: 2,
    columns: &[
        date("day", "Day it happened."),
        key("label", "What happened, in a few words."),
        text("detail", "More about it."),
    ],
};

/// All marts, in the order of the data dictionary.
pub static MARTS: &[&MartSpec] = &[
    &LIFECYCLE_DAILY,
    &RETENTION_COHORTS,
    &STAGE_TRANSITIONS,
    &SUPPORT_DAILY,
    &SUPPORT_DURATIONS,
    &TICKETS_AND_CHURN,
    &RETENTION_12M,
    &MARKETING_SPEND,
    &SALES_CYCLE,
    &CUSTOMERS,
    &CUSTOMER_EVENTS,
    &CHURN_REASONS,
    &ACQUISITION_FUNNEL,
    &ANNOTATIONS,
];
