//! Where the numbers come from and what was checked: checks, sources, identity, quarantine, marts to download.

mod checks;
mod identity;
mod marts;
mod quarantine;
mod sources;

use leptos::prelude::*;
use tidemark_shared::api::{Manifest, QualityReport};
use tidemark_shared::format;
use tidemark_shared::metric::Setting;

use crate::api;
use crate::store::{Load, Store};
use crate::ui::browser::scroll_to_hash;
use crate::ui::{capitalized, facts, jumps};
use crate::widgets::{Failed, Notices, source_name};

/// The parts of the page in order: id and title.
const PARTS: [(&str, &str); 5] = [
    checks::PART,
    sources::PART,
    identity::PART,
    quarantine::PART,
    marts::PART,
];

/// The page.
#[component]
pub(crate) fn Health() -> impl IntoView {
    let store = Store::get();
    let report: RwSignal<Load<QualityReport>> = RwSignal::new(Load::Loading);
    Effect::new(move |_| {
        // Once the manifest is there (and again after a retry), so that both are of the same time.
        if store.manifest.read().ready().is_some() {
            leptos::task::spawn_local(async move {
                report.set(match api::quality().await {
                    Ok(found) => Load::Ready(found),
                    Err(error) => Load::Failed(error.to_string()),
                });
            });
        }
    });
    let parts = PARTS.map(|(id, title)| (id, title, String::new()));
    view! {
        <main id="content">
            <Notices />
            <div class="page-head">
                <h1>"Health"</h1>
                <p>"What the numbers are made from, and what was checked before they were published."</p>
            </div>
            {jumps("Parts of this page", parts.to_vec())}
            <div class="stack">
                {move || match &*store.manifest.read() {
                    Load::Ready(manifest) => about_snapshot(manifest),
                    Load::Failed(message) => view! { <Failed message=message.clone() /> }.into_any(),
                    Load::Loading => view! { <div class="skeleton plot"></div> }.into_any(),
                }}
                <Show when=move || store.view.read().snapshot.is_some()>
                    <p class="notice" data-testid="health-latest">
                        "The link pins a snapshot. Checks, tables, identity and quarantine below are those of the latest one."
                    </p>
                </Show>
                {move || match (&*report.read(), store.manifest.read().ready()) {
                    (Load::Ready(report), Some(manifest)) => {
                        scroll_to_hash();
                        vec![
                            checks::part(report),
                            sources::part(&manifest.sources, report),
                            identity::part(&report.identity),
                            quarantine::part(&report.findings),
                            marts::part(&manifest.marts),
                        ]
                            .into_any()
                    }
                    (Load::Failed(message), _) => {
                        view! { <p class="notice">"The quality report is not available. " {message.clone()}</p> }
                            .into_any()
                    }
                    _ => ().into_any(),
                }}
            </div>
        </main>
    }
}

fn about_snapshot(manifest: &Manifest) -> AnyView {
    let policies = [Setting::MrrDiscounts, Setting::ChurnDate]
        .map(|setting| capitalized(&setting.in_force(manifest)));
    let id = manifest.snapshot_id.chars().take(16).collect();
    let said = [
        ("Data as of", format::date(manifest.as_of)),
        ("Made at", format::moment(manifest.generated_at)),
        ("Snapshot", id),
        ("Currency", manifest.currency.to_uppercase()),
        ("Time zone", manifest.timezone.clone()),
        ("Policies", policies.join(". ")),
    ];
    facts("snapshot-facts", said.to_vec())
}
