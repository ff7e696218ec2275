-- The e-mail domains of each organization, as in its newest version; free-mail domains say nothing about a company.
select distinct
    d.organization_id,
    d.domain
from {{ source('zendesk', 'organization_domains') }} as d
inner join {{ ref('stg_zendesk__organizations') }} as o
    on o.organization_id = d.organization_id and o.organization_ordinal = d.organization_ordinal
left join {{ ref('free_mail_domains') }} as f on f.domain = d.domain
where f.domain is null
