//! A small company at Stripe, the folder it is pulled into, and what a build would see there.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use crate::common::parts;
use serde_json::{Value, json};
use tempfile::TempDir;
use tidemark_connectors::stripe::{self, StripeConfig};
use tidemark_connectors::{Access, Mode, Patience, Raw, RawOptions, Secret, SyncError, silent};
use tidemark_test_servers::stripe::{KEY, Kind, Stripe, customers};
use tidemark_test_servers::{Fault, Serving};

/// Tries often and waits little.
pub(crate) const QUICK: Patience = Patience {
    attempts: 8,
    first: Duration::from_millis(1),
    longest: Duration::from_millis(8),
    asked: Duration::from_secs(5),
    timeout: Duration::from_millis(1500),
};

/// Saves after every page, so that an interruption has something to go on from.
pub(crate) const OFTEN: RawOptions = RawOptions {
    records: 1,
    time: Duration::ZERO,
};

/// Records by object and id.
pub(crate) type Landed = BTreeMap<(String, String), Value>;

/// An account, its server and the folder it is pulled into.
pub(crate) struct Company {
    pub(crate) stripe: Stripe,
    serving: Serving,
    pub(crate) folder: TempDir,
    pub(crate) key: String,
}

impl Company {
    pub(crate) fn new(stripe: Stripe) -> Self {
        let serving = stripe.serve().expect("a free port");
        Self {
            stripe,
            serving,
            folder: tempfile::tempdir().expect("a temporary folder"),
            key: KEY.to_owned(),
        }
    }

    /// One of everything that a pull must get right: several pages, canceled subscriptions, cut-off lists.
    pub(crate) fn small() -> Self {
        let stripe = Stripe::default();
        fill(&stripe);
        Self::new(stripe)
    }

    /// Customers enough that their list is read in slices.
    pub(crate) fn long() -> Self {
        let stripe = Stripe::default();
        stripe.store.generate(Kind::Customer, customers(5_000));
        Self::new(stripe)
    }

    pub(crate) fn url(&self) -> String {
        self.serving.url()
    }

    pub(crate) fn config(&self) -> StripeConfig {
        config(&self.url(), &self.key)
    }

    pub(crate) async fn pull(&self, mode: Mode) -> Result<(), SyncError> {
        pull(self.folder.path(), &self.config(), mode).await
    }

    pub(crate) async fn check(&self) -> Result<Vec<Access>, SyncError> {
        stripe::check(&self.config(), &silent()).await
    }

    /// After so many answers the server fails for good, as when the network goes away.
    pub(crate) fn fails_after(&self, answers: usize, fault: Fault) {
        let fine = std::iter::repeat_n(None, answers);
        let script = fine.chain(std::iter::repeat_n(Some(fault), 500));
        self.stripe.controls.faults.script(script);
    }

    /// All requests since the server began.
    pub(crate) fn requests(&self) -> u64 {
        self.stripe.controls.requests.counts().values().sum()
    }

    /// How often a route was asked since the server began.
    pub(crate) fn asked(&self, route: &str) -> u64 {
        let counts = self.stripe.controls.requests.counts();
        counts.get(route).copied().unwrap_or_default()
    }

    /// The newest version of each record, by object and id, as a build takes it.
    pub(crate) fn landed(&self) -> Landed {
        let mut newest = BTreeMap::new();
        for (object, record) in self.records() {
            let id = record["id"].as_str().expect("an id").to_owned();
            newest.insert((object, id), record);
        }
        newest
    }

    /// All records in landing order.
    pub(crate) fn records(&self) -> Vec<(String, Value)> {
        let mut records = Vec::new();
        for object in [
            "products",
            "prices",
            "coupons",
            "customers",
            "subscriptions",
            "invoices",
        ] {
            for (_, text) in parts(&self.folder.path().join(stripe::SOURCE).join(object)) {
                let record = |line| serde_json::from_str(line).expect("JSON");
                records.extend(text.lines().map(|line| (object.to_owned(), record(line))));
            }
        }
        records
    }

    /// The landed ids of an object that the account still has.
    pub(crate) fn kept_ids(&self, kind: Kind, object: &str) -> Vec<String> {
        let landed = self.landed();
        let ids = landed
            .keys()
            .filter(|(of, _)| of == object)
            .map(|(_, id)| id.clone());
        let there = |id: &String| self.stripe.store.get(kind, id).is_some();
        ids.filter(there).collect()
    }
}

/// Pulls a server's account into a folder, as [`Company::pull`] does.
pub(crate) async fn pull_into(folder: &Path, url: &str) -> Result<(), SyncError> {
    pull(folder, &config(url, KEY), Mode::Incremental).await
}

async fn pull(folder: &Path, config: &StripeConfig, mode: Mode) -> Result<(), SyncError> {
    let mut raw = Raw::open(folder, stripe::SOURCE, "test", OFTEN, &silent())?;
    stripe::pull(config, &mut raw, mode, &silent()).await
}

fn config(url: &str, key: &str) -> StripeConfig {
    StripeConfig {
        url: url.parse().expect("an address"),
        key: Secret::new(key),
        pace: Some(0.0),
        patience: QUICK,
    }
}

fn fill(stripe: &Stripe) {
    let store = &stripe.store;
    let product = store.fill(
        Kind::Product,
        json!({"name": "Pro", "created": 1_600_000_000}),
    );
    let price = store.fill(
        Kind::Price,
        json!({"product": product, "created": 1_600_000_000, "unit_amount": 4900, "unit_amount_decimal": "4900"}),
    );
    let coupon = store.fill(
        Kind::Coupon,
        json!({"percent_off": 25.0, "created": 1_600_000_000}),
    );
    for number in 0..230 {
        let customer = store.fill(
            Kind::Customer,
            json!({"name": format!("Customer {number}"), "created": 1_700_000_000 + number}),
        );
        let items: Vec<Value> = (0..if number == 7 { 13 } else { 1 })
            .map(|item| json!({"id": format!("si_{number}_{item}"), "object": "subscription_item", "price": price, "quantity": item + 1, "discounts": []}))
            .collect();
        let discounts = match number % 10 {
            0 => {
                json!([{"id": format!("di_{number}"), "object": "discount", "source": {"type": "coupon", "coupon": coupon}}])
            }
            _ => json!([]),
        };
        let status = if number % 4 == 0 {
            "canceled"
        } else {
            "active"
        };
        let subscription = store.fill(
            Kind::Subscription,
            json!({"customer": customer, "created": 1_700_000_000 + number, "status": status, "items": items, "discounts": discounts}),
        );
        let lines: Vec<Value> = (0..if number % 50 == 3 { 125 } else { 1 })
            .map(|line| json!({"id": format!("il_{number}_{line}"), "object": "line_item", "amount": 4900 + line, "currency": "usd"}))
            .collect();
        store.fill(
            Kind::Invoice,
            json!({"customer": customer, "created": 1_700_000_000 + number, "status": "paid", "lines": lines,
                "parent": {"type": "subscription_details", "subscription_details": {"subscription": subscription}}}),
        );
    }
}
