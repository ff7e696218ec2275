//! power: when the power fails, what was not synced may be lost; nothing that a pointer leads to ever is.
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::disk::{self, Publisher, publish};
use crate::Store;

/// What a disk may still lose: bytes of files and entries of folders that were not synced.
#[derive(Debug, Default)]
struct AtRisk {
    files: BTreeSet<PathBuf>,
    folders: BTreeSet<PathBuf>,
}

impl AtRisk {
    fn pass(&mut self, what: &str, paths: &[PathBuf]) {
        let parent = |path: &Path| path.parent().unwrap().to_owned();
        match (what, paths) {
            ("create" | "write", [path]) => {
                self.files.insert(path.clone());
                self.folders.insert(parent(path));
            }
            ("create folder", [path]) => {
                self.folders.insert(parent(path));
            }
            // A second name of bytes that were synced under their first.
            ("link", [_, path]) => {
                self.folders.insert(parent(path));
            }
            ("sync", [path]) => {
                self.files.remove(path);
            }
            ("sync folder", [path]) => {
                self.folders.remove(path);
            }
            ("rename", [from, to]) => {
                for set in [&mut self.files, &mut self.folders] {
                    let moved = set.iter().map(|path| match path.strip_prefix(from) {
                        Ok(rest) if rest.as_os_str().is_empty() => to.clone(),
                        Ok(rest) => to.join(rest),
                        Err(_) => path.clone(),
                    });
                    *set = moved.collect();
                }
                self.folders.extend([parent(from), parent(to)]);
            }
            other => panic!("a change of a new kind: {other:?}"),
        }
    }
}

#[test]
fn what_the_pointer_names_is_on_the_disk_before_it_is_named() {
    let folder = disk::folder();
    publish(&Store::open(folder.path()).unwrap(), 1).unwrap();
    let mut publisher = Publisher::start(folder.path(), 2, 1);
    let mut at_risk = AtRisk::default();
    let (mut named, mut manifests) = (0, 0);
    loop {
        let said = publisher.next().unwrap();
        let [kind, what, paths @ ..] = said.as_slice() else {
            assert_eq!(said, ["finished"]);
            break;
        };
        if kind == "published" {
            continue;
        }
        let paths: Vec<PathBuf> = paths.iter().map(PathBuf::from).collect();
        let target = paths.last().unwrap();
        if what == "create" && target.ends_with("manifest.json") {
            manifests += 1;
            assert!(
                at_risk.files.is_empty(),
                "the manifest comes after {at_risk:?}"
            );
        }
        if what == "rename" && target == &folder.path().join("current") {
            named += 1;
            assert!(at_risk.files.is_empty(), "{at_risk:?}");
            // The pointer's own temporary file may lose its name, never the snapshot.
            assert!(
                at_risk.folders.iter().all(|path| path == folder.path()),
                "{at_risk:?}"
            );
        }
        at_risk.pass(what, &paths);
    }
    assert_eq!((manifests, named), (1, 1));
    assert!(
        at_risk.files.is_empty() && at_risk.folders.is_empty(),
        "{at_risk:?}"
    );
}
