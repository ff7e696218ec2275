//! The browser window onto the published numbers: starts the app and routes to its pages.

#![allow(
    unreachable_pub,
    reason = "the component macro writes public items into private modules"
)]

mod api;
mod charts;
mod draw;
mod lazy;
mod locale;
mod pages;
mod routes;
mod store;
mod ui;
mod widgets;

use leptos::prelude::*;

fn main() {
    std::panic::set_hook(Box::new(|panic| {
        leptos::logging::error!("{panic}");
    }));
    locale::install();
    let document = document();
    if let Some(root) = document.document_element() {
        // Tells the boot script that the program runs, so that later errors are not start-up failures.
        let _ = root.set_attribute("data-started", "true");
    }
    if let Some(boot) = document.get_element_by_id("boot") {
        boot.remove();
    }
    mount_to_body(routes::App);
}
