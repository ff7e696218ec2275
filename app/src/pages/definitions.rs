//! Every metric with what it means, from the one registry.

use leptos::prelude::*;
use tidemark_shared::metrics::METRICS;

use crate::widgets::{Definition, Notices};

/// The page.
#[component]
pub(crate) fn Definitions() -> impl IntoView {
    let search = RwSignal::new(String::new());
    let found = move || {
        let wanted = search.read().trim().to_lowercase();
        METRICS
            .iter()
            .copied()
            .filter(|metric| {
                let text = [metric.label, metric.help, metric.formula, metric.id];
                text.iter()
                    .any(|text| text.to_lowercase().contains(&wanted))
            })
            .collect::<Vec<_>>()
    };
    view! {
        <main id="content">
            <Notices />
            <div class="page-head">
                <h1>"Definitions"</h1>
                <p>"Each number of this dashboard, with its formula. The same text is behind the sign beside each title."</p>
            </div>
            <p>
                <input
                    type="search"
                    class="input search-wide"
                    placeholder="Search definitions"
                    aria-label="Search definitions"
                    data-testid="search-definitions"
                    on:input=move |event| search.set(event_target_value(&event))
                />
            </p>
            <div class="definitions">
                <For each=found key=|metric| metric.id let(metric)>
                    <Definition metric=metric />
                </For>
            </div>
            <Show when=move || found().is_empty()>
                <p class="options-empty">"No definition matches."</p>
            </Show>
        </main>
    }
}
