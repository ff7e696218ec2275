//! Reads the tables that are lists inside an object, and puts their rows back into it.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::sync_channel;
use std::thread;

use super::lists::{Element, FoundList, LISTS, List, Table};
use super::marks::plain;
use super::plan::Kind;
use super::tables::{Fate, TableRead};
use super::write::Leaf;
use super::{Origin, Translator};
use crate::discover::{FoundObject, RawFile};
use crate::findings::Finding;
use crate::ledger::Ledger;
use crate::read::Reader;
use crate::record::{Reason, Record};
use crate::records::each_record;
use crate::{LandingError, LandingOptions, Quarantined};

/// The elements of one parent.
#[derive(Debug, Default)]
struct Elements {
    /// With the place in the list, or what orders versions.
    rows: Vec<(i64, String)>,
    used: AtomicBool,
}

/// The rows of all lists, by list and by the parent they name.
#[derive(Debug, Default)]
pub(crate) struct Lists {
    found: HashMap<usize, HashMap<String, Elements>>,
    /// What became of the rows of each table, by its file.
    tables: BTreeMap<String, TableRead>,
    /// Rows that could not be read.
    pub(crate) quarantine: Vec<Quarantined>,
    pub(crate) findings: Vec<Finding>,
}

impl Lists {
    /// Reads the files of all lists, those inside of others first.
    pub(crate) fn read(
        found: &[FoundList],
        options: &LandingOptions,
    ) -> Result<Self, LandingError> {
        let mut lists = Self::default();
        for (at, list) in LISTS.iter().enumerate().rev() {
            let files = found.iter().filter(|found| found.list == at);
            let files: Vec<RawFile> = files.map(|found| found.file.clone()).collect();
            if files.is_empty() {
                continue;
            }
            let rows = lists.one(list, files, options)?;
            lists.found.insert(at, rows);
        }
        Ok(lists)
    }

    fn one(
        &mut self,
        list: &'static List,
        files: Vec<RawFile>,
        options: &LandingOptions,
    ) -> Result<HashMap<String, Elements>, LandingError> {
        let mut rows: HashMap<String, Elements> = HashMap::new();
        let mut quarantine = Vec::new();
        let mut tables = std::mem::take(&mut self.tables);
        let object = list.object();
        let found = [FoundObject { object, files }];
        let (send, blocks) = sync_channel(2);
        let mut translator = Translator::new(options, self);
        let noticed = thread::scope(|scope| {
            let reading = scope.spawn(|| Reader::new(send, options, false).run(&found));
            let mut reading_now = None;
            for block in blocks {
                let table = tables.entry(block.file.to_string());
                let table = table.or_insert_with(|| TableRead::new(object, list));
                if reading_now.as_ref() != Some(&block.file) {
                    table.begin(list);
                    reading_now = Some(Arc::clone(&block.file));
                }
                let passed = each_record(&block, &mut |source, record| {
                    let row = record.and_then(|row| element(list, &row, &mut translator));
                    match row {
                        Ok(Row::Element(owner, place, text)) => {
                            table.take(Fate::Element);
                            rows.entry(owner).or_default().rows.push((place, text));
                        }
                        Ok(Row::Deleted) => table.take(Fate::Deleted),
                        Ok(Row::Foreign) => table.take(Fate::Foreign),
                        Err(why) => {
                            if table.quarantine(source.line, &why) {
                                quarantine.push(Quarantined {
                                    source: list.source.to_owned(),
                                    object: object.name.to_owned(),
                                    file: block.file.to_string(),
                                    line: source.line,
                                    reason: why.text,
                                    text: source.text.to_string(),
                                });
                            }
                        }
                    }
                    Ok(())
                })?;
                table.end_block(block.items.len(), &passed);
            }
            match reading.join() {
                Ok(noticed) => noticed,
                Err(panic) => std::panic::resume_unwind(panic),
            }
        })?;
        for elements in rows.values_mut() {
            elements.rows.sort_by_key(|(place, _)| *place);
        }
        for file in &noticed.files {
            if let Some(table) = tables.get(&file.name) {
                table.ledger().check(&file.name, file.items)?;
            }
            let of_file = file.dialect.findings(file.object, &file.name);
            self.findings.extend(of_file);
        }
        self.tables = tables;
        self.findings.extend(noticed.findings);
        self.quarantine.extend(quarantine);
        Ok(rows)
    }

    /// What a person should know of the rows of each table.
    pub(crate) fn ledger_findings(&self, options: &LandingOptions) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (file, table) in &self.tables {
            let most = options.dialect(table.object.source).max_unreadable;
            let ledger = Ledger(BTreeMap::from([(file.clone(), table.ledger())]));
            findings.extend(ledger.findings(table.object, file, most));
        }
        findings
    }

    /// Whether `path` leads into a list whose table was not landed, so that nothing of it can be told.
    pub(super) fn lacks(&self, kind: Kind, origin: Option<Origin>, path: &[String]) -> bool {
        path.len() > 1
            && LISTS.iter().enumerate().any(|(at, list)| {
                (list.source, list.parent) == (kind.source, kind.name)
                    && list.is_of(origin)
                    && list.path[0] == path[0]
                    && !self.found.contains_key(&at)
            })
    }

    /// The lists of such records, each with the places of the columns that its rows name.
    pub(super) fn of(
        &self,
        kind: Kind,
        origin: Option<Origin>,
        columns: &[String],
    ) -> Vec<(usize, Vec<usize>)> {
        let lists = LISTS.iter().enumerate().filter(|(at, list)| {
            (list.source, list.parent) == (kind.source, kind.name)
                && list.is_of(origin)
                && self.found.contains_key(at)
        });
        let with_key = lists.filter_map(|(at, list)| {
            let place = |key: &&str| {
                let mut columns = columns.iter();
                columns.position(|column| column.eq_ignore_ascii_case(key))
            };
            let places: Option<Vec<usize>> = list.keys(origin).0.iter().map(place).collect();
            Some((at, places?))
        });
        with_key.collect()
    }

    /// The elements that name a record.
    pub(super) fn rows(&self, list: usize, key: Option<&str>) -> Leaf<'_> {
        let elements = key.and_then(|key| self.found.get(&list)?.get(key));
        let rows: &[(i64, String)] = elements.map_or(&[], |elements| {
            elements.used.store(true, Ordering::Relaxed);
            &elements.rows
        });
        match &LISTS[list].table {
            Table::Fivetran {
                element: Element::Newest,
                ..
            } => match rows.last() {
                Some((_, row)) => Leaf::Raw(row.into()),
                None => Leaf::Null,
            },
            _ => Leaf::List(rows.iter().map(|(_, row)| row.as_str()).collect()),
        }
    }

    /// Whether the table of such a list was landed.
    pub(super) fn has(&self, source: &str, parent: &str, field: &str) -> bool {
        let of = |list: &List| (list.source, list.parent, list.path[0]) == (source, parent, field);
        LISTS
            .iter()
            .enumerate()
            .any(|(at, list)| of(list) && self.found.contains_key(&at))
    }

    /// Whether any element was put into such a list.
    pub(super) fn filled(&self, source: &str, parent: &str, field: &str) -> bool {
        let of = |list: &List| (list.source, list.parent, list.path[0]) == (source, parent, field);
        let lists = LISTS.iter().enumerate().filter(|(_, list)| of(list));
        let mut found = lists.filter_map(|(at, _)| self.found.get(&at));
        found.any(|rows| {
            rows.values()
                .any(|elements| elements.used.load(Ordering::Relaxed))
        })
    }

    /// Rows that name no record there is.
    pub(crate) fn orphans(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (at, list) in LISTS.iter().enumerate() {
            let unused = self.found.get(&at).into_iter().flatten();
            let unused = unused.filter(|(_, elements)| !elements.used.load(Ordering::Relaxed));
            let (mut count, mut first) = (0, None);
            for (key, elements) in unused {
                count += elements.rows.len();
                first = first.into_iter().chain([key]).min();
            }
            if let Some(first) = first {
                let (source, object, owner) = (
                    list.source,
                    list.object().name,
                    list.keys(None).1.join(" and "),
                );
                findings.push(Finding::warn(
                    source,
                    object,
                    "orphan_rows",
                    format!(
                        "{count} rows of {source}/{} name no row of their parent's table in {owner} (first: {first}) and do not count; \
                         export both tables at the same time",
                        list.names().join(" or ")
                    ),
                ));
            }
        }
        findings
    }
}

/// Joins the parts of a key that names a row's parent.
pub(super) const KEY_MARK: &str = "\u{1f}";

/// What a row of a table of lists is.
enum Row {
    /// An element: the parent it names, its place, and its text.
    Element(String, i64, String),
    /// Marked as deleted by the pipeline.
    Deleted,
    /// Of another list, or of something that is not read.
    Foreign,
}

/// What a row says.
fn element(list: &List, row: &Record<'_>, translator: &mut Translator<'_>) -> Result<Row, Reason> {
    if let Table::Fivetran { only, .. } = &list.table
        && !only(row)
    {
        return Ok(Row::Foreign);
    }
    let written_by = Origin::of(row.columns());
    let origin = if list.is_of(written_by) {
        written_by
    } else {
        Some(list.origin())
    };
    let plan = translator.plan(list.kind(), origin, row);
    if plan.marks.is_deleted(row) {
        return Ok(Row::Deleted);
    }
    let keys = list.keys(origin).1.iter().map(|name| row.key(name));
    let owner = keys.collect::<Result<Vec<_>, _>>()?.join(KEY_MARK);
    let order = plan.marks.order(row).unwrap_or(i64::MIN);
    let place = match &list.table {
        Table::Dlt => row.int(list.place_column(origin))?.unwrap_or(i64::MAX),
        Table::Fivetran {
            element: Element::Newest,
            ..
        } => match row.instant("updated_at")? {
            Some(updated) => updated.0,
            None => order,
        },
        Table::Fivetran { .. } => row.int("index")?.unwrap_or(0),
    };
    let column = match &list.table {
        Table::Fivetran {
            element: Element::Column(column),
            ..
        } => Some(*column),
        // A list of plain values has them in this one column.
        Table::Dlt if row.columns().any(|name| name.eq_ignore_ascii_case("value")) => Some("value"),
        _ => None,
    };
    let text = match column {
        Some(column) => {
            let at = row
                .columns()
                .position(|name| name.eq_ignore_ascii_case(column));
            let value = at
                .and_then(|at| row.at(at))
                .ok_or_else(|| Reason::missing(column))?;
            let mut text = String::new();
            super::write::string(&mut text, &plain(value));
            text
        }
        None => translator.through(list.kind(), origin, row)?.text,
    };
    Ok(Row::Element(owner, place, text))
}
