//! The inbox: one small file per event, complete and on the disk before Stripe is told that it arrived.
use std::fs::{File, create_dir_all, remove_file, rename};
use std::io::{self, Write};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};

/// Longest event id: with `.json` it is a file name that every file system takes.
const LONGEST_ID: usize = 250;

/// What is kept of an event: names only.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Marked {
    id: String,
    kind: String,
    created: i64,
    object: String,
    /// Some objects, as an invoice that is yet to come, have none.
    object_id: Option<String>,
}

impl Marked {
    /// Reads an event; `None` if it is none, or if its id could not be a file name.
    pub(super) fn from_event(event: &Value) -> Option<Self> {
        let id = event.get("id")?.as_str()?;
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        if !(1..=LONGEST_ID).contains(&id.len()) || !id.bytes().all(plain) {
            return None;
        }
        let object = event.pointer("/data/object")?;
        let object_id = object.get("id").and_then(Value::as_str);
        Some(Self {
            id: id.to_owned(),
            kind: event.get("type")?.as_str()?.to_owned(),
            created: event.get("created")?.as_i64()?,
            object: object.get("object")?.as_str()?.to_owned(),
            object_id: object_id.map(str::to_owned),
        })
    }

    /// Puts it into the inbox; an event that is there already changes nothing.
    pub(super) fn keep(&self, inbox: &Path) -> io::Result<()> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let file = inbox.join(format!("{}.json", self.id));
        if file.try_exists()? {
            return Ok(());
        }
        create_dir_all(inbox)?;
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        // Not `.json`, so that whoever empties the inbox never sees half a file.
        let partial = inbox.join(format!(".{}-{number}.tmp", std::process::id()));
        let kept = self.write(&partial).and_then(|()| rename(&partial, &file));
        if kept.is_err() {
            // What is left of it is of no use; a failure here adds nothing to the first.
            let _ = remove_file(&partial);
        }
        kept?;
        // The name is on the disk only when its folder is.
        File::open(inbox)?.sync_all()
    }

    fn write(&self, path: &Path) -> io::Result<()> {
        let document = json!({
            "id": self.id,
            "type": self.kind,
            "created": self.created,
            "object": self.object,
            "object_id": self.object_id,
        });
        let mut file = File::create_new(path)?;
        file.write_all(document.to_string().as_bytes())?;
        file.sync_all()
    }
}
