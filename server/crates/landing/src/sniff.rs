//! What a CSV file's header says of its form: the separator, and columns of one name.

use std::collections::BTreeMap;

use crate::findings::Finding;
use crate::objects::Object;
use crate::split::fields;

/// The bytes that separate the fields of CSV files, the commonest first.
const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// The separator under which a header has the most columns that are known, then the most columns.
pub(crate) fn separator(header: &str, is_known: &dyn Fn(&str) -> bool) -> u8 {
    let columns = |separator: u8| {
        let names = fields(header, separator);
        let known = names.iter().filter(|name| is_known(name.trim())).count();
        (known, names.len())
    };
    // Of equals the first one counts, so the order is turned round for `max_by_key`.
    let found = SEPARATORS
        .iter()
        .rev()
        .max_by_key(|separator| columns(**separator));
    *found.unwrap_or(&b',')
}

/// Reports a separator that no setting names.
pub(crate) fn separator_finding(object: &Object, file: &str, separator: u8) -> Finding {
    let shown = match separator {
        b'\t' => "a tab".to_owned(),
        other => format!("\"{}\"", char::from(other)),
    };
    Finding::warn(
        object.source,
        object.name,
        "detected_format",
        format!(
            "the columns of {file} are separated by {shown}; set separator in [{}] of the settings if that is not so",
            object.source
        ),
    )
}

/// Reports columns of one name, whatever their case, as only the first of them is read.
pub(crate) fn repeated_columns(object: &Object, file: &str, columns: &[String]) -> Vec<Finding> {
    let mut places: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, column) in columns
        .iter()
        .enumerate()
        .filter(|(_, column)| !column.is_empty())
    {
        places.entry(column.to_lowercase()).or_default().push(at);
    }
    let repeated = places.iter().filter(|(_, places)| places.len() > 1);
    let findings = repeated.map(|(name, places)| {
        let names: Vec<String> = places
            .iter()
            .map(|at| format!("{} (column {})", columns[*at], at + 1))
            .collect();
        let read = super::record::Header(columns.to_vec()).position(name).map_or(0, |at| at + 1);
        Finding::warn(
            object.source,
            object.name,
            "repeated_column",
            format!(
                "{file} has {} columns that are all called {name}: {}; column {read} is read, rename or remove the others",
                places.len(),
                names.join(", ")
            ),
        )
    });
    findings.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_separator_that_makes_known_columns_wins() {
        let known = |name: &str| ["id", "name", "start, end"].contains(&name);
        assert_eq!(separator("id,name", &known), b',');
        assert_eq!(separator("id;name;\"start, end\"", &known), b';');
        assert_eq!(separator("id\tname,x,y,z", &known), b'\t');
        assert_eq!(separator("a|b|c", &known), b'|');
        assert_eq!(separator("id", &known), b',');
    }
}
