//! Every chart's table is rectangular, and holds what the engine says.

use std::collections::HashSet;
use std::sync::Arc;

use super::*;
use crate::columns::{Column, Columns, TextColumn};
use crate::date::{parse_iso, to_days};
use crate::engine::{Dataset, Marts};
use crate::mart::{ColumnType, LIFECYCLE_DAILY};
use crate::view::parse;

/// A customer of 100.00 wins a second one of 50.00 a month later; the first leaves in the month after.
fn evaluate(query: &str) -> Evaluation {
    let rows: [(&str, &[(&str, i64)]); 3] = [
        ("2026-01-10", &[("customers_new", 1), ("mrr_new", 10_000)]),
        ("2026-02-10", &[("customers_new", 1), ("mrr_new", 5_000)]),
        (
            "2026-03-10",
            &[
                ("customers_churned_voluntary", 1),
                ("mrr_churn_voluntary", -10_000),
            ],
        ),
    ];
    let columns = LIFECYCLE_DAILY
        .columns
        .iter()
        .map(|column| match column.column_type {
            ColumnType::Date => Column::Date(
                rows.iter()
                    .map(|row| to_days(parse_iso(row.0).expect("a date")))
                    .collect(),
            ),
            ColumnType::Text => Column::Text(TextColumn::from_rows([Some("=x"); 3])),
            _ => {
                let value = |row: &(&str, &[(&str, i64)])| {
                    let measure = row.1.iter().find(|(name, _)| *name == column.name);
                    measure.map_or(0, |(_, value)| *value)
                };
                Column::Int(rows.iter().map(value).collect())
            }
        });
    let columns = Columns::new(&LIFECYCLE_DAILY, columns.collect()).expect("columns");
    let as_of = parse_iso("2026-03-20").expect("a date");
    let data = Arc::new(Marts::new(Dataset::new(columns, as_of).expect("a dataset")));
    let (view, ignored) = parse(query);
    assert_eq!(ignored, []);
    Evaluation::new(data, &view)
}

#[test]
fn every_table_is_rectangular_with_distinct_columns() {
    for query in [
        "",
        "range=all",
        "from=2026-03-01&to=2026-03-20",
        "plan=none",
    ] {
        let evaluation = evaluate(query);
        let single = METRICS.iter().map(|metric| ChartId::One(metric));
        let groups = GROUPS.into_iter().map(ChartId::Group);
        for chart in ChartId::ALL.into_iter().chain(groups).chain(single) {
            let table = table(chart, &evaluation, None);
            let keys: HashSet<&str> = table.columns.iter().map(|c| c.key.as_str()).collect();
            assert_eq!(keys.len(), table.columns.len(), "{chart:?} {query}");
            for row in &table.rows {
                assert_eq!(row.len(), table.columns.len(), "{chart:?} {query}");
            }
            let found = ChartId::from_key(chart.key()).expect("a chart");
            assert_eq!(found.key(), chart.key());
        }
    }
}

#[test]
fn movements_lead_from_start_to_end() {
    let evaluation = evaluate("range=all");
    assert_eq!(
        table(ChartId::Movements, &evaluation, None).to_csv(),
        "from,to,partial,start,new,reactivation,expansion,contraction,churn_voluntary,churn_involuntary,moved,end\n\
         2026-01-10,2026-01-31,false,0,10000,0,0,0,0,0,0,10000\n\
         2026-02-01,2026-02-28,false,10000,5000,0,0,0,0,0,0,15000\n\
         2026-03-01,2026-03-20,true,15000,0,0,0,0,-10000,0,0,5000\n"
    );
    assert_eq!(
        table(ChartId::Customers, &evaluation, None).to_csv(),
        "from,to,partial,start,new,reactivation,churn_voluntary,churn_involuntary,moved,end\n\
         2026-01-10,2026-01-31,false,0,1,0,0,0,0,1\n\
         2026-02-01,2026-02-28,false,1,1,0,0,0,0,2\n\
         2026-03-01,2026-03-20,true,2,0,0,-1,0,0,1\n"
    );
}

#[test]
fn a_comparison_stands_beside_the_values_it_belongs_to() {
    let evaluation = evaluate("from=2026-03-01&to=2026-03-20&grain=month");
    assert_eq!(
        table(ChartId::ChurnRate, &evaluation, None).to_csv(),
        "from,to,partial,customer_churn_rate,compared_from,compared\n\
         2026-03-01,2026-03-20,true,0.5,2026-02-09,0\n"
    );
    let none = evaluate("from=2026-03-01&to=2026-03-20&grain=month&compare=none");
    assert_eq!(
        table(ChartId::ChurnRate, &none, None).to_csv(),
        "from,to,partial,customer_churn_rate\n2026-03-01,2026-03-20,true,0.5\n"
    );
}

#[test]
fn a_group_has_one_unit_and_a_key_of_its_own() {
    for group in GROUPS {
        assert!(!group.metrics.is_empty(), "{}", group.key);
        assert!(metrics::find(group.key).is_none(), "{}", group.key);
        assert!(ChartId::ALL.iter().all(|chart| chart.key() != group.key));
        for metric in group.metrics {
            assert_eq!(metric.unit, group.unit(), "{}", metric.id);
        }
    }
}
