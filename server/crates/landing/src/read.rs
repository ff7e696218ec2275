//! Opens raw files and hands out blocks of whole records, in landing order.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::sync::Arc;
use std::sync::mpsc::SyncSender;

use flate2::bufread::MultiGzDecoder;
use serde_json::value::RawValue;

use crate::discover::{Format, FoundObject, Packing, RawFile};
use crate::findings::Finding;
use crate::objects::Object;
use crate::record::Header;
use crate::split::{Item, Rows, Splitter, fields};
use crate::{LandingError, LandingOptions, drift, parquet, pipe};

/// How the records of a block are written.
#[derive(Debug, Clone)]
pub(crate) enum Layout {
    /// One JSON object each.
    Json,
    /// One JSON document that may hold many.
    Document,
    Csv(Arc<Header>),
}

/// Whole records of one file.
#[derive(Debug)]
pub(crate) struct Block {
    pub(crate) sequence: u64,
    pub(crate) object: &'static Object,
    pub(crate) file: Arc<str>,
    /// Number of the file among all, from 1.
    pub(crate) file_number: usize,
    pub(crate) layout: Layout,
    pub(crate) bytes: Vec<u8>,
    pub(crate) items: Vec<Item>,
}

/// Sends all blocks of all files.
pub(crate) struct Reader<'o> {
    blocks: SyncSender<Block>,
    /// What the fields are called; none if the columns of a CSV file are not to be judged.
    options: Option<&'o LandingOptions>,
    sequence: u64,
    file_number: usize,
    noticed: Noticed,
    /// Objects of all sources that have files.
    objects: Vec<&'static str>,
}

/// What was noticed while reading, beside the blocks.
#[derive(Debug, Default)]
pub(crate) struct Noticed {
    pub(crate) findings: Vec<Finding>,
    /// The columns of the CSV files, each with its object and file.
    pub(crate) columns: Vec<(&'static Object, String, String)>,
}

/// Nobody takes blocks any more: landing has failed elsewhere and says so there.
struct Hungup;

enum Stop {
    Hungup,
    Failed(LandingError),
}

impl From<Hungup> for Stop {
    fn from(_: Hungup) -> Self {
        Stop::Hungup
    }
}

impl<'o> Reader<'o> {
    pub(crate) fn new(blocks: SyncSender<Block>, options: Option<&'o LandingOptions>) -> Self {
        Self {
            blocks,
            options,
            sequence: 0,
            file_number: 0,
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
                match self.file(found.object, file) {
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
            layout,
            bytes,
            items,
        };
        self.sequence += 1;
        self.blocks.send(block).map_err(|_| Hungup)
    }

    fn file(&mut self, object: &'static Object, file: &RawFile) -> Result<(), Stop> {
        match file.format {
            Format::JsonLines => self.json_lines(object, file, open(file)?),
            Format::Json => self.document(object, file),
            Format::Csv => self.csv(object, file),
            Format::Parquet => {
                let mut rows =
                    parquet::Rows::open(&file.path).map_err(|why| unreadable(file, why))?;
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
        open(file)?
            .read_to_end(&mut bytes)
            .map_err(|error| broken(file, &error))?;
        let text = std::str::from_utf8(&bytes)
            .map_err(|error| unreadable(file, format!("it is not UTF-8 text: {error}")))?;
        let start = text.len()
            - text
                .trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n'])
                .len();
        let text = &text[start..];
        if text.is_empty() {
            return Ok(());
        }
        if let Err(error) = serde_json::from_str::<&RawValue>(text) {
            let first = text.lines().next().unwrap_or_default();
            let is_lines =
                first.starts_with('{') && serde_json::from_str::<&RawValue>(first).is_ok();
            if is_lines {
                return self.json_lines(object, file, bytes.as_slice());
            }
            return Err(unreadable(file, format!("it is not valid JSON: {error}")));
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
        let mut splitter = Splitter::new(open(file)?, Rows::Csv);
        let mut header: Option<Arc<Header>> = None;
        while let Some((bytes, mut items)) = splitter
            .next_block()
            .map_err(|error| broken(file, &error))?
        {
            let header = match &header {
                Some(header) => Arc::clone(header),
                None => {
                    let first = items.remove(0);
                    let found = self.header(object, file, &bytes[first.start..first.end])?;
                    if self.judges(object, &found) && found.position(object.key()).is_none() {
                        // No row of it could be told from another; the finding says so once.
                        return Ok(());
                    }
                    Arc::clone(header.insert(Arc::new(found)))
                }
            };
            if !items.is_empty() {
                self.send(object, file, Layout::Csv(header), bytes, items)?;
            }
        }
        Ok(())
    }

    /// Whether the columns are the vendor's own; others are judged once their records are in its shape.
    fn judges(&self, object: &Object, header: &Header) -> bool {
        let Some(options) = self.options else {
            return false;
        };
        let names = header.0.iter().map(String::as_str);
        pipe::Origin::of(names).is_none() && pipe::mapped(options, object).is_none()
    }

    fn header(
        &mut self,
        object: &'static Object,
        file: &RawFile,
        line: &[u8],
    ) -> Result<Header, Stop> {
        let text = std::str::from_utf8(line)
            .map_err(|_| unreadable(file, "its first line is not UTF-8 text".to_owned()))?;
        let columns = fields(text).into_iter().map(|name| name.trim().to_owned());
        let header = Header(columns.collect());
        if !self.judges(object, &header) {
            return Ok(header);
        }
        let names: Vec<&str> = header.0.iter().map(String::as_str).collect();
        let missing = drift::missing(object, &file.name, &names, &self.objects);
        self.noticed.findings.extend(missing);
        for column in &header.0 {
            if object.closed && !object.contract.knows(column) {
                let needs = object.contract.needs.iter().map(|need| need.names[0]);
                let known: Vec<&str> = needs.chain(object.contract.may.iter().copied()).collect();
                self.noticed.findings.push(Finding::warn(
                    object.source,
                    object.name,
                    "unknown_column",
                    format!(
                        "{} has a column {column} that is not used; known are {}",
                        file.name,
                        known.join(", ")
                    ),
                ));
            }
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

fn unreadable(file: &RawFile, cause: String) -> Stop {
    Stop::Failed(LandingError::Unreadable {
        file: file.name.clone(),
        cause,
    })
}

/// A file whose bytes end too early or cannot be unpacked.
fn broken(file: &RawFile, error: &io::Error) -> Stop {
    let cause = match file.packing {
        Packing::Plain => error.to_string(),
        Packing::Gzip => format!("the gzip data is cut off or damaged ({error})"),
        Packing::Zstd => format!("the zstd data is cut off or damaged ({error})"),
    };
    unreadable(file, cause)
}

fn open(file: &RawFile) -> Result<Box<dyn Read>, Stop> {
    let bytes = File::open(&file.path).map_err(|error| unreadable(file, error.to_string()))?;
    Ok(match file.packing {
        Packing::Plain => Box::new(bytes),
        Packing::Gzip => Box::new(MultiGzDecoder::new(BufReader::with_capacity(
            1 << 16,
            bytes,
        ))),
        Packing::Zstd => Box::new(zstd::Decoder::new(bytes).map_err(|error| broken(file, &error))?),
    })
}
