-- Tickets by day, priority, channel and the dimension values of the day they were created.
with facts as (
    select created_on as day, priority, channel, {{ dims() }}, 1 as created, 0 as solved, 0 as reopened, 1 as backlog, 0 as good, 0 as bad
    from {{ ref('int_lifecycle__tickets') }}

    union all

    select
        first_solved_on as day, priority, channel, {{ dims() }}, 0 as created, 1 as solved,
        case when was_reopened then 1 else 0 end as reopened, 0 as backlog, 0 as good, 0 as bad
    from {{ ref('int_lifecycle__tickets') }}
    where first_solved_on is not null

    union all

    select solved_on as day, priority, channel, {{ dims() }}, 0 as created, 0 as solved, 0 as reopened, -1 as backlog, 0 as good, 0 as bad
    from {{ ref('int_lifecycle__tickets') }}
    where solved_on is not null

    union all

    select
        coalesce(first_solved_on, created_on) as day, priority, channel, {{ dims() }}, 0 as created, 0 as solved, 0 as reopened, 0 as backlog,
        case when satisfaction = 'good' then 1 else 0 end as good,
        case when satisfaction = 'bad' then 1 else 0 end as bad
    from {{ ref('int_lifecycle__tickets') }}
    where satisfaction in ('good', 'bad')
),

summed as (
    select
        day, priority, channel, {{ dims() }},
        cast(sum(created) as bigint) as tickets_created,
        cast(sum(solved) as bigint) as tickets_solved,
        cast(sum(reopened) as bigint) as tickets_reopened,
        cast(sum(backlog) as bigint) as backlog_change,
        cast(sum(good) as bigint) as satisfaction_good,
        cast(sum(bad) as bigint) as satisfaction_bad
    from facts
    group by day, priority, channel, {{ dims() }}
)

select *
from summed
where tickets_created <> 0 or tickets_solved <> 0 or tickets_reopened <> 0
    or backlog_change <> 0 or satisfaction_good <> 0 or satisfaction_bad <> 0
order by day, priority, channel, {{ dims() }}
