-- Every record of billing and support with how it was matched and what hangs on it: MRR on the as-of day, or tickets.
with records as (
    select source, object, record_id, name, match_method from {{ ref('int_identity__matches') }} where source <> 'support'
    union all
    select 'support' as source, 'customers' as object, support_customer_id as record_id, cast(null as string) as name, match_method
    from {{ ref('int_identity__support_customers') }}
),

billed as (
    select source, billing_customer_id as record_id, sum(mrr) as mrr
    from {{ ref('int_billing__segments') }}
    where end_on > {{ as_of() }}
    group by source, billing_customer_id
),

asked as (
    select source, record_id, count(*) as tickets
    from {{ ref('int_identity__tickets') }}
    group by source, record_id
)

select
    r.source,
    r.object,
    r.record_id,
    r.name,
    r.match_method,
    cast(coalesce(b.mrr, 0) as bigint) as mrr,
    cast(coalesce(a.tickets, 0) as bigint) as tickets
from records as r
left join billed as b on b.source = r.source and b.record_id = r.record_id
left join asked as a on a.source = r.source and a.record_id = r.record_id
