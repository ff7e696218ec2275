//! The tools of a chart: table view, file, picture, link.

use std::sync::Arc;

use leptos::prelude::*;
use tidemark_shared::chart::ChartId;
use tidemark_shared::format;

use super::save::file_name;
use super::tables::save_csv;
use crate::charts::{Drawing, Picture};
use crate::draw::PlotterSlot;
use crate::routes::href;
use crate::store::Store;
use crate::ui::{Icon, browser, icon, icon_button};

/// Table view, CSV, picture and link.
#[component]
pub(super) fn Tools(
    chart: ChartId,
    key: &'static str,
    title: String,
    /// Whether it is a drawing, which can be shown as a table or saved as a picture.
    drawn: bool,
    as_table: RwSignal<bool>,
    plotter: PlotterSlot,
    drawing: Memo<Option<Arc<Drawing>>>,
) -> impl IntoView {
    let store = Store::get();
    let csv = Callback::new(move |_| save_csv(store, chart));
    let png = Callback::new(move |_| {
        let drawing = drawing.get_untracked();
        let picture = Picture {
            title: title.clone(),
            lines: caption_lines(&store),
            legend: drawing.as_ref().map_or(&[], |drawing| &drawing.legend),
            palette: &store.palette.read_untracked(),
        };
        let url = plotter.with_value(|one| one.as_ref().map(|one| one.png(&picture)));
        match url {
            Some(url) => browser::save_url(&file_name(&store, key, "png"), &url),
            None => store.say("Switch back to the chart to save it as an image"),
        }
    });
    let link = Callback::new(move |_| {
        let view = store.view.get_untracked();
        let path = href(store.path().as_str(), &view);
        copy_link(store, format!("{}{path}#chart-{key}", browser::origin()));
    });
    let button = |name: &str, test_id, shown, press| {
        icon_button(
            "",
            name.to_owned(),
            format!("{test_id}-{key}"),
            shown,
            press,
        )
    };
    view! {
        <div class="tools">
            {drawn
                .then(|| {
                    view! {
                        <button
                            type="button"
                            class="icon-button"
                            title="Show as a table"
                            aria-label="Show as a table"
                            aria-pressed=move || as_table.get().to_string()
                            data-testid=format!("table-{key}")
                            on:click=move |_| as_table.update(|on| *on = !*on)
                        >
                            {icon(Icon::Table)}
                        </button>
                    }
                })}
            {button("Download as CSV", "csv", Icon::Download, csv)}
            {drawn.then(|| button("Download as PNG", "png", Icon::Image, png))}
            {button("Copy a link to this chart", "link", Icon::Link, link)}
        </div>
    }
}

/// What is shown, in lines: the days, the filters, the snapshot.
fn caption_lines(store: &Store) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(evaluation) = store.evaluation.get_untracked() {
        lines.push(format::span(evaluation.window().shown));
        let filters = evaluation.view().filters.words();
        if !filters.is_empty() {
            lines.push(filters.join(" · "));
        }
    }
    let manifest = store.manifest.read_untracked().ready();
    if let Some(manifest) = manifest {
        let demo = if manifest.demo { "demo data, " } else { "" };
        let as_of = format::date(manifest.as_of);
        lines.push(format!(
            "Tidemark, {demo}as of {as_of} ({})",
            manifest.timezone
        ));
    }
    lines
}

/// Copies a link, and says whether the browser allowed it.
pub(crate) fn copy_link(store: Store, url: String) {
    browser::copy(url, move |copied| {
        store.say(if copied {
            "Link copied"
        } else {
            "The browser blocked copying. Copy the link from the address bar."
        });
    });
}
