//! The title of a page, and the days it shows.

use leptos::prelude::*;
use tidemark_shared::format;

use crate::store::Store;

/// Title of a page and the days it shows.
#[component]
pub(crate) fn PageHead(title: &'static str) -> impl IntoView {
    let store = Store::get();
    let days = move || {
        let evaluation = store.evaluation.get()?;
        let window = evaluation.window();
        if window.shown.is_empty() {
            return Some("no days with data".to_owned());
        }
        let shown = format::span(window.shown);
        Some(match window.compared {
            Some(compared) => format!("{shown}, compared with {}", format::span(compared)),
            None => shown,
        })
    };
    view! {
        <div class="page-head">
            <h1>{title}</h1>
            <p data-testid="days">{days}</p>
        </div>
    }
}
