//! Columns straight from the messages of an Arrow stream.
//!
//! Arrow's own reader knows every type there is, and would be a fifth of the browser's program.
//! Marts have four, so the buffers are read here. Nothing in the bytes is trusted: a length or an
//! offset that leads outside is an error.

use std::collections::BTreeMap;

use super::builder::{Builder, MISSING};
use super::flat::{Batch, Dictionary as DictionaryBatch, Field, Head, Int, Kind, Pairs, Schema};
use super::frame::{Broken, CUT_OFF, Next, next_message};
use super::{WireError, check_names};
use crate::columns::{Columns, NULL_DAY};
use crate::mart::{ColumnSpec, ColumnType, MartSpec};

/// Reads a mart from the bytes of an IPC stream. Names, order, types and missing values must be the
/// mart's.
///
/// # Errors
/// [`WireError`]: what is wrong, and in which column.
pub fn decode(spec: &'static MartSpec, bytes: &[u8]) -> Result<Columns, WireError> {
    let mut reading = Reading::new(spec, 0);
    let mut rest = bytes;
    reading.read(&mut rest)?;
    reading.finish()
}

/// No room is made for more rows than these before they are there.
const MOST_EXPECTED: usize = 1 << 24;

/// Reads a mart while its bytes arrive, so that they are never all in memory.
pub struct Decoder {
    reading: Reading,
    /// The beginning of a message whose end has not arrived.
    rest: Vec<u8>,
}

impl Decoder {
    /// Awaits the bytes of a mart that is said to have so many rows; it may have others, but then
    /// takes longer to read.
    pub fn new(spec: &'static MartSpec, rows: usize) -> Decoder {
        Decoder {
            reading: Reading::new(spec, rows.min(MOST_EXPECTED)),
            rest: Vec::new(),
        }
    }

    /// Takes the next bytes, however many.
    ///
    /// # Errors
    /// What is wrong with what arrived so far.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), WireError> {
        self.push_with(bytes.len(), |room| room.copy_from_slice(bytes))
    }

    /// Takes so many bytes, which are written to where they are read.
    ///
    /// # Errors
    /// What is wrong with what arrived so far.
    pub fn push_with(
        &mut self,
        length: usize,
        write: impl FnOnce(&mut [u8]),
    ) -> Result<(), WireError> {
        let before = self.rest.len();
        self.rest.resize(before + length, 0);
        write(&mut self.rest[before..]);
        let mut rest = &self.rest[..];
        self.reading.read(&mut rest)?;
        let read = self.rest.len() - rest.len();
        self.rest.drain(..read);
        Ok(())
    }

    /// The mart, once all bytes were given.
    ///
    /// # Errors
    /// The bytes end too early.
    pub fn finish(self) -> Result<Columns, WireError> {
        drop(self.rest);
        self.reading.finish()
    }
}

/// How the columns stand in the batches that a schema describes.
fn layouts(spec: &'static MartSpec, schema: &Schema<'_>) -> Result<Vec<Layout>, WireError> {
    if !schema.is_little_endian() {
        return Err(WireError::broken(spec, "its bytes are in another order"));
    }
    let fields = schema.fields();
    let fields = fields.ok_or_else(|| WireError::broken(spec, "its schema has no columns"))?;
    check_names(spec, fields.iter().map(Field::name))?;
    let pairs = fields.iter().zip(spec.columns);
    pairs
        .map(|(field, column)| Layout::of(spec, field, column))
        .collect()
}

/// How a column's values stand in the buffers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layout {
    Date,
    Int,
    Bool,
    /// Text with offsets of so many bytes.
    Text(usize),
    /// Keys of so many bytes into a dictionary, whose text has offsets of so many bytes.
    Coded {
        id: i64,
        key: usize,
        offset: usize,
    },
}

impl Layout {
    fn of(
        spec: &'static MartSpec,
        field: &Field<'_>,
        column: &'static ColumnSpec,
    ) -> Result<Self, WireError> {
        const INT64: Kind = Kind::Int(Int {
            bits: 64,
            signed: true,
        });
        const DATE32: Kind = Kind::Date { in_days: true };
        let kind = field.kind();
        let (found, wanted) = match (column.column_type, kind) {
            (ColumnType::Date, DATE32) => (Some(Self::Date), "Date32"),
            (ColumnType::Int64, INT64) => (Some(Self::Int), "Int64"),
            (ColumnType::Bool, Kind::Bool) => (Some(Self::Bool), "Boolean"),
            (ColumnType::Text, Kind::Utf8) => (Self::text(field, 4), "Utf8"),
            (ColumnType::Text, Kind::LargeUtf8) => (Self::text(field, 8), "Utf8"),
            (ColumnType::Date, _) => (None, "Date32"),
            (ColumnType::Int64, _) => (None, "Int64"),
            (ColumnType::Bool, _) => (None, "Boolean"),
            (ColumnType::Text, _) => (None, "Utf8, plain or dictionary-encoded"),
        };
        let is_coded = matches!(found, Some(Self::Coded { .. }));
        let fits = found.filter(|_| is_coded == field.dictionary().is_some());
        fits.ok_or_else(|| WireError::Type {
            mart: spec.name,
            column: column.name,
            found: kind.to_string(),
            wanted,
        })
    }

    fn text(field: &Field<'_>, offset: usize) -> Option<Self> {
        let Some((id, key)) = field.dictionary() else {
            return Some(Self::Text(offset));
        };
        let key = usize::try_from(key.bits / 8).ok();
        let key = key.filter(|key| [1, 2, 4].contains(key))?;
        Some(Self::Coded { id, key, offset })
    }
}

/// Texts of a dictionary by key.
type Dictionary = Vec<Option<String>>;

/// A stream being read.
struct Reading {
    spec: &'static MartSpec,
    /// Nothing before the schema, with which a stream begins.
    layouts: Vec<Layout>,
    builders: Vec<Builder>,
    dictionaries: BTreeMap<i64, Dictionary>,
    /// Whether the end mark was read.
    ended: bool,
}

impl Reading {
    fn new(spec: &'static MartSpec, rows: usize) -> Reading {
        Reading {
            spec,
            layouts: Vec::new(),
            builders: spec
                .columns
                .iter()
                .map(|column| Builder::new(column, rows))
                .collect(),
            dictionaries: BTreeMap::new(),
            ended: false,
        }
    }

    /// Reads all whole messages there are.
    fn read(&mut self, rest: &mut &[u8]) -> Result<(), WireError> {
        let spec = self.spec;
        let broken = |what: Broken| WireError::broken(spec, what);
        while !self.ended {
            match next_message(rest).map_err(broken)? {
                Next::Incomplete => return Ok(()),
                Next::End => self.ended = true,
                Next::Message(head, body) => self.take(&head, body)?,
            }
        }
        Ok(())
    }

    fn take(&mut self, head: &Head<'_>, body: &[u8]) -> Result<(), WireError> {
        let spec = self.spec;
        let broken = |what: Broken| WireError::broken(spec, what);
        match head {
            Head::Schema(schema) if self.layouts.is_empty() => {
                self.layouts = layouts(spec, schema)?;
                Ok(())
            }
            _ if self.layouts.is_empty() => Err(broken("it does not begin with its schema")),
            Head::Dictionary(dictionary) => self.keep(dictionary, body).map_err(broken),
            Head::Batch(batch) => self.append(batch, body),
            _ => Err(broken("a message is neither a dictionary nor a batch")),
        }
    }

    fn finish(self) -> Result<Columns, WireError> {
        if !self.ended {
            return Err(WireError::broken(self.spec, CUT_OFF));
        }
        if self.layouts.is_empty() {
            return Err(WireError::broken(self.spec, "it is empty"));
        }
        let columns = self.builders.into_iter().map(Builder::finish).collect();
        Columns::new(self.spec, columns).map_err(WireError::Shape)
    }

    /// Keeps a dictionary for the batches after it. All dictionaries of marts are of text.
    fn keep(&mut self, dictionary: &DictionaryBatch<'_>, body: &[u8]) -> Result<(), Broken> {
        if dictionary.is_delta() {
            return Err("a dictionary comes in parts");
        }
        let id = dictionary.id();
        let offset = self.layouts.iter().find_map(|layout| match layout {
            Layout::Coded { id: of, offset, .. } if *of == id => Some(*offset),
            _ => None,
        });
        let offset = offset.ok_or("a dictionary belongs to no column")?;
        let batch = dictionary.data().ok_or("a dictionary is empty")?;
        let mut parts = Parts::of(&batch, body)?;
        let array = parts.array()?;
        let texts = array.texts(&mut parts, offset)?;
        let texts = texts.into_iter().map(|text| text.map(str::to_owned));
        self.dictionaries.insert(id, texts.collect());
        Ok(())
    }

    fn append(&mut self, batch: &Batch<'_>, body: &[u8]) -> Result<(), WireError> {
        let spec = self.spec;
        let broken = |what: Broken| WireError::broken(spec, what);
        let rows = usize::try_from(batch.rows()).ok();
        let mut parts = Parts::of(batch, body).map_err(broken)?;
        for ((builder, layout), column) in self
            .builders
            .iter_mut()
            .zip(&self.layouts)
            .zip(spec.columns)
        {
            let array = parts.array().map_err(broken)?;
            if Some(array.rows) != rows {
                return Err(broken("an array has another length than its batch"));
            }
            let missing = builder
                .append(*layout, &array, &mut parts, &self.dictionaries)
                .map_err(broken)?;
            if let Some(row) = missing.filter(|_| !column.nullable) {
                return Err(WireError::Null {
                    mart: spec.name,
                    column: column.name,
                    row,
                });
            }
        }
        Ok(())
    }
}

/// What is left of a batch: the arrays and buffers of the columns to come.
struct Parts<'a> {
    body: &'a [u8],
    /// Rows and missing values of each array.
    nodes: Pairs<'a>,
    /// Where each buffer begins in the body, and its length.
    buffers: Pairs<'a>,
}

impl<'a> Parts<'a> {
    fn of(batch: &Batch<'a>, body: &'a [u8]) -> Result<Self, Broken> {
        if batch.is_compressed() {
            return Err("its buffers are compressed");
        }
        Ok(Self {
            body,
            nodes: batch.nodes(),
            buffers: batch.buffers(),
        })
    }

    /// The next array: how many rows it has, and which of them have a value.
    fn array(&mut self) -> Result<Array<'a>, Broken> {
        let (rows, missing) = self.nodes.next().ok_or("an array is missing")?;
        let rows = usize::try_from(rows).map_err(|_| "an array has an impossible length")?;
        let valid = self.buffer()?;
        let all = missing == 0;
        if !all && valid.len() < rows.div_ceil(8) {
            return Err("an array has more rows than bits");
        }
        Ok(Array {
            rows,
            valid: (!all).then_some(valid),
        })
    }

    /// The bytes of the next buffer.
    fn buffer(&mut self) -> Result<&'a [u8], Broken> {
        let (offset, length) = self.buffers.next().ok_or("a buffer is missing")?;
        let offset = usize::try_from(offset).ok();
        let length = usize::try_from(length).ok();
        let end = offset.zip(length).and_then(|(o, l)| o.checked_add(l));
        let bytes = offset
            .zip(end)
            .and_then(|(start, end)| self.body.get(start..end));
        bytes.ok_or("a buffer lies outside of its message")
    }

    /// The next buffer as values of `N` bytes, as many as there are rows.
    fn values<const SIZE: usize>(
        &mut self,
        rows: usize,
    ) -> Result<impl Iterator<Item = [u8; SIZE]> + use<'a, SIZE>, Broken> {
        Ok(self.chunks::<SIZE>(rows)?.iter().copied())
    }

    /// The same where they stand.
    fn chunks<const SIZE: usize>(&mut self, rows: usize) -> Result<&'a [[u8; SIZE]], Broken> {
        let bytes = rows
            .checked_mul(SIZE)
            .and_then(|length| self.buffer().ok()?.get(..length));
        let bytes = bytes.ok_or("a buffer is shorter than its array")?;
        Ok(bytes.as_chunks::<SIZE>().0)
    }
}

/// An array of a batch.
struct Array<'a> {
    rows: usize,
    /// One bit per row where values are missing; none if all are there.
    valid: Option<&'a [u8]>,
}

impl<'a> Array<'a> {
    fn has(&self, row: usize) -> bool {
        self.valid.is_none_or(|bits| bit(bits, row))
    }

    /// The first row without a value.
    fn missing(&self) -> Option<usize> {
        self.valid
            .and_then(|bits| (0..self.rows).find(|row| !bit(bits, *row)))
    }

    /// The texts of an array whose offsets have so many bytes.
    fn texts(&self, parts: &mut Parts<'a>, offset: usize) -> Result<Vec<Option<&'a str>>, Broken> {
        let ends: Vec<i64> = match (self.rows, offset) {
            // An empty array may have no offsets at all.
            (0, _) => parts.buffer().map(|_| vec![0])?,
            (rows, 4) => parts
                .values::<4>(rows + 1)?
                .map(|end| i64::from(i32::from_le_bytes(end)))
                .collect(),
            (rows, _) => parts
                .values::<8>(rows + 1)?
                .map(i64::from_le_bytes)
                .collect(),
        };
        let bytes = parts.buffer()?;
        let text = |row: usize| -> Result<Option<&'a str>, Broken> {
            if !self.has(row) {
                return Ok(None);
            }
            let start = usize::try_from(ends[row]).ok();
            let end = usize::try_from(ends[row + 1]).ok();
            let text = start
                .zip(end)
                .and_then(|(start, end)| bytes.get(start..end));
            let text = text.ok_or("a text lies outside of its buffer")?;
            std::str::from_utf8(text)
                .map(Some)
                .map_err(|_| "a text is not UTF-8")
        };
        (0..self.rows).map(text).collect()
    }
}

/// Bits are numbered from the lowest of the first byte.
fn bit(bits: &[u8], row: usize) -> bool {
    bits.get(row / 8)
        .is_some_and(|byte| byte >> (row % 8) & 1 == 1)
}

impl Builder {
    /// Takes an array; the first row without a value, if there is one.
    fn append<'a>(
        &mut self,
        layout: Layout,
        array: &Array<'a>,
        parts: &mut Parts<'a>,
        dictionaries: &BTreeMap<i64, Dictionary>,
    ) -> Result<Option<usize>, Broken> {
        let rows = array.rows;
        match (self, layout) {
            (Self::Date(days), _) => {
                let from = days.len();
                days.extend(parts.values::<4>(rows)?.map(i32::from_le_bytes));
                if array.valid.is_some() {
                    let unset = days[from..].iter_mut().enumerate();
                    unset
                        .filter(|(row, _)| !array.has(*row))
                        .for_each(|(_, day)| *day = NULL_DAY);
                }
            }
            (Self::Int(values), _) => {
                values.extend_from_bytes(parts.chunks(rows)?);
            }
            (Self::Bool(values), _) => {
                let bits = parts.buffer()?;
                if bits.len() < rows.div_ceil(8) {
                    return Err("a buffer is shorter than its array");
                }
                values.extend((0..rows).map(|row| bit(bits, row)));
            }
            (Self::Text(text), Layout::Coded { id, key, .. }) => {
                let dictionary = dictionaries.get(&id).ok_or("a dictionary is missing")?;
                let codes: Vec<u32> = dictionary
                    .iter()
                    .map(|entry| text.code(entry.as_deref()))
                    .collect();
                let keys: Vec<u32> = match key {
                    1 => parts
                        .values::<1>(rows)?
                        .map(|[key]| u32::from(key))
                        .collect(),
                    2 => parts
                        .values::<2>(rows)?
                        .map(|key| u32::from(u16::from_le_bytes(key)))
                        .collect(),
                    _ => parts.values::<4>(rows)?.map(u32::from_le_bytes).collect(),
                };
                let mut missing = None;
                for (row, key) in keys.into_iter().enumerate() {
                    let code = match array.has(row) {
                        true => *codes
                            .get(key as usize)
                            .ok_or("a key is not in its dictionary")?,
                        false => MISSING,
                    };
                    if code == MISSING {
                        missing = missing.or(Some(row));
                    }
                    text.push(code);
                }
                return Ok(missing);
            }
            (Self::Text(text), Layout::Text(offset)) => {
                for entry in array.texts(parts, offset)? {
                    let code = text.code(entry);
                    text.push(code);
                }
            }
            (Self::Text(_), _) => return Err("a column is of a type no mart has"),
        }
        Ok(array.missing())
    }
}
