//! manifest: the file that makes a folder a snapshot: its description, and the checksum of every file.
use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tidemark_shared::api::Manifest;

use crate::id::{hex, sha256_hex};

/// File name of the manifest inside a snapshot's folder; written last.
pub(crate) const MANIFEST_FILE: &str = "manifest.json";

/// The version of the folder layout; part of every id, so a changed layout gives new ids.
pub(crate) const LAYOUT: u32 = 1;

/// Size and checksum of one published file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256 in hexadecimal.
    pub sha256: String,
}

impl FileEntry {
    /// What is wrong with a file of which this was `found`, if anything.
    pub(crate) fn problem(&self, found: &Self) -> Option<String> {
        if found.bytes != self.bytes {
            let (found, wanted) = (found.bytes, self.bytes);
            Some(format!("has {found} bytes instead of {wanted}"))
        } else if found.sha256 != self.sha256 {
            Some("does not match its checksum".to_owned())
        } else {
            None
        }
    }
}

/// Passes bytes on and keeps account of them.
pub(crate) struct Tally<W> {
    out: W,
    bytes: u64,
    hasher: Sha256,
}

impl<W> Tally<W> {
    pub(crate) fn new(out: W) -> Self {
        Self {
            out,
            bytes: 0,
            hasher: Sha256::new(),
        }
    }

    /// Size and checksum of what was passed on.
    pub(crate) fn entry(self) -> FileEntry {
        FileEntry {
            bytes: self.bytes,
            sha256: hex(&self.hasher.finalize()),
        }
    }
}

impl<W: Write> Write for Tally<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = self.out.write(bytes)?;
        self.hasher.update(&bytes[..taken]);
        self.bytes += taken as u64;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// What the manifest file holds.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Stored {
    pub(crate) layout: u32,
    pub(crate) manifest: Manifest,
    pub(crate) files: BTreeMap<String, FileEntry>,
}

const OPENING: &[u8] = b"{\"checksum\":\"";
const DIGITS: usize = 64;

impl Stored {
    /// The file's bytes: JSON whose first member is the checksum of all bytes behind it.
    pub(crate) fn to_bytes(&self) -> serde_json::Result<Vec<u8>> {
        let body = serde_json::to_vec(self)?;
        // The body's opening brace gives way to the checksum member.
        let rest = [b"\",".as_slice(), &body[1..], b"\n"].concat();
        Ok([OPENING, sha256_hex(&rest).as_bytes(), &rest].concat())
    }

    /// Reads the file's bytes, or says what is wrong with them.
    ///
    /// The checksum covers bytes, not fields: a file written by a later version stays valid.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self, String> {
        let after = bytes
            .strip_prefix(OPENING)
            .filter(|after| after.len() > DIGITS)
            .ok_or("is cut off or does not start with its checksum")?;
        let (checksum, rest) = after.split_at(DIGITS);
        if sha256_hex(rest).as_bytes() != checksum {
            return Err("does not match its checksum".to_owned());
        }
        let stored: Self = serde_json::from_slice(bytes)
            .map_err(|error| format!("cannot be read by this version: {error}"))?;
        if stored.layout == LAYOUT {
            Ok(stored)
        } else {
            Err(format!(
                "has layout {}, and this version reads {LAYOUT}",
                stored.layout
            ))
        }
    }
}
