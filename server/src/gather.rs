//! Collects files of any supported shape into a raw folder: what `tidemark try` builds from.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use tidemark_landing::inspect::{Columns, Fit, fits, inspect};
use zip::ZipArchive;

use crate::mapping::Files;
use crate::{Failure, presets};

/// Most files that are taken, those inside archives and folders included.
const MAX_FILES: usize = 2_000;
/// Most bytes that one archive may unpack to.
const MAX_UNPACKED: u64 = 20 << 30;
/// Most bytes that an archive may unpack to for each of its own; real exports have some 10 to 50.
const MAX_RATIO: u64 = 1_000;

/// A file that is read, and as what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Taken {
    /// Its path as given; inside an archive, the archive's path, a colon and the name there.
    pub(crate) file: String,
    /// The source it belongs to, such as `billing`.
    pub(crate) source: &'static str,
    /// The object, such as `subscription_periods`.
    pub(crate) object: &'static str,
    /// The mapping under which it fits; none if its columns have our names.
    pub(crate) preset: Option<String>,
}

/// What was made of the files.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    /// What is read.
    pub(crate) taken: Vec<Taken>,
    /// Each file that is not read, and why.
    pub(crate) skipped: Vec<(String, String)>,
    /// The settings of the presets that fit.
    pub(crate) files: Files,
}

/// Copies `paths` (files, archives in ZIP format, folders) into the folder `raw`, each to the place of the
/// object whose columns it has. The files themselves stay as they are.
///
/// # Errors
/// [`Failure::Usage`] for a path that does not exist and for an archive that is beyond the limits,
/// [`Failure::Failed`] where `raw` cannot be written.
pub(crate) fn gather(paths: &[PathBuf], raw: &Path) -> Result<Gathered, Failure> {
    let mut gathering = Gathering {
        raw,
        presets: presets::PRESETS
            .iter()
            .map(|(name, text)| Ok(((*name).to_owned(), presets::files(name, text)?.fields)))
            .collect::<Result<_, Failure>>()?,
        gathered: Gathered::default(),
        parts: BTreeMap::new(),
        seen: 0,
    };
    for path in paths {
        gathering.path(path)?;
    }
    Ok(gathering.gathered)
}

struct Gathering<'a> {
    raw: &'a Path,
    presets: Vec<(String, Columns)>,
    gathered: Gathered,
    /// Files taken so far of each source and object: the number names the next.
    parts: BTreeMap<(&'static str, &'static str), usize>,
    seen: usize,
}

impl Gathering<'_> {
    fn path(&mut self, path: &Path) -> Result<(), Failure> {
        let wrong = |error: io::Error| Failure::Usage(format!("{}: {error}", path.display()));
        if fs::metadata(path).map_err(wrong)?.is_dir() {
            let mut entries: Vec<PathBuf> = fs::read_dir(path)
                .map_err(wrong)?
                .map(|entry| entry.map(|entry| entry.path()))
                .collect::<io::Result<_>>()
                .map_err(wrong)?;
            entries.sort();
            // Hidden files are the system's, not data.
            entries.retain(|entry| !is_hidden(entry));
            return entries.iter().try_for_each(|entry| self.path(entry));
        }
        self.count()?;
        let shown = path.display().to_string();
        if has_ending(path, "zip") {
            return self.archive(path, &shown);
        }
        self.file(path, path, shown)
    }

    fn count(&mut self) -> Result<(), Failure> {
        self.seen += 1;
        match self.seen > MAX_FILES {
            true => Err(Failure::Usage(format!(
                "more than {MAX_FILES} files: name fewer of them, or lay them out in a raw folder as docs/imports.md describes and run `tidemark build`"
            ))),
            false => Ok(()),
        }
    }

    /// Unpacks an archive into a folder beside the raw files. The names in it choose no path: they may
    /// hold `..` or begin at the root.
    fn archive(&mut self, path: &Path, shown: &str) -> Result<(), Failure> {
        let damaged = |error: &dyn std::fmt::Display| Failure::Usage(format!("{shown}: {error}"));
        let packed = fs::metadata(path).map_err(|error| damaged(&error))?.len();
        let most = MAX_UNPACKED.min(packed.saturating_mul(MAX_RATIO));
        let file = File::open(path).map_err(|error| damaged(&error))?;
        let mut archive = ZipArchive::new(file).map_err(|error| damaged(&error))?;
        let unpacked = tempfile::tempdir_in(self.raw).map_err(Failure::failed)?;
        let mut total = 0;
        for index in 0..archive.len() {
            let entry = archive.by_index(index).map_err(|error| damaged(&error))?;
            let name = entry.name().map_err(|error| damaged(&error))?.into_owned();
            let name = PathBuf::from(name);
            let is_mac_metadata = name.starts_with("__MACOSX");
            if entry.is_dir() || is_hidden(&name) || is_mac_metadata {
                continue;
            }
            self.count()?;
            let inside = format!("{shown}:{}", name.display());
            if has_ending(&name, "zip") {
                let why = "an archive inside an archive: unpack it first";
                self.gathered.skipped.push((inside, why.to_owned()));
                continue;
            }
            let to = unpacked
                .path()
                .join(format!("{index:05}{}", endings(&name)));
            let mut out = File::create(&to).map_err(Failure::failed)?;
            let left = most - total;
            // The size that the archive states may be wrong: what is read is counted.
            total +=
                io::copy(&mut entry.take(left + 1), &mut out).map_err(|error| damaged(&error))?;
            if total > most {
                return Err(Failure::Usage(format!(
                    "{shown} unpacks to more than {most} bytes, which no export does: unpack it yourself if you trust it"
                )));
            }
            self.file(&to, &name, inside)?;
            fs::remove_file(&to).map_err(Failure::failed)?;
        }
        Ok(())
    }

    /// Copies the file at `path`, called `name` by its owner, to the place of the object that fits.
    fn file(&mut self, path: &Path, name: &Path, shown: String) -> Result<(), Failure> {
        let fit = match self.fit(path, name) {
            Ok(fit) => fit,
            Err(why) => {
                self.gathered.skipped.push((shown, why));
                return Ok(());
            }
        };
        if let Some(preset) = &fit.preset
            && let Err(why) = self.use_preset(preset, &fit)?
        {
            self.gathered.skipped.push((shown, why));
            return Ok(());
        }
        let number = self.parts.entry((fit.source, fit.object)).or_insert(0);
        *number += 1;
        let folder = self.raw.join(fit.source).join(fit.object);
        fs::create_dir_all(&folder).map_err(Failure::failed)?;
        let to = folder.join(format!("{number:05}{}", endings(name)));
        fs::copy(path, to).map_err(Failure::failed)?;
        self.gathered.taken.push(Taken {
            file: shown,
            source: fit.source,
            object: fit.object,
            preset: fit.preset,
        });
        Ok(())
    }

    /// The object whose needed columns are all there; the file's own name decides between several.
    fn fit(&self, path: &Path, name: &Path) -> Result<Fit, String> {
        let found = inspect(path, &self.presets).map_err(|error| error.to_string())?;
        let columns: Vec<String> = found
            .columns
            .into_iter()
            .map(|column| column.name)
            .collect();
        let mut fits = fits(&columns, &self.presets);
        let whole = |fit: &Fit| fit.missing.is_empty();
        let named = |fit: &Fit| whole(fit) && is_named(name, fit.source, fit.object);
        let at = fits
            .iter()
            .position(named)
            .or_else(|| fits.iter().position(whole));
        match (at, fits.first()) {
            (Some(at), _) => Ok(fits.swap_remove(at)),
            (None, Some(nearest)) => Err(format!(
                "closest to {}/{}, but it lacks {}",
                nearest.source,
                nearest.object,
                nearest.missing.join(", ")
            )),
            (None, None) => Err("its columns fit no object".to_owned()),
        }
    }

    /// Takes over what a preset says about an object; the reason if another preset has it already.
    fn use_preset(&mut self, name: &str, fit: &Fit) -> Result<Result<(), String>, Failure> {
        let mapped = presets::files(name, presets::text(name)?)?;
        let place = (fit.source.to_owned(), fit.object.to_owned());
        let files = &mut self.gathered.files;
        let fields = mapped.fields.get(&place).cloned().unwrap_or_default();
        if let Some(known) = files.fields.get(&place)
            && *known != fields
        {
            return Ok(Err(format!(
                "it fits {}/{} with the preset {name}, and an earlier file fits it in another way",
                fit.source, fit.object
            )));
        }
        files.fields.insert(place.clone(), fields);
        if let Some(words) = mapped.words.get(&place) {
            files.words.insert(place, words.clone());
        }
        if let Some(dialect) = mapped.dialects.get(fit.source) {
            files
                .dialects
                .insert(fit.source.to_owned(), dialect.clone());
        }
        Ok(Ok(()))
    }
}

/// Whether a file is called after an object, or lies in a folder that is, and no other source claims it.
fn is_named(name: &Path, source: &str, object: &str) -> bool {
    let parent = name.parent().and_then(Path::file_name);
    let folders: Vec<&OsStr> = name
        .ancestors()
        .skip(1)
        .filter_map(Path::file_name)
        .collect();
    let stem = name.file_name().and_then(OsStr::to_str).unwrap_or_default();
    let stem = stem.split('.').next().unwrap_or_default();
    let is_object =
        stem.eq_ignore_ascii_case(object) || parent.is_some_and(|p| p.eq_ignore_ascii_case(object));
    let claims = |folder: &&OsStr, claimed: &str| folder.eq_ignore_ascii_case(claimed);
    let by_source = folders.iter().any(|folder| claims(folder, source));
    let by_other = tidemark_landing::sources()
        .iter()
        .any(|other| *other != source && folders.iter().any(|folder| claims(folder, other)));
    is_object && (by_source || !by_other)
}

fn is_hidden(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    name.as_encoded_bytes().starts_with(b".")
}

fn has_ending(path: &Path, ending: &str) -> bool {
    path.extension()
        .is_some_and(|found| found.eq_ignore_ascii_case(ending))
}

/// The one or two endings that say how a file is read, such as `.csv.gz`; never a path.
fn endings(path: &Path) -> String {
    let name = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
    let mut parts: Vec<&str> = name.rsplit('.').take(2).collect();
    // What stands before the only dot is the name.
    if name.split('.').count() <= parts.len() {
        parts.pop();
    }
    if parts.first().is_some_and(|last| !is_packing(last)) {
        parts.truncate(1);
    }
    parts.iter().rev().map(|part| format!(".{part}")).collect()
}

fn is_packing(ending: &str) -> bool {
    ["gz", "zst"]
        .iter()
        .any(|known| ending.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::write::SimpleFileOptions;

    use super::*;

    const DEALS: &str = "deal_id,account_id,created_at,status\nd1,a1,2026-01-01,open\n";

    fn archive(path: &Path, entries: &[(&str, &[u8])]) {
        let mut zip = zip::ZipWriter::new(File::create(path).expect("a file"));
        for (name, bytes) in entries {
            zip.start_file(*name, SimpleFileOptions::default())
                .expect("an entry");
            zip.write_all(bytes).expect("its bytes");
        }
        zip.finish().expect("an archive");
    }

    fn gathered(path: &Path) -> (tempfile::TempDir, Result<Gathered, Failure>) {
        let raw = tempfile::tempdir().expect("a folder");
        let found = gather(&[path.to_owned()], raw.path());
        (raw, found)
    }

    #[test]
    fn files_of_an_archive_come_to_the_place_of_their_object() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("export.ZIP");
        let entries: [(&str, &[u8]); 4] = [
            ("../../deals.csv", DEALS.as_bytes()),
            ("notes.csv", b"a,b\n1,2\n"),
            ("inner.zip", b"PK"),
            ("__MACOSX/deals.csv", DEALS.as_bytes()),
        ];
        archive(&path, &entries);
        let (raw, found) = gathered(&path);
        let found = found.expect("gathered files");
        let [taken] = found.taken.as_slice() else {
            panic!("{:?}", found.taken);
        };
        assert_eq!((taken.source, taken.object), ("crm", "deals"));
        assert!(raw.path().join("crm/deals/00001.csv").exists());
        let skipped: Vec<&str> = found.skipped.iter().map(|(_, why)| why.as_str()).collect();
        assert_eq!(skipped.len(), 2, "{skipped:?}");
        assert!(skipped[1].contains("unpack it first"), "{skipped:?}");
        let left: Vec<PathBuf> = fs::read_dir(raw.path())
            .expect("the folder")
            .map(|entry| entry.expect("an entry").path())
            .collect();
        assert_eq!(left, [raw.path().join("crm")], "nothing else is left");
    }

    #[test]
    fn an_archive_that_unpacks_beyond_measure_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("bomb.zip");
        archive(&path, &[("deals.csv", &vec![b'0'; 40 << 20])]);
        let (_raw, found) = gathered(&path);
        let error = found.expect_err("a bomb").to_string();
        assert!(error.contains("bomb.zip unpacks to more than"), "{error}");
    }

    #[test]
    fn the_name_of_a_file_decides_between_objects_of_the_same_columns() {
        let named = |path: &str| is_named(Path::new(path), "stripe", "customers");
        assert!(named("x/customers.csv"));
        assert!(named("stripe/customers/part-1.jsonl.gz"));
        assert!(!named("billing/customers.csv"));
        assert!(!named("x/accounts.csv"));
    }

    #[test]
    fn endings_say_how_a_file_is_read() {
        let ending = |name: &str| endings(Path::new(name));
        assert_eq!(ending("a/b.c/deals.2026.csv.gz"), ".csv.gz");
        assert_eq!(ending("deals.2026.CSV"), ".CSV");
        assert_eq!(ending("deals"), "");
        assert_eq!(ending("deals.gz"), ".gz");
    }
}
