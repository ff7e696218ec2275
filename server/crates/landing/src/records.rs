//! Takes a block of a file apart into records, whatever the file's form.

use std::borrow::Cow;

use serde_json::value::RawValue;

use crate::LandingError;
use crate::objects::Object;
use crate::read::{Block, Layout};
use crate::record::{Header, Reason, Record, elements, is_object};
use crate::split::fields;

/// The text of a record within a block, with the line it starts on.
pub(crate) struct Source<'a> {
    pub(crate) line: u64,
    pub(crate) text: Cow<'a, str>,
}

/// Takes one record, or the reason why it is none.
pub(crate) type Take<'t> =
    dyn for<'a> FnMut(&Source<'a>, Result<Record<'a>, Reason>) -> Result<(), LandingError> + 't;

/// Gives every record of a block to `take`, in order.
pub(crate) fn each_record(block: &Block, take: &mut Take<'_>) -> Result<(), LandingError> {
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
                take(&Source { line, text }, Err(Reason::new(reason)))?;
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
        match &block.layout {
            Layout::Csv(header) => {
                let fields = fields(text);
                // Exports in pages repeat the header.
                let names = header.0.iter().map(String::as_str);
                if fields.iter().map(|field| field.trim()).eq(names) {
                    continue;
                }
                take(&source, csv_record(header, fields))?;
            }
            Layout::Json => json(block.object, line, text, take)?,
            Layout::Document if text.trim_start().starts_with('[') => {
                // The reader has checked that the document is JSON.
                if let Ok(list) = serde_json::from_str::<Vec<&RawValue>>(text) {
                    each_element(line, text, list, take)?;
                }
            }
            Layout::Document => json(block.object, line, text.trim_end(), take)?,
        }
    }
    Ok(())
}

/// One JSON object: a record, or an envelope around a list of records.
fn json(object: &Object, line: u64, text: &str, take: &mut Take<'_>) -> Result<(), LandingError> {
    let record = Record::json(text);
    if let Ok(outer) = &record
        && let Some(list) = envelope(outer, object)
    {
        return each_element(line, text, list, take);
    }
    let text = Cow::Borrowed(text);
    take(&Source { line, text }, record)
}

/// The elements of a list inside `text`, which starts on `line`.
fn each_element<'a>(
    mut line: u64,
    text: &'a str,
    list: Vec<&'a RawValue>,
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
        take(&Source { line, text }, Record::json(element))?;
    }
    Ok(())
}

fn csv_record<'a>(header: &'a Header, fields: Vec<Cow<'a, str>>) -> Result<Record<'a>, Reason> {
    let (found, expected) = (fields.len(), header.0.len());
    if found == expected {
        return Ok(Record::csv(header, fields));
    }
    let problem = if found < expected {
        "too few"
    } else {
        "too many"
    };
    Err(Reason::new(format!(
        "{problem} fields: {found} where the header names {expected}"
    )))
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
