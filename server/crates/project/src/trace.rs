//! Which columns a column is made of, read from a model's rendered SQL.
//!
//! Only what makes a value counts: what filters, joins or groups rows does not. What the SQL does not show plainly is left
//! out and counted.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use sqlparser::ast::{
    Expr, Query, Select, SelectItem, SelectItemQualifiedWildcardKind, SetExpr, Statement,
    TableFactor, visit_expressions,
};
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;

/// A column of a table: table and column name.
pub(crate) type Origin = (String, String);
/// The columns a query gives, in order, each with the columns it is made of.
pub(crate) type Columns = Vec<(String, BTreeSet<Origin>)>;

/// Traces the columns of models one after the other, each after all it reads.
#[derive(Default)]
pub(crate) struct Tracer {
    tables: BTreeMap<String, Columns>,
    /// Mentions of columns that were not found.
    pub(crate) unresolved: u64,
}

/// What a query may read from.
type Ctes = BTreeMap<String, Columns>;

impl Tracer {
    /// Makes a table known by its columns.
    pub(crate) fn table(&mut self, name: &str, columns: impl Iterator<Item = String>) {
        let columns = columns
            .map(|column| {
                let origin = (name.to_owned(), column.clone());
                (column, BTreeSet::from([origin]))
            })
            .collect();
        self.tables.insert(name.to_owned(), columns);
    }

    /// The columns of a model, by its rendered SQL; empty if that is no query.
    pub(crate) fn model(&mut self, sql: &str) -> Columns {
        match Parser::parse_sql(&GenericDialect {}, sql).as_deref() {
            Ok([Statement::Query(query)]) => self.query(query, &Ctes::new()),
            _ => Columns::new(),
        }
    }

    fn query(&mut self, query: &Query, outer: &Ctes) -> Columns {
        let mut ctes = outer.clone();
        for cte in query.with.iter().flat_map(|with| &with.cte_tables) {
            let columns = self.query(&cte.query, &ctes);
            ctes.insert(cte.alias.name.value.clone(), columns);
        }
        self.body(&query.body, &ctes)
    }

    fn body(&mut self, body: &SetExpr, ctes: &Ctes) -> Columns {
        match body {
            SetExpr::Select(select) => self.select(select, ctes),
            SetExpr::Query(query) => self.query(query, ctes),
            SetExpr::SetOperation { left, right, .. } => {
                // Columns of a union meet by place and are called as on the left.
                let mut columns = self.body(left, ctes);
                for ((_, origins), (_, more)) in columns.iter_mut().zip(self.body(right, ctes)) {
                    origins.extend(more);
                }
                columns
            }
            _ => Columns::new(),
        }
    }

    fn select(&mut self, select: &Select, ctes: &Ctes) -> Columns {
        let factors = select.from.iter().flat_map(|from| {
            let joined = from.joins.iter().map(|join| &join.relation);
            std::iter::once(&from.relation).chain(joined)
        });
        let scope: Vec<(String, Columns)> = factors
            .filter_map(|factor| self.factor(factor, ctes))
            .collect();
        let mut columns = Columns::new();
        for item in &select.projection {
            match item {
                SelectItem::UnnamedExpr(expr) => {
                    let name = match expr {
                        Expr::Identifier(name) => name.value.clone(),
                        Expr::CompoundIdentifier(parts) => {
                            parts.last().map(|p| p.value.clone()).unwrap_or_default()
                        }
                        other => other.to_string(),
                    };
                    columns.push((name, self.origins(expr, &scope)));
                }
                SelectItem::ExprWithAlias { expr, alias } => {
                    columns.push((alias.value.clone(), self.origins(expr, &scope)));
                }
                SelectItem::Wildcard(_) => {
                    columns.extend(scope.iter().flat_map(|(_, table)| table.clone()));
                }
                SelectItem::QualifiedWildcard(
                    SelectItemQualifiedWildcardKind::ObjectName(name),
                    _,
                ) => {
                    let name = name.to_string();
                    let of = scope.iter().filter(|(alias, _)| *alias == name);
                    columns.extend(of.flat_map(|(_, table)| table.clone()));
                }
                _ => self.unresolved += 1,
            }
        }
        columns
    }

    /// A table of a FROM clause, with the name it goes by.
    fn factor(&mut self, factor: &TableFactor, ctes: &Ctes) -> Option<(String, Columns)> {
        match factor {
            TableFactor::Table { name, alias, .. } => {
                let name = name.to_string();
                let known = ctes.get(&name).or_else(|| self.tables.get(&name));
                let columns = known.cloned().unwrap_or_default();
                let alias = alias.as_ref().map(|alias| alias.name.value.clone());
                Some((alias.unwrap_or(name), columns))
            }
            TableFactor::Derived {
                subquery, alias, ..
            } => {
                let alias = alias.as_ref().map(|alias| alias.name.value.clone());
                Some((alias.unwrap_or_default(), self.query(subquery, ctes)))
            }
            _ => None,
        }
    }

    /// The columns an expression mentions.
    fn origins(&mut self, expr: &Expr, scope: &[(String, Columns)]) -> BTreeSet<Origin> {
        let mut origins = BTreeSet::new();
        let mut missed = 0;
        let _ = visit_expressions(expr, |part| {
            let (table, column) = match part {
                Expr::Identifier(column) => (None, column),
                Expr::CompoundIdentifier(parts) => match parts.as_slice() {
                    [table, column] => (Some(table), column),
                    _ => return ControlFlow::<()>::Continue(()),
                },
                _ => return ControlFlow::Continue(()),
            };
            let found = scope
                .iter()
                .filter(|(alias, _)| table.is_none_or(|table| table.value == *alias))
                .flat_map(|(_, columns)| columns)
                .find(|(name, _)| *name == column.value);
            match found {
                Some((_, from)) => origins.extend(from.iter().cloned()),
                None => missed += 1,
            }
            ControlFlow::Continue(())
        });
        self.unresolved += missed;
        origins
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The columns of a query over `t(a, b)` and `u(a, c)`, as `name: table.column …`.
    fn traced(sql: &str) -> (Vec<String>, u64) {
        let mut tracer = Tracer::default();
        tracer.table("t", ["a", "b"].map(str::to_owned).into_iter());
        tracer.table("u", ["a", "c"].map(str::to_owned).into_iter());
        let columns = tracer.model(sql);
        let told = columns.iter().map(|(name, origins)| {
            let origins: Vec<String> = origins.iter().map(|(t, c)| format!("{t}.{c}")).collect();
            format!("{name}: {}", origins.join(" "))
        });
        (told.collect(), tracer.unresolved)
    }

    #[test]
    fn columns_are_followed_through_every_clause_that_makes_a_value() {
        for (sql, expected) in [
            (
                "select a, t.b as x, 1 as one from t where b > 0",
                &["a: t.a", "x: t.b", "one: "][..],
            ),
            (
                "select sum(case when b = 'x' then a else 0 end) as s from t group by b",
                &["s: t.a t.b"],
            ),
            (
                "with q as (select *, f(b) as y from t) select q.*, u.c from q left join u on u.a = q.a",
                &["a: t.a", "b: t.b", "y: t.b", "c: u.c"],
            ),
            ("select a from t union all select c from u", &["a: t.a u.c"]),
            (
                "select z.m from (select max(a) over (partition by b order by a) as m from t) as z",
                &["m: t.a t.b"],
            ),
        ] {
            assert_eq!(
                traced(sql),
                (expected.iter().map(|s| (*s).to_owned()).collect(), 0),
                "{sql}"
            );
        }
    }

    #[test]
    fn what_is_not_found_is_counted_and_left_out() {
        assert_eq!(
            traced("select a + nothing as x from t"),
            (vec!["x: t.a".to_owned()], 1)
        );
        assert_eq!(traced("drop table t"), (Vec::new(), 0));
    }
}
