//! What must be said above the numbers: simulated data, sources out of date, failed checks, a pin,
//! ignored parts of the link.

use leptos::prelude::*;
use tidemark_shared::api::Outcome;
use tidemark_shared::format;

use super::sources::stale_text;
use crate::routes::{Page, href};
use crate::store::{History, Store};
use crate::ui::{Icon, counted, icon};

/// All notices in force.
#[component]
pub(crate) fn Notices() -> impl IntoView {
    let store = Store::get();
    let manifest = move || store.manifest.read().ready();
    let stale = move || stale_text(&*manifest()?);
    // The Health page shows it itself.
    let warned = move || {
        let quality = manifest()?.quality;
        let is_shown_elsewhere =
            quality.status == Outcome::Pass || store.path() == Page::Health.path();
        (!is_shown_elsewhere).then(|| {
            counted(
                &format::count(i64::from(quality.errors + quality.warnings)),
                "warning",
            )
        })
    };
    view! {
        {move || {
            manifest()
                .filter(|m| m.demo)
                .map(|_| {
                    view! {
                        <div class="notice" data-testid="notice-demo">
                            <strong>"Demo data."</strong>
                            <span>"All numbers are from a simulated company."</span>
                        </div>
                    }
                })
        }}
        {move || {
            manifest()
                .filter(|m| m.sources.iter().any(|source| source.test_mode))
                .map(|_| {
                    view! {
                        <div class="notice" data-testid="notice-test-mode">
                            <strong>"Test mode."</strong>
                            <span>"All Stripe records are in test mode: these are not real sales."</span>
                        </div>
                    }
                })
        }}
        {move || {
            stale()
                .map(|text| {
                    view! {
                        <div class="notice" data-testid="notice-stale">
                            <strong>"Out of date."</strong>
                            <span>{text}</span>
                            <a href=move || href(Page::Health.path(), &store.view.read())>"Show details"</a>
                        </div>
                    }
                })
        }}
        {move || {
            warned()
                .map(|warnings| {
                    view! {
                        <div class="notice" data-testid="notice-quality">
                            <span>{warnings} " about this data."</span>
                            <a href=move || href(Page::Health.path(), &store.view.read())>"Show details"</a>
                        </div>
                    }
                })
        }}
        <Pinned />
        <Ignored />
    }
}

/// That the numbers are kept, and the way back to the newest.
#[component]
fn Pinned() -> impl IntoView {
    let store = Store::get();
    let pinned = Memo::new(move |_| store.view.read().snapshot.is_some());
    let text = move || {
        let kept = "They do not change, also for others who open this link.";
        let manifest = store.manifest.read().ready();
        manifest.map_or_else(
            || "This link shows a fixed snapshot.".to_owned(),
            |manifest| format!("Data as of {}. {kept}", format::date(manifest.as_of)),
        )
    };
    view! {
        <Show when=move || pinned.get()>
            <div class="notice info" data-testid="notice-pinned">
                {icon(Icon::Pin)}
                <strong>"Pinned."</strong>
                <span>{text}</span>
                <span class="spacer"></span>
                <button
                    type="button"
                    class="button"
                    data-testid="unpin"
                    on:click=move |_| store.change(History::Push, |view| view.snapshot = None)
                >
                    "Go to the latest"
                </button>
            </div>
        </Show>
    }
}

/// Which parts of the link were ignored, and a way to get rid of them.
#[component]
fn Ignored() -> impl IntoView {
    let store = Store::get();
    let text = move || {
        let ignored = store.ignored.read();
        let parts: Vec<String> = ignored
            .iter()
            .map(|part| format!("{}={} ({})", part.name, part.value, part.reason))
            .collect();
        (!parts.is_empty()).then(|| parts.join("; "))
    };
    move || {
        text().map(|text| {
            view! {
                <div class="notice" role="status" data-testid="notice-ignored">
                    <span>"Ignored in the link: " <code>{text}</code></span>
                    <span class="spacer"></span>
                    <button
                        type="button"
                        class="button quiet"
                        on:click=move |_| store.change(History::Replace, |_| {})
                    >
                        "Dismiss"
                    </button>
                </div>
            }
        })
    }
}
