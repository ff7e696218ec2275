//! publish: writes a snapshot so that a crash at any moment leaves the old one or the new one.
use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use arrow_array::RecordBatch;
use tidemark_shared::api::{Format, Manifest, MartEntry, mart_url};
use tidemark_shared::mart::MartSpec;

use crate::draft::Draft;
use crate::error::SnapshotError;
use crate::format::{Encoding, mart_file};
use crate::freeze::Freeze;
use crate::id::{IdHasher, SnapshotId};
use crate::manifest::{FileEntry, LAYOUT, MANIFEST_FILE, Stored};
use crate::reuse::Stock;
use crate::store::Store;

/// The moments of publishing, in order; a test lets each of them fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// Before a file of the snapshot is written.
    WriteFile,
    /// All files are there; before the manifest is written.
    WriteManifest,
    /// The folder is complete under its temporary name.
    RenameFolder,
    /// The folder has its name; before the pointer names it.
    Point,
}

/// What runs before each moment, on whichever thread reaches it; its error is the moment's.
pub(crate) type Before<'a> = &'a (dyn Fn(Step) -> io::Result<()> + Sync);

pub(crate) fn publish(
    store: &Store,
    freeze: &Freeze<'_>,
    before: Before<'_>,
) -> Result<SnapshotId, SnapshotError> {
    let id = keep(store, freeze, before)?;
    before(Step::Point)
        .map_err(|source| SnapshotError::io("write the pointer in", store.folder(), source))?;
    store.point_at(&store.lock_pointer()?, &id)?;
    Ok(id)
}

/// Publishes, but leaves the pointer where it is.
pub(crate) fn keep(
    store: &Store,
    freeze: &Freeze<'_>,
    before: Before<'_>,
) -> Result<SnapshotId, SnapshotError> {
    let marts = freeze.check()?;
    let draft = Draft::create(store, before)?;
    let mut entries = draft.plain(&marts, &freeze.documents)?;
    let mut manifest = describe(freeze, &marts, &entries);
    let id = identify(&manifest, &entries)?;
    name(&mut manifest, &id);
    match store.open_snapshot(&id).and_then(|there| there.verify()) {
        Ok(()) => {}
        // Absent: the usual case. Damaged: the same content is at hand, so it takes the damaged one's place.
        Err(SnapshotError::Unknown { .. } | SnapshotError::Damaged { .. }) => {
            let stock = Stock::of(store);
            draft.share(&entries, &stock);
            let encoded = draft.encoded(&entries, &stock)?;
            entries.extend(encoded);
            draft.complete(
                &id,
                &Stored {
                    layout: LAYOUT,
                    manifest,
                    files: entries,
                },
            )?;
        }
        Err(error) => return Err(error),
    }
    Ok(id)
}

/// The manifest but for the id, and the addresses that contain it.
fn describe(
    freeze: &Freeze<'_>,
    marts: &[(&'static MartSpec, &RecordBatch)],
    entries: &BTreeMap<String, FileEntry>,
) -> Manifest {
    let marts = marts.iter().map(|(spec, batch)| {
        let arrow = mart_file(spec.name, Format::Arrow, Encoding::Identity);
        MartEntry {
            name: spec.name.to_owned(),
            rows: batch.num_rows() as u64,
            columns: spec.columns.iter().map(|c| c.name.to_owned()).collect(),
            bytes: entries.get(&arrow).map_or(0, |entry| entry.bytes),
            urls: BTreeMap::new(),
        }
    });
    Manifest {
        snapshot_id: String::new(),
        as_of: freeze.as_of,
        generated_at: freeze.generated_at,
        timezone: freeze.timezone.clone(),
        currency: freeze.currency.clone(),
        policies: freeze.policies.clone(),
        marts: marts.collect(),
        sources: freeze.sources.clone(),
        quality: freeze.quality,
        demo: freeze.demo,
        made_by: freeze.made_by.clone(),
    }
}

/// Puts the id into the manifest.
fn name(manifest: &mut Manifest, id: &SnapshotId) {
    manifest.snapshot_id = id.to_string();
    for mart in &mut manifest.marts {
        let url = |format| (format, mart_url(id.as_str(), &mart.name, format));
        mart.urls = Format::ALL.into_iter().map(url).collect();
    }
}

/// The id: everything the numbers depend on, and nothing of when and by what they were computed.
fn identify(
    manifest: &Manifest,
    entries: &BTreeMap<String, FileEntry>,
) -> Result<SnapshotId, SnapshotError> {
    let mut timeless = manifest.clone();
    timeless.generated_at = chrono::DateTime::UNIX_EPOCH;
    timeless.made_by = None;
    let mut hasher = IdHasher::new();
    hasher.part("layout", &LAYOUT.to_le_bytes());
    hasher.part("manifest", &to_json(&timeless)?);
    for (name, entry) in entries {
        hasher.part(name, entry.sha256.as_bytes());
    }
    Ok(hasher.finish())
}

fn to_json(manifest: &Manifest) -> Result<Vec<u8>, SnapshotError> {
    serde_json::to_vec(manifest).map_err(|error| {
        SnapshotError::io("encode", Path::new(MANIFEST_FILE), io::Error::other(error))
    })
}
