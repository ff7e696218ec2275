//! Words, literals and signs of a query.

use chrono::{DateTime, NaiveDate};

use super::cell::Cell;
use super::problem::Problem;

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Token {
    Word(String),
    Literal(Cell),
    Sign(&'static str),
}

const SIGNS: [&str; 10] = ["<=", ">=", "!=", "<>", "=", "<", ">", "(", ")", ","];

pub(crate) fn malformed(what: impl Into<String>) -> Problem {
    Problem::bad("MALFORMED_QUERY", what)
}

pub(crate) fn tokens(text: &str) -> Result<Vec<Token>, Problem> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let used = if first == '\'' {
            let (literal, used) = quoted(rest)?;
            tokens.push(Token::Literal(literal));
            used
        } else if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            tokens.push(Token::Sign(sign));
            sign.len()
        } else {
            let ends = |c: char| !(c.is_ascii_alphanumeric() || "_.:+-".contains(c));
            let used = rest.find(ends).unwrap_or(rest.len());
            if used == 0 {
                return Err(malformed(format!("unexpected token: '{first}'")));
            }
            tokens.push(word(&rest[..used])?);
            used
        };
        rest = rest[used..].trim_start();
    }
    Ok(tokens)
}

/// A text literal and how many bytes it takes, with its quotes.
fn quoted(rest: &str) -> Result<(Cell, usize), Problem> {
    let mut text = String::new();
    let mut letters = rest.char_indices().skip(1);
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\'' => return Ok((Cell::Text(text), at + 1)),
            '\\' => text.extend(letters.next().map(|(_, letter)| letter)),
            letter => text.push(letter),
        }
    }
    Err(malformed("unterminated string literal"))
}

fn word(text: &str) -> Result<Token, Problem> {
    let literal = match text.to_ascii_lowercase().as_str() {
        "true" => Cell::Boolean(true),
        "false" => Cell::Boolean(false),
        "null" => Cell::Null,
        _ if text.starts_with(|c: char| c.is_ascii_digit() || c == '-') => {
            if let Ok(at) = DateTime::parse_from_rfc3339(text) {
                Cell::Instant(at.to_utc())
            } else if let Ok(day) = text.parse::<NaiveDate>() {
                Cell::Date(day)
            } else if text.parse::<f64>().is_ok() {
                Cell::Number(text.to_owned())
            } else {
                return Err(malformed(format!("invalid literal: {text}")));
            }
        }
        _ => return Ok(Token::Word(text.to_owned())),
    };
    Ok(Token::Literal(literal))
}
