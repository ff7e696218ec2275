-- Normalised company names that belong to exactly one account, those of accounts merged into it included.
with names as (
    select name_key, account_id
    from {{ ref('int_identity__account_versions') }}
    where is_current

    union all

    select m.name_key, i.account_id
    from {{ ref('stg_salesforce__merged_accounts') }} as m
    inner join {{ ref('int_identity__account_ids') }} as i on i.known_id = m.account_id
)

select name_key, min(account_id) as account_id
from names
where name_key is not null
group by name_key
having count(distinct account_id) = 1
