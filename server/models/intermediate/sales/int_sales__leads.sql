-- The leads of all CRMs, each with the account it was converted into; an account that was merged is its master.
select
    'salesforce' as source,
    l.lead_id,
    l.created_at,
    l.created_on,
    l.converted_on,
    coalesce(i.account_id, l.converted_account_id) as converted_account_id,
    l.country_key,
    l.industry,
    l.company_size,
    l.lead_source
from {{ ref('stg_salesforce__leads') }} as l
left join {{ ref('int_identity__account_ids') }} as i on i.known_id = l.converted_account_id

union all

select
    'crm' as source,
    l.lead_id,
    l.created_at,
    l.created_on,
    l.converted_on,
    coalesce(i.account_id, l.converted_account_id) as converted_account_id,
    l.country_key,
    l.industry,
    l.company_size,
    l.lead_source
from {{ ref('stg_crm__leads') }} as l
left join {{ ref('int_identity__account_ids') }} as i on i.known_id = l.converted_account_id
