//! Stripe customers.

use crate::columns::Value;
use crate::record::{Instant, Reason, Record};
use crate::schema::Table;
use crate::sink::Sink;
use crate::text::{account_reference, email_domain, email_key};

use super::discount::discounts;

/// Reads a customer.
pub(crate) fn customer<'a>(
    record: &Record<'a>,
    sink: &mut Sink<'a, '_>,
) -> Result<Option<Instant>, Reason> {
    let id = record.key("id")?;
    if record.flag("deleted")? {
        sink.deletion(Table::StripeCustomers, id.into());
        return Ok(None);
    }
    let name = record.text("name")?;
    let email = record.text("email")?;
    let created = record.instant("created")?;
    let account = match record.object("metadata")? {
        None => None,
        Some(metadata) => metadata
            .word(&sink.options.account_id_key)
            .map_err(|why| why.within("metadata"))?,
    };
    let row = vec![
        id.clone().into(),
        name.clone().into(),
        email.clone().into(),
        email.as_deref().and_then(email_key).into(),
        email.as_deref().and_then(email_domain).into(),
        sink.name_key(name.as_deref()).into(),
        account.as_deref().map(account_reference).into(),
        created.into(),
        record.code("currency")?.into(),
        record.flag("delinquent")?.into(),
        false.into(),
        record.said("livemode")?.into(),
    ];
    sink.row(Table::StripeCustomers, row);
    let holder = [id.into(), Value::Parent(Table::StripeCustomers)];
    for (table, row) in discounts(record, Table::StripeCustomerDiscounts, &holder)? {
        sink.row(table, row);
    }
    super::stamp(record)
}
