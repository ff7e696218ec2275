//! Light, dark or as the system has it; remembered in this browser.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

const KEY: &str = "tidemark:theme";

/// A choice of theme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Theme {
    System,
    Light,
    Dark,
}

impl Theme {
    /// The next choice when the button is pressed.
    pub(crate) const fn next(self) -> Theme {
        match self {
            Theme::System => Theme::Light,
            Theme::Light => Theme::Dark,
            Theme::Dark => Theme::System,
        }
    }

    /// Name for people.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Theme::System => "system",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }
}

/// The remembered choice.
pub(crate) fn stored() -> Theme {
    match storage()
        .and_then(|s| s.get_item(KEY).ok().flatten())
        .as_deref()
    {
        Some("light") => Theme::Light,
        Some("dark") => Theme::Dark,
        _ => Theme::System,
    }
}

/// Puts a choice in force and remembers it.
pub(crate) fn apply(theme: Theme) {
    if let Some(root) = document().document_element() {
        let _ = match theme {
            Theme::System => root.remove_attribute("data-theme"),
            _ => root.set_attribute("data-theme", theme.label()),
        };
    }
    // Storage may be refused in private windows; the choice then lasts as long as the page.
    if let Some(storage) = storage() {
        let _ = match theme {
            Theme::System => storage.remove_item(KEY),
            _ => storage.set_item(KEY, theme.label()),
        };
    }
}

/// Calls back whenever the system turns light or dark.
pub(crate) fn on_system_change(changed: impl Fn() + 'static) {
    let Ok(Some(query)) = window().match_media("(prefers-color-scheme: dark)") else {
        return;
    };
    let closure = Closure::<dyn FnMut()>::new(changed);
    let _ = query.add_event_listener_with_callback("change", closure.as_ref().unchecked_ref());
    // The app listens for as long as the page lives.
    closure.forget();
}

fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}
