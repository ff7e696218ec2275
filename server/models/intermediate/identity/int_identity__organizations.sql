-- Which account each support organization is, and how it was matched. Same order as for billing customers;
-- an organization has several domains, and they must not point to different accounts.
with overrides as (
    select id, account_id from {{ ref('stg_reference__identity_overrides') }} where source = 'zendesk'
),

accounts as (
    select account_id from {{ ref('int_identity__account_attributes') }} where is_current
),

names as (
    select name_key
    from {{ ref('stg_zendesk__organizations') }}
    where name_key is not null
    group by name_key
    having count(*) = 1
),

domains as (
    select o.organization_id, min(d.account_id) as account_id
    from {{ ref('stg_zendesk__organization_domains') }} as o
    inner join {{ ref('int_identity__account_domains') }} as d on d.domain = o.domain
    group by o.organization_id
    having count(distinct d.account_id) = 1
),

matched as (
    select
        z.organization_id,
        o_account.account_id as override_id,
        a.account_id as id_id,
        d.account_id as domain_id,
        case when n.name_key is not null then an.account_id end as name_id
    from {{ ref('stg_zendesk__organizations') }} as z
    left join overrides as o on o.id = z.organization_id
    left join accounts as o_account on o_account.account_id = o.account_id
    left join accounts as a on a.account_id = z.external_id
    left join domains as d on d.organization_id = z.organization_id
    left join names as n on n.name_key = z.name_key
    left join {{ ref('int_identity__account_names') }} as an on an.name_key = z.name_key
)

select
    organization_id,
    coalesce(override_id, id_id, domain_id, name_id) as account_id,
    case
        when override_id is not null then 'override'
        when id_id is not null then 'id'
        when domain_id is not null then 'domain'
        when name_id is not null then 'name'
        else 'none'
    end as match_method
from matched
