//! Where the focus is, and what is brought into view.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// The id of the element that has the focus; empty if it has none.
pub(crate) fn focused_id() -> String {
    let element = document().active_element();
    element.map(|element| element.id()).unwrap_or_default()
}

/// Whether nothing has the focus, as after its element is gone.
pub(crate) fn is_lost() -> bool {
    let element = document().active_element();
    element.is_none_or(|element| element.tag_name() == "BODY")
}

/// Gives the focus to the element of an id.
pub(crate) fn focus(id: &str) {
    let element = document().get_element_by_id(id);
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

/// Once it is drawn, scrolls the page to the element of an id.
pub(crate) fn scroll_to(id: &'static str) {
    request_animation_frame(move || {
        if let Some(element) = document().get_element_by_id(id) {
            element.scroll_into_view();
        }
    });
}

/// Once it is drawn, scrolls what is inside an element so that a place of it, from 0 to 1 both
/// ways, is in the middle.
pub(crate) fn centre(element: &Element, x: f64, y: f64) {
    let element = element.clone();
    request_animation_frame(move || {
        let to = |whole: i32, seen: i32, at: f64| (f64::from(whole) * at) as i32 - seen / 2;
        element.set_scroll_left(to(element.scroll_width(), element.client_width(), x));
        element.set_scroll_top(to(element.scroll_height(), element.client_height(), y));
    });
}
