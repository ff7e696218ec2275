//! The only place that builds links to pages.

use chrono::NaiveDate;
use tidemark_shared::engine::people::reach;
pub(crate) use tidemark_shared::page::Page;
use tidemark_shared::view::{ListView, Listing, Range, Span};
use tidemark_shared::{Metric, View};

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_carry_the_view() {
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
    }
}
