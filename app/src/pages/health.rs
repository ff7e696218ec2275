//! Where the numbers come from: sources, marts to download, checks.

use leptos::prelude::*;
use tidemark_shared::api::{Format, Manifest, QualityReport, SourceState};
use tidemark_shared::format;

use super::checks::Checks;
use crate::api;
use crate::store::{Load, Store};
use crate::widgets::{Failed, Notices};

/// The page.
#[component]
pub(crate) fn Health() -> impl IntoView {
    let store = Store::get();
    let report: RwSignal<Load<QualityReport>> = RwSignal::new(Load::Loading);
    Effect::new(move |_| {
        // Once the manifest is there (and again after a retry), so that both are of the same time.
        if store.manifest.read().ready().is_some() {
            leptos::task::spawn_local(async move {
                report.set(match api::quality().await {
                    Ok(found) => Load::Ready(found),
                    Err(error) => Load::Failed(error.to_string()),
                });
            });
        }
    });
    view! {
        <main id="content">
            <Notices />
            <div class="page-head">
                <h1>"Health"</h1>
                <p>"What the numbers are made from, and what was checked."</p>
            </div>
            <div class="stack">
                {move || match &*store.manifest.read() {
                    Load::Ready(manifest) => {
                        let manifest = Manifest::clone(manifest);
                        view! {
                            <Facts manifest=manifest.clone() />
                            <Sources manifest=manifest.clone() />
                            <Marts manifest=manifest />
                        }
                            .into_any()
                    }
                    Load::Failed(message) => view! { <Failed message=message.clone() /> }.into_any(),
                    Load::Loading => view! { <div class="skeleton plot"></div> }.into_any(),
                }}
                {move || match &*report.read() {
                    Load::Ready(report) => {
                        view! { <Checks report=report.clone() /> }.into_any()
                    }
                    Load::Failed(message) => {
                        view! { <p class="notice">"The list of checks is not available. " {message.clone()}</p> }
                            .into_any()
                    }
                    Load::Loading => ().into_any(),
                }}
            </div>
        </main>
    }
}

#[component]
fn Facts(manifest: Manifest) -> impl IntoView {
    let fact =
        |name: &'static str, value: String| view! { <div><dt>{name}</dt><dd>{value}</dd></div> };
    view! {
        <dl class="card facts">
            {fact("Snapshot", manifest.snapshot_id.chars().take(16).collect())}
            {fact("Data as of", format::date(manifest.as_of))}
            {fact("Time zone", manifest.timezone)}
            {fact("Currency", manifest.currency.to_uppercase())}
            {fact("Made at", format::moment(manifest.generated_at))}
            {fact("Discounts in MRR", manifest.policies.mrr_discounts)}
            {fact("Churn dated by", manifest.policies.churn_date.replace('_', " "))}
        </dl>
    }
}

#[component]
fn Sources(manifest: Manifest) -> impl IntoView {
    let rows = manifest
        .sources
        .into_iter()
        .map(|source| {
            let (class, text) = match source.status {
                SourceState::Fresh => ("badge good", "fresh"),
                SourceState::Stale => ("badge warn", "out of date"),
                SourceState::NotConnected => ("badge", "not connected"),
            };
            let through = source
                .data_through
                .map_or_else(|| format::NO_VALUE.to_owned(), format::date);
            view! {
                <tr>
                    <th scope="row">{source.name}</th>
                    <td class="text">
                        <span class=class>{text}</span>
                    </td>
                    <td>{through}</td>
                    <td>{format::count(source.rows as i64)}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="card" aria-label="Sources">
            <div class="chart-head">
                <h2>"Sources"</h2>
            </div>
            <div class="table-wrap free">
                <table class="data">
                    <thead>
                        <tr>
                            <th scope="col">"Source"</th>
                            <th scope="col" class="text">"State"</th>
                            <th scope="col">"Data through"</th>
                            <th scope="col">"Records"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
}

#[component]
fn Marts(manifest: Manifest) -> impl IntoView {
    let rows = manifest
        .marts
        .into_iter()
        .map(|mart| {
            let links = Format::ALL
                .into_iter()
                .filter_map(|format| {
                    let url = mart.urls.get(&format)?.clone();
                    Some(view! { <a href=url rel="external" download="">{format.extension()}</a> " " })
                })
                .collect_view();
            view! {
                <tr>
                    <th scope="row">{mart.name}</th>
                    <td>{format::count(mart.rows as i64)}</td>
                    <td>{format::count(mart.columns.len() as i64)}</td>
                    <td>{format::count(mart.bytes as i64)}</td>
                    <td class="text">{links}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="card" aria-label="Marts">
            <div class="chart-head">
                <h2>"Marts"</h2>
            </div>
            <div class="table-wrap free">
                <table class="data">
                    <thead>
                        <tr>
                            <th scope="col">"Mart"</th>
                            <th scope="col">"Rows"</th>
                            <th scope="col">"Columns"</th>
                            <th scope="col">"Bytes"</th>
                            <th scope="col" class="text">"Download"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
}
