//! An org in memory: what tests fill it with, change while it runs, and ask it afterwards.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard};

use axum::http::StatusCode;
use chrono::{DateTime, SubsecRound, Utc};
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::Controls;

use super::auth::App;
use super::cell::{Cell, Kind};
use super::job::Job;
use super::objects::{CREATED, Field, ID, IS_DELETED, MODIFIED, MODSTAMP, Object};

/// How an org behaves: its limits, its ways, and its defects.
#[derive(Debug, Clone)]
pub struct Options {
    /// Largest page of a REST query, in records.
    pub rest_page: usize,
    /// Largest page of a Bulk result, in records.
    pub bulk_page: usize,
    /// Only the first page of a Bulk result has a header.
    pub header_once: bool,
    /// How often a job's status is asked for before it is complete.
    pub polls: u32,
    /// Requests an access token is good for; then it has expired.
    pub token_requests: Option<u64>,
    /// Requests left of the daily allowance.
    pub requests_left: Option<u64>,
    /// Whether the user may use the API.
    pub api_enabled: bool,
    /// That many further jobs fail.
    pub fail_jobs: u32,
    /// That many further pages of Bulk results come with the rows of the page before.
    pub duplicate_pages: u32,
    /// That many further pages of Bulk results name their own locator as the next.
    pub repeat_locators: u32,
    /// That many further requests with a locator find their job gone.
    pub expire_jobs: u32,
    /// That many further pages of REST queries with a condition come as if it were the query before.
    pub stale_queries: u32,
    /// That many further REST queries take too long.
    pub timeouts: u32,
    /// That many further requests find too many others at work.
    pub crowded: u32,
    /// Requests after this many are never answered.
    pub silent_after: Option<u64>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            rest_page: 2_000,
            bulk_page: 50_000,
            header_once: false,
            polls: 2,
            token_requests: None,
            requests_left: None,
            api_enabled: true,
            fail_jobs: 0,
            duplicate_pages: 0,
            repeat_locators: 0,
            expire_jobs: 0,
            stale_queries: 0,
            timeouts: 0,
            crowded: 0,
            silent_after: None,
        }
    }
}

/// What an org holds.
pub(crate) struct State {
    pub(crate) options: Options,
    pub(crate) app: App,
    pub(crate) objects: BTreeMap<String, Object>,
    pub(crate) tokens: HashMap<String, u64>,
    pub(crate) jobs: BTreeMap<String, Job>,
    pub(crate) cursors: HashMap<String, super::rest::Cursor>,
    /// The last answer to a REST query, for a stale one.
    pub(crate) last_query: Option<String>,
    pub(crate) issued: u64,
    controls: Controls,
}

/// A handle on an org; clones are the same org.
#[derive(Clone)]
pub struct Org {
    /// The clock, faults and counts of its server.
    pub controls: Controls,
    state: Arc<Mutex<State>>,
    seen: Arc<watch::Sender<u64>>,
}

impl Default for Org {
    fn default() -> Self {
        Self::new()
    }
}

impl Org {
    /// An org with the standard objects, without records, with one connected app.
    pub fn new() -> Self {
        let objects = Object::standard().into_iter();
        let controls = Controls::new(words);
        let state = State {
            options: Options::default(),
            app: App::default(),
            objects: objects
                .map(|object| (object.name.clone(), object))
                .collect(),
            tokens: HashMap::new(),
            jobs: BTreeMap::new(),
            cursors: HashMap::new(),
            last_query: None,
            issued: 0,
            controls: controls.clone(),
        };
        Self {
            controls,
            state: Arc::new(Mutex::new(state)),
            seen: Arc::new(watch::Sender::new(0)),
        }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state
            .lock()
            .expect("no test panics while it holds an org")
    }

    /// Changes how the org behaves.
    pub fn options(&self, change: impl FnOnce(&mut Options)) {
        change(&mut self.state().options);
    }

    /// Changes the connected app and the user's access through it.
    pub fn app(&self, change: impl FnOnce(&mut App)) {
        change(&mut self.state().app);
    }

    /// Changes an object: fields, permissions.
    pub fn object<T>(&self, name: &str, change: impl FnOnce(&mut Object) -> T) -> T {
        let mut state = self.state();
        change(state.object(name))
    }

    /// Adds an object of its own.
    pub fn add_object(&self, name: &str, prefix: &'static str, fields: &[(&str, Kind)]) {
        let object = Object::new(name, prefix, fields);
        self.state().objects.insert(name.to_owned(), object);
    }

    /// The server's clock, in whole seconds.
    pub fn now(&self) -> DateTime<Utc> {
        self.state().now()
    }

    /// Creates a record and gives its id.
    pub fn create(&self, object: &str, values: Value) -> String {
        let mut state = self.state();
        let now = Cell::Instant(state.now());
        let object = state.object(object);
        let id = object.id(object.positions());
        let mut row = vec![Cell::Null; object.fields.len()];
        for (at, field) in object.fields.iter().enumerate() {
            if field.kind == Kind::Boolean {
                row[at] = Cell::Boolean(false);
            }
        }
        row[ID] = Cell::Text(id.clone());
        for at in [CREATED, MODIFIED, MODSTAMP] {
            row[at] = now.clone();
        }
        set(&object.fields, &mut row, &values);
        object.add(row);
        id
    }

    /// Changes values of a record.
    pub fn update(&self, object: &str, id: &str, values: Value) {
        self.change(object, id, |fields, row, now| {
            for at in [MODIFIED, MODSTAMP] {
                row[at] = Cell::Instant(now);
            }
            set(fields, row, &values);
        });
    }

    /// Puts a record into the recycle bin: only queryAll still has it.
    pub fn delete(&self, object: &str, id: &str) {
        self.change(object, id, |_, row, now| {
            row[IS_DELETED] = Cell::Boolean(true);
            row[MODSTAMP] = Cell::Instant(now);
        });
    }

    /// Removes a record for good: no query has it.
    pub fn purge(&self, object: &str, id: &str) {
        let mut state = self.state();
        *state
            .object(object)
            .stored(id)
            .expect("a record of that id") = None;
    }

    fn change(
        &self,
        object: &str,
        id: &str,
        change: impl FnOnce(&[Field], &mut [Cell], DateTime<Utc>),
    ) {
        let mut state = self.state();
        let now = state.now();
        let object = state.object(object);
        let fields = object.fields.clone();
        let place = object.stored(id).expect("a record of that id");
        change(&fields, place.as_mut().expect("a record of that id"), now);
    }

    /// Dates a record's last change: one whose transaction ended later than its stamps tell, or many with one stamp.
    pub fn stamp(&self, object: &str, id: &str, at: DateTime<Utc>) {
        self.change(object, id, |_, row, _| row[MODSTAMP] = Cell::Instant(at));
    }

    /// All records there are, deleted ones too: values by field as a Bulk result gives them.
    pub fn records(&self, object: &str) -> Vec<BTreeMap<String, String>> {
        let state = self.state();
        let object = &state.objects[object];
        let rows = (0..object.positions()).filter_map(|position| object.row(position));
        let named = |row: &[Cell]| {
            let fields = object.fields.iter().zip(row);
            fields
                .map(|(field, cell)| (field.name.clone(), cell.csv()))
                .collect()
        };
        rows.map(|row| named(&row)).collect()
    }

    /// Requests so far.
    pub fn requests(&self) -> u64 {
        *self.seen.borrow()
    }

    /// Waits until this many requests have come in.
    pub async fn seen(&self, requests: u64) {
        let mut seen = self.seen.subscribe();
        let _ = seen.wait_for(|seen| *seen >= requests).await;
    }

    /// Takes note of a request; false if it is never to be answered.
    pub(crate) fn request(&self) -> bool {
        self.seen.send_modify(|seen| *seen += 1);
        let silent_after = self.state().options.silent_after;
        silent_after.is_none_or(|most| *self.seen.borrow() <= most)
    }
}

impl State {
    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.controls.clock.now().trunc_subsecs(0)
    }

    pub(crate) fn object(&mut self, name: &str) -> &mut Object {
        self.objects.get_mut(name).expect("an object of that name")
    }

    /// An object the user may read, by its name in any case.
    pub(crate) fn readable(&self, name: &str) -> Option<&Object> {
        let is = |object: &&Object| object.name.eq_ignore_ascii_case(name) && object.readable;
        self.objects.values().find(is)
    }
}

/// Takes one from what is left of a defect; false when there is nothing left.
pub(crate) fn take(left: &mut u32) -> bool {
    let some = *left > 0;
    *left = left.saturating_sub(1);
    some
}

fn set(fields: &[Field], row: &mut [Cell], values: &Value) {
    let values = values.as_object().expect("values are an object");
    for (name, value) in values {
        let is = |field: &Field| field.name == *name;
        let at = fields.iter().position(is).expect("a field of the object");
        row[at] = Cell::read(fields[at].kind, value);
    }
}

/// The vendor's error document for a fault.
fn words(status: StatusCode) -> String {
    let code = match status {
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => "SERVER_UNAVAILABLE",
        _ => "UNKNOWN_EXCEPTION",
    };
    json!([{ "message": "An unexpected error occurred", "errorCode": code }]).to_string()
}
