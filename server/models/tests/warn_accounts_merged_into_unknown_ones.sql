-- Salesforce accounts were merged into accounts that are not in the data: what belonged to them has no account
{{ config(severity='warn') }}
select m.account_id, m.master_id
from {{ ref('stg_salesforce__merged_accounts') }} as m
left join {{ ref('int_identity__account_ids') }} as i on i.known_id = m.account_id
where i.known_id is null
