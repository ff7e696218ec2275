//! The page for paths that are no page.

use leptos::prelude::*;

use crate::routes::{Page, href};
use crate::store::Store;

/// For a path that is no page.
#[component]
pub(crate) fn NotFound() -> impl IntoView {
    view! {
        <Missing
            title="Page not found"
            text="The link may be outdated or mistyped. Start from the overview."
        />
    }
}

#[component]
fn Missing(title: &'static str, text: &'static str) -> impl IntoView {
    let store = Store::get();
    view! {
        <main id="content" class="center-page" data-testid="missing">
            <h1>{title}</h1>
            <p>{text}</p>
            <div class="actions">
                <a class="button primary" href=move || href(Page::Overview.path(), &store.view.read())>
                    "Go to the overview"
                </a>
            </div>
        </main>
    }
}
