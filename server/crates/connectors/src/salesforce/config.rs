//! What the connector must be told, and whether that makes sense.

use std::collections::BTreeMap;
use std::time::Duration;

use url::Url;

use super::Login;
use super::objects::OBJECTS;
use crate::{Patience, SyncError};

/// What the connector must be told.
#[derive(Debug, Clone)]
pub struct SalesforceConfig {
    /// The org's My Domain address, such as `https://acme.my.salesforce.com`.
    pub url: Url,
    /// Who asks.
    pub login: Login,
    /// The org's own objects in place of standard ones: `Account` to `Customer__c`. The raw folder keeps the standard name.
    pub objects: BTreeMap<String, String>,
    /// The org's own fields in place of standard ones, by standard object: `Industry` to `Sector__c`. They land under their own names.
    pub fields: BTreeMap<String, BTreeMap<String, String>>,
    /// How long to keep trying.
    pub patience: Patience,
    /// How much is asked for at once.
    pub sizes: Sizes,
}

/// How much is asked for at once; the defaults suit Salesforce's limits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sizes {
    /// Records of a REST page: 2,000 at most.
    pub rest_page: usize,
    /// Records of a page of a Bulk result. One page is in memory at a time.
    pub bulk_page: usize,
    /// Changed records from which a Bulk job reads the rest of a window.
    pub bulk_from: u64,
    /// First wait for a Bulk job; it doubles up to half a minute.
    pub poll: Duration,
    /// Calls begun in a second at most; 0 for no limit. Salesforce counts calls by the day, so this is politeness.
    pub calls_a_second: f64,
}

impl Default for Sizes {
    fn default() -> Self {
        Self {
            rest_page: 2_000,
            bulk_page: 50_000,
            // What Salesforce recommends.
            bulk_from: 10_000,
            poll: Duration::from_secs(1),
            calls_a_second: 20.0,
        }
    }
}

impl SalesforceConfig {
    /// What tells one org's records from another's: its address.
    #[must_use]
    pub fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }

    /// Whether every renamed object and field is one that is read; says which is not.
    ///
    /// # Errors
    /// [`SyncError::Configuration`].
    pub(super) fn sound(&self) -> Result<(), SyncError> {
        let object = |name: &str| OBJECTS.iter().find(|object| object.name == name);
        let names = |name: &str| {
            let fits = |c: char| c.is_ascii_alphanumeric() || c == '_';
            !name.is_empty() && name.chars().all(fits)
        };
        let wrong = |what: String| Err(SyncError::Configuration(format!("salesforce: {what}")));
        let own = self
            .objects
            .values()
            .chain(self.fields.values().flat_map(BTreeMap::values));
        if let Some(name) = own.into_iter().find(|name| !names(name)) {
            return wrong(format!(
                "{name:?} is no API name; Setup > Object Manager shows them"
            ));
        }
        for name in self.objects.keys().chain(self.fields.keys()) {
            if object(name).is_none() {
                let known = OBJECTS.iter().map(|object| object.name);
                let known = known.collect::<Vec<_>>().join(", ");
                return wrong(format!("{name} in the settings is none of {known}"));
            }
        }
        for (name, fields) in &self.fields {
            let Some(object) = object(name) else { continue };
            let mut known = object.needed.iter().chain(object.wanted);
            for field in fields.keys() {
                if !known.clone().any(|known| known == field) {
                    let known = known.by_ref().copied().collect::<Vec<_>>().join(", ");
                    return wrong(format!(
                        "{name}.{field} in [salesforce.fields] is no field that can be mapped; those are {known}"
                    ));
                }
            }
        }
        Ok(())
    }
}
