//! Retention: cohorts by month of acquisition, and what is left of all of them together.

use leptos::prelude::*;
use tidemark_shared::chart::{ChartId, RETENTION, YEAR_RETENTION};
use tidemark_shared::engine::{CohortTable, Evaluation, cohorts};
use tidemark_shared::metrics::{CUSTOMERS_REACTIVATED, MRR_REACTIVATION};
use tidemark_shared::view::CohortShow;

use crate::charts::{self, Drawing, Ink};
use crate::store::{History, Store};
use crate::ui::{Choice, Segmented};
use crate::widgets::{ChartCard, FilterBar, Kpis, Notices, PageHead};

/// How the cohort charts read.
pub(super) const COHORT_NOTE: &str = "Each row is the customers acquired in one month, with their number; each column is the end of a later month. Only complete months have a value. Filters use the attributes at acquisition.";

/// The page.
#[component]
pub(crate) fn Retention() -> impl IntoView {
    view! {
        <FilterBar />
        <main id="content">
            <Notices />
            <PageHead title="Retention" />
            <Kpis metrics=RETENTION />
            <div class="charts">
                <ChartCard
                    chart=ChartId::Cohorts
                    draw=draw_cohorts
                    wide=true
                    note=COHORT_NOTE
                    tools=|| view! { <CohortTools /> }
                />
                <ChartCard
                    chart=ChartId::RetentionCurves
                    draw=draw_curves
                    wide=true
                    note="Each thin line is the customers acquired in one month. The thick line is the mean of all cohorts, weighted by customers; it ends where fewer than half of the cohorts or of their customers have reached the month. The newest cohorts are labelled."
                />
                <ChartCard chart=ChartId::Group(&YEAR_RETENTION) wide=true />
                <ChartCard chart=ChartId::One(&CUSTOMERS_REACTIVATED) />
                <ChartCard chart=ChartId::One(&MRR_REACTIVATION) />
            </div>
        </main>
    }
}

fn table(store: &Store, evaluation: &Evaluation) -> Option<CohortTable> {
    let data = store.retention.read().ready()?;
    Some(cohorts(
        &data,
        &evaluation.view().filters,
        evaluation.window().shown,
    ))
}

pub(super) fn draw_cohorts(store: &Store, evaluation: &Evaluation, ink: &Ink) -> Option<Drawing> {
    let table = table(store, evaluation)?;
    Some(charts::cohorts(&table, evaluation.view().cohort, ink))
}

fn draw_curves(store: &Store, evaluation: &Evaluation, ink: &Ink) -> Option<Drawing> {
    let table = table(store, evaluation)?;
    Some(charts::retention_curves(
        &table,
        evaluation.view().cohort,
        ink,
    ))
}

/// Customers or MRR, share or amount.
#[component]
pub(super) fn CohortTools() -> impl IntoView {
    let store = Store::get();
    let show = move || store.view.read().cohort;
    let set = move |mrr: bool, rate: bool| {
        store.change(History::Push, |view| {
            view.cohort = CohortShow::of(mrr, rate)
        });
    };
    let measures = vec![
        Choice {
            value: false,
            label: "Customers",
            title: "Customers",
            test_id: "cohort-customers",
        },
        Choice {
            value: true,
            label: "MRR",
            title: "MRR",
            test_id: "cohort-mrr",
        },
    ];
    let forms = vec![
        Choice {
            value: true,
            label: "%",
            title: "As a share of the start",
            test_id: "cohort-rate",
        },
        Choice {
            value: false,
            label: "#",
            title: "As amounts",
            test_id: "cohort-amount",
        },
    ];
    view! {
        <Segmented
            label="Count customers or MRR"
            choices=measures
            chosen=Signal::derive(move || Some(show().is_mrr()))
            choose=move |mrr| set(mrr, show().is_rate())
            small=true
        />
        <Segmented
            label="Show rates or amounts"
            choices=forms
            chosen=Signal::derive(move || Some(show().is_rate()))
            choose=move |rate| set(show().is_mrr(), rate)
            small=true
        />
    }
}
