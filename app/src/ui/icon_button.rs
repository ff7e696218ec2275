//! A button that shows an icon alone; its name is shown on hover and read by assistive technology.

use leptos::prelude::*;
use web_sys::MouseEvent;

use super::icon::{Icon, icon};

/// The button; `class` is given besides that of all icon buttons, an empty `test_id` is none.
// A function and no component: it is compiled once for all buttons.
pub(crate) fn icon_button(
    class: &'static str,
    name: String,
    test_id: String,
    shown: Icon,
    press: Callback<MouseEvent>,
) -> AnyView {
    let test_id = (!test_id.is_empty()).then_some(test_id);
    view! {
        <button
            type="button"
            class=format!("icon-button {class}").trim_end().to_owned()
            title=name.clone()
            aria-label=name
            data-testid=test_id
            on:click=move |event| press.run(event)
        >
            {icon(shown)}
        </button>
    }
    .into_any()
}
