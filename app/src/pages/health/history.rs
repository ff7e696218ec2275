//! The snapshots that are kept and the runs that made them: which is shown, and how to look at an
//! older one.

use leptos::prelude::*;
use tidemark_shared::api::{Outcome, Quality, SnapshotEntry};
use tidemark_shared::{View, format};

use super::parts::{missing, waiting};
use super::runs::{self, Runs};
use crate::routes::{Page, href, since};
use crate::store::{Load, Store};
use crate::ui::{Cell, Column, code, counted, data_table, section, span};

/// Id and title.
pub(super) const PART: (&str, &str) = ("snapshots", "Published snapshots");

/// Digits of a snapshot id that are shown.
const SHORT_ID: usize = 16;

/// Both lists, newest first.
pub(super) fn part(snapshots: &Load<Vec<SnapshotEntry>>, runs: Runs, shown: &str) -> AnyView {
    let about = "Every build that passed its checks is stored unchanged. A link can pin one, so its numbers never change.";
    let mut body = vec![match snapshots {
        Load::Ready(snapshots) => list(snapshots, shown),
        Load::Failed(message) => missing("the list of snapshots", message),
        Load::Loading => waiting(),
    }];
    body.push(view! { <div class="section-part"><h3>"Runs"</h3></div> }.into_any());
    body.push(runs::list(runs));
    section(PART.0, PART.1, vec![], about.to_owned(), body)
}

fn list(snapshots: &[SnapshotEntry], shown: &str) -> AnyView {
    let store = Store::get();
    let columns = ["As of", "Created", "Snapshot", "Checks", "State", "Open"].map(Column::text);
    let rows = snapshots.iter().map(|one| {
        let view = View {
            snapshot: Some(one.snapshot_id.clone()),
            ..store.view.get()
        };
        let label = format!("Open pinned: the snapshot of {}", format::date(one.as_of));
        let restated = (one.snapshot_id != shown).then(|| {
            let to = since(&store.view.get(), &one.snapshot_id);
            let label = format!(
                "Values restated since the snapshot of {}",
                format::date(one.as_of)
            );
            view! { " · " <a href=to aria-label=label>"Restated since"</a> }
        });
        let link = view! {
            <a href=href(Page::Overview.path(), &view) aria-label=label>"Open pinned"</a>
            {restated}
        };
        let (class, text) = outcome(one.quality);
        vec![
            format::date(one.as_of).into(),
            format::moment(one.generated_at).into(),
            Cell::View(code(one.snapshot_id.chars().take(SHORT_ID).collect())),
            Cell::View(span(class, text)),
            state(one, shown).to_owned().into(),
            Cell::View(link.into_any()),
        ]
    });
    data_table("Published snapshots".to_owned(), &columns, rows.collect())
}

/// What became of the checks, as a badge: class and text.
fn outcome(quality: Quality) -> (&'static str, String) {
    let count = |count: u32, thing| counted(&format::count(i64::from(count)), thing);
    match quality.status {
        Outcome::Pass => ("badge good", "all passed".to_owned()),
        Outcome::Warn => ("badge warn", count(quality.warnings, "warning")),
        Outcome::Fail => ("badge bad", count(quality.errors, "error")),
    }
}

/// Whether it is the one shown, the latest, both or neither.
fn state(one: &SnapshotEntry, shown: &str) -> &'static str {
    match (one.snapshot_id == shown, one.current) {
        (true, true) => "latest, shown here",
        (true, false) => "shown here",
        (false, true) => "latest",
        (false, false) => "kept",
    }
}
