//! The app as a whole: the frame around the pages, and which page a path shows.

use std::time::Duration;

use leptos::prelude::*;
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::hooks::use_location;
use leptos_router::path;

use crate::pages::{NotFound, Overview, later};
use crate::routes::Page;
use crate::store::{Load, Store};
use crate::ui::browser;
use crate::widgets::{Header, Toast, end};

/// The page is shown without its numbers after this time.
const PATIENCE: Duration = Duration::from_secs(3);

/// Title of the window on a path.
fn title(path: &str) -> String {
    match Page::from_path(path) {
        None | Some(Page::Overview) => "Tidemark".to_owned(),
        Some(page) => format!("{} · Tidemark", page.label()),
    }
}

/// The whole app.
#[component]
pub(crate) fn App() -> impl IntoView {
    view! {
        <Router>
            <Frame />
        </Router>
    }
}

/// Everything inside the router: the store needs its location.
#[component]
fn Frame() -> impl IntoView {
    Store::provide();
    let path = use_location().pathname;
    Effect::new(move |_| document().set_title(&title(&path.read())));
    show_when_there();
    let refreshing = Store::get().refreshing;
    Effect::new(move |_| {
        if let Some(root) = document().document_element() {
            let _ = root.toggle_attribute_with_force("data-refreshing", refreshing.get());
        }
    });
    view! {
        <a class="skip-link" href="#content">"Skip to the numbers"</a>
        <Header />
        <FlatRoutes fallback=|| view! { <NotFound /> }>
            <Route path=path!("/") view=Overview />
            <Route path=path!("/acquisition") view=later::acquisition />
            <Route path=path!("/retention") view=later::retention />
            <Route path=path!("/churn") view=later::churn />
            <Route path=path!("/support") view=later::support />
            <Route path=path!("/customers") view=later::customers />
            <Route path=path!("/history") view=later::history />
            <Route path=path!("/health") view=later::health />
            <Route path=path!("/definitions") view=later::definitions />
        </FlatRoutes>
        {end()}
        <Toast />
    }
}

/// Shows the page when it has what it needs, so that nothing moves while it fills; on a slow
/// connection as far as it is.
fn show_when_there() {
    let store = Store::get();
    let path = use_location().pathname;
    Effect::new(move |_| {
        let needs_marts = Page::from_path(&path.read()).is_none_or(|page| page.spec().has_numbers);
        let here = match &*store.manifest.read() {
            Load::Loading => false,
            Load::Failed(_) => true,
            Load::Ready(_) => !needs_marts || !matches!(*store.marts.read(), Load::Loading),
        };
        if here && !store.opening.get() {
            // After the effects that draw it.
            queue_microtask(browser::show_page);
        }
    });
    set_timeout(browser::show_page, PATIENCE);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_is_named_after_the_page() {
        assert_eq!(title("/health"), "Health · Tidemark");
        assert_eq!(title("/"), "Tidemark");
        assert_eq!(title("/nowhere"), "Tidemark");
    }
}
