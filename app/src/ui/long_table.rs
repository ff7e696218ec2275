//! A table of any length: rows of one height, of which only those in view are on the page.

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

use super::browser::rem;
use super::icon::{Icon, icon};

/// Height of a row and of the head, in rem; the style sheet says the same.
const ROW: f64 = 2.5;

/// Rows kept above and below those in view, so that they are there before they are seen, or
/// focused.
const MARGIN: usize = 8;

/// A column as its head shows it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct LongColumn {
    /// Name for tests and the style sheet, which gives the column its width.
    pub(crate) key: &'static str,
    /// Name for people.
    pub(crate) label: String,
    /// Whether it holds words, which stand at the start of their cell.
    pub(crate) is_text: bool,
    /// If the rows are ordered by it: whether the greatest comes first.
    pub(crate) descending: Option<bool>,
}

/// What a long table shows.
#[derive(Clone)]
pub(crate) struct LongTable {
    /// What it is, for assistive technology.
    pub(crate) caption: Signal<String>,
    /// The columns.
    pub(crate) columns: Signal<Vec<LongColumn>>,
    /// How many rows there are, and a number that is another one whenever any row may be.
    pub(crate) rows: Signal<(usize, u64)>,
    /// Name of a row that lasts as long as it stands for the same thing.
    pub(crate) row_key: Callback<usize, u64>,
    /// Cells of a row, one per column.
    pub(crate) cells: Callback<usize, Vec<AnyView>>,
    /// Called with the column whose head was pressed.
    pub(crate) sort: Callback<&'static str>,
}

/// Rows from the first up to before the second.
type Range = (usize, usize);

/// The table; arrow keys go from row to row, page keys and Home and End by what they say.
pub(crate) fn long_table(table: LongTable) -> AnyView {
    let frame = NodeRef::<html::Div>::new();
    // Where it is scrolled to, and how much is seen, in rows.
    let seen: RwSignal<(usize, usize)> = RwSignal::new((0, 40));
    let look = move || {
        if let Some(frame) = frame.get_untracked() {
            let row = ROW * rem();
            let first = f64::from(frame.scroll_top()) / row;
            let many = f64::from(frame.client_height()) / row;
            seen.set((first as usize, many.ceil() as usize + 1));
        }
    };
    watch_size(frame, look);
    let rows = table.rows;
    // Another order or other rows begin at the top.
    Effect::new(move |last: Option<u64>| {
        let now = rows.read().1;
        if last.is_some_and(|last| last != now)
            && let Some(frame) = frame.get_untracked()
        {
            frame.set_scroll_top(0);
            look();
        }
        now
    });
    let range: Memo<Range> = Memo::new(move |_| {
        let (first, many) = seen.get();
        let count = rows.read().0;
        let first = first.min(count);
        (
            first.saturating_sub(MARGIN),
            (first + many + MARGIN).min(count),
        )
    });
    let shown = move || {
        let (first, last) = range.get();
        let generation = rows.read().1;
        let key = |at| (at, table.row_key.run(at), generation);
        (first..last).map(key).collect::<Vec<_>>()
    };
    let columns = table.columns;
    let cells = table.cells;
    let row = move |at: usize| {
        let cells: Vec<AnyView> = cells
            .run(at)
            .into_iter()
            .zip(columns.get_untracked())
            .enumerate()
            .map(|(at, (cell, column))| {
                let class = if column.is_text { "text" } else { "" };
                match at {
                    0 => view! { <th scope="row" class="text">{cell}</th> }.into_any(),
                    _ => view! { <td class=class>{cell}</td> }.into_any(),
                }
            })
            .collect();
        // The head is the first row.
        view! { <tr class="row" aria-rowindex=(at + 2).to_string()>{cells}</tr> }.into_any()
    };
    let height = |rows: usize| format!("{}rem", rows as f64 * ROW);
    let above = move || height(range.get().0);
    let below = move || height(rows.read().0.saturating_sub(range.get().1));
    let head = move || head(columns.get(), table.sort);
    let widths = move || {
        let columns = columns.get().into_iter();
        let width = |column: LongColumn| view! { <col class=format!("col-{}", column.key) /> };
        columns.map(width).collect::<Vec<_>>()
    };
    let caption = table.caption;
    view! {
        <div
            class="long-table"
            tabindex="0"
            role="group"
            aria-label=caption
            data-testid="long-table"
            node_ref=frame
            on:scroll=move |_| look()
            on:keydown=move |event| step(&event)
        >
            <table class="data" aria-rowcount=move || (rows.read().0 + 1).to_string()>
                <caption class="visually-hidden">{caption}</caption>
                <colgroup>{widths}</colgroup>
                <thead>{head}</thead>
                <tbody>
                    <tr class="gap" aria-hidden="true" style:height=above></tr>
                    <For each=shown key=|key| *key children=move |(at, ..)| row(at) />
                    <tr class="gap" aria-hidden="true" style:height=below></tr>
                </tbody>
            </table>
        </div>
    }
    .into_any()
}

fn head(columns: Vec<LongColumn>, sort: Callback<&'static str>) -> AnyView {
    let cell = |column: LongColumn| {
        let LongColumn {
            key,
            label,
            is_text,
            descending,
        } = column;
        let (order, mark) = match descending {
            Some(true) => (Some("descending"), Some(icon(Icon::Down))),
            Some(false) => (Some("ascending"), Some(icon(Icon::Up))),
            None => (None, None),
        };
        let title = label.clone();
        view! {
            <th scope="col" class=if is_text { "text" } else { "" } aria-sort=order>
                <button
                    type="button"
                    title=title
                    data-testid=format!("sort-{key}")
                    on:click=move |_| sort.run(key)
                >
                    <span class="label">{label}</span>
                    {mark}
                </button>
            </th>
        }
    };
    let cells: Vec<_> = columns.into_iter().map(cell).collect();
    view! { <tr aria-rowindex="1">{cells}</tr> }.into_any()
}

/// Arrow keys on the link of a row go to the one above or below.
fn step(event: &leptos::ev::KeyboardEvent) {
    let down = match event.key().as_str() {
        "ArrowDown" => true,
        "ArrowUp" => false,
        _ => return,
    };
    let element =
        |target: Option<web_sys::EventTarget>| target?.dyn_into::<web_sys::Element>().ok();
    let row = element(event.target()).and_then(|at| at.closest("tr.row").ok().flatten());
    let Some(row) = row else {
        return;
    };
    let next = if down {
        row.next_element_sibling()
    } else {
        row.previous_element_sibling()
    };
    let link = next.and_then(|row| row.query_selector("th a").ok().flatten());
    if let Some(link) = link.and_then(|link| link.dyn_into::<web_sys::HtmlElement>().ok()) {
        event.prevent_default();
        let _ = link.focus();
    }
}

/// Looks again whenever the element's size changes.
fn watch_size(element: NodeRef<html::Div>, look: impl Fn() + Copy + 'static) {
    let kept = StoredValue::new_local(None);
    Effect::new(move |_| {
        let Some(element) = element.get() else {
            return;
        };
        let changed = Closure::<dyn FnMut()>::new(look);
        if let Ok(observer) = web_sys::ResizeObserver::new(changed.as_ref().unchecked_ref()) {
            observer.observe(&element);
            kept.set_value(Some((observer, changed)));
        }
    });
    on_cleanup(move || {
        kept.try_update_value(|kept: &mut Option<(web_sys::ResizeObserver, _)>| {
            if let Some((observer, _)) = kept.take() {
                observer.disconnect();
            }
        });
    });
}
