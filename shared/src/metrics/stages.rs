//! Lifecycle stages: how many leads and accounts are in each.

use crate::metric::{Kind, Metric, Polarity, Quantity, Rows, Sum, Term, Unit, minus, plus};

const fn stage(
    id: &'static str,
    label: &'static str,
    help: &'static str,
    polarity: Polarity,
    terms: &'static [Term],
) -> Metric {
    Metric {
        id,
        label,
        help,
        formula: "Transitions into the stage − transitions out of it, up to the end of the last day",
        unit: Unit::Count,
        polarity,
        kind: Kind::Is(Quantity::Closing(Sum {
            mart: "stage_transitions",
            terms,
        })),
        blind: &[],
        over_window: None,
    }
}

const fn into(name: &'static str) -> Term {
    plus("entities").of(Rows::With("to_stage", name))
}

const fn out_of(name: &'static str) -> Term {
    minus("entities").of(Rows::With("from_stage", name))
}

/// Leads and accounts in the stage `lead`.
pub static STAGE_LEAD: Metric = stage(
    "stage_lead",
    "In stage lead",
    "Unconverted leads, and accounts that nothing else is known of.",
    Polarity::Neutral,
    &[into("lead"), out_of("lead")],
);

/// Leads and accounts in the stage `opportunity`.
pub static STAGE_OPPORTUNITY: Metric = stage(
    "stage_opportunity",
    "In stage opportunity",
    "Accounts with an open opportunity that never paid, are not on trial and have won none.",
    Polarity::Neutral,
    &[into("opportunity"), out_of("opportunity")],
);

/// Leads and accounts in the stage `won`.
pub static STAGE_WON: Metric = stage(
    "stage_won",
    "In stage won",
    "Accounts with a won opportunity that are not active yet.",
    Polarity::Neutral,
    &[into("won"), out_of("won")],
);

/// Leads and accounts in the stage `trial`.
pub static STAGE_TRIAL: Metric = stage(
    "stage_trial",
    "In stage trial",
    "Accounts on trial that never paid.",
    Polarity::Neutral,
    &[into("trial"), out_of("trial")],
);

/// Leads and accounts in the stage `active`.
pub static STAGE_ACTIVE: Metric = stage(
    "stage_active",
    "In stage active",
    "Accounts with MRR above zero.",
    Polarity::UpGood,
    &[into("active"), out_of("active")],
);

/// Leads and accounts in the stage `churned`.
pub static STAGE_CHURNED: Metric = stage(
    "stage_churned",
    "In stage churned",
    "Accounts that were active before and are not now.",
    Polarity::DownGood,
    &[into("churned"), out_of("churned")],
);

/// Leads and accounts in the stage `lost`.
pub static STAGE_LOST: Metric = stage(
    "stage_lost",
    "In stage lost",
    "Accounts all of whose opportunities are closed as lost.",
    Polarity::DownGood,
    &[into("lost"), out_of("lost")],
);
