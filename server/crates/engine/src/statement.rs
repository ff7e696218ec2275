//! Takes a query with CTEs apart, so that each can run as a statement of its own.
//!
//! Polars' SQL context runs a CTE in a fresh context that has lost the registered functions. Run one after the other, each as a
//! table of its own, they keep them.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use sqlparser::ast::{
    BinaryOperator, Expr, Join, JoinConstraint, JoinOperator, Query, SetExpr, Statement,
    TableFactor, visit_relations,
};
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;

/// A query in steps.
pub(crate) struct Steps {
    /// Each CTE, in order.
    pub(crate) tables: Vec<Table>,
    /// The query that uses them.
    pub(crate) last: Query,
}

/// A CTE.
pub(crate) struct Table {
    /// What later steps call it.
    pub(crate) name: String,
    /// Its query.
    pub(crate) query: Query,
    /// How many times later steps read it.
    pub(crate) uses: usize,
}

/// The steps of one SELECT.
///
/// # Errors
/// Text that is not exactly one query, in the parser's words.
pub(crate) fn steps(sql: &str) -> Result<Steps, String> {
    let mut statements =
        Parser::parse_sql(&GenericDialect {}, sql).map_err(|error| error.to_string())?;
    match (statements.pop(), statements.is_empty()) {
        (Some(Statement::Query(mut query)), true) => {
            if let Some(condition) = narrowed_join(&query) {
                return Err(format!(
                    "a LEFT JOIN on `{condition}`: Polars drops the unmatched rows of an outer join on anything but equal columns; \
                     match by an INNER JOIN first, then LEFT JOIN its result on equal columns"
                ));
            }
            let mut read = Vec::new();
            reads(&query, &mut read);
            let tables = query
                .with
                .take()
                .map(|with| with.cte_tables)
                .unwrap_or_default()
                .into_iter()
                .map(|cte| Table {
                    uses: read
                        .iter()
                        .filter(|name| **name == cte.alias.name.value)
                        .count(),
                    name: cte.alias.name.value,
                    query: *cte.query,
                })
                .collect();
            Ok(Steps {
                tables,
                last: *query,
            })
        }
        _ => Err("a model is exactly one query".to_owned()),
    }
}

/// The tables a query reads; its own CTEs are none of them.
///
/// # Errors
/// As [`steps`].
pub(crate) fn tables(sql: &str) -> Result<BTreeSet<String>, String> {
    let Steps { tables, last } = steps(sql)?;
    let mut names = Vec::new();
    let queries = tables.iter().map(|table| &table.query);
    queries
        .chain([&last])
        .for_each(|query| reads(query, &mut names));
    let own = |name: &String| tables.iter().any(|table| table.name == *name);
    Ok(names.into_iter().filter(|name| !own(name)).collect())
}

/// Every table name the query reads, as often as it does.
fn reads(query: &Query, names: &mut Vec<String>) {
    let _ = visit_relations(query, |name| {
        names.push(name.to_string());
        ControlFlow::<()>::Continue(())
    });
}

/// The condition of the first outer join on anything but equal columns. Polars would run it as an inner join, without a word.
fn narrowed_join(query: &Query) -> Option<String> {
    let ctes = query.with.iter().flat_map(|with| &with.cte_tables);
    ctes.map(|cte| &*cte.query)
        .find_map(narrowed_join)
        .or_else(|| in_body(&query.body))
}

fn in_body(body: &SetExpr) -> Option<String> {
    match body {
        SetExpr::Select(select) => select.from.iter().find_map(|table| {
            in_table(&table.relation).or_else(|| table.joins.iter().find_map(in_join))
        }),
        SetExpr::SetOperation { left, right, .. } => in_body(left).or_else(|| in_body(right)),
        SetExpr::Query(query) => narrowed_join(query),
        _ => None,
    }
}

fn in_table(table: &TableFactor) -> Option<String> {
    match table {
        TableFactor::Derived { subquery, .. } => narrowed_join(subquery),
        _ => None,
    }
}

fn in_join(join: &Join) -> Option<String> {
    match &join.join_operator {
        JoinOperator::Left(JoinConstraint::On(on))
        | JoinOperator::LeftOuter(JoinConstraint::On(on))
        | JoinOperator::Right(JoinConstraint::On(on))
        | JoinOperator::RightOuter(JoinConstraint::On(on))
        | JoinOperator::FullOuter(JoinConstraint::On(on))
            if !is_equality(on) =>
        {
            Some(on.to_string())
        }
        _ => in_table(&join.relation),
    }
}

fn is_equality(on: &Expr) -> bool {
    match on {
        Expr::BinaryOp {
            left,
            op: BinaryOperator::And,
            right,
        } => is_equality(left) && is_equality(right),
        Expr::BinaryOp {
            left,
            op: BinaryOperator::Eq,
            right,
        } => is_column(left) && is_column(right),
        Expr::Nested(inner) => is_equality(inner),
        _ => false,
    }
}

fn is_column(side: &Expr) -> bool {
    matches!(side, Expr::Identifier(_) | Expr::CompoundIdentifier(_))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ctes_come_out_in_order_and_the_rest_stays() {
        let steps = steps(
            "with a as (select 1 as x), b as (select f(x) as y from a) select y from b order by y",
        )
        .unwrap();
        assert_eq!(
            steps
                .tables
                .iter()
                .map(|table| table.name.as_str())
                .collect::<Vec<_>>(),
            ["a", "b"]
        );
        assert_eq!(steps.tables[1].query.to_string(), "SELECT f(x) AS y FROM a");
        assert_eq!(steps.last.to_string(), "SELECT y FROM b ORDER BY y");
    }

    #[test]
    fn tables_are_found_in_every_corner() {
        let sql = "with a as (select x from t union all select x from u) \
                   select * from (select * from a join v on v.x = a.x) as s left join w on w.x = s.x where s.x in (select x from y)";
        let found: Vec<String> = tables(sql).unwrap().into_iter().collect();
        assert_eq!(found, ["t", "u", "v", "w", "y"]);
    }

    #[test]
    fn what_is_no_single_query_is_refused() {
        for sql in ["", "select 1; select 2", "drop table a", "selec 1"] {
            assert!(steps(sql).is_err(), "{sql}");
        }
    }

    #[test]
    fn an_outer_join_that_polars_would_narrow_is_refused() {
        let join = |kind: &str, on: &str| {
            steps(&format!(
                "with x as (select 1) select * from a {kind} join b on {on}"
            ))
            .map(|_| ())
        };
        assert!(join("left", "b.id = a.id and b.day = a.day").is_ok());
        assert!(join("inner", "b.id = a.id and b.first <= a.day").is_ok());
        for on in [
            "b.id = a.id and b.first <= a.day",
            "b.id = a.id and b.position = 1",
            "b.id = a.id or b.id is null",
        ] {
            assert!(join("left", on).unwrap_err().contains("LEFT JOIN"), "{on}");
        }
        let inside = "with x as (select * from a left join b on b.day < a.day) select * from x";
        assert!(steps(inside).is_err());
    }
}
