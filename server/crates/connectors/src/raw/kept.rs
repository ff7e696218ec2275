//! The files of `.sync`: the state with the seals it covers, and the seals of parts about to be placed.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::durable::write_whole;
use super::seal::{Seal, Seals, files};
use super::{at, own_folder};
use crate::SyncError;

/// The version of the state file: 2 since every part has a seal.
pub(crate) const FORMAT: u64 = 2;

/// The state as it is stored, with what shows whether it fits.
#[derive(Serialize, Deserialize)]
pub(crate) struct Kept<S> {
    pub(crate) format: u64,
    /// Where the records came from; records of two accounts must not mix.
    pub(crate) origin: String,
    /// Every part that the state covers.
    pub(crate) parts: Seals,
    /// Objects that lost parts and are not yet read again to the end.
    #[serde(default)]
    pub(crate) healing: Vec<String>,
    pub(crate) state: S,
}

impl<S: DeserializeOwned> Kept<S> {
    /// Reads the state of a source's folder; none if it was never synced.
    pub(crate) fn read(folder: &Path) -> Result<Option<Self>, SyncError> {
        let path = state_path(folder);
        let Some(text) = read_whole(&path)? else {
            return Ok(None);
        };
        let value: Value = serde_json::from_slice(&text).map_err(unreadable(&path))?;
        let value = match value["format"].as_u64() {
            Some(FORMAT) => value,
            Some(1) => sealed(folder, value)?,
            other => {
                let other = other.map_or_else(|| "none".to_owned(), |format| format.to_string());
                return Err(unreadable(&path)(format!("its format is {other}")));
            }
        };
        serde_json::from_value(value)
            .map(Some)
            .map_err(unreadable(&path))
    }
}

impl<S: Serialize> Kept<S> {
    /// Replaces the state of a source's folder, durably.
    pub(crate) fn write(&self, folder: &Path) -> Result<(), SyncError> {
        write_json(&state_path(folder), self)
    }
}

/// A state of format 1, which named the last part of each object alone, with seals of the parts that are there.
fn sealed(folder: &Path, mut value: Value) -> Result<Value, SyncError> {
    let last = value["parts"].as_object().cloned().unwrap_or_default();
    let mut seals = Seals::new();
    for (object, last) in last {
        let parts = seals.entry(object.clone()).or_default();
        for name in files(&folder.join(&object))? {
            if number(&name).is_some() {
                let seal = Seal::of(&folder.join(&object).join(&name))?;
                parts.insert(name, seal);
            }
        }
        let is_last = |name: &String| number(name).map(u64::from) == last.as_u64();
        if !parts.keys().any(is_last) {
            let name = format!("part-{:06}.jsonl.zst", last.as_u64().unwrap_or_default());
            parts.insert(name, Seal::of_lost());
        }
    }
    let path = state_path(folder);
    value["format"] = FORMAT.into();
    value["parts"] = serde_json::to_value(seals).map_err(unreadable(&path))?;
    Ok(value)
}

/// The number in a part's name; none for another file.
pub(crate) fn number(name: &str) -> Option<u32> {
    name.strip_prefix("part-")?.split('.').next()?.parse().ok()
}

fn state_path(folder: &Path) -> PathBuf {
    own_folder(folder).join("state.json")
}

fn placing_path(folder: &Path) -> PathBuf {
    own_folder(folder).join("placing.json")
}

/// Seals of parts that may be in their place although no state covers them yet.
pub(crate) fn placing(folder: &Path) -> Result<Seals, SyncError> {
    let path = placing_path(folder);
    match read_whole(&path)? {
        Some(text) => serde_json::from_slice(&text).map_err(unreadable(&path)),
        None => Ok(Seals::new()),
    }
}

/// Stores the seals of parts before they are placed, durably.
pub(crate) fn write_placing(folder: &Path, seals: &Seals) -> Result<(), SyncError> {
    write_json(&placing_path(folder), seals)
}

fn write_json(path: &Path, content: &impl Serialize) -> Result<(), SyncError> {
    let text = serde_json::to_vec_pretty(content).map_err(|cause| at(path)(cause.into()))?;
    write_whole(path, &text)
}

fn read_whole(path: &Path) -> Result<Option<Vec<u8>>, SyncError> {
    match fs::read(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(at(path)(error)),
    }
}

fn unreadable<E: ToString>(path: &Path) -> impl FnOnce(E) -> SyncError {
    let path = path.to_owned();
    move |why| {
        SyncError::Configuration(format!(
            "{} cannot be read ({}); remove it to pull everything again: records landed twice count once",
            path.display(),
            why.to_string()
        ))
    }
}
