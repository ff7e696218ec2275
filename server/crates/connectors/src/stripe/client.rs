//! Stripe's API as this connector uses it: pages of lists, single objects, lists within objects made whole.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::objects::{Nested, Object};
use super::slices::Slice;
use super::{SOURCE, StripeConfig};
use crate::{Answer, Api, ApiOptions, Call, Credentials, SyncError, Teller, Told};

/// The version whose shapes are asked for, whatever the account's own is. Landing reads older ones too.
pub(crate) const VERSION: &str = "2025-09-30.clover";

/// Calls per second. Stripe allows 100 with a live key and 25 with a test key; some are left for the company's own use.
const PACE_LIVE: f64 = 80.0;
const PACE_TEST: f64 = 20.0;

/// The most records a page may have.
pub(crate) const PAGE: &str = "100";

/// How often a list may give a page it has given before, until it is taken as one without an end.
const REPEATS: usize = 3;

/// A list, or a page of one.
#[derive(Debug, Deserialize)]
pub(crate) struct Page<'a> {
    #[serde(borrow)]
    pub(crate) data: Vec<&'a RawValue>,
    #[serde(default)]
    pub(crate) has_more: bool,
    #[serde(borrow, default)]
    url: Option<Cow<'a, str>>,
}

/// What every record has.
#[derive(Debug, Deserialize)]
pub(crate) struct Head<'a> {
    #[serde(borrow)]
    pub(crate) id: Cow<'a, str>,
}

/// Reads the id of a record.
pub(crate) fn id_of(record: &RawValue) -> Result<String, SyncError> {
    let head: Head<'_> = serde_json::from_str(record.get())
        .map_err(|error| SyncError::protocol(SOURCE, format!("a record without an id: {error}")))?;
    Ok(head.id.into_owned())
}

/// The API.
pub(crate) struct Client {
    api: Api,
    tell: Teller,
}

impl Client {
    pub(crate) fn new(config: &StripeConfig, tell: &Teller) -> Result<Self, SyncError> {
        let pace = if config.is_test() {
            PACE_TEST
        } else {
            PACE_LIVE
        };
        let api = Api::new(ApiOptions {
            source: SOURCE,
            base: config.url.clone(),
            credentials: Credentials::fixed(Credentials::bearer(SOURCE, &config.key)?),
            pace: config.pace.unwrap_or(pace),
            patience: config.patience,
            tell: tell.clone(),
            explain,
        })?;
        Ok(Self {
            api,
            tell: tell.clone(),
        })
    }

    /// Stripe's clock. Asks for an event, which a pull cannot do without.
    pub(crate) async fn now(&self) -> Result<DateTime<Utc>, SyncError> {
        self.page("/v1/events", &[("limit", "1")]).await?;
        self.api.now()
    }

    /// A page of a list.
    pub(crate) async fn page(
        &self,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<Answer, SyncError> {
        self.api.send(call(path, query)).await
    }

    /// The next page of a slice of an object's list. `None` if this API has no such list: early versions know no prices.
    pub(crate) async fn objects(
        &self,
        object: &Object,
        slice: &Slice,
    ) -> Result<Option<Answer>, SyncError> {
        let bounds = slice.query();
        let expand: Vec<String> = object
            .expand
            .iter()
            .map(|path| format!("data.{path}"))
            .collect();
        let mut query = vec![("limit", PAGE)];
        query.extend(object.only);
        query.extend(bounds.iter().map(|(name, value)| (*name, value.as_str())));
        let plain = query.clone();
        query.extend(expand.iter().map(|path| ("expand[]", path.as_str())));
        let answer = self.expanded(object.path, &query, &plain).await?;
        // Within a list the id could be what is unknown; at its beginning, only the list itself.
        if answer.status == 404 && slice.is_beginning() {
            (self.tell)(Told::Note {
                source: SOURCE,
                text: format!(
                    "{} is not offered by this API and was left out",
                    object.path
                ),
            });
            return Ok(None);
        }
        self.ok(answer).map(Some)
    }

    /// One record created before a second, if there is any.
    pub(crate) async fn older(&self, object: &Object, before: i64) -> Result<Answer, SyncError> {
        let before = before.to_string();
        let mut query = vec![("limit", "1"), ("created[lt]", before.as_str())];
        query.extend(object.only);
        self.page(object.path, &query).await
    }

    /// An object as it is now; `None` if it is gone.
    pub(crate) async fn object(
        &self,
        object: &Object,
        id: &str,
    ) -> Result<Option<Answer>, SyncError> {
        let path = format!("{}/{id}", object.path);
        let query: Vec<_> = object
            .expand
            .iter()
            .map(|path| ("expand[]", *path))
            .collect();
        let answer = self.expanded(&path, &query, &[]).await?;
        if answer.status == 404 {
            return Ok(None);
        }
        self.ok(answer).map(Some)
    }

    /// Asks with expansions, or without where the account's API has nothing to expand: then the record has all of it.
    async fn expanded(
        &self,
        path: &str,
        query: &[(&str, &str)],
        plain: &[(&str, &str)],
    ) -> Result<Answer, SyncError> {
        let answer = self.api.try_send(call(path, query)).await?;
        let refused = answer.status == 400 && answer.beginning().contains("expand");
        if refused && query.len() > plain.len() {
            return self.api.try_send(call(path, plain)).await;
        }
        Ok(answer)
    }

    fn ok(&self, answer: Answer) -> Result<Answer, SyncError> {
        if answer.status.is_success() {
            Ok(answer)
        } else {
            Err(explain(&answer))
        }
    }

    /// The record with its nested list made whole, the rest of it fetched.
    pub(crate) async fn whole<'a>(
        &self,
        object: &Object,
        record: &'a RawValue,
    ) -> Result<Cow<'a, str>, SyncError> {
        let unusable = |error: serde_json::Error| {
            SyncError::protocol(SOURCE, format!("{}: {error}", object.path))
        };
        let Some(Nested { field, only }) = &object.nested else {
            return Ok(Cow::Borrowed(record.get()));
        };
        let mut members: BTreeMap<Cow<'_, str>, Cow<'_, RawValue>> =
            serde_json::from_str(record.get()).map_err(unusable)?;
        let Some(nested) = members.get(*field) else {
            return Ok(Cow::Borrowed(record.get()));
        };
        let nested = nested.clone();
        let first: Page<'_> = match serde_json::from_str(nested.get()) {
            Ok(page) => page,
            // Older shapes have a plain list here, or null: nothing is cut off.
            Err(_) => return Ok(Cow::Borrowed(record.get())),
        };
        if !first.has_more {
            return Ok(Cow::Borrowed(record.get()));
        }
        let url = first.url.as_deref().filter(|url| url.starts_with("/v1/"));
        let url = url.map_or_else(
            || id_of(record).map(|id| format!("{}/{id}/{field}", object.path)),
            |url| Ok(url.to_owned()),
        )?;
        let mut data: Vec<Box<RawValue>> =
            first.data.iter().map(|line| (*line).to_owned()).collect();
        let mut cursor = Cursor::default();
        let mut more = true;
        while more {
            let last = data.last().map(|line| id_of(line)).transpose()?;
            let Some(last) = last else { break };
            cursor.moves_to(&url, &last)?;
            let mut query = vec![("limit", PAGE), ("starting_after", last.as_str())];
            query.extend(*only);
            let answer = self.page(&url, &query).await?;
            let page: Page<'_> = answer.json()?;
            more = page.has_more && !page.data.is_empty();
            data.extend(page.data.iter().map(|line| (*line).to_owned()));
        }
        let whole = serde_json::value::to_raw_value(&Whole {
            object: "list",
            data,
            has_more: false,
            url,
        })
        .map_err(unusable)?;
        members.insert(Cow::Borrowed(field), Cow::Owned(whole));
        serde_json::to_string(&members)
            .map(Cow::Owned)
            .map_err(unusable)
    }
}

/// A nested list that has all its records.
#[derive(Serialize)]
struct Whole {
    object: &'static str,
    data: Vec<Box<RawValue>>,
    has_more: bool,
    url: String,
}

/// Watches that a list comes to an end.
#[derive(Debug, Default)]
pub(crate) struct Cursor {
    seen: HashSet<String>,
    repeats: usize,
}

impl Cursor {
    /// Notes where the list is; an error if it has been there too often. One repeated page is a
    /// fault that passes, and its records landed twice do no harm.
    pub(crate) fn moves_to(&mut self, path: &str, id: &str) -> Result<(), SyncError> {
        if !self.seen.insert(id.to_owned()) {
            self.repeats += 1;
        }
        if self.repeats > REPEATS {
            let what = format!(
                "the list {path} keeps giving the same page, after {id}; run the sync again, and tell Stripe if it stays so"
            );
            return Err(SyncError::protocol(SOURCE, what));
        }
        Ok(())
    }
}

fn call(path: &str, query: &[(&str, &str)]) -> Call {
    Call::get(path)
        .query(query)
        .header("stripe-version", VERSION)
}

/// Stripe's errors in words, with what to do.
fn explain(answer: &Answer) -> SyncError {
    #[derive(Deserialize)]
    struct Body {
        error: Said,
    }
    #[derive(Deserialize)]
    struct Said {
        message: Option<String>,
    }
    let body: Option<Body> = answer.json().ok();
    let said = body.and_then(|body| body.error.message);
    let said = said.unwrap_or_else(|| format!("HTTP {}", answer.status));
    match answer.status.as_u16() {
        401 => SyncError::Refused {
            source_name: SOURCE,
            said,
            fix: "set TIDEMARK_STRIPE_API_KEY to a restricted key of the account (Developers, API keys)".to_owned(),
        },
        403 => SyncError::Forbidden {
            source_name: SOURCE,
            what: answer.path.clone(),
            fix: format!("edit the restricted key and set {} to Read", permission(&answer.path)),
            said,
        },
        status => SyncError::protocol(SOURCE, format!("{} gave HTTP {status}: {said}", answer.path)),
    }
}

/// The permission of a restricted key that a path needs, as the dashboard names it.
fn permission(path: &str) -> &'static str {
    let names = [
        ("/v1/events", "Events (Core resources)"),
        ("/v1/customers", "Customers (Core resources)"),
        ("/v1/products", "Products (Core resources)"),
        ("/v1/prices", "Prices (Billing resources)"),
        ("/v1/coupons", "Coupons (Billing resources)"),
        ("/v1/subscription", "Subscriptions (Billing resources)"),
        ("/v1/invoices", "Invoices (Billing resources)"),
    ];
    let found = names.iter().find(|(start, _)| path.starts_with(start));
    found.map_or("what the message names", |(_, name)| name)
}
