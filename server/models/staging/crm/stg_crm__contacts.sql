-- One row per contact of a generic CRM that has an account and an e-mail: the newest landed version.
with ranked as (
    select
        *,
        row_number() over (partition by id order by _ordinal desc) as recency
    from {{ source('crm', 'contacts') }}
)

select
    id as contact_id,
    account_id,
    email_key
from ranked
where recency = 1 and account_id is not null and email_key is not null
