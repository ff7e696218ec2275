//! What the tests of all vendors need: the parts of a raw folder, memory, and how many records are many.

use std::fs::{self, File};
use std::path::Path;

/// The parts of an object's folder in landing order, their names and their text; none if there is no folder.
pub(crate) fn parts(folder: &Path) -> Vec<(String, String)> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let read = |path: &Path| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = zstd::decode_all(File::open(path).unwrap()).unwrap();
        (name, String::from_utf8(text).unwrap())
    };
    paths.iter().map(|path| read(path)).collect()
}

/// The most memory this process has held, in MB; 0 where the system does not tell.
pub(crate) fn most_held() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| {
        line.trim()
            .trim_end_matches("kB")
            .trim()
            .parse::<u64>()
            .ok()
    });
    kilobytes.unwrap_or(0) / 1024
}

/// Records that are many: `usual` in tests, as many as `TIDEMARK_RECORDS` says where speed is measured.
pub(crate) fn many(usual: u64) -> u64 {
    let asked = std::env::var("TIDEMARK_RECORDS").ok();
    asked.map_or(usual, |records| records.parse().unwrap())
}

/// Tells how fast records came, beside the most that the vendor gives in a second.
pub(crate) fn tell_speed(what: &str, records: u64, seconds: f64, vendor: f64) {
    let rate = records as f64 / seconds;
    println!(
        "{records} {what} in {seconds:.1} s: {rate:.0} a second, {:.1} times what the vendor gives ({vendor:.0})",
        rate / vendor
    );
}
