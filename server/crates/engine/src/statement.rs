//! Takes a query with CTEs apart, so that each can run as a statement of its own.
//!
//! Polars' SQL context runs a CTE in a fresh context that has lost the registered functions. Run one after the other, each as a
//! table of its own, they keep them.

use sqlparser::ast::Statement;
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;

/// A query in steps.
pub(crate) struct Steps {
    /// Name and SQL of each CTE, in order.
    pub(crate) tables: Vec<(String, String)>,
    /// The SQL that uses them.
    pub(crate) last: String,
}

/// The steps of one SELECT.
///
/// # Errors
/// Text that is not exactly one query, in the parser's words.
pub(crate) fn steps(sql: &str) -> Result<Steps, String> {
    let mut statements = Parser::parse_sql(&GenericDialect {}, sql).map_err(|error| error.to_string())?;
    match (statements.pop(), statements.is_empty()) {
        (Some(Statement::Query(mut query)), true) => {
            let tables = query
                .with
                .take()
                .map(|with| with.cte_tables)
                .unwrap_or_default()
                .into_iter()
                .map(|cte| (cte.alias.name.value, cte.query.to_string()))
                .collect();
            Ok(Steps { tables, last: query.to_string() })
        }
        _ => Err("a model is exactly one query".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ctes_come_out_in_order_and_the_rest_stays() {
        let steps = steps("with a as (select 1 as x), b as (select f(x) as y from a) select y from b order by y").unwrap();
        assert_eq!(steps.tables.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(steps.tables[1].1, "SELECT f(x) AS y FROM a");
        assert_eq!(steps.last, "SELECT y FROM b ORDER BY y");
    }

    #[test]
    fn what_is_no_single_query_is_refused() {
        for sql in ["", "select 1; select 2", "drop table a", "select from where"] {
            assert!(steps(sql).is_err(), "{sql}");
        }
    }
}
