//! What the account holds. A test fills and changes it; each change is an event, as at Stripe.
mod changes;

pub(super) use changes::stub;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use serde_json::Value;

use super::expand::Lookup;
use super::kinds::Kind;
use super::table::{Found, Generator, Table};
use crate::clock::Clock;

/// The key that may do everything, as long as a test does not revoke it.
pub const KEY: &str = "sk_test_tidemarkfullaccess0001";

/// What is wrong with a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Defect {
    /// Each page begins with the second half of the page before it.
    Overlap,
    /// Every page is the first one, and says there is more.
    Stuck,
}

/// The account's objects, keys and limits. Clones share their state.
#[derive(Debug, Clone)]
pub struct Store(Arc<Mutex<Inner>>);

#[derive(Debug)]
pub(super) struct Inner {
    pub(super) clock: Clock,
    tables: BTreeMap<Kind, Table>,
    /// What each key may read.
    pub(super) keys: BTreeMap<String, BTreeSet<Kind>>,
    pub(super) defects: BTreeMap<Kind, Defect>,
    /// Requests a second to one endpoint.
    per_second: Option<usize>,
    recent: BTreeMap<String, VecDeque<Instant>>,
    events_late: i64,
    next: u64,
}

impl Store {
    pub(super) fn new(clock: Clock) -> Self {
        let everything = Kind::ALL.into_iter().collect();
        Self(Arc::new(Mutex::new(Inner {
            clock,
            tables: BTreeMap::new(),
            keys: BTreeMap::from([(KEY.to_owned(), everything)]),
            defects: BTreeMap::new(),
            per_second: None,
            recent: BTreeMap::new(),
            events_late: 0,
            next: 1,
        })))
    }

    /// Adds an object and tells so by an event. Fields not given have the values Stripe gives them;
    /// `items`, `lines` and `discounts` are plain arrays of whole objects. Returns its id.
    pub fn create(&self, kind: Kind, fields: Value) -> String {
        let mut inner = self.lock();
        let id = inner.put(kind, fields);
        inner.tell(kind, "created", &id, None);
        id
    }

    /// Adds an object whose event, if there ever was one, is long gone. Returns its id.
    pub fn fill(&self, kind: Kind, fields: Value) -> String {
        self.lock().put(kind, fields)
    }

    /// Changes fields of an object and tells so by the events Stripe sends for it.
    ///
    /// # Panics
    /// If there is no such object.
    pub fn update(&self, kind: Kind, id: &str, fields: Value) {
        self.lock().update(kind, id, fields);
    }

    /// Deletes an object and tells so. A customer leaves a stub, and its subscriptions are canceled.
    ///
    /// # Panics
    /// If there is no such object.
    pub fn delete(&self, kind: Kind, id: &str) {
        self.lock().delete(kind, id);
    }

    /// An object as it is kept: lists and discounts whole; `None` if it is not there.
    #[must_use]
    pub fn get(&self, kind: Kind, id: &str) -> Option<Value> {
        let mut inner = self.lock();
        inner.table(kind).get_mut(id).cloned()
    }

    /// Tells of something by an event of any type, as in `customer.discount.created`.
    pub fn tell(&self, event: &str, object: Value) {
        self.lock().event(event, object, None);
    }

    /// Fills a kind with objects that are made as they are read.
    pub fn generate(&self, kind: Kind, generator: Generator) {
        self.lock().table(kind).generate(generator);
    }

    /// From now on, events are seen only some seconds, by the server's clock, after they happened.
    pub fn events_late(&self, seconds: i64) {
        self.lock().events_late = seconds;
    }

    /// Lets a restricted key read some kinds and nothing else.
    pub fn allow(&self, key: &str, kinds: impl IntoIterator<Item = Kind>) {
        let kinds = kinds.into_iter().collect();
        self.lock().keys.insert(key.to_owned(), kinds);
    }

    /// Makes a key invalid.
    pub fn revoke(&self, key: &str) {
        self.lock().keys.remove(key);
    }

    /// Breaks the lists of a kind, or mends them.
    pub fn defect(&self, kind: Kind, defect: Option<Defect>) {
        let mut inner = self.lock();
        match defect {
            Some(defect) => inner.defects.insert(kind, defect),
            None => inner.defects.remove(&kind),
        };
    }

    /// Answers 429 to more than so many requests a second to one endpoint.
    pub fn limit(&self, per_second: Option<usize>) {
        self.lock().per_second = per_second;
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Inner> {
        // A panic inside the lock is a test's misuse and fails that test.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    pub(super) fn table(&mut self, kind: Kind) -> &mut Table {
        self.tables.entry(kind).or_default()
    }

    pub(super) fn tables(&self, kind: Kind) -> Option<&Table> {
        self.tables.get(&kind)
    }

    pub(super) fn find(&self, kind: Kind, id: &str) -> Option<Found> {
        self.tables(kind)?.get(id, self.clock.seconds())
    }

    /// A number not given out before.
    pub(super) fn number(&mut self) -> u64 {
        self.next += 1;
        self.next - 1
    }

    /// Whether a request to an endpoint is one too many.
    pub(super) fn over_the_limit(&mut self, endpoint: &str) -> bool {
        let Some(limit) = self.per_second else {
            return false;
        };
        let now = Instant::now();
        let recent = self.recent.entry(endpoint.to_owned()).or_default();
        while recent
            .front()
            .is_some_and(|then| now.duration_since(*then).as_secs() >= 1)
        {
            recent.pop_front();
        }
        if recent.len() >= limit {
            return true;
        }
        recent.push_back(now);
        false
    }
}

impl Lookup for Inner {
    fn lookup(&self, kind: Kind, id: &str) -> Option<Value> {
        match self.find(kind, id)? {
            Found::There(value) => Some(value),
            // A coupon stays as it was where it was used.
            Found::Deleted(value) if kind == Kind::Coupon => Some(value),
            Found::Deleted(_) => Some(stub(kind, id)),
        }
    }
}
