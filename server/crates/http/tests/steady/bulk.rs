//! bulk: a snapshot with many large files that take no room on the disk.
use std::fs::{self, File};
use std::path::Path;

use serde_json::{Value, json};
use tidemark_snapshot::{Store, sha256_hex};

/// Adds `count` files of `size` zero bytes to the current snapshot; returns their addresses.
pub(crate) fn publish(store: &Store, folder: &Path, count: usize, size: u64) -> Vec<String> {
    let id = store.current_id().expect("a pointer").expect("a snapshot");
    let folder = folder.join("snapshots").join(id.as_str());
    let zeros = vec![0; usize::try_from(size).expect("a size")];
    let entry = json!({"bytes": size, "sha256": sha256_hex(&zeros)});
    let path = folder.join("manifest.json");
    let manifest = fs::read(&path).expect("a manifest");
    let mut manifest: Value = serde_json::from_slice(&manifest).expect("a manifest");
    let mut addresses = Vec::new();
    for number in 0..count {
        let name = format!("bulk-{number}.json");
        let file = File::create(folder.join(&name)).expect("a file");
        file.set_len(size).expect("a sparse file");
        manifest["files"][&name] = entry.clone();
        addresses.push(format!("/api/v1/snapshots/{id}/{name}"));
    }
    // The manifest begins with the checksum of all that follows it.
    let members = manifest.as_object_mut().expect("an object");
    members.remove("checksum");
    let rest = format!("\",{}\n", &manifest.to_string()[1..]);
    let checksum = sha256_hex(rest.as_bytes());
    fs::write(&path, format!("{{\"checksum\":\"{checksum}{rest}")).expect("a manifest");
    addresses
}
