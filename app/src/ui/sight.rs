//! Whether an element is in sight, or nearly so.

use leptos::html::ElementType;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, IntersectionObserver, IntersectionObserverEntry, IntersectionObserverInit};

/// Elements that are no further from the window count as seen.
const NEARLY: &str = "100px";

/// Whether an element is in sight. Until that is known it counts as if.
pub(crate) fn in_sight<E>(element: NodeRef<E>) -> Signal<bool>
where
    E: ElementType + 'static,
    E::Output: JsCast + Clone + AsRef<Element> + 'static,
{
    let seen = RwSignal::new(true);
    let watch: StoredValue<Option<Watch>, LocalStorage> = StoredValue::new_local(None);
    Effect::new(move |_| {
        if let Some(element) = element.get() {
            watch.set_value(Watch::new(element.as_ref(), move |now| {
                if seen.try_get_untracked().is_some_and(|before| before != now) {
                    seen.set(now);
                }
            }));
        }
    });
    on_cleanup(move || watch.set_value(None));
    seen.into()
}

/// An observer that stops when dropped.
struct Watch {
    observer: IntersectionObserver,
    _callback_closure: Closure<dyn FnMut(Vec<IntersectionObserverEntry>)>,
}

impl Watch {
    fn new(element: &Element, report: impl Fn(bool) + 'static) -> Option<Watch> {
        let callback_closure = Closure::<dyn FnMut(Vec<IntersectionObserverEntry>)>::new(
            move |entries: Vec<IntersectionObserverEntry>| {
                if let Some(last) = entries.last() {
                    report(last.is_intersecting());
                }
            },
        );
        let options = IntersectionObserverInit::new();
        options.set_root_margin(NEARLY);
        let callback = callback_closure.as_ref().unchecked_ref();
        let observer = IntersectionObserver::new_with_options(callback, &options).ok()?;
        observer.observe(element);
        Some(Watch {
            observer,
            _callback_closure: callback_closure,
        })
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}
