//! Files that may be the object that is missing: packed, in another format, in another folder, or under another name.

use std::path::Path;

use crate::discover::{entries, kind};
use crate::objects::Object;

/// Folders below the raw folder that are looked into.
const DEEPEST: usize = 4;
/// Entries looked at, so that a home folder named by mistake ends the search, too.
const MOST_ENTRIES: usize = 5_000;
/// Files named in a message.
const MOST_NAMED: usize = 3;

const ARCHIVES: [&str; 6] = ["zip", "7z", "rar", "tar", "tgz", "bz2"];
const SHEETS: [&str; 4] = ["xlsx", "xls", "xlsm", "ods"];

/// A file that may be the object.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct LookAlike {
    /// Files that bear the object's name come before archives that may hold it.
    is_named: std::cmp::Reverse<bool>,
    name: String,
    remedy: String,
}

/// What looks like a missing object, as a clause to put after what was expected; empty if nothing does.
pub(crate) fn clause(raw: &Path, object: &Object) -> String {
    let mut search = Search {
        object,
        looked_at: 0,
        found: Vec::new(),
    };
    search.folder(raw, "", 0);
    search.found.sort();
    let named = search.found.iter().take(MOST_NAMED);
    let named = named.map(|like| format!("; {} looks like it: {}", like.name, like.remedy));
    named.collect()
}

struct Search<'a> {
    object: &'a Object,
    looked_at: usize,
    found: Vec<LookAlike>,
}

impl Search<'_> {
    /// Looks into a folder; one that cannot be read has nothing to offer.
    fn folder(&mut self, folder: &Path, shown: &str, depth: usize) {
        for (name, path) in entries(folder).unwrap_or_default() {
            self.looked_at += 1;
            if self.looked_at > MOST_ENTRIES {
                return;
            }
            let below = if shown.is_empty() {
                name.clone()
            } else {
                format!("{shown}/{name}")
            };
            if !path.is_dir() {
                self.file(shown, &name, below);
            } else if depth < DEEPEST {
                self.folder(&path, &below, depth + 1);
            }
        }
    }

    fn file(&mut self, folder: &str, name: &str, shown: String) {
        let (source, object) = (self.object.source, self.object.name);
        let is_of_source = folder
            .split('/')
            .next()
            .is_some_and(|top| top.eq_ignore_ascii_case(source));
        // Another source's folder has objects of the same names.
        let is_elsewhere = !is_of_source && !folder.is_empty();
        if is_elsewhere
            && crate::objects::SOURCES.contains(&folder.split('/').next().unwrap_or_default())
        {
            return;
        }
        let is_named = self.bears_name(name) || folder.split('/').any(|part| self.bears_name(part));
        let ending = name
            .rsplit('.')
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase();
        let is_archive = ARCHIVES.contains(&ending.as_str());
        if !(is_named || is_archive && is_of_source) {
            return;
        }
        let remedy = if is_archive {
            format!("unpack it into {source}/")
        } else if SHEETS.contains(&ending.as_str()) {
            format!("save it as {source}/{object}.csv")
        } else if kind(name).is_none() {
            format!("export it as {source}/{object}.csv or .jsonl")
        } else if folder.eq_ignore_ascii_case(source) {
            format!("if it is the object, rename it to {source}/{object} with its ending")
        } else {
            format!("move it into {source}/")
        };
        self.found.push(LookAlike {
            is_named: std::cmp::Reverse(is_named),
            name: shown,
            remedy,
        });
    }

    /// Whether a file or folder has one of the object's names in its own, whatever else it has.
    fn bears_name(&self, name: &str) -> bool {
        let name = letters(name);
        self.object
            .names()
            .any(|known| name.contains(&letters(known)))
    }
}

fn letters(name: &str) -> String {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    letters.map(|letter| letter.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use crate::{LandingOptions, land};

    #[test]
    fn a_missing_object_names_what_looks_like_it() {
        for (file, remedy) in [
            ("stripe/customers.zip", "unpack it into stripe/"),
            ("stripe/Export 2026.zip", "unpack it into stripe/"),
            ("stripe/Customers.xlsx", "save it as stripe/customers.csv"),
            ("stripe/export/customers.csv", "move it into stripe/"),
            ("customers.jsonl", "move it into stripe/"),
            ("stripe/customers/2026/part-1.jsonl", "move it into stripe/"),
            (
                "stripe/unified_customers.csv",
                "rename it to stripe/customers",
            ),
            ("stripe/CUSTOMERS.tsv", "export it as stripe/customers.csv"),
        ] {
            let raw = tempfile::tempdir().unwrap();
            let path = raw.path().join(file);
            fs::create_dir_all(raw.path().join("stripe")).unwrap();
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, "").unwrap();
            let landed = land(raw.path(), &LandingOptions::default(), &mut |_| {});
            let error = landed.unwrap_err().to_string();
            let wanted = format!("{file} looks like it: ");
            assert!(error.contains(&wanted) && error.contains(remedy), "{error}");
        }
    }

    #[test]
    fn files_of_another_source_and_of_other_names_are_not_named() {
        let raw = tempfile::tempdir().unwrap();
        for file in ["crm/customers.csv", "stripe/readme.txt"] {
            let path = raw.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, "").unwrap();
        }
        let landed = land(raw.path(), &LandingOptions::default(), &mut |_| {});
        let error = landed.unwrap_err().to_string();
        assert!(error.contains("has no customers"), "{error}");
        assert!(!error.contains("looks like it"), "{error}");
    }
}
