//! derive: what a person may see, as snapshots of their own.
//!
//! All filtering is in the browser, so rows that a person may not see must never be sent. A view has
//! a store in `policies/<name>-<hash>/` of the data folder, with a derived snapshot for each that is
//! published: marts filtered, hidden values and samples removed, frozen as every snapshot is. The
//! hash covers the definition, so a policy that was changed never serves what the old one derived.
mod marts;
mod quality;
mod stores;

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use crate::identity::Identity;
use crate::role::Role;
use crate::settings::Policy;

pub use stores::Stores;

/// The rules of deriving: a change of what is derived from the same definition raises it.
const RULES: u32 = 1;

/// What a person sees of the published data.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct View {
    /// The policy that limits the rows.
    pub policy: Option<String>,
    /// Whether customers are listed, with names.
    pub lists_customers: bool,
}

impl View {
    /// Everything that is published.
    pub const EVERYTHING: Self = Self {
        policy: None,
        lists_customers: true,
    };

    /// What an identity sees.
    #[must_use]
    pub fn of(identity: &Identity) -> Self {
        Self {
            policy: identity.policy.clone(),
            lists_customers: identity.role >= Role::Analyst,
        }
    }
}

/// A view with the policy's rules at hand.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Definition {
    view: View,
    policy: Policy,
}

impl Definition {
    /// The definition as text: published with each snapshot, and covered by its id.
    fn text(&self) -> String {
        let hide: BTreeSet<&str> = self.policy.hide.iter().map(String::as_str).collect();
        serde_json::json!({
            "rules": RULES,
            "policy": self.view.policy,
            "lists_customers": self.view.lists_customers,
            "where": self.policy.rows,
            "hide": hide,
            "show": self.policy.show,
        })
        .to_string()
    }

    /// The folder's name: readable, and different for every definition.
    fn folder(&self) -> String {
        let digest = hex::encode(Sha256::digest(self.text().as_bytes()));
        let name = self.view.policy.as_deref().unwrap_or("all");
        format!("{name}-{}", &digest[..16])
    }
}
