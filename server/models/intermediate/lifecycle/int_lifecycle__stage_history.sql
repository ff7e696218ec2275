-- One timeline per lifecycle entity: customers with the lead they grew out of, and the leads that never became one. `none` ends a lead.
select customer_id as entity_id, day, stage, {{ dims() }}
from {{ ref('int_lifecycle__stages') }}

union all

select
    coalesce(l.becomes, l.lead_id) as entity_id,
    l.created_on as day,
    'lead' as stage,
    'none' as plan,
    l.region,
    l.industry,
    l.company_size,
    l.acquisition_channel
from {{ ref('int_lifecycle__lead_stages') }} as l
where l.converted_on is null or l.created_on < l.converted_on

union all

select
    l.lead_id as entity_id,
    l.converted_on as day,
    'none' as stage,
    'none' as plan,
    l.region,
    l.industry,
    l.company_size,
    l.acquisition_channel
from {{ ref('int_lifecycle__lead_stages') }} as l
where l.converted_on is not null and l.becomes is null and l.created_on < l.converted_on
