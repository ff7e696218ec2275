//! The full pass: every list from its newest record to its oldest, all lists side by side, and long ones in slices of time.

use futures_util::future::try_join_all;
use futures_util::stream::{self, StreamExt, TryStreamExt};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::client::{Client, Cursor, Page, id_of};
use super::objects::{OBJECTS, Object};
use super::slices::{self, Slice, Slices};
use super::state::List;
use super::{SOURCE, Shared};
use crate::SyncError;

/// Nested lists completed at once.
pub(super) const AT_ONCE: usize = 4;

/// Pages after which the rest of a list is read in slices.
const LONG: usize = 10;

/// Slices of one list read at once. Stripe allows 25 calls a second to one list, and a page may take 300 ms.
const SLICES_AT_ONCE: usize = 6;

/// Reads all lists from where they stopped; then the changes since the pass began are what is left to do.
pub(super) async fn pull(client: &Client, shared: &Shared<'_>) -> Result<(), SyncError> {
    let lists = OBJECTS.iter().map(|object| {
        let reading = Reading {
            client,
            shared,
            object,
        };
        async move { reading.list().await }
    });
    try_join_all(lists).await?;
    let mut landing = shared.lock();
    if let Some(pass) = landing.state.full.take() {
        landing.state.since = Some(pass.started);
        landing.state.events = None;
    }
    landing.save()
}

/// A list being read.
struct Reading<'a, 'b> {
    client: &'a Client,
    shared: &'a Shared<'b>,
    object: &'a Object,
}

/// How a reading ended.
enum Ended {
    /// There is no more.
    Done,
    /// This API has no such list.
    NotOffered,
    /// There is more, from records created at this time on to older ones.
    Older(i64),
}

impl Reading<'_, '_> {
    async fn list(&self) -> Result<(), SyncError> {
        loop {
            match self.place() {
                List::Done => return Ok(()),
                List::New => self.set(List::Slices(slices::whole())),
                List::Slices(slices) if slices.is_empty() => {
                    self.shared.lock().raw.present(self.object.name)?;
                    self.set(List::Done);
                }
                List::Slices(slices) if slices.values().any(Slice::is_whole) => {
                    match self.slice(0, LONG).await? {
                        Ended::Done => {}
                        Ended::NotOffered => self.set(List::Done),
                        Ended::Older(newest) => {
                            let oldest = slices::oldest(self.client, self.object, newest).await?;
                            self.set(List::Slices(slices::between(oldest, newest)));
                        }
                    }
                }
                List::Slices(slices) => {
                    stream::iter(
                        slices
                            .into_keys()
                            .map(|number| self.slice(number, usize::MAX)),
                    )
                    .buffer_unordered(SLICES_AT_ONCE)
                    .try_for_each(|_| std::future::ready(Ok(())))
                    .await?;
                }
            }
        }
    }

    /// Reads a slice from where it stopped, for so many pages at most.
    async fn slice(&self, number: u32, pages: usize) -> Result<Ended, SyncError> {
        let mut cursor = Cursor::default();
        let mut newest = 0;
        for _ in 0..pages {
            let slice = match self.place() {
                List::Slices(slices) => slices.get(&number).cloned(),
                List::New | List::Done => None,
            };
            let Some(slice) = slice else {
                return Ok(Ended::Done);
            };
            let Some(answer) = self.client.objects(self.object, &slice).await? else {
                return Ok(Ended::NotOffered);
            };
            let page: Page<'_> = answer.json()?;
            let whole = page
                .data
                .iter()
                .map(|record| self.client.whole(self.object, record));
            let records: Vec<_> = stream::iter(whole).buffered(AT_ONCE).try_collect().await?;
            let next = match page.data.last() {
                Some(last) if page.has_more => Some(id_of(last)?),
                None if page.has_more => {
                    let what = format!(
                        "{}: an empty page in the middle of the list",
                        self.object.path
                    );
                    return Err(SyncError::protocol(SOURCE, what));
                }
                _ => None,
            };
            if let Some(id) = &next {
                cursor.moves_to(self.object.path, id)?;
            }
            newest = page.data.last().map_or(newest, |last| created(last));
            let mut landing = self.shared.lock();
            for record in &records {
                landing.raw.push(self.object.name, record)?;
            }
            if let Some(slices) = landing.slices(self.object) {
                match next {
                    Some(id) => slices.insert(number, slice.read_to(id)),
                    None => slices.remove(&number),
                };
            }
            landing.save_if_due()?;
        }
        Ok(Ended::Older(newest))
    }

    fn place(&self) -> List {
        let landing = self.shared.lock();
        let pass = landing.state.full.as_ref();
        pass.and_then(|pass| pass.lists.get(self.object.name))
            .cloned()
            .unwrap_or_default()
    }

    fn set(&self, place: List) {
        if let Some(pass) = &mut self.shared.lock().state.full {
            pass.lists.insert(self.object.name.to_owned(), place);
        }
    }
}

impl super::Landing<'_> {
    /// The slices of a list that is being read.
    fn slices(&mut self, object: &Object) -> Option<&mut Slices> {
        match self.state.full.as_mut()?.lists.get_mut(object.name)? {
            List::Slices(slices) => Some(slices),
            List::New | List::Done => None,
        }
    }
}

/// When a record was created; all that are listed say so.
fn created(record: &RawValue) -> i64 {
    #[derive(Deserialize)]
    struct Created {
        created: i64,
    }
    serde_json::from_str(record.get()).map_or(0, |record: Created| record.created)
}
