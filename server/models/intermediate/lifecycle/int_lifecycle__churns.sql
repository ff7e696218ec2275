-- Every churn with its kind and reason, taken from the subscription whose last segment with MRR ended that day. A subscription whose MRR comes
-- back later did not end, so the reason it has now is not that of this day. A generic period says itself why it ended.
with churns as (
    select customer_id, day from {{ ref('int_lifecycle__changes') }} where movement = 'churn'
),

last_days as (
    select
        customer_id as served_customer_id,
        source as served_source,
        subscription_id as served_subscription_id,
        max(end_on) as last_end_on
    from {{ ref('int_billing__spans') }}
    where mrr > 0
    group by customer_id, source, subscription_id
),

ranked as (
    select
        c.customer_id,
        c.day,
        s.subscription_id,
        u.status,
        u.cancellation_reason,
        u.cancellation_feedback,
        p.end_reason,
        w.end_reason is not null as is_involuntary_end,
        row_number() over (
            partition by c.customer_id, c.day
            order by
                coalesce(l.ended_at, cast(l.unpaid_cut_on as timestamp), s.period_ends_at, cast(s.end_on as timestamp)) desc,
                s.subscription_id desc, s.source desc, p.start_on desc
        ) as position
    from churns as c
    inner join {{ ref('int_billing__spans') }} as s on s.customer_id = c.customer_id and s.end_on = c.day
    inner join last_days as e
        on e.served_customer_id = s.customer_id and e.served_source = s.source and e.served_subscription_id = s.subscription_id
    left join {{ ref('stg_stripe__subscriptions') }} as u on u.source = s.source and u.subscription_id = s.subscription_id
    left join {{ ref('int_billing__subscription_limits') }} as l on l.source = s.source and l.subscription_id = s.subscription_id
    left join {{ ref('stg_billing__subscription_periods') }} as p
        on p.source = s.source and p.subscription_id = s.subscription_id and p.end_on = s.end_on
    left join {{ ref('involuntary_end_reasons') }} as w on w.end_reason = p.end_reason_key
    where s.mrr > 0 and (s.source <> 'stripe' or s.end_on = e.last_end_on)
),

candidates as (
    select * from ranked where position = 1
)

select
    c.customer_id,
    c.day,
    case
        when k.cancellation_reason in ('payment_failed', 'payment_disputed') or k.status = 'unpaid' or k.is_involuntary_end then 'involuntary'
        else 'voluntary'
    end as churn_kind,
    coalesce(k.cancellation_feedback, k.cancellation_reason, k.end_reason, 'unknown') as churn_reason,
    k.subscription_id
from churns as c
left join candidates as k on k.customer_id = c.customer_id and k.day = c.day
