//! Every metric with what it means, from the one registry, by subject.

use leptos::prelude::*;
use tidemark_shared::Metric;
use tidemark_shared::metric::Setting;
use tidemark_shared::metrics::{
    ACTIVE_CUSTOMERS, CUSTOMERS_RETAINED_12M, GROSS_MRR_CHURN_RATE, LEADS_CREATED, MARKETING_SPEND,
    METRICS, MONTHLY_CHURN_RATE, MRR, MRR_NEW, STAGE_LEAD, TICKETS_CREATED, TRIALS_STARTED,
};

use crate::store::Store;
use crate::ui::browser::scroll_to_hash;
use crate::ui::{capitalized, counted, facts, jumps, section};
use crate::widgets::{Notices, definition};

/// Subjects in the order of the registry: id, title, and the metric each begins with.
static SUBJECTS: [(&str, &str, &Metric); 11] = [
    ("revenue", "Recurring revenue", &MRR),
    ("movements", "MRR movements", &MRR_NEW),
    ("rates", "Revenue rates", &GROSS_MRR_CHURN_RATE),
    ("customers", "Customers", &ACTIVE_CUSTOMERS),
    ("retention", "Retention", &CUSTOMERS_RETAINED_12M),
    ("sales", "Leads and opportunities", &LEADS_CREATED),
    ("spend", "Spend", &MARKETING_SPEND),
    ("trials", "Trials", &TRIALS_STARTED),
    ("support", "Support", &TICKETS_CREATED),
    ("tickets-and-churn", "Churn by tickets", &MONTHLY_CHURN_RATE),
    ("stages", "Lifecycle stages", &STAGE_LEAD),
];

/// The metrics of a subject: from the one it begins with to the next one's.
fn metrics_of(subject: usize) -> &'static [&'static Metric] {
    let begin = |subject: usize| {
        let first = SUBJECTS.get(subject).map(|(_, _, first)| *first);
        let at = first.and_then(|first| METRICS.iter().position(|metric| *metric == first));
        at.unwrap_or(METRICS.len())
    };
    METRICS
        .get(begin(subject)..begin(subject + 1))
        .unwrap_or_default()
}

/// Whether a search in lower case finds a metric.
fn is_about(metric: &Metric, wanted: &str) -> bool {
    [metric.label, metric.help, metric.formula, metric.id]
        .iter()
        .any(|text| text.to_lowercase().contains(wanted))
}

/// The page.
#[component]
pub(crate) fn Definitions() -> impl IntoView {
    let store = Store::get();
    let search = RwSignal::new(String::new());
    // The settings the snapshot was made with, said once.
    let in_force = move || {
        let manifest = store.manifest.read().ready()?;
        let settings = [
            ("Discounts", Setting::MrrDiscounts),
            ("Churn", Setting::ChurnDate),
            ("Currency", Setting::Currency),
            ("Time zone", Setting::Timezone),
        ];
        let said =
            settings.map(|(name, setting)| (name, capitalized(&setting.in_force(&manifest))));
        Some(facts("in-force", said.to_vec()))
    };
    let found = Memo::new(move |_| {
        let wanted = search.read().trim().to_lowercase();
        let of = |subject| {
            let metrics = metrics_of(subject).iter().copied();
            metrics.filter(|metric| is_about(metric, &wanted)).collect()
        };
        (0..SUBJECTS.len()).map(of).collect::<Vec<Vec<_>>>()
    });
    let count = move || {
        let found = found.read().iter().map(Vec::len).sum::<usize>();
        match found == METRICS.len() {
            true => counted(&found.to_string(), "metric"),
            false => format!("{found} of {} metrics", METRICS.len()),
        }
    };
    let by_subject = move || {
        SUBJECTS
            .iter()
            .zip(found.get())
            .filter(|(_, metrics)| !metrics.is_empty())
    };
    let links = move || {
        let links =
            by_subject().map(|((id, title, _), metrics)| (*id, *title, metrics.len().to_string()));
        jumps("Subjects", links.collect())
    };
    let subjects = move || {
        let subjects = by_subject().map(|((id, title, _), metrics)| {
            let metrics = metrics.into_iter().map(|metric| definition(&store, metric));
            section(id, title, vec![], String::new(), metrics.collect())
        });
        subjects.collect::<Vec<_>>()
    };
    request_animation_frame(scroll_to_hash);
    view! {
        <main id="content">
            <Notices />
            <div class="page-head">
                <h1>"Definitions"</h1>
                <p>"Every metric of this dashboard with its formula. The info button beside each title shows the same text."</p>
            </div>
            {in_force}
            <div class="beside">
                <div class="beside-nav">
                    <input
                        type="search"
                        class="input"
                        placeholder="Search definitions"
                        aria-label="Search definitions"
                        data-testid="search-definitions"
                        on:input=move |event| search.set(event_target_value(&event))
                    />
                    <p class="muted" role="status" data-testid="definitions-count">{count}</p>
                    {links}
                </div>
                <div class="stack">{subjects}</div>
            </div>
        </main>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_metric_is_in_one_subject_in_the_order_of_the_registry() {
        let all: Vec<&Metric> = (0..SUBJECTS.len())
            .flat_map(|subject| metrics_of(subject).iter().copied())
            .collect();
        assert_eq!(all, METRICS);
        for (at, (id, ..)) in SUBJECTS.iter().enumerate() {
            assert!(!metrics_of(at).is_empty(), "{id} holds no metric");
        }
    }

    #[test]
    fn a_search_looks_at_words_formula_and_id() {
        assert!(is_about(&MRR, "mrr"));
        assert!(is_about(&MRR, &MRR.help.to_lowercase()));
        assert!(is_about(&MRR, &MRR.formula.to_lowercase()));
        assert!(!is_about(&MRR, "satisfaction"));
    }
}
