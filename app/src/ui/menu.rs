//! A native disclosure whose panel floats; Escape and a press elsewhere close it.

use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// A button that opens a floating panel.
#[component]
pub(crate) fn Menu(
    /// Content of the button.
    #[prop(into)]
    button: ViewFn,
    /// Classes of the button.
    #[prop(into)]
    button_class: Signal<String>,
    /// Name of the button for assistive technology, where its content is not enough.
    #[prop(optional, into)]
    label: Option<String>,
    /// Name for tests, on the button.
    #[prop(optional, into)]
    test_id: Option<String>,
    /// Whether the panel ends where the button ends.
    #[prop(optional)]
    end: bool,
    /// Classes of the panel besides `panel`.
    #[prop(optional)]
    panel_class: &'static str,
    /// Content of the panel, made when it is first opened.
    children: ChildrenFn,
) -> impl IntoView {
    let root = NodeRef::<html::Details>::new();
    let opened = RwSignal::new(false);
    let close = move || {
        if let Some(details) = root.get_untracked() {
            details.set_open(false);
        }
    };
    let outside = window_event_listener(ev::pointerdown, move |event| {
        let target = event
            .target()
            .and_then(|t| t.dyn_into::<web_sys::Node>().ok());
        if let Some(details) = root.get_untracked()
            && !details.contains(target.as_ref())
        {
            details.set_open(false);
        }
    });
    on_cleanup(move || outside.remove());
    let on_key = move |event: ev::KeyboardEvent| {
        if event.key() == "Escape" {
            event.stop_propagation();
            close();
            if let Some(details) = root.get_untracked() {
                focus_button(&details);
            }
        }
    };
    let on_leave = move |event: ev::FocusEvent| {
        let to = event
            .related_target()
            .and_then(|t| t.dyn_into::<web_sys::Node>().ok());
        // Without a target the focus left the page, or a press is under way: neither closes.
        if let (Some(details), Some(to)) = (root.get_untracked(), to)
            && !details.contains(Some(&to))
        {
            close();
        }
    };
    view! {
        <details
            class="menu"
            class:end=end
            node_ref=root
            on:keydown=on_key
            on:focusout=on_leave
            on:toggle=move |_| {
                if let Some(details) = root.get_untracked().filter(|details| details.open()) {
                    opened.set(true);
                    request_animation_frame(move || focus_search(&details));
                }
            }
        >
            <summary class=move || button_class.get() aria-label=label.clone() title=label data-testid=test_id>
                {button.run()}
            </summary>
            // A panel that scrolls can be reached by the keyboard.
            <div class=format!("panel {panel_class}") tabindex=(panel_class == "tall").then_some("0")>
                <Show when=move || opened.get()>{children()}</Show>
            </div>
        </details>
    }
}

/// Puts the cursor into the panel's search field, if it has one, unless that would bring up a
/// keyboard on the screen.
fn focus_search(details: &web_sys::HtmlDetailsElement) {
    let touch = window().match_media("(pointer: coarse)").ok().flatten();
    let field = details.query_selector("input[type=search]").ok().flatten();
    let field = field.and_then(|field| field.dyn_into::<web_sys::HtmlElement>().ok());
    if let Some(field) = field.filter(|_| touch.is_none_or(|query| !query.matches())) {
        let _ = field.focus();
    }
}

/// Closes the menu around what was pressed, and puts the focus back on its button.
pub(crate) fn close_menu(event: &ev::MouseEvent) {
    let pressed = event
        .target()
        .and_then(|t| t.dyn_into::<web_sys::Element>().ok());
    let menu = pressed.and_then(|pressed| pressed.closest("details.menu").ok().flatten());
    let Some(menu) = menu.and_then(|m| m.dyn_into::<web_sys::HtmlDetailsElement>().ok()) else {
        return;
    };
    menu.set_open(false);
    focus_button(&menu);
}

fn focus_button(details: &web_sys::HtmlDetailsElement) {
    let summary = details.query_selector("summary").ok().flatten();
    if let Some(summary) = summary.and_then(|s| s.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = summary.focus();
    }
}
