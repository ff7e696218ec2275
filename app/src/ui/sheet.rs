//! A native dialog at the side of the window. Escape, its button and a press beside it close it;
//! the focus goes back.

use leptos::html;
use leptos::prelude::*;

use super::dialog::is_beside;
use super::icon::Icon;
use super::icon_button::icon_button;

/// Opens with what it holds; `close` is called when the reader closes it, and has to take it off
/// the page.
pub(crate) fn sheet(
    label: String,
    test_id: &'static str,
    body: AnyView,
    close: impl Fn() + Copy + 'static,
) -> AnyView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        if let Some(dialog) = dialog.get()
            && !dialog.open()
        {
            let _ = dialog.show_modal();
        }
    });
    let shut = move || {
        // Closing puts the focus back where it was before; the event that follows takes the dialog
        // off the page.
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    let beside = move |event: leptos::ev::MouseEvent| {
        if is_beside(&event, dialog) {
            shut();
        }
    };
    let close_button = icon_button(
        "large sheet-close",
        "Close".to_owned(),
        format!("{test_id}-close"),
        Icon::Close,
        Callback::new(move |_| shut()),
    );
    view! {
        <dialog
            class="sheet"
            aria-label=label
            data-testid=test_id
            node_ref=dialog
            on:close=move |_| close()
            on:click=beside
        >
            <div class="sheet-body">
                {close_button}
                {body}
            </div>
        </dialog>
    }
    .into_any()
}
