//! Column contracts: what a model's `.yml` entry promises against what the engine made.

use crate::ColumnDoc;

/// Where the columns made differ from those promised: each with what was expected and what was found. Empty if they are
/// equal in names, order and types, or nothing is promised.
///
/// Types are compared as kinds: engines call the same integer by different widths.
pub fn breaks(model: &str, promised: &[ColumnDoc], made: &[(String, String)]) -> Vec<String> {
    let mut breaks = Vec::new();
    if promised.is_empty() {
        return breaks;
    }
    for (at, column) in promised.iter().enumerate() {
        let expected = column.data_type.as_deref();
        let (name, place) = (&column.name, at + 1);
        match made.get(at) {
            None => breaks.push(format!(
                "`{model}` has no column {place}: expected `{name}`, found only {} columns",
                made.len()
            )),
            Some((found, _)) if found != name => {
                breaks.push(format!(
                    "column {place} of `{model}`: expected `{name}`, found `{found}`"
                ));
                // From here on every column would be told as another one.
                return breaks;
            }
            Some((_, found)) if expected.is_some_and(|expected| kind(expected) != kind(found)) => {
                breaks.push(format!(
                    "`{model}.{name}`: expected {}, found {}",
                    expected.unwrap_or_default(),
                    kind(found)
                ));
            }
            Some(_) => {}
        }
    }
    for (name, _) in made.iter().skip(promised.len()) {
        breaks.push(format!(
            "`{model}` has a column `{name}` that its .yml entry does not list"
        ));
    }
    breaks
}

/// One name for each kind of SQL type.
fn kind(data_type: &str) -> &str {
    match data_type {
        "varchar" | "text" | "string" => "string",
        "tinyint" | "smallint" | "int" | "integer" | "bigint" | "hugeint" => "bigint",
        "float" | "double" | "real" => "double",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(promised: &[(&str, &str)], made: &[(&str, &str)]) -> Vec<String> {
        let promised: Vec<ColumnDoc> = promised
            .iter()
            .map(|(name, kind)| {
                let mut column = ColumnDoc::default();
                column.name = (*name).to_owned();
                column.data_type = Some((*kind).to_owned());
                column
            })
            .collect();
        let made: Vec<(String, String)> = made
            .iter()
            .map(|(name, kind)| ((*name).to_owned(), (*kind).to_owned()))
            .collect();
        breaks("m", &promised, &made)
    }

    #[test]
    fn names_order_and_types_must_be_equal() {
        let promised = [("a", "varchar"), ("b", "hugeint")];
        assert!(broken(&promised, &[("a", "string"), ("b", "bigint")]).is_empty());
        assert!(broken(&[], &[("a", "string")]).is_empty());
        for (made, says) in [
            (
                &[("a", "string"), ("b", "string")][..],
                "`m.b`: expected hugeint, found string",
            ),
            (
                &[("b", "bigint"), ("a", "string")],
                "column 1 of `m`: expected `a`, found `b`",
            ),
            (
                &[("a", "string")],
                "`m` has no column 2: expected `b`, found only 1 columns",
            ),
            (
                &[("a", "string"), ("b", "bigint"), ("c", "date")],
                "`m` has a column `c` that its .yml entry does not list",
            ),
        ] {
            assert_eq!(broken(&promised, made), [says]);
        }
    }
}
