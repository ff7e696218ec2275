-- Accounts deleted by a merge by the as-of day, each with the account it is now: the last master of its chain, however long.
{%- set rounds = 6 %}
with versions as (
    select
        *,
        row_number() over (partition by id order by system_modstamp desc nulls last, _ordinal desc) as recency
    from {{ source('salesforce', 'accounts') }}
    where system_modstamp is null or {{ local_date('system_modstamp') }} <= {{ as_of() }}
),

merged as (
    select id as account_id, master_record_id as master_id, name_key, website_domain, person_email_key as email_key
    from versions
    where recency = 1 and is_deleted and master_record_id is not null
),

-- Each round follows twice as many merges as the one before: six reach through a chain of 64.
round_0 as (
    select account_id, master_id from merged
),
{% for round in range(rounds) %}
round_{{ round + 1 }} as (
    select a.account_id, coalesce(b.master_id, a.master_id) as master_id
    from round_{{ round }} as a
    left join round_{{ round }} as b on b.account_id = a.master_id
),
{% endfor %}
-- A ring of merges has no last master.
masters as (
    select r.account_id, r.master_id
    from round_{{ rounds }} as r
    left join merged as m on m.account_id = r.master_id
    where m.account_id is null
)

select m.account_id, r.master_id, m.name_key, m.website_domain, m.email_key
from merged as m
inner join masters as r on r.account_id = m.account_id
