//! How the records of billing and support were matched to accounts: part of the quality report.

use serde::{Deserialize, Serialize};

/// Match rates, and what belongs to no account.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// How many records each method matched, by source.
    #[serde(default)]
    pub rates: Vec<MatchRate>,
    /// Records without an account, those that weigh most first; at most a thousand of each source.
    #[serde(default)]
    pub unmatched: Vec<Unmatched>,
}

/// The records of a source that one method matched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MatchRate {
    /// Source, such as `stripe`.
    pub source: String,
    /// Kind of record, such as `customers`.
    pub object: String,
    /// `override`, `id`, `email`, `domain`, `name`, or `none` for those that no method matched.
    pub match_method: String,
    /// Number of records.
    pub records: u64,
    /// Their MRR on the as-of day, in minor units; 0 for records of support.
    pub mrr: i64,
    /// Their tickets; 0 for records of billing.
    pub tickets: u64,
}

/// A record that belongs to no account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unmatched {
    /// Source, such as `stripe`.
    pub source: String,
    /// Kind of record, such as `customers`.
    pub object: String,
    /// Its id in that source.
    pub record_id: String,
    /// Its name as written, if it has one.
    #[serde(default)]
    pub name: Option<String>,
    /// Its MRR on the as-of day, in minor units; 0 for records of support.
    pub mrr: i64,
    /// Its tickets; 0 for records of billing.
    pub tickets: u64,
}
