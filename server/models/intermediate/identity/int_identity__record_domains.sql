-- The e-mail domains of the records to match; an organization may have several.
select 'stripe' as source, stripe_customer_id as record_id, email_domain as domain
from {{ ref('stg_stripe__customers') }}
where email_domain is not null

union all

select 'billing' as source, billing_customer_id as record_id, email_domain as domain
from {{ ref('stg_billing__customers') }}
where email_domain is not null

union all

select 'zendesk' as source, organization_id as record_id, domain
from {{ ref('stg_zendesk__organization_domains') }}
