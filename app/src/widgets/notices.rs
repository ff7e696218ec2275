//! What must be said above the numbers: ignored parts of the link, simulated data, failed checks.

use leptos::prelude::*;
use tidemark_shared::api::{Outcome, SourceState};
use tidemark_shared::format;

use crate::routes::{Page, href};
use crate::store::{History, Store};
use crate::ui::{capitalized, counted};

/// All notices in force.
#[component]
pub(crate) fn Notices() -> impl IntoView {
    let store = Store::get();
    let manifest = move || store.manifest.read().ready();
    let stale = move || {
        let manifest = manifest()?;
        let names: Vec<String> = manifest
            .sources
            .iter()
            .filter(|source| source.status == SourceState::Stale)
            .map(|source| capitalized(&source.name))
            .collect();
        (!names.is_empty()).then(|| names.join(", "))
    };
    // The page of health tells it itself.
    let warned = move || {
        let quality = manifest()?.quality;
        let told = quality.status == Outcome::Pass || store.path() == Page::Health.path();
        (!told).then(|| {
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
                            <span>"These numbers belong to a simulated company."</span>
                        </div>
                    }
                })
        }}
        {move || {
            stale()
                .map(|names| {
                    view! {
                        <div class="notice" data-testid="notice-stale">
                            <strong>"Out of date:"</strong>
                            <span>{names}</span>
                            <a href=move || href(Page::Health.path(), &store.view.read())>"See why"</a>
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
                            <a href=move || href(Page::Health.path(), &store.view.read())>"See what"</a>
                        </div>
                    }
                })
        }}
        <Ignored />
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
