//! The list behind a shared link, as a table: what the page's file and the export give.

use std::sync::Arc;

use super::{Events, People, Roster};
use crate::columns::Columns;
use crate::engine::Evaluation;
use crate::table::Table;
use crate::view::View;

/// Path and query of a link, or of a query alone; without what follows `#`.
pub fn split(link: &str) -> (&str, &str) {
    let link = link.split('#').next().unwrap_or_default();
    match link.split_once('?') {
        Some(parts) => parts,
        None if link.contains('/') && !link.contains('=') => (link, ""),
        None => ("", link),
    }
}

/// Whether a link is about the list of customers rather than a chart.
pub fn asks_for_list(path: &str, view: &View) -> bool {
    let page = path.trim_end_matches('/').rsplit('/').next();
    view.chart.is_none() && (page == Some("customers") || view.people.listing.is_some())
}

/// The list an evaluated view asks for; `events` are needed where [`super::needs_events`] says so.
///
/// # Errors
/// A mart cannot be read, or there is no such list; a sentence.
pub fn listed(
    customers: Columns,
    events: Option<Columns>,
    evaluation: &Evaluation,
) -> Result<Table, String> {
    let as_of = evaluation.marts().as_of();
    let view = evaluation.view();
    let people = People::new(customers, as_of).map_err(|error| error.to_string())?;
    let events = events.map(|events| Events::new(events, as_of));
    let events = events.transpose().map_err(|error| error.to_string())?;
    let shown = evaluation.window().shown;
    let listing = view.people.listing;
    let roster = Roster::new(
        Arc::new(people),
        events.as_ref(),
        listing,
        &view.filters,
        shown,
    );
    let roster = roster.map_err(|error| error.to_string())?;
    Ok(roster.table(&roster.shown(&view.people)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::parse;

    #[test]
    fn a_link_is_about_the_list_by_its_path_or_by_what_it_lists() {
        for (link, list) in [
            ("/customers", true),
            ("/customers/", true),
            ("https://example.test/customers?plan=Pro#content", true),
            ("list=mrr_new", true),
            ("/?list=mrr_new&chart=mrr", false),
            ("plan=a%2Fcustomers", false),
            ("/churn?plan=Pro", false),
            ("", false),
        ] {
            let (path, query) = split(link);
            let (view, ignored) = parse(query);
            assert!(ignored.is_empty(), "{link}: {ignored:?}");
            assert_eq!(asks_for_list(path, &view), list, "{link}");
        }
    }
}
