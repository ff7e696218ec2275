//! What can be done with an element of a chart that was pressed: keep only it, leave it out, see
//! its days alone.

use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use tidemark_shared::format;
use tidemark_shared::view::{Filter, Range, Span};
use tidemark_shared::{Dimension, View};
use wasm_bindgen::JsCast;
use wasm_split_helpers::wasm_split;

use crate::charts::Target;
use crate::later::{Loaded, NOT_LOADED, later};
use crate::routes::{who, who_in_cohort};
use crate::store::{History, Store};

/// An element that was pressed.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Pick {
    /// What it stands for.
    pub(super) target: Target,
    /// Its name: the period, the series.
    pub(super) title: String,
    /// Pixels from the left and the top of the chart.
    pub(super) at: (f64, f64),
}

/// One thing to do.
#[derive(Debug, Clone, PartialEq)]
enum Action {
    /// Set the condition on a dimension.
    Filter(Dimension, Option<Filter>, String),
    /// Show only these days.
    Zoom(Span),
    /// Go to the list of the customers behind it.
    Who(String),
}

/// Everything that makes sense for a target in a view that shows some days.
fn actions(target: &Target, view: &View, shown: Span) -> Vec<Action> {
    let mut actions = Vec::new();
    if let Some((dimension, filter)) = &target.filter {
        let name = format!("{}: {}", dimension.label(), values(filter));
        if view.filters.get(*dimension) == Some(filter) {
            let text = format!("Remove the filter {name}");
            actions.push(Action::Filter(*dimension, None, text));
        } else {
            let inverse = Filter {
                exclude: !filter.exclude,
                values: filter.values.clone(),
            };
            let only = format!("Only {name}");
            actions.push(Action::Filter(*dimension, Some(filter.clone()), only));
            let but = format!("Exclude {name}");
            actions.push(Action::Filter(*dimension, Some(inverse), but));
        }
    }
    let other = |span: &Span| *span != shown;
    actions.extend(target.span.filter(other).map(Action::Zoom));
    actions.extend(behind(target, view).map(Action::Who));
    actions
}

/// The path of the list of the customers behind a target.
fn behind(target: &Target, view: &View) -> Option<String> {
    let mut view = view.clone();
    if let Some((dimension, filter)) = &target.filter {
        view.filters.set(*dimension, Some(filter.clone()));
    }
    match (target.cohort, target.metric) {
        (Some((month, months_since)), _) => Some(who_in_cohort(&view, month, months_since)),
        (None, Some(metric)) => who(&view, metric, target.span),
        (None, None) => None,
    }
}

/// The values a condition keeps, shortened.
fn values(filter: &Filter) -> String {
    match (filter.exclude, &filter.values[..]) {
        (false, [value]) => format::value_name(value).to_owned(),
        (false, values) => format!("{} values", format::count(values.len() as i64)),
        (true, _) => "other".to_owned(),
    }
}

impl Action {
    fn text(&self) -> String {
        match self {
            Action::Filter(_, _, text) => text.clone(),
            Action::Zoom(span) => format!("Show only {}", format::span(*span)),
            Action::Who(_) => "Show the customers".to_owned(),
        }
    }

    fn run(&self, store: &Store) {
        match self {
            Action::Filter(dimension, filter, _) => store.change(History::Push, |view| {
                view.filters.set(*dimension, filter.clone());
            }),
            Action::Zoom(span) => store.change(History::Push, |view| {
                view.set_range(Range::between(span.from, span.to));
            }),
            Action::Who(link) => store.follow(link),
        }
    }
}

/// Makes the menu of what was pressed, in a chart of some width; leaving it by keyboard calls back.
type Menu = fn(RwSignal<Option<Pick>>, Signal<f64>, Callback<()>) -> AnyView;

/// What is made of a press.
#[derive(Clone, Copy)]
struct Picking {
    pressed: fn(&Store, Pick, RwSignal<Option<Pick>>),
    menu: Menu,
}

#[wasm_split(rest, fallible)]
fn load_picking() -> Loaded<Picking> {
    Ok(Picking {
        pressed: act,
        menu: |pick, width, back| view! { <PickMenu pick=pick width=width back=back /> }.into_any(),
    })
}

/// Does what a press on an element asks for: its filter at once where that is all it stands for,
/// else a menu opens.
pub(super) fn pressed(store: Store, pick: Pick, menu: RwSignal<Option<Pick>>) {
    spawn_local(async move {
        match load_picking().await {
            Ok(picking) => (picking.pressed)(&store, pick, menu),
            Err(_) => store.say(NOT_LOADED),
        }
    });
}

/// The menu of what was pressed, beside it: nothing as long as nothing was. `width` is that of the
/// chart in pixels; `back` is called when it was left by keyboard, to give the focus back.
pub(super) fn pick_menu(
    pick: RwSignal<Option<Pick>>,
    width: Signal<f64>,
    back: Callback<()>,
) -> AnyView {
    let opened = Memo::new(move |before: Option<&bool>| {
        before.copied().unwrap_or(false) || pick.read().is_some()
    });
    (move || {
        opened.get().then(|| {
            later(
                || Box::pin(load_picking()),
                || ().into_any(),
                move |picking| (picking.menu)(pick, width, back),
            )
        })
    })
    .into_any()
}

fn act(store: &Store, pick: Pick, menu: RwSignal<Option<Pick>>) {
    let Some(evaluation) = store.evaluation.get_untracked() else {
        return;
    };
    let found = actions(&pick.target, evaluation.view(), evaluation.window().shown);
    match &found[..] {
        [] => {}
        [first @ Action::Filter(..), ..] if pick.target.span.is_none() => first.run(store),
        _ => menu.set(Some(pick)),
    }
}

#[component]
fn PickMenu(pick: RwSignal<Option<Pick>>, width: Signal<f64>, back: Callback<()>) -> impl IntoView {
    let store = Store::get();
    let root = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        let first = root
            .get()
            .and_then(|menu| menu.query_selector("button").ok().flatten());
        focus(first);
    });
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        let step: i32 = match event.key().as_str() {
            "ArrowDown" => 1,
            "ArrowUp" => -1,
            "Escape" => {
                pick.set(None);
                return back.run(());
            }
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        let (Some(menu), Some(now)) = (root.get_untracked(), document().active_element()) else {
            return;
        };
        let Ok(items) = menu.query_selector_all("button") else {
            return;
        };
        let count = items.length() as i32;
        let at = (0..count).find(|at| items.item(*at as u32).as_ref() == Some(now.as_ref()));
        let next = (at.unwrap_or(0) + step).rem_euclid(count.max(1));
        focus(items.item(next as u32).map(JsCast::unchecked_into));
    };
    move || {
        let pick_now = pick.get()?;
        let evaluation = store.evaluation.get()?;
        let found = actions(
            &pick_now.target,
            evaluation.view(),
            evaluation.window().shown,
        );
        let items = found
            .into_iter()
            .map(|action| {
                let text = action.text();
                let run = move |_| {
                    pick.set(None);
                    action.run(&store);
                };
                view! { <button type="button" role="menuitem" on:click=run>{text}</button> }
            })
            .collect_view();
        let (x, y) = pick_now.at;
        let label = pick_now.title.clone();
        let place = if x > width.get_untracked() / 2.0 {
            format!("translate(calc({x:.0}px - 100%), {y:.0}px)")
        } else {
            format!("translate({x:.0}px, {y:.0}px)")
        };
        Some(view! {
            <div
                class="pick"
                role="menu"
                aria-label=label
                data-testid="pick"
                node_ref=root
                style:transform=place
                on:keydown=on_key
                on:focusout=move |event| {
                    let to = event.related_target().map(JsCast::unchecked_into::<web_sys::Node>);
                    if root.get_untracked().is_some_and(|menu| !menu.contains(to.as_ref())) {
                        pick.set(None);
                    }
                }
            >
                <div class="pick-title">{pick_now.title}</div>
                {items}
            </div>
        })
    }
}

fn focus(element: Option<web_sys::Element>) {
    if let Some(element) = element {
        let _ = element.unchecked_into::<web_sys::HtmlElement>().focus();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tidemark_shared::date::parse_iso;
    use tidemark_shared::metrics::MRR_NEW;

    fn span(from: &str, to: &str) -> Span {
        let day = |text| parse_iso(text).expect("a date");
        Span {
            from: day(from),
            to: day(to),
        }
    }

    #[test]
    fn a_target_can_be_kept_left_out_and_looked_at_alone() {
        let shown = span("2026-01-01", "2026-12-31");
        let target = Target {
            span: Some(span("2026-03-01", "2026-03-31")),
            filter: Some((Dimension::Plan, Filter::include(["Pro"]))),
            metric: Some(&MRR_NEW),
            ..Target::default()
        };
        let texts = |view: &View| -> Vec<String> {
            let found = actions(&target, view, shown);
            found.iter().map(Action::text).collect()
        };
        let mut view = View::default();
        assert_eq!(
            texts(&view),
            [
                "Only Plan: Pro",
                "Exclude Plan: Pro",
                "Show only Mar 1 – 31, 2026",
                "Show the customers"
            ]
        );
        view.filters = view.filters.with(Dimension::Plan, Filter::include(["Pro"]));
        assert_eq!(
            texts(&view),
            [
                "Remove the filter Plan: Pro",
                "Show only Mar 1 – 31, 2026",
                "Show the customers"
            ]
        );
        let list = "/customers?from=2026-03-01&to=2026-03-31&plan=Pro&list=mrr_new";
        assert_eq!(behind(&target, &View::default()).as_deref(), Some(list));
    }

    #[test]
    fn what_is_shown_already_is_not_offered() {
        let shown = span("2026-03-01", "2026-03-31");
        let target = Target {
            span: Some(shown),
            ..Target::default()
        };
        assert_eq!(actions(&target, &View::default(), shown), []);
    }
}
