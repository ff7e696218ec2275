//! Grouping gives what Polars' own gives, for any table; where it orders, it orders as Polars does.

use super::*;
use crate::tests::{assert_equal, polars, query, table};
use proptest::prelude::*;

fn ours(table: &DataFrame, sql: &str) -> DataFrame {
    let mut context = SQLContext::new();
    context.register("t", table.clone().lazy());
    let grouped = take_out(&query(sql), |name| name == "t").expect("a grouping that is known");
    grouped
        .run(&mut context)
        .expect("a result")
        .collect()
        .expect("a result")
}

proptest! {
    #[test]
    fn every_aggregate_equals_polars(table in table()) {
        for (keys, named) in [("p", "p"), ("q, p", "q, p"), ("coalesce(v, 0), t", "coalesce(v, 0) as k, t"), ("t, p, q, v", "q, t, v, p")] {
            let aggregates = "count(*) as rows, count(v) as n, sum(v) as s, min(t) as least, max(v) as greatest, min(n) as first";
            for rest in ["", "where n > 3", "having sum(v) > 0"] {
                let (filter, having) = if rest.starts_with("where") { (rest, "") } else { ("", rest) };
                let sql = format!("select {named}, {aggregates} from t {filter} group by {keys} {having}");
                // Neither promises an order without being asked for one.
                let sorted = |frame: DataFrame| frame.sort(["first"], SortMultipleOptions::default()).unwrap();
                assert_equal(&sorted(ours(&table, &sql)), &sorted(polars(&table, &sql)), &sql);
            }
        }
    }

    #[test]
    fn order_equals_polars(table in table()) {
        for order in ["p, q", "q, p", "p", "q desc, p"] {
            let sql = format!("select p, q, sum(case when v > 0 then v else 0 end) as s from t group by p, q order by {order}, q, p");
            let filled = table.clone().lazy().with_columns([col("p").fill_null(lit("-")), col("q").fill_null(lit(-1))]).collect().unwrap();
            assert_equal(&ours(&filled, &sql), &polars(&filled, &sql), &sql);
        }
    }
}

#[test]
fn many_keys_of_many_values_are_told_apart() {
    let count = 70_000_i64;
    let column = |by: i64| -> Int64Chunked {
        (0..count)
            .map(|n| Some((n % 35_000) * by + (n % 35_000) * (1 << 40)))
            .collect()
    };
    let columns: Vec<Column> = ["a", "b", "c", "d", "e"]
        .iter()
        .zip(1..)
        .map(|(name, by)| {
            column(by)
                .into_series()
                .with_name((*name).into())
                .into_column()
        })
        .collect();
    let table = DataFrame::new(count as usize, columns).unwrap();
    let got = ours(
        &table,
        "select a, b, c, d, e, count(*) as n from t group by a, b, c, d, e order by a, b, c, d, e",
    );
    assert_eq!(got.height(), 35_000);
    assert!(
        got.column("n")
            .unwrap()
            .i64()
            .unwrap()
            .iter()
            .all(|n| n == Some(2))
    );
    assert!(
        got.column("a")
            .unwrap()
            .i64()
            .unwrap()
            .into_no_null_iter()
            .is_sorted()
    );
}

#[test]
fn sums_stay_exact_or_fail() {
    let table = df!("p" => ["a", "a"], "v" => [i64::MAX, 1], "x" => [0.5, 0.5]).unwrap();
    let run = |sql: &str| {
        let mut context = SQLContext::new();
        context.register("t", table.clone().lazy());
        let done = take_out(&query(sql), |name| name == "t")
            .unwrap()
            .run(&mut context)
            .map(|_| ());
        done.unwrap_err().to_string()
    };
    assert!(run("select p, sum(v) as s from t group by p").contains("too large"));
    assert!(run("select p, sum(x) as s from t group by p").contains("whole numbers"));
}

#[test]
fn what_is_not_known_is_left_to_polars() {
    for sql in [
        "select p from t",
        "select p, string_agg(t, ';') as x from t group by p",
        "select p, count(distinct t) as n from t group by p",
        "select p, sum(v) over (partition by p) as x from t group by p, v",
        "select distinct p, sum(v) as s from t group by p",
        "select p, sum(v) as s from t group by p limit 1",
        "select p, sum(v) from t group by p",
        "select 1 as one, sum(v) as s from t group by 1",
    ] {
        assert!(take_out(&query(sql), |name| name == "t").is_none(), "{sql}");
    }
}
