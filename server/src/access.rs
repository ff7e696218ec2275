//! Who may see what: the sections `[access]` and `[policy.NAME]`, and what the server makes of them.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use tidemark_access::{Access, AccessStore, Mode, Policy, Stores, check};
use tidemark_http::AccessOptions;
use tidemark_snapshot::Store;

use crate::Failure;

/// The names of the sections in `tidemark.toml`.
pub(crate) const SECTIONS: [&str; 2] = ["access", "policy"];

/// The sections as they are set.
#[derive(Debug, Clone, Default)]
pub struct AccessSettings {
    /// How people say who they are, and what their groups may do.
    pub access: Access,
    /// The policies by name.
    pub policies: BTreeMap<String, Policy>,
}

impl AccessSettings {
    /// Takes one of the sections.
    pub(crate) fn set_section(
        &mut self,
        key: &str,
        section: toml::Table,
        place: &str,
    ) -> Result<(), Failure> {
        let section = toml::Value::Table(section);
        let wrong = |error: toml::de::Error| {
            Failure::Usage(format!("{place}: [{key}]: {}", error.message()))
        };
        if key == "access" {
            self.access = section.try_into().map_err(wrong)?;
        } else {
            self.policies = section.try_into().map_err(wrong)?;
        }
        Ok(())
    }

    /// Checks the sections against each other, once all are there.
    pub(crate) fn check(&self, place: &str) -> Result<(), Failure> {
        check(&self.access, &self.policies)
            .map_err(|error| Failure::Usage(format!("{place}: {error}")))
    }

    /// What the server needs to ask people who they are; none in mode `none`.
    pub(crate) fn options(
        &self,
        store: &Store,
        now: fn() -> DateTime<Utc>,
    ) -> Result<Option<AccessOptions>, Failure> {
        if self.access.mode == Mode::None {
            return Ok(None);
        }
        Ok(Some(AccessOptions {
            settings: self.access.clone(),
            accounts: AccessStore::open(store.folder()).map_err(Failure::failed)?,
            stores: Stores::new(store.clone(), self.policies.clone()),
            now,
        }))
    }

    /// Derives what was published for every policy that people have used; others are derived when
    /// they are used first.
    pub(crate) fn derive(&self, store: &Store, today: NaiveDate) {
        if self.access.mode == Mode::None {
            return;
        }
        let stores = Stores::new(store.clone(), self.policies.clone());
        for view in stores.used() {
            // What was published stands; the server tries again when the policy is used.
            if let Err(error) = stores.complete(&view, today) {
                let policy = view.policy.as_deref().unwrap_or("viewers");
                eprintln!("published, but not yet for policy {policy}: {error}");
            }
        }
    }
}
