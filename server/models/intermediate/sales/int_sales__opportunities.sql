-- The opportunities of all CRMs, each with the account it belongs to; an account that was merged is its master.
select
    'salesforce' as source,
    o.opportunity_id,
    coalesce(i.account_id, o.account_id) as account_id,
    o.created_at,
    o.created_on,
    o.won_on,
    o.lost_on,
    o.amount_micros,
    o.currency,
    o.lead_source
from {{ ref('stg_salesforce__opportunities') }} as o
left join {{ ref('int_identity__account_ids') }} as i on i.known_id = o.account_id

union all

select
    'crm' as source,
    d.deal_id as opportunity_id,
    coalesce(i.account_id, d.account_id) as account_id,
    d.created_at,
    d.created_on,
    d.won_on,
    d.lost_on,
    d.amount_micros,
    d.currency,
    d.lead_source
from {{ ref('stg_crm__deals') }} as d
left join {{ ref('int_identity__account_ids') }} as i on i.known_id = d.account_id
