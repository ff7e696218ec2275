//! Runs one query: its CTEs one by one, window functions and groupings by operators of our own, all else by Polars.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use polars::prelude::*;
use polars::sql::{FunctionRegistry, SQLContext};
use sqlparser::ast::Query;

use crate::{group, statement, window};

/// The rows of a query over `tables`.
///
/// # Errors
/// SQL that does not parse or run.
pub(crate) fn run(
    sql: &str,
    tables: &BTreeMap<String, LazyFrame>,
    functions: &Arc<dyn FunctionRegistry>,
) -> PolarsResult<DataFrame> {
    let steps = statement::steps(sql).map_err(|reason| polars_err!(SQLSyntax: "{reason}"))?;
    // A context of its own for each query, so that the names of its CTEs end with it.
    let mut context = SQLContext::new().with_function_registry(Arc::clone(functions));
    let mut held: BTreeSet<&str> = BTreeSet::new();
    for (name, table) in tables {
        context.register(name, table.clone());
        held.insert(name);
    }
    for table in &steps.tables {
        let mut frame = step(&mut context, &table.query, &held)?;
        // A lazy frame is a plan: what reads it twice would run it twice.
        if table.uses > 1 {
            frame = frame.collect()?.lazy();
            held.insert(&table.name);
        } else {
            held.remove(table.name.as_str());
        }
        context.register(&table.name, frame);
    }
    step(&mut context, &steps.last, &held)?.collect()
}

fn step(context: &mut SQLContext, query: &Query, held: &BTreeSet<&str>) -> PolarsResult<LazyFrame> {
    if let Some(grouped) = group::take_out(query, |table| held.contains(table)) {
        return grouped.run(context);
    }
    if let Some(windowed) = window::take_out(query) {
        let rest = context.execute(&windowed.rest)?.collect()?;
        return Ok(windowed.fill(rest)?.lazy());
    }
    context.execute(&query.to_string())
}
