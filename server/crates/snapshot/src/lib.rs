//! snapshot: freezes marts into immutable, content-addressed snapshots, publishes them atomically, and reads them back.
//!
//! A data folder holds `snapshots/<id>/` (the files of each mart, documents, and last of all
//! `manifest.json` with the checksum of every file) and `current`, the file that names the snapshot being served.
//! Everything is written under a temporary name, synced and renamed, so that whoever reads sees the old
//! snapshot or the new one, whenever the machine stops. Files are made and read back a piece at a time:
//! in memory, next to the marts themselves, is at most one mart's Arrow file per thread.
//! Files of equal content are shared between the folders, and what the settings of retention let go of is removed.
mod draft;
mod durable;
mod elsewhere;
mod encode;
mod error;
mod format;
mod freeze;
mod id;
mod latest;
mod lock;
mod manifest;
mod parallel;
mod pins;
mod publish;
mod retention;
mod reuse;
mod snapshot;
mod store;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

pub use durable::replace;
pub use elsewhere::read_mart;
pub use encode::compress;
pub use encode::parquet::file as parquet_file;
pub use error::SnapshotError;
pub use format::{Encoding, encodings, mart_file};
pub use freeze::{Freeze, MartData};
pub use id::{SnapshotId, sha256_hex};
pub use latest::{Instead, Latest};
pub use lock::BuildLock;
pub use manifest::FileEntry;
pub use retention::Retention;
pub use snapshot::Snapshot;
pub use store::Store;
pub use tidemark_shared::api::Format;
