//! The top bar with navigation, date of the data and theme; the footer; short messages.

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use tidemark_shared::api::{Manifest, Outcome};
use tidemark_shared::format;
use tidemark_shared::metric::Setting;

use super::chart_card::copied_text;
use crate::routes::{Page, href};
use crate::store::{History, Load, Store};
use crate::ui::theme::Theme;
use crate::ui::{Icon, Menu, browser, capitalized, counted, icon};

/// Digits of a snapshot id that are shown.
const SHORT_ID: usize = 8;

/// The bar at the top of every page.
#[component]
pub(crate) fn Header() -> impl IntoView {
    let store = Store::get();
    let path = use_location().pathname;
    let link = move |page: Page| {
        let current = move || (path.read().as_str() == page.path()).then_some("page");
        view! {
            <a href=move || href(page.path(), &store.view.read()) aria-current=current data-testid=format!("nav-{}", page.label().to_lowercase())>
                {page.label()}
            </a>
        }
    };
    let copy = move |_| {
        let url = location().href().unwrap_or_default();
        browser::copy(url, move |copied| store.say(copied_text(copied)));
    };
    view! {
        <header class="topbar">
            <div class="topbar-inner">
                <a class="brand" href=move || href(Page::Overview.path(), &store.view.read())>
                    <span class="brand-mark">{icon(Icon::Brand)}</span>
                    "Tidemark"
                </a>
                <nav class="nav" aria-label="Pages">
                    {Page::ALL.into_iter().map(link).collect_view()}
                </nav>
                <div class="topbar-side">
                    {move || match &*store.manifest.read() {
                        Load::Ready(manifest) => Some(view! { <AsOf manifest=Manifest::clone(manifest) /> }),
                        _ => None,
                    }}
                    <button
                        type="button"
                        class="icon-button large"
                        title="Copy a link to this view"
                        aria-label="Copy a link to this view"
                        data-testid="copy-link"
                        on:click=copy
                    >
                        {icon(Icon::Link)}
                    </button>
                    <ThemeButton />
                </div>
            </div>
        </header>
    }
}

#[component]
fn ThemeButton() -> impl IntoView {
    let theme = Store::get().theme;
    let name = move || format!("Theme: {}", theme.get().label());
    view! {
        <button
            type="button"
            class="icon-button large"
            title=name
            aria-label=name
            data-testid="theme"
            on:click=move |_| theme.update(|theme| *theme = theme.next())
        >
            {move || {
                icon(
                    match theme.get() {
                        Theme::System => Icon::Contrast,
                        Theme::Light => Icon::Sun,
                        Theme::Dark => Icon::Moon,
                    },
                )
            }}
        </button>
    }
}

/// Date of the data, and what else there is to know of the snapshot.
#[component]
fn AsOf(manifest: Manifest) -> impl IntoView {
    let store = Store::get();
    let id: String = manifest.snapshot_id.chars().take(SHORT_ID).collect();
    let full_id = manifest.snapshot_id.clone();
    let pinned = move || store.view.read().snapshot.is_some();
    let pin = move |_| {
        let id = full_id.clone();
        store.change(History::Push, move |view| {
            view.snapshot = match view.snapshot {
                Some(_) => None,
                None => Some(id),
            };
        });
    };
    let as_of = format::date(manifest.as_of);
    let button_id = id.clone();
    view! {
        <div class="as-of" data-testid="as-of">
            <span>
                "Data as of " <strong>{as_of}</strong> {format!(" ({})", manifest.timezone)}
            </span>
        </div>
        <Menu
            button=move || {
                let id = button_id.clone();
                view! { <span class="snapshot-id">{id}</span> }
            }
            button_class="snapshot-button"
            label=format!("Snapshot {id}")
            test_id="snapshot"
            end=true
        >
            <SnapshotFacts manifest=manifest.clone() />
            <div class="panel-section">
                <button type="button" class="button quiet" data-testid="pin" on:click=pin.clone()>
                    {icon(Icon::Pin)}
                    {move || if pinned() { "Follow the latest snapshot" } else { "Pin these numbers in the link" }}
                </button>
            </div>
        </Menu>
    }
}

#[component]
fn SnapshotFacts(manifest: Manifest) -> impl IntoView {
    let settings = [Setting::Currency, Setting::MrrDiscounts, Setting::ChurnDate];
    let settings = settings.map(|setting| capitalized(&setting.in_force(&manifest)));
    let count = |count: u32, thing| counted(&format::count(i64::from(count)), thing);
    let (badge, checks) = match manifest.quality.status {
        Outcome::Pass => ("badge good", "All checks passed".to_owned()),
        Outcome::Warn => ("badge warn", count(manifest.quality.warnings, "warning")),
        Outcome::Fail => ("badge bad", count(manifest.quality.errors, "error")),
    };
    view! {
        <div class="panel-section explain">
            <strong>"Snapshot " <code>{manifest.snapshot_id.chars().take(16).collect::<String>()}</code></strong>
            <p class="muted">
                {format!(
                    "{}. {} marts, {} sources.",
                    settings.join(". "),
                    format::count(manifest.marts.len() as i64),
                    format::count(manifest.sources.len() as i64),
                )}
            </p>
            <p>
                <span class=badge>{checks}</span>
            </p>
        </div>
    }
}

/// The line at the end of every page.
#[component]
pub(crate) fn Footer() -> impl IntoView {
    let store = Store::get();
    view! {
        <footer class="footer">
            <span>"Tidemark"</span>
            <a href=move || href(Page::Definitions.path(), &store.view.read())>"How the numbers are defined"</a>
            <a href=move || href(Page::Health.path(), &store.view.read())>"Where they come from"</a>
        </footer>
    }
}

/// A short message at the bottom of the window.
#[component]
pub(crate) fn Toast() -> impl IntoView {
    let toast = Store::get().toast;
    view! {
        <div aria-live="polite">
            {move || toast.get().map(|text| view! { <div class="toast" data-testid="toast">{text}</div> })}
        </div>
    }
}
