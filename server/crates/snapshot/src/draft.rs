//! draft: a snapshot in the making: its files are written into a temporary folder, a piece at a time.
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Write};
use std::path::PathBuf;

use arrow_array::RecordBatch;
use tidemark_shared::api::Format;
use tidemark_shared::mart::MartSpec;

use crate::error::SnapshotError;
use crate::format::{Encoding, encodings, mart_file};
use crate::id::SnapshotId;
use crate::manifest::{FileEntry, MANIFEST_FILE, Stored, Tally};
use crate::parallel::try_map;
use crate::publish::{Before, Step};
use crate::reuse::Stock;
use crate::store::Store;
use crate::{durable, encode};

/// The temporary folder. Whatever is still in it when this is dropped goes: on a full disk the
/// half-written files are the first thing to give back.
pub(crate) struct Draft<'a> {
    store: &'a Store,
    before: Before<'a>,
    folder: PathBuf,
}

/// What a plain file holds.
enum Content<'a> {
    Mart(&'static MartSpec, &'a RecordBatch, Format),
    Document(&'a [u8]),
}

impl Drop for Draft<'_> {
    fn drop(&mut self) {
        // Best effort, and usually the folder has been renamed. The next builder removes what stays.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

impl<'a> Draft<'a> {
    /// Makes the empty folder.
    pub(crate) fn create(store: &'a Store, before: Before<'a>) -> Result<Self, SnapshotError> {
        let folder = store.temporary("snapshot");
        let make = || {
            if folder.exists() {
                durable::remove_folder(&folder)?;
            }
            fs::create_dir_all(store.snapshots_folder())?;
            durable::create_folder(&folder)
        };
        make().map_err(|source| SnapshotError::io("create", &folder, source))?;
        Ok(Self {
            store,
            before,
            folder,
        })
    }

    /// Writes every mart in every format, and the documents; unencoded. The biggest marts come first.
    pub(crate) fn plain(
        &self,
        marts: &[(&'static MartSpec, &RecordBatch)],
        documents: &[(String, Vec<u8>)],
    ) -> Result<BTreeMap<String, FileEntry>, SnapshotError> {
        let mut jobs: Vec<(String, Content<'_>)> = Vec::new();
        let mut marts = marts.to_vec();
        marts.sort_by_key(|(_, batch)| Reverse(batch.num_rows()));
        for (spec, batch) in marts {
            jobs.extend(Format::ALL.map(|format| {
                let name = mart_file(spec.name, format, Encoding::Identity);
                (name, Content::Mart(spec, batch, format))
            }));
        }
        jobs.extend(
            documents
                .iter()
                .map(|(name, bytes)| (name.clone(), Content::Document(bytes))),
        );
        let written = try_map(jobs, |(name, content)| {
            let entry = self.write(&name, |out| match content {
                Content::Mart(spec, batch, format) => encode::mart(spec, batch, format, out),
                Content::Document(bytes) => out.write_all(bytes),
            })?;
            Ok((name, entry))
        });
        Ok(written?.into_iter().collect())
    }

    /// Lets go of every plain file that an earlier snapshot has too, for a second name of that one.
    pub(crate) fn share(&self, plain: &BTreeMap<String, FileEntry>, stock: &Stock) {
        for (name, entry) in plain {
            stock.share(entry, &self.folder.join(name));
        }
    }

    /// Writes the brotli and gzip variants of the plain files that have them, or shares them with an earlier snapshot that
    /// has the same plain file: that saves compressing it as well.
    pub(crate) fn encoded(
        &self,
        plain: &BTreeMap<String, FileEntry>,
        stock: &Stock,
    ) -> Result<Vec<(String, FileEntry)>, SnapshotError> {
        let mut jobs: Vec<(&str, u64, Encoding)> = Vec::new();
        for (name, entry) in plain {
            let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
            let existing = Format::from_extension(extension).map_or(&[][..], encodings);
            let encoded = existing.iter().filter(|e| **e != Encoding::Identity);
            jobs.extend(encoded.map(|encoding| (name.as_str(), entry.bytes, *encoding)));
        }
        jobs.sort_by_key(|(_, bytes, _)| Reverse(*bytes));
        let entries = plain;
        try_map(jobs, |(plain, bytes, encoding)| {
            let name = format!("{plain}{}", encoding.suffix());
            if let Some(entry) = entries
                .get(plain)
                .and_then(|p| stock.encoded(p, encoding.suffix()))
                && stock.share(&entry, &self.folder.join(&name))
            {
                return Ok((name, entry));
            }
            let entry = self.write(&name, |out| {
                let plain = BufReader::new(File::open(self.folder.join(plain))?);
                encode::encoded(encoding, plain, bytes, out)
            })?;
            Ok((name, entry))
        })
    }

    /// Writes one file; what it turned out to be.
    fn write(
        &self,
        name: &str,
        content: impl FnOnce(&mut Tally<&mut BufWriter<File>>) -> io::Result<()>,
    ) -> Result<FileEntry, SnapshotError> {
        let path = self.folder.join(name);
        let work = || {
            (self.before)(Step::WriteFile)?;
            durable::write_new(&path, |file| {
                let mut tally = Tally::new(file);
                content(&mut tally)?;
                Ok(tally.entry())
            })
        };
        work().map_err(|source| SnapshotError::io("write", &path, source))
    }

    /// Writes the manifest and gives the folder its name.
    pub(crate) fn complete(&self, id: &SnapshotId, stored: &Stored) -> Result<(), SnapshotError> {
        let work = || -> io::Result<()> {
            (self.before)(Step::WriteManifest)?;
            let manifest = stored.to_bytes().map_err(io::Error::other)?;
            durable::write_new(&self.folder.join(MANIFEST_FILE), |out| {
                out.write_all(&manifest)
            })?;
            durable::sync_folder(&self.folder)?;
            (self.before)(Step::RenameFolder)?;
            let folder = self.store.snapshot_folder(id);
            if folder.exists() {
                // A damaged snapshot of this id; it keeps a temporary name until the next builder removes it.
                durable::rename(&folder, &self.store.temporary("damaged"))?;
            }
            durable::rename(&self.folder, &folder)?;
            durable::sync_folder(&self.store.snapshots_folder())?;
            durable::sync_folder(self.store.folder())
        };
        work().map_err(|source| SnapshotError::io("write", &self.folder, source))
    }
}
