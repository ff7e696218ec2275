//! The binding to the chart library: create, draw, resize, point, picture, dispose.
//!
//! The library's own bindings in `charming` make functions from text, which the page's policy
//! forbids, and cannot replace an option, listen or clean up; so charts are built with `charming`
//! and drawn from here.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::Promise;
use leptos::prelude::{LocalStorage, StoredValue};
use tidemark_shared::format::Formatter;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::HtmlElement;

use crate::charts::{Drawing, Picture, unit_of};
use crate::ui::browser;

#[wasm_bindgen]
extern "C" {
    type Instance;

    #[wasm_bindgen(catch, js_namespace = tidemarkCharts, js_name = create)]
    fn js_create(
        element: &HtmlElement,
        hover: &Closure<dyn FnMut(f64, f64, f64)>,
        click: &Closure<dyn FnMut(String, f64, f64, f64)>,
        axis_text: &AxisText,
    ) -> Result<Instance, JsValue>;

    #[wasm_bindgen(catch, js_namespace = tidemarkCharts, js_name = draw)]
    fn js_draw(
        chart: &Instance,
        option: &str,
        cells: Vec<JsValue>,
        marks: &[u32],
    ) -> Result<(), JsValue>;

    #[wasm_bindgen(js_namespace = tidemarkCharts, js_name = point)]
    fn js_point(chart: &Instance, index: f64);

    #[wasm_bindgen(js_namespace = tidemarkCharts, js_name = indexAt)]
    fn js_index_at(chart: &Instance, x: f64) -> f64;

    #[wasm_bindgen(js_namespace = tidemarkCharts, js_name = resize)]
    fn js_resize(chart: &Instance);

    #[wasm_bindgen(js_namespace = tidemarkCharts, js_name = dispose)]
    fn js_dispose(chart: &Instance);

    #[wasm_bindgen(js_namespace = tidemarkCharts, js_name = png)]
    fn js_png(chart: &Instance, words: &str) -> String;

    #[wasm_bindgen(js_namespace = tidemarkCharts, js_name = awaitsFirst)]
    fn js_awaits_first() -> bool;

    #[wasm_bindgen(js_namespace = tidemarkCharts, js_name = firstChart)]
    fn js_first_chart() -> Promise;
}

/// Waits until what is drawn now is on the screen; with a chart, if it would be the first and can
/// be drawn.
pub(crate) async fn painted() {
    browser::next_paint().await;
    if js_awaits_first() {
        let _ = JsFuture::from(js_first_chart()).await;
    }
}

/// Where the pointer is in a chart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Hover {
    /// Index of the data.
    pub(crate) index: usize,
    /// Pixels from the left of the chart.
    pub(crate) x: f64,
    /// Pixels from its top.
    pub(crate) y: f64,
}

/// An element that was pressed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Press {
    /// Name of its series in the option.
    pub(crate) series: String,
    /// Where it is; the index is that of its data.
    pub(crate) at: Hover,
}

/// Writes a value of an axis, given the unit's name and the value.
type AxisText = Closure<dyn FnMut(String, f64) -> String>;

/// The chart on the page, shared with the card around it.
pub(crate) type PlotterSlot = StoredValue<Option<Plotter>, LocalStorage>;

/// A chart on the page. Dropping it removes it.
pub(crate) struct Plotter {
    chart: Instance,
    /// What the axes are written with now.
    formatter: Rc<RefCell<Option<Formatter>>>,
    // The library calls these for as long as the chart lives.
    _hover: Closure<dyn FnMut(f64, f64, f64)>,
    _click: Closure<dyn FnMut(String, f64, f64, f64)>,
    _axis_text: AxisText,
}

impl Plotter {
    /// A chart in an element; `hover` receives where the pointer is, `press` what was clicked. None
    /// when the library did not load.
    pub(crate) fn new(
        element: &HtmlElement,
        hover: impl Fn(Option<Hover>) + 'static,
        press: impl Fn(Press) + 'static,
    ) -> Option<Plotter> {
        let on_hover = Closure::<dyn FnMut(f64, f64, f64)>::new(move |index: f64, x, y| {
            let at = (index >= 0.0).then_some(Hover {
                index: index as usize,
                x,
                y,
            });
            hover(at);
        });
        let on_click =
            Closure::<dyn FnMut(String, f64, f64, f64)>::new(move |series, index: f64, x, y| {
                let index = index as usize;
                let at = Hover { index, x, y };
                press(Press { series, at });
            });
        let formatter: Rc<RefCell<Option<Formatter>>> = Rc::default();
        let current = Rc::clone(&formatter);
        let axis_text = AxisText::new(move |unit: String, value| {
            let formatter = current.borrow();
            let written = formatter.as_ref().zip(unit_of(&unit));
            written.map_or_else(String::new, |(formatter, unit)| {
                formatter.short(unit, Some(value))
            })
        });
        let chart = js_create(element, &on_hover, &on_click, &axis_text).ok()?;
        Some(Plotter {
            chart,
            formatter,
            _hover: on_hover,
            _click: on_click,
            _axis_text: axis_text,
        })
    }

    /// Replaces everything that is drawn: at once if it is in view, else a moment later.
    pub(crate) fn draw(&mut self, drawing: &Drawing, formatter: Formatter) {
        *self.formatter.borrow_mut() = Some(formatter);
        let cells = drawing
            .cells
            .iter()
            .map(|text| JsValue::from_str(text))
            .collect();
        let marks: Vec<u32> = drawing.marks.iter().map(|at| *at as u32).collect();
        if let Err(error) = js_draw(&self.chart, &drawing.option, cells, &marks) {
            leptos::logging::error!("a chart could not be drawn: {error:?}");
        }
    }

    /// Shows the pointer line at an index, or hides it.
    pub(crate) fn point(&self, index: Option<usize>) {
        js_point(&self.chart, index.map_or(-1.0, |index| index as f64));
    }

    /// The data index nearest to a distance from the left of the chart, in pixels; none in charts
    /// without a grid.
    pub(crate) fn index_at(&self, x: f64) -> Option<usize> {
        let index = js_index_at(&self.chart, x);
        (index >= 0.0).then_some(index as usize)
    }

    /// Fits the chart to its element.
    pub(crate) fn resize(&self) {
        js_resize(&self.chart);
    }

    /// The chart as a PNG data URL, with its title, what it shows and its legend.
    pub(crate) fn png(&self, picture: &Picture) -> String {
        js_png(&self.chart, &picture.to_json())
    }
}

impl Drop for Plotter {
    fn drop(&mut self) {
        js_dispose(&self.chart);
    }
}
