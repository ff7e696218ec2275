//! The inbox: objects that webhooks marked, fetched again with the next pull.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::changes::{Changed, fetch};
use super::client::Client;
use super::{SOURCE, Shared};
use crate::SyncError;
use crate::raw::{at, own_folder};

/// Where the server marks objects, below a raw folder.
#[must_use]
pub fn inbox(raw: &Path) -> PathBuf {
    own_folder(&raw.join(SOURCE)).join("inbox")
}

/// A mark, as the server writes it.
#[derive(Deserialize)]
struct Mark {
    object: String,
    object_id: String,
}

/// Fetches what was marked before this pull. A mark is removed once its object is landed.
pub(super) async fn pull(client: &Client, shared: &Shared<'_>) -> Result<(), SyncError> {
    let folder = inbox(shared.lock().raw.root());
    let mut marks: Vec<(PathBuf, Option<Changed>)> = Vec::new();
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(at(&folder)(error)),
    };
    for entry in entries {
        let path = entry.map_err(at(&folder))?.path();
        // Others are marks being written.
        if path.extension().is_some_and(|ending| ending == "json") {
            let text = fs::read(&path).map_err(at(&path))?;
            let mark: Option<Mark> = serde_json::from_slice(&text).ok();
            let kind = mark.and_then(|mark| {
                Some((super::objects::of_kind(&mark.object)?.kind, mark.object_id))
            });
            marks.push((path, kind));
        }
    }
    let changed: std::collections::BTreeSet<&Changed> = marks
        .iter()
        .filter_map(|(_, changed)| changed.as_ref())
        .collect();
    fetch(client, shared, changed.into_iter()).await?;
    shared.lock().save()?;
    for (path, _) in &marks {
        fs::remove_file(path).map_err(at(path))?;
    }
    Ok(())
}
