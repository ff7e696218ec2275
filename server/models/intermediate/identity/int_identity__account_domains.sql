-- Web domains that belong to exactly one account; free-mail domains say nothing about a company.
select website_domain as domain, min(account_id) as account_id
from {{ ref('int_identity__account_attributes') }}
where is_current
    and website_domain is not null
    and website_domain not in (select domain from {{ ref('free_mail_domains') }})
group by website_domain
having count(*) = 1
