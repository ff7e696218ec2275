//! Views whose part of the program is loaded when they are first needed, so that the first page
//! need not wait for it.
//!
//! A part is what `wasm_split` marks with one name, and whatever only that needs: a file of its
//! own, taken out of the program after it was linked. On other targets than the browser nothing is
//! split, and nothing waits.

use std::pin::Pin;

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_split_helpers::SplitLoaderError;

use crate::store::{Load, Store};

/// Something of another part of the program, or that this could not be loaded.
pub(crate) type Loaded<T> = Result<T, SplitLoaderError>;

/// Something of another part of the program, on its way.
pub(crate) type Coming<T> = Pin<Box<dyn Future<Output = Loaded<T>>>>;

/// Puts something of another part of the program on the screen.
pub(crate) type Draw = fn() -> AnyView;

/// What is said when a part of the program cannot be loaded.
pub(crate) const NOT_LOADED: &str = "Couldn't load this part of the dashboard. Check your connection and try again. If the server was just updated, reload the page.";

/// Shows something as soon as its part of the program is there; until then what stands in its
/// place.
pub(crate) fn later<T: Copy + Send + Sync + 'static>(
    load: fn() -> Coming<T>,
    waiting: fn() -> AnyView,
    draw: impl Fn(T) -> AnyView + Send + 'static,
) -> AnyView {
    let part = RwSignal::new(Load::Loading);
    let fetch = Callback::new(move |()| {
        part.set(Load::Loading);
        spawn_local(async move {
            // The signal is gone if the page was left in the meantime.
            let _ = part.try_set(match load().await {
                Ok(part) => Load::Ready(part),
                Err(_) => Load::Failed(NOT_LOADED.to_owned()),
            });
        });
    });
    fetch.run(());
    (move || match part.get() {
        Load::Loading => waiting(),
        Load::Ready(part) => draw(part),
        Load::Failed(message) => failed(message, fetch),
    })
    .into_any()
}

/// Shows something once numbers and a chart of them are on the screen; until then, and until its
/// part of the program is there, what stands in its place.
pub(crate) fn when_painted(load: fn() -> Coming<Draw>, waiting: fn() -> AnyView) -> AnyView {
    let painted = Store::get().painted;
    (move || match painted.get() {
        true => later(load, waiting, |draw| draw()),
        false => waiting(),
    })
    .into_any()
}

fn failed(message: String, again: Callback<()>) -> AnyView {
    view! {
        <div class="chart-state" role="alert" data-testid="error">
            <p>{message}</p>
            <button type="button" class="button" data-testid="retry" on:click=move |_| again.run(())>
                "Try again"
            </button>
        </div>
    }
    .into_any()
}
