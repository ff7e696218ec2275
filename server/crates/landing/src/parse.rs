//! Parses the records of a block: rows for the tables, and what goes to quarantine.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::columns::{ColumnFull, TableBuilder, Value};
use crate::ledger::{self, FileLedger};
use crate::objects::Object;
use crate::pipe::{Known, Lists, Origin, Translated, Translator};
use crate::read::Block;
use crate::record::{Instant, Reason, Record};
use crate::records::{Source, each_record};
use crate::schema::Table;
use crate::shape::Shapes;
use crate::sink::{Embedded, PriceCache, Sink};
use crate::{LandingError, LandingOptions};

/// A record that could not be read, within its block.
#[derive(Debug)]
pub(crate) struct Rejected {
    pub(crate) line: u64,
    pub(crate) reason: String,
    pub(crate) text: String,
}

/// Unreadable records that are stored; beyond that a file is no export of such records at all.
pub(crate) const MOST_QUARANTINED: usize = 1_000_000;

pub(crate) fn too_many_unreadable(file: &str, reason: &Reason) -> LandingError {
    LandingError::Unreadable {
        file: file.to_owned(),
        cause: format!(
            "more than {MOST_QUARANTINED} of its records are unreadable, the last because {}",
            reason.kind()
        ),
    }
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
    /// What became of the block's records.
    pub(crate) ledger: FileLedger,
    pub(crate) through: Option<Instant>,
    /// The fields its JSON records have.
    pub(crate) shapes: Shapes,
    /// The pipelines that landed its records, where it was not us.
    pub(crate) origins: BTreeSet<Origin>,
}

/// Whether a record stands as the file has it, and what its columns say, or was put into the vendor's shape.
enum Form<'a> {
    Own(Option<Known>),
    Translated(&'a Translated),
}

/// Parses blocks; keeps the prices it has seen from block to block.
pub(crate) struct Parser<'o> {
    options: &'o LandingOptions,
    translator: Translator<'o>,
    prices: PriceCache,
}

impl<'o> Parser<'o> {
    pub(crate) fn new(options: &'o LandingOptions, lists: &'o Lists) -> Self {
        Self {
            options,
            translator: Translator::new(options, lists),
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
            ledger: FileLedger::of(block.items.len()),
            through: None,
            shapes: Shapes::default(),
            origins: BTreeSet::new(),
        };
        let mut seen = HashMap::new();
        self.translator.begin_block();
        let passed = each_record(block, &mut |source, record| {
            parsed.ledger.records += 1;
            self.record(&mut parsed, &mut seen, source, record)
        })?;
        parsed.ledger.records += passed.blank + passed.headers;
        parsed.ledger.remove(ledger::BLANK, passed.blank);
        parsed.ledger.remove(ledger::HEADER, passed.headers);
        Ok(parsed)
    }

    fn record<'a>(
        &mut self,
        parsed: &mut Parsed,
        seen: &mut Seen,
        source: &Source<'_>,
        record: Result<Record<'a>, Reason>,
    ) -> Result<(), LandingError> {
        let known = record
            .as_ref()
            .ok()
            .map(|record| self.translator.known(parsed.object, record));
        let translated = match (&record, known) {
            (Ok(record), Some(known)) => self.translator.translate(parsed.object, record, known),
            _ => None,
        };
        match translated {
            None => self.read(parsed, seen, source, record, Form::Own(known)),
            Some(Ok(translated)) if translated.is_removed => {
                parsed.ledger.remove(ledger::DELETED, 1);
                Ok(())
            }
            Some(Ok(translated)) => {
                let file = record
                    .as_ref()
                    .map_or_else(|_| Record::no_file(), |record| record.file());
                let record = Record::json_in(&translated.text, file);
                self.read(parsed, seen, source, record, Form::Translated(&translated))
            }
            Some(Err(reason)) => parsed.reject(source, reason),
        }
    }

    fn read<'a>(
        &mut self,
        parsed: &mut Parsed,
        seen: &mut Seen,
        source: &Source<'_>,
        record: Result<Record<'a>, Reason>,
        form: Form<'a>,
    ) -> Result<(), LandingError> {
        let (translated, known) = match form {
            Form::Own(known) => (None, known),
            Form::Translated(translated) => (Some(translated), None),
        };
        let mut sink = Sink::new(self.options, &mut self.prices);
        let read = record.and_then(|record| {
            parsed.shapes.see(&record, source.line, known);
            let stamp = (parsed.object.read)(&record, &mut sink)?;
            if let Some(stub) = translated.and_then(|translated| translated.stub.as_deref()) {
                (parsed.object.read)(&Record::json(stub)?, &mut sink)?;
            }
            Ok(stamp)
        });
        let Sink {
            rows,
            embedded,
            marked,
            ..
        } = sink;
        parsed
            .origins
            .extend(translated.and_then(|translated| translated.origin));
        match read {
            Err(reason) => {
                let reason = match translated {
                    None => reason,
                    Some(translated) => reason.written_as(&translated.renamed),
                };
                parsed.reject(source, reason)?;
            }
            Ok(stamp) => {
                parsed.ledger.rows += 1;
                let by_pipeline = translated.and_then(|translated| translated.marked);
                if let Some(words) = by_pipeline.or(marked) {
                    *parsed.ledger.marked.entry(words).or_default() += 1;
                }
                parsed.through = parsed.through.max(stamp);
                let order = translated.and_then(|translated| translated.order);
                for (table, row) in rows {
                    parsed.row(table, row, order)?;
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
    fn reject(&mut self, source: &Source<'_>, reason: Reason) -> Result<(), LandingError> {
        if self.rejected.len() >= MOST_QUARANTINED {
            return Err(too_many_unreadable(&self.file, &reason));
        }
        self.ledger.quarantine(source.line, &reason);
        self.rejected.push(Rejected {
            line: source.line,
            reason: reason.text,
            text: source.text.to_string(),
        });
        Ok(())
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

    fn row(
        &mut self,
        table: Table,
        mut row: Vec<Value<'_>>,
        order: Option<i64>,
    ) -> Result<(), LandingError> {
        for value in &mut row {
            if let Value::Parent(parent) = value {
                *value =
                    Value::Int(i64::try_from(self.builder(*parent).rows()).unwrap_or(i64::MAX));
            }
        }
        let builder = self.builder(table);
        let pushed = builder.push(table, row);
        pushed.map_err(|full| too_large(table, &full))?;
        if let Some(order) = order {
            builder.order_last(order);
        }
        Ok(())
    }
}

pub(crate) fn too_large(table: Table, full: &ColumnFull) -> LandingError {
    LandingError::TooLarge {
        table: table.schema().name,
        column: full.column,
    }
}
