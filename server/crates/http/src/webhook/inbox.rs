//! inbox: one small file per event, complete and on the disk before Stripe gets its response.
use std::fs::{File, create_dir_all, remove_file, rename};
use std::io::{self, Write};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};

/// Longest event id: with `.json` it is a file name that every file system takes.
const LONGEST_ID: usize = 250;
/// Longest name of an object or an event type.
const LONGEST_NAME: usize = 100;

/// What is stored of an event: names only.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Marked {
    id: String,
    kind: String,
    created: i64,
    object: String,
    /// Some objects have none, such as an upcoming invoice. Nor has one whose id is not of Stripe's
    /// pattern: ids become part of the addresses that the sync fetches.
    object_id: Option<String>,
}

impl Marked {
    /// Reads an event; `None` if it is none, or if a name in it is not of Stripe's pattern.
    pub(super) fn from_event(event: &Value) -> Option<Self> {
        let text = |pointer: &str| event.pointer(pointer).and_then(Value::as_str);
        let id = text("/id").filter(|id| is_event_id(id))?;
        let kind = text("/type").filter(|name| is_name(name))?;
        let object = text("/data/object/object").filter(|name| is_name(name))?;
        let object_id = text("/data/object/id");
        let stored_id = object_id.filter(|id| is_object_id(id));
        if object_id.is_some() && stored_id.is_none() {
            tracing::warn!(
                event = id,
                "the id of an event's object is not of Stripe's pattern"
            );
        }
        Some(Self {
            id: id.to_owned(),
            kind: kind.to_owned(),
            created: event.get("created")?.as_i64()?,
            object: object.to_owned(),
            object_id: stored_id.map(str::to_owned),
        })
    }

    /// Writes it to the inbox; an event that is there already changes nothing.
    pub(super) fn store(&self, inbox: &Path) -> io::Result<()> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let file = inbox.join(format!("{}.json", self.id));
        if file.try_exists()? {
            return Ok(());
        }
        create_dir_all(inbox)?;
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        // Not `.json`, so that the sync never reads half a file.
        let partial = inbox.join(format!(".{}-{number}.tmp", std::process::id()));
        let stored = self.write(&partial).and_then(|()| rename(&partial, &file));
        if stored.is_err() {
            // The partial file is of no use; a failure here adds nothing to the first.
            let _ = remove_file(&partial);
        }
        stored?;
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

/// `evt_1NG8Du2eZvKYlo2CUI79vXWy`: letters, digits and underscores.
fn is_event_id(id: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    (1..=LONGEST_ID).contains(&id.len()) && id.bytes().all(plain)
}

/// `customer.subscription.updated`, `subscription_item`: lower-case words.
fn is_name(name: &str) -> bool {
    let plain =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_.".contains(&byte);
    (1..=LONGEST_NAME).contains(&name.len()) && name.bytes().all(plain)
}

/// `cus_NffrFeUfNV2Hib`, and the ids that people give their products and coupons: nothing that has
/// a meaning of its own in an address.
fn is_object_id(id: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
    (1..=LONGEST_ID).contains(&id.len()) && id.bytes().all(plain)
}
