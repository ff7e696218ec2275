//! The heads of Arrow's messages, which are FlatBuffers: tables of fields by number, read where
//! they stand.
//!
//! The generated reader first verifies all of every table it knows, and would be 7 kB of the
//! browser's program. This one knows the fields that marts need. Nothing is trusted: an offset that
//! leads outside reads as a field that is not there. Numbers of fields and types are those of
//! Arrow's `Message.fbs` and `Schema.fbs`.

use std::fmt;
use std::slice::Iter;

/// A table within the bytes of a message's head.
#[derive(Clone, Copy)]
pub(super) struct Table<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Table<'a> {
    /// The table that all others are reached from.
    pub(super) fn root(bytes: &'a [u8]) -> Option<Table<'a>> {
        let table = Table { bytes, at: 0 };
        table.follow(0)
    }

    /// A number of `N` bytes; as one of zeros where it has its usual value and thus is not there.
    pub(super) fn number<const N: usize>(self, field: usize) -> [u8; N] {
        let found = self.place(field).and_then(|at| self.read(at));
        found.unwrap_or([0; N])
    }

    pub(super) fn flag(self, field: usize) -> bool {
        self.number::<1>(field) != [0]
    }

    pub(super) fn table(self, field: usize) -> Option<Table<'a>> {
        self.follow(self.place(field)?)
    }

    pub(super) fn text(self, field: usize) -> Option<&'a str> {
        let (_, bytes) = self.items(field, 1)?;
        std::str::from_utf8(bytes).ok()
    }

    /// A list of pairs of numbers.
    pub(super) fn pairs(self, field: usize) -> Pairs<'a> {
        let (_, bytes) = self.items(field, 16).unwrap_or_default();
        let (numbers, _) = bytes.as_chunks::<8>();
        let (pairs, _) = numbers.as_chunks::<2>();
        Pairs(pairs.iter())
    }

    /// A list of tables; none if one of them is not there.
    pub(super) fn tables(self, field: usize) -> Option<Vec<Table<'a>>> {
        let (first, items) = self.items(field, 4)?;
        let places = (first..first + items.len()).step_by(4);
        places.map(|at| self.follow(at)).collect()
    }

    /// Where the value of a field stands.
    fn place(self, field: usize) -> Option<usize> {
        let back = i64::from(i32::from_le_bytes(self.read(self.at)?));
        let fields = usize::try_from(i64::try_from(self.at).ok()? - back).ok()?;
        let size = usize::from(u16::from_le_bytes(self.read(fields)?));
        let entry = 4 + field * 2;
        if entry + 2 > size {
            return None;
        }
        match u16::from_le_bytes(self.read(fields.checked_add(entry)?)?) {
            0 => None,
            offset => self.at.checked_add(usize::from(offset)),
        }
    }

    /// Where the items of a list begin, and their bytes; each has so many.
    fn items(self, field: usize, size: usize) -> Option<(usize, &'a [u8])> {
        let list = self.table(field)?;
        let count = u32::from_le_bytes(list.read(list.at)?) as usize;
        let first = list.at.checked_add(4)?;
        let bytes = self.bytes.get(first..)?.get(..count.checked_mul(size)?)?;
        Some((first, bytes))
    }

    /// The table or list to which the offset at a place leads.
    fn follow(self, at: usize) -> Option<Table<'a>> {
        let offset = u32::from_le_bytes(self.read(at)?) as usize;
        let at = at.checked_add(offset).filter(|at| *at < self.bytes.len())?;
        Some(Table { at, ..self })
    }

    fn read<const N: usize>(self, at: usize) -> Option<[u8; N]> {
        let bytes = self.bytes.get(at..at.checked_add(N)?)?;
        bytes.try_into().ok()
    }
}

/// Pairs of numbers, one after the other.
pub(super) struct Pairs<'a>(Iter<'a, [[u8; 8]; 2]>);

impl Iterator for Pairs<'_> {
    type Item = (i64, i64);

    fn next(&mut self) -> Option<(i64, i64)> {
        let [first, second] = self.0.next()?;
        Some((i64::from_le_bytes(*first), i64::from_le_bytes(*second)))
    }
}

/// The head of a message.
pub(super) enum Head<'a> {
    Schema(Schema<'a>),
    Dictionary(Dictionary<'a>),
    Batch(Batch<'a>),
    Other,
}

/// What kind of message it is, and how many bytes its body has.
pub(super) fn message(bytes: &[u8]) -> Option<(Head<'_>, i64)> {
    let message = Table::root(bytes)?;
    let head = match (message.number(1), message.table(2)) {
        ([1], Some(head)) => Head::Schema(Schema(head)),
        ([2], Some(head)) => Head::Dictionary(Dictionary(head)),
        ([3], Some(head)) => Head::Batch(Batch(head)),
        _ => Head::Other,
    };
    Some((head, i64::from_le_bytes(message.number(3))))
}

/// The columns.
pub(super) struct Schema<'a>(Table<'a>);

impl<'a> Schema<'a> {
    pub(super) fn is_little_endian(&self) -> bool {
        self.0.number(0) == [0, 0]
    }

    pub(super) fn fields(&self) -> Option<Vec<Field<'a>>> {
        let fields = self.0.tables(1)?.into_iter();
        Some(fields.map(Field).collect())
    }
}

/// A column.
pub(super) struct Field<'a>(Table<'a>);

impl<'a> Field<'a> {
    pub(super) fn name(&self) -> &'a str {
        self.0.text(0).unwrap_or_default()
    }

    pub(super) fn kind(&self) -> Kind {
        let [kind] = self.0.number(2);
        let own = self.0.table(3);
        match (kind, own) {
            (2, Some(own)) => Kind::Int(Int::of(own)),
            (5, _) => Kind::Utf8,
            (6, _) => Kind::Bool,
            // Its unit is milliseconds where none is said, which differs from zero.
            (8, Some(own)) => Kind::Date {
                in_days: own.place(0).is_some() && own.number(0) == [0, 0],
            },
            (20, _) => Kind::LargeUtf8,
            (other, _) => Kind::Other(other),
        }
    }

    /// The dictionary its values are keys of, if they are, and the type of the keys.
    pub(super) fn dictionary(&self) -> Option<(i64, Int)> {
        let dictionary = self.0.table(4)?;
        let key = dictionary.table(1).map_or(Int::UNSAID, Int::of);
        Some((i64::from_le_bytes(dictionary.number(0)), key))
    }
}

/// Whole numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Int {
    pub(super) bits: i32,
    pub(super) signed: bool,
}

impl Int {
    /// Keys of a dictionary that says nothing of them.
    const UNSAID: Int = Int {
        bits: 32,
        signed: true,
    };

    fn of(table: Table<'_>) -> Int {
        Int {
            bits: i32::from_le_bytes(table.number(0)),
            signed: table.flag(1),
        }
    }
}

/// The type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Int(Int),
    Bool,
    Date {
        in_days: bool,
    },
    Utf8,
    LargeUtf8,
    /// One no mart has, by its number.
    Other(u8),
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Kind::Int(Int { bits, signed: true }) => write!(f, "Int{bits}"),
            Kind::Int(Int { bits, .. }) => write!(f, "UInt{bits}"),
            Kind::Bool => f.write_str("Boolean"),
            Kind::Date { in_days: true } => f.write_str("Date32"),
            Kind::Date { .. } => f.write_str("Date64"),
            Kind::Utf8 => f.write_str("Utf8"),
            Kind::LargeUtf8 => f.write_str("LargeUtf8"),
            Kind::Other(number) => write!(f, "number {number} of Arrow's types"),
        }
    }
}

/// Texts that keys stand for.
pub(super) struct Dictionary<'a>(Table<'a>);

impl<'a> Dictionary<'a> {
    pub(super) fn id(&self) -> i64 {
        i64::from_le_bytes(self.0.number(0))
    }

    pub(super) fn data(&self) -> Option<Batch<'a>> {
        self.0.table(1).map(Batch)
    }

    pub(super) fn is_delta(&self) -> bool {
        self.0.flag(2)
    }
}

/// Number of rows.
pub(super) struct Batch<'a>(Table<'a>);

impl<'a> Batch<'a> {
    pub(super) fn rows(&self) -> i64 {
        i64::from_le_bytes(self.0.number(0))
    }

    /// Rows and missing values of each array.
    pub(super) fn nodes(&self) -> Pairs<'a> {
        self.0.pairs(1)
    }

    /// Where each buffer begins in the body, and its length.
    pub(super) fn buffers(&self) -> Pairs<'a> {
        self.0.pairs(2)
    }

    pub(super) fn is_compressed(&self) -> bool {
        self.0.table(3).is_some()
    }
}
