//! What a metric means, from the registry.

use leptos::prelude::*;
use tidemark_shared::Metric;
use tidemark_shared::metric::{Polarity, Unit};

use crate::store::Store;
use crate::ui::{Icon, Menu, icon};

/// A button that explains metrics.
#[component]
pub(super) fn Explain(
    /// Whose definition.
    title: String,
    /// The metrics.
    metrics: Vec<&'static Metric>,
    /// What to say besides.
    #[prop(optional)]
    note: &'static str,
    /// Whether the panel ends where the button ends.
    #[prop(optional)]
    end: bool,
) -> impl IntoView {
    let store = Store::get();
    let explain = move || {
        metrics
            .iter()
            .map(|metric| {
                let policy = policy(&store, metric);
                view! {
                    <div class="explain">
                        <strong>{metric.label}</strong>
                        <p>{metric.help}</p>
                        <p>
                            <span class="muted">"Formula: "</span>
                            {metric.formula}
                        </p>
                        {policy.map(|text| view! { <p class="muted">{text}</p> })}
                        <p class="muted">"From the mart " <code>{metric.mart}</code></p>
                    </div>
                }
            })
            .collect_view()
    };
    view! {
        <Menu
            button=move || icon(Icon::Info)
            button_class="icon-button"
            label=format!("What {title} means")
            end=end
            panel_class="tall"
        >
            {(!note.is_empty()).then(|| view! { <div class="explain"><p>{note}</p></div> })}
            {explain()}
        </Menu>
    }
}

/// The policies that shape a metric, with the values in force.
fn policy(store: &Store, metric: &Metric) -> Option<String> {
    let manifest = store.manifest.read().ready()?;
    let policies = &manifest.policies;
    let mut said = Vec::new();
    if metric.unit == Unit::Money && metric.mart == "lifecycle_daily" {
        said.push(if policies.mrr_discounts == "all" {
            "discounts lower MRR"
        } else {
            "discounts do not lower MRR"
        });
    }
    if metric.id.contains("churn") {
        said.push(if policies.churn_date == "cancellation" {
            "churn is dated on the day of cancellation"
        } else {
            "churn is dated when service ends"
        });
    }
    (!said.is_empty()).then(|| format!("In force: {}.", said.join(", ")))
}

/// One metric on the page of definitions.
#[component]
pub(crate) fn Definition(metric: &'static Metric) -> impl IntoView {
    let good = match metric.polarity {
        Polarity::UpGood => "more is better",
        Polarity::DownGood => "less is better",
        Polarity::Neutral => "neither direction is better",
    };
    let unit = unit_label(metric.unit);
    let store = Store::get();
    view! {
        <article class="card definition" id=metric.id data-testid=format!("definition-{}", metric.id)>
            <h2>{metric.label}</h2>
            <p>{metric.help}</p>
            <dl>
                <dt>"Formula"</dt>
                <dd>{metric.formula}</dd>
                <dt>"Unit"</dt>
                <dd>{format!("{unit}; {good}")}</dd>
                <dt>"Mart"</dt>
                <dd>
                    <code>{metric.mart}</code>
                </dd>
                {move || {
                    policy(&store, metric)
                        .map(|text| {
                            view! {
                                <dt>"Policy"</dt>
                                <dd>{text}</dd>
                            }
                        })
                }}
            </dl>
        </article>
    }
}

/// A unit in words.
pub(super) const fn unit_label(unit: Unit) -> &'static str {
    match unit {
        Unit::Money => "amount",
        Unit::Count => "count",
        Unit::Rate => "percent",
        Unit::Ratio => "ratio",
        Unit::Decimal => "number",
    }
}
