//! What a metric means, from the registry.

use leptos::prelude::*;
use tidemark_shared::{Dimension, Metric};

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
                let policy = in_force(&store, metric);
                view! {
                    <div class="explain">
                        <strong>{metric.label}</strong>
                        <p>{metric.help}</p>
                        <p>
                            <span class="muted">"Formula: "</span>
                            {metric.formula}
                        </p>
                        {policy.map(|text| view! { <p class="muted">{text}</p> })}
                        <p class="muted">"From " {marts(metric)}</p>
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

/// The settings that shape a metric, with what the snapshot was made with.
fn in_force(store: &Store, metric: &Metric) -> Option<String> {
    let manifest = store.manifest.read().ready()?;
    let settings = metric.settings().into_iter();
    let said: Vec<String> = settings.map(|s| s.in_force(&manifest)).collect();
    Some(format!("In force: {}.", said.join(", ")))
}

/// The dimensions whose filters leave a metric without a value.
fn blind_to(metric: &Metric) -> Option<String> {
    let blind = Dimension::ALL
        .into_iter()
        .filter(|d| !metric.follows(*d))
        .map(|d| d.label().to_lowercase());
    let names: Vec<String> = blind.collect();
    (!names.is_empty()).then(|| names.join(", "))
}

/// One metric on the page of definitions.
#[component]
pub(crate) fn Definition(metric: &'static Metric) -> impl IntoView {
    let store = Store::get();
    view! {
        <article class="card definition" id=metric.id data-testid=format!("definition-{}", metric.id)>
            <h2>{metric.label}</h2>
            <p>{metric.help}</p>
            <dl>
                <dt>"Formula"</dt>
                <dd>{metric.formula}</dd>
                <dt>"Unit"</dt>
                <dd>{format!("{}; {}", metric.unit.label(), metric.polarity.label())}</dd>
                <dt>"From"</dt>
                <dd>{marts(metric)}</dd>
                {blind_to(metric)
                    .map(|names| {
                        view! {
                            <dt>"Cannot follow filters on"</dt>
                            <dd>{names}</dd>
                        }
                    })}
                {move || {
                    in_force(&store, metric)
                        .map(|text| {
                            view! {
                                <dt>"Settings"</dt>
                                <dd>{text}</dd>
                            }
                        })
                }}
            </dl>
        </article>
    }
}

/// The marts a metric is formed from.
fn marts(metric: &Metric) -> impl IntoView + use<> {
    let marts = metric.marts().into_iter();
    marts
        .map(|mart| view! { <code>{mart}</code> " " })
        .collect_view()
}
