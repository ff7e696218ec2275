//! What a metric means, from the registry.

use leptos::prelude::*;
use tidemark_shared::metric::Setting;
use tidemark_shared::{Dimension, Metric};

use crate::routes::{Page, href_to};
use crate::store::Store;
use crate::ui::{Icon, Menu, capitalized, icon, span};

/// A button that explains metrics.
#[component]
pub(crate) fn Explain(
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
    Some(format!("Settings: {}.", said.join(", ")))
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
pub(crate) fn definition(store: &Store, metric: &'static Metric) -> AnyView {
    let policies = store.manifest.read().ready().and_then(|manifest| {
        let settings = metric.settings().into_iter();
        // Currency and time zone shape everything and are said once, above.
        let own = settings.filter(|s| matches!(s, Setting::MrrDiscounts | Setting::ChurnDate));
        let said: Vec<String> = own.map(|setting| setting.in_force(&manifest)).collect();
        (!said.is_empty()).then(|| fact("Policy", said.join("; ").into_any()))
    });
    let link = format!("#{}", metric.id);
    view! {
        <article class="definition" id=metric.id data-testid=format!("definition-{}", metric.id)>
            <div>
                <h3>
                    <a href=link>{metric.label}</a>
                </h3>
                {span("muted", format!("{}, {}", capitalized(metric.unit.label()), metric.polarity.label()))}
            </div>
            <div>
                <p>{metric.help}</p>
                <dl>
                    {fact("Formula", metric.formula.into_any())}
                    {fact("From", marts(metric).into_any())}
                    {fact("Lineage", where_from(*store, metric))}
                    {blind_to(metric).map(|names| fact("No value if filtered by", names.into_any()))}
                    {policies}
                </dl>
            </div>
        </article>
    }
    .into_any()
}

/// The way from the raw tables to a metric.
fn where_from(store: Store, metric: &'static Metric) -> AnyView {
    let place = format!("metric-{}", metric.id);
    let link = move || href_to(Page::Health, &store.view.read(), &place);
    view! { <a href=link data-testid=format!("lineage-of-{}", metric.id)>"Lineage"</a> }.into_any()
}

fn fact(name: &'static str, value: AnyView) -> AnyView {
    view! {
        <dt>{name}</dt>
        <dd>{value}</dd>
    }
    .into_any()
}

/// The marts a metric is formed from.
fn marts(metric: &Metric) -> impl IntoView + use<> {
    let marts = metric.marts().into_iter();
    marts
        .map(|mart| view! { <code>{mart}</code> " " })
        .collect_view()
}
