//! Lines that stand in for a list on the Health page while it loads, or after it failed.

use leptos::prelude::*;

/// A line that stands for something still loading.
pub(super) fn waiting() -> AnyView {
    view! { <div class="section-line"><div class="skeleton line"></div></div> }.into_any()
}

/// A line that says what could not be loaded, and why.
pub(super) fn missing(what: &str, message: &str) -> AnyView {
    view! { <p class="section-line muted">{format!("Couldn't load {what}. {message}")}</p> }
        .into_any()
}
