//! Where the rows of a record wait until the whole record is known to be readable.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::value::RawValue;

use crate::LandingOptions;
use crate::columns::{Row, Value};
use crate::record::{Reason, Record};
use crate::schema::Table;
use crate::{stripe, text};

/// A price or product seen inside another object.
#[derive(Debug, PartialEq)]
pub(crate) struct Embedded {
    pub(crate) id: String,
    pub(crate) rows: Vec<(Table, Row<'static>)>,
}

/// Prices already read, by their JSON text: the same few prices come with millions of lines.
pub(crate) type PriceCache = HashMap<String, Arc<Embedded>>;

/// Distinct texts kept; companies with a price per customer must not fill the memory.
const CACHED_PRICES: usize = 20_000;

/// Takes the rows of one record.
pub(crate) struct Sink<'a, 'w> {
    pub(crate) options: &'w LandingOptions,
    pub(crate) rows: Vec<(Table, Row<'a>)>,
    pub(crate) embedded: Vec<Arc<Embedded>>,
    /// What the record is marked as, where it gives rows but counts nowhere.
    pub(crate) marked: Option<&'static str>,
    cache: &'w mut PriceCache,
}

impl<'a, 'w> Sink<'a, 'w> {
    pub(crate) fn new(options: &'w LandingOptions, cache: &'w mut PriceCache) -> Self {
        Self {
            options,
            rows: Vec::new(),
            embedded: Vec::new(),
            marked: None,
            cache,
        }
    }

    /// Adds a row, its cells in the order of the table's schema after `_ordinal`.
    pub(crate) fn row(&mut self, table: Table, cells: Row<'a>) {
        self.rows.push((table, cells));
    }

    /// Adds a deletion: the id and the deleted flag, all else null or false.
    pub(crate) fn deletion(&mut self, table: Table, id: Value<'a>) {
        let mut id = Some(id);
        let columns = &table.schema().columns[1..];
        let cells = columns.iter().map(|column| match column.name {
            "id" => id.take().unwrap_or(Value::Null),
            "deleted" => Value::Bool(true),
            _ if column.nullable => Value::Null,
            _ => Value::Bool(false),
        });
        let cells = cells.collect();
        self.row(table, cells);
    }

    /// Adds the price or plan found inside `holder` and gives its id.
    pub(crate) fn embedded_price<'r>(
        &mut self,
        holder: &Record<'r>,
        price: &'r RawValue,
    ) -> Result<String, Reason> {
        let embedded = match self.cache.get(price.get()) {
            Some(known) => Arc::clone(known),
            None => {
                let new = Arc::new(stripe::embedded_price(holder, price)?);
                if self.cache.len() >= CACHED_PRICES {
                    self.cache.clear();
                }
                self.cache.insert(price.get().to_owned(), Arc::clone(&new));
                new
            }
        };
        let id = embedded.id.clone();
        self.embedded.push(embedded);
        Ok(id)
    }

    /// Marks a ticket whose status says that it counts nowhere.
    pub(crate) fn mark_ticket(&mut self, status: Option<&str>) {
        self.marked = match status {
            Some("deleted") => Some("records of deleted tickets"),
            Some("suspended") => Some("records of suspended tickets"),
            _ => None,
        };
    }

    /// A comparable company name.
    pub(crate) fn name_key(&self, name: Option<&str>) -> Option<String> {
        text::name_key(name?, &self.options.legal_suffixes)
    }
}
