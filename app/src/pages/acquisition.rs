//! Acquisition: how customers are won, and what they bring.

use leptos::prelude::*;
use tidemark_shared::chart::{ACQUISITION, ChartId, PIPELINE, SALES_CYCLE, TRIALS, WIN_RATES};
use tidemark_shared::metrics::{ASP, CAC, MRR_NEW, TRIAL_CONVERSION_RATE, TRIALS_RUNNING};

use crate::charts;
use crate::widgets::{BROUGHT_BY, ChartCard, FilterBar, Kpis, Notices, PageHead};

/// The page.
#[component]
pub(crate) fn Acquisition() -> impl IntoView {
    view! {
        <FilterBar />
        <main id="content">
            <Notices />
            <PageHead title="Acquisition" />
            <Kpis metrics=ACQUISITION />
            <div class="charts">
                <ChartCard
                    chart=ChartId::Funnel
                    wide=true
                    draw=|_, evaluation, ink| Some(charts::contacts(evaluation, ink))
                    note="How far the leads and companies first contacted in this period have come by now. Each step is counted on its own: some customers pay without an opportunity or a trial."
                />
                <ChartCard
                    chart=ChartId::AcquisitionBy
                    wide=true
                    body=BROUGHT_BY
                    note="By acquisition channel, or by the breakdown chosen above. First contacts count on the day of contact and new customers on their first active day, so the two columns are not the same companies."
                />
                <ChartCard chart=ChartId::Group(&PIPELINE) />
                <ChartCard chart=ChartId::Group(&WIN_RATES) />
                <ChartCard chart=ChartId::Group(&TRIALS) />
                <ChartCard
                    chart=ChartId::One(&TRIAL_CONVERSION_RATE)
                    draw=|_, evaluation, ink| {
                        Some(charts::unsettled(evaluation, &TRIAL_CONVERSION_RATE, &TRIALS_RUNNING, ink))
                    }
                    note="Dashed where some trials of the period are still running and may still convert."
                />
                <ChartCard chart=ChartId::Group(&SALES_CYCLE) />
                <ChartCard chart=ChartId::One(&MRR_NEW) />
                <ChartCard chart=ChartId::One(&ASP) />
                <ChartCard chart=ChartId::One(&CAC) />
            </div>
        </main>
    }
}
