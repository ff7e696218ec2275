//! Keys that do what is done often, the dialog that lists them, and the switch that turns them off.

use leptos::ev;
use leptos::prelude::*;
use tidemark_shared::view::{Compare, Filters, Grain, Preset, Range};
use wasm_bindgen::JsCast;

use crate::routes::Page;
use crate::store::{History, Store};
use crate::ui::{Dialog, browser, open_dialog};

const DIALOG: &str = "shortcuts";

/// Under this name the browser remembers that the keys are off.
const KEY: &str = "tidemark:shortcuts";

/// Where letters are meant for what has the focus.
const TYPING: &str =
    "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], dialog";

/// After `g` so many milliseconds pass before the next key counts as one of its own.
const PATIENCE: f64 = 1_500.0;

/// What a key does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    Days(Preset),
    Compare,
    Grain,
    Clear,
    Search,
    Theme,
    Help,
    Go(Page),
}

impl Act {
    fn description(self) -> &'static str {
        match self {
            Act::Days(preset) => preset.label(),
            Act::Compare => "Next comparison",
            Act::Grain => "Next time unit",
            Act::Clear => "Clear all filters",
            Act::Search => "Search or filter",
            Act::Theme => "Switch theme: light, dark, system",
            Act::Help => "Show this list",
            Act::Go(page) => page.label(),
        }
    }
}

/// Keys pressed alone.
const KEYS: [(&str, Act); 13] = [
    ("3", Act::Days(Preset::Days30)),
    ("9", Act::Days(Preset::Days90)),
    ("l", Act::Days(Preset::Months12)),
    ("m", Act::Days(Preset::MonthToDate)),
    ("q", Act::Days(Preset::QuarterToDate)),
    ("y", Act::Days(Preset::YearToDate)),
    ("a", Act::Days(Preset::All)),
    ("c", Act::Compare),
    ("G", Act::Grain),
    ("x", Act::Clear),
    ("/", Act::Search),
    ("t", Act::Theme),
    ("?", Act::Help),
];

/// What a key does, alone or after `g`. Large letters are as good as small ones, but for the `G` of
/// the bucket width.
fn act(after_g: bool, key: &str) -> Option<Act> {
    let small = key.to_lowercase();
    if after_g {
        return Page::ALL
            .into_iter()
            .find(|page| page.spec().key == small)
            .map(Act::Go);
    }
    let known = |wanted: &str| KEYS.into_iter().find(|(key, _)| *key == wanted);
    known(key).or_else(|| known(&small)).map(|(_, act)| act)
}

/// Listens to the keys; holds the dialog.
#[component]
pub(super) fn Shortcuts() -> impl IntoView {
    let store = Store::get();
    let on = RwSignal::new(browser::remembered(KEY).is_none());
    let pressed_g: StoredValue<Option<f64>> = StoredValue::new(None);
    let listener = window_event_listener(ev::keydown, move |event| {
        if !on.get_untracked() || !meant_for_us(&event) {
            return;
        }
        let now = event.time_stamp();
        let before = pressed_g.get_value();
        let after_g = before.is_some_and(|then| now - then < PATIENCE);
        let begins = !after_g && event.key() == "g";
        pressed_g.set_value(begins.then_some(now));
        if let Some(act) = act(after_g, &event.key()) {
            event.prevent_default();
            perform(&store, act);
        }
    });
    on_cleanup(move || listener.remove());
    let switch = move |event| {
        let checked = event_target_checked(&event);
        on.set(checked);
        browser::remember(KEY, (!checked).then_some("off"));
    };
    let days = KEYS.iter().filter(|(_, act)| matches!(act, Act::Days(_)));
    let others = KEYS.iter().filter(|(_, act)| !matches!(act, Act::Days(_)));
    let alone = |(key, act): &(&'static str, Act)| (vec![shown(key)], act.description());
    let go = Page::ALL
        .into_iter()
        .map(|page| (vec!["G".to_owned(), shown(page.spec().key)], page.label()));
    view! {
        <Dialog id=DIALOG title="Keyboard shortcuts">
            <div class="keys-columns">
                {keys("Days shown", days.map(alone).collect())} {keys("View", others.map(alone).collect())}
                {keys("Go to", go.collect())}
            </div>
            <label class="switch">
                <input type="checkbox" prop:checked=on on:change=switch data-testid="shortcuts-on" />
                <span>"Use these keys in this browser"</span>
            </label>
        </Dialog>
    }
}

/// The button that opens the dialog, for those without a keyboard or with the keys turned off.
#[component]
pub(super) fn ShortcutsButton() -> impl IntoView {
    view! {
        <button type="button" class="link-button" data-testid="shortcuts-open" on:click=|_| open_dialog(DIALOG)>
            "Keyboard shortcuts"
        </button>
    }
}

/// A key as it is written on a keyboard.
fn shown(key: &str) -> String {
    match key {
        "G" => "Shift G".to_owned(),
        _ => key.to_uppercase(),
    }
}

fn keys(title: &'static str, rows: Vec<(Vec<String>, &'static str)>) -> AnyView {
    let row = |(keys, does): (Vec<String>, &'static str)| {
        let keys: Vec<_> = keys
            .into_iter()
            .map(|key| view! { <kbd>{key}</kbd> })
            .collect();
        view! { <div><dt>{does}</dt><dd>{keys}</dd></div> }
    };
    let rows: Vec<_> = rows.into_iter().map(row).collect();
    view! { <section><h3>{title}</h3><dl class="keys-list">{rows}</dl></section> }.into_any()
}

/// Whether no modifier is held, no key repeats, and no field is being edited.
fn meant_for_us(event: &ev::KeyboardEvent) -> bool {
    let modified = event.ctrl_key() || event.alt_key() || event.meta_key();
    if modified || event.repeat() || event.is_composing() || event.default_prevented() {
        return false;
    }
    let target = event
        .target()
        .and_then(|t| t.dyn_into::<web_sys::Element>().ok());
    let typing = target.and_then(|element| element.closest(TYPING).ok().flatten());
    typing.is_none()
}

fn perform(store: &Store, act: Act) {
    match act {
        Act::Days(preset) => {
            store.change(History::Push, |view| view.set_range(Range::Preset(preset)));
        }
        Act::Compare => {
            let compare = next(&Compare::ALL, store.view.get_untracked().compare);
            store.say(compare.label());
            store.change(History::Push, |view| view.compare = compare);
        }
        Act::Grain => {
            let grain = next(&Grain::ALL, store.view.get_untracked().grain());
            store.say(format!("By {}", grain.label().to_lowercase()));
            store.change(History::Push, |view| view.set_grain(grain));
        }
        Act::Clear => {
            if !store.view.read_untracked().filters.is_empty() {
                store.change(History::Push, |view| view.filters = Filters::default());
            }
        }
        Act::Search => focus_search(),
        Act::Theme => {
            let theme = store.theme.get_untracked().next();
            store.theme.set(theme);
            store.say(format!("Theme: {}", theme.label()));
        }
        Act::Help => open_dialog(DIALOG),
        Act::Go(page) => store.go(page.path()),
    }
}

/// The choice after one, and the first after the last.
fn next<T: Copy + PartialEq>(all: &[T], one: T) -> T {
    let at = all.iter().position(|other| *other == one);
    let next = at.map_or(0, |at| (at + 1) % all.len().max(1));
    all.get(next).copied().unwrap_or(one)
}

/// Puts the cursor into the page's search field; where there is none, opens the first filter.
fn focus_search() {
    let find = |selector| {
        let found = document().query_selector(selector).ok().flatten();
        found.and_then(|found| found.dyn_into::<web_sys::HtmlElement>().ok())
    };
    if let Some(field) = find("main input[type=search]") {
        let _ = field.focus();
    } else if let Some(filter) = find(".filterbar-row.second summary") {
        let _ = filter.focus();
        filter.click();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_shortcuts_share_a_key() {
        for (at, (key, act)) in KEYS.iter().enumerate() {
            assert!(KEYS[..at].iter().all(|(other, _)| other != key), "{key}");
            assert_ne!(*key, "g", "it begins a sequence");
            assert_eq!(super::act(false, key), Some(*act));
        }
        for page in Page::ALL {
            assert_eq!(act(true, page.spec().key), Some(Act::Go(page)));
        }
    }

    #[test]
    fn large_letters_do_the_same_but_for_one() {
        assert_eq!(act(false, "M"), act(false, "m"));
        assert_eq!(act(true, "R"), Some(Act::Go(Page::Retention)));
        assert_eq!(act(false, "G"), Some(Act::Grain));
        assert_eq!(act(false, "g"), None);
        assert_eq!(act(false, "Escape"), None);
        assert_eq!(act(true, "z"), None);
    }

    #[test]
    fn after_the_last_choice_comes_the_first() {
        assert_eq!(next(&Compare::ALL, Compare::None), Compare::Previous);
        assert_eq!(next(&Grain::ALL, Grain::Day), Grain::Week);
    }
}
