-- Every id by which an account is known: its own, and those of the accounts that were merged into it.
with accounts as (
    select account_id from {{ ref('int_identity__account_versions') }} where is_current
)

select account_id as known_id, account_id
from accounts

union all

select m.account_id as known_id, a.account_id
from {{ ref('stg_salesforce__merged_accounts') }} as m
inner join accounts as a on a.account_id = m.master_id
left join accounts as o on o.account_id = m.account_id
where o.account_id is null
