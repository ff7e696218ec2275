-- Invoice lines of subscriptions name no price that is in the data: they cannot count as MRR
{{ config(severity='warn') }}
select l.invoice_id, l.line_id, l.subscription_id, l.price_id, l.amount
from {{ ref('stg_stripe__invoice_lines') }} as l
left join {{ ref('stg_stripe__prices') }} as p on p.price_id = l.price_id
where l.subscription_id is not null and p.price_id is null
