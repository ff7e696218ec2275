-- Which account each record of billing and support belongs to, and how it was found.
-- In this order, first match wins: override, id, email, domain, name. A step that is ambiguous is no match, and the next is tried.
with ids as (
    select known_id, account_id from {{ ref('int_identity__account_ids') }}
),

-- The domains of one record must not point to different accounts.
domains as (
    select r.source, r.record_id, min(d.account_id) as account_id
    from {{ ref('int_identity__record_domains') }} as r
    inner join {{ ref('int_identity__account_domains') }} as d on d.domain = r.domain
    group by r.source, r.record_id
    having count(distinct d.account_id) = 1
),

-- A name must be unique among the records of its source, and among the accounts.
names as (
    select r.source, r.name_key, min(r.record_id) as record_id
    from {{ ref('int_identity__records') }} as r
    where r.name_key is not null
    group by r.source, r.name_key
    having count(*) = 1
),

matched as (
    select
        r.source,
        r.object,
        r.record_id,
        r.name,
        oa.account_id as override_id,
        ia.account_id as id_id,
        e.account_id as email_id,
        d.account_id as domain_id,
        na.account_id as name_id
    from {{ ref('int_identity__records') }} as r
    left join {{ ref('stg_reference__identity_overrides') }} as o on o.source = r.source and o.id = r.record_id
    left join ids as oa on oa.known_id = o.account_id
    left join ids as ia on ia.known_id = r.account_ref
    left join {{ ref('int_identity__account_emails') }} as e on e.email_key = r.email_key
    left join domains as d on d.source = r.source and d.record_id = r.record_id
    left join names as n on n.source = r.source and n.record_id = r.record_id
    left join {{ ref('int_identity__account_names') }} as na on na.name_key = n.name_key
)

select
    source,
    object,
    record_id,
    name,
    coalesce(override_id, id_id, email_id, domain_id, name_id) as account_id,
    case
        when override_id is not null then 'override'
        when id_id is not null then 'id'
        when email_id is not null then 'email'
        when domain_id is not null then 'domain'
        when name_id is not null then 'name'
        else 'none'
    end as match_method
from matched
