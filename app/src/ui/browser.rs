//! Small things asked of the browser: save a file, copy text, remember, ask for the screen, measure
//! a repaint.

use std::time::Duration;

use js_sys::{Array, Promise, Uint8Array};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

/// Offers bytes as a file to save.
pub(crate) fn save(name: &str, media_type: &str, bytes: &[u8]) {
    let parts = Array::of1(&Uint8Array::from(bytes).into());
    let options = BlobPropertyBag::new();
    options.set_type(media_type);
    let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &options);
    let Some(url) = blob
        .ok()
        .and_then(|blob| Url::create_object_url_with_blob(&blob).ok())
    else {
        return;
    };
    save_url(name, &url);
    let _ = Url::revoke_object_url(&url);
}

/// Offers what a URL of this page holds as a file to save.
pub(crate) fn save_url(name: &str, url: &str) {
    let Ok(element) = document().create_element("a") else {
        return;
    };
    let link: HtmlAnchorElement = element.unchecked_into();
    link.set_href(url);
    link.set_download(name);
    link.click();
}

/// Copies text; then calls back with whether the browser allowed it.
pub(crate) fn copy(text: String, done: impl Fn(bool) + 'static) {
    let clipboard = js_sys::Reflect::get(&window().navigator(), &JsValue::from_str("clipboard"));
    // Outside of secure contexts there is no clipboard at all.
    if !clipboard.is_ok_and(|value| value.is_object()) {
        return done(false);
    }
    let promise = window().navigator().clipboard().write_text(&text);
    spawn_local(async move { done(JsFuture::from(promise).await.is_ok()) });
}

/// The origin of this page, such as `https://example.test`.
pub(crate) fn origin() -> String {
    location().origin().unwrap_or_default()
}

/// Once everything that is drawn now is there, scrolls to what the address names after `#`; the
/// browser itself looks for it before the data has come.
pub(crate) fn scroll_to_hash() {
    request_animation_frame(|| {
        let hash = location().hash().unwrap_or_default();
        let id = hash.trim_start_matches('#');
        if let Some(element) = document().get_element_by_id(id) {
            element.scroll_into_view();
        }
    });
}

/// Puts the page in the place of what was drawn before the program came. The boot script sees by
/// the mark that later errors are not failures to start.
pub(crate) fn show_page() {
    let document = document();
    if let Some(root) = document.document_element() {
        let _ = root.set_attribute("data-started", "true");
    }
    if let Some(boot) = document.get_element_by_id("boot") {
        boot.remove();
    }
}

/// Whether a media query holds, now and whenever that changes.
pub(crate) fn media(query: &str) -> RwSignal<bool> {
    let holds = RwSignal::new(false);
    let Ok(Some(list)) = window().match_media(query) else {
        return holds;
    };
    holds.set(list.matches());
    let seen = list.clone();
    let changed = Closure::<dyn FnMut()>::new(move || holds.set(seen.matches()));
    let _ = list.add_event_listener_with_callback("change", changed.as_ref().unchecked_ref());
    let kept = StoredValue::new_local(Some((list, changed)));
    on_cleanup(move || {
        if let Some((list, changed)) = kept.try_update_value(Option::take).flatten() {
            let changed = changed.as_ref().unchecked_ref();
            let _ = list.remove_event_listener_with_callback("change", changed);
        }
    });
    holds
}

/// What this browser remembers under a name; nothing where storage is refused.
pub(crate) fn remembered(name: &str) -> Option<String> {
    storage()?.get_item(name).ok().flatten()
}

/// Has this browser remember a text under a name, or forget it. Storage may be refused in private
/// windows; then it lasts as long as the page.
pub(crate) fn remember(name: &str, text: Option<&str>) {
    if let Some(storage) = storage() {
        let _ = match text {
            Some(text) => storage.set_item(name, text),
            None => storage.remove_item(name),
        };
    }
}

fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}

/// Size of one rem in pixels.
pub(crate) fn rem() -> f64 {
    let root = document().document_element();
    let style = root.and_then(|root| window().get_computed_style(&root).ok().flatten());
    let size = style.and_then(|style| style.get_property_value("font-size").ok());
    let size = size.and_then(|size| size.trim_end_matches("px").parse().ok());
    size.unwrap_or(16.0)
}

/// Notes this moment in the browser's performance entries.
pub(crate) fn mark(name: &str) {
    if let Some(clock) = window().performance() {
        let _ = clock.mark(name);
    }
}

/// Waits until everything that is drawn now is on the screen; half a second where nothing is
/// painted, as in a hidden window.
pub(crate) async fn next_paint() {
    let painted = Promise::new(&mut |done, _| {
        let otherwise = done.clone();
        // The first frame paints; the second begins when it is on the screen.
        request_animation_frame(move || {
            request_animation_frame(move || drop(done.call0(&JsValue::UNDEFINED)));
        });
        let late = move || drop(otherwise.call0(&JsValue::UNDEFINED));
        set_timeout(late, Duration::from_millis(500));
    });
    let _ = JsFuture::from(painted).await;
}

/// A task that takes longer holds the page up, in milliseconds; what people do not notice is 50
/// (RAIL).
const BUSY: f64 = 30.0;

/// Something to call between the steps of long work: where the page has been held up for long, it
/// lets it answer and paint.
pub(crate) fn breath() -> impl AsyncFnMut() {
    let clock = window().performance();
    let now = move || clock.as_ref().map_or(0.0, |clock| clock.now());
    let mut since = now();
    async move || {
        if now() - since < BUSY {
            return;
        }
        let turn = Promise::new(&mut |done, _| {
            set_timeout(
                move || drop(done.call0(&JsValue::UNDEFINED)),
                Duration::ZERO,
            );
        });
        let _ = JsFuture::from(turn).await;
        since = now();
    }
}

/// Once everything that is drawn now has been painted, records the time since the last mark `start`
/// as a measure.
pub(crate) fn measure_until_painted(name: &'static str, start: &'static str) {
    // A task that is asked for in a frame comes right after what that frame paints.
    request_animation_frame(move || {
        let painted = move || {
            if let Some(clock) = window().performance() {
                let _ = clock.measure_with_start_mark(name, start);
            }
        };
        set_timeout(painted, Duration::ZERO);
    });
}
