//! A long list cut by the time of creation, so that several pages of it can be read at once.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::client::{Client, Page};
use super::objects::Object;
use crate::SyncError;

/// Before any account there is: 1 January 2010, in seconds since 1970.
const BEGINNING: i64 = 1_262_304_000;
/// How precisely the oldest record is found: a week.
const PRECISION: i64 = 7 * 86_400;
/// Slices of a list; more than are read at once, since records are not spread evenly.
const SLICES: i64 = 48;

/// Slices that are not read to their end, by number.
pub(crate) type Slices = BTreeMap<u32, Slice>;

/// A part of a list, newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Slice {
    /// Created at this second or later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<i64>,
    /// Created before this second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<i64>,
    /// Read up to and with this id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    after: Option<String>,
}

impl Slice {
    /// Whether it is the list as a whole.
    pub(crate) fn is_whole(&self) -> bool {
        self.from.is_none() && self.until.is_none()
    }

    /// Whether it is the list as a whole, and nothing of it is read.
    pub(crate) fn is_beginning(&self) -> bool {
        *self == Self::default()
    }

    /// The same slice, read up to and with an id.
    pub(crate) fn read_to(self, id: String) -> Self {
        Self {
            after: Some(id),
            ..self
        }
    }

    /// The parameters that make a list this slice, from where it is read.
    pub(crate) fn query(&self) -> Vec<(&'static str, String)> {
        let from = self.from.map(|from| ("created[gte]", from.to_string()));
        let until = self.until.map(|until| ("created[lt]", until.to_string()));
        let after = self.after.clone().map(|after| ("starting_after", after));
        [from, until, after].into_iter().flatten().collect()
    }
}

/// The list as a whole.
pub(crate) fn whole() -> Slices {
    [(0, Slice::default())].into()
}

/// The records up to `newest` in even slices; the oldest has no lower bound.
pub(crate) fn between(oldest: i64, newest: i64) -> Slices {
    let span = newest + 1 - oldest;
    let bound = |number: i64| newest + 1 - span * number / SLICES;
    let slice = |number: i64| Slice {
        from: (number + 1 < SLICES).then(|| bound(number + 1)),
        until: Some(bound(number)),
        after: None,
    };
    (0..).zip((0..SLICES).map(slice)).collect()
}

/// About when the oldest record was created, found by halving: at most a week too early.
pub(crate) async fn oldest(
    client: &Client,
    object: &Object,
    newest: i64,
) -> Result<i64, SyncError> {
    let (mut nothing_before, mut something_before) = (BEGINNING, newest + 1);
    while something_before - nothing_before > PRECISION {
        let middle = nothing_before + (something_before - nothing_before) / 2;
        let answer = client.older(object, middle).await?;
        let page: Page<'_> = answer.json()?;
        if page.data.is_empty() {
            nothing_before = middle;
        } else {
            something_before = middle;
        }
    }
    Ok(nothing_before)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices_meet_and_cover_everything() {
        for (oldest, newest) in [
            (BEGINNING, 1_700_000_000),
            (100, 100),
            (100, 140),
            (0, 1_000_000),
        ] {
            let slices = between(oldest, newest);
            let all: Vec<&Slice> = slices.values().collect();
            assert_eq!(all[0].until, Some(newest + 1));
            assert_eq!(all[all.len() - 1].from, None);
            for pair in all.windows(2) {
                assert_eq!(pair[0].from, pair[1].until);
            }
        }
        assert!(whole()[&0].is_whole() && whole()[&0].query().is_empty());
    }
}
