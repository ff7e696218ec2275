//! What is wrong in the data folder although it can be worked with: damaged stores, a lost pointer, days of the future.

use std::fs;
use std::path::Path;

use chrono::NaiveDate;
use tidemark_alerts::Kind;
use tidemark_runs::History;
use tidemark_snapshot::Store;

/// Part of the name of a store that was damaged and moved aside.
const ASIDE: &str = ".damaged-";

/// Something wrong in the data folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DataFault {
    /// What it is about.
    pub(crate) kind: Kind,
    /// What is wrong, and the command or step that repairs it.
    pub(crate) detail: String,
}

/// Returns what a server shows of the faults: names without the server's folders. The choice of the snapshot is reported by
/// the server itself.
pub(crate) fn fault_names(store: &Store, today: NaiveDate) -> Vec<String> {
    let faults = data_faults(store, today).into_iter();
    let name = |fault: DataFault| match fault.kind {
        Kind::Store { store } => Some(store),
        Kind::FutureDay => Some("a snapshot of a day that has not come yet".to_owned()),
        _ => None,
    };
    faults.filter_map(name).collect()
}

/// Returns all faults of a data folder on the day `today`; changes nothing.
pub(crate) fn data_faults(store: &Store, today: NaiveDate) -> Vec<DataFault> {
    let mut faults = Vec::new();
    match store.latest(today) {
        Ok(Some(latest)) => faults.extend(latest.instead.map(|instead| DataFault {
            kind: Kind::Instead,
            detail: instead.to_string(),
        })),
        Ok(None) => {}
        Err(error) => faults.push(DataFault {
            kind: Kind::Instead,
            detail: error.to_string(),
        }),
    }
    let future = store.of_the_future(today).unwrap_or_default();
    if !future.is_empty() {
        let days = future.iter().map(|one| {
            format!(
                "{} as of {}: `tidemark snapshots remove {}`",
                one.snapshot_id, one.as_of, one.snapshot_id
            )
        });
        let days: Vec<String> = days.collect();
        faults.push(DataFault {
            kind: Kind::FutureDay,
            detail: format!(
                "it is {today} here, and later days are published; check this machine's clock, and if it is right remove them: {}",
                days.join(", ")
            ),
        });
    }
    let folder = store.folder();
    let history = History::fault(folder).map(|error| (tidemark_runs::FILE, error.to_string()));
    let incidents = tidemark_alerts::store_fault(folder);
    let incidents = incidents.map(|error| (tidemark_alerts::STORE, error));
    for (name, detail) in history.into_iter().chain(incidents) {
        faults.push(store_fault(name, detail));
    }
    for name in moved_aside(folder) {
        let detail = format!(
            "{name} in {} is a damaged file that was moved aside, and a new one was begun: records in it are lost; check the disk, then delete or archive the file",
            folder.display()
        );
        faults.push(store_fault(&name, detail));
    }
    faults
}

fn store_fault(name: &str, detail: String) -> DataFault {
    let store = name.to_owned();
    DataFault {
        kind: Kind::Store { store },
        detail,
    }
}

/// Names, relative to the data folder, of stores that were moved aside.
fn moved_aside(data: &Path) -> Vec<String> {
    let alerts = Path::new(tidemark_alerts::STORE).parent();
    let mut names = Vec::new();
    for below in [Some(Path::new("")), alerts].into_iter().flatten() {
        let entries = fs::read_dir(data.join(below)).into_iter().flatten();
        for entry in entries.flatten() {
            let name = below.join(entry.file_name()).display().to_string();
            if name.contains(ASIDE) {
                names.push(name);
            }
        }
    }
    names.sort();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2026, 12, 1).unwrap();

    #[test]
    fn damaged_stores_and_those_moved_aside_are_faults_and_an_empty_folder_has_none() {
        let data = tempfile::tempdir().expect("a folder");
        let store = Store::open(data.path()).expect("a store");
        let names = || -> Vec<String> {
            let faults = data_faults(&store, TODAY).into_iter();
            faults
                .map(|fault| match fault.kind {
                    Kind::Store { store } => store,
                    kind => kind.key(),
                })
                .collect()
        };
        assert!(names().is_empty());
        let damage = |name: &str| {
            let path = data.path().join(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(path, "not what it should be ".repeat(100)).expect("a file");
        };
        damage(tidemark_runs::FILE);
        damage(tidemark_alerts::STORE);
        assert_eq!(names(), [tidemark_runs::FILE, tidemark_alerts::STORE]);
        History::open_or_renew(data.path(), chrono::DateTime::UNIX_EPOCH).expect("a new history");
        assert_eq!(names(), [tidemark_alerts::STORE, "runs.sqlite.damaged-1"]);
        damage("current");
        assert!(names().contains(&"instead".to_owned()));
    }
}
