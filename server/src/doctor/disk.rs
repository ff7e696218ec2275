//! The folders: whether they are there, can be written, and have room for the next snapshot.

use std::fs;
use std::path::Path;

use chrono::NaiveDate;
use tidemark_snapshot::Store;

use super::{Finding, State};
use crate::Settings;

/// Room below which the next build is likely to fail, in snapshots of the present size; and bytes where there is none yet.
const SNAPSHOTS_NEEDED: u64 = 2;
const LEAST_ROOM: u64 = 200_000_000;

/// The raw files.
pub(super) fn raw(settings: &Settings) -> Finding {
    let folder = settings.raw.display();
    match fs::read_dir(&settings.raw) {
        Ok(mut entries) => match entries.next() {
            Some(_) => Finding::ok("raw", format!("raw files are in {folder}")),
            None => Finding::bad(
                "raw",
                State::Warn,
                format!("{folder} is empty"),
                "run `tidemark sync`, or put exports there",
            ),
        },
        Err(error) => Finding::bad(
            "raw",
            State::Fix,
            format!("{folder} cannot be read: {error}"),
            "run `tidemark sync`, put exports there, or set `raw` to the folder that has them",
        ),
    }
}

/// The data folder.
pub(super) fn data(settings: &Settings) -> Finding {
    let folder = settings.data.display();
    // Nothing is made here: a folder that is not there yet is for the first build to make.
    if !settings.data.exists() {
        return Finding::bad(
            "data",
            State::Warn,
            format!("{folder} is not there yet"),
            "run `tidemark build`, or set `data` to the folder of the snapshots",
        );
    }
    match Store::open(&settings.data) {
        Ok(_) => Finding::ok("data", format!("{folder} can be written")),
        Err(error) => Finding::bad(
            "data",
            State::Fix,
            error.to_string(),
            format!("as whoever owns it: chown -R or chmod u+rwX {folder}"),
        ),
    }
}

/// Whether other users of this machine can read the folders, which hold personal data.
pub(super) fn privacy(settings: &Settings) -> Option<Finding> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let readable = |folder: &&std::path::PathBuf| {
            let mode = fs::metadata(folder).map(|metadata| metadata.permissions().mode());
            mode.is_ok_and(|mode| mode & 0o077 != 0)
        };
        let open: Vec<String> = [&settings.raw, &settings.data]
            .into_iter()
            .filter(readable)
            .map(|folder| folder.display().to_string())
            .collect();
        if !open.is_empty() {
            let folders = open.join(" ");
            return Some(Finding::bad(
                "privacy",
                State::Warn,
                format!("other users of this machine can open {folders}"),
                format!("chmod -R go= {folders}"),
            ));
        }
    }
    None
}

/// Room on the disk of the data folder.
pub(super) fn room(settings: &Settings, today: NaiveDate) -> Option<Finding> {
    let there = settings.data.ancestors().find(|path| path.exists());
    let folder = there.filter(|path| !path.as_os_str().is_empty());
    let free = fs4::available_space(folder.unwrap_or(Path::new("."))).ok()?;
    let latest = Store::open_read_only(&settings.data).latest(today).ok();
    let snapshot = latest.flatten().map_or(0, |latest| {
        size(&settings.data.join("snapshots").join(latest.id.as_str()))
    });
    let needed = (SNAPSHOTS_NEEDED * snapshot).max(LEAST_ROOM);
    let told = format!("{} free, a snapshot takes {}", text(free), text(snapshot));
    Some(if free >= 5 * needed {
        Finding::ok("disk", told)
    } else {
        let state = if free < needed {
            State::Fix
        } else {
            State::Warn
        };
        let fix = format!(
            "make room: {} at least; a build that finds none publishes nothing, and what is published stays",
            text(5 * needed)
        );
        Finding::bad("disk", state, told, fix)
    })
}

/// Bytes of the files in a folder.
fn size(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .filter_map(|entry| entry.metadata().ok())
        .map(|metadata| metadata.len())
        .sum()
}

fn text(bytes: u64) -> String {
    match bytes {
        0..1_000_000 => format!("{} kB", bytes / 1_000),
        1_000_000..1_000_000_000 => format!("{} MB", bytes / 1_000_000),
        _ => format!("{} GB", bytes / 1_000_000_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_told_in_units_of_their_own() {
        let told = [999, 1_000_000, 2_500_000_000].map(text);
        assert_eq!(told, ["0 kB", "1 MB", "2 GB"]);
    }
}
