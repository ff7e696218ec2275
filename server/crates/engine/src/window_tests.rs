//! Window functions give what Polars' own give, for any table.

use super::*;
use polars::sql::SQLContext;
use proptest::prelude::*;
use sqlparser::ast::Statement;
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;

fn query(sql: &str) -> Query {
    match Parser::parse_sql(&GenericDialect {}, sql).unwrap().pop() {
        Some(Statement::Query(query)) => *query,
        other => panic!("{other:?}"),
    }
}

/// A table of few distinct values, so that partitions and ties are common.
fn table() -> impl Strategy<Value = DataFrame> {
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
        DataFrame::new(height, columns).unwrap()
    })
}

fn ours(table: &DataFrame, sql: &str) -> DataFrame {
    let windowed = take_out(&query(sql)).expect("a window function that is known");
    let mut context = SQLContext::new();
    context.register("t", table.clone().lazy());
    let rest = context.execute(&windowed.rest).unwrap().collect().unwrap();
    windowed.fill(rest).unwrap()
}

fn polars(table: &DataFrame, sql: &str) -> DataFrame {
    let mut context = SQLContext::new();
    context.register("t", table.clone().lazy());
    context.execute(sql).unwrap().collect().unwrap()
}

/// Types may be narrower in Polars (a count has 32 bits); values must be equal.
fn assert_equal(ours: &DataFrame, polars: &DataFrame, sql: &str) {
    assert_eq!(ours.get_column_names(), polars.get_column_names(), "{sql}");
    for (mine, theirs) in ours.columns().iter().zip(polars.columns()) {
        let theirs = theirs.cast(mine.dtype()).unwrap();
        assert!(mine.equals_missing(&theirs), "{sql}\n{mine:?}\n{theirs:?}");
    }
}

proptest! {
    #[test]
    fn every_function_equals_polars(table in table()) {
        // By `n` alone: where several columns order, Polars puts nulls elsewhere than where one does.
        for over in ["partition by p order by n", "partition by p, q order by n desc", "order by n"] {
            for call in ["row_number()", "lag(v)", "lead(t)", "lag(q)"] {
                let sql = format!("select p, {call} over ({over}) as w, n from t");
                assert_equal(&ours(&table, &sql), &polars(&table, &sql), &sql);
            }
        }
    }

    /// Polars has no running counts of values that may be null, so a plain loop is the judge here.
    #[test]
    fn aggregates_equal_a_loop(table in table()) {
        let sql = "select *, sum(v) over (partition by p order by n rows unbounded preceding) as s, \
                   count(v) over (partition by p order by n rows unbounded preceding) as c, \
                   max(v) over (partition by p order by n rows unbounded preceding) as m, \
                   min(t) over (partition by p) as least from t";
        let got = ours(&table, sql);
        let text = |name: &str, row: usize| got.column(name).unwrap().str().unwrap().get(row).map(str::to_owned);
        let number = |name: &str, row: usize| got.column(name).unwrap().i64().unwrap().get(row);
        for row in 0..got.height() {
            let same = |other: &usize| text("p", *other) == text("p", row);
            let before: Vec<i64> = (0..=row).filter(same).filter_map(|r| number("v", r)).collect();
            prop_assert_eq!(number("s", row), before.iter().copied().reduce(|a, b| a + b));
            prop_assert_eq!(number("c", row), Some(before.len() as i64));
            prop_assert_eq!(number("m", row), before.iter().copied().max());
            let all = (0..got.height()).filter(same).filter_map(|r| text("t", r)).min();
            prop_assert_eq!(text("least", row), all);
        }
    }
}

#[test]
fn order_takes_mixed_directions_and_says_where_nulls_go() {
    let table = df!("k" => [Some(1_i64), None, Some(2)], "n" => [1_i64, 2, 3]).unwrap();
    let place = |order: &str| {
        let sql = format!("select row_number() over (order by {order}) as w from t");
        let got = ours(&table, &sql);
        got.column("w")
            .unwrap()
            .i64()
            .unwrap()
            .into_no_null_iter()
            .collect::<Vec<i64>>()
    };
    assert_eq!(place("k"), [1, 3, 2]);
    assert_eq!(place("k desc"), [3, 1, 2]);
    assert_eq!(place("k desc nulls last"), [2, 3, 1]);
    assert_eq!(place("k nulls first, n desc"), [2, 1, 3]);
}

#[test]
fn what_is_not_known_is_left_to_polars() {
    for sql in [
        "select a from t",
        "select coalesce(lag(a) over (order by b), 0) as x from t",
        "select sum(a) over (partition by b order by c) as x from t",
        "select rank() over (order by a) as x from t",
        "select a, row_number() over (order by a) as x from t group by a",
        "select distinct row_number() over (order by a) as x from t",
        "select row_number() over (order by a) as x from t order by a",
    ] {
        assert!(take_out(&query(sql)).is_none(), "{sql}");
    }
}
