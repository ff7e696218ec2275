//! Landing: raw files of any source become flat, typed tables; what cannot be read is kept apart.
//!
//! [`land`] walks a raw folder (`<source>/<object>.jsonl`, or a folder of part files), reads every
//! record of every known object, and returns one Arrow batch per table of [`schema`]. Records that
//! cannot be read go to quarantine with file, line, reason and text. Nothing is deduplicated: every
//! landed version of a record is a row, in landing order.
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod columns;
mod contract;
mod dialect;
mod discover;
mod drift;
mod employees;
mod findings;
mod generic;
pub mod inspect;
mod ledger;
mod lookalike;
mod money;
mod number;
mod objects;
mod open;
mod order;
#[cfg(feature = "parquet")]
mod parquet;
#[cfg(not(feature = "parquet"))]
#[path = "no_parquet.rs"]
mod parquet;
mod parse;
mod pipe;
mod pipeline;
mod read;
mod reason;
mod record;
mod records;
mod reference;
mod salesforce;
mod schema;
mod shape;
mod sink;
mod sniff;
mod split;
mod stripe;
mod text;
mod value;
mod whole_lists;
mod zendesk;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use arrow_array::RecordBatch;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

pub use dialect::{DEFAULT_MAX_UNREADABLE, DecimalMark, Dialect};
pub use drift::{Known, Seen, new_since};
pub use findings::{Finding, Severity};
pub use schema::{ColumnSchema, ColumnType, TableSchema, schema};

/// What the raw files do not say by themselves.
#[derive(Debug, Clone, PartialEq)]
pub struct LandingOptions {
    /// Key of the Stripe metadata entry that holds the account id.
    pub account_id_key: String,
    /// Words that end a company name without telling companies apart, lower case.
    pub legal_suffixes: Vec<String>,
    /// Fields that stand in the raw files under another name, by source and object: our name, then theirs.
    pub fields: BTreeMap<(String, String), BTreeMap<String, String>>,
    /// Words of the raw files and what they stand for, by source and object, then by our field. An empty word
    /// stands for no value.
    pub words: BTreeMap<(String, String), BTreeMap<String, BTreeMap<String, String>>>,
    /// Cells of text files that mean "no value", such as `NULL`.
    pub null_words: Vec<String>,
    /// How each source writes its values; the default one where a source is not named.
    pub dialects: BTreeMap<String, Dialect>,
    /// The reporting time zone, in which a date without a time of day is a day.
    pub timezone: Tz,
    /// The reporting currency, ISO 4217 in lower case.
    pub currency: String,
    /// Currencies without a minor unit, in lower case: an amount in cents is one in major units there.
    pub currencies_without_cents: Vec<String>,
}

impl LandingOptions {
    /// How a source writes its values.
    pub(crate) fn dialect(&self, source: &str) -> &Dialect {
        static DEFAULT: LazyLock<Dialect> = LazyLock::new(Dialect::default);
        self.dialects.get(source).unwrap_or(&DEFAULT)
    }
}

/// The fields that landing reads of an object, by which [`LandingOptions::fields`] may name them; `None` for
/// an object there is not.
pub fn fields(source: &str, object: &str) -> Option<Vec<&'static str>> {
    let known = objects::OBJECTS
        .iter()
        .find(|known| (known.source, known.name) == (source, object))?;
    Some(known.contract.fields().collect())
}

/// The sources there are: each is a folder of raw files and a section of the settings.
pub fn sources() -> &'static [&'static str] {
    objects::SOURCES
}

/// The objects of a source, by the names that [`fields`] takes; none for a source there is not.
pub fn objects(source: &str) -> Vec<&'static str> {
    let of = objects::OBJECTS
        .iter()
        .filter(|known| known.source == source);
    of.map(|known| known.name).collect()
}

impl Default for LandingOptions {
    fn default() -> Self {
        Self {
            account_id_key: "salesforce_account_id".to_owned(),
            legal_suffixes: Vec::new(),
            fields: BTreeMap::new(),
            words: BTreeMap::new(),
            null_words: Vec::new(),
            dialects: BTreeMap::new(),
            timezone: Tz::UTC,
            currency: "usd".to_owned(),
            currencies_without_cents: Vec::new(),
        }
    }
}

/// One raw table; every table of [`schema`] is returned, empty where its source is absent.
#[derive(Debug, Clone)]
pub struct LandedTable {
    /// Name, such as `stripe__invoice_lines`.
    pub name: &'static str,
    /// Its rows, with the columns of the schema.
    pub batch: RecordBatch,
}

/// What was found of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceSummary {
    /// Source name.
    pub source: String,
    /// Whether the raw folder has this source at all.
    pub present: bool,
    /// Its objects that have files.
    pub objects: Vec<ObjectSummary>,
}

/// What was found of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectSummary {
    /// Object name as documented, whatever the case of the file's name.
    pub object: String,
    /// Files read.
    pub files: usize,
    /// Records that could be read; those in quarantine are not among them.
    pub records: u64,
    /// Records in quarantine.
    pub quarantined: u64,
    /// Records that a pipeline marks as deleted, so that they give no rows.
    pub deleted: u64,
    /// The latest stamp the records themselves bear (created, updated).
    pub data_through: Option<DateTime<Utc>>,
}

/// A record that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quarantined {
    /// Source name.
    pub source: String,
    /// Object name.
    pub object: String,
    /// File, relative to the raw folder.
    pub file: String,
    /// Line from 1; the row number in a Parquet file.
    pub line: u64,
    /// Why, in words a person understands.
    pub reason: String,
    /// The original text, whole.
    pub text: String,
}

/// Everything a raw folder gave.
#[derive(Debug, Clone)]
pub struct Landed {
    /// All raw tables, in the order of [`schema`].
    pub tables: Vec<LandedTable>,
    /// All known sources.
    pub sources: Vec<SourceSummary>,
    /// Records that could not be read, in landing order.
    pub quarantine: Vec<Quarantined>,
    /// What a person should look at.
    pub findings: Vec<Finding>,
    /// Fields and values there are, to compare the next landing with by [`new_since`].
    pub seen: Seen,
}

/// How far landing has come; told after each block of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// Source being read.
    pub source: &'static str,
    /// Object being read.
    pub object: &'static str,
    /// File being read, relative to the raw folder.
    pub file: String,
    /// Records of all objects so far.
    pub records: u64,
    /// Files finished or begun so far, and files in all.
    pub files: (usize, usize),
}

/// Why a raw folder cannot be landed at all.
#[derive(Debug, thiserror::Error)]
pub enum LandingError {
    /// The folder does not exist or is no folder.
    #[error("the raw folder {} cannot be read: {cause}; check the path, or create it with one folder per source", path.display())]
    RawDir {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        cause: std::io::Error,
    },
    /// No source has a folder.
    #[error("the raw folder {} has no source: expected at least one of the folders {}", path.display(), known.join(", "))]
    NoSource {
        /// The folder.
        path: PathBuf,
        /// Sources that are known.
        known: Vec<&'static str>,
    },
    /// A source that is present lacks an object it cannot do without.
    #[error(
        "source {source_name} has no {object}: expected {expected}{similar}; sync or export it, or remove the folder {source_name} if this source is not to be used"
    )]
    MissingObject {
        /// The source.
        source_name: &'static str,
        /// The missing object.
        object: &'static str,
        /// Paths that would do.
        expected: String,
        /// Files that may be it, with what to do about them; empty without any.
        similar: String,
    },
    /// A file that is unreadable as a whole.
    #[error("{file} cannot be read: {cause}; replace the file by a complete one, or remove it")]
    Unreadable {
        /// The file, relative to the raw folder.
        file: String,
        /// What is wrong with it.
        cause: String,
    },
    /// Records of a file that are neither rows, nor in quarantine, nor removed by a rule.
    #[error(
        "{file} has {read} records, and only {accounted} of them are accounted for; this is a defect of Tidemark, please report it"
    )]
    Unaccounted {
        /// The file, relative to the raw folder.
        file: String,
        /// Records that were read.
        read: u64,
        /// Records that are accounted for.
        accounted: u64,
    },
    /// More data than one table can hold.
    #[error("table {table} is too large: column {column} holds more than 2 GiB of text")]
    TooLarge {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
    },
    /// A table does not keep its own contract.
    #[error(
        "table {table} could not be made: {cause}; this is a defect of Tidemark, please report it"
    )]
    Table {
        /// The table.
        table: &'static str,
        /// What Arrow said.
        cause: String,
    },
}

/// Reads a raw folder into typed tables.
///
/// # Errors
/// When the folder or a whole file cannot be read, or a source lacks a required object. Single
/// records never are an error: they go to quarantine.
pub fn land(
    raw: &Path,
    options: &LandingOptions,
    progress: &mut dyn FnMut(Progress),
) -> Result<Landed, LandingError> {
    let found = discover::discover(raw)?;
    pipeline::run(found, options, progress)
}
