//! The pages that are parts of the program of their own.

use leptos::prelude::*;
use wasm_split_helpers::wasm_split;

use super::{Acquisition, Churn, Customers, Definitions, Health, History, Retention, Support};
use crate::later::{Coming, Draw, Loaded, later};
use crate::store::Store;

// Pages of one name share a file: a reader of one topic usually opens the next.

#[wasm_split(topics, fallible)]
fn load_acquisition() -> Loaded<Draw> {
    Ok(|| view! { <Acquisition /> }.into_any())
}

#[wasm_split(topics, fallible)]
fn load_retention() -> Loaded<Draw> {
    Ok(|| view! { <Retention /> }.into_any())
}

#[wasm_split(topics, fallible)]
fn load_churn() -> Loaded<Draw> {
    Ok(|| view! { <Churn /> }.into_any())
}

#[wasm_split(topics, fallible)]
fn load_support() -> Loaded<Draw> {
    Ok(|| view! { <Support /> }.into_any())
}

#[wasm_split(customers, fallible)]
fn load_customers() -> Loaded<Draw> {
    Ok(|| view! { <Customers /> }.into_any())
}

#[wasm_split(reference, fallible)]
fn load_history() -> Loaded<Draw> {
    Ok(|| view! { <History /> }.into_any())
}

#[wasm_split(reference, fallible)]
fn load_health() -> Loaded<Draw> {
    Ok(|| view! { <Health /> }.into_any())
}

#[wasm_split(reference, fallible)]
fn load_definitions() -> Loaded<Draw> {
    Ok(|| view! { <Definitions /> }.into_any())
}

pub(crate) fn acquisition() -> AnyView {
    page(|| Box::pin(load_acquisition()))
}

pub(crate) fn retention() -> AnyView {
    page(|| Box::pin(load_retention()))
}

pub(crate) fn churn() -> AnyView {
    page(|| Box::pin(load_churn()))
}

pub(crate) fn support() -> AnyView {
    page(|| Box::pin(load_support()))
}

pub(crate) fn customers() -> AnyView {
    page(|| Box::pin(load_customers()))
}

pub(crate) fn history() -> AnyView {
    page(|| Box::pin(load_history()))
}

pub(crate) fn health() -> AnyView {
    page(|| Box::pin(load_health()))
}

pub(crate) fn definitions() -> AnyView {
    page(|| Box::pin(load_definitions()))
}

fn page(load: fn() -> Coming<Draw>) -> AnyView {
    let opening = Store::get().opening;
    opening.set(true);
    let waiting = || {
        view! {
            <main id="content">
                <div class="skeleton page" role="status" aria-label="Loading"></div>
            </main>
        }
        .into_any()
    };
    on_cleanup(move || opening.set(false));
    later(load, waiting, move |draw| {
        opening.set(false);
        draw()
    })
}
