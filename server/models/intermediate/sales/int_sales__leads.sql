-- The leads of all CRMs, each with the account it was converted into; an account that was merged is its master. A generic lead that names no
-- account was converted into the one that has its e-mail, else its domain.
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
    coalesce(i.account_id, l.converted_account_id, e.account_id, d.account_id) as converted_account_id,
    l.country_key,
    l.industry,
    l.company_size,
    l.lead_source
from {{ ref('stg_crm__leads') }} as l
left join {{ ref('int_identity__account_ids') }} as i on i.known_id = l.converted_account_id
left join {{ ref('int_identity__account_emails') }} as e on e.email_key = l.email_key
left join {{ ref('int_identity__account_domains') }} as d on d.domain = l.email_domain
