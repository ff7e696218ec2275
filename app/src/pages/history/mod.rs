//! History: what was restated between two published days, why, and whose records did it.

mod changes;
mod compared;

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use tidemark_shared::api::SnapshotEntry;
use tidemark_shared::restate::Restatement;

use crate::api;
use crate::store::{History as Step, Load, Store};
use crate::widgets::{Failed, Notices, show_snapshot, snapshot_choice};

/// The page.
#[component]
pub(crate) fn History() -> impl IntoView {
    let store = Store::get();
    let kept: RwSignal<Load<Vec<SnapshotEntry>>> = RwSignal::new(Load::Loading);
    Effect::new(move |_| {
        // Once the manifest is there, and again after a retry.
        if store.manifest.read().ready().is_some() {
            spawn_local(async move {
                kept.set(match api::snapshots().await {
                    Ok(all) => Load::Ready(all),
                    Err(error) => Load::Failed(error.to_string()),
                });
            });
        }
    });
    // The ids of the two that are compared; none as long as it is not known, or there is nothing to
    // compare with.
    let pair = Memo::new(move |_| {
        let shown = store.manifest.read().ready()?.snapshot_id.clone();
        let all = kept.read().ready()?;
        let asked = store.view.read().against.clone();
        let against = asked.or_else(|| day_before(&all, &shown))?;
        Some((against, shown))
    });
    let restatement: RwSignal<Load<Arc<Restatement>>> = RwSignal::new(Load::Loading);
    let turn = StoredValue::new(0u32);
    Effect::new(move |_| {
        let Some((against, shown)) = pair.get() else {
            return;
        };
        restatement.set(Load::Loading);
        turn.update_value(|turn| *turn += 1);
        let mine = turn.get_value();
        spawn_local(async move {
            let found = compared::compared(&against, &shown).await;
            // Unless other days were chosen or the page was left in the meantime.
            if turn.try_get_value() == Some(mine) {
                restatement.set(found.into());
            }
        });
    });
    let body = move || {
        match (&*store.manifest.read(), &*kept.read(), pair.get()) {
        (Load::Failed(message), ..) | (_, Load::Failed(message), _) => {
            view! { <Failed message=message.clone() /> }.into_any()
        }
        (Load::Ready(_), Load::Ready(_), None) => view! {
            <p class="notice info" data-testid="no-history">
                "No earlier snapshot to compare with yet. After the second day is published, this page lists past values that changed."
            </p>
        }
        .into_any(),
        (Load::Ready(_), Load::Ready(all), Some((against, shown))) => view! {
            {choices(store, all.clone(), against, shown)}
            {move || match &*restatement.read() {
                Load::Ready(restatement) => changes::changes(store, restatement),
                Load::Failed(message) => view! { <Failed message=message.clone() /> }.into_any(),
                Load::Loading => view! { <div class="skeleton page"></div> }.into_any(),
            }}
        }
        .into_any(),
        _ => view! { <div class="skeleton page"></div> }.into_any(),
    }
    };
    view! {
        <main id="content">
            <Notices />
            <div class="page-head">
                <h1>"History"</h1>
                <p>"Past values that changed since an earlier snapshot, and why."</p>
            </div>
            <div class="stack">{body}</div>
        </main>
    }
}

/// The newest snapshot of an earlier day than the one shown; the list begins with the newest.
fn day_before(all: &[SnapshotEntry], shown: &str) -> Option<String> {
    let as_of = all.iter().find(|one| one.snapshot_id == shown)?.as_of;
    let earlier = all.iter().filter(|one| one.as_of < as_of);
    let newest = earlier.max_by_key(|one| (one.as_of, one.generated_at));
    newest.map(|one| one.snapshot_id.clone())
}

/// Which two are compared.
fn choices(store: Store, all: Vec<SnapshotEntry>, against: String, shown: String) -> AnyView {
    let before = snapshot_choice(
        "Compared with",
        "history-against",
        all.clone(),
        against,
        move |one| {
            let id = one.snapshot_id.clone();
            store.change(Step::Push, |view| view.against = Some(id));
        },
    );
    let after = snapshot_choice("Now", "history-shown", all, shown, move |one| {
        show_snapshot(store, one)
    });
    view! { <div class="filterbar-row">{before} {after}</div> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snapshot_is_compared_with_the_last_build_of_an_earlier_day() {
        let all = serde_json::json!([("c", "2026-03-02", 5), ("b", "2026-03-02", 4), ("a2", "2026-03-01", 3), ("a1", "2026-03-01", 2)]
            .map(|(id, day, made)| serde_json::json!({
                "snapshot_id": id, "as_of": day, "generated_at": format!("2026-03-03T0{made}:00:00Z"), "current": false,
                "quality": {"status": "pass", "errors": 0, "warnings": 0},
            })));
        let all: Vec<SnapshotEntry> = serde_json::from_value(all).expect("entries");
        assert_eq!(day_before(&all, "c").as_deref(), Some("a2"));
        assert_eq!(day_before(&all, "b").as_deref(), Some("a2"));
        assert_eq!(day_before(&all, "a1"), None);
        assert_eq!(day_before(&all, "gone"), None);
    }
}
