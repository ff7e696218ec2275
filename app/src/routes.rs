//! The pages and the only place that builds their paths.

use leptos::prelude::*;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::hooks::use_location;
use leptos_router::path;
use tidemark_shared::View;

use crate::pages::{
    Acquisition, Churn, Definitions, Health, NotFound, NotYet, Overview, Retention, Support,
};
use crate::store::Store;
use crate::widgets::{Footer, Header, Toast};

/// A page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Page {
    Overview,
    Acquisition,
    Retention,
    Churn,
    Support,
    Customers,
    Health,
    Definitions,
}

impl Page {
    /// All pages, in the order of the navigation.
    pub(crate) const ALL: [Page; 8] = [
        Page::Overview,
        Page::Acquisition,
        Page::Retention,
        Page::Churn,
        Page::Support,
        Page::Customers,
        Page::Health,
        Page::Definitions,
    ];

    /// Path without query.
    pub(crate) const fn path(self) -> &'static str {
        match self {
            Page::Overview => "/",
            Page::Acquisition => "/acquisition",
            Page::Retention => "/retention",
            Page::Churn => "/churn",
            Page::Support => "/support",
            Page::Customers => "/customers",
            Page::Health => "/health",
            Page::Definitions => "/definitions",
        }
    }

    /// Name for people.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Page::Overview => "Overview",
            Page::Acquisition => "Acquisition",
            Page::Retention => "Retention",
            Page::Churn => "Churn",
            Page::Support => "Support",
            Page::Customers => "Customers",
            Page::Health => "Health",
            Page::Definitions => "Definitions",
        }
    }

    /// Whether this version has the page; the others say so when opened, and are not in the navigation.
    pub(crate) const fn is_built(self) -> bool {
        !matches!(self, Page::Customers)
    }
}

/// A path with the query of a view.
pub(crate) fn href(path: &str, view: &View) -> String {
    let query = view.to_query();
    if query.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{query}")
    }
}

/// The link to a place of a page, which `#` names; to the whole page without a place.
pub(crate) fn href_to(page: Page, view: &View, place: &str) -> String {
    let path = href(page.path(), view);
    match place {
        "" => path,
        _ => format!("{path}#{place}"),
    }
}

/// Title of the window on a path.
fn title(path: &str) -> String {
    match Page::ALL.into_iter().find(|page| page.path() == path) {
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
    view! {
        <a class="skip-link" href="#content">"Skip to the numbers"</a>
        <Header />
        <Routes fallback=|| view! { <NotFound /> }>
            <Route path=path!("/") view=Overview />
            <Route path=path!("/retention") view=Retention />
            <Route path=path!("/health") view=Health />
            <Route path=path!("/definitions") view=Definitions />
            <Route path=path!("/acquisition") view=Acquisition />
            <Route path=path!("/churn") view=Churn />
            <Route path=path!("/support") view=Support />
            <Route path=path!("/customers") view=|| view! { <NotYet page=Page::Customers /> } />
        </Routes>
        <Footer />
        <Toast />
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_distinct_and_carry_the_view() {
        for (at, page) in Page::ALL.into_iter().enumerate() {
            assert!(page.path().starts_with('/'));
            assert!(
                Page::ALL[..at]
                    .iter()
                    .all(|other| other.path() != page.path())
            );
        }
        let (view, _) = tidemark_shared::view::parse("plan=Pro&range=90d");
        let link = href(Page::Retention.path(), &view);
        let (path, query) = link.split_once('?').expect("a query");
        assert_eq!(path, "/retention");
        assert_eq!(tidemark_shared::view::parse(query).0, view);
        assert_eq!(href("/", &View::default()), "/");
        assert_eq!(title("/health"), "Health · Tidemark");
        assert_eq!(title("/nowhere"), "Tidemark");
    }
}
