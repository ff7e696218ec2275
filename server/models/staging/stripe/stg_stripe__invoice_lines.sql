-- One row per invoice line: those nested in the newest version of the invoice, and where that list was cut off, the rest from the lines' own file.
with candidates as (
    select
        l.*,
        case when l.invoice_ordinal is null then 0 else 1 end as is_nested
    from {{ source('stripe', 'invoice_lines') }} as l
    inner join {{ ref('stg_stripe__invoices') }} as i on i.invoice_id = l.invoice_id
    where l.invoice_ordinal = i.invoice_ordinal
        or (l.invoice_ordinal is null and i.lines_incomplete)
),

ranked as (
    select
        *,
        row_number() over (partition by invoice_id, id order by is_nested desc, _ordinal desc) as recency
    from candidates
)

select
    id as line_id,
    invoice_id,
    subscription_id,
    subscription_item_id,
    price_id,
    amount,
    currency,
    quantity,
    proration as is_proration,
    period_start,
    period_end,
    discount_amount,
    tax_inclusive_amount
from ranked
where recency = 1
