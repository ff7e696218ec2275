//! A small SOQL: selected fields, one object, conditions, order and limit.

use super::cell::Cell;
use super::problem::Problem;
use super::tokens::{Token, malformed, tokens};

/// A parsed query; names are as written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Query {
    pub(crate) fields: Fields,
    pub(crate) object: String,
    pub(crate) condition: Option<Condition>,
    pub(crate) order: Vec<Order>,
    pub(crate) limit: Option<usize>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Fields {
    Count,
    Named(Vec<String>),
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Order {
    pub(crate) field: String,
    pub(crate) descending: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    Compare(String, Comparison, Vec<Cell>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    Unequal,
    Less,
    AtMost,
    Greater,
    AtLeast,
    In,
}

/// Reads a query.
pub(crate) fn parse(text: &str) -> Result<Query, Problem> {
    let mut reader = Reader {
        tokens: tokens(text)?,
        at: 0,
    };
    let query = reader.query()?;
    match reader.tokens.get(reader.at) {
        None => Ok(query),
        Some(token) => Err(malformed(format!("unexpected token: {token:?}"))),
    }
}

struct Reader {
    tokens: Vec<Token>,
    at: usize,
}

impl Reader {
    fn keyword(&mut self, keyword: &str) -> bool {
        let is = matches!(self.tokens.get(self.at), Some(Token::Word(word)) if word.eq_ignore_ascii_case(keyword));
        self.at += usize::from(is);
        is
    }

    fn sign(&mut self, sign: &str) -> bool {
        let is = matches!(self.tokens.get(self.at), Some(Token::Sign(found)) if *found == sign);
        self.at += usize::from(is);
        is
    }

    fn expect(&mut self, found: bool, what: &str) -> Result<(), Problem> {
        if found {
            return Ok(());
        }
        Err(malformed(format!(
            "unexpected token: {:?}, expected {what}",
            self.tokens.get(self.at)
        )))
    }

    fn name(&mut self) -> Result<String, Problem> {
        match self.tokens.get(self.at) {
            Some(Token::Word(word)) => {
                self.at += 1;
                Ok(word.clone())
            }
            other => Err(malformed(format!("unexpected token: {other:?}"))),
        }
    }

    fn literal(&mut self) -> Result<Cell, Problem> {
        match self.tokens.get(self.at) {
            Some(Token::Literal(cell)) => {
                self.at += 1;
                Ok(cell.clone())
            }
            other => Err(malformed(format!("unexpected token: {other:?}"))),
        }
    }

    fn query(&mut self) -> Result<Query, Problem> {
        let select = self.keyword("SELECT");
        self.expect(select, "SELECT")?;
        let fields = self.fields()?;
        let from = self.keyword("FROM");
        self.expect(from, "FROM")?;
        let object = self.name()?;
        let condition = if self.keyword("WHERE") {
            Some(self.conditions()?)
        } else {
            None
        };
        let mut order = Vec::new();
        if self.keyword("ORDER") {
            let by = self.keyword("BY");
            self.expect(by, "BY")?;
            order.push(self.order()?);
            while self.sign(",") {
                order.push(self.order()?);
            }
        }
        let mut limit = None;
        if self.keyword("LIMIT") {
            let Cell::Number(number) = self.literal()? else {
                return Err(malformed("LIMIT takes a number"));
            };
            limit = Some(
                number
                    .parse()
                    .map_err(|_| malformed("LIMIT takes a number"))?,
            );
        }
        Ok(Query {
            fields,
            object,
            condition,
            order,
            limit,
        })
    }

    fn fields(&mut self) -> Result<Fields, Problem> {
        let first = self.name()?;
        if first.eq_ignore_ascii_case("COUNT") && self.sign("(") {
            let closed = self.sign(")");
            self.expect(closed, ")")?;
            return Ok(Fields::Count);
        }
        let mut names = vec![first];
        while self.sign(",") {
            let name = self.name()?;
            if names.iter().any(|known| known.eq_ignore_ascii_case(&name)) {
                return Err(malformed(format!("duplicate field selected: {name}")));
            }
            names.push(name);
        }
        Ok(Fields::Named(names))
    }

    fn order(&mut self) -> Result<Order, Problem> {
        let field = self.name()?;
        let descending = self.keyword("DESC");
        if !descending {
            self.keyword("ASC");
        }
        Ok(Order { field, descending })
    }

    /// Conditions joined by AND or by OR; SOQL takes no mix of both without parentheses.
    fn conditions(&mut self) -> Result<Condition, Problem> {
        let mut parts = vec![self.single()?];
        let (keyword, many): (_, fn(Vec<Condition>) -> Condition) = if self.keyword("AND") {
            ("AND", Condition::All)
        } else if self.keyword("OR") {
            ("OR", Condition::Any)
        } else {
            return Ok(parts.remove(0));
        };
        parts.push(self.single()?);
        while self.keyword(keyword) {
            parts.push(self.single()?);
        }
        let mixed = self.keyword("AND") || self.keyword("OR");
        self.expect(!mixed, "parentheses around AND beside OR")?;
        Ok(many(parts))
    }

    fn single(&mut self) -> Result<Condition, Problem> {
        if self.keyword("NOT") {
            return Ok(Condition::Not(Box::new(self.single()?)));
        }
        if self.sign("(") {
            let inner = self.conditions()?;
            let closed = self.sign(")");
            self.expect(closed, ")")?;
            return Ok(inner);
        }
        let field = self.name()?;
        if self.keyword("IN") {
            let opened = self.sign("(");
            self.expect(opened, "(")?;
            let mut values = vec![self.literal()?];
            while self.sign(",") {
                values.push(self.literal()?);
            }
            let closed = self.sign(")");
            self.expect(closed, ")")?;
            return Ok(Condition::Compare(field, Comparison::In, values));
        }
        let comparison = match self.tokens.get(self.at) {
            Some(Token::Sign("=")) => Comparison::Equal,
            Some(Token::Sign("!=" | "<>")) => Comparison::Unequal,
            Some(Token::Sign("<")) => Comparison::Less,
            Some(Token::Sign("<=")) => Comparison::AtMost,
            Some(Token::Sign(">")) => Comparison::Greater,
            Some(Token::Sign(">=")) => Comparison::AtLeast,
            other => return Err(malformed(format!("unexpected token: {other:?}"))),
        };
        self.at += 1;
        Ok(Condition::Compare(field, comparison, vec![self.literal()?]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_should_and_refuses_the_rest() {
        let query = parse(
            "select Id, Name FROM Account WHERE SystemModstamp <= 2026-01-01T00:00:00.000Z AND (SystemModstamp > 2025-01-01T00:00:00+01:00 \
             OR (Id > 'a\\'b' AND IsDeleted = false)) ORDER BY SystemModstamp ASC, Id DESC LIMIT 5",
        )
        .unwrap();
        assert_eq!(
            query.fields,
            Fields::Named(vec!["Id".to_owned(), "Name".to_owned()])
        );
        assert_eq!(query.limit, Some(5));
        assert!(query.order[1].descending);
        let Some(Condition::All(parts)) = query.condition else {
            panic!("{query:?}");
        };
        assert!(matches!(&parts[1], Condition::Any(any) if any.len() == 2));

        for wrong in [
            "SELECT FROM Account",
            "SELECT Id FROM Account WHERE",
            "SELECT Id, id FROM Account",
            "SELECT Id FROM Account WHERE A = 1 AND B = 2 OR C = 3",
            "SELECT Id FROM Account WHERE A = 1 OR B = 2 AND C = 3",
            "SELECT Id FROM Account LIMIT x",
            "SELECT Id FROM Account GROUP BY Id",
            "SELECT Id FROM Account WHERE Name = 'open",
            "SELECT Id FROM Account WHERE CreatedDate > 2026-13-01",
            "SELECT * FROM Account",
        ] {
            assert_eq!(parse(wrong).unwrap_err().code, "MALFORMED_QUERY", "{wrong}");
        }
    }
}
