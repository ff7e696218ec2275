-- What bounds a subscription's MRR beside its lines: the day service is cut, whether its last segment runs on, whether anything that recurs was ever paid.
with charges as (
    select * from {{ ref('int_billing__charges') }} where kind = 'regular'
),

last_paid as (
    select subscription_id, max(period_start) as paid_from
    from charges
    where is_paid
    group by subscription_id
),

-- The first unpaid regular period after the last paid one.
unpaid as (
    select c.subscription_id, min(c.period_start) as unpaid_from
    from charges as c
    left join last_paid as p on p.subscription_id = c.subscription_id
    where not c.is_paid
        and c.invoice_status in ('open', 'uncollectible', 'paid')
        and (p.paid_from is null or c.period_start > p.paid_from)
    group by c.subscription_id
),

ever_paid as (
    select distinct subscription_id
    from {{ ref('int_billing__lines') }}
    where is_paid and kind in ('regular', 'debit') and charged_amount > 0
)

select
    s.source,
    s.subscription_id,
    {% if var('churn_date') == 'cancellation' %}coalesce(s.canceled_on, s.ended_on){% else %}s.ended_on{% endif %} as ended_on,
    s.ended_at,
    case when s.status in ('unpaid', 'paused') then {{ local_date('u.unpaid_from') }} end as unpaid_cut_on,
    s.status in ('active', 'past_due') and s.ended_on is null and not s.paused_collection as runs_on,
    s.has_trial and coalesce(s.collection_method, '') <> 'send_invoice' and e.subscription_id is null as is_unpaid_trial
from {{ ref('stg_stripe__subscriptions') }} as s
left join unpaid as u on u.subscription_id = s.subscription_id
left join ever_paid as e on e.subscription_id = s.subscription_id
