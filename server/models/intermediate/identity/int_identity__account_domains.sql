-- Web domains that belong to exactly one account, those of accounts merged into it included; free-mail domains say nothing about a company.
with domains as (
    select website_domain as domain, account_id
    from {{ ref('int_identity__account_versions') }}
    where is_current

    union all

    select m.website_domain as domain, i.account_id
    from {{ ref('stg_salesforce__merged_accounts') }} as m
    inner join {{ ref('int_identity__account_ids') }} as i on i.known_id = m.account_id
)

select domain, min(account_id) as account_id
from domains
where domain is not null
    and domain not in (select domain from {{ ref('free_mail_domains') }})
group by domain
having count(distinct account_id) = 1
