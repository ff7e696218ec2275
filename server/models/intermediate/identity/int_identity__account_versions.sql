-- Every version of every account of all CRMs, each with the days it holds for. An id that both know is Salesforce's.
select
    'salesforce' as source, account_id, valid_from, valid_to, is_current, name, name_key, website_domain, email_key, account_source,
    country_key, industry, company_size, created_on
from {{ ref('stg_salesforce__account_versions') }}

union all

select
    'crm' as source, c.account_id, c.valid_from, c.valid_to, true as is_current, c.name, c.name_key, c.website_domain,
    cast(null as string) as email_key, c.account_source, c.country_key, c.industry, c.company_size, c.created_on
from {{ ref('stg_crm__accounts') }} as c
left join (select distinct account_id from {{ ref('stg_salesforce__account_versions') }}) as s on s.account_id = c.account_id
where s.account_id is null
