//! publish: writes a snapshot so that a crash at any moment leaves the old one or the new one.
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use arrow_array::RecordBatch;
use tidemark_shared::api::{Format, Manifest, MartEntry, mart_url};
use tidemark_shared::mart::MartSpec;

use crate::durable;
use crate::encode::{self, File};
use crate::error::SnapshotError;
use crate::format::{Encoding, mart_file};
use crate::freeze::Freeze;
use crate::id::{IdHasher, SnapshotId};
use crate::manifest::{FileEntry, LAYOUT, MANIFEST_FILE, Stored};
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

pub(crate) fn publish(
    store: &Store,
    freeze: &Freeze<'_>,
    before: &mut dyn FnMut(Step) -> io::Result<()>,
) -> Result<SnapshotId, SnapshotError> {
    let marts = freeze.check()?;
    let mut plain = encode::marts(&marts)?;
    plain.extend(freeze.documents.iter().map(|(name, bytes)| File {
        name: name.clone(),
        bytes: bytes.clone(),
    }));
    plain.sort_by(|a, b| a.name.cmp(&b.name));
    let mut entries: BTreeMap<String, FileEntry> = BTreeMap::new();
    for (file, entry) in crate::parallel::map(plain.iter().collect(), |file: &File| {
        (file.name.clone(), FileEntry::of(&file.bytes))
    }) {
        if entries.insert(file.clone(), entry).is_some() {
            return Err(SnapshotError::DocumentName(file));
        }
    }

    let mut manifest = describe(freeze, &marts, &entries);
    let id = identify(&manifest, &entries)?;
    name(&mut manifest, &id);
    match store.open_snapshot(&id).and_then(|there| there.verify()) {
        Ok(()) => {
            point(store, &id, before)?;
            return Ok(id);
        }
        // Absent: the usual case. Damaged: the same content is at hand, so it is written afresh.
        Err(SnapshotError::Unknown { .. } | SnapshotError::Damaged { .. }) => {}
        Err(error) => return Err(error),
    }

    let mut files = encode::encodings(&plain);
    for file in &files {
        entries.insert(file.name.clone(), FileEntry::of(&file.bytes));
    }
    files.extend(plain);
    let stored = Stored {
        layout: LAYOUT,
        manifest,
        files: entries,
    };
    write(store, &id, &files, &stored, before)?;
    point(store, &id, before)?;
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

/// The id: everything the numbers depend on, and nothing of when they were computed.
fn identify(
    manifest: &Manifest,
    entries: &BTreeMap<String, FileEntry>,
) -> Result<SnapshotId, SnapshotError> {
    let mut timeless = manifest.clone();
    timeless.generated_at = chrono::DateTime::UNIX_EPOCH;
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

fn write(
    store: &Store,
    id: &SnapshotId,
    files: &[File],
    stored: &Stored,
    before: &mut dyn FnMut(Step) -> io::Result<()>,
) -> Result<(), SnapshotError> {
    let temporary = store.temporary(id.as_str());
    let fail = |source| SnapshotError::io("write", &temporary, source);
    if temporary.exists() {
        fs::remove_dir_all(&temporary).map_err(fail)?;
    }
    let mut work = || -> io::Result<()> {
        fs::create_dir_all(store.snapshots_folder())?;
        fs::create_dir(&temporary)?;
        for file in files {
            before(Step::WriteFile)?;
            durable::write_new(&temporary.join(&file.name), &file.bytes)?;
        }
        before(Step::WriteManifest)?;
        let manifest = stored.to_bytes().map_err(io::Error::other)?;
        durable::write_new(&temporary.join(MANIFEST_FILE), &manifest)?;
        durable::sync_folder(&temporary)?;
        before(Step::RenameFolder)?;
        let folder = store.snapshot_folder(id);
        if folder.exists() {
            // A damaged snapshot of this id; it keeps a temporary name until the next builder removes it.
            fs::rename(&folder, store.temporary("damaged"))?;
        }
        fs::rename(&temporary, &folder)?;
        durable::sync_folder(&store.snapshots_folder())?;
        durable::sync_folder(store.folder())
    };
    work().map_err(|source| {
        // On a full disk the half-written folder is the first thing to give back.
        let _ = fs::remove_dir_all(&temporary);
        fail(source)
    })
}

fn point(
    store: &Store,
    id: &SnapshotId,
    before: &mut dyn FnMut(Step) -> io::Result<()>,
) -> Result<(), SnapshotError> {
    before(Step::Point)
        .map_err(|source| SnapshotError::io("write the pointer in", store.folder(), source))?;
    store.point_at(id)
}
