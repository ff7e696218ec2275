//! The full pass: every list from its newest record to its oldest, all lists side by side.

use futures_util::future::try_join_all;
use futures_util::stream::{self, StreamExt, TryStreamExt};

use super::client::{Client, Cursor, Page, id_of};
use super::objects::{OBJECTS, Object};
use super::state::List;
use super::{SOURCE, Shared};
use crate::SyncError;

/// Nested lists completed at once.
pub(super) const AT_ONCE: usize = 4;

/// Reads all lists from where they stopped; then the changes since the pass began are what is left to do.
pub(super) async fn pull(client: &Client, shared: &Shared<'_>) -> Result<(), SyncError> {
    try_join_all(OBJECTS.iter().map(|object| list(client, shared, object))).await?;
    let mut landing = shared.lock();
    if let Some(pass) = landing.state.full.take() {
        landing.state.since = Some(pass.started);
        landing.state.events = None;
    }
    landing.save()
}

async fn list(client: &Client, shared: &Shared<'_>, object: &Object) -> Result<(), SyncError> {
    let mut cursor = Cursor::default();
    let mut after = match place(shared, object) {
        List::New => None,
        List::After(id) => Some(id),
        List::Done => return Ok(()),
    };
    loop {
        let Some(answer) = client.objects(object, after.as_deref()).await? else {
            break;
        };
        let page: Page<'_> = answer.json()?;
        let records: Vec<_> =
            stream::iter(page.data.iter().map(|record| client.whole(object, record)))
                .buffered(AT_ONCE)
                .try_collect()
                .await?;
        let last = page.data.last().map(|record| id_of(record)).transpose()?;
        if page.has_more && last.is_none() {
            return Err(SyncError::protocol(
                SOURCE,
                format!("{}: an empty page in the middle of the list", object.path),
            ));
        }
        let mut landing = shared.lock();
        for record in &records {
            landing.raw.push(object.name, record)?;
        }
        let Some(last) = last.filter(|_| page.has_more) else {
            break;
        };
        cursor.moves_to(object.path, &last)?;
        move_to(&mut landing, object, List::After(last.clone()));
        landing.save_if_due()?;
        after = Some(last);
    }
    let mut landing = shared.lock();
    landing.raw.present(object.name)?;
    move_to(&mut landing, object, List::Done);
    Ok(())
}

fn place(shared: &Shared<'_>, object: &Object) -> List {
    let landing = shared.lock();
    let lists = landing.state.full.as_ref().map(|pass| &pass.lists);
    lists
        .and_then(|lists| lists.get(object.name))
        .cloned()
        .unwrap_or_default()
}

fn move_to(landing: &mut super::Landing<'_>, object: &Object, place: List) {
    if let Some(pass) = &mut landing.state.full {
        pass.lists.insert(object.name.to_owned(), place);
    }
}
