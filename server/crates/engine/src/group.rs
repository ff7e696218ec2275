//! GROUP BY: rows get the number of their group, and every aggregate is one pass over the rows.
//!
//! Polars groups by the encoded text of all keys and evaluates an SQL sum as three aggregates over lists of row numbers. A mart has six
//! keys of few distinct values and up to 25 sums; here keys become small codes, codes one number, and a sum an addition to that number's
//! total. Groups come out in the order the query asks for, so that nothing is sorted by text. What this does not know stays with Polars:
//! see [`take_out`].

use std::ops::ControlFlow;

use polars::prelude::*;
use polars::sql::SQLContext;
use rayon::prelude::*;
use sqlparser::ast::{
    Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, GroupByExpr, Ident,
    OrderByExpr, OrderByKind, Query, Select, SelectItem, SetExpr, TableFactor, visit_expressions,
    visit_expressions_mut,
};

use crate::code::Groups;
use crate::order::{Key, Order, compare};

/// The table of groups that `outer` reads.
const GROUPS: &str = "__groups";

/// A query in three parts: what its rows give, how they are grouped, and what is made of the groups.
pub(crate) struct Grouped {
    /// Selects the keys and, unless `arguments` do, what is aggregated.
    rows: String,
    /// Where the rows are a table as it stands: one query for each argument, so that they are never in memory together.
    arguments: Vec<String>,
    keys: usize,
    aggregates: Vec<Aggregate>,
    /// The places of the keys the result is ordered by, if it is by keys alone.
    order: Vec<usize>,
    /// Makes the result of the groups; the second text also orders them.
    outer: (String, String),
}

#[derive(Clone, PartialEq)]
struct Aggregate {
    what: What,
    /// Place among the arguments; none for `count(*)`.
    argument: Option<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    Sum,
    Count,
    Min,
    Max,
}

fn key(at: usize) -> String {
    format!("__key_{at}")
}

fn argument(at: usize) -> String {
    format!("__argument_{at}")
}

fn aggregate(at: usize) -> String {
    format!("__aggregate_{at}")
}

fn name(text: String) -> Expr {
    Expr::Identifier(Ident::new(text))
}

/// Takes the grouping out of a query; none if it has none, or one that is not known here: DISTINCT, a window function, an aggregate
/// other than `sum`, `count`, `min` and `max`, or an output that is neither a key nor named. `holds` tells whether a table is in memory:
/// one that is still a plan may give its rows in another order each time it runs.
pub(crate) fn take_out(query: &Query, holds: impl Fn(&str) -> bool) -> Option<Grouped> {
    let SetExpr::Select(select) = &*query.body else {
        return None;
    };
    let GroupByExpr::Expressions(keys, modifiers) = &select.group_by else {
        return None;
    };
    let known = !keys.is_empty()
        && modifiers.is_empty()
        && query.with.is_none()
        && query.limit_clause.is_none()
        && select.distinct.is_none()
        && select.qualify.is_none()
        && !keys.iter().any(|key| matches!(key, Expr::Value(_)));
    if !known {
        return None;
    }
    let mut arguments = Vec::new();
    let mut aggregates = Vec::new();
    let mut rewrite = |expr: &mut Expr| -> Option<()> {
        let flow = visit_expressions_mut(expr, |expr| {
            if let Expr::Function(function) = expr
                && let Some(what) = what(function)
            {
                match call(function, what, &mut arguments) {
                    Some(call) => {
                        let at = place(&mut aggregates, call);
                        *expr = name(aggregate(at));
                    }
                    None => return ControlFlow::Break(()),
                }
            }
            ControlFlow::Continue(())
        });
        let _ = visit_expressions_mut(expr, |expr| {
            if let Some(at) = keys.iter().position(|key| key == expr) {
                *expr = name(key(at));
            }
            ControlFlow::<()>::Continue(())
        });
        (flow.is_continue()).then_some(())
    };

    let mut outer = Vec::new();
    for item in &select.projection {
        let (mut expr, alias) = match item {
            SelectItem::ExprWithAlias { expr, alias } => (expr.clone(), alias.clone()),
            SelectItem::UnnamedExpr(expr @ Expr::Identifier(name)) => (expr.clone(), name.clone()),
            SelectItem::UnnamedExpr(expr @ Expr::CompoundIdentifier(names)) => {
                (expr.clone(), names.last()?.clone())
            }
            _ => return None,
        };
        rewrite(&mut expr)?;
        if !is_of_groups(&expr) {
            return None;
        }
        outer.push((expr, alias));
    }
    let having = match &select.having {
        Some(having) => {
            let mut having = having.clone();
            rewrite(&mut having)?;
            if !is_of_groups(&having) {
                return None;
            }
            format!(" WHERE {having}")
        }
        None => String::new(),
    };
    let mut order = Vec::new();
    if let Some(by) = &query.order_by {
        let OrderByKind::Expressions(by) = &by.kind else {
            return None;
        };
        for by in by {
            let mut by = by.clone();
            rewrite(&mut by.expr)?;
            // The name of an output stands for it.
            if let Some((expr, _)) = outer
                .iter()
                .find(|(_, alias)| by.expr == Expr::Identifier(alias.clone()))
            {
                by.expr = expr.clone();
            }
            if !is_of_groups(&by.expr) {
                return None;
            }
            order.push(by);
        }
    }
    let list: Vec<String> = outer
        .iter()
        .map(|(expr, alias)| format!("{expr} AS {alias}"))
        .collect();
    let unordered = format!("SELECT {} FROM {GROUPS}{having}", list.join(", "));
    let ordered = match order.as_slice() {
        [] => unordered.clone(),
        by => {
            let by: Vec<String> = by.iter().map(ToString::to_string).collect();
            format!("{unordered} ORDER BY {}", by.join(", "))
        }
    };
    let apart = table(select).is_some_and(|name| holds(&name));
    let (rows, arguments) = inner(select, keys, &arguments, apart);
    Some(Grouped {
        rows,
        arguments,
        keys: keys.len(),
        aggregates,
        order: by_keys(&order, keys.len()),
        outer: (unordered, ordered),
    })
}

/// The queries for keys and arguments.
fn inner(select: &Select, keys: &[Expr], arguments: &[Expr], apart: bool) -> (String, Vec<String>) {
    let mut plain = select.clone();
    plain.group_by = GroupByExpr::Expressions(Vec::new(), Vec::new());
    plain.having = None;
    let item = |expr: &Expr, alias: String| SelectItem::ExprWithAlias {
        expr: expr.clone(),
        alias: Ident::new(alias),
    };
    let key_items = keys
        .iter()
        .enumerate()
        .map(|(at, expr)| item(expr, key(at)));
    let argument_items = arguments
        .iter()
        .enumerate()
        .map(|(at, expr)| item(expr, argument(at)));
    if !apart {
        plain.projection = key_items.chain(argument_items).collect();
        return (plain.to_string(), Vec::new());
    }
    plain.projection = key_items.collect();
    let rows = plain.to_string();
    let queries = argument_items
        .map(|item| {
            plain.projection = vec![item];
            plain.to_string()
        })
        .collect();
    (rows, queries)
}

/// The one table whose rows these are, all of them.
fn table(select: &Select) -> Option<String> {
    let [only] = select.from.as_slice() else {
        return None;
    };
    match &only.relation {
        TableFactor::Table { name, .. } if only.joins.is_empty() && select.selection.is_none() => {
            Some(name.to_string())
        }
        _ => None,
    }
}

fn what(function: &Function) -> Option<What> {
    Some(match function.name.to_string().to_lowercase().as_str() {
        "sum" => What::Sum,
        "count" => What::Count,
        "min" => What::Min,
        "max" => What::Max,
        _ => return None,
    })
}

fn call(function: &Function, what: What, arguments: &mut Vec<Expr>) -> Option<Aggregate> {
    let FunctionArguments::List(list) = &function.args else {
        return None;
    };
    let plain = function.over.is_none()
        && function.filter.is_none()
        && list.clauses.is_empty()
        && list.duplicate_treatment.is_none();
    match list.args.as_slice() {
        _ if !plain => None,
        [FunctionArg::Unnamed(FunctionArgExpr::Wildcard)] if what == What::Count => {
            Some(Aggregate {
                what,
                argument: None,
            })
        }
        [FunctionArg::Unnamed(FunctionArgExpr::Expr(expr))] => {
            let argument = Some(place(arguments, expr.clone()));
            Some(Aggregate { what, argument })
        }
        _ => None,
    }
}

/// Where a value stands in a list, put there if it was not.
fn place<T: PartialEq>(list: &mut Vec<T>, value: T) -> usize {
    list.iter()
        .position(|known| *known == value)
        .unwrap_or_else(|| {
            list.push(value);
            list.len() - 1
        })
}

/// Whether an expression reads nothing but keys and aggregates.
fn is_of_groups(expr: &Expr) -> bool {
    visit_expressions(expr, |expr| match expr {
        Expr::Identifier(name) if !name.value.starts_with("__") => ControlFlow::Break(()),
        Expr::CompoundIdentifier(_) | Expr::Subquery(_) => ControlFlow::Break(()),
        Expr::Function(function) if function.over.is_some() => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    })
    .is_continue()
}

/// The keys a result is ordered by, if it is ordered by keys alone, ascending.
fn by_keys(order: &[OrderByExpr], keys: usize) -> Vec<usize> {
    let place = |by: &OrderByExpr| {
        let ascending = by.options.asc != Some(false) && by.options.nulls_first.is_none();
        (0..keys).find(|at| ascending && by.expr == name(key(*at)))
    };
    order
        .iter()
        .map(place)
        .collect::<Option<Vec<_>>>()
        .unwrap_or_default()
}

impl Grouped {
    /// Runs the query.
    pub(crate) fn run(&self, context: &mut SQLContext) -> PolarsResult<LazyFrame> {
        let rows = context.execute(&self.rows)?.collect()?;
        let key_columns = (0..self.keys)
            .map(|at| rows.column(&key(at)).map(Column::as_materialized_series))
            .collect::<PolarsResult<Vec<_>>>()?;
        let groups = Groups::of(&key_columns, &self.order)?;
        let firsts = groups.firsts();
        let mut columns = key_columns
            .iter()
            .map(|column| column.take(&firsts).map(Series::into_column))
            .collect::<PolarsResult<Vec<_>>>()?;

        let queries = self
            .arguments
            .iter()
            .map(|sql| context.execute(sql))
            .collect::<PolarsResult<Vec<_>>>()?;
        let one = |(at, of): (usize, &Aggregate)| -> PolarsResult<Column> {
            let series = match of.argument {
                None => groups.counts(None),
                Some(place) => {
                    let own = queries
                        .get(place)
                        .cloned()
                        .map(LazyFrame::collect)
                        .transpose()?;
                    let values = own.as_ref().unwrap_or(&rows).column(&argument(place))?;
                    evaluate(&groups, of.what, values.as_materialized_series())?
                }
            };
            Ok(series.with_name(aggregate(at).into()).into_column())
        };
        columns.extend(
            self.aggregates
                .par_iter()
                .enumerate()
                .map(one)
                .collect::<PolarsResult<Vec<_>>>()?,
        );
        context.register(GROUPS, DataFrame::new(groups.len(), columns)?.lazy());
        let (unordered, ordered) = &self.outer;
        let result = context.execute(if groups.is_ordered {
            unordered
        } else {
            ordered
        });
        context.unregister(GROUPS);
        result
    }
}

fn evaluate(groups: &Groups, what: What, values: &Series) -> PolarsResult<Series> {
    match what {
        What::Sum => groups.sums(values),
        What::Count => Ok(groups.counts(Some(&values.is_not_null()))),
        What::Min | What::Max => {
            let order = Order {
                descending: what == What::Max,
                nulls_first: false,
            };
            let key = [Key::of(values, order)?];
            let better = |row: usize, best: usize| compare(&key, row, best).is_lt();
            values.take(&groups.best(&values.is_not_null(), better))
        }
    }
}

#[cfg(test)]
#[path = "group_tests.rs"]
mod tests;
