//! Support: what customers ask for, how long it takes, how it goes with churn.

use leptos::prelude::*;
use tidemark_shared::chart::{ChartId, FIRST_REPLY, FULL_RESOLUTION, SUPPORT, TICKETS};
use tidemark_shared::metrics::{CSAT, TICKET_BACKLOG, TICKETS_PER_100_CUSTOMERS};

use crate::charts;
use crate::widgets::{ChartCard, FilterBar, Kpis, Notices, PageHead};

/// How times read.
const TIMES_NOTE: &str = "Half of the tickets took at most the median; nine in ten took at most the 90th percentile. Calendar time, including nights and weekends.";

/// How churn by tickets reads.
const CHURN_NOTE: &str = "Customers active at the start of a month, grouped by the tickets they created in the 30 days before it, and the share that churned within the month. A customer counts once for each complete month shown. A correlation here does not show that tickets cause churn.";

/// The page.
#[component]
pub(crate) fn Support() -> impl IntoView {
    view! {
        <FilterBar />
        <main id="content">
            <Notices />
            <PageHead title="Support" />
            <Kpis metrics=SUPPORT />
            <div class="charts">
                <ChartCard chart=ChartId::Group(&TICKETS) />
                <ChartCard chart=ChartId::One(&TICKET_BACKLOG) />
                <ChartCard chart=ChartId::Group(&FIRST_REPLY) note=TIMES_NOTE />
                <ChartCard chart=ChartId::Group(&FULL_RESOLUTION) note=TIMES_NOTE />
                <ChartCard chart=ChartId::One(&CSAT) />
                <ChartCard chart=ChartId::One(&TICKETS_PER_100_CUSTOMERS) />
                <ChartCard
                    chart=ChartId::TicketsByPriority
                    draw=|_, evaluation, ink| Some(charts::tickets(evaluation, "priority", ink))
                />
                <ChartCard
                    chart=ChartId::TicketsByChannel
                    draw=|_, evaluation, ink| Some(charts::tickets(evaluation, "channel", ink))
                />
                <ChartCard
                    chart=ChartId::TicketsAndChurn
                    wide=true
                    draw=|_, evaluation, ink| Some(charts::churn_by_tickets(evaluation, ink))
                    note=CHURN_NOTE
                />
            </div>
        </main>
    }
}
