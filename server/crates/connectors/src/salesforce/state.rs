//! How far each object has come, as it is saved with each checkpoint.

use std::collections::BTreeMap;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

/// All of it, by object name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct State {
    pub(crate) objects: BTreeMap<String, Place>,
}

/// How far one object is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Place {
    /// The object's name in the org; empty before the first pass has ended.
    pub(crate) object: String,
    /// The fields that the landed records have.
    pub(crate) fields: Vec<String>,
    /// Every change stamped until then is landed.
    pub(crate) until: Option<DateTime<Utc>>,
    /// A pass that is not over.
    pub(crate) pass: Option<Pass>,
}

/// A reading of all records, or of those stamped in a window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Pass {
    /// The object's name in the org.
    pub(crate) object: String,
    /// The fields asked for.
    pub(crate) fields: Vec<String>,
    /// Stamps after this one; all if absent.
    pub(crate) from: Option<DateTime<Utc>>,
    /// Stamps up to and with this one. A reading of all takes later ones along, but does not vouch for them.
    pub(crate) to: DateTime<Utc>,
    /// For a reading of all: the first part that is its own, where there are earlier ones.
    #[serde(default)]
    pub(crate) first_part: Option<u32>,
    /// How it reads, and how far it is.
    pub(crate) way: Way,
}

/// The way a pass reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Way {
    /// By REST queries, up to and with this record.
    Rest { after: Option<Key> },
    /// By a Bulk job.
    Bulk {
        /// The job; none while it is not created.
        job: Option<String>,
        /// Where the next page of its result begins; none at the start.
        locator: Option<String>,
        /// Rows of the job that are landed.
        landed: u64,
    },
}

impl Way {
    /// A Bulk job that is still to be created.
    pub(crate) const fn bulk() -> Self {
        Self::Bulk {
            job: None,
            locator: None,
            landed: 0,
        }
    }
}

/// A record's place in the order of changes: stamps alone have ties by the thousand.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Key {
    pub(crate) stamp: DateTime<Utc>,
    pub(crate) id: String,
}

impl Pass {
    /// Whether it reads everything.
    pub(crate) fn is_full(&self) -> bool {
        self.from.is_none()
    }

    /// The query of a Bulk job: without an order, which would keep Salesforce from splitting the work.
    pub(crate) fn bulk_query(&self) -> String {
        let select = self.select();
        match self.from {
            None => select,
            Some(from) => format!("{select} WHERE {}", self.window(from)),
        }
    }

    /// The query of the next REST page.
    pub(crate) fn rest_query(&self, after: Option<&Key>, limit: usize) -> String {
        let select = self.select();
        let condition = match (after, self.from) {
            (Some(Key { stamp, id }), _) => {
                let (stamp, to) = (literal(*stamp), literal(self.to));
                format!(
                    "SystemModstamp >= {stamp} AND SystemModstamp <= {to} AND (SystemModstamp > {stamp} OR Id > '{id}')"
                )
            }
            (None, Some(from)) => self.window(from),
            (None, None) => format!("SystemModstamp <= {}", literal(self.to)),
        };
        format!("{select} WHERE {condition} ORDER BY SystemModstamp ASC, Id ASC LIMIT {limit}")
    }

    fn select(&self) -> String {
        format!("SELECT {} FROM {}", self.fields.join(", "), self.object)
    }

    fn window(&self, from: DateTime<Utc>) -> String {
        let (from, to) = (literal(from), literal(self.to));
        format!("SystemModstamp > {from} AND SystemModstamp <= {to}")
    }
}

/// An instant as SOQL writes it.
fn literal(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_name_their_window() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let mut pass = Pass {
            object: "Account".to_owned(),
            fields: vec!["Id".to_owned(), "Name".to_owned()],
            from: None,
            to: at("2026-03-01T00:00:00Z"),
            first_part: None,
            way: Way::bulk(),
        };
        assert_eq!(pass.bulk_query(), "SELECT Id, Name FROM Account");
        pass.from = Some(at("2026-02-01T00:00:00.250Z"));
        assert_eq!(
            pass.bulk_query(),
            "SELECT Id, Name FROM Account WHERE SystemModstamp > 2026-02-01T00:00:00.250Z AND SystemModstamp <= 2026-03-01T00:00:00.000Z"
        );
        let after = Key {
            stamp: at("2026-02-10T00:00:00Z"),
            id: "001A".to_owned(),
        };
        assert_eq!(
            pass.rest_query(Some(&after), 2_000),
            "SELECT Id, Name FROM Account WHERE SystemModstamp >= 2026-02-10T00:00:00.000Z AND SystemModstamp <= 2026-03-01T00:00:00.000Z \
             AND (SystemModstamp > 2026-02-10T00:00:00.000Z OR Id > '001A') ORDER BY SystemModstamp ASC, Id ASC LIMIT 2000"
        );
    }
}
