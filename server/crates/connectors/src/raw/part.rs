//! One part file: written aside, compressed, and moved into its place when it is whole and on the disk.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use super::durable::at;
use crate::SyncError;

/// A part being written.
pub(crate) struct Part {
    aside: PathBuf,
    place: PathBuf,
    to: zstd::Encoder<'static, BufWriter<File>>,
}

/// A part on the disk, not yet in its place.
pub(crate) struct Finished {
    aside: PathBuf,
    place: PathBuf,
}

impl Part {
    pub(crate) fn begin(aside: PathBuf, place: PathBuf) -> Result<Self, SyncError> {
        let to = File::create(&aside)
            .and_then(|file| {
                zstd::Encoder::new(BufWriter::new(file), zstd::DEFAULT_COMPRESSION_LEVEL)
            })
            .map_err(at(&aside))?;
        Ok(Self { aside, place, to })
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), SyncError> {
        self.to.write_all(bytes).map_err(at(&self.aside))
    }

    /// Writes one record; a line end within it, as in an indented answer, becomes a blank, which JSON reads alike.
    pub(crate) fn line(&mut self, record: &str) -> Result<(), SyncError> {
        let mut pieces = record.trim().split(['\n', '\r']);
        self.write(pieces.next().unwrap_or_default().as_bytes())?;
        for piece in pieces {
            self.write(b" ")?;
            self.write(piece.as_bytes())?;
        }
        self.write(b"\n")
    }

    pub(crate) fn finish(self) -> Result<Finished, SyncError> {
        let written = self.to.finish().and_then(|buffer| {
            let file = buffer
                .into_inner()
                .map_err(std::io::IntoInnerError::into_error)?;
            file.sync_all()
        });
        written.map_err(at(&self.aside))?;
        Ok(Finished {
            aside: self.aside,
            place: self.place,
        })
    }
}

impl Finished {
    /// Where the part is until it is placed.
    pub(crate) fn aside(&self) -> &Path {
        &self.aside
    }

    /// The folder and the name of its place.
    pub(crate) fn object_and_name(&self) -> (String, String) {
        let text = |name: Option<&OsStr>| name.unwrap_or_default().to_string_lossy().into_owned();
        let folder = self.place.parent().and_then(Path::file_name);
        (text(folder), text(self.place.file_name()))
    }

    /// Moves the part into its place; the folder it is in must still be synced.
    pub(crate) fn place(self) -> Result<PathBuf, SyncError> {
        fs::rename(&self.aside, &self.place).map_err(at(&self.place))?;
        let folder = self.place.parent().map(PathBuf::from);
        Ok(folder.unwrap_or(self.place))
    }
}
