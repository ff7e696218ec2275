//! A native dialog over the page; Escape and a press beside it close it.

use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlDialogElement;

use super::{Icon, icon_button};

/// A dialog that [`open_dialog`] opens by its id.
#[component]
pub(crate) fn Dialog(
    /// Element id, and name for tests.
    id: &'static str,
    /// Its headline.
    title: &'static str,
    /// What it holds.
    children: Children,
) -> impl IntoView {
    let root = NodeRef::<html::Dialog>::new();
    let close = move || {
        if let Some(dialog) = root.get_untracked() {
            dialog.close();
        }
    };
    let pressed = move |event: ev::MouseEvent| {
        if is_beside(&event, root) {
            close();
        }
    };
    let close_button = icon_button(
        "",
        "Close".to_owned(),
        String::new(),
        Icon::Close,
        Callback::new(move |_| close()),
    );
    let title_id = format!("{id}-title");
    let labelled_by = title_id.clone();
    view! {
        <dialog class="dialog" id=id node_ref=root aria-labelledby=labelled_by data-testid=id on:click=pressed>
            <div class="dialog-body">
                <header class="dialog-head">
                    <h2 id=title_id>{title}</h2>
                    {close_button}
                </header>
                {children()}
            </div>
        </dialog>
    }
}

/// Whether a press is beside what a dialog shows: its content fills it, so that is a press on the
/// dialog itself.
pub(super) fn is_beside(event: &ev::MouseEvent, dialog: NodeRef<html::Dialog>) -> bool {
    let own = dialog.get_untracked().map(web_sys::EventTarget::from);
    own.is_some() && event.target() == own
}

/// Opens the dialog of an id.
pub(crate) fn open_dialog(id: &str) {
    let dialog = document().get_element_by_id(id);
    if let Some(dialog) = dialog.and_then(|dialog| dialog.dyn_into::<HtmlDialogElement>().ok())
        && !dialog.open()
    {
        let _ = dialog.show_modal();
    }
}
