-- E-mail addresses that belong to exactly one account: those of its contacts, and of a person account itself. Free mail counts here:
-- a person's address is theirs.
with emails as (
    select email_key, account_id
    from {{ ref('int_identity__account_versions') }}
    where is_current

    union all

    select m.email_key, i.account_id
    from {{ ref('stg_salesforce__merged_accounts') }} as m
    inner join {{ ref('int_identity__account_ids') }} as i on i.known_id = m.account_id

    union all

    select c.email_key, i.account_id
    from {{ ref('stg_salesforce__contacts') }} as c
    inner join {{ ref('int_identity__account_ids') }} as i on i.known_id = c.account_id

    union all

    select c.email_key, i.account_id
    from {{ ref('stg_crm__contacts') }} as c
    inner join {{ ref('int_identity__account_ids') }} as i on i.known_id = c.account_id
)

select email_key, min(account_id) as account_id
from emails
where email_key is not null
group by email_key
having count(distinct account_id) = 1
