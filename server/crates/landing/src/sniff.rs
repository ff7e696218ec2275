//! What the first lines of a CSV file show of its form: the separator, columns of one name, the
//! order of dates, and words for no value.

use std::collections::BTreeMap;

use crate::dialect::{FileDialect, Sniffed, is_name_column};
use crate::findings::Finding;
use crate::objects::Object;
use crate::record::Header;
use crate::split::{fields, fields_up_to};

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
pub(crate) fn repeated_columns(object: &Object, file: &str, header: &Header) -> Vec<Finding> {
    let Header(columns) = header;
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
        let read = header.position(name).map_or(0, |at| at + 1);
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

/// Reports a column of one of our own formats that stands for nothing.
pub(crate) fn unknown_column(object: &Object, file: &str, column: &str) -> Finding {
    let needs = object.contract.needs.iter().map(|need| need.names[0]);
    let known: Vec<&str> = needs.chain(object.contract.may.iter().copied()).collect();
    Finding::warn(
        object.source,
        object.name,
        "unknown_column",
        format!(
            "{file} has a column {column} that is not used; known are {}",
            known.join(", ")
        ),
    )
}

/// Rows that are looked at; one of the last days of a month is among them.
const FIRST_ROWS: usize = 1000;

/// What the first rows of a file show of its form.
pub(crate) fn form<'b>(
    rows: impl Iterator<Item = &'b [u8]>,
    separator: u8,
    header: &Header,
    is_read: &dyn Fn(&str) -> bool,
    file: &FileDialect,
) -> Sniffed {
    let read: Vec<bool> = header.0.iter().map(|column| is_read(column)).collect();
    let mut dates = DateOrder::default();
    let mut null_words = Vec::new();
    for row in rows.take(FIRST_ROWS) {
        let Ok(text) = std::str::from_utf8(row) else {
            continue;
        };
        let cells = fields_up_to(text, separator, header.0.len());
        for (at, cell) in cells.iter().enumerate().take(header.0.len()) {
            let cell = cell.trim();
            if read[at] {
                dates.see(cell);
            }
            let is_new = || null_words.iter().all(|word| word != cell);
            if file.is_null_word(cell) && !is_name_column(&header.0[at]) && is_new() {
                null_words.push(cell.to_owned());
            }
        }
    }
    let is_set = file.dialect.date_format.is_some();
    Sniffed {
        date_format: dates.pattern().filter(|_| !is_set),
        null_words,
    }
}

/// What dates such as `2/15/2025` say about the order of day and month.
#[derive(Debug, Default)]
struct DateOrder {
    /// The mark between their parts; two marks in one file say nothing.
    mark: Option<u8>,
    is_mixed: bool,
    day_first: bool,
    month_first: bool,
}

impl DateOrder {
    /// Takes in a cell that may be a date.
    fn see(&mut self, cell: &str) {
        let Some(mark @ (b'/' | b'-')) = cell.bytes().find(|byte| !byte.is_ascii_digit()) else {
            return;
        };
        let mut parts = cell.splitn(3, char::from(mark));
        let mut number = |most: usize| -> Option<u32> {
            let part = parts.next()?;
            let digits = part.split([' ', ',']).next()?;
            let fits = (1..=most).contains(&digits.len());
            fits.then(|| digits.parse().ok())?
        };
        let (Some(first), Some(second), Some(year)) = (number(2), number(2), number(4)) else {
            return;
        };
        if !(1000..10_000).contains(&year) {
            return;
        }
        self.is_mixed |= self.mark.is_some_and(|known| known != mark);
        self.mark = Some(mark);
        self.day_first |= first > 12;
        self.month_first |= second > 12;
    }

    /// The pattern that all dates fit; none if they fit two, or no one pattern.
    fn pattern(&self) -> Option<&'static str> {
        match (self.mark?, self.day_first, self.month_first) {
            _ if self.is_mixed => None,
            (b'/', true, false) => Some("%d/%m/%Y"),
            (b'/', false, true) => Some("%m/%d/%Y"),
            (b'-', true, false) => Some("%d-%m-%Y"),
            (b'-', false, true) => Some("%m-%d-%Y"),
            _ => None,
        }
    }
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

    #[test]
    fn dates_are_read_in_the_order_that_one_of_them_proves() {
        let pattern = |cells: &[&str]| {
            let mut dates = DateOrder::default();
            cells.iter().for_each(|cell| dates.see(cell));
            dates.pattern()
        };
        assert_eq!(pattern(&["2/3/2025", "2/15/2025 10:30"]), Some("%m/%d/%Y"));
        assert_eq!(pattern(&["02/03/2025", "15/2/2025"]), Some("%d/%m/%Y"));
        assert_eq!(pattern(&["15-02-2025"]), Some("%d-%m-%Y"));
        for unclear in [
            &["2/3/2025"][..],
            &["2/15/2025", "15/2/2025"],
            &["2/15/2025", "2-15-2025"],
            &["2025-02-15", "1/2", "12/31/99", "a/b/2025"],
        ] {
            assert_eq!(pattern(unclear), None, "{unclear:?}");
        }
    }

    #[test]
    fn a_word_for_no_value_is_no_name_where_other_columns_have_it() {
        let words = ["NULL", "None"].map(str::to_owned);
        let header = Header(["id", "name", "plan"].map(str::to_owned).to_vec());
        let is_null = |rows: &[&str], column: &'static str, cell: &str| {
            let file = FileDialect::new(crate::dialect::Dialect::default(), &words, None);
            let rows = rows.iter().map(|row| row.as_bytes());
            file.notice_form_once(|| form(rows, b',', &header, &|_| true, &file));
            file.is_null(|| column, cell)
        };
        assert!(!is_null(&["1,None,Pro"], "name", "None"));
        assert!(is_null(&["1,None,Pro"], "plan", "None"));
        assert!(is_null(&["1,None,Pro", "2,Alder,None"], "name", "None"));
        assert!(!is_null(&["1,None,Pro", "2,Alder,NULL"], "name", "None"));
    }
}
