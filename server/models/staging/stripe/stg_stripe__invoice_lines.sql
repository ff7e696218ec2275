-- One row per invoice line: those nested in the newest version of the invoice and those of the lines' own file.
-- The id tells the lines of an invoice apart, so a line that landed in both is one, and the later landed stands.
with candidates as (
    select l.*
    from {{ source('stripe', 'invoice_lines') }} as l
    inner join {{ ref('stg_stripe__invoices') }} as i on i.invoice_id = l.invoice_id
    where l.invoice_ordinal is null or l.invoice_ordinal = i.invoice_ordinal
),

ranked as (
    select
        *,
        row_number() over (partition by invoice_id, id order by _ordinal desc) as recency
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
    credits_items,
    period_start,
    period_end,
    discount_amount,
    tax_inclusive_amount
from ranked
where recency = 1
