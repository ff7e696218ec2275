//! Stripe invoices and their lines, nested or landed by themselves.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::columns::{Row, Value};
use crate::record::{Instant, Reason, Record, is_object};
use crate::schema::Table;
use crate::sink::Sink;

/// Statuses Stripe documents; `deleted` occurs in old exports and webhooks.
const STATUSES: &[&str] = &["draft", "open", "paid", "uncollectible", "void", "deleted"];

/// What a line inside an invoice cannot do without, as one landed by itself.
const LINE_NEEDS: &[&str] = &[
    "id",
    "amount",
    "currency",
    "period",
    "period_start",
    "period_end",
];

/// Reads an invoice with its lines.
pub(crate) fn invoice<'a>(
    record: &Record<'a>,
    sink: &mut Sink<'a, '_>,
) -> Result<Option<Instant>, Reason> {
    let id = record.key("id")?;
    if record.flag("deleted")? {
        sink.deletion(Table::StripeInvoices, id.into());
        return Ok(None);
    }
    let status = status(record)?;
    let created = match record.instant("created")? {
        Some(created) => Some(created),
        None => record.instant("date")?,
    };
    let paid_at = match record.object("status_transitions")? {
        None => None,
        Some(transitions) => transitions.instant("paid_at")?,
    };
    let extent = record.extent("lines")?;
    let currency = record.currency("currency")?;
    let row = vec![
        id.clone().into(),
        record.reference("customer")?.into(),
        subscription(record)?.into(),
        status.clone().into(),
        currency.clone().into(),
        record.code("billing_reason")?.into(),
        created.into(),
        paid_at.into(),
        extent.incomplete.into(),
        extent.total.into(),
        (status == "deleted").into(),
        record.said("livemode")?.into(),
    ];
    sink.row(Table::StripeInvoices, row);

    let lines = record.list("lines")?;
    let mut alike: HashMap<String, usize> = HashMap::new();
    for (position, raw) in lines.into_iter().enumerate() {
        let mut read = || -> Result<(), Reason> {
            let line = record.part(raw, "lines", LINE_NEEDS)?;
            let written = line.word("id")?;
            let subscription = line_subscription(&line, written.as_deref())?;
            let place = Place {
                invoice: id.clone(),
                parent: Value::Parent(Table::StripeInvoices),
                position: i64::try_from(position).ok(),
                subscription,
                currency: currency.clone(),
            };
            let mut row = line_row(&line, place, sink)?;
            // Lines of one list are lines of their own, however alike; only an id that is theirs alone makes them one.
            if let Value::Text(Cow::Owned(key)) = &mut row[0] {
                let before = alike.entry(key.clone()).or_default();
                *before += 1;
                if *before > 1 {
                    *key = format!("{key}#{before}");
                }
            }
            sink.row(Table::StripeInvoiceLines, row);
            Ok(())
        };
        read().map_err(|why| why.within(&format!("lines[{position}]")))?;
    }
    Ok(super::later(created, paid_at))
}

/// The status; before 2018-11-08 it has to be put together from truth values.
fn status<'a>(record: &Record<'a>) -> Result<Cow<'a, str>, Reason> {
    if let Some(status) = record.one_of("status", STATUSES)? {
        return Ok(status);
    }
    let old = ["paid", "closed", "forgiven", "attempted"];
    if !old.iter().any(|name| record.has(name)) {
        return Err(Reason::missing("status"));
    }
    let status = if record.flag("paid")? {
        "paid"
    } else if record.flag("forgiven")? {
        "uncollectible"
    } else if record.flag("closed")? {
        "void"
    } else if record.flag("attempted")? {
        "open"
    } else {
        "draft"
    };
    Ok(Cow::Borrowed(status))
}

/// The subscription an invoice bills, where old or new API versions name it.
fn subscription<'a>(record: &Record<'a>) -> Result<Option<Cow<'a, str>>, Reason> {
    if let Some(id) = record.reference("subscription")? {
        return Ok(Some(id));
    }
    let Some(parent) = record.object("parent")? else {
        return Ok(None);
    };
    match parent.object("subscription_details")? {
        None => Ok(None),
        Some(details) => details.reference("subscription"),
    }
}

/// Reads an invoice line landed by itself.
pub(crate) fn invoice_line_item<'a>(
    record: &Record<'a>,
    sink: &mut Sink<'a, '_>,
) -> Result<Option<Instant>, Reason> {
    let id = record.key("id")?;
    let invoice = record.reference("invoice")?.ok_or_else(|| {
        Reason::new("invoice is missing: it is unknown which invoice the line belongs to")
    })?;
    let subscription = line_subscription(record, Some(&id))?;
    let place = Place {
        invoice,
        parent: Value::Null,
        position: None,
        subscription,
        currency: None,
    };
    let row = line_row(record, place, sink)?;
    sink.row(Table::StripeInvoiceLines, row);
    super::stamp(record)
}

/// In the oldest API versions a line that bills a subscription has the subscription's id.
fn is_subscription_id(id: &str) -> bool {
    id.starts_with("sub_")
}

/// Where a line stands.
struct Place<'a> {
    invoice: Cow<'a, str>,
    parent: Value<'a>,
    position: Option<i64>,
    subscription: Option<Cow<'a, str>>,
    /// The invoice's, for lines that name none.
    currency: Option<Cow<'a, str>>,
}

/// What the `parent` of a line says since 2025-03-31: the part its `type` names, else the other.
fn parent_details<'a>(line: &Record<'a>) -> Result<Option<Record<'a>>, Reason> {
    let Some(parent) = line.object("parent")? else {
        return Ok(None);
    };
    let named = parent.word("type")?;
    let names = ["subscription_item_details", "invoice_item_details"];
    let first = names.iter().find(|name| named.as_deref() == Some(**name));
    for name in first.into_iter().chain(&names) {
        if let Some(details) = parent.object(name)? {
            return Ok(Some(details));
        }
    }
    Ok(None)
}

fn line_subscription<'a>(
    line: &Record<'a>,
    id: Option<&str>,
) -> Result<Option<Cow<'a, str>>, Reason> {
    if let Some(subscription) = line.reference("subscription")? {
        return Ok(Some(subscription));
    }
    if id.is_some_and(is_subscription_id) {
        return line.word("id");
    }
    match parent_details(line)? {
        None => Ok(None),
        Some(details) => details.reference("subscription"),
    }
}

fn line_row<'a>(
    line: &Record<'a>,
    place: Place<'a>,
    sink: &mut Sink<'a, '_>,
) -> Result<Row<'a>, Reason> {
    let details = parent_details(line)?;
    let detail = |name| match &details {
        None => Ok(None),
        Some(details) => details.reference(name),
    };
    let proration = match &details {
        Some(details) if !line.has("proration") => details.flag("proration")?,
        _ => line.flag("proration")?,
    };
    let item = match line.reference("subscription_item")? {
        Some(item) => Some(item),
        None => detail("subscription_item")?,
    };
    let line_type = match line.word("type")? {
        Some(kind) => Some(kind),
        None => match line.object("parent")? {
            None => None,
            Some(parent) => parent.word("type")?,
        },
    };
    let amount = line
        .int("amount")?
        .ok_or_else(|| Reason::missing("amount"))?;
    let price = line_price(line, sink)?;
    let currency = match line.currency("currency")?.or(place.currency) {
        // Without a currency, or a period, what recurs would count nowhere.
        None if place.subscription.is_some() => return Err(Reason::missing("currency")),
        currency => currency,
    };
    let (start, end) = (period(line, "start")?, period(line, "end")?);
    if place.subscription.is_some() && (start.is_none() || end.is_none()) {
        return Err(Reason::missing("period"));
    }
    let id = match own_id(line)? {
        Some(id) => id,
        None => {
            let seconds = |at: Option<Instant>| at.map_or(0, |at| at.0 / 1_000_000);
            Cow::Owned(format!(
                "{}|{}|{}|{}|{}|{proration}|{amount}",
                line.word("id")?.unwrap_or_default(),
                item.as_deref().unwrap_or_default(),
                price.as_deref().unwrap_or_default(),
                seconds(start),
                seconds(end),
            ))
        }
    };
    Ok(vec![
        id.into(),
        place.invoice.into(),
        place.parent,
        place.position.into(),
        place.subscription.into(),
        item.into(),
        price.into(),
        amount.into(),
        currency.into(),
        line.int("quantity")?.into(),
        proration.into(),
        start.into(),
        end.into(),
        total(line, "discount_amounts", |_| Ok(true))?.into(),
        inclusive_tax(line)?.into(),
        line_type.into(),
        credits_items(line, details.as_ref())?.into(),
    ])
}

/// The id that is a line's alone. What other ids name comes again on other invoices, or in other API versions.
fn own_id<'a>(line: &Record<'a>) -> Result<Option<Cow<'a, str>>, Reason> {
    for name in ["unique_id", "unique_line_item_id"] {
        if let Some(id) = line.word(name)? {
            return Ok(Some(id));
        }
    }
    Ok(line.word("id")?.filter(|id| id.starts_with("il_")))
}

/// Whether a proration gives back what other lines billed.
fn credits_items(line: &Record<'_>, parent: Option<&Record<'_>>) -> Result<bool, Reason> {
    for holder in std::iter::once(line).chain(parent) {
        if let Some(details) = holder.object("proration_details")? {
            return Ok(details.has("credited_items"));
        }
    }
    Ok(false)
}

/// The price of a line: a price, a plan, or the reference newer API versions give.
fn line_price(line: &Record<'_>, sink: &mut Sink<'_, '_>) -> Result<Option<String>, Reason> {
    for name in ["price", "plan"] {
        if let Some(raw) = line.raw(name) {
            let id = sink.embedded_price(line, raw);
            return line.optional(name, id.map_err(|why| why.within(name)));
        }
    }
    let Some(pricing) = line.object("pricing")? else {
        return Ok(None);
    };
    let Some(details) = pricing.object("price_details")? else {
        return Ok(None);
    };
    match details.raw("price") {
        None => Ok(None),
        Some(raw) if is_object(raw) => {
            details.optional("price", sink.embedded_price(&details, raw))
        }
        Some(_) => Ok(details.word("price")?.map(Cow::into_owned)),
    }
}

/// An end of the time a line bills.
fn period(line: &Record<'_>, end: &'static str) -> Result<Option<Instant>, Reason> {
    let period = line.object_with("period", &["start", "end"])?;
    let nested = period.map(|period| period.instant(end).map_err(|why| why.within("period")));
    match nested.transpose()?.flatten() {
        Some(at) => Ok(Some(at)),
        // A flattened file may have one of them in either form.
        None => line.instant(if end == "start" {
            "period_start"
        } else {
            "period_end"
        }),
    }
}

/// The tax contained in the amount. Newer lists replace the older one, which may still be there.
fn inclusive_tax(line: &Record<'_>) -> Result<i64, Reason> {
    if !line.list("taxes")?.is_empty() {
        let inclusive =
            |tax: &Record<'_>| Ok(tax.code("tax_behavior")?.as_deref() == Some("inclusive"));
        return total(line, "taxes", inclusive);
    }
    total(line, "tax_amounts", |tax| tax.flag("inclusive"))
}

/// The sum of the amounts of those elements of a list that count.
fn total(
    line: &Record<'_>,
    list: &'static str,
    counts: impl Fn(&Record<'_>) -> Result<bool, Reason>,
) -> Result<i64, Reason> {
    let mut sum = 0i64;
    for raw in line.list(list)? {
        let element = line.part(raw, list, &[]).map_err(|why| why.within(list));
        let Some(element) = line.optional(list, element)? else {
            continue;
        };
        if counts(&element)? {
            let amount = element.int("amount")?.unwrap_or(0);
            sum = sum
                .checked_add(amount)
                .ok_or_else(|| Reason::new("amounts are too large to add"))?;
        }
    }
    Ok(sum)
}
