-- Charges as segments of their subscription item: [start_on, end_on) at a monthly value. Segments of one item follow each other:
-- each ends where the next one starts, and of those on one day the last stands.
with valued as (
    select
        c.*,
        case when c.kind = 'credit' then 0 when c.kind = 'regular' then c.net_amount else d.full_numerator end as full_numerator,
        coalesce(d.full_denominator, 1) as full_denominator,
        coalesce(d.scale_numerator, 1) as scale_numerator,
        coalesce(d.scale_denominator, 1) as scale_denominator
    from {{ ref('int_billing__charges') }} as c
    left join {{ ref('int_billing__debits') }} as d on d.invoice_id = c.invoice_id and d.line_id = c.line_id
    where c.kind <> 'debit' or d.line_id is not null
),

dated as (
    select
        v.*,
        {{ local_date('v.period_start') }} as start_on,
        {{ local_date('v.period_end') }} as period_end_on,
        {{ exact_ratio(
            ['v.full_numerator', 'v.scale_numerator', 'b.months_numerator', 'x.numerator'],
            ['v.full_denominator', 'v.scale_denominator', 'b.months_denominator * v.interval_count', 'x.stripe_denominator']
        ) }} as monthly_amount
    from valued as v
    left join {{ ref('billing_intervals') }} as b on b.recurring_interval = v.recurring_interval
    left join {{ ref('stg_reference__exchange_rates') }} as x on x.currency = v.currency
),

last_of_day as (
    select
        *,
        row_number() over (
            partition by item_key, start_on
            order by period_start desc, case when kind = 'credit' then 0 else 1 end desc, invoiced_at desc nulls last, line_id desc
        ) as position
    from dated
),

sequenced as (
    select
        *,
        lead(start_on) over (partition by item_key order by start_on) as next_start_on
    from last_of_day
    where position = 1
),

bounded as (
    select
        s.*,
        l.ended_on,
        l.unpaid_cut_on,
        coalesce(l.is_unpaid_trial, false) as is_unpaid_trial,
        case
            when s.next_start_on is null and l.runs_on and i.subscription_item_id is not null then {{ add_days(as_of(), 1) }}
            when s.next_start_on < s.period_end_on then s.next_start_on
            else s.period_end_on
        end as open_end_on
    from sequenced as s
    left join {{ ref('int_billing__subscription_limits') }} as l on l.subscription_id = s.subscription_id
    left join {{ ref('stg_stripe__subscription_items') }} as i on i.subscription_item_id = s.item_key
)

select
    'stripe' as source,
    stripe_customer_id as billing_customer_id,
    subscription_id,
    item_key,
    plan,
    kind = 'credit' as is_credit,
    start_on,
    least(open_end_on, coalesce(ended_on, open_end_on), coalesce(unpaid_cut_on, open_end_on)) as end_on,
    period_end as period_ends_at,
    currency,
    case when is_unpaid_trial then 0 else monthly_amount end as mrr
from bounded
where start_on < least(open_end_on, coalesce(ended_on, open_end_on), coalesce(unpaid_cut_on, open_end_on))
