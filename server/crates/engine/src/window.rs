//! Window functions: each partition is sorted once and walked once, for all functions over it.
//!
//! Polars evaluates a window function as a small series per partition, which for a hundred thousand customers with three rows each costs
//! more than the rest of the query. Here partitions are ranges of one list of row numbers, and every function is a loop over them.
//! What this does not know stays with Polars: see [`take_out`].

use std::cmp::Ordering;

use polars::prelude::*;
use sqlparser::ast::{
    Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, GroupByExpr, Ident,
    OrderByExpr, Query, Select, SelectItem, SetExpr, Value, WindowFrameBound, WindowFrameUnits,
    WindowSpec, WindowType,
};

/// A query without its window functions, and what they were.
pub(crate) struct Windowed {
    /// Selects everything else, an empty column in the place of each window function, and what they need under names of their own.
    pub(crate) rest: String,
    calls: Vec<Call>,
    helpers: Vec<String>,
}

struct Call {
    alias: String,
    what: What,
    argument: Option<String>,
    partition: Vec<String>,
    order: Vec<Order>,
}

#[derive(Clone, PartialEq)]
struct Order {
    column: String,
    descending: bool,
    nulls_first: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    RowNumber,
    Lag,
    Lead,
    Min(Span),
    Max(Span),
    Sum(Span),
    Count(Span),
}

/// The rows of a partition that count for one of them.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Span {
    /// All of it.
    Whole,
    /// From its first row to this one.
    Running,
}

/// Takes the window functions out of a query; none if it has none, or one that is not known here: nested in an expression, beside a
/// GROUP BY or DISTINCT, with another frame than `rows unbounded preceding` or the whole partition, or of another name.
pub(crate) fn take_out(query: &Query) -> Option<Windowed> {
    let SetExpr::Select(select) = &*query.body else {
        return None;
    };
    let plain = query.with.is_none()
        && query.order_by.is_none()
        && query.limit_clause.is_none()
        && is_plain(select);
    if !plain {
        return None;
    }
    let mut select = select.clone();
    let mut helpers = Helpers::default();
    let mut calls = Vec::new();
    for item in &mut select.projection {
        match item {
            SelectItem::ExprWithAlias { expr, alias } => {
                if let Expr::Function(function) = expr
                    && function.over.is_some()
                {
                    calls.push(call(function, alias, &mut helpers)?);
                    *expr = Expr::Value(Value::Null.with_empty_span());
                } else if has_window(expr) {
                    return None;
                }
            }
            SelectItem::UnnamedExpr(expr) if has_window(expr) => return None,
            _ => {}
        }
    }
    if calls.is_empty() {
        return None;
    }
    let names = helpers
        .0
        .iter()
        .enumerate()
        .map(|(at, expr)| SelectItem::ExprWithAlias {
            expr: expr.clone(),
            alias: Ident::new(helper(at)),
        });
    select.projection.extend(names);
    Some(Windowed {
        rest: select.to_string(),
        calls,
        helpers: (0..helpers.0.len()).map(helper).collect(),
    })
}

fn is_plain(select: &Select) -> bool {
    let grouped = match &select.group_by {
        GroupByExpr::Expressions(by, _) => !by.is_empty(),
        GroupByExpr::All(_) => true,
    };
    !grouped && select.distinct.is_none() && select.having.is_none() && select.qualify.is_none()
}

/// In the text, since an expression has too many shapes to walk; a string that merely says so is left to Polars, which is right too.
fn has_window(expr: &Expr) -> bool {
    expr.to_string().contains(" OVER ")
}

/// Expressions that become columns of their own, each once.
#[derive(Default)]
struct Helpers(Vec<Expr>);

fn helper(at: usize) -> String {
    format!("__window_{at}")
}

impl Helpers {
    fn column(&mut self, expr: &Expr) -> String {
        let at = self
            .0
            .iter()
            .position(|known| known == expr)
            .unwrap_or_else(|| {
                self.0.push(expr.clone());
                self.0.len() - 1
            });
        helper(at)
    }
}

fn call(function: &Function, alias: &Ident, helpers: &mut Helpers) -> Option<Call> {
    let Some(WindowType::WindowSpec(over)) = &function.over else {
        return None;
    };
    let FunctionArguments::List(list) = &function.args else {
        return None;
    };
    if function.filter.is_some() || !list.clauses.is_empty() || list.duplicate_treatment.is_some() {
        return None;
    }
    let span = span(over)?;
    let (what, argument) = match (
        function.name.to_string().to_lowercase().as_str(),
        list.args.as_slice(),
    ) {
        ("row_number", []) => (What::RowNumber, None),
        (name, [FunctionArg::Unnamed(FunctionArgExpr::Expr(argument))]) => {
            let what = match name {
                "lag" => What::Lag,
                "lead" => What::Lead,
                "min" => What::Min(span?),
                "max" => What::Max(span?),
                "sum" => What::Sum(span?),
                "count" => What::Count(span?),
                _ => return None,
            };
            (what, Some(helpers.column(argument)))
        }
        _ => return None,
    };
    Some(Call {
        alias: alias.value.clone(),
        what,
        argument,
        partition: over
            .partition_by
            .iter()
            .map(|e| helpers.column(e))
            .collect(),
        order: over.order_by.iter().map(|by| order(by, helpers)).collect(),
    })
}

/// The rows an aggregate counts; inside, none for a frame by value (`range`), which only matters to aggregates.
#[allow(
    clippy::option_option,
    reason = "the outer level is what no function may have, the inner what only aggregates may not"
)]
fn span(over: &WindowSpec) -> Option<Option<Span>> {
    match &over.window_frame {
        None if over.order_by.is_empty() => Some(Some(Span::Whole)),
        None => Some(None),
        Some(frame) => {
            let running = frame.units == WindowFrameUnits::Rows
                && frame.start_bound == WindowFrameBound::Preceding(None)
                && matches!(frame.end_bound, None | Some(WindowFrameBound::CurrentRow));
            running.then_some(Some(Span::Running))
        }
    }
}

/// As in the SQL standard's commonest reading, nulls are greater than all values unless the query says otherwise.
fn order(by: &OrderByExpr, helpers: &mut Helpers) -> Order {
    let descending = by.options.asc == Some(false);
    Order {
        column: helpers.column(&by.expr),
        descending,
        nulls_first: by.options.nulls_first.unwrap_or(descending),
    }
}

impl Windowed {
    /// Fills the empty columns of what `rest` gave.
    pub(crate) fn fill(&self, mut frame: DataFrame) -> PolarsResult<DataFrame> {
        let mut known: Vec<(&Call, Partitions)> = Vec::new();
        let mut filled = Vec::with_capacity(self.calls.len());
        for call in &self.calls {
            let same = |(other, _): &(&Call, Partitions)| {
                other.partition == call.partition && other.order == call.order
            };
            let at = match known.iter().position(same) {
                Some(at) => at,
                None => {
                    known.push((call, Partitions::of(&frame, call)?));
                    known.len() - 1
                }
            };
            let series = known[at].1.evaluate(&frame, call)?;
            filled.push(series.with_name(call.alias.as_str().into()).into_column());
        }
        for column in filled {
            frame.with_column(column)?;
        }
        Ok(frame.drop_many(self.helpers.iter().map(String::as_str)))
    }
}

/// The rows of a frame, partition by partition, each in its order.
struct Partitions {
    rows: Vec<IdxSize>,
    /// Where each partition begins in `rows`, and at last where the last one ends.
    bounds: Vec<usize>,
}

impl Partitions {
    fn of(frame: &DataFrame, call: &Call) -> PolarsResult<Self> {
        let mut partitions = Self::unordered(frame, &call.partition)?;
        let keys = call
            .order
            .iter()
            .map(|order| Key::of(frame, order))
            .collect::<PolarsResult<Vec<_>>>()?;
        if !keys.is_empty() {
            for at in 1..partitions.bounds.len() {
                let rows = &mut partitions.rows[partitions.bounds[at - 1]..partitions.bounds[at]];
                match keys.as_slice() {
                    [Key::Number(values)] => rows.sort_by_key(|row| values[*row as usize]),
                    keys => rows.sort_by(|a, b| compare(keys, *a as usize, *b as usize)),
                }
            }
        }
        Ok(partitions)
    }

    fn unordered(frame: &DataFrame, by: &[String]) -> PolarsResult<Self> {
        let mut rows = Vec::with_capacity(frame.height());
        let mut bounds = vec![0];
        if by.is_empty() {
            rows.extend(0..frame.height() as IdxSize);
            bounds.push(rows.len());
        } else if frame.height() > 0 {
            let grouped = frame.group_by(by.iter().map(String::as_str))?;
            for group in grouped.get_groups().iter() {
                match group {
                    GroupsIndicator::Idx((_, all)) => rows.extend_from_slice(all),
                    GroupsIndicator::Slice([first, length]) => rows.extend(first..first + length),
                }
                bounds.push(rows.len());
            }
        }
        Ok(Self { rows, bounds })
    }

    fn partitions(&self) -> impl Iterator<Item = &[IdxSize]> {
        self.bounds
            .windows(2)
            .map(|ends| &self.rows[ends[0]..ends[1]])
    }

    fn evaluate(&self, frame: &DataFrame, call: &Call) -> PolarsResult<Series> {
        let argument = match &call.argument {
            Some(name) => Some(frame.column(name)?.as_materialized_series()),
            None => None,
        };
        match (call.what, argument) {
            (What::Lag, Some(values)) => values
                .take(&self.neighbours(|rows, at| at.checked_sub(1).map(|before| rows[before]))),
            (What::Lead, Some(values)) => {
                values.take(&self.neighbours(|rows, at| rows.get(at + 1).copied()))
            }
            (What::Min(span), Some(values)) => values.take(&self.best(frame, call, span, false)?),
            (What::Max(span), Some(values)) => values.take(&self.best(frame, call, span, true)?),
            (What::Sum(span), Some(values)) => self.sums(values, span, true),
            (What::Count(span), Some(values)) => {
                let counted: Int64Chunked = values
                    .is_not_null()
                    .iter()
                    .map(|is| is.map(i64::from))
                    .collect();
                self.sums(&counted.into_series(), span, false)
            }
            _ => {
                let mut numbers = vec![0_i64; self.rows.len()];
                for rows in self.partitions() {
                    for (number, row) in (1..).zip(rows) {
                        numbers[*row as usize] = number;
                    }
                }
                Ok(Int64Chunked::from_vec(PlSmallStr::EMPTY, numbers).into_series())
            }
        }
    }

    /// For each row, another row of its partition.
    fn neighbours(&self, other: impl Fn(&[IdxSize], usize) -> Option<IdxSize>) -> IdxCa {
        let mut found = vec![None; self.rows.len()];
        for rows in self.partitions() {
            for (at, row) in rows.iter().enumerate() {
                found[*row as usize] = other(rows, at);
            }
        }
        IdxCa::from_iter_options(PlSmallStr::EMPTY, found.into_iter())
    }

    /// For each row, the row with the least or greatest argument of its span; nulls don't count.
    fn best(
        &self,
        frame: &DataFrame,
        call: &Call,
        span: Span,
        greatest: bool,
    ) -> PolarsResult<IdxCa> {
        let column = call.argument.clone().unwrap_or_default();
        let valid = frame
            .column(&column)?
            .as_materialized_series()
            .is_not_null();
        let key = [Key::of(
            frame,
            &Order {
                column,
                descending: greatest,
                nulls_first: false,
            },
        )?];
        let mut found = vec![None; self.rows.len()];
        for rows in self.partitions() {
            let mut best: Option<IdxSize> = None;
            for row in rows {
                let better = valid.get(*row as usize) == Some(true)
                    && best.is_none_or(|best| compare(&key, *row as usize, best as usize).is_lt());
                if better {
                    best = Some(*row);
                }
                found[*row as usize] = best;
            }
            if span == Span::Whole {
                rows.iter().for_each(|row| found[*row as usize] = best);
            }
        }
        Ok(IdxCa::from_iter_options(
            PlSmallStr::EMPTY,
            found.into_iter(),
        ))
    }

    /// Sums over each row's span; the sum of nothing is null, or 0 where nulls don't matter.
    fn sums(&self, values: &Series, span: Span, null_if_none: bool) -> PolarsResult<Series> {
        let values = values.cast(&DataType::Int64)?.rechunk();
        let values = values.i64()?;
        let mut sums = vec![None; self.rows.len()];
        for rows in self.partitions() {
            let mut sum: Option<i64> = (!null_if_none).then_some(0);
            for row in rows {
                if let Some(value) = values.get(*row as usize) {
                    let more = sum.unwrap_or(0).checked_add(value);
                    sum = Some(more.ok_or_else(
                        || polars_err!(ComputeError: "a running sum is too large for 64 bits"),
                    )?);
                }
                sums[*row as usize] = sum;
            }
            if span == Span::Whole {
                rows.iter().for_each(|row| sums[*row as usize] = sum);
            }
        }
        Ok(Int64Chunked::from_iter_options(PlSmallStr::EMPTY, sums.into_iter()).into_series())
    }
}

/// A column to sort by, ready to compare.
enum Key {
    /// Numbers, dates, instants and flags in ascending order: turned around for a descending one, nulls at the end they belong to.
    Number(Vec<i64>),
    Text {
        values: StringChunked,
        descending: bool,
        nulls_first: bool,
    },
}

impl Key {
    fn of(frame: &DataFrame, order: &Order) -> PolarsResult<Self> {
        let series = frame.column(&order.column)?.as_materialized_series();
        if series.dtype() == &DataType::String {
            return Ok(Key::Text {
                values: series.str()?.rechunk().into_owned(),
                descending: order.descending,
                nulls_first: order.nulls_first,
            });
        }
        let numbers = series.to_physical_repr().cast(&DataType::Int64)?;
        let null = if order.nulls_first {
            i64::MIN
        } else {
            i64::MAX
        };
        let value = |value: Option<i64>| match value {
            None => null,
            // Bitwise negation turns the order around and, unlike `-`, fits every value.
            Some(value) if order.descending => !value,
            Some(value) => value,
        };
        Ok(Key::Number(numbers.i64()?.iter().map(value).collect()))
    }

    fn compare(&self, a: usize, b: usize) -> Ordering {
        match self {
            Key::Number(values) => values[a].cmp(&values[b]),
            Key::Text {
                values,
                descending,
                nulls_first,
            } => match (values.get(a), values.get(b)) {
                (Some(a), Some(b)) if *descending => b.cmp(a),
                (Some(a), Some(b)) => a.cmp(b),
                (None, None) => Ordering::Equal,
                (None, Some(_)) if *nulls_first => Ordering::Less,
                (Some(_), None) if !*nulls_first => Ordering::Less,
                _ => Ordering::Greater,
            },
        }
    }
}

fn compare(keys: &[Key], a: usize, b: usize) -> Ordering {
    keys.iter()
        .map(|key| key.compare(a, b))
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}

#[cfg(test)]
#[path = "window_tests.rs"]
mod tests;
