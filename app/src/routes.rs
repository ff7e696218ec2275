//! The pages and the only place that builds their paths.

use std::time::Duration;

use chrono::NaiveDate;
use leptos::prelude::*;
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::hooks::use_location;
use leptos_router::path;
use tidemark_shared::engine::people::reach;
use tidemark_shared::view::{ListView, Listing, Range, Span};
use tidemark_shared::{Metric, View};

use crate::pages::{NotFound, Overview, later};
use crate::store::{Load, Store};
use crate::ui::browser;
use crate::widgets::{Header, Toast, end};

/// The page is shown without its numbers after so long.
const PATIENCE: Duration = Duration::from_secs(3);

/// A page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Page {
    Overview,
    Acquisition,
    Retention,
    Churn,
    Support,
    Customers,
    History,
    Health,
    Definitions,
}

impl Page {
    /// All pages, in the order of the navigation.
    pub(crate) const ALL: [Page; 9] = [
        Page::Overview,
        Page::Acquisition,
        Page::Retention,
        Page::Churn,
        Page::Support,
        Page::Customers,
        Page::History,
        Page::Health,
        Page::Definitions,
    ];

    /// Pages that show what the manifest says, and no numbers of the marts that others share.
    const WORDS: [Page; 3] = [Page::History, Page::Health, Page::Definitions];

    /// Path without query.
    pub(crate) const fn path(self) -> &'static str {
        match self {
            Page::Overview => "/",
            Page::Acquisition => "/acquisition",
            Page::Retention => "/retention",
            Page::Churn => "/churn",
            Page::Support => "/support",
            Page::Customers => "/customers",
            Page::History => "/history",
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
            Page::History => "History",
            Page::Health => "Health",
            Page::Definitions => "Definitions",
        }
    }
}

/// A path with the query of a view. Options of the customer list and of the history page are part
/// of their own pages only.
pub(crate) fn href(path: &str, view: &View) -> String {
    let mut view = view.clone();
    if path != Page::Customers.path() {
        view.people = ListView::default();
    }
    if path != Page::History.path() {
        view.against = None;
    }
    let query = view.to_query();
    if query.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{query}")
    }
}

/// The list of who is behind a metric over some days, or over those of the view; none for a metric
/// without a list.
pub(crate) fn who(view: &View, metric: &'static Metric, span: Option<Span>) -> Option<String> {
    reach(metric).ok()?;
    Some(list(view, Listing::Metric(metric), span))
}

/// The list of who is behind a cell of the cohorts: acquired in a month, seen some months later.
pub(crate) fn who_in_cohort(view: &View, month: NaiveDate, months_since: u32) -> String {
    let cell = Listing::Cohort {
        month,
        months_since,
    };
    list(view, cell, None)
}

fn list(view: &View, listing: Listing, span: Option<Span>) -> String {
    let mut view = view.clone();
    if let Some(span) = span {
        view.set_range(Range::between(span.from, span.to));
    }
    view.chart = None;
    view.people = ListView::default();
    view.people.set_listing(Some(listing));
    href(Page::Customers.path(), &view)
}

/// What was restated since an earlier snapshot.
pub(crate) fn since(view: &View, snapshot: &str) -> String {
    let against = Some(snapshot.to_owned());
    let view = View {
        against,
        ..view.clone()
    };
    href(Page::History.path(), &view)
}

/// The list with a customer's story open.
pub(crate) fn story(view: &View, id: &str) -> String {
    let mut view = view.clone();
    view.people.customer = Some(id.to_owned());
    href(Page::Customers.path(), &view)
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
        let needs_marts = !Page::WORDS
            .iter()
            .any(|page| path.read().as_str() == page.path());
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
        let (mut list, _) = tidemark_shared::view::parse("plan=Pro&q=ann&sort=name");
        assert_eq!(href("/churn", &list), "/churn?plan=Pro");
        let metric = &tidemark_shared::metrics::MRR_NEW;
        let day = NaiveDate::default();
        let span = Some(Span { from: day, to: day });
        let who = who(&list, metric, span);
        let wanted = "/customers?from=1970-01-01&to=1970-01-01&plan=Pro&list=mrr_new";
        assert_eq!(who.as_deref(), Some(wanted));
        assert_eq!(
            super::who(&list, &tidemark_shared::metrics::NRR, None),
            None
        );
        list.people = ListView::default();
        assert_eq!(story(&list, "a b"), "/customers?plan=Pro&customer=a%20b");
        let since = since(&list, "0a1b2c3d");
        assert_eq!(since, "/history?plan=Pro&against=0a1b2c3d");
        let (view, _) = tidemark_shared::view::parse(&since["/history".len()..]);
        assert_eq!(href("/churn", &view), "/churn?plan=Pro");
        assert_eq!(title("/health"), "Health · Tidemark");
        assert_eq!(title("/nowhere"), "Tidemark");
    }
}
