-- Which customer each billing customer is: the account it was matched to, and how, or else itself.
-- In this order, first match wins: override, id, domain, name. A step that is ambiguous is no match.
with overrides as (
    select id, account_id from {{ ref('stg_reference__identity_overrides') }} where source = 'stripe'
),

accounts as (
    select account_id from {{ ref('int_identity__account_attributes') }} where is_current
),

names as (
    select name_key
    from {{ ref('stg_stripe__customers') }}
    where name_key is not null
    group by name_key
    having count(*) = 1
),

matched as (
    select
        c.stripe_customer_id,
        c.name,
        c.email,
        c.delinquent,
        c.created_on,
        o_account.account_id as override_id,
        a.account_id as id_id,
        d.account_id as domain_id,
        case when n.name_key is not null then an.account_id end as name_id
    from {{ ref('stg_stripe__customers') }} as c
    left join overrides as o on o.id = c.stripe_customer_id
    left join accounts as o_account on o_account.account_id = o.account_id
    left join accounts as a on a.account_id = c.account_ref
    left join {{ ref('int_identity__account_domains') }} as d on d.domain = c.email_domain
    left join names as n on n.name_key = c.name_key
    left join {{ ref('int_identity__account_names') }} as an on an.name_key = c.name_key
)

select
    'stripe' as source,
    stripe_customer_id as billing_customer_id,
    coalesce(override_id, id_id, domain_id, name_id, stripe_customer_id) as customer_id,
    coalesce(override_id, id_id, domain_id, name_id) as account_id,
    case
        when override_id is not null then 'override'
        when id_id is not null then 'id'
        when domain_id is not null then 'domain'
        when name_id is not null then 'name'
        else 'none'
    end as match_method,
    coalesce(name, email) as name,
    delinquent,
    created_on
from matched
