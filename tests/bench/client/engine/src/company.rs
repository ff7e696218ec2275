//! The company behind a generated mart: the values of its dimensions and how common each is, what happens and how often.

/// Values of a dimension, ascending, each with how common it is.
pub(crate) type Values = &'static [(&'static str, f64)];

/// The five dimensions, in the order of the mart.
pub(crate) const DIMENSIONS: [Values; 5] = [
    &[
        ("Business", 14.0),
        ("Enterprise", 4.0),
        ("Pro", 24.0),
        ("Scale", 8.0),
        ("Starter", 38.0),
        ("Team", 12.0),
    ],
    &[
        ("Africa", 2.0),
        ("Asia", 12.0),
        ("Central Europe", 22.0),
        ("North America", 40.0),
        ("Northern Europe", 12.0),
        ("Oceania", 5.0),
        ("South America", 7.0),
    ],
    &[
        ("Agriculture", 1.0),
        ("Construction", 3.0),
        ("Education", 6.0),
        ("Energy", 2.0),
        ("Finance", 12.0),
        ("Health", 9.0),
        ("Manufacturing", 8.0),
        ("Media", 7.0),
        ("Public sector", 3.0),
        ("Retail", 14.0),
        ("Software", 30.0),
        ("Transport", 5.0),
    ],
    &[
        ("1-10", 34.0),
        ("1000+", 4.0),
        ("11-50", 30.0),
        ("201-1000", 9.0),
        ("51-200", 18.0),
        ("unknown", 5.0),
    ],
    &[
        ("affiliate", 3.0),
        ("direct", 20.0),
        ("events", 4.0),
        ("organic search", 30.0),
        ("outbound", 10.0),
        ("paid search", 18.0),
        ("partner", 5.0),
        ("referral", 10.0),
    ],
];

/// What happens: how likely on the day of a row, and the smallest and largest number it gives each of its measures.
pub(crate) struct Event {
    pub(crate) chance: f64,
    pub(crate) gives: &'static [(&'static str, i64, i64)],
}

const fn event(chance: f64, gives: &'static [(&'static str, i64, i64)]) -> Event {
    Event { chance, gives }
}

/// All that a row can tell; a mart that lacks the measures of an event knows nothing of it.
pub(crate) const EVENTS: [Event; 17] = [
    event(0.20, &[("leads_created", 1, 4)]),
    event(
        0.05,
        &[
            ("opportunities_won", 1, 2),
            ("opportunities_won_amount", 240_000, 45_000_000),
        ],
    ),
    event(
        0.08,
        &[
            ("trials_started", 1, 3),
            ("trials_started_converted", 0, 2),
            ("trials_started_running", 0, 1),
        ],
    ),
    event(
        0.06,
        &[("customers_new", 1, 3), ("mrr_new", 1_900, 800_000)],
    ),
    event(
        0.04,
        &[
            ("customers_churned_voluntary", 1, 2),
            ("mrr_churn_voluntary", -800_000, -1_900),
        ],
    ),
    event(0.15, &[("mrr_expansion", 500, 300_000)]),
    event(0.07, &[("mrr_contraction", -200_000, -500)]),
    event(0.35, &[("tickets_created", 1, 9)]),
    event(0.35, &[("tickets_solved", 1, 9)]),
    event(0.06, &[("leads_converted", 1, 2)]),
    event(0.08, &[("opportunities_created", 1, 2)]),
    event(
        0.05,
        &[
            ("opportunities_lost", 1, 2),
            ("opportunities_lost_amount", 240_000, 45_000_000),
        ],
    ),
    event(0.04, &[("trials_converted", 1, 2)]),
    event(
        0.02,
        &[
            ("customers_reactivated", 1, 1),
            ("mrr_reactivation", 1_900, 300_000),
        ],
    ),
    event(
        0.02,
        &[
            ("customers_churned_involuntary", 1, 1),
            ("mrr_churn_involuntary", -300_000, -1_900),
        ],
    ),
    event(
        0.03,
        &[("customers_moved", 1, 1), ("mrr_moved", 1_900, 300_000)],
    ),
    event(
        0.03,
        &[("customers_moved", -1, -1), ("mrr_moved", -300_000, -1_900)],
    ),
];
