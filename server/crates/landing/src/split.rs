//! Cuts a stream of bytes into whole records: lines, or CSV rows with quoted line breaks.

use std::borrow::Cow;
use std::io::{self, Read};

/// Bytes per block: large enough to make hand-over cheap, small enough to keep all cores busy.
const BLOCK: usize = 1 << 20;

/// The longest record that is read. A quoted CSV field that is not closed within it was never closed.
pub(crate) const LONGEST_RECORD: usize = 16 << 20;

/// Why a record that is longer is not read.
pub(crate) const TOO_LONG: &str = "the record is longer than 16 MiB, the most that is read";

/// The part of a record that is too long which goes to quarantine.
const SHOWN_OF_LONG: usize = 64 << 10;

/// A record's place in its block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item {
    /// Line it starts on, from 1.
    pub(crate) line: u64,
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// Why it is no whole record.
    pub(crate) problem: Option<&'static str>,
}

/// The byte order mark of UTF-8.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// The bytes of a block and the records in them.
pub(crate) type Records = (Vec<u8>, Vec<Item>);

/// What ends a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rows {
    Lines,
    /// CSV rows with this byte between their fields.
    Csv(u8),
}

/// Cuts a reader's bytes into blocks of whole records.
pub(crate) struct Splitter<R> {
    reader: R,
    rows: Rows,
    rest: Vec<u8>,
    /// How far the first record of `rest` was searched for its end, so that no byte is looked at twice.
    searched: Searched,
    line: u64,
    begun: bool,
    ended: bool,
    /// The beginning of the first record is gone: it was too long.
    skipping: bool,
}

/// How far a record was searched for its end.
#[derive(Debug, Clone, Copy, Default)]
struct Searched {
    /// Bytes from the record's start.
    bytes: usize,
    /// Whether they end inside quotes.
    in_quotes: bool,
}

enum End {
    /// Where the record's text ends and the next record starts.
    At(usize, usize),
    /// The quote that opens in this record is not closed in sight.
    Unclosed,
    /// The record is longer than any that is read.
    TooLong,
    /// More bytes are needed.
    Open,
}

impl<R: Read> Splitter<R> {
    /// The byte between the fields of a CSV row.
    pub(crate) fn separator(&self) -> u8 {
        match self.rows {
            Rows::Csv(separator) => separator,
            Rows::Lines => b',',
        }
    }

    pub(crate) fn new(reader: R, rows: Rows) -> Self {
        Self {
            reader,
            rows,
            rest: Vec::new(),
            searched: Searched::default(),
            line: 1,
            begun: false,
            ended: false,
            skipping: false,
        }
    }

    /// The first line, without reading it off; later lines are CSV rows with the byte that `separator` gives for it.
    /// Nothing if the file is empty.
    pub(crate) fn begin_csv(&mut self, separator: impl FnOnce(&[u8]) -> u8) -> io::Result<()> {
        loop {
            self.fill()?;
            let start = if self.rest.starts_with(MARK) {
                MARK.len()
            } else {
                0
            };
            let blank = |byte: &u8| byte.is_ascii_whitespace();
            let text = start
                + self.rest[start..]
                    .iter()
                    .take_while(|byte| blank(byte))
                    .count();
            let end = memchr::memchr(b'\n', &self.rest[text..]);
            if end.is_none() && !self.ended && self.rest.len() < LONGEST_RECORD {
                continue;
            }
            let end = end.map_or(self.rest.len(), |length| text + length);
            let first = self.rest[text..end].trim_ascii();
            // Spreadsheet programs name the separator in a line of its own.
            let named = match first.strip_prefix(b"sep=") {
                Some([separator]) => Some(*separator),
                Some([]) if first.len() < end - text => Some(b'\t'),
                _ => None,
            };
            let found = named.unwrap_or_else(|| separator(first));
            if named.is_some() {
                self.rest.drain(start..(end + 1).min(self.rest.len()));
                self.line += 1;
            }
            self.rows = Rows::Csv(found);
            return Ok(());
        }
    }

    /// The next block and its records; `None` at the end. Blank lines are no records.
    pub(crate) fn next_block(&mut self) -> io::Result<Option<Records>> {
        loop {
            if self.ended && self.rest.is_empty() {
                return Ok(None);
            }
            self.fill()?;
            if self.skipping && !self.skip() {
                continue;
            }
            let mut items = Vec::new();
            let mut at = self.skip_mark();
            while at < self.rest.len() {
                let (end, next, problem) = match self.record_end(at) {
                    End::At(end, next) => (end, next, None),
                    End::Open => break,
                    End::TooLong => {
                        items.push(Item {
                            line: self.line,
                            start: at,
                            end: at + SHOWN_OF_LONG,
                            problem: Some(TOO_LONG),
                        });
                        self.skipping = true;
                        break;
                    }
                    End::Unclosed => {
                        let (end, next) = self
                            .line_end(at)
                            .unwrap_or((self.rest.len(), self.rest.len()));
                        (end, next, Some("a quote is opened and never closed"))
                    }
                };
                let text = &self.rest[at..end];
                let text = text.strip_suffix(b"\r").unwrap_or(text);
                if !text.iter().all(u8::is_ascii_whitespace) {
                    items.push(Item {
                        line: self.line,
                        start: at,
                        end: at + text.len(),
                        problem,
                    });
                }
                self.line += memchr::memchr_iter(b'\n', &self.rest[at..next]).count() as u64;
                at = next;
            }
            let tail = self.rest.split_off(at);
            let mut block = std::mem::replace(&mut self.rest, tail);
            if self.skipping {
                // What goes to quarantine of it is the end of this block; the rest is passed over.
                block.extend_from_slice(&self.rest[..SHOWN_OF_LONG]);
            }
            if !items.is_empty() {
                return Ok(Some((block, items)));
            }
        }
    }

    /// Reads one block more.
    fn fill(&mut self) -> io::Result<()> {
        if !self.ended {
            let read = (&mut self.reader)
                .take(BLOCK as u64)
                .read_to_end(&mut self.rest)?;
            self.ended = read < BLOCK;
        }
        Ok(())
    }

    /// Passes over a record that is too long, to the line after it; whether that is in sight.
    fn skip(&mut self) -> bool {
        self.searched = Searched::default();
        match memchr::memchr(b'\n', &self.rest) {
            Some(end) => {
                self.rest.drain(..=end);
                self.line += 1;
                self.skipping = false;
                true
            }
            None => {
                self.rest.clear();
                false
            }
        }
    }

    /// Skips the byte order mark a file may begin with.
    fn skip_mark(&mut self) -> usize {
        let first = !std::mem::replace(&mut self.begun, true);
        if first && self.rest.starts_with(MARK) {
            MARK.len()
        } else {
            0
        }
    }

    fn line_end(&self, at: usize) -> Option<(usize, usize)> {
        memchr::memchr(b'\n', &self.rest[at..]).map(|length| (at + length, at + length + 1))
    }

    fn record_end(&mut self, at: usize) -> End {
        let mut searched = std::mem::take(&mut self.searched);
        let end = match self.rows {
            Rows::Lines => self.line_end(at + searched.bytes),
            Rows::Csv(separator) => self.row_end(at, separator, &mut searched),
        };
        let length = self.rest.len() - at;
        match end {
            Some((end, next)) => End::At(end, next),
            // A quote that is never closed costs one line, unless that line is too long itself.
            None if searched.in_quotes && (self.ended || length > LONGEST_RECORD) => {
                match self.line_end(at) {
                    None if !self.ended => End::TooLong,
                    _ => End::Unclosed,
                }
            }
            None if self.ended => End::At(self.rest.len(), self.rest.len()),
            None if length > LONGEST_RECORD => End::TooLong,
            None => {
                if self.rows == Rows::Lines {
                    searched.bytes = length;
                }
                self.searched = searched;
                End::Open
            }
        }
    }

    /// The end of a CSV row; `None` if it is not in sight. Goes on where the last search ended.
    fn row_end(
        &self,
        start: usize,
        separator: u8,
        searched: &mut Searched,
    ) -> Option<(usize, usize)> {
        let row = &self.rest[start..];
        let mut at = searched.bytes;
        while at < row.len() {
            if searched.in_quotes {
                let Some(length) = memchr::memchr(b'"', &row[at..]) else {
                    at = row.len();
                    break;
                };
                at += length;
                match row.get(at + 1) {
                    Some(b'"') => at += 2,
                    // Whether it closes the field is decided by the next byte.
                    None if !self.ended => break,
                    _ => {
                        searched.in_quotes = false;
                        at += 1;
                    }
                }
                continue;
            }
            let Some(length) = memchr::memchr2(b'"', b'\n', &row[at..]) else {
                at = row.len();
                break;
            };
            at += length;
            if row[at] == b'\n' {
                return Some((start + at, start + at + 1));
            }
            // Only a quote at the start of a field opens one.
            searched.in_quotes = at == 0 || row[at - 1] == separator;
            at += 1;
        }
        searched.bytes = at;
        None
    }
}

/// The fields of one CSV row, unquoted. The separator is an ASCII character.
pub(crate) fn fields(row: &str, separator: u8) -> Vec<Cow<'_, str>> {
    fields_up_to(row, separator, usize::MAX)
}

/// The fields of one CSV row, one more than `most` if it has more.
pub(crate) fn fields_up_to(row: &str, separator: u8, most: usize) -> Vec<Cow<'_, str>> {
    let mut fields = Vec::new();
    let mut rest = row;
    loop {
        if fields.len() > most {
            return fields;
        }
        let (field, after) = match rest.strip_prefix('"') {
            Some(quoted) => quoted_field(quoted, separator),
            None => match memchr::memchr(separator, rest.as_bytes()) {
                Some(end) => (Cow::Borrowed(&rest[..end]), Some(&rest[end + 1..])),
                None => (Cow::Borrowed(rest), None),
            },
        };
        fields.push(field);
        match after {
            Some(after) => rest = after,
            None => return fields,
        }
    }
}

/// A field after its opening quote, and what follows the separator behind it.
fn quoted_field(text: &str, separator: u8) -> (Cow<'_, str>, Option<&str>) {
    let mut field = String::new();
    let mut rest = text;
    loop {
        let Some(end) = rest.find('"') else {
            field.push_str(rest);
            return (Cow::Owned(field), None);
        };
        let after = &rest[end + 1..];
        if let Some(more) = after.strip_prefix('"') {
            field.push_str(&rest[..=end]);
            rest = more;
            continue;
        }
        // What stands between a closing quote and the separator belongs to the field as it is.
        let (tail, next) = match after.split_once(char::from(separator)) {
            Some((tail, next)) => (tail, Some(next)),
            None => (after, None),
        };
        if field.is_empty() && tail.is_empty() {
            return (Cow::Borrowed(&rest[..end]), next);
        }
        field.push_str(&rest[..end]);
        field.push_str(tail);
        return (Cow::Owned(field), next);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn records(text: &[u8], rows: Rows) -> Vec<(u64, String, bool)> {
        let mut splitter = Splitter::new(text, rows);
        let mut found = Vec::new();
        while let Some((block, items)) = splitter.next_block().unwrap() {
            for item in items {
                let text = String::from_utf8_lossy(&block[item.start..item.end]).into_owned();
                found.push((item.line, text, item.problem.is_some()));
            }
        }
        found
    }

    #[test]
    fn lines_lose_mark_breaks_and_blanks() {
        let found = records(b"\xef\xbb\xbf{a}\r\n\n  \n{b}", Rows::Lines);
        assert_eq!(found, [(1, "{a}".into(), false), (4, "{b}".into(), false)]);
        assert!(records(b"", Rows::Lines).is_empty());
        assert!(records(b"\xef\xbb\xbf\n", Rows::Lines).is_empty());
    }

    #[test]
    fn rows_keep_quoted_breaks_and_their_first_line() {
        let found = records(b"a,b\n\"x\ny\"\"\",1\r\nz\"q,2\n", Rows::Csv(b','));
        let texts: Vec<_> = found
            .iter()
            .map(|(line, text, _)| (*line, text.as_str()))
            .collect();
        assert_eq!(texts, [(1, "a,b"), (2, "\"x\ny\"\"\",1"), (4, "z\"q,2")]);
    }

    #[test]
    fn an_unclosed_quote_costs_one_line_only() {
        let found = records(b"a,\"b\nc,d\n", Rows::Csv(b','));
        assert_eq!(found, [(1, "a,\"b".into(), true), (2, "c,d".into(), false)]);
    }

    #[test]
    fn records_longer_than_a_block_stay_whole() {
        let long = "x".repeat(3 * BLOCK);
        let text = format!("{long}\nb\n{long}");
        let lengths: Vec<_> = records(text.as_bytes(), Rows::Lines)
            .into_iter()
            .map(|(line, text, _)| (line, text.len()))
            .collect();
        assert_eq!(lengths, [(1, 3 * BLOCK), (2, 1), (3, 3 * BLOCK)]);
    }

    #[test]
    fn a_record_that_is_too_long_costs_itself_only() {
        for long in [LONGEST_RECORD + 2 * BLOCK, 3 * LONGEST_RECORD] {
            let text = format!("a\n{}\nb\n", "x".repeat(long));
            let found = records(text.as_bytes(), Rows::Lines);
            let shown: Vec<_> = found
                .iter()
                .map(|(line, text, bad)| (*line, text.len(), *bad))
                .collect();
            assert_eq!(
                shown,
                [(1, 1, false), (2, SHOWN_OF_LONG, true), (3, 1, false)]
            );
        }
        let text = format!("{}\nb", "x".repeat(LONGEST_RECORD - 1));
        assert_eq!(records(text.as_bytes(), Rows::Lines).len(), 2);
    }

    #[test]
    fn rows_have_the_separator_that_is_given_or_named() {
        let found = records(b"a;\"x;\ny\"\n1,5;2\n", Rows::Csv(b';'));
        assert_eq!(found.len(), 2);
        assert_eq!(fields(&found[0].1, b';'), ["a", "x;\ny"]);
        let mut splitter = Splitter::new(&b"\xef\xbb\xbfsep=;\r\na;b\n1;2\n"[..], Rows::Lines);
        splitter.begin_csv(|_| b',').unwrap();
        let (block, items) = splitter.next_block().unwrap().unwrap();
        let rows: Vec<_> = items
            .iter()
            .map(|item| (item.line, &block[item.start..item.end]))
            .collect();
        assert_eq!(rows, [(2, &b"a;b"[..]), (3, &b"1;2"[..])]);
        assert_eq!(splitter.rows, Rows::Csv(b';'));
    }

    proptest! {
        #[test]
        fn rows_are_what_the_csv_crate_reads(table in prop::collection::vec(prop::collection::vec("[ab,\"\n ]{0,5}", 2..4), 1..5)) {
            let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
            for row in &table {
                writer.write_record(row).unwrap();
            }
            let text = writer.into_inner().unwrap();
            let read: Vec<Vec<String>> = records(&text, Rows::Csv(b','))
                .iter()
                .map(|(_, row, _)| fields(row, b',').into_iter().map(Cow::into_owned).collect())
                .collect();
            prop_assert_eq!(read, table);
        }

        #[test]
        fn no_bytes_are_lost(text in "[ab\"\n,]{0,60}") {
            let kept: String = records(text.as_bytes(), Rows::Csv(b',')).into_iter().map(|(_, text, _)| text).collect();
            let without = |text: &str| text.replace('\n', "");
            prop_assert_eq!(without(&kept), without(&text));
        }
    }
}
