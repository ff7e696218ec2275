//! Choosing a stretch of days by dragging over a chart.

use leptos::ev::PointerEvent;
use leptos::html;
use leptos::prelude::*;
use tidemark_shared::view::{Range, Span};

use crate::charts::Drawing;
use crate::draw::PlotterSlot;
use crate::store::{History, Store};

/// A press that moves less is no drag, in pixels.
const MIN_DRAG: f64 = 8.0;

/// A drag under way, in pixels from the left of the chart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Drag {
    from: f64,
    to: f64,
}

impl Drag {
    fn is_real(self) -> bool {
        (self.to - self.from).abs() >= MIN_DRAG
    }
}

/// The drag over one chart.
#[derive(Clone, Copy)]
pub(super) struct Brush {
    element: NodeRef<html::Div>,
    drag: RwSignal<Option<Drag>>,
}

impl Brush {
    pub(super) fn new(element: NodeRef<html::Div>) -> Brush {
        let drag = RwSignal::new(None);
        Brush { element, drag }
    }

    /// A press begins; `drawing` must have days to choose from.
    pub(super) fn start(self, event: &PointerEvent, drawing: Option<&Drawing>) {
        let has_days = drawing.is_some_and(|d| d.targets.by_data.iter().any(|t| t.span.is_some()));
        if event.is_primary() && event.button() == 0 && has_days {
            let x = self.x(event);
            self.drag.set(Some(Drag { from: x, to: x }));
        }
    }

    /// The pointer moves.
    pub(super) fn follow(self, event: &PointerEvent) {
        let Some(drag) = self.drag.get_untracked() else {
            return;
        };
        if event.buttons() == 0 {
            return self.drag.set(None);
        }
        let drag = Drag {
            to: self.x(event),
            ..drag
        };
        if drag.is_real()
            && let Some(element) = self.element.get_untracked()
        {
            let _ = element.set_pointer_capture(event.pointer_id());
        }
        self.drag.set(Some(drag));
    }

    /// The press ends: the days from where it began to where it ended are shown.
    pub(super) fn end(self, store: &Store, plotter: PlotterSlot, drawing: Option<&Drawing>) {
        let Some(drag) = self.drag.get_untracked() else {
            return;
        };
        self.drag.set(None);
        let index = |x: f64| plotter.with_value(|one| one.as_ref()?.index_at(x));
        let span = drawing
            .filter(|_| drag.is_real())
            .zip(index(drag.from).zip(index(drag.to)))
            .and_then(|(drawing, (a, b))| between(drawing, a, b));
        if let Some(span) = span {
            let range = Range::between(span.from, span.to);
            store.change(History::Push, |view| view.set_range(range));
        }
    }

    /// Forgets the drag.
    pub(super) fn cancel(self) {
        self.drag.set(None);
    }

    /// The stretch so far, as a veil over the chart.
    pub(super) fn veil(self) -> impl IntoView {
        move || {
            let drag = self.drag.get().filter(|drag| drag.is_real())?;
            let (left, right) = (drag.from.min(drag.to), drag.from.max(drag.to));
            Some(view! {
                <div
                    class="brush"
                    style:left=format!("{left:.0}px")
                    style:width=format!("{:.0}px", right - left)
                ></div>
            })
        }
    }

    fn x(self, event: &PointerEvent) -> f64 {
        let element = self.element.get_untracked();
        element.map_or(0.0, |element| {
            let frame = element.get_bounding_client_rect();
            (f64::from(event.client_x()) - frame.left()).clamp(0.0, frame.width())
        })
    }
}

/// The days from one data index to another, in either order.
fn between(drawing: &Drawing, a: usize, b: usize) -> Option<Span> {
    let days = |at: usize| drawing.targets.by_data.get(at)?.span;
    let (first, last) = (days(a.min(b))?, days(a.max(b))?);
    Some(Span {
        from: first.from,
        to: last.to,
    })
}
