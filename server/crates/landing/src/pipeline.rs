//! Reads blocks on one thread, parses them on others, and joins the results in landing order.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use arrow_array::RecordBatch;
use chrono::DateTime;

use crate::columns::{Row, TableBuilder, Value};
use crate::discover::{Found, FoundObject};
use crate::drift::{self, Seen, Watch};
use crate::findings::{Finding, Severity, conflicting_rows, repeated_rows};
use crate::ledger::Ledger;
use crate::objects::{Object, SOURCES};
use crate::order;
use crate::parse::{MOST_QUARANTINED, Parsed, Parser, too_large, too_many_unreadable};
use crate::pipe::{self, Lists, Origin};
use crate::read::{Block, FileRead, Reader, files_to_read};
use crate::record::{Instant, Reason};
use crate::schema::Table;
use crate::whole_lists::missing_rest;
use crate::{
    Landed, LandedTable, LandingError, LandingOptions, ObjectSummary, Progress, Quarantined,
    SourceSummary,
};

/// Parsing threads at most; beyond this the reading thread is what limits.
const MOST_PARSERS: usize = 8;

/// Lands everything that was found.
pub(crate) fn run(
    found: Found,
    options: &LandingOptions,
    progress: &mut dyn FnMut(Progress),
) -> Result<Landed, LandingError> {
    let parsers = thread::available_parallelism().map_or(1, |n| n.get().min(MOST_PARSERS));
    let (send_block, blocks) = sync_channel::<Block>(parsers * 2);
    let (send_parsed, parsed) = channel();
    let blocks = Arc::new(Mutex::new(blocks));
    let objects = &found.objects;
    let lists = &Lists::read(&found.lists, options)?;
    let mut join = Join::new(objects);
    let (noticed, joined) = thread::scope(|scope| {
        let reading = scope.spawn(move || Reader::new(send_block, options, true).run(objects));
        for _ in 0..parsers {
            let (blocks, parsed) = (Arc::clone(&blocks), send_parsed.clone());
            scope.spawn(move || parse_all(&blocks, &parsed, options, lists));
        }
        // Only the parsers hold the ends now: when they are gone, reader and joiner notice.
        drop(blocks);
        drop(send_parsed);
        let joined = join.all(parsed, progress);
        match reading.join() {
            Ok(noticed) => (noticed, joined),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    });
    joined?;
    let mut findings = found.findings;
    let noticed = noticed?;
    findings.extend(noticed.findings);
    for file in &noticed.files {
        join.account(file, &mut findings)?;
    }
    for (object, column, file) in noticed.columns {
        if let Some(joined) = join
            .objects
            .iter_mut()
            .find(|o| std::ptr::eq(o.object, object))
        {
            joined.watch.field(column, || format!("{file}:1"));
        }
    }
    findings.extend(lists.findings.iter().cloned());
    findings.extend(lists.ledger_findings(options));
    findings.extend(lists.orphans());
    findings.extend(join.gaps(options, lists));
    join.quarantine.extend(lists.quarantine.iter().cloned());
    join.finish(&found.sources, options, findings)
}

/// Parses blocks until there are no more, or nobody wants the results.
fn parse_all(
    blocks: &Mutex<Receiver<Block>>,
    parsed: &Sender<Result<Parsed, LandingError>>,
    options: &LandingOptions,
    lists: &Lists,
) {
    let mut parser = Parser::new(options, lists);
    loop {
        let next = blocks.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(block) = next else {
            return;
        };
        // A record that makes a reader fail is a file that cannot be read, never the end of the program.
        let read = catch_unwind(AssertUnwindSafe(|| parser.block(&block)));
        let read = read.unwrap_or_else(|_| {
            Err(LandingError::Unreadable {
                file: block.file.to_string(),
                cause:
                    "its reader failed on a record, which is a defect of Tidemark; please report it"
                        .to_owned(),
            })
        });
        if parsed.send(read).is_err() {
            return;
        }
    }
}

/// What has been joined of one object.
struct JoinedObject {
    object: &'static Object,
    through: Option<Instant>,
    watch: Watch,
    origins: BTreeSet<Origin>,
    ledger: Ledger,
}

impl JoinedObject {
    fn summary(&self) -> ObjectSummary {
        let total = self.ledger.total();
        let through = self.through;
        ObjectSummary {
            object: self.object.name.to_owned(),
            files: self.ledger.0.len(),
            records: total.rows,
            quarantined: total.quarantined,
            deleted: total.deleted(),
            data_through: through.and_then(|at| DateTime::from_timestamp_micros(at.0)),
        }
    }
}

/// Everything joined so far.
struct Join {
    tables: Vec<TableBuilder>,
    objects: Vec<JoinedObject>,
    quarantine: Vec<Quarantined>,
    /// The last content written of each embedded price or product.
    embedded: HashMap<(Table, String), Row<'static>>,
    records: u64,
    files: usize,
}

impl Join {
    fn new(objects: &[FoundObject]) -> Self {
        let joined = |found: &FoundObject| JoinedObject {
            object: found.object,
            through: None,
            watch: Watch::default(),
            origins: BTreeSet::new(),
            ledger: Ledger::default(),
        };
        Self {
            tables: Table::ALL
                .iter()
                .map(|table| TableBuilder::new(*table))
                .collect(),
            objects: objects.iter().map(joined).collect(),
            quarantine: Vec::new(),
            embedded: HashMap::new(),
            records: 0,
            files: objects.iter().map(|found| files_to_read(found).len()).sum(),
        }
    }

    /// Joins results in the order of their blocks, whatever order they come in.
    fn all(
        &mut self,
        parsed: Receiver<Result<Parsed, LandingError>>,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<(), LandingError> {
        let mut waiting = BTreeMap::new();
        let mut next = 0;
        for parsed in parsed {
            let parsed = parsed?;
            waiting.insert(parsed.sequence, parsed);
            while let Some(parsed) = waiting.remove(&next) {
                next += 1;
                let told = Progress {
                    source: parsed.object.source,
                    object: parsed.object.name,
                    file: parsed.file.to_string(),
                    records: self.records + parsed.ledger.records,
                    files: (parsed.file_number, self.files),
                };
                self.one(parsed)?;
                progress(told);
            }
        }
        Ok(())
    }

    fn one(&mut self, mut parsed: Parsed) -> Result<(), LandingError> {
        let object = parsed.object;
        self.records += parsed.ledger.records;
        if self.quarantine.len() + parsed.rejected.len() > MOST_QUARANTINED
            && let Some(rejected) = parsed.rejected.last()
        {
            return Err(too_many_unreadable(
                &parsed.file,
                &Reason::new(&rejected.reason),
            ));
        }
        let objects = &mut self.objects;
        if let Some(joined) = objects.iter_mut().find(|o| std::ptr::eq(o.object, object)) {
            let ledger = joined.ledger.0.entry(parsed.file.to_string()).or_default();
            ledger.add(std::mem::take(&mut parsed.ledger));
            joined.through = joined.through.max(parsed.through);
            joined.watch.see(&mut parsed);
            joined.origins.append(&mut parsed.origins);
        }
        self.quarantine
            .extend(parsed.rejected.into_iter().map(|rejected| Quarantined {
                source: object.source.to_owned(),
                object: object.name.to_owned(),
                file: parsed.file.to_string(),
                line: rejected.line,
                reason: rejected.reason,
                text: rejected.text,
            }));
        let before: Vec<usize> = self.tables.iter().map(TableBuilder::rows).collect();
        let base = |name: &str| {
            let parent = Table::ALL.iter().find(|table| table.schema().name == name);
            let rows = parent.map_or(0, |table| before[*table as usize]);
            i64::try_from(rows).unwrap_or(i64::MAX)
        };
        for (table, rows) in parsed.tables {
            let appended = self.tables[table as usize].append(table, rows, base);
            appended.map_err(|full| too_large(table, &full))?;
        }
        for embedded in &parsed.embedded {
            for (table, row) in &embedded.rows {
                self.embedded_row(*table, row)?;
            }
        }
        Ok(())
    }

    /// Writes an embedded price or product unless it says what was written of it last.
    fn embedded_row(&mut self, table: Table, row: &Row<'static>) -> Result<(), LandingError> {
        let Some(Value::Text(id)) = row.first() else {
            return Ok(());
        };
        let key = (table, id.to_string());
        if self.embedded.get(&key) == Some(row) {
            return Ok(());
        }
        let pushed = self.tables[table as usize].push(table, row.clone());
        pushed.map_err(|full| too_large(table, &full))?;
        self.embedded.insert(key, row.clone());
        Ok(())
    }

    /// What the tables of other pipelines lack, and configured fields that no record has.
    fn gaps(&self, options: &LandingOptions, lists: &Lists) -> Vec<Finding> {
        let landed = self
            .objects
            .iter()
            .map(|joined| (joined.object, &joined.origins));
        let mut findings = pipe::gaps(&landed.collect::<Vec<_>>(), lists);
        for joined in &self.objects {
            if let Some(mapping) = pipe::mapping(options, joined.object) {
                findings.extend(joined.watch.unmapped(joined.object, mapping.fields));
            }
        }
        findings
    }

    /// Checks the ledger of a file, and reports what its values showed.
    fn account(
        &mut self,
        file: &FileRead,
        findings: &mut Vec<Finding>,
    ) -> Result<(), LandingError> {
        let mut objects = self.objects.iter_mut();
        if let Some(joined) = objects.find(|joined| std::ptr::eq(joined.object, file.object)) {
            let ledger = joined.ledger.0.entry(file.name.clone()).or_default();
            ledger.check(&file.name, file.items)?;
        }
        findings.extend(file.dialect.findings(file.object, &file.name));
        Ok(())
    }

    fn finish(
        mut self,
        present: &[&str],
        options: &LandingOptions,
        mut findings: Vec<Finding>,
    ) -> Result<Landed, LandingError> {
        order::sort(&mut self.tables);
        let mut tables = Vec::with_capacity(self.tables.len());
        for (table, builder) in Table::ALL.iter().zip(self.tables) {
            let name = table.schema().name;
            let batch = builder
                .finish(*table)
                .map_err(|error| LandingError::Table {
                    table: name,
                    cause: error.to_string(),
                })?;
            if table.schema().source == "reference" {
                findings.extend(repeated_rows(*table, &batch));
                findings.extend(conflicting_rows(*table, &batch));
            }
            tables.push(LandedTable { name, batch });
        }
        let batch = |table: Table| -> Option<RecordBatch> {
            tables.get(table as usize).map(|table| table.batch.clone())
        };
        findings.extend(missing_rest(batch));
        let names: Vec<&str> = self.objects.iter().map(|o| o.object.name).collect();
        for joined in &self.objects {
            findings.extend(joined.watch.findings(joined.object, &names));
            let most = options.dialect(joined.object.source).max_unreadable;
            let place = format!("{} {}", joined.object.source, joined.object.name);
            let of_ledger = joined.ledger.findings(joined.object, &place, most);
            // A column that is missing says more than the records that are unreadable for it.
            let lacks_column = |found: &Finding| {
                found.code == "missing_column"
                    && (found.source.as_str(), found.object.as_str())
                        == (joined.object.source, joined.object.name)
            };
            let is_explained = findings.iter().any(lacks_column);
            let is_new = |found: &Finding| !is_explained || found.severity != Severity::Error;
            findings.extend(of_ledger.into_iter().filter(is_new));
        }
        let sources = SOURCES.iter().map(|source| SourceSummary {
            source: (*source).to_owned(),
            present: present.contains(source),
            objects: self
                .objects
                .iter()
                .filter(|joined| joined.object.source == *source)
                .map(JoinedObject::summary)
                .collect(),
        });
        let sources = sources.collect();
        let values = drift::values(batch);
        let fields = self.objects.into_iter().map(|joined| {
            let place = format!("{} {}", joined.object.source, joined.object.name);
            (place, joined.watch.into_fields())
        });
        Ok(Landed {
            seen: Seen {
                fields: fields.collect(),
                values,
            },
            sources,
            tables,
            quarantine: self.quarantine,
            findings,
        })
    }
}
