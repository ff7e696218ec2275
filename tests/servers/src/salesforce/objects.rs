//! The objects of an org: fields, permissions, and records stored or made when they are asked for.

use std::borrow::Cow;

use chrono::{DateTime, Utc};

use super::cell::{Cell, Kind};

/// A field of an object.
#[derive(Debug, Clone)]
pub struct Field {
    /// Its API name.
    pub name: String,
    /// Its type.
    pub kind: Kind,
    /// Whether field-level security hides it from the user.
    pub hidden: bool,
}

/// An object and its records.
#[derive(Debug, Clone)]
pub struct Object {
    /// Its API name.
    pub name: String,
    /// The first three characters of its ids.
    pub prefix: &'static str,
    /// Its fields; the system's own come first.
    pub fields: Vec<Field>,
    /// Whether the user may read the object at all.
    pub readable: bool,
    /// How many records are made when they are asked for; they come before the stored ones.
    pub(crate) made: u64,
    /// Stored records; `None` where one was purged.
    stored: Vec<Option<Vec<Cell>>>,
}

/// Places of the system's fields in every object.
pub(crate) const ID: usize = 0;
pub(crate) const IS_DELETED: usize = 1;
pub(crate) const CREATED: usize = 2;
pub(crate) const MODIFIED: usize = 3;
pub(crate) const MODSTAMP: usize = 4;

const SYSTEM: [(&str, Kind); 5] = [
    ("Id", Kind::Id),
    ("IsDeleted", Kind::Boolean),
    ("CreatedDate", Kind::Instant),
    ("LastModifiedDate", Kind::Instant),
    ("SystemModstamp", Kind::Instant),
];

impl Object {
    /// An object without records.
    pub fn new(name: &str, prefix: &'static str, fields: &[(&str, Kind)]) -> Self {
        let fields = SYSTEM.iter().chain(fields).map(|(name, kind)| Field {
            name: (*name).to_owned(),
            kind: *kind,
            hidden: false,
        });
        Self {
            name: name.to_owned(),
            prefix,
            fields: fields.collect(),
            readable: true,
            made: 0,
            stored: Vec::new(),
        }
    }

    /// The standard objects with the fields that matter to a dashboard, and some that don't.
    pub fn standard() -> Vec<Self> {
        let account = [
            ("Name", Kind::Text),
            ("Website", Kind::Text),
            ("AccountSource", Kind::Picklist),
            ("BillingCity", Kind::Text),
            ("BillingCountry", Kind::Text),
            ("BillingAddress", Kind::Address),
            ("Industry", Kind::Picklist),
            ("NumberOfEmployees", Kind::Int),
            ("Description", Kind::Text),
            ("MasterRecordId", Kind::Reference),
        ];
        let lead = [
            ("Company", Kind::Text),
            ("Email", Kind::Text),
            ("Industry", Kind::Picklist),
            ("Country", Kind::Text),
            ("Address", Kind::Address),
            ("NumberOfEmployees", Kind::Int),
            ("LeadSource", Kind::Picklist),
            ("IsConverted", Kind::Boolean),
            ("ConvertedDate", Kind::Date),
            ("ConvertedAccountId", Kind::Reference),
        ];
        let opportunity = [
            ("AccountId", Kind::Reference),
            ("Name", Kind::Text),
            ("Amount", Kind::Double),
            ("LeadSource", Kind::Picklist),
            ("StageName", Kind::Picklist),
            ("CloseDate", Kind::Date),
            ("IsClosed", Kind::Boolean),
            ("IsWon", Kind::Boolean),
        ];
        let contact = [
            ("AccountId", Kind::Reference),
            ("FirstName", Kind::Text),
            ("LastName", Kind::Text),
            ("Email", Kind::Text),
            ("Phone", Kind::Text),
        ];
        vec![
            Self::new("Account", "001", &account),
            Self::new("Lead", "00Q", &lead),
            Self::new("Opportunity", "006", &opportunity),
            Self::new("Contact", "003", &contact),
        ]
    }

    /// Adds a field: stored records have no value for it.
    pub fn add_field(&mut self, name: &str, kind: Kind) {
        self.fields.push(Field {
            name: name.to_owned(),
            kind,
            hidden: false,
        });
        for row in self.stored.iter_mut().flatten() {
            row.push(Cell::Null);
        }
    }

    /// Makes records when they are asked for: they take no memory, and come before stored ones.
    ///
    /// # Panics
    ///
    /// If there are stored records already: theirs would be the same ids.
    pub fn make(&mut self, count: u64) {
        assert!(self.stored.is_empty(), "made records come first");
        self.made = count;
    }

    /// The same object without stored records.
    pub(crate) fn shape(&self) -> Self {
        Self {
            fields: self.fields.clone(),
            name: self.name.clone(),
            stored: Vec::new(),
            ..*self
        }
    }

    /// A field by its name, whatever the case.
    pub fn field(&self, name: &str) -> Option<usize> {
        let is = |field: &Field| field.name.eq_ignore_ascii_case(name);
        self.fields.iter().position(is)
    }

    /// How many positions there are; some may be purged.
    pub(crate) fn positions(&self) -> u64 {
        self.made + self.stored.len() as u64
    }

    /// The record at a position.
    pub(crate) fn row(&self, position: u64) -> Option<Cow<'_, [Cell]>> {
        match position.checked_sub(self.made) {
            None => Some(Cow::Owned(made(position, self))),
            Some(at) => Some(Cow::Borrowed(
                self.stored.get(usize::try_from(at).ok()?)?.as_deref()?,
            )),
        }
    }

    /// The place of a stored record; `None` in it once the record is purged.
    pub(crate) fn stored(&mut self, id: &str) -> Option<&mut Option<Vec<Cell>>> {
        let is = |row: &Vec<Cell>| matches!(&row[ID], Cell::Text(known) if known == id);
        self.stored
            .iter_mut()
            .find(|row| row.as_ref().is_some_and(is))
    }

    pub(crate) fn add(&mut self, row: Vec<Cell>) {
        self.stored.push(Some(row));
    }

    /// The id of the record at a position.
    pub(crate) fn id(&self, position: u64) -> String {
        id(self.prefix, position)
    }
}

/// Eighteen characters: prefix, counter, and three that tell the case of the others.
fn id(prefix: &str, mut counter: u64) -> String {
    const DIGITS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut text = [b'0'; 12];
    for place in text.iter_mut().rev() {
        *place = DIGITS[usize::try_from(counter % 62).expect("below 62")];
        counter /= 62;
    }
    let mut id = prefix.to_owned();
    id.extend(text.iter().map(|digit| char::from(*digit)));
    for block in 0..3 {
        let bits = id.as_bytes()[block * 5..block * 5 + 5]
            .iter()
            .enumerate()
            .fold(0, |bits, (at, digit)| {
                bits | (usize::from(digit.is_ascii_uppercase()) << at)
            });
        id.push(char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"[bits]));
    }
    id
}

/// A record made from its position: stable, different from its neighbours, with many records to one stamp.
fn made(position: u64, object: &Object) -> Vec<Cell> {
    let second = 1_735_689_600 + i64::try_from(position / 3_000).unwrap_or(0);
    let stamp = Cell::Instant(DateTime::<Utc>::from_timestamp(second, 0).unwrap_or_default());
    let cells = object.fields.iter().map(|field| match field.kind {
        Kind::Id => Cell::Text(object.id(position)),
        // No made record was merged into another.
        Kind::Reference if field.name == "MasterRecordId" => Cell::Null,
        Kind::Reference => Cell::Text(id("001", position)),
        Kind::Text => Cell::Text(format!("{} {position}", field.name)),
        Kind::Picklist => Cell::Text(format!("Value {}", position % 7)),
        Kind::Boolean => Cell::Boolean(field.name == "IsClosed" && position.is_multiple_of(2)),
        Kind::Int => Cell::Number((position % 5_000).to_string()),
        Kind::Double => Cell::Number(format!("{}.5", position % 100_000)),
        Kind::Date => Cell::Date(
            DateTime::from_timestamp(second, 0)
                .unwrap_or_default()
                .date_naive(),
        ),
        Kind::Instant => stamp.clone(),
        Kind::Address => Cell::Null,
    });
    cells.collect()
}
