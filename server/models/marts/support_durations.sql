-- Histograms of the minutes to the first reply and to the full resolution. Buckets add up under any filter; percentiles interpolate inside one.
with durations as (
    select replied_on as day, 'first_reply' as measure, first_reply_minutes as minutes, {{ dims() }}
    from {{ ref('int_lifecycle__tickets') }}
    where replied_on is not null

    union all

    select resolved_on as day, 'full_resolution' as measure, full_resolution_minutes as minutes, {{ dims() }}
    from {{ ref('int_lifecycle__tickets') }}
    where resolved_on is not null
),

-- Many tickets take equally long: the bucket of each number of minutes is looked up once.
minutes as (
    select distinct minutes from durations
),

buckets as (
    select m.minutes, cast(b.bucket as bigint) as bucket
    from minutes as m
    inner join {{ ref('duration_buckets') }} as b on b.bucket <= m.minutes and b.next_bucket > m.minutes
)

select d.day, d.measure, b.bucket, {{ dims('d') }}, cast(count(*) as bigint) as tickets
from durations as d
inner join buckets as b on b.minutes = d.minutes
group by d.day, d.measure, b.bucket, {{ dims('d') }}
order by d.day, d.measure, b.bucket, {{ dims('d') }}
