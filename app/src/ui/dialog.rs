//! A native dialog over the page; Escape and a press beside it close it.

use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlDialogElement;

use super::{Icon, icon};

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
    // The content fills the dialog, so a press on the dialog itself is one beside it.
    let pressed = move |event: ev::MouseEvent| {
        let dialog = root.get_untracked();
        if event.target().as_ref() == dialog.as_ref().map(|dialog| dialog.as_ref()) {
            close();
        }
    };
    let title_id = format!("{id}-title");
    let labelled_by = title_id.clone();
    view! {
        <dialog class="dialog" id=id node_ref=root aria-labelledby=labelled_by data-testid=id on:click=pressed>
            <div class="dialog-body">
                <header class="dialog-head">
                    <h2 id=title_id>{title}</h2>
                    <button type="button" class="icon-button" aria-label="Close" title="Close" on:click=move |_| close()>
                        {icon(Icon::Close)}
                    </button>
                </header>
                {children()}
            </div>
        </dialog>
    }
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
