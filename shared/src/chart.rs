//! The tables behind the charts: the same rows for the page, its file and the export.

mod explain;
mod tables;
mod topics;

use crate::engine::{Evaluation, RetentionData, Subject};
use crate::metric::Unit;
use crate::metrics::{CUSTOMER_CHURN_RATE, MRR};
use crate::table::Table;
use crate::view::CohortShow;

pub use crate::charts::*;
pub use explain::{Step, floor, sentence, steps};
pub use tables::stock;
pub use topics::{
    FunnelStep, RECENT_DAYS, brought, brought_by, churn_reasons, funnel, stage_flows,
    tickets_and_churn, tickets_before, tickets_by,
};

impl ChartId {
    /// Unit of its values; none where it differs. Cohorts follow what the view shows.
    pub fn unit(self, cohort: CohortShow) -> Option<Unit> {
        match self.spec().unit {
            ChartUnit::Mixed => None,
            ChartUnit::Of(unit) => Some(unit),
            ChartUnit::Cohorts => Some(match (cohort.is_rate(), cohort.is_mrr()) {
                (true, _) => Unit::Rate,
                (false, true) => Unit::Money,
                (false, false) => Unit::Count,
            }),
        }
    }
}

/// The table behind a chart. Without retention data the cohort table has no rows.
pub fn table(chart: ChartId, evaluation: &Evaluation, retention: Option<&RetentionData>) -> Table {
    match chart {
        ChartId::Kpis => tables::headlines(evaluation),
        ChartId::Mrr => tables::compared(evaluation, &MRR),
        ChartId::ChurnRate => tables::compared(evaluation, &CUSTOMER_CHURN_RATE),
        ChartId::Movements => tables::movements(evaluation, Subject::Mrr),
        ChartId::Customers => tables::movements(evaluation, Subject::Customers),
        ChartId::Cohorts => tables::cohort_table(evaluation, retention),
        ChartId::RetentionCurves => {
            let show = evaluation.view().cohort;
            topics::curve_table(
                &tables::cohorts_of(evaluation, retention),
                show,
                chart.unit(show),
            )
        }
        ChartId::StageFlows => topics::stage_flow_table(evaluation),
        ChartId::Funnel => topics::funnel_table(evaluation),
        ChartId::AcquisitionBy => topics::brought_table(evaluation),
        ChartId::ChurnReasons => topics::reason_table(evaluation),
        ChartId::ScheduledChurn => topics::scheduled_table(evaluation),
        ChartId::ChurnSegments => topics::segment_table(evaluation),
        ChartId::TicketsByPriority => topics::tickets_table(evaluation, "priority", "Priority"),
        ChartId::TicketsByChannel => topics::tickets_table(evaluation, "channel", "Channel"),
        ChartId::TicketsAndChurn => topics::tickets_and_churn_table(evaluation),
        ChartId::Bridge => explain::bridge(evaluation),
        ChartId::Contributions => explain::contributions(evaluation),
        ChartId::One(metric) => tables::compared(evaluation, metric),
        ChartId::Group(_) | ChartId::Metrics => tables::over_time(evaluation, chart.metrics()),
    }
}

#[cfg(test)]
mod tests;
