//! Churn: how much is lost, why, what is about to be lost, and where it is worst.

use leptos::prelude::*;
use tidemark_shared::chart::{CHURN, CHURN_RATES, CHURNED_CUSTOMERS, CHURNED_MRR, ChartId};

use super::overview::PageHead;
use crate::charts;
use crate::widgets::{ChartCard, FilterBar, Kpis, Notices, SEGMENTS};

/// How segments are ordered.
const SEGMENTS_NOTE: &str = "Segments with at least 30 customers come first, by what their churn rate is at least: the lower end of \
    its 95 % interval (Wilson). So a high rate of few customers does not lead. Segments with fewer customers stand below, \
    in the same order. Dimensions overlap: each splits all customers anew, so rows of two dimensions must not be added.";

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
                    note="What customers said when they left, else what billing knows. Involuntary churn is due to failed or disputed payments."
                />
                <ChartCard
                    chart=ChartId::ScheduledChurn
                    draw=|_, evaluation, ink| Some(charts::scheduled(evaluation, ink))
                    note="As of the day of the data, whatever days are shown: a customer may still change their mind."
                />
                <ChartCard chart=ChartId::ChurnSegments wide=true body=SEGMENTS note=SEGMENTS_NOTE />
            </div>
        </main>
    }
}
