//! Generic billing, CRM and support files: our own templates for systems without a connector.

use crate::LandingOptions;
use crate::employees::Employees;
use crate::money::Money;
use crate::record::{Instant, Reason, Record, shown};
use crate::schema::Table;
use crate::sink::Sink;
use crate::text::{account_reference, email_domain, email_key, website_domain};

/// An absent value where there must be one.
pub(crate) fn missing(name: &'static str) -> impl Fn() -> Reason {
    move || Reason::missing(name)
}

/// Reads a period of a subscription.
pub(crate) fn subscription_period<'a>(
    record: &Record<'a>,
    sink: &mut Sink<'a, '_>,
) -> Result<Option<Instant>, Reason> {
    let name = record.text("customer_name")?;
    let email = record.word("customer_email")?;
    let start = record
        .date("start_date")?
        .ok_or_else(missing("start_date"))?;
    let price = Price::of(record, sink.options)?;
    let row = vec![
        record.key("subscription_id")?.into(),
        account_reference(&record.key("customer_id")?).into(),
        name.clone().into(),
        sink.name_key(name.as_deref()).into(),
        email.as_deref().and_then(email_key).into(),
        email.as_deref().and_then(email_domain).into(),
        record.text("plan")?.into(),
        start.into(),
        record.date("end_date")?.into(),
        price.amount_micros.into(),
        price.interval.into(),
        price.interval_count.into(),
        price.quantity.into(),
        price.currency.into(),
        record.word("end_reason")?.into(),
    ];
    sink.row(Table::BillingSubscriptionPeriods, row);
    Ok(None)
}

/// What a period costs: an amount per unit and interval, of so many units.
struct Price {
    amount_micros: i64,
    currency: Option<String>,
    interval: &'static str,
    interval_count: i64,
    quantity: i64,
}

/// Words for an interval, with the interval and how many of it they mean.
const INTERVALS: [(&str, &str, i64); 22] = [
    ("day", "day", 1),
    ("days", "day", 1),
    ("daily", "day", 1),
    ("week", "week", 1),
    ("weeks", "week", 1),
    ("weekly", "week", 1),
    ("month", "month", 1),
    ("months", "month", 1),
    ("monthly", "month", 1),
    ("quarter", "month", 3),
    ("quarterly", "month", 3),
    ("year", "year", 1),
    ("years", "year", 1),
    ("yearly", "year", 1),
    ("annual", "year", 1),
    ("annually", "year", 1),
    ("annum", "year", 1),
    ("quarters", "month", 3),
    ("fortnight", "week", 2),
    ("semiannual", "month", 6),
    ("semi-annual", "month", 6),
    ("semiannually", "month", 6),
];

/// The interval that a word names, and how many of it: `yearly`, `3 months`, `per year`, or `P1Y` as in ISO 8601.
fn interval(word: &str) -> Option<(&'static str, i64)> {
    let duration = word.strip_prefix('p');
    if let Some(duration) = duration.filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit())) {
        let unit = duration.chars().next_back()?;
        let (_, unit) = [('d', "day"), ('w', "week"), ('m', "month"), ('y', "year")]
            .into_iter()
            .find(|(letter, _)| *letter == unit)?;
        return Some((unit, counted(&duration[..duration.len() - 1])?));
    }
    let word = word.trim_start_matches("every ").trim_start_matches("per ");
    let (count, word) = match word.split_once([' ', '-']) {
        Some((count, word)) if count.bytes().all(|byte| byte.is_ascii_digit()) => {
            (counted(count)?, word.trim())
        }
        _ => (1, word),
    };
    let (_, unit, times) = INTERVALS.iter().find(|(known, ..)| *known == word)?;
    Some((unit, count.checked_mul(*times)?))
}

/// A count of intervals, at least one.
fn counted(digits: &str) -> Option<i64> {
    digits
        .parse()
        .ok()
        .filter(|count| (1..=1200).contains(count))
}

impl Price {
    /// The monthly amount where there is one; else the amount with its interval, count and quantity.
    fn of(record: &Record<'_>, options: &LandingOptions) -> Result<Self, Reason> {
        let monthly = Money::of(record, "monthly_amount", options)?;
        if let Some(amount_micros) = monthly.micros {
            return Ok(Self {
                amount_micros,
                currency: monthly.currency,
                interval: "month",
                interval_count: 1,
                quantity: 1,
            });
        }
        let amount = Money::of(record, "amount", options)?;
        let Some(amount_micros) = amount.micros else {
            let is_known = record.columns().any(|column| column == "amount");
            let field = if is_known { "amount" } else { "monthly_amount" };
            return Err(Reason::missing(field));
        };
        let word = record.code("interval")?.ok_or_else(missing("interval"))?;
        let Some((interval, times)) = interval(&word) else {
            let reason = format!(
                "interval is unknown: {} (known: day, week, month, quarter, year)",
                shown(&word)
            );
            return Err(Reason::new(reason).blaming("interval").hinting(
                "map the word to a known one in [billing.values.interval] of the settings",
            ));
        };

        Ok(Self {
            amount_micros,
            currency: amount.currency,
            interval,
            interval_count: count(record, "interval_count", 1)?.saturating_mul(times),
            quantity: count(record, "quantity", 0)?,
        })
    }
}

/// A whole number of at least `least`, 1 where nothing is said. One that cannot be read costs the record, since
/// taking it as 1 would give a wrong amount.
fn count(record: &Record<'_>, name: &'static str, least: i64) -> Result<i64, Reason> {
    match record.int(name)? {
        Some(number) if number >= least => Ok(number),
        None if !record.has(name) => Ok(1),
        _ => {
            Err(Reason::new(format!("{name} is no whole number of at least {least}")).blaming(name))
        }
    }
}

/// Reads an account.
pub(crate) fn crm_account<'a>(
    record: &Record<'a>,
    sink: &mut Sink<'a, '_>,
) -> Result<Option<Instant>, Reason> {
    let name = record.text("name")?;
    let created = record.instant("created_at")?;
    let [employees, company_size] = Employees::cells(record, "employees")?;
    let row = vec![
        account_reference(&record.key("account_id")?).into(),
        name.clone().into(),
        sink.name_key(name.as_deref()).into(),
        record
            .text("domain")?
            .as_deref()
            .and_then(website_domain)
            .into(),
        record.text("industry")?.into(),
        record.text("country")?.into(),
        employees,
        company_size,
        record.text("source")?.into(),
        created.into(),
    ];
    sink.row(Table::CrmAccounts, row);
    Ok(created)
}

/// Reads a contact: which account it belongs to, and its e-mail.
pub(crate) fn contact<'a>(
    record: &Record<'a>,
    sink: &mut Sink<'a, '_>,
) -> Result<Option<Instant>, Reason> {
    let email = record.word("email")?;
    let row = vec![
        record.key("contact_id")?.into(),
        account(record)?.into(),
        email.as_deref().and_then(email_key).into(),
    ];
    sink.row(Table::CrmContacts, row);
    Ok(None)
}

/// Reads a lead. The account counts once the lead is converted into it; where none is named, the e-mail may lead to one.
pub(crate) fn lead<'a>(
    record: &Record<'a>,
    sink: &mut Sink<'a, '_>,
) -> Result<Option<Instant>, Reason> {
    let created = record
        .instant("created_at")?
        .ok_or_else(missing("created_at"))?;
    let converted = record.instant("converted_at")?;
    let [employees, company_size] = Employees::cells(record, "employees")?;
    let email = record.word("email")?;
    let row = vec![
        record.key("lead_id")?.into(),
        account(record)?.into(),
        email.as_deref().and_then(email_key).into(),
        email.as_deref().and_then(email_domain).into(),
        created.into(),
        converted.into(),
        record.text("industry")?.into(),
        record.text("country")?.into(),
        employees,
        company_size,
        record.text("source")?.into(),
    ];
    sink.row(Table::CrmLeads, row);
    Ok(converted.max(Some(created)))
}

/// Reads a deal.
pub(crate) fn deal<'a>(
    record: &Record<'a>,
    sink: &mut Sink<'a, '_>,
) -> Result<Option<Instant>, Reason> {
    let created = record
        .instant("created_at")?
        .ok_or_else(missing("created_at"))?;
    let closed = record.instant("closed_at")?;
    let status = record
        .one_of("status", &["open", "won", "lost"])
        .map_err(|why| {
            why.hinting(
                "map each stage to open, won or lost in [crm.values.status] of the settings",
            )
        })?
        .ok_or_else(missing("status"))?;
    if status != "open" && closed.is_none() {
        return Err(Reason::missing("closed_at"));
    }
    let amount = Money::of(record, "amount", sink.options)?;
    let row = vec![
        record.key("deal_id")?.into(),
        account(record)?.into(),
        record.text("name")?.into(),
        amount.micros.into(),
        amount.currency.into(),
        created.into(),
        closed.into(),
        status.into(),
        record.text("source")?.into(),
    ];
    sink.row(Table::CrmDeals, row);
    Ok(Some(created))
}

/// The account that a record names.
fn account(record: &Record<'_>) -> Result<Option<String>, Reason> {
    Ok(record.word("account_id")?.as_deref().map(account_reference))
}

/// Reads a ticket.
pub(crate) fn ticket<'a>(
    record: &Record<'a>,
    sink: &mut Sink<'a, '_>,
) -> Result<Option<Instant>, Reason> {
    let created = record
        .instant("created_at")?
        .ok_or_else(missing("created_at"))?;
    let solved = record.instant("solved_at")?;
    let email = record.word("requester_email")?;
    let status = record.code("status")?;
    sink.mark_ticket(status.as_deref());
    let row = vec![
        record.key("ticket_id")?.into(),
        record
            .word("customer_id")?
            .as_deref()
            .map(account_reference)
            .into(),
        email.as_deref().and_then(email_key).into(),
        email.as_deref().and_then(email_domain).into(),
        created.into(),
        solved.into(),
        status.into(),
        record.code("priority")?.into(),
        record.code("channel")?.into(),
        record.int("first_reply_minutes")?.into(),
        record.int("first_reply_seconds")?.into(),
        record.code("satisfaction")?.into(),
    ];
    sink.row(Table::SupportTickets, row);
    Ok(solved.max(Some(created)))
}
