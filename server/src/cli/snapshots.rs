//! `tidemark snapshots`: what was published, what was restated since, what is kept, and going back.

use clap::{Args, Subcommand};
use tidemark_shared::api::SnapshotEntry;
use tidemark_snapshot::{SnapshotId, Store};

use super::{Context, diff};
use crate::Failure;

/// Flags of `snapshots`.
#[derive(Debug, Args)]
pub(super) struct Snapshots {
    /// Folder of the published snapshots
    #[arg(long, value_name = "DIR", global = true)]
    data: Option<String>,
    #[command(subcommand)]
    action: Option<Action>,
}

/// A snapshot is named by its id or the start of it, by its day (the newest build of that day), or by `latest`.
#[derive(Debug, Subcommand)]
enum Action {
    /// List the published snapshots, newest first
    List,
    /// Tell which numbers of the past are others in B than in A, why, and whose records did it
    Diff {
        /// The first: an id or its start, a day as YYYY-MM-DD, or latest
        a: String,
        /// The second, usually the newer one
        #[arg(default_value = LATEST)]
        b: String,
    },
    /// Serve an earlier snapshot as the latest again, and keep it
    Rollback {
        /// Its id, its start, or its day
        id: String,
    },
    /// Keep a snapshot, whatever the settings of retention say
    Pin {
        /// Its id, its start, or its day
        id: String,
    },
    /// Let the settings of retention decide about a snapshot again
    Unpin {
        /// Its id, its start, or its day
        id: String,
    },
    /// Remove one snapshot for good, such as one of a day that has not come yet
    Remove {
        /// Its id, its start, or its day
        id: String,
    },
    /// Remove the snapshots that the settings of retention let go of; every build does so too
    Prune {
        /// Only tell which
        #[arg(long)]
        dry_run: bool,
    },
}

/// The name that stands for the current snapshot.
const LATEST: &str = "latest";

impl Snapshots {
    pub(super) fn run(self, mut context: Context) -> Result<(), Failure> {
        context.set("data", self.data.as_deref())?;
        let data = &context.settings.data;
        let changing = || Store::open(data).map_err(Failure::failed);
        match self.action.unwrap_or(Action::List) {
            Action::List => list(&context),
            Action::Diff { a, b } => {
                let store = Store::open_read_only(data);
                diff::run(
                    &context,
                    &store,
                    [&find(&context, &store, &a)?, &find(&context, &store, &b)?],
                )
            }
            Action::Rollback { id } => {
                let store = changing()?;
                let id = find(&context, &store, &id)?;
                store.set_current(&id).map_err(Failure::failed)?;
                println!("{id} is served as the latest now, and kept");
                Ok(())
            }
            Action::Pin { id } => {
                let store = changing()?;
                let id = find(&context, &store, &id)?;
                store.pin(&id).map_err(Failure::failed)?;
                println!("{id} is kept, whatever the settings of retention say");
                Ok(())
            }
            Action::Unpin { id } => {
                let store = changing()?;
                let id = find(&context, &store, &id)?;
                store.unpin(&id).map_err(Failure::failed)?;
                println!("{id} is kept as long as the settings of retention say");
                Ok(())
            }
            Action::Remove { id } => {
                let store = changing()?;
                let id = find(&context, &store, &id)?;
                let lock = store.lock().map_err(Failure::failed)?;
                let removed = store.remove(&lock, &id, context.today());
                removed.map_err(Failure::failed)?;
                println!("{id} was removed");
                Ok(())
            }
            Action::Prune { dry_run } => prune(&context, dry_run),
        }
    }
}

/// The snapshot of a name.
fn find(context: &Context, store: &Store, name: &str) -> Result<SnapshotId, Failure> {
    // A whole id also of a snapshot that is damaged, so that what is wrong with it is told.
    if let Ok(id) = name.parse() {
        return Ok(id);
    }
    let all = entries(context, store)?;
    let is_start = name.len() >= 4 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    let found: Vec<&SnapshotEntry> = match name.parse() {
        // The list begins with the newest.
        Ok(day) => all
            .iter()
            .find(|one| one.as_of == day)
            .into_iter()
            .collect(),
        Err(_) if name == LATEST => all.iter().filter(|one| one.current).collect(),
        Err(_) if is_start => {
            let start = name.to_ascii_lowercase();
            let starts = |one: &&SnapshotEntry| one.snapshot_id.starts_with(&start);
            all.iter().filter(starts).collect()
        }
        Err(_) => {
            return Err(Failure::Usage(format!(
                "{name:?} names no snapshot: give an id or at least 4 digits of its start, a day as YYYY-MM-DD, or {LATEST}"
            )));
        }
    };
    match found[..] {
        [one] => one.snapshot_id.parse().map_err(Failure::failed),
        [] => Err(Failure::Failed(format!(
            "there is no snapshot {name} in {}; `tidemark snapshots list` shows those there are",
            store.folder().display()
        ))),
        _ => Err(Failure::Usage(format!(
            "{} snapshots start with {name}; give more of the id",
            found.len()
        ))),
    }
}

/// What was published, newest first; marked as current is the one that is served.
fn entries(context: &Context, store: &Store) -> Result<Vec<SnapshotEntry>, Failure> {
    let mut entries = store.list().map_err(Failure::failed)?;
    // Without a latest one there is none to mark.
    let latest = store.latest(context.today()).ok().flatten();
    let served = latest.map(|latest| latest.id.to_string());
    for entry in &mut entries {
        entry.current = served.as_deref() == Some(&entry.snapshot_id);
    }
    Ok(entries)
}

fn prune(context: &Context, dry_run: bool) -> Result<(), Failure> {
    let retention = context.settings.retention;
    let removed: Vec<String> = if dry_run {
        let all = Store::open_read_only(&context.settings.data).list();
        let all = all.map_err(Failure::failed)?;
        let goes = retention.superseded(&all, context.today()).into_iter();
        goes.map(|one| one.snapshot_id.clone()).collect()
    } else {
        let store = Store::open(&context.settings.data).map_err(Failure::failed)?;
        let lock = store.lock().map_err(Failure::failed)?;
        let removed = store.prune(&lock, &retention, context.today());
        let removed = removed.map_err(Failure::failed)?;
        removed.iter().map(ToString::to_string).collect()
    };
    if context.json {
        let json = serde_json::to_string(&removed).map_err(Failure::failed)?;
        println!("{json}");
        return Ok(());
    }
    for id in &removed {
        println!("{id}");
    }
    let verb = if dry_run { "would be" } else { "were" };
    println!("{} snapshots {verb} removed", removed.len());
    Ok(())
}

fn list(context: &Context) -> Result<(), Failure> {
    let store = Store::open_read_only(&context.settings.data);
    let entries = entries(context, &store)?;
    if context.json {
        println!(
            "{}",
            serde_json::to_string(&entries).map_err(Failure::failed)?
        );
        return Ok(());
    }
    if entries.is_empty() {
        println!(
            "nothing is published in {} yet",
            context.settings.data.display()
        );
    }
    for entry in entries {
        let mark = if entry.current { '*' } else { ' ' };
        let pinned = if entry.pinned { "  pinned" } else { "" };
        println!(
            "{mark} {}  as of {}  made {}  {} warnings{pinned}",
            entry.snapshot_id,
            entry.as_of,
            entry.generated_at.format("%Y-%m-%d %H:%M UTC"),
            entry.quality.warnings
        );
    }
    Ok(())
}
