//! The overview: headline tiles, MRR, its movements, customers, churn, cohorts.

use leptos::prelude::*;
use tidemark_shared::chart::{ChartId, STAGES_OVER_TIME};
use wasm_split_helpers::wasm_split;

use super::retention::{COHORT_NOTE, CohortTools, draw_cohorts};
use crate::charts;
use crate::later::{Draw, Loaded, when_painted};
use crate::store::Store;
use crate::widgets::{ChartCard, FilterBar, Kpis, Notices, PageHead, WhatChanged};

/// How the moves between stages read.
const FLOW_NOTE: &str = "Counts each change of stage, so an account that changes stage twice counts twice. The left side shows the stage before, the right side the stage after. New is a lead or account that first appears; Merged is a lead that was merged into an account.";

/// The page.
#[component]
pub(crate) fn Overview() -> impl IntoView {
    let store = Store::get();
    Effect::new(move |_| {
        if store.evaluation.get().is_some() {
            store.measure_repaint();
        }
    });
    view! {
        <FilterBar />
        <main id="content">
            <Notices />
            <PageHead title="Overview" />
            <Kpis />
            <div class="charts">
                <ChartCard chart=ChartId::Mrr />
                {when_painted(|| Box::pin(load_other_charts()), places)}
            </div>
        </main>
    }
}

#[wasm_split(rest, fallible)]
fn load_other_charts() -> Loaded<Draw> {
    Ok(other_charts)
}

/// The charts beside and below the first, which come after it is painted.
fn other_charts() -> AnyView {
    view! {
        <ChartCard
            chart=ChartId::Movements
            draw=|_, evaluation, ink| Some(charts::movements(evaluation, ink))
        />
        <ChartCard
            chart=ChartId::Customers
            draw=|_, evaluation, ink| Some(charts::customers(evaluation, ink))
        />
        <ChartCard chart=ChartId::ChurnRate />
        <WhatChanged />
        <ChartCard
            chart=ChartId::Group(&STAGES_OVER_TIME)
            wide=true
            note="Each lead or account is in exactly one stage at the end of each period. Leads merged into an account no longer count. Active customers are at the bottom."
        />
        <ChartCard
            chart=ChartId::StageFlows
            wide=true
            draw=|_, evaluation, ink| Some(charts::flows(evaluation, ink))
            note=FLOW_NOTE
        />
        <ChartCard
            chart=ChartId::Cohorts
            draw=draw_cohorts
            wide=true
            note=COHORT_NOTE
            tools=|| view! { <CohortTools /> }
        />
    }
    .into_any()
}

/// Where the first of those will be.
fn places() -> AnyView {
    let place = || {
        view! {
            <div class="card chart-card place" role="status" aria-label="Loading">
                <span class="skeleton plot"></span>
            </div>
        }
    };
    [place(), place(), place()].collect_view().into_any()
}
