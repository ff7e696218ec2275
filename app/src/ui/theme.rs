//! Light, dark or as the system has it; remembered in this browser.

use leptos::prelude::*;

use super::browser;

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
    match browser::remembered(KEY).as_deref() {
        Some("light") => Theme::Light,
        Some("dark") => Theme::Dark,
        _ => Theme::System,
    }
}

/// Puts a choice in force and remembers it.
pub(crate) fn apply(theme: Theme) {
    let named = (theme != Theme::System).then_some(theme.label());
    if let Some(root) = document().document_element() {
        let _ = match named {
            Some(name) => root.set_attribute("data-theme", name),
            None => root.remove_attribute("data-theme"),
        };
    }
    browser::remember(KEY, named);
}

/// Whether the system is dark, and whether the page is being printed, which is always light: what
/// changes the colours in force besides the choice.
pub(crate) fn surroundings() -> [RwSignal<bool>; 2] {
    ["(prefers-color-scheme: dark)", "print"].map(browser::media)
}
