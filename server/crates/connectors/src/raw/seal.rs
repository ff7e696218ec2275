//! Size and checksum of every part, so that a lost, changed or foreign part is noticed.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use ring::digest::{Context, SHA256};
use serde::{Deserialize, Serialize};

use super::at;
use super::kept::{self, Kept};
use crate::SyncError;

/// Size and checksum of a part as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Seal {
    bytes: u64,
    sha256: String,
}

/// Seals by object and file name.
pub(crate) type Seals = BTreeMap<String, BTreeMap<String, Seal>>;

impl Seal {
    /// The seal of a part that nobody has seen: no file has it.
    pub(crate) fn of_lost() -> Self {
        Self {
            bytes: 0,
            sha256: String::new(),
        }
    }

    /// Reads a file and returns its seal.
    pub(crate) fn of(path: &Path) -> Result<Self, SyncError> {
        let mut file = File::open(path).map_err(at(path))?;
        let mut context = Context::new(&SHA256);
        let mut bytes = 0;
        let mut buffer = vec![0; 1 << 16];
        loop {
            let read = file.read(&mut buffer).map_err(at(path))?;
            if read == 0 {
                break;
            }
            context.update(&buffer[..read]);
            bytes += read as u64;
        }
        let digest = context.finish();
        let sha256 = digest.as_ref().iter().map(|byte| format!("{byte:02x}"));
        Ok(Self {
            bytes,
            sha256: sha256.collect(),
        })
    }

    /// Whether a file is still as it was written; its size is compared first, since that is cheap.
    fn fits(&self, path: &Path) -> Result<bool, SyncError> {
        let bytes = fs::metadata(path).map_err(at(path))?.len();
        Ok(bytes == self.bytes && Self::of(path)? == *self)
    }
}

/// What is wrong with a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    Missing,
    Changed,
    /// No sync wrote it.
    Foreign,
}

/// A part that is not as the sync left it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Damage {
    pub(crate) object: String,
    pub(crate) path: PathBuf,
    pub(crate) fault: Fault,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.fault {
            Fault::Missing => "is missing",
            Fault::Changed => "differs from what the sync wrote",
            Fault::Foreign => "was not written by the sync",
        };
        write!(f, "{} {what}", self.path.display())
    }
}

/// Every part of a source that is not as its seal says, by object and name.
///
/// Files are listed before their seals are read, since a sync that runs meanwhile writes the seal first.
pub(crate) fn damages<S>(folder: &Path, kept: &Kept<S>) -> Result<Vec<Damage>, SyncError> {
    let mut present = Vec::new();
    for object in kept.parts.keys() {
        present.extend(
            files(&folder.join(object))?
                .into_iter()
                .map(|name| (object, name)),
        );
    }
    let placing = kept::placing(folder)?;
    let seal_of = |object: &String, name: &String| {
        let sealed = |seals: &Seals| seals.get(object).and_then(|parts| parts.get(name)).cloned();
        sealed(&kept.parts).or_else(|| sealed(&placing))
    };
    let mut damages = Vec::new();
    let mut damage = |object: &String, path: PathBuf, fault| {
        damages.push(Damage {
            object: object.clone(),
            path,
            fault,
        });
    };
    for (object, name) in present {
        let path = folder.join(object).join(&name);
        match seal_of(object, &name) {
            None => damage(object, path, Fault::Foreign),
            Some(seal) if !seal.fits(&path)? => damage(object, path, Fault::Changed),
            Some(_) => {}
        }
    }
    for (object, parts) in &kept.parts {
        for name in parts.keys() {
            let path = folder.join(object).join(name);
            if !path.is_file() {
                damage(object, path, Fault::Missing);
            }
        }
    }
    damages.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(damages)
}

/// Names of the files in an object's folder that a build would read.
pub(crate) fn files(folder: &Path) -> Result<Vec<String>, SyncError> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(at(folder))?,
    };
    let mut names = Vec::new();
    for entry in entries {
        let name = entry.map_err(at(folder))?.file_name();
        let name = name.to_string_lossy().into_owned();
        if !name.starts_with('.') {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

/// Why nothing must be built on the parts of a source, with the command that heals; none if all are as its last sync
/// left them, or if it was never synced.
///
/// # Errors
/// [`SyncError::Disk`] for what cannot be read, [`SyncError::Configuration`] for a state that cannot be read.
pub fn damage_of(raw: &Path, source: &str) -> Result<Option<String>, SyncError> {
    let folder = raw.join(source);
    let Some(kept) = Kept::<serde_json::Value>::read(&folder)? else {
        return Ok(None);
    };
    let heal = format!(
        "run `tidemark sync {source}`: it reads everything from {source} again, and nothing is built before"
    );
    let damages = damages(&folder, &kept)?;
    Ok(match damages.as_slice() {
        [] if kept.healing.is_empty() => None,
        [] => Some(format!(
            "{source} lost parts of {}, and reading them again has not finished; {heal}",
            kept.healing.join(", ")
        )),
        [only] => Some(format!("{only}; {heal}")),
        [first, rest @ ..] => Some(format!(
            "{first}, and so {} more; {heal}",
            match rest.len() {
                1 => "is 1".to_owned(),
                more => format!("are {more}"),
            }
        )),
    })
}
