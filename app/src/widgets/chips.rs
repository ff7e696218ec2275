//! The filters in force as chips, each removable: one per value, or one for all of a dimension when
//! they are many.

use leptos::prelude::*;
use tidemark_shared::view::Filter;
use tidemark_shared::{Dimension, format};

use crate::store::{History, Store};
use crate::ui::{Icon, icon};

/// More values of a dimension than this share one chip, so that the bar stays low.
const CHIPS: usize = 3;

/// A chip: the dimension, whether its values are left out, and the values it stands for.
type ChipValues = (Dimension, bool, Vec<String>);

/// All chips.
#[component]
pub(super) fn Chips() -> impl IntoView {
    let store = Store::get();
    let chips = move || {
        let view = store.view.read();
        view.filters
            .iter()
            .flat_map(|(dimension, filter)| chips(dimension, filter))
            .collect::<Vec<_>>()
    };
    view! {
        <For each=chips key=|chip| chip.clone() let(chip)>
            <Chip chip=chip />
        </For>
    }
}

fn chips(dimension: Dimension, filter: &Filter) -> Vec<ChipValues> {
    let many = filter.values.len() > CHIPS;
    let groups = filter.values.chunks(if many { usize::MAX } else { 1 });
    groups
        .map(|values| (dimension, filter.exclude, values.to_vec()))
        .collect()
}

/// What a condition says: `Plan is Pro`, `Plan is not Pro`, `Plan is one of 12 values`.
fn relation(exclude: bool, values: &[String]) -> (&'static str, String) {
    let text = match values {
        [value] => format::value_name(value).to_owned(),
        many => format!("{} values", format::count(many.len() as i64)),
    };
    let relation = match (exclude, values.len()) {
        (false, _) => ": ",
        (true, 1) => " is not ",
        (true, _) => " is none of ",
    };
    (relation, text)
}

#[component]
fn Chip(chip: ChipValues) -> impl IntoView {
    let store = Store::get();
    let (dimension, exclude, values) = chip;
    let (relation, text) = relation(exclude, &values);
    let name = format!("Remove the filter {}{relation}{text}", dimension.label());
    let first = values.first().cloned().unwrap_or_default();
    let test_id = match values.len() {
        1 => format!("chip-{}-{first}", dimension.key()),
        _ => format!("chip-{}", dimension.key()),
    };
    let remove = move |_| {
        store.change(History::Push, |view| {
            values
                .iter()
                .for_each(|value| view.filters.toggle(dimension, value));
        });
    };
    view! {
        <button
            type="button"
            class="chip"
            class:exclude=exclude
            aria-label=name.clone()
            title=name
            data-testid=test_id
            on:click=remove
        >
            <span class="chip-text">
                <span class="chip-name">{dimension.label()} {relation}</span>
                <bdi>{text}</bdi>
            </span>
            {icon(Icon::Close)}
        </button>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_values_have_a_chip_each_and_many_share_one() {
        let few = Filter::exclude(["A", "B", "C"]);
        assert_eq!(chips(Dimension::Plan, &few).len(), 3);
        let many = Filter::include(["A", "B", "C", "D"]);
        let [(_, false, values)] = &chips(Dimension::Plan, &many)[..] else {
            panic!("one chip");
        };
        assert_eq!(relation(false, values), (": ", "4 values".to_owned()));
        assert_eq!(relation(true, values).0, " is none of ");
        assert_eq!(relation(true, &values[..1]), (" is not ", "A".to_owned()));
    }
}
