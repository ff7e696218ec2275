-- One row per contact that exists on the as-of day and has an account and an e-mail: its newest version.
with {{ deleted_by_as_of(source('salesforce', 'contacts')) }},

ranked as (
    select
        *,
        row_number() over (partition by id order by system_modstamp desc nulls last, _ordinal desc) as recency,
        {{ local_date('created_date') }} as created_on
    from {{ source('salesforce', 'contacts') }}
)

select
    r.id as contact_id,
    r.account_id,
    r.email_key
from ranked as r
left join deleted as d on d.id = r.id
where r.recency = 1
    and d.id is null
    and (r.created_on is null or r.created_on <= {{ as_of() }})
    and r.account_id is not null
    and r.email_key is not null
