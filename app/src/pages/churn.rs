//! Churn: how much is lost, why, what is about to be lost, and where it is worst.

use leptos::prelude::*;
use tidemark_shared::chart::{CHURN, CHURN_RATES, CHURNED_CUSTOMERS, CHURNED_MRR, ChartId};

use crate::charts;
use crate::widgets::{ChartCard, FilterBar, Kpis, Notices, PageHead, SEGMENTS};

/// How segments are ordered.
const SEGMENTS_NOTE: &str = "Segments are sorted by the 95 % lower bound of their churn rate (Wilson interval), so that a high rate among a few customers does not come first; segments with fewer than 30 customers follow. Each dimension divides the same customers, so do not add rows of different dimensions.";

/// The page.
#[component]
pub(crate) fn Churn() -> impl IntoView {
    view! {
        <FilterBar />
        <main id="content">
            <Notices />
            <PageHead title="Churn" />
            <Kpis metrics=CHURN />
            <div class="charts">
                <ChartCard chart=ChartId::Group(&CHURN_RATES) wide=true />
                <ChartCard chart=ChartId::Group(&CHURNED_CUSTOMERS) />
                <ChartCard chart=ChartId::Group(&CHURNED_MRR) />
                <ChartCard
                    chart=ChartId::ChurnReasons
                    draw=|_, evaluation, ink| Some(charts::reasons(evaluation, ink))
                    note="The reason the customer gave on cancelling, otherwise the reason recorded in billing. Involuntary churn is caused by failed or disputed payments."
                />
                <ChartCard
                    chart=ChartId::ScheduledChurn
                    draw=|_, evaluation, ink| Some(charts::scheduled(evaluation, ink))
                    note="As of the latest day of the data, independent of the period shown. A customer may still withdraw the cancellation."
                />
                <ChartCard chart=ChartId::ChurnSegments wide=true body=SEGMENTS note=SEGMENTS_NOTE />
            </div>
        </main>
    }
}
