//! A drawing on the page: canvas, tooltip, keyboard, fitting to its width.

use std::sync::Arc;

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

use super::brush::Brush;
use super::pick::{Pick, pick_menu, pressed};
use crate::charts::{Drawing, Tip, TipRow};
use crate::draw::{Hover, Plotter, PlotterSlot, Press};
use crate::store::Store;

/// Rows of a heat map are this high, its axis this much, in pixels.
const HEAT_ROW: usize = 30;
const HEAT_AXIS: usize = 34;

/// Draws whatever the signal holds, again whenever it changes.
#[component]
pub(super) fn Plot(
    /// Name for tests and element ids.
    key: &'static str,
    /// What to draw.
    #[prop(into)]
    drawing: Signal<Option<Arc<Drawing>>>,
    /// Where the chart is kept.
    plotter: PlotterSlot,
) -> impl IntoView {
    let store = Store::get();
    let element = NodeRef::<html::Div>::new();
    let hover: RwSignal<Option<Hover>> = RwSignal::new(None);
    let pick: RwSignal<Option<Pick>> = RwSignal::new(None);
    let brush = Brush::new(element);
    let width = move || {
        element
            .get_untracked()
            .map_or(0.0, |e| f64::from(e.client_width()))
    };
    let choose = move |series: &str, at: Hover| {
        if let Some(drawing) = drawing.get_untracked() {
            hover.set(None);
            let target = drawing.targets.at(series, at.index);
            let title = drawing.title_at(series, at.index);
            let at = (at.x, at.y);
            pressed(store, Pick { target, title, at }, pick);
        }
    };

    Effect::new(move |_| {
        let (Some(element), Some(drawn)) = (element.get(), drawing.get()) else {
            return;
        };
        let formatter = store.formatter.get();
        plotter.update_value(|plotter| {
            if plotter.is_none() {
                let press = move |press: Press| choose(&press.series, press.at);
                *plotter = Plotter::new(&element, move |at| hover.set(at), press);
            }
            if let Some(plotter) = plotter {
                plotter.draw(&drawn, formatter);
            }
        });
        hover.set(None);
    });
    watch_width(element, plotter);
    on_cleanup(move || {
        plotter.update_value(|plotter| *plotter = None);
    });

    let last = move || {
        drawing
            .read()
            .as_ref()
            .map_or(0, |d| d.tips.len())
            .saturating_sub(1)
    };
    let down = move || {
        drawing
            .read_untracked()
            .as_ref()
            .is_some_and(|d| d.sideways)
    };
    let step = move |by: isize| {
        let at = hover
            .get_untracked()
            .map_or(if by > 0 { 0 } else { last() }, |hover| {
                hover.index.saturating_add_signed(by).min(last())
            });
        let middle = at as f64 + 0.5;
        let (x, y) = match down() {
            true => (width() / 2.0, HEAT_ROW as f64 * middle),
            false => (width() * middle / (last() as f64 + 1.0), 24.0),
        };
        hover.set(Some(Hover { index: at, x, y }));
        plotter.with_value(|plotter| {
            if let Some(plotter) = plotter {
                plotter.point(Some(at));
            }
        });
    };
    let on_key = move |event: leptos::ev::KeyboardEvent| match event.key().as_str() {
        "ArrowRight" | "ArrowDown" => {
            event.prevent_default();
            step(1);
        }
        "ArrowLeft" | "ArrowUp" => {
            event.prevent_default();
            step(-1);
        }
        "Enter" => {
            if let Some(at) = hover.get_untracked() {
                event.prevent_default();
                choose("", at);
            }
        }
        "Escape" => {
            hover.set(None);
            brush.cancel();
        }
        _ => {}
    };
    let back = Callback::new(move |()| {
        if let Some(element) = element.get_untracked() {
            let _ = element.focus();
        }
    });
    let height = move || {
        let rows = drawing.read().as_ref().map_or(0, |d| d.rows);
        (rows > 0).then(|| format!("{}px", rows * HEAT_ROW + HEAT_AXIS))
    };
    view! {
        <div class="plot-scroll">
            <div
                class="plot"
                class:heat=move || drawing.read().as_ref().is_some_and(|d| d.rows > 0 && !d.sideways)
                style:height=move || height().unwrap_or_default()
                node_ref=element
                id=format!("plot-{key}")
                data-testid=format!("plot-{key}")
                role="group"
                aria-roledescription="chart"
                aria-label=move || drawing.read().as_ref().map(|d| d.summary.clone())
                tabindex="0"
                on:keydown=on_key
                on:blur=move |_| hover.set(None)
                on:pointerdown=move |event| brush.start(&event, drawing.get_untracked().as_deref())
                on:pointermove=move |event| brush.follow(&event)
                on:pointerup=move |_| brush.end(&store, plotter, drawing.get_untracked().as_deref())
                on:pointercancel=move |_| brush.cancel()
            ></div>
            {brush.veil()}
            {pick_menu(pick, Signal::derive(width), back)}
            {move || {
                let hover = hover.get().filter(|_| pick.read().is_none())?;
                let drawing = drawing.get()?;
                let tip = drawing.tips.get(hover.index)?.clone();
                Some(view! { <TipBox tip=tip hover=hover width=width() /> })
            }}
        </div>
    }
}

/// The tooltip: text nodes only, so names can be anything.
#[component]
fn TipBox(tip: Tip, hover: Hover, width: f64) -> impl IntoView {
    // On the right half it opens to the left, so that it stays on the chart.
    let place = if hover.x > width / 2.0 {
        format!(
            "translate(calc({:.0}px - 100% - 4px), {:.0}px)",
            hover.x, hover.y
        )
    } else {
        format!("translate({:.0}px, {:.0}px)", hover.x + 28.0, hover.y)
    };
    let row = |row: TipRow, class: &'static str| {
        let swatch = row
            .tone
            .map(|tone| view! { <span class=format!("swatch {}", tone.class())></span> });
        view! {
            <div class=class>
                {swatch} <span>{row.name}</span> <span class="value">{row.value}</span>
            </div>
        }
    };
    view! {
        <div class="tip" role="status" style:transform=place>
            <div class="tip-title">{tip.title}</div>
            {tip.rows.into_iter().map(|one| row(one, "tip-row")).collect_view()}
            {tip.total.map(|one| row(one, "tip-row total"))}
            {tip.notes.into_iter().map(|note| view! { <div class="tip-note">"◆ " {note}</div> }).collect_view()}
        </div>
    }
}

/// Fits the chart whenever the element's size changes.
fn watch_width(element: NodeRef<html::Div>, plotter: PlotterSlot) {
    let observer: StoredValue<Option<Watch>, LocalStorage> = StoredValue::new_local(None);
    Effect::new(move |_| {
        let Some(element) = element.get() else {
            return;
        };
        let resized = Closure::<dyn FnMut()>::new(move || {
            plotter.try_with_value(|plotter| {
                if let Some(plotter) = plotter {
                    plotter.resize();
                }
            });
        });
        if let Ok(made) = web_sys::ResizeObserver::new(resized.as_ref().unchecked_ref()) {
            made.observe(&element);
            observer.set_value(Some(Watch {
                observer: made,
                _resized: resized,
            }));
        }
    });
    on_cleanup(move || observer.set_value(None));
}

/// An observer that stops when dropped.
struct Watch {
    observer: web_sys::ResizeObserver,
    _resized: Closure<dyn FnMut()>,
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}
