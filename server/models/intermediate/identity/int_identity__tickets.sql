-- Which customer each support ticket belongs to. Zendesk: the account of its organization, else of its requester's organization;
-- only where there is neither, the account that has the requester's e-mail, else its domain. Generic support: the customer it names, else by e-mail as well.
with placed as (
    select
        t.ticket_id,
        t.created_on,
        coalesce(t.organization_id, u.organization_id) as organization_id,
        case when t.organization_id is null and u.organization_id is null then u.email_key end as email_key,
        case when t.organization_id is null and u.organization_id is null then u.email_domain end as email_domain
    from {{ ref('stg_zendesk__tickets') }} as t
    left join {{ ref('stg_zendesk__users') }} as u on u.user_id = t.requester_id
),

organizations as (
    select record_id as organization_id, account_id from {{ ref('int_identity__matches') }} where source = 'zendesk'
)

select
    'zendesk' as source,
    p.ticket_id,
    p.created_on,
    p.organization_id as record_id,
    coalesce(o.account_id, e.account_id, d.account_id) as customer_id
from placed as p
left join organizations as o on o.organization_id = p.organization_id
left join {{ ref('int_identity__account_emails') }} as e on e.email_key = p.email_key
left join {{ ref('int_identity__account_domains') }} as d on d.domain = p.email_domain

union all

select
    'support' as source,
    t.ticket_id,
    t.created_on,
    t.support_customer_id as record_id,
    coalesce(c.customer_id, e.account_id, d.account_id) as customer_id
from {{ ref('stg_support__tickets') }} as t
left join {{ ref('int_identity__support_customers') }} as c on c.support_customer_id = t.support_customer_id
left join {{ ref('int_identity__account_emails') }} as e on e.email_key = t.email_key
left join {{ ref('int_identity__account_domains') }} as d on d.domain = t.email_domain
