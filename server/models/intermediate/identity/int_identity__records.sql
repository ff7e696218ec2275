-- Every record of billing and support that may belong to an account, one row each, with what it can be matched by.
-- A customer's own id may be that of an account: always in generic sources, for Stripe where its metadata name none.
select 'stripe' as source, 'customers' as object, stripe_customer_id as record_id, coalesce(account_ref, stripe_customer_id) as account_ref,
    {{ without_email('name') }} as name, name_key, email_key
from {{ ref('stg_stripe__customers') }}

union all

select
    'billing' as source, 'customers' as object, billing_customer_id as record_id, billing_customer_id as account_ref,
    {{ without_email('name') }} as name, name_key, email_key
from {{ ref('stg_billing__customers') }}

union all

select
    'zendesk' as source, 'organizations' as object, organization_id as record_id, external_id as account_ref,
    {{ without_email('name') }} as name, name_key, cast(null as string) as email_key
from {{ ref('stg_zendesk__organizations') }}

union all

select
    'support' as source, 'customers' as object, support_customer_id as record_id, support_customer_id as account_ref,
    cast(null as string) as name, cast(null as string) as name_key, cast(null as string) as email_key
from {{ ref('stg_support__tickets') }}
where support_customer_id is not null
group by support_customer_id
