//! Parses the records of a block: rows for the tables, and what goes to quarantine.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use serde_json::value::RawValue;

use crate::columns::{ColumnFull, TableBuilder, Value};
use crate::objects::Object;
use crate::read::{Block, Layout};
use crate::record::{Cell, Header, Instant, Reason, Record, elements, is_object};
use crate::schema::Table;
use crate::shape::Shapes;
use crate::sink::{Embedded, PriceCache, Sink};
use crate::split::fields;
use crate::{LandingError, LandingOptions};

/// A record that could not be read, within its block.
#[derive(Debug)]
pub(crate) struct Rejected {
    pub(crate) line: u64,
    pub(crate) reason: String,
    pub(crate) text: String,
    /// The value to blame, where it is a single one.
    pub(crate) cell: Option<Box<Cell>>,
}

/// What a block gave.
pub(crate) struct Parsed {
    pub(crate) sequence: u64,
    pub(crate) object: &'static Object,
    pub(crate) file: Arc<str>,
    pub(crate) file_number: usize,
    /// Rows by table; parents count rows within the block.
    pub(crate) tables: Vec<(Table, TableBuilder)>,
    /// Prices seen inside records, once per change of their content.
    pub(crate) embedded: Vec<Arc<Embedded>>,
    pub(crate) rejected: Vec<Rejected>,
    pub(crate) records: u64,
    pub(crate) through: Option<Instant>,
    /// The fields its JSON records have.
    pub(crate) shapes: Shapes,
}

/// Parses blocks; keeps the prices it has seen from block to block.
pub(crate) struct Parser<'o> {
    options: &'o LandingOptions,
    prices: PriceCache,
}

/// The text of a record within a block, with the line it starts on.
struct Source<'a> {
    line: u64,
    text: Cow<'a, str>,
}

impl<'o> Parser<'o> {
    pub(crate) fn new(options: &'o LandingOptions) -> Self {
        Self {
            options,
            prices: PriceCache::new(),
        }
    }

    /// Parses one block.
    pub(crate) fn block(&mut self, block: &Block) -> Result<Parsed, LandingError> {
        let mut parsed = Parsed {
            sequence: block.sequence,
            object: block.object,
            file: Arc::clone(&block.file),
            file_number: block.file_number,
            tables: Vec::new(),
            embedded: Vec::new(),
            rejected: Vec::new(),
            records: 0,
            through: None,
            shapes: Shapes::default(),
        };
        let mut seen = HashMap::new();
        for item in &block.items {
            let bytes = &block.bytes[item.start..item.end];
            let text = match std::str::from_utf8(bytes) {
                Ok(text) => text,
                Err(error) => {
                    let reason = format!(
                        "not UTF-8 text (byte {} of the record)",
                        error.valid_up_to() + 1
                    );
                    let text = String::from_utf8_lossy(bytes);
                    parsed.reject(
                        &Source {
                            line: item.line,
                            text,
                        },
                        Reason::new(reason),
                    );
                    continue;
                }
            };
            let source = Source {
                line: item.line,
                text: Cow::Borrowed(text),
            };
            if let Some(problem) = item.problem {
                parsed.reject(&source, Reason::new(problem));
                continue;
            }
            match &block.layout {
                Layout::Csv(header) => {
                    let fields = fields(text);
                    // Exports in pages repeat the header.
                    if fields
                        .iter()
                        .map(|field| field.trim())
                        .eq(header.0.iter().map(String::as_str))
                    {
                        continue;
                    }
                    let record = csv_record(header, fields);
                    self.record(&mut parsed, &mut seen, &source, record)?;
                }
                Layout::Json => self.json(&mut parsed, &mut seen, item.line, text)?,
                Layout::Document if text.trim_start().starts_with('[') => {
                    // The reader has checked that the document is JSON.
                    if let Ok(list) = serde_json::from_str::<Vec<&RawValue>>(text) {
                        self.list(&mut parsed, &mut seen, item.line, text, list)?;
                    }
                }
                Layout::Document => {
                    self.json(&mut parsed, &mut seen, item.line, text.trim_end())?
                }
            }
        }
        Ok(parsed)
    }

    /// One JSON object: a record, or an envelope around a list of records.
    fn json(
        &mut self,
        parsed: &mut Parsed,
        seen: &mut Seen,
        line: u64,
        text: &str,
    ) -> Result<(), LandingError> {
        let record = Record::json(text);
        if let Ok(object) = &record
            && let Some(list) = envelope(object, parsed.object)
        {
            return self.list(parsed, seen, line, text, list);
        }
        let text = Cow::Borrowed(text);
        self.record(parsed, seen, &Source { line, text }, record)
    }

    /// The elements of a list inside `text`, which starts on `line`.
    fn list<'a>(
        &mut self,
        parsed: &mut Parsed,
        seen: &mut Seen,
        line: u64,
        text: &'a str,
        list: Vec<&'a RawValue>,
    ) -> Result<(), LandingError> {
        let (mut at, mut line) = (0, line);
        for raw in list {
            let element = raw.get();
            // Elements borrow from the text, in order, so their addresses give their lines.
            let offset = (element.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
            if let Some(between) = text.as_bytes().get(at..offset) {
                line += memchr::memchr_iter(b'\n', between).count() as u64;
                at = offset;
            }
            let text = Cow::Borrowed(element);
            self.record(parsed, seen, &Source { line, text }, Record::json(element))?;
        }
        Ok(())
    }

    fn record<'a>(
        &mut self,
        parsed: &mut Parsed,
        seen: &mut Seen,
        source: &Source<'_>,
        record: Result<Record<'a>, Reason>,
    ) -> Result<(), LandingError> {
        let mut sink = Sink::new(self.options, &mut self.prices);
        let read = record.and_then(|record| {
            parsed.shapes.see(&record, source.line);
            (parsed.object.read)(&record, &mut sink)
        });
        let Sink { rows, embedded, .. } = sink;
        match read {
            Err(reason) => parsed.reject(source, reason),
            Ok(stamp) => {
                parsed.records += 1;
                parsed.through = parsed.through.max(stamp);
                for (table, row) in rows {
                    parsed.row(table, row)?;
                }
                for price in embedded {
                    let known = seen.get(&price.id);
                    if !price.rows.is_empty() && known.is_none_or(|known| *known != price) {
                        seen.insert(price.id.clone(), Arc::clone(&price));
                        parsed.embedded.push(price);
                    }
                }
            }
        }
        Ok(())
    }
}

/// The latest content of each embedded price of a block.
type Seen = HashMap<String, Arc<Embedded>>;

impl Parsed {
    fn reject(&mut self, source: &Source<'_>, reason: Reason) {
        self.records += 1;
        self.rejected.push(Rejected {
            line: source.line,
            reason: reason.text,
            text: source.text.to_string(),
            cell: reason.cell,
        });
    }

    fn builder(&mut self, table: Table) -> &mut TableBuilder {
        let at = match self.tables.iter().position(|(known, _)| *known == table) {
            Some(at) => at,
            None => {
                self.tables.push((table, TableBuilder::new(table)));
                self.tables.len() - 1
            }
        };
        &mut self.tables[at].1
    }

    fn row(&mut self, table: Table, mut row: Vec<Value<'_>>) -> Result<(), LandingError> {
        for value in &mut row {
            if let Value::Parent(parent) = value {
                *value =
                    Value::Int(i64::try_from(self.builder(*parent).rows()).unwrap_or(i64::MAX));
            }
        }
        let pushed = self.builder(table).push(table, row);
        pushed.map_err(|full| too_large(table, &full))
    }
}

pub(crate) fn too_large(table: Table, full: &ColumnFull) -> LandingError {
    LandingError::TooLarge {
        table: table.schema().name,
        column: full.column,
    }
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
