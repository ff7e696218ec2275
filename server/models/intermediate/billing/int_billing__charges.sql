-- Lines that belong together become one charge: the regular lines of an invoice for the same item, period and price
-- (graduated tiers come as a line per tier), and likewise the debit prorations of tiered prices. A debit of nothing is none.
with grouped as (
    select
        min(line_id) as line_id,
        invoice_id,
        invoiced_at,
        invoice_status,
        is_paid,
        subscription_id,
        is_subscription_known,
        stripe_customer_id,
        item_key,
        price_id,
        plan,
        recurring_interval,
        interval_count,
        currency,
        kind,
        period_start,
        period_end,
        sum(quantity) as quantity,
        sum(amount) as amount,
        sum(tax_inclusive_amount) as tax_inclusive_amount,
        sum(net_amount) as net_amount
    from {{ ref('int_billing__lines') }}
    where kind <> 'none'
    group by
        invoice_id, invoiced_at, invoice_status, is_paid, subscription_id, is_subscription_known, stripe_customer_id, item_key,
        price_id, plan, recurring_interval, interval_count, currency, kind, period_start, period_end,
        case when kind = 'regular' or (kind = 'debit' and is_tiered) then '' else line_id end
)

select *
from grouped
where kind <> 'debit' or amount <> 0
