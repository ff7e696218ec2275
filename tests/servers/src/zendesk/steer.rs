//! What a test does to an account: puts, changes and deletes records, sets limits, and lets things go wrong.
use serde_json::{Value, json};

use super::made::Made;
use super::rows::Row;
use super::samples::instant;
use super::{Kind, Limits, Quirks, Role, Zendesk};

impl Zendesk {
    /// Puts a record as it stands since `at`, in seconds since 1970. A ticket whose `updated_at` is earlier was changed by the system.
    ///
    /// # Panics
    /// If the record has no number as `id`.
    pub fn put(&self, kind: Kind, record: &Value, at: i64) {
        let id = record["id"].as_u64().expect("a record has a number as id");
        let mut inner = self.lock();
        let rows = inner.rows_mut(kind);
        let metrics = rows.get(id).and_then(|row| row.metrics.clone());
        rows.put(Row {
            id,
            stamp: at,
            visible_from: at,
            json: record.to_string(),
            metrics,
            deleted: false,
        });
    }

    /// Puts the metrics of a ticket that is there.
    ///
    /// # Panics
    /// If there is no such ticket.
    pub fn put_metrics(&self, metrics: &Value) {
        let id = metrics["ticket_id"]
            .as_u64()
            .expect("metrics name their ticket");
        let mut inner = self.lock();
        let row = inner
            .tickets
            .get_mut(id)
            .expect("metrics belong to a ticket that is there");
        row.metrics = Some(metrics.to_string());
    }

    /// The record as it stands.
    #[must_use]
    pub fn get(&self, kind: Kind, id: u64) -> Option<Value> {
        let inner = self.lock();
        serde_json::from_str(&inner.rows(kind).get(id)?.json).ok()
    }

    /// Deletes a record as Zendesk does: tickets keep their id with the status `deleted` and lose their metrics,
    /// users become inactive, organizations get the time of their deletion.
    ///
    /// # Panics
    /// If there is no such record.
    pub fn delete(&self, kind: Kind, id: u64, at: i64) {
        let mut record = self.get(kind, id).expect("what is deleted was there");
        record["updated_at"] = json!(instant(at));
        match kind {
            Kind::Tickets => {
                record["status"] = json!("deleted");
                record["generated_timestamp"] = json!(at);
            }
            Kind::Users => record["active"] = json!(false),
            Kind::Organizations => record["deleted_at"] = json!(instant(at)),
        }
        self.put(kind, &record, at);
        if let Some(row) = self.lock().rows_mut(kind).get_mut(id) {
            row.deleted = kind != Kind::Users;
            row.metrics = None;
        }
    }

    /// Lets exports show a record's last change only from a time on, although it is dated earlier.
    pub fn show_from(&self, kind: Kind, id: u64, at: i64) {
        if let Some(row) = self.lock().rows_mut(kind).get_mut(id) {
            row.visible_from = at;
        }
    }

    /// Makes tickets on demand, numbered from 1, so many of them changed in each second from `first` on. Others must be put later than the last.
    pub fn make_tickets(&self, count: u64, per_second: u64, first: i64) {
        let made = Made::tickets(count, per_second, first);
        self.lock().tickets.make(made);
    }

    /// Sets limits; the minute begins anew.
    pub fn limit(&self, limits: Limits) {
        self.lock().meter.set(limits);
    }

    /// How many requests were over a limit.
    #[must_use]
    pub fn refused(&self) -> u64 {
        self.lock().meter.refused
    }

    /// Sets how the exports misbehave.
    pub fn misbehave(&self, quirks: Quirks) {
        self.lock().quirks = quirks;
    }

    /// Lets exports give at most so many records on a page, so that a test need not have thousands.
    pub fn largest_page(&self, records: usize) {
        self.lock().largest_page = Some(records);
    }

    /// Makes all cursors invalid that were given so far.
    pub fn expire_cursors(&self) {
        self.lock().cursor_age += 1;
    }

    /// Sets what the user behind all credentials is.
    pub fn role(&self, role: Role) {
        self.lock().door.role = role;
    }

    /// Makes an access token good, with scopes parted by blanks.
    pub fn token(&self, token: &str, scopes: &str) {
        self.lock().door.add(token, scopes, i64::MAX);
    }

    /// Makes all access tokens bad; the client may still get new ones.
    pub fn revoke_tokens(&self) {
        self.lock().door.revoke();
    }

    /// Sets for how many seconds tokens last that are got from now on, and the scopes the client may ask for.
    pub fn mint(&self, lifetime: i64, allowed: &str) {
        let mut inner = self.lock();
        inner.door.lifetime = lifetime;
        inner.door.allowed = allowed.to_owned();
    }

    /// How many tokens the client got.
    #[must_use]
    pub fn minted(&self) -> u64 {
        self.lock().door.minted
    }

    /// Turns API tokens off or on.
    pub fn api_tokens(&self, on: bool) {
        self.lock().door.api_tokens = on;
    }
}
