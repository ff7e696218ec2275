//! Pages on one topic: its metrics over time, each a chart of its own.

use leptos::prelude::*;
use tidemark_shared::chart::{ACQUISITION, CHURN, ChartId, SUPPORT};
use tidemark_shared::metric::Metric;

use super::overview::PageHead;
use crate::widgets::{ChartCard, FilterBar, Notices};

/// How customers are won.
#[component]
pub(crate) fn Acquisition() -> impl IntoView {
    topic("Acquisition", ACQUISITION)
}

/// How customers are lost.
#[component]
pub(crate) fn Churn() -> impl IntoView {
    topic("Churn", CHURN)
}

/// What customers ask for, and how long it takes.
#[component]
pub(crate) fn Support() -> impl IntoView {
    topic("Support", SUPPORT)
}

fn topic(title: &'static str, metrics: &'static [&'static Metric]) -> impl IntoView {
    let card = |metric: &'static Metric| view! { <ChartCard chart=ChartId::One(metric) /> };
    view! {
        <FilterBar />
        <main id="content">
            <Notices />
            <PageHead title=title />
            <div class="charts">{metrics.iter().copied().map(card).collect_view()}</div>
        </main>
    }
}
