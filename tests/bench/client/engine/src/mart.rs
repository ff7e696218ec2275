//! The shape of the benchmark's mart: the real `lifecycle_daily`, cut down to twelve measures.

use tidemark_shared::mart::{ColumnSpec, LIFECYCLE_DAILY, MartSpec};

/// Days of the mart, the last of them the snapshot's.
pub const DAYS: usize = 1_095;

/// Day number (since 1970-01-01) of the first day: 2023-07-02.
pub const START: i32 = 19_540;

/// The measures, in the order in which results are given.
pub const MEASURES: [&str; 12] = [
    "leads_created",
    "opportunities_won",
    "opportunities_won_amount",
    "trials_started",
    "customers_new",
    "customers_churned_voluntary",
    "mrr_new",
    "mrr_expansion",
    "mrr_contraction",
    "mrr_churn_voluntary",
    "tickets_created",
    "tickets_solved",
];

/// The measures that are broken down by every dimension.
pub const BROKEN_DOWN: [&str; 3] = ["customers_new", "mrr_expansion", "tickets_created"];

/// `lifecycle_daily` with the grain of the real one and the columns of [`MEASURES`].
pub static MART: MartSpec = MartSpec {
    name: LIFECYCLE_DAILY.name,
    description: LIFECYCLE_DAILY.description,
    grain: LIFECYCLE_DAILY.grain,
    columns: &COLUMNS,
};

static COLUMNS: [ColumnSpec; 18] = {
    let mut columns = [LIFECYCLE_DAILY.columns[0]; 18];
    let mut at = 0;
    while at < columns.len() {
        columns[at] = match at.checked_sub(LIFECYCLE_DAILY.grain) {
            Some(measure) => real_column(LIFECYCLE_DAILY.columns, MEASURES[measure]),
            None => LIFECYCLE_DAILY.columns[at],
        };
        at += 1;
    }
    columns
};

/// The column of that name; a name there is not ends the compilation.
const fn real_column(columns: &[ColumnSpec], name: &str) -> ColumnSpec {
    let mut at = 0;
    while !same(columns[at].name.as_bytes(), name.as_bytes()) {
        at += 1;
    }
    columns[at]
}

const fn same(a: &[u8], b: &[u8]) -> bool {
    let mut at = 0;
    while at < a.len() && at < b.len() && a[at] == b[at] {
        at += 1;
    }
    at == a.len() && at == b.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_those_of_the_real_mart() {
        let names: Vec<&str> = MART.columns.iter().map(|column| column.name).collect();
        assert_eq!(
            names[..6],
            [
                "day",
                "plan",
                "region",
                "industry",
                "company_size",
                "acquisition_channel"
            ]
        );
        assert_eq!(names[6..], MEASURES);
        for column in MART.columns {
            assert_eq!(Some(column), LIFECYCLE_DAILY.column(column.name));
        }
        assert!(BROKEN_DOWN.iter().all(|name| MEASURES.contains(name)));
    }
}
