//! The graph as a picture: boxes that are links, and lines between them; arrow keys walk along the
//! lines.

use std::collections::BTreeMap;

use leptos::prelude::*;

use super::Shared;
use super::graph::{Layer, step};
use crate::charts::{WIDTH, lay_out};
use crate::ui::{counted, focus};

/// Room above the boxes, for the names of the layers.
const HEAD: f64 = 36.0;
/// Free space around the picture.
const MARGIN: f64 = 16.0;

/// A length of the layout as the page's: it grows with the text.
fn length(value: f64) -> String {
    format!("calc({value} * 0.0625rem)")
}

/// The picture, with the number of checks that did not pass by node.
pub(super) fn picture(shared: Shared, troubles: BTreeMap<usize, usize>) -> AnyView {
    let graph = shared.graph.get_value();
    let scroller: NodeRef<leptos::html::Div> = NodeRef::new();
    let drawn = move || {
        // Drawn again only if other boxes are shown; fading needs no new drawing.
        let only = match shared.alone.get() {
            true => shared.family.get(),
            false => None,
        };
        let shown = |at: usize| only.as_ref().is_none_or(|family| family.has(at));
        let (places, layers) = graph.layers(shown);
        let layout = lay_out(&layers);
        let (width, height) = (layout.width + 2.0 * MARGIN, layout.height + HEAD + MARGIN);
        let heads = layout.groups.iter().map(|(group, x)| {
            let label = Layer::ALL.get(*group).map_or("", |layer| layer.label());
            view! { <span class="lineage-layer" style:left=length(x + MARGIN)>{label}</span> }
        });
        let heads: Vec<_> = heads.collect();
        let lines = layout.lines.iter().filter_map(|(from, to, path)| {
            let (from, to) = (*places.get(*from)?, *places.get(*to)?);
            let class = move || {
                let family = shared.family.read();
                match family.as_ref().map(|family| family.has_edge(from, to)) {
                    None => "",
                    Some(true) => "on",
                    Some(false) => "pale",
                }
            };
            Some(view! { <path d=path.clone() class=class></path> })
        });
        let lines: Vec<_> = lines.collect();
        let boxes = places.iter().zip(&layout.boxes).enumerate().filter_map(|(nth, (at, (x, y)))| {
            let node = graph.nodes.get(*at)?;
            let at = *at;
            let class = move || if shared.is_pale(at) { "node pale" } else { "node" };
            let current = move || (shared.chosen.get() == Some(at)).then_some("true");
            // One stop for the Tab key; arrows lead on from there.
            let first = shared.chosen.get_untracked().map_or(nth == 0, |chosen| chosen == at);
            let tab = if first { "0" } else { "-1" };
            let trouble = troubles.get(&at).map(|count| {
                let title = format!("{} did not pass", counted(&tidemark_shared::format::count(*count as i64), "check"));
                view! { <span class="badge warn" title=title.clone()>"!"<span class="visually-hidden">{title.clone()}</span></span> }
            });
            Some(view! {
                <a
                    class=class
                    id=box_id(at)
                    href=format!("#{}", node.hash)
                    title=node.name.clone()
                    tabindex=tab
                    aria-current=current
                    data-noscroll=""
                    prop:replace=true
                    data-testid=format!("node-{}", node.hash)
                    style:left=length(x + MARGIN)
                    style:top=length(y + HEAD)
                    style:width=length(WIDTH)
                >
                    <span class="node-name">{node.short().to_owned()}</span>
                    {trouble}
                </a>
            })
        });
        let boxes: Vec<_> = boxes.collect();
        let centre = {
            let (places, layout) = (places.clone(), layout.clone());
            move || {
                let at = places
                    .iter()
                    .position(|place| Some(*place) == shared.chosen.get());
                if let (Some(&(x, y)), Some(element)) =
                    (at.and_then(|at| layout.boxes.get(at)), scroller.get())
                {
                    focus::centre(
                        &element,
                        (x + MARGIN + WIDTH / 2.0) / width,
                        (y + HEAD) / height,
                    );
                    // The boxes were drawn again, and the focused one is gone.
                    if shared.alone.get_untracked() && focus::is_lost() {
                        focus::focus(&box_id(
                            places
                                .get(at.unwrap_or_default())
                                .copied()
                                .unwrap_or_default(),
                        ));
                    }
                }
            }
        };
        Effect::new(move |_| centre());
        let walk = move |event: web_sys::KeyboardEvent| {
            let from = focus::focused_id();
            let at = places.iter().position(|place| box_id(*place) == from);
            let next = at.and_then(|at| step(&layout, at, &event.key()));
            if let Some(next) = next.and_then(|next| places.get(next)) {
                event.prevent_default();
                focus::focus(&box_id(*next));
            }
        };
        view! {
            <div
                class="lineage-canvas"
                style:width=length(width)
                style:height=length(height)
                on:keydown=walk
            >
                <svg
                    aria-hidden="true"
                    viewBox=format!("{} {} {width} {height}", -MARGIN, -HEAD)
                    preserveAspectRatio="none"
                >
                    {lines}
                </svg>
                <div class="lineage-heads">{heads}</div>
                {boxes}
            </div>
        }
    };
    view! {
        <div
            class="lineage-scroll"
            role="group"
            tabindex="0"
            aria-label="Lineage as a graph. Arrow keys lead from table to table, Enter chooses one."
            data-testid="lineage-picture"
            node_ref=scroller
        >
            {drawn}
        </div>
    }
    .into_any()
}

/// The id of a node's box.
fn box_id(at: usize) -> String {
    format!("node-{at}")
}
