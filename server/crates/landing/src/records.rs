//! Takes a block of a file apart into records, whatever the file's form.

use std::borrow::Cow;

use serde_json::value::RawValue;

use crate::LandingError;
use crate::dialect::FileDialect;
use crate::objects::Object;
use crate::read::{Block, Layout};
use crate::record::{Header, Reason, Record, elements, is_object};
use crate::split::{LONGEST_RECORD, TOO_LONG, fields_up_to};

/// The text of a record within a block, with the line it starts on.
pub(crate) struct Source<'a> {
    pub(crate) line: u64,
    pub(crate) text: Cow<'a, str>,
}

/// Fields beyond those of the header that are looked at, in case they are all blank.
const SPARE_FIELDS: usize = 1000;

/// Takes one record, or the reason why it is none.
pub(crate) type Take<'t> =
    dyn for<'a> FnMut(&Source<'a>, Result<Record<'a>, Reason>) -> Result<(), LandingError> + 't;

/// Pieces of a block that are no records.
#[derive(Debug, Default)]
pub(crate) struct Passed {
    /// Rows of nothing but separators.
    pub(crate) blank: u64,
    /// Rows that repeat the header.
    pub(crate) headers: u64,
}

/// Gives every record of a block to `take`, in order, and counts what is none.
pub(crate) fn each_record(block: &Block, take: &mut Take<'_>) -> Result<Passed, LandingError> {
    let mut passed = Passed::default();
    for item in &block.items {
        let bytes = &block.bytes[item.start..item.end];
        let line = item.line;
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let reason = format!(
                    "not UTF-8 text (byte {} of the record)",
                    error.valid_up_to() + 1
                );
                let text = String::from_utf8_lossy(bytes);
                let hint = "set encoding in the settings, such as windows-1252";
                take(
                    &Source { line, text },
                    Err(Reason::new(reason).hinting(hint)),
                )?;
                continue;
            }
        };
        let source = Source {
            line,
            text: Cow::Borrowed(text),
        };
        if let Some(problem) = item.problem {
            take(&source, Err(Reason::new(problem)))?;
            continue;
        }
        if block.dialect.is_decoded() && text.contains(char::REPLACEMENT_CHARACTER) {
            let reason = Reason::new("text that the file's encoding does not have")
                .hinting("set encoding in the settings to the one it was written in");
            take(&source, Err(reason))?;
            continue;
        }
        match &block.layout {
            Layout::Csv(header, separator) => {
                let fields = fields_up_to(text, *separator, header.0.len() + SPARE_FIELDS);
                // Spreadsheets write rows of nothing but separators.
                if fields.iter().all(|field| field.trim().is_empty()) {
                    passed.blank += 1;
                    continue;
                }
                // Exports in pages repeat the header.
                let names = header.0.iter().map(String::as_str);
                if fields.iter().map(|field| field.trim()).eq(names) {
                    passed.headers += 1;
                    continue;
                }
                take(&source, csv_record(header, fields, &block.dialect))?;
            }
            Layout::Json => json(block, line, text, take)?,
            Layout::Document if text.trim_start().starts_with('[') => {
                // The reader has checked that the document is JSON.
                if let Ok(list) = serde_json::from_str::<Vec<&RawValue>>(text) {
                    each_element(line, text, list, &block.dialect, take)?;
                }
            }
            Layout::Document => json(block, line, text.trim_end(), take)?,
        }
    }
    Ok(passed)
}

/// JSON in which the numbers that it does not have, as Python writes them, are null; nothing where there are none.
pub(crate) fn without_nan(text: &str) -> Option<String> {
    const NO_NUMBERS: [&str; 3] = ["NaN", "-Infinity", "Infinity"];
    if NO_NUMBERS.iter().all(|word| !text.contains(word)) {
        return None;
    }
    let mut plain = String::with_capacity(text.len() + 16);
    let mut rest = text;
    let mut in_quotes = false;
    while let Some(first) = rest.chars().next() {
        let word = NO_NUMBERS
            .iter()
            .find(|word| !in_quotes && rest.starts_with(**word));
        let taken = match (word, first) {
            (Some(word), _) => {
                plain.push_str("null");
                word.len()
            }
            // What a backslash escapes is passed over with it.
            (None, '\\') if in_quotes => {
                let escaped = rest.chars().nth(1).map_or(0, char::len_utf8);
                plain.push_str(&rest[..=escaped]);
                1 + escaped
            }
            (None, first) => {
                in_quotes ^= first == '"';
                plain.push(first);
                first.len_utf8()
            }
        };
        rest = &rest[taken..];
    }
    let is_json = plain != text && serde_json::from_str::<&RawValue>(&plain).is_ok();
    is_json.then_some(plain)
}

/// One JSON object: a record, or an envelope around a list of records.
fn json(block: &Block, line: u64, text: &str, take: &mut Take<'_>) -> Result<(), LandingError> {
    let record = Record::json_in(text, &block.dialect);
    if record.is_err()
        && let Some(plain) = without_nan(text)
    {
        return json(block, line, &plain, take);
    }
    if let Ok(outer) = &record
        && let Some(list) = envelope(outer, block.object)
    {
        block
            .dialect
            .notice_envelope(line, outer.flag("has_more").unwrap_or(false));
        return each_element(line, text, list, &block.dialect, take);
    }
    let text = Cow::Borrowed(text);
    take(&Source { line, text }, record)
}

/// The elements of a list inside `text`, which starts on `line`.
fn each_element<'a>(
    mut line: u64,
    text: &'a str,
    list: Vec<&'a RawValue>,
    file: &FileDialect,
    take: &mut Take<'_>,
) -> Result<(), LandingError> {
    let mut at = 0;
    for raw in list {
        let element = raw.get();
        // Elements borrow from the text, in order, so their addresses give their lines.
        let offset = (element.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
        if let Some(between) = text.as_bytes().get(at..offset) {
            line += memchr::memchr_iter(b'\n', between).count() as u64;
            at = offset;
        }
        let text = Cow::Borrowed(element);
        let record = if element.len() > LONGEST_RECORD {
            Err(Reason::new(TOO_LONG))
        } else {
            Record::json_in(element, file)
        };
        take(&Source { line, text }, record)?;
    }
    Ok(())
}

fn csv_record<'a>(
    header: &'a Header,
    mut fields: Vec<Cow<'a, str>>,
    file: &'a FileDialect,
) -> Result<Record<'a>, Reason> {
    let expected = header.0.len();
    // A separator behind the last field is no field.
    while fields.len() > expected && fields.last().is_some_and(|field| field.trim().is_empty()) {
        fields.pop();
    }
    let found = fields.len();
    if found == expected {
        return Ok(Record::csv(header, fields, file));
    }
    let problem = if found < expected {
        "too few"
    } else {
        "too many"
    };
    let reason = format!("{problem} fields: {found} where the header names {expected}");
    let hint = "write fields that hold the separator in quotes, or set separator in the settings";
    Err(Reason::new(reason).hinting(hint))
}

/// The list inside an envelope such as `{"data": […]}` or `{"tickets": […]}`.
fn envelope<'a>(record: &Record<'a>, object: &Object) -> Option<Vec<&'a RawValue>> {
    if record.has(object.key()) {
        return None;
    }
    let names = ["data", "records", "value", "results", object.name];
    names.iter().find_map(|name| {
        let raw = record.raw(name)?;
        let list = (!is_object(raw)).then(|| elements(raw).ok()).flatten()?;
        // A record without its key may have a list of plain values; an envelope has objects.
        list.iter().all(|raw| is_object(raw)).then_some(list)
    })
}
