-- Normalised company names that belong to exactly one account.
select name_key, min(account_id) as account_id
from {{ ref('int_identity__account_attributes') }}
where is_current and name_key is not null
group by name_key
having count(*) = 1
