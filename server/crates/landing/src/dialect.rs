//! How a source writes its values: what the files do not say by themselves.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use chrono_tz::Tz;

use crate::contract::Contract;
use crate::findings::Finding;
use crate::objects::Object;
use crate::reason::Reason;

/// The share of an object's records that may be unreadable before the build is refused.
pub const DEFAULT_MAX_UNREADABLE: f64 = 0.2;

/// The mark between the whole and the fractional part of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecimalMark {
    /// `1,234.56`
    Point,
    /// `1.234,56`
    Comma,
}

/// The way one source writes text, numbers and dates. What is `None` is detected where it is beyond doubt.
#[derive(Debug, Clone, PartialEq)]
pub struct Dialect {
    /// WHATWG label of the text encoding, such as `windows-1252`; a byte order mark wins.
    pub encoding: Option<String>,
    /// The byte between the columns of a CSV file.
    pub separator: Option<u8>,
    /// The decimal mark of numbers.
    pub decimal: Option<DecimalMark>,
    /// strftime pattern of dates and times; ISO 8601 is read as well.
    pub date_format: Option<String>,
    /// Whether amounts are in minor units (cents), as opposed to major units.
    pub amounts_in_cents: bool,
    /// The share (0 to 1) of an object's records, and of a file's, that may be unreadable.
    pub max_unreadable: f64,
}

impl Default for Dialect {
    fn default() -> Self {
        Self {
            encoding: None,
            separator: None,
            decimal: None,
            date_format: None,
            amounts_in_cents: false,
            max_unreadable: DEFAULT_MAX_UNREADABLE,
        }
    }
}

impl Dialect {
    /// Whether the label names a text encoding that can be read.
    pub fn is_encoding(label: &str) -> bool {
        encoding_rs::Encoding::for_label(label.as_bytes()).is_some()
    }

    /// Whether the pattern is one that dates can be read with.
    pub fn is_date_format(pattern: &str) -> bool {
        use chrono::format::{Item, StrftimeItems};
        !pattern.trim().is_empty()
            && StrftimeItems::new(pattern).all(|item| !matches!(item, Item::Error))
    }
}

/// What the first rows of a CSV file show of its form.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Sniffed {
    /// The pattern of its dates, where they are not ISO 8601 and can be read in one way only.
    pub(crate) date_format: Option<&'static str>,
    /// Words that stand for a missing value in columns that hold no names.
    pub(crate) null_words: Vec<String>,
}

/// The dialect of one file while it is read, with what was noticed about its numbers.
#[derive(Debug, Default)]
pub(crate) struct FileDialect {
    pub(crate) dialect: Dialect,
    /// Words that stand for a missing value in text files, sorted.
    pub(crate) null_words: Vec<String>,
    /// A bit for each ASCII character that such a word begins with, as most cells are none of them.
    null_starts: u128,
    /// A number was read with a decimal comma that no setting names.
    decimal_comma: AtomicBool,
    /// A number such as `1.234` was read, which is 1234 where the comma is the decimal mark.
    grouped_point: AtomicBool,
    /// The line of the last envelope, doubled, and 1 more if it says that there is more than it holds.
    last_envelope: AtomicU64,
    /// The text was decoded, so that a replacement character stands for bytes that were none of its encoding.
    decoded: AtomicBool,
    /// What the first rows of a CSV file showed.
    sniffed: OnceLock<Sniffed>,
    /// The time zone in which a date without a time is a day; none for UTC.
    zone: Option<Tz>,
    /// Whose fields these are; every field is needed where that is not known.
    contract: Option<&'static Contract>,
    /// Fields with whole numbers that bear more than digits.
    marked_numbers: Mutex<BTreeSet<String>>,
    /// Values that could not be read and that a record can do without, by field: how many, and why.
    dropped: Mutex<BTreeMap<String, (u64, String)>>,
}

impl FileDialect {
    pub(crate) fn new(
        dialect: Dialect,
        null_words: &[String],
        contract: Option<&'static Contract>,
    ) -> Self {
        let mut null_words = null_words.to_vec();
        null_words.sort_unstable();
        let starts = null_words.iter().filter_map(|word| word.bytes().next());
        let null_starts = starts
            .filter(u8::is_ascii)
            .fold(0, |bits, byte| bits | (1u128 << byte));
        Self {
            dialect,
            null_words,
            null_starts,
            contract,
            ..Self::default()
        }
    }

    /// The same for dates that are days in a time zone.
    pub(crate) fn in_zone(self, zone: Tz) -> Self {
        let zone = (zone != Tz::UTC).then_some(zone);
        Self { zone, ..self }
    }

    /// The time zone in which a date without a time is a day; none for UTC.
    pub(crate) fn zone(&self) -> Option<Tz> {
        self.zone
    }

    /// Whether a cell of a text file is a word for "no value".
    pub(crate) fn is_null_word(&self, cell: &str) -> bool {
        let Some(first) = cell.bytes().next() else {
            return false;
        };
        let may_be = !first.is_ascii() || (self.null_starts >> first) & 1 == 1;
        may_be
            && cell.len() <= 8
            && self
                .null_words
                .binary_search_by(|word| word.as_str().cmp(cell))
                .is_ok()
    }

    /// Whether a cell of a CSV file stands for no value. A company may be called None: a word of
    /// letters in a column of names is a name, unless the file writes it for missing values
    /// elsewhere.
    pub(crate) fn is_null<'c>(&self, column: impl FnOnce() -> &'c str, cell: &str) -> bool {
        if !self.is_null_word(cell) {
            return false;
        }
        let may_be_name =
            is_name_column(column()) && cell.bytes().all(|byte| byte.is_ascii_alphabetic());
        let words = self.sniffed.get().map(|sniffed| &sniffed.null_words);
        !may_be_name || words.is_some_and(|words| words.iter().any(|word| word == cell))
    }

    /// Notes what the first rows show, once.
    pub(crate) fn notice_form_once(&self, sniff: impl FnOnce() -> Sniffed) {
        self.sniffed.get_or_init(sniff);
    }

    /// The pattern of dates that are not ISO 8601: as set, or as the first rows showed.
    pub(crate) fn date_format(&self) -> Option<&str> {
        let sniffed = || self.sniffed.get().and_then(|sniffed| sniffed.date_format);
        self.dialect.date_format.as_deref().or_else(sniffed)
    }

    pub(crate) fn notice_decoding(&self) {
        self.decoded.store(true, Ordering::Relaxed);
    }

    /// Whether the file was decoded from another encoding than UTF-8.
    pub(crate) fn is_decoded(&self) -> bool {
        self.decoded.load(Ordering::Relaxed)
    }

    pub(crate) fn notice_decimal_comma(&self) {
        self.decimal_comma.store(true, Ordering::Relaxed);
    }

    pub(crate) fn notice_grouped_point(&self) {
        self.grouped_point.store(true, Ordering::Relaxed);
    }

    /// Takes note of a whole number with separators of thousands or a trailing `+`.
    pub(crate) fn notice_marked_number(&self, field: &str) {
        let marked = self.marked_numbers.lock();
        let mut marked = marked.unwrap_or_else(PoisonError::into_inner);
        if !marked.contains(field) {
            marked.insert(field.to_owned());
        }
    }

    /// Takes note of an envelope around records: of the pages in a file, the last says whether more would follow.
    pub(crate) fn notice_envelope(&self, line: u64, has_more: bool) {
        let place = line.saturating_mul(2) | u64::from(has_more);
        self.last_envelope.fetch_max(place, Ordering::Relaxed);
    }

    /// Whether decimal commas were detected in the file.
    pub(crate) fn has_decimal_commas(&self) -> bool {
        self.decimal_comma.load(Ordering::Relaxed)
    }

    /// Whether the file's numbers can be read in two ways: `1.234` beside `5,67`.
    pub(crate) fn is_ambiguous(&self) -> bool {
        self.has_decimal_commas() && self.grouped_point.load(Ordering::Relaxed)
    }

    /// Whether it is known whose fields these are.
    pub(crate) fn has_contract(&self) -> bool {
        self.contract.is_some()
    }

    /// Whether a record can do without a value in this field.
    pub(crate) fn is_optional(&self, field: &str) -> bool {
        self.contract.is_some_and(|contract| {
            let mut needed = contract.needs.iter().flat_map(|need| need.names);
            needed.all(|name| !name.eq_ignore_ascii_case(field))
        })
    }

    /// Counts a value that could not be read and that the record can do without.
    pub(crate) fn drop_value(&self, field: &str, reason: &Reason) {
        let mut dropped = self.dropped.lock().unwrap_or_else(PoisonError::into_inner);
        let known = dropped.entry(field.to_owned());
        known.or_insert_with(|| (0, reason.text.clone())).0 += 1;
    }

    /// What the values of the file showed.
    pub(crate) fn findings(&self, object: &Object, file: &str) -> Vec<Finding> {
        let (source, name) = (object.source, object.name);
        let mut findings = Vec::new();
        if self.is_ambiguous() {
            let message = format!(
                "{file} has numbers with a decimal comma, and others such as 1.234 that would then be 1234; \
                 set decimal in [{source}] of the settings"
            );
            findings.push(Finding::error(source, name, "ambiguous_numbers", message));
        } else if self.has_decimal_commas() {
            let message = format!(
                "{file} has numbers with a decimal comma and is read so; \
                 set decimal in [{source}] of the settings if that is not so"
            );
            findings.push(Finding::warn(source, name, "detected_format", message));
        }
        if self.last_envelope.load(Ordering::Relaxed) % 2 == 1 {
            let message = format!(
                "{file} says has_more: it holds one page of {name}, and more were to be fetched; land all pages"
            );
            findings.push(Finding::warn(source, name, "incomplete_file", message));
        }
        if let Some(pattern) = self.sniffed.get().and_then(|sniffed| sniffed.date_format) {
            let message = format!(
                "{file} has dates that fit {pattern} only and are read so; \
                 set date_format in [{source}] of the settings if that is not so"
            );
            findings.push(Finding::warn(source, name, "detected_format", message));
        }
        let marked = self.marked_numbers.lock();
        for field in marked.unwrap_or_else(PoisonError::into_inner).iter() {
            let message = format!(
                "{file}: {field} has numbers with separators of thousands or a trailing +, \
                 such as 1,200 or 1000+, which are read as whole numbers"
            );
            findings.push(Finding::warn(source, name, "detected_format", message));
        }
        let dropped = self.dropped.lock().unwrap_or_else(PoisonError::into_inner);
        for (field, (count, reason)) in dropped.iter() {
            let message = format!(
                "{file}: {field} cannot be read in {count} records, which count without it (first: {reason})"
            );
            findings.push(Finding::warn(source, name, "unreadable_value", message));
        }
        findings
    }
}

/// Whether a column holds names of people, companies or things, which may be any word.
pub(crate) fn is_name_column(column: &str) -> bool {
    let lower = column.to_lowercase();
    ["name", "company", "label", "detail"]
        .iter()
        .any(|ending| lower.ends_with(ending))
}
