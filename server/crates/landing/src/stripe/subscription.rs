//! Stripe subscriptions, their items and discounts.

use crate::columns::{Row, Value};
use crate::record::{Instant, Reason, Record};
use crate::schema::Table;
use crate::sink::Sink;

use super::discount::discounts;

/// Statuses Stripe documents.
const STATUSES: &[&str] = &[
    "incomplete",
    "incomplete_expired",
    "trialing",
    "active",
    "past_due",
    "canceled",
    "unpaid",
    "paused",
];

/// Reads a subscription with its items and discounts.
pub(crate) fn subscription<'a>(
    record: &Record<'a>,
    sink: &mut Sink<'a, '_>,
) -> Result<Option<Instant>, Reason> {
    let id: Value<'a> = record.key("id")?.into();
    if record.flag("deleted")? {
        sink.deletion(Table::StripeSubscriptions, id);
        return Ok(None);
    }
    let status = record
        .one_of("status", STATUSES)?
        .ok_or_else(|| Reason::missing("status"))?;
    let created = record.instant("created")?;
    let start = match record.instant("start_date")?.or(created) {
        Some(start) => Some(start),
        // The oldest API versions have no other.
        None => record.instant("start")?,
    };
    let ended_at = record.instant("ended_at")?;
    let canceled_at = record.instant("canceled_at")?;
    let details = record.object("cancellation_details")?;
    let detail = |name| match &details {
        None => Ok(None),
        Some(details) => details.code(name),
    };
    let collection = match record.code("collection_method")? {
        Some(method) => Some(method),
        None => record.code("billing")?,
    };

    let mut items = Vec::new();
    let mut item_discounts = Vec::new();
    let mut period_end = record.instant("current_period_end")?;
    let nested = record.list("items")?;
    let no_items = nested.is_empty();
    for (at, raw) in nested.into_iter().enumerate() {
        let mut read = || -> Result<(), Reason> {
            let item = record.part(raw, "items", &["id"])?;
            if !record.has("current_period_end") {
                period_end = super::later(period_end, item.instant("current_period_end")?);
            }
            let item_id = item.key("id")?;
            let parent = Value::Parent(Table::StripeSubscriptions);
            let holder = [id.clone(), item_id.clone().into(), parent.clone()];
            let of_item = discounts(&item, Table::StripeSubscriptionDiscounts, &holder)?;
            item_discounts.extend(of_item);
            items.push(item_row(&item, item_id.into(), id.clone(), parent, sink)?);
            Ok(())
        };
        read().map_err(|why| why.within(&format!("items[{at}]")))?;
    }
    // The oldest API versions have one plan and no items: the subscription is its own item.
    let is_item = no_items && record.has("plan");
    if is_item {
        let parent = Value::Parent(Table::StripeSubscriptions);
        items.push(item_row(record, id.clone(), id.clone(), parent, sink)?);
    }

    let extent = record.extent("items")?;
    let row = vec![
        id.clone(),
        record.reference("customer")?.into(),
        status.into(),
        record.currency("currency")?.into(),
        created.into(),
        start.into(),
        record.instant("trial_start")?.into(),
        record.instant("trial_end")?.into(),
        record.instant("cancel_at")?.into(),
        canceled_at.into(),
        ended_at.into(),
        record.flag("cancel_at_period_end")?.into(),
        detail("reason")?.into(),
        detail("feedback")?.into(),
        collection.into(),
        record.has("pause_collection").into(),
        period_end.into(),
        (extent.incomplete && !is_item).into(),
        extent.total.into(),
        false.into(),
        record.said("livemode")?.into(),
    ];
    sink.row(Table::StripeSubscriptions, row);
    for item in items {
        sink.row(Table::StripeSubscriptionItems, item);
    }
    let holder = [id, Value::Null, Value::Parent(Table::StripeSubscriptions)];
    let of_all = discounts(record, Table::StripeSubscriptionDiscounts, &holder)?;
    for (table, row) in of_all.into_iter().chain(item_discounts) {
        sink.row(table, row);
    }
    Ok(super::later(created, super::later(canceled_at, ended_at)))
}

/// Reads a subscription item landed by itself.
pub(crate) fn subscription_item<'a>(
    record: &Record<'a>,
    sink: &mut Sink<'a, '_>,
) -> Result<Option<Instant>, Reason> {
    let id = record.key("id")?;
    let row = if record.flag("deleted")? {
        let mut row = vec![id.into()];
        row.resize(8, Value::Null);
        row.push(true.into());
        row
    } else {
        let subscription = record
            .reference("subscription")?
            .ok_or_else(|| Reason::missing("subscription"))?;
        item_row(record, id.into(), subscription.into(), Value::Null, sink)?
    };
    sink.row(Table::StripeSubscriptionItems, row);
    super::stamp(record)
}

fn item_row<'a>(
    record: &Record<'a>,
    id: Value<'a>,
    subscription: Value<'a>,
    parent: Value<'a>,
    sink: &mut Sink<'a, '_>,
) -> Result<Row<'a>, Reason> {
    let (price, name) = match record.raw("price") {
        Some(price) => (Some(price), "price"),
        None => (record.raw("plan"), "plan"),
    };
    let price_id = match price {
        None => record.word("price")?.map(|id| id.into_owned()),
        Some(raw) => {
            let id = sink.embedded_price(record, raw);
            record.optional(name, id.map_err(|why| why.within(name)))?
        }
    };
    let metered = price.is_some_and(|raw| raw.get().contains("\"metered\""));
    let quantity = record.int("quantity")?.or((!metered).then_some(1));
    Ok(vec![
        id,
        subscription,
        parent,
        price_id.into(),
        quantity.into(),
        record.instant("created")?.into(),
        record.instant("current_period_start")?.into(),
        record.instant("current_period_end")?.into(),
        record.flag("deleted")?.into(),
    ])
}
