//! What the tables of a pipeline cannot tell unless another of its tables is landed too.

use std::collections::BTreeSet;

use super::{Lists, Origin};
use crate::findings::Finding;
use crate::objects::Object;

/// What numbers lack because a table of a pipeline is not there.
pub(crate) fn gaps(landed: &[(&Object, &BTreeSet<Origin>)], lists: &Lists) -> Vec<Finding> {
    let from = |source: &str, name: &str| {
        let found = landed
            .iter()
            .find(|(object, _)| (object.source, object.name) == (source, name));
        found.map(|(_, origins)| *origins)
    };
    let is_fivetran = |source: &str, name: &str| {
        from(source, name).is_some_and(|origins| origins.contains(&Origin::Fivetran))
    };
    let mut findings = Vec::new();
    let mut tell = |source: &str, object: &str, message: String| {
        findings.push(Finding::warn(source, object, "missing_table", message));
    };
    if let Some(origin) = from("zendesk", "tickets").and_then(BTreeSet::first)
        && from("zendesk", "ticket_metrics").is_none()
    {
        tell(
            "zendesk",
            "tickets",
            format!(
                "zendesk tickets come from {} without ticket_metrics: when they were solved and how long they took is not known; \
             export zendesk/ticket_metrics too",
                origin.name()
            ),
        );
    }
    if is_fivetran("zendesk", "tickets") && !lists.has("zendesk", "tickets", "satisfaction_rating")
    {
        tell(
            "zendesk",
            "tickets",
            "zendesk tickets come from Fivetran without their ratings: satisfaction is not known; \
             export the table satisfaction_rating too"
                .to_owned(),
        );
    }
    if is_fivetran("zendesk", "organizations")
        && !lists.has("zendesk", "organizations", "domain_names")
    {
        tell("zendesk", "organizations", "zendesk organizations come from Fivetran without their domains: none is matched by its domain; \
             export the table domain_name too".to_owned());
    }
    let has_coupons =
        from("stripe", "coupons").is_some() || lists.has("stripe", "subscriptions", "discounts");
    if is_fivetran("stripe", "invoice_line_items")
        && has_coupons
        && !lists.filled("stripe", "invoice_line_items", "discount_amounts")
    {
        tell("stripe", "invoice_line_items", "stripe invoice_line_items come from Fivetran without amounts of discounts: discounted lines count \
             at their full price; export the table discount with the discounts of lines, or sync Stripe itself".to_owned());
    }
    findings
}
