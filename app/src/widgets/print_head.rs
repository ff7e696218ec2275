//! What paper must say of the numbers, since it has no controls: the date of the data, bucket
//! width, filters.

use leptos::prelude::*;
use tidemark_shared::format;

use crate::store::Store;

/// Shown on paper only.
#[component]
pub(super) fn PrintHead() -> impl IntoView {
    let store = Store::get();
    let text = move || {
        let manifest = store.manifest.read().ready()?;
        let view = store.view.read();
        let filters = match &view.filters.words()[..] {
            [] => "No filters".to_owned(),
            some => some.join("; "),
        };
        Some(format!(
            "Data as of {} ({}), snapshot {}. By {}. {filters}.",
            format::date(manifest.as_of),
            manifest.timezone,
            manifest.snapshot_id,
            view.grain().label().to_lowercase(),
        ))
    };
    view! {
        <p class="print-head" data-testid="print-head">
            {text}
        </p>
    }
}
