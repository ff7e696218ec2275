//! What the tests of the engine's own operators share: any small table, a query run by Polars, and how results compare.

use polars::prelude::*;
use polars::sql::SQLContext;
use proptest::prelude::*;
use sqlparser::ast::{Query, Statement};
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;

pub(crate) fn query(sql: &str) -> Query {
    match Parser::parse_sql(&GenericDialect {}, sql)
        .expect("SQL")
        .pop()
    {
        Some(Statement::Query(query)) => *query,
        other => panic!("{other:?}"),
    }
}

/// A table of few distinct values, so that partitions and ties are common.
pub(crate) fn table() -> impl Strategy<Value = DataFrame> {
    let row = (
        proptest::option::of("[ab]"),
        proptest::option::of(0_i64..3),
        proptest::option::of(-5_i64..5),
        proptest::option::of("[x-z]"),
    );
    proptest::collection::vec(row, 0..30).prop_map(|rows| {
        let column = |name: &str, series: Series| series.with_name(name.into()).into_column();
        let height = rows.len();
        let columns = vec![
            column(
                "p",
                rows.iter()
                    .map(|r| r.0.clone())
                    .collect::<StringChunked>()
                    .into_series(),
            ),
            column(
                "q",
                rows.iter()
                    .map(|r| r.1)
                    .collect::<Int64Chunked>()
                    .into_series(),
            ),
            column(
                "v",
                rows.iter()
                    .map(|r| r.2)
                    .collect::<Int64Chunked>()
                    .into_series(),
            ),
            column(
                "t",
                rows.iter()
                    .map(|r| r.3.clone())
                    .collect::<StringChunked>()
                    .into_series(),
            ),
            // Without it, ties would stand in any order.
            column(
                "n",
                (0..height as i64)
                    .map(Some)
                    .collect::<Int64Chunked>()
                    .into_series(),
            ),
        ];
        DataFrame::new(height, columns).expect("a table of the test")
    })
}

pub(crate) fn polars(table: &DataFrame, sql: &str) -> DataFrame {
    let mut context = SQLContext::new();
    context.register("t", table.clone().lazy());
    context
        .execute(sql)
        .expect("a table of the test")
        .collect()
        .expect("a table of the test")
}

/// Types may be narrower in Polars (a count has 32 bits); values must be equal.
pub(crate) fn assert_equal(ours: &DataFrame, polars: &DataFrame, sql: &str) {
    assert_eq!(ours.get_column_names(), polars.get_column_names(), "{sql}");
    for (mine, theirs) in ours.columns().iter().zip(polars.columns()) {
        let theirs = theirs.cast(mine.dtype()).expect("a table of the test");
        assert!(mine.equals_missing(&theirs), "{sql}\n{mine:?}\n{theirs:?}");
    }
}
