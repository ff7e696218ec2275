//! Every chart's table is rectangular, and holds what the engine says.

use std::collections::HashSet;
use std::sync::Arc;

use super::*;
use crate::columns::{Column, Columns, TextColumn};
use crate::date::{parse_iso, to_days};
use crate::dimension::Dimension;
use crate::engine::{Contribution, Dataset, Explanation, Marts};
use crate::format::Formatter;
use crate::mart::{ColumnType, LIFECYCLE_DAILY};
use crate::metrics::{self, METRICS};
use crate::view::parse;

/// A customer of 100.00 wins a second one of 50.00 a month later; the first leaves in the month
/// after.
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
        "by=plan",
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

#[test]
fn a_broken_down_table_has_a_row_per_period_and_value() {
    let query = "from=2026-02-01&to=2026-03-20&grain=month&by=plan";
    assert_eq!(
        table(ChartId::Mrr, &evaluate(query), None).to_csv(),
        "from,to,partial,plan,others,mrr\n\
         2026-02-01,2026-02-28,false,'=x,false,15000\n\
         2026-03-01,2026-03-20,true,'=x,false,5000\n"
    );
    let movements = table(ChartId::Customers, &evaluate(query), None).to_csv();
    assert_eq!(
        movements.lines().nth(2),
        Some("2026-03-01,2026-03-20,true,'=x,false,2,0,0,-1,0,0,1")
    );
}

#[test]
fn steps_lead_from_the_period_compared_to_the_one_shown() {
    let evaluation = evaluate("from=2026-03-01&to=2026-03-20");
    assert_eq!(
        table(ChartId::Bridge, &evaluation, None).to_csv(),
        "step,name,value\nstart,Start,15000\nnew,New,0\nreactivation,Reactivation,0\n\
         expansion,Expansion,0\nmoved,Segment change,0\ncontraction,Contraction,0\n\
         churn_voluntary,Voluntary churn,-10000\nchurn_involuntary,Involuntary churn,0\nend,End,5000\n"
    );
    let steps = steps(&evaluation);
    assert_eq!(floor(&steps), 0);
    for pair in steps.windows(2) {
        assert!(pair[1].is_level() || pair[0].to == pair[1].from, "{pair:?}");
    }
    // Of small changes of much, the axis shows the changes.
    let much = |from: i64, to: i64| Step {
        key: "new",
        label: "New",
        value: to - from,
        from,
        to,
    };
    let begins = floor(&[much(0, 1_000), much(1_000, 1_100)]);
    assert!((900..1_000).contains(&begins), "{begins}");
    assert_eq!(self::steps(&evaluate("explain=arpa")), []);
    assert_eq!(self::steps(&evaluate("compare=none")), []);
}

#[test]
fn a_change_is_told_in_a_sentence() {
    let part = |dimension, value: &str, own| Contribution {
        dimension,
        value: value.to_owned(),
        before: None,
        after: None,
        own,
        mix: 0.0,
        customers: 50,
    };
    let mut explanation = Explanation {
        metric: &MRR,
        before: 40_000_000.0,
        after: 41_240_000.0,
        parts: vec![
            part(Dimension::Industry, "unknown", 1_240_000.0),
            part(Dimension::Plan, "Team", 800_000.0),
            part(Dimension::Region, "EMEA", -210_000.0),
        ],
    };
    let text = |explanation: &Explanation| sentence(explanation, &Formatter::new("usd"));
    assert_eq!(
        text(&explanation),
        "MRR grew by $12.4K (+3.1%), from $400K to $412K. Most of it came from plan Team (+$8,000); \
         region EMEA (−$2,100) moved in the opposite direction."
    );
    explanation.metric = &CUSTOMER_CHURN_RATE;
    (explanation.before, explanation.after) = (0.05, 0.04);
    explanation.parts = vec![
        part(Dimension::Plan, "Pro", -0.012),
        part(Dimension::Plan, "Team", 0.0001),
    ];
    assert_eq!(
        text(&explanation),
        "Customer churn rate fell by 1.00 pp, from 5.0% to 4.0%. More than the total change came from plan Pro (−1.20 pp)."
    );
    explanation.after = explanation.before;
    assert_eq!(
        text(&explanation),
        "Customer churn rate is unchanged: 5.0%."
    );
}
