//! Whether nested lists are whole: what they say is missing, and is in no file of its own either.

use std::collections::{BTreeMap, HashSet};

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{Array, BooleanArray, Int64Array, RecordBatch, StringArray};

use crate::findings::Finding;
use crate::schema::Table;

/// Sample ids that a finding names.
const SAMPLES: usize = 3;

/// A list nested in an object, and the object whose file has the rest of it.
struct List {
    owners: Table,
    object: &'static str,
    flag: &'static str,
    total: &'static str,
    elements: Table,
    owner_id: &'static str,
    owner_ordinal: &'static str,
    rest: &'static str,
    element: &'static str,
}

const LISTS: [List; 2] = [
    List {
        owners: Table::StripeInvoices,
        object: "invoices",
        flag: "lines_incomplete",
        total: "lines_total",
        elements: Table::StripeInvoiceLines,
        owner_id: "invoice_id",
        owner_ordinal: "invoice_ordinal",
        rest: "invoice_line_items",
        element: "line",
    },
    List {
        owners: Table::StripeSubscriptions,
        object: "subscriptions",
        flag: "items_incomplete",
        total: "items_total",
        elements: Table::StripeSubscriptionItems,
        owner_id: "subscription_id",
        owner_ordinal: "subscription_ordinal",
        rest: "subscription_items",
        element: "item",
    },
];

/// The newest version of an owner whose list is incomplete.
struct Owner {
    ordinal: i64,
    total: Option<i64>,
}

/// What has landed of such a list.
#[derive(Default)]
struct Landed<'a> {
    nested: HashSet<&'a str>,
    by_itself: HashSet<&'a str>,
}

/// A finding for each object some of whose lists lack elements that are nowhere.
pub(crate) fn missing_rest(table: impl Fn(Table) -> Option<RecordBatch>) -> Vec<Finding> {
    let finding = |list: &List| missing(list, &table(list.owners)?, &table(list.elements)?);
    LISTS.iter().filter_map(finding).collect()
}

fn missing(list: &List, owners: &RecordBatch, elements: &RecordBatch) -> Option<Finding> {
    let incomplete = incomplete(list, owners)?;
    if incomplete.is_empty() {
        return None;
    }
    let landed = landed(list, elements, &incomplete)?;
    let none = Landed::default();
    let mut lists = 0_u64;
    let mut known = 0_u64;
    let mut unknown = 0_u64;
    let mut samples = Vec::new();
    for (id, owner) in &incomplete {
        let landed = landed.get(id).unwrap_or(&none);
        let rest = landed.by_itself.difference(&landed.nested).count();
        let there = u64::try_from(landed.nested.len() + rest).unwrap_or(u64::MAX);
        match owner.total.and_then(|total| u64::try_from(total).ok()) {
            Some(total) if total > there => known += total - there,
            None if rest == 0 => unknown += 1,
            _ => continue,
        }
        lists += 1;
        if samples.len() < SAMPLES {
            samples.push(*id);
        }
    }
    if lists == 0 {
        return None;
    }
    let (object, rest, element) = (list.object, list.rest, list.element);
    let lacking = match (known, unknown) {
        (known, 0) => format!("{known} {element}s are missing"),
        (0, unknown) => format!("{unknown} do not say how many {element}s are missing"),
        (known, unknown) => {
            format!("{known} {element}s are missing, and {unknown} do not say how many")
        }
    };
    Some(Finding::warn(
        "stripe",
        object,
        "incomplete_list",
        format!(
            "{lists} of stripe {object} do not carry their whole list of {element}s, and no file has the rest: {lacking} \
             (such as {}); land the rest as stripe/{rest}.jsonl",
            samples.join(", ")
        ),
    ))
}

fn texts<'a>(batch: &'a RecordBatch, name: &str) -> Option<&'a StringArray> {
    batch.column_by_name(name)?.as_string_opt()
}

fn numbers<'a>(batch: &'a RecordBatch, name: &str) -> Option<&'a Int64Array> {
    batch.column_by_name(name)?.as_primitive_opt::<Int64Type>()
}

fn flags<'a>(batch: &'a RecordBatch, name: &str) -> Option<&'a BooleanArray> {
    batch.column_by_name(name)?.as_boolean_opt()
}

/// Owners whose newest version has an incomplete list, by id.
fn incomplete<'a>(list: &List, owners: &'a RecordBatch) -> Option<BTreeMap<&'a str, Owner>> {
    let (ids, ordinals) = (texts(owners, "id")?, numbers(owners, "_ordinal")?);
    let (cut, deleted) = (flags(owners, list.flag)?, flags(owners, "deleted")?);
    let totals = numbers(owners, list.total)?;
    let mut newest = BTreeMap::new();
    for at in 0..owners.num_rows() {
        if cut.value(at) {
            let owner = Owner {
                ordinal: ordinals.value(at),
                total: totals.is_valid(at).then(|| totals.value(at)),
            };
            newest.insert(ids.value(at), owner);
        } else if !newest.is_empty() && !deleted.value(at) {
            newest.remove(ids.value(at));
        }
    }
    Some(newest)
}

/// What has landed of those lists, nested in the newest version of the owner or by itself.
fn landed<'a>(
    list: &List,
    elements: &'a RecordBatch,
    incomplete: &BTreeMap<&str, Owner>,
) -> Option<BTreeMap<&'a str, Landed<'a>>> {
    let (ids, owners) = (texts(elements, "id")?, texts(elements, list.owner_id)?);
    let ordinals = numbers(elements, list.owner_ordinal)?;
    let mut landed: BTreeMap<&str, Landed<'_>> = BTreeMap::new();
    for at in 0..elements.num_rows() {
        if owners.is_null(at) {
            continue;
        }
        let Some(owner) = incomplete.get(owners.value(at)) else {
            continue;
        };
        let of_owner = landed.entry(owners.value(at)).or_default();
        if ordinals.is_null(at) {
            of_owner.by_itself.insert(ids.value(at));
        } else if ordinals.value(at) == owner.ordinal {
            of_owner.nested.insert(ids.value(at));
        }
    }
    Some(landed)
}
