//! The rows of the list.

use leptos::prelude::*;
use tidemark_shared::format;
use tidemark_shared::table::Cell;
use tidemark_shared::view::{Field, ListView, Sort};

use super::Shown;
use crate::routes;
use crate::store::{History, Store};
use crate::ui::{LongColumn, LongTable, capitalized, long_table};

/// Id of facts without a known customer.
const NO_CUSTOMER: &str = "none";

/// The rows, or why there are none.
pub(super) fn grid(store: Store, shown: Memo<Option<Shown>>) -> AnyView {
    let columns = Memo::new(move |_| {
        let shown = shown.read();
        let list = &store.view.read().people;
        shown
            .as_ref()
            .map_or_else(Vec::new, |shown| columns(shown, list))
    });
    let rows = Signal::derive(move || {
        let shown = shown.read();
        shown
            .as_ref()
            .map_or((0, 0), |shown| (shown.order.len(), shown.generation))
    });
    let table = LongTable {
        caption: Signal::derive(|| "Customers".to_owned()),
        columns: columns.into(),
        rows,
        row_key: Callback::new(move |at: usize| {
            let shown = shown.read_untracked();
            let position = shown
                .as_ref()
                .and_then(|shown| shown.order.get(at).copied());
            position.map_or(0, u64::from)
        }),
        cells: Callback::new(move |at| cells(&store, &shown, at)),
        sort: Callback::new(move |key| sort(&store, key)),
    };
    let is_empty = Signal::derive(move || rows.get().0 == 0);
    view! {
        {long_table(table)}
        <Show when=move || is_empty.get()>
            <p class="list-empty" data-testid="list-empty">
                {move || {
                    if store.view.read().people.narrows() {
                        "No matches. Clear the search or the stage filter to see more customers."
                    } else if store.view.read().filters.is_empty() {
                        "No customers in this number in this period."
                    } else {
                        "No customers match these filters."
                    }
                }}
            </p>
        </Show>
    }
    .into_any()
}

fn columns(shown: &Shown, list: &ListView) -> Vec<LongColumn> {
    let roster = &shown.roster;
    let order = roster.order(list);
    let column = |field: Field| LongColumn {
        key: field.key(),
        label: roster.label(field).to_owned(),
        is_text: is_text(field),
        descending: (order.field == field).then_some(order.descending),
    };
    roster.fields().into_iter().map(column).collect()
}

fn is_text(field: Field) -> bool {
    matches!(
        field,
        Field::Name
            | Field::Stage
            | Field::Dimension(_)
            | Field::ChurnKind
            | Field::ChurnReason
            | Field::Delinquent
            | Field::Reconstructed
            | Field::MatchMethod
    )
}

/// Orders by a column; by words from A, by numbers and days from the greatest, the other way at the
/// next press.
fn sort(store: &Store, key: &str) {
    let Some(field) = Field::from_key(key) else {
        return;
    };
    store.change(History::Push, |view| {
        let now = view.people.order();
        let descending = if now.field == field {
            !now.descending
        } else {
            !is_text(field) || matches!(field, Field::Delinquent | Field::Reconstructed)
        };
        view.people.set_order(Sort { field, descending });
    });
}

fn cells(store: &Store, shown: &Memo<Option<Shown>>, at: usize) -> Vec<AnyView> {
    let shown = shown.read_untracked();
    let Some((shown, at)) = shown
        .as_ref()
        .and_then(|shown| Some((shown, *shown.order.get(at)? as usize)))
    else {
        return Vec::new();
    };
    let roster = &shown.roster;
    let formatter = store.formatter.get_untracked();
    let cell = |field: Field| match (field, roster.cell(at, field)) {
        (Field::Name, Cell::Text(name)) => {
            who(store, roster.id(at), name, roster.row(at).is_some())
        }
        (Field::Stage, Cell::Text(stage)) => stage_badge(&stage),
        (Field::ChurnKind | Field::ChurnReason | Field::MatchMethod, Cell::Text(text)) => {
            capitalized(&text.replace('_', " ")).into_any()
        }
        (Field::Delinquent | Field::Reconstructed, Cell::Bool(false)) | (_, Cell::Empty) => {
            view! { <span class="muted">{format::NO_VALUE}</span> }.into_any()
        }
        (_, Cell::Text(text)) => {
            let text = format::value_name(&text).to_owned();
            let title = text.clone();
            view! { <span title=title>{text}</span> }.into_any()
        }
        (_, cell) => formatter.cell(roster.unit(field), &cell).into_any(),
    };
    roster.fields().into_iter().map(cell).collect()
}

/// The name, which leads to the story; the id of who has no name.
fn who(store: &Store, id: &str, name: String, is_customer: bool) -> AnyView {
    if !is_customer && id == NO_CUSTOMER {
        return view! { <span class="muted">"No customer"</span> }.into_any();
    }
    let store = *store;
    let link_id = id.to_owned();
    let href = move || routes::story(&store.view.read(), &link_id);
    let title = name.clone();
    let about = (!is_customer).then(|| view! { <span class="muted">"Lead "</span> });
    view! {
        <a href=href title=title data-noscroll="">
            {about}
            {name}
        </a>
    }
    .into_any()
}

/// A stage by its name; the dot before it only helps.
pub(super) fn stage_badge(stage: &str) -> AnyView {
    let label = tidemark_shared::view::Stage::from_key(stage).map_or(stage, |stage| stage.label());
    view! { <span class=format!("stage stage-{stage}")>{label.to_owned()}</span> }.into_any()
}
