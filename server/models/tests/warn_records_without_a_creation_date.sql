-- Accounts, leads, opportunities, tickets, and subscriptions and invoices of Stripe have no creation date: accounts count from their first fact, else from the first day in the data; the others count nowhere
{{ config(severity='warn') }}
select 'Salesforce lead' as record, id from {{ source('salesforce', 'leads') }} where created_date is null
union all
select 'Salesforce opportunity' as record, id from {{ source('salesforce', 'opportunities') }} where created_date is null
union all
select 'Zendesk ticket' as record, id from {{ source('zendesk', 'tickets') }} where created_at is null
union all
select 'Stripe subscription' as record, id from {{ source('stripe', 'subscriptions') }} where created is null and start_date is null and not deleted
union all
select 'Stripe invoice' as record, id from {{ source('stripe', 'invoices') }} where created is null and not deleted
union all
select source || ' account' as record, account_id as id from {{ ref('int_identity__account_attributes') }} where is_current and created_on is null
