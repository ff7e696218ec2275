//! Opens raw files and hands out blocks of whole records, in landing order.

use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::SyncSender;

use serde_json::value::RawValue;

use crate::dialect::FileDialect;
use crate::discover::{Format, FoundObject, RawFile};
use crate::findings::Finding;
use crate::objects::Object;
use crate::open::{broken, open, unreadable};
use crate::record::Header;
use crate::records::without_nan;
use crate::sniff;
use crate::split::{Item, Rows, Splitter, fields};
use crate::{LandingError, LandingOptions, drift, parquet, pipe};

/// A `.json` file is one document that is held whole; a larger one belongs into a `.jsonl` file.
const LARGEST_DOCUMENT: u64 = 2 << 30;

/// Columns of a CSV file; no export of records has so many.
const MOST_COLUMNS: usize = 10_000;

/// How the records of a block are written.
#[derive(Debug, Clone)]
pub(crate) enum Layout {
    /// One JSON object each.
    Json,
    /// One JSON document that may hold many.
    Document,
    /// Rows under a header, with this byte between their fields.
    Csv(Arc<Header>, u8),
}

/// Whole records of one file.
#[derive(Debug)]
pub(crate) struct Block {
    pub(crate) sequence: u64,
    pub(crate) object: &'static Object,
    pub(crate) file: Arc<str>,
    /// Number of the file among all, from 1.
    pub(crate) file_number: usize,
    pub(crate) dialect: Arc<FileDialect>,
    pub(crate) layout: Layout,
    pub(crate) bytes: Vec<u8>,
    pub(crate) items: Vec<Item>,
}

/// Sends all blocks of all files.
pub(crate) struct Reader<'o> {
    blocks: SyncSender<Block>,
    options: &'o LandingOptions,
    /// Whether the columns of CSV files are compared with the contract of their object.
    is_judging: bool,
    sequence: u64,
    file_number: usize,
    /// Of the file being read.
    dialect: Arc<FileDialect>,
    noticed: Noticed,
    /// Objects of all sources that have files.
    objects: Vec<&'static str>,
}

/// A file that was read.
#[derive(Debug)]
pub(crate) struct FileRead {
    pub(crate) object: &'static Object,
    pub(crate) name: String,
    pub(crate) dialect: Arc<FileDialect>,
    /// Pieces of the file that were handed out.
    pub(crate) items: u64,
}

/// What was noticed while reading, beside the blocks.
#[derive(Debug, Default)]
pub(crate) struct Noticed {
    pub(crate) findings: Vec<Finding>,
    pub(crate) files: Vec<FileRead>,
    /// The columns of CSV files, and those of Parquet files that are not read, each with its object and file.
    pub(crate) columns: Vec<(&'static Object, String, String)>,
}

/// Nobody takes blocks any more: landing has failed elsewhere and says so there.
struct Hungup;

enum Stop {
    Hungup,
    Failed(LandingError),
}

impl From<LandingError> for Stop {
    fn from(error: LandingError) -> Self {
        Stop::Failed(error)
    }
}

impl From<Hungup> for Stop {
    fn from(_: Hungup) -> Self {
        Stop::Hungup
    }
}

impl<'o> Reader<'o> {
    pub(crate) fn new(
        blocks: SyncSender<Block>,
        options: &'o LandingOptions,
        is_judging: bool,
    ) -> Self {
        Self {
            blocks,
            options,
            is_judging,
            sequence: 0,
            file_number: 0,
            dialect: Arc::default(),
            noticed: Noticed::default(),
            objects: Vec::new(),
        }
    }

    /// Reads every file; gives what was noticed on the way.
    pub(crate) fn run(mut self, objects: &[FoundObject]) -> Result<Noticed, LandingError> {
        self.objects = objects.iter().map(|found| found.object.name).collect();
        for found in objects {
            for file in files_to_read(found) {
                self.file_number += 1;
                let dialect = self.options.dialect(found.object.source).clone();
                let contract = self.is_judging.then_some(found.object.contract);
                let dialect = FileDialect::new(dialect, &self.options.null_words, contract);
                let dialect = Arc::new(dialect.in_zone(self.options.timezone));
                self.dialect = Arc::clone(&dialect);
                self.noticed.files.push(FileRead {
                    object: found.object,
                    name: file.name.clone(),
                    dialect,
                    items: 0,
                });
                let read = catch_unwind(AssertUnwindSafe(|| self.file(found.object, file)));
                let read = read.unwrap_or_else(|_| {
                    let cause =
                        "its reader failed on it, which is a defect of Tidemark; please report it";
                    Err(unreadable(file, cause.to_owned()).into())
                });
                match read {
                    Ok(()) => {}
                    Err(Stop::Hungup) => return Ok(self.noticed),
                    Err(Stop::Failed(error)) => return Err(error),
                }
            }
        }
        Ok(self.noticed)
    }

    fn send(
        &mut self,
        object: &'static Object,
        file: &RawFile,
        layout: Layout,
        bytes: Vec<u8>,
        items: Vec<Item>,
    ) -> Result<(), Hungup> {
        let block = Block {
            sequence: self.sequence,
            object,
            file: file.name.as_str().into(),
            file_number: self.file_number,
            dialect: Arc::clone(&self.dialect),
            layout,
            bytes,
            items,
        };
        self.sequence += 1;
        if let Some(read) = self.noticed.files.last_mut() {
            read.items += block.items.len() as u64;
        }
        self.blocks.send(block).map_err(|_| Hungup)
    }

    fn file(&mut self, object: &'static Object, file: &RawFile) -> Result<(), Stop> {
        match file.format {
            Format::JsonLines => {
                let bytes = open(file, &self.dialect)?;
                self.json_lines(object, file, bytes)
            }
            Format::Json => self.document(object, file),
            Format::Csv => self.csv(object, file),
            Format::Parquet => {
                let options = self.options;
                let is_read = |column: &str| pipe::is_read(options, object, column);
                let mut rows = parquet::Rows::open(&file.path, &is_read)
                    .map_err(|why| unreadable(file, why))?;
                if self.is_judging {
                    for column in rows.unread() {
                        let seen = (object, column.clone(), file.name.clone());
                        self.noticed.columns.push(seen);
                    }
                }
                while let Some((bytes, items)) =
                    rows.next_block().map_err(|why| unreadable(file, why))?
                {
                    self.send(object, file, Layout::Json, bytes, items)?;
                }
                Ok(())
            }
        }
    }

    fn json_lines(
        &mut self,
        object: &'static Object,
        file: &RawFile,
        bytes: impl Read,
    ) -> Result<(), Stop> {
        let mut splitter = Splitter::new(bytes, Rows::Lines);
        while let Some((bytes, items)) = splitter
            .next_block()
            .map_err(|error| broken(file, &error))?
        {
            self.send(object, file, Layout::Json, bytes, items)?;
        }
        Ok(())
    }

    /// A `.json` file is one document, but many programs write one object per line into it.
    fn document(&mut self, object: &'static Object, file: &RawFile) -> Result<(), Stop> {
        let mut bytes = Vec::new();
        open(file, &self.dialect)?
            .take(LARGEST_DOCUMENT + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| broken(file, &error))?;
        if bytes.len() as u64 > LARGEST_DOCUMENT {
            let cause = "it is one JSON document of more than 2 GiB; write one record per line into a .jsonl file";
            return Err(unreadable(file, cause.to_owned()).into());
        }
        let text = std::str::from_utf8(&bytes).map_err(|error| {
            let cause =
                format!("it is not UTF-8 text ({error}); name its encoding in the settings");
            unreadable(file, cause)
        })?;
        let start = text.len()
            - text
                .trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n'])
                .len();
        let text = &text[start..];
        if text.is_empty() {
            return Ok(());
        }
        if serde_json::from_str::<&RawValue>(text).is_err()
            && let Some(plain) = without_nan(text)
        {
            let item = Item {
                line: 1,
                start: 0,
                end: plain.len(),
                problem: None,
            };
            return Ok(self.send(
                object,
                file,
                Layout::Document,
                plain.into_bytes(),
                vec![item],
            )?);
        }
        if let Err(error) = serde_json::from_str::<&RawValue>(text) {
            let first = text.lines().next().unwrap_or_default();
            let is_lines =
                first.starts_with('{') && serde_json::from_str::<&RawValue>(first).is_ok();
            if is_lines {
                return self.json_lines(object, file, bytes.as_slice());
            }
            return Err(unreadable(file, format!("it is not valid JSON: {error}")).into());
        }
        let item = Item {
            line: 1,
            start,
            end: bytes.len(),
            problem: None,
        };
        Ok(self.send(object, file, Layout::Document, bytes, vec![item])?)
    }

    fn csv(&mut self, object: &'static Object, file: &RawFile) -> Result<(), Stop> {
        let dialect = Arc::clone(&self.dialect);
        let mut splitter = Splitter::new(open(file, &dialect)?, Rows::Csv(b','));
        let mut detected = None;
        let chosen = |line: &[u8]| {
            dialect.dialect.separator.unwrap_or_else(|| {
                let is_known = |column: &str| pipe::is_read(self.options, object, column);
                let found = sniff::separator(&String::from_utf8_lossy(line), &is_known);
                detected = Some(found).filter(|found| *found != b',');
                found
            })
        };
        splitter
            .begin_csv(chosen)
            .map_err(|error| broken(file, &error))?;
        let separator = splitter.separator();
        if let Some(found) = detected {
            self.noticed
                .findings
                .push(sniff::separator_finding(object, &file.name, found));
        }
        let mut header: Option<Arc<Header>> = None;
        while let Some((bytes, mut items)) = splitter
            .next_block()
            .map_err(|error| broken(file, &error))?
        {
            let header = match &header {
                Some(header) => Arc::clone(header),
                None => {
                    let first = items.remove(0);
                    if let Some(problem) = first.problem {
                        let cause = format!("its first line names no columns: {problem}");
                        return Err(unreadable(file, cause).into());
                    }
                    let line = &bytes[first.start..first.end];
                    let found = self.header(object, file, line, separator)?;
                    if self.judges(object, &found) && found.position(object.key()).is_none() {
                        // No row of it could be told from another; the finding says so once.
                        return Ok(());
                    }
                    Arc::clone(header.insert(Arc::new(found)))
                }
            };
            if !items.is_empty() {
                dialect.notice_form_once(|| {
                    let is_read = |column: &str| pipe::is_read(self.options, object, column);
                    let rows = items.iter().map(|item| &bytes[item.start..item.end]);
                    sniff::form(rows, separator, &header, &is_read, &dialect)
                });
                self.send(object, file, Layout::Csv(header, separator), bytes, items)?;
            }
        }
        Ok(())
    }

    /// Whether the columns are the vendor's own; others are judged once their records are in its shape.
    fn judges(&self, object: &'static Object, header: &Header) -> bool {
        let names = || header.0.iter().map(String::as_str);
        self.is_judging
            && pipe::Origin::of(names()).is_none()
            && !pipe::is_mapped(self.options, object)
            && !pipe::is_flattened(self.options, object, names())
    }

    fn header(
        &mut self,
        object: &'static Object,
        file: &RawFile,
        line: &[u8],
        separator: u8,
    ) -> Result<Header, Stop> {
        let text = std::str::from_utf8(line).map_err(|_| {
            let cause = "its first line is not UTF-8 text; name its encoding in the settings";
            unreadable(file, cause.to_owned())
        })?;
        let names = fields(text, separator).into_iter();
        let header = Header(names.map(|name| name.trim().to_owned()).collect());
        if header.0.len() > MOST_COLUMNS {
            let cause = format!(
                "its first line names {} columns, and at most {MOST_COLUMNS} are read; \
                 set separator in [{}] of the settings if it is another one",
                header.0.len(),
                object.source
            );
            return Err(unreadable(file, cause).into());
        }
        if self.is_judging {
            let twice = sniff::repeated_columns(object, &file.name, &header);
            self.noticed.findings.extend(twice);
        }
        if self.is_judging && object.closed && !pipe::is_mapped(self.options, object) {
            let unknown = header.0.iter().filter(|column| {
                !column.is_empty() && !pipe::is_field(self.options, object, column)
            });
            let unknown = unknown.map(|column| sniff::unknown_column(object, &file.name, column));
            self.noticed.findings.extend(unknown);
        }
        if !self.judges(object, &header) {
            return Ok(header);
        }
        let names: Vec<&str> = header.0.iter().map(String::as_str).collect();
        let missing = drift::missing(object, &file.name, &names, &self.objects);
        self.noticed.findings.extend(missing);
        for column in &header.0 {
            let seen = (object, column.clone(), file.name.clone());
            self.noticed.columns.push(seen);
        }
        Ok(header)
    }
}

/// The files of an object that count: of a reference table only the newest.
pub(crate) fn files_to_read(found: &FoundObject) -> &[RawFile] {
    match found.files.last() {
        Some(last) if found.object.whole => std::slice::from_ref(last),
        _ => &found.files,
    }
}
