//! The browser window onto the published numbers: starts the app and routes to its pages.

#![allow(
    unreachable_pub,
    reason = "the component macro writes public items into private modules"
)]

mod api;
mod app;
mod charts;
mod draw;
mod fresh;
mod later;
mod lazy;
mod load;
mod locale;
mod pages;
mod routes;
mod store;
mod ui;
mod widgets;

use leptos::prelude::mount_to_body;

fn main() {
    locale::install();
    mount_to_body(app::App);
}
