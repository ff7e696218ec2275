-- Every customer as of the last day: who it is in each system, its stage, its values, and what is coming.
with now as (
    select * from {{ ref('int_lifecycle__states') }} where valid_to > {{ as_of() }}
),

stage_days as (
    select *, row_number() over (partition by customer_id order by day desc) as recency
    from {{ ref('int_lifecycle__stages') }}
),

stages as (
    select * from stage_days where recency = 1
),

firsts as (
    select customer_id, min(valid_from) as first_active_on
    from {{ ref('int_lifecycle__states') }}
    where mrr > 0
    group by customer_id
),

churn_days as (
    select *, row_number() over (partition by customer_id order by day desc) as recency
    from {{ ref('int_lifecycle__churns') }}
),

churns as (
    select * from churn_days where recency = 1
),

-- Subscriptions that carry MRR on the as-of day; the customer is scheduled to churn when every one of them is set to end.
carrying as (
    select distinct s.customer_id, s.source, s.subscription_id, u.scheduled_end_on
    from {{ ref('int_billing__spans') }} as s
    left join {{ ref('stg_stripe__subscriptions') }} as u on u.source = s.source and u.subscription_id = s.subscription_id
    where s.mrr > 0 and s.start_on <= {{ as_of() }} and s.end_on > {{ as_of() }}
),

scheduled as (
    select customer_id, max(scheduled_end_on) as scheduled_churn_on
    from carrying
    group by customer_id
    having count(*) = count(scheduled_end_on)
),

billing as (
    select
        customer_id,
        {{ joined('billing_customer_id') }} as stripe_customer_ids,
        max(case when delinquent then 1 else 0 end) as delinquent
    from {{ ref('int_identity__billing_customers') }}
    where source = 'stripe'
    group by customer_id
),

methods as (
    select m.customer_id, min(r.method_rank) as method_rank
    from {{ ref('int_identity__billing_customers') }} as m
    inner join {{ ref('match_methods') }} as r on r.match_method = m.match_method
    group by m.customer_id
),

organizations as (
    select account_id, {{ joined('record_id') }} as zendesk_organization_id
    from {{ ref('int_identity__matches') }}
    where source = 'zendesk' and account_id is not null
    group by account_id
),

reconstructed as (
    select distinct c.customer_id
    from {{ ref('int_billing__reconstructed_segments') }} as r
    inner join {{ ref('int_identity__billing_customers') }} as c
        on c.source = r.source and c.billing_customer_id = r.billing_customer_id
    where r.start_on <= {{ as_of() }}
),

tickets as (
    select
        customer_id,
        sum(case when created_on > {{ add_days(as_of(), -30) }} then 1 else 0 end) as tickets_30d,
        sum(case when solved_on is null then 1 else 0 end) as open_tickets
    from {{ ref('int_lifecycle__tickets') }}
    where customer_id is not null
    group by customer_id
)

select
    c.customer_id,
    c.name,
    g.stage,
    {{ dims('g') }},
    cast(coalesce(n.mrr, 0) as bigint) as mrr,
    f.first_active_on,
    k.day as last_churned_on,
    k.churn_kind,
    k.churn_reason,
    case when n.mrr > 0 then s.scheduled_churn_on end as scheduled_churn_on,
    coalesce(b.delinquent, 0) = 1 as delinquent,
    r.customer_id is not null as reconstructed,
    cast(coalesce(t.tickets_30d, 0) as bigint) as tickets_30d,
    cast(coalesce(t.open_tickets, 0) as bigint) as open_tickets,
    coalesce(w.match_method, 'none') as match_method,
    b.stripe_customer_ids,
    case when c.account_source = 'salesforce' then c.account_id end as salesforce_account_id,
    o.zendesk_organization_id
from {{ ref('int_lifecycle__customers') }} as c
inner join stages as g on g.customer_id = c.customer_id
left join now as n on n.customer_id = c.customer_id
left join firsts as f on f.customer_id = c.customer_id
left join churns as k on k.customer_id = c.customer_id
left join scheduled as s on s.customer_id = c.customer_id
left join billing as b on b.customer_id = c.customer_id
left join reconstructed as r on r.customer_id = c.customer_id
left join tickets as t on t.customer_id = c.customer_id
left join methods as m on m.customer_id = c.customer_id
left join {{ ref('match_methods') }} as w on w.method_rank = m.method_rank
left join organizations as o on o.account_id = c.account_id
order by c.customer_id
