//! The top bar with navigation, date of the data and theme; the footer; short messages.

use std::sync::Arc;

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use tidemark_shared::api::{Manifest, Outcome};
use tidemark_shared::format;
use tidemark_shared::metric::Setting;
use wasm_split_helpers::wasm_split;

use super::chart_tools::copy_link;
use super::day_choice::Days;
use super::shortcuts::{Shortcuts, ShortcutsButton};
use super::sources::{sources_table, stale_text};
use crate::later::{Draw, Loaded, later, when_painted};
use crate::routes::{Page, href};
use crate::store::{History, Load, Store};
use crate::ui::theme::Theme;
use crate::ui::{Icon, Menu, capitalized, counted, icon, icon_button};

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
    let copy = Callback::new(move |_| copy_link(store, location().href().unwrap_or_default()));
    let copy_button = icon_button(
        "large",
        "Copy a link to this view".to_owned(),
        "copy-link".to_owned(),
        Icon::Link,
        copy,
    );
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
                        Load::Ready(manifest) => Some(view! { <AsOf manifest=Arc::clone(manifest) /> }),
                        _ => None,
                    }}
                    {copy_button}
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

/// Date of the data; behind it the sources, each with its age, and the snapshot; beside it the pin.
#[component]
fn AsOf(manifest: Arc<Manifest>) -> impl IntoView {
    let as_of = format::date(manifest.as_of);
    let zone = format!(" ({})", manifest.timezone);
    let stale = stale_text(&manifest).is_some();
    let shown = Arc::clone(&manifest);
    view! {
        <Menu
            button=move || {
                let (as_of, zone) = (as_of.clone(), zone.clone());
                let dot = stale.then(|| {
                    view! { <span class="dot warn"></span><span class="visually-hidden">"Some sources are out of date. "</span> }
                });
                view! {
                    {dot}
                    <span class="wide-only">"Data as of "</span>
                    <strong>{as_of}</strong>
                    <span class="zone">{zone}</span>
                    <span class="caret">{icon(Icon::ChevronDown)}</span>
                }
            }
            button_class="as-of"
            test_id="as-of"
            panel_class="facts-panel"
            end=true
        >
            {
                let shown = Arc::clone(&shown);
                later(|| Box::pin(load_about()), || ().into_any(), move |about| about(&shown))
            }
        </Menu>
        <Pin snapshot=manifest.snapshot_id.clone() />
    }
}

/// Keeps the numbers of this snapshot in the link, or lets them follow the newest data.
#[component]
fn Pin(snapshot: String) -> impl IntoView {
    let store = Store::get();
    let pinned = Memo::new(move |_| store.view.read().snapshot.is_some());
    let name = move || match pinned.get() {
        true => "Unpin: show the latest data",
        false => "Pin: fix these numbers in the link",
    };
    let toggle = move |_| {
        let id = (!pinned.get_untracked()).then(|| snapshot.clone());
        store.change(History::Push, |view| view.snapshot = id);
    };
    view! {
        <button
            type="button"
            class="icon-button large"
            title=name
            aria-label="Pin these numbers"
            aria-pressed=move || pinned.get().to_string()
            data-testid="pin"
            on:click=toggle
        >
            {icon(Icon::Pin)}
        </button>
    }
}

#[wasm_split(rest, fallible)]
fn load_about() -> Loaded<fn(&Manifest) -> AnyView> {
    Ok(about)
}

fn about(manifest: &Manifest) -> AnyView {
    let store = Store::get();
    let settings = [Setting::Currency, Setting::MrrDiscounts, Setting::ChurnDate];
    let settings = settings.map(|setting| capitalized(&setting.in_force(manifest)));
    let count = |count: u32, thing| counted(&format::count(i64::from(count)), thing);
    let (badge, checks) = match manifest.quality.status {
        Outcome::Pass => ("badge good", "All checks passed".to_owned()),
        Outcome::Warn => ("badge warn", count(manifest.quality.warnings, "warning")),
        Outcome::Fail => ("badge bad", count(manifest.quality.errors, "error")),
    };
    let until = format!(
        "Numbers include everything up to the end of {}, time zone {}.",
        format::date(manifest.as_of),
        manifest.timezone
    );
    let id: String = manifest.snapshot_id.chars().take(SHORT_ID).collect();
    let made = format!("created {}", format::moment(manifest.generated_at));
    view! {
        <div class="panel-section explain">
            <p>{until}</p>
        </div>
        <Days shown=manifest.snapshot_id.clone() />
        {sources_table(manifest)}
        <div class="panel-section explain">
            <p>"Snapshot " <code>{id}</code> ", " {made} ". " <span class=badge>{checks}</span></p>
            <p class="muted">{settings.join(". ")} "."</p>
            <p>
                <a href=move || href(Page::Health.path(), &store.view.read())>"Checks, sources and quarantine"</a>
            </p>
        </div>
    }
    .into_any()
}

/// What is at the end of every page, and the keys.
pub(crate) fn end() -> AnyView {
    when_painted(|| Box::pin(load_end()), || ().into_any())
}

#[wasm_split(rest, fallible)]
fn load_end() -> Loaded<Draw> {
    Ok(|| {
        view! {
            <Footer />
            <Shortcuts />
        }
        .into_any()
    })
}

/// The line at the end of every page.
#[component]
fn Footer() -> impl IntoView {
    let store = Store::get();
    let noted = move || {
        // Only on pages whose charts mark them.
        if store.charts_over_time.get() == 0 {
            return None;
        }
        let notes = store.notes.read();
        let items = notes.iter().map(|note| {
            let detail = match note.detail.as_str() {
                "" => String::new(),
                detail => format!(": {detail}"),
            };
            let text = format!("{}, {}{detail}", format::date(note.day), note.label);
            view! { <li>{text}</li> }
        });
        let items: Vec<_> = items.collect();
        (!items.is_empty()).then(|| {
            view! {
                <div class="noted" data-testid="notes">
                    <span>"◆ Events marked on the charts"</span>
                    <ul>{items}</ul>
                </div>
            }
        })
    };
    view! {
        <footer class="footer">
            {noted}
            <span>"Tidemark"</span>
            <a href=move || href(Page::Definitions.path(), &store.view.read())>"How the numbers are defined"</a>
            <a href=move || href(Page::Health.path(), &store.view.read())>"Where the numbers come from"</a>
            <ShortcutsButton />
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
