//! Lists inside an object that a pipeline lands as tables of their own.

use super::Origin;
use super::plan::Kind;
use crate::discover::RawFile;
use crate::objects::{OBJECTS, Object};
use crate::record::Record;

/// A list inside an object.
#[derive(Debug)]
pub(super) struct List {
    pub(super) source: &'static str,
    pub(super) name: &'static str,
    /// The object, or the list, whose elements have it.
    pub(super) parent: &'static str,
    /// Where it stands in them.
    pub(super) path: &'static [&'static str],
    /// The object whose fields its elements have.
    rows_of: Option<&'static str>,
    pub(super) table: Table,
}

/// How a pipeline lands a list.
#[derive(Debug)]
pub(super) enum Table {
    /// `<parent>__<path>`, each row with the `_dlt_id` of its parent.
    Dlt,
    Fivetran {
        names: &'static [&'static str],
        /// The column that names the parent's `id`.
        owner: &'static [&'static str],
        element: Element,
        /// Which of its rows belong into this list.
        only: fn(&Record<'_>) -> bool,
    },
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Element {
    Row,
    /// The value of one column.
    Column(&'static str),
    /// Not a list: the newest row is the object.
    Newest,
}

const fn dlt(
    source: &'static str,
    name: &'static str,
    parent: &'static str,
    path: &'static [&'static str],
    rows_of: Option<&'static str>,
) -> List {
    List {
        source,
        name,
        parent,
        path,
        rows_of,
        table: Table::Dlt,
    }
}

/// Lists that are read. A list comes after the one it is inside of.
pub(super) static LISTS: &[List] = &[
    dlt(
        "stripe",
        "subscription item",
        "subscriptions",
        &["items", "data"],
        Some("subscription_items"),
    ),
    dlt(
        "stripe",
        "subscription discount",
        "subscriptions",
        &["discounts"],
        None,
    ),
    dlt(
        "stripe",
        "item discount",
        "subscription item",
        &["discounts"],
        None,
    ),
    dlt(
        "stripe",
        "invoice line",
        "invoices",
        &["lines", "data"],
        Some("invoice_line_items"),
    ),
    dlt(
        "stripe",
        "line discount",
        "invoice line",
        &["discount_amounts"],
        None,
    ),
    dlt(
        "stripe",
        "line tax amount",
        "invoice line",
        &["tax_amounts"],
        None,
    ),
    dlt("stripe", "line tax", "invoice line", &["taxes"], None),
    dlt(
        "zendesk",
        "organization domain",
        "organizations",
        &["domain_names"],
        None,
    ),
    List {
        source: "stripe",
        name: "discounts",
        parent: "subscriptions",
        path: &["discounts"],
        rows_of: None,
        table: Table::Fivetran {
            names: &["discount", "subscription_discount"],
            owner: &["subscription_id"],
            element: Element::Row,
            only: |row| {
                of_type(row, "subscription", true)
                    && !row.has("invoice_id")
                    && !row.has("invoice_item_id")
            },
        },
    },
    List {
        source: "stripe",
        name: "discounts",
        parent: "invoice_line_items",
        path: &["discount_amounts"],
        rows_of: None,
        table: Table::Fivetran {
            names: &["discount"],
            owner: &["type_id"],
            element: Element::Row,
            only: |row| of_type(row, "invoice_line_item", false) && row.has("amount"),
        },
    },
    List {
        source: "zendesk",
        name: "domains",
        parent: "organizations",
        path: &["domain_names"],
        rows_of: None,
        table: Table::Fivetran {
            names: &["domain_name"],
            owner: &["organization_id"],
            element: Element::Column("domain_name"),
            only: |_| true,
        },
    },
    List {
        source: "zendesk",
        name: "ratings",
        parent: "tickets",
        path: &["satisfaction_rating"],
        rows_of: None,
        table: Table::Fivetran {
            names: &["satisfaction_rating"],
            owner: &["ticket_id"],
            element: Element::Newest,
            only: |_| true,
        },
    },
];

/// Whether Fivetran's row of a discount says that it applies to such a thing.
fn of_type(row: &Record<'_>, kind: &str, unsaid: bool) -> bool {
    match row.code("type") {
        Ok(Some(said)) => said.replace(' ', "_") == kind,
        Ok(None) => unsaid,
        Err(_) => false,
    }
}

impl List {
    /// The tables of the list; of dlt's, one for every name the parent may have.
    pub(super) fn names(&self) -> Vec<String> {
        match &self.table {
            Table::Fivetran { names, .. } => names.iter().map(|name| (*name).to_owned()).collect(),
            Table::Dlt => {
                let path = self.path.join("__");
                let parents = match LISTS.iter().find(|list| list.name == self.parent) {
                    Some(list) => list.names(),
                    None => self.object().names().map(str::to_owned).collect(),
                };
                parents
                    .iter()
                    .map(|parent| format!("{parent}__{path}"))
                    .collect()
            }
        }
    }

    /// The object it is inside of, at whatever depth.
    pub(super) fn object(&self) -> &'static Object {
        let mut parent = self.parent;
        while let Some(list) = LISTS.iter().find(|list| list.name == parent) {
            parent = list.parent;
        }
        let is_it = |object: &&Object| (object.source, object.name) == (self.source, parent);
        // A test holds every list to an object that exists.
        OBJECTS.iter().find(is_it).unwrap_or(&OBJECTS[0])
    }

    pub(super) fn kind(&self) -> Kind {
        let object = OBJECTS
            .iter()
            .find(|object| self.rows_of == Some(object.name));
        Kind {
            source: self.source,
            name: self.name,
            fields_of: self.rows_of.unwrap_or(self.name),
            contract: object.map(|object| object.contract),
        }
    }

    pub(super) fn origin(&self) -> Origin {
        match self.table {
            Table::Dlt => Origin::Dlt,
            Table::Fivetran { .. } => Origin::Fivetran,
        }
    }

    /// Whether the tables of such a pipeline can hold the list. Stitch names them as dlt does.
    pub(super) fn is_of(&self, origin: Option<Origin>) -> bool {
        origin == Some(self.origin())
            || origin == Some(Origin::Stitch) && self.origin() == Origin::Dlt
    }

    /// Whether it is inside of another list.
    fn is_inner(&self) -> bool {
        LISTS.iter().any(|list| list.name == self.parent)
    }

    /// The columns of the parent that the rows name, and theirs that do so, in the tables of a pipeline. Stitch names
    /// the outermost record, and the place in each list below it.
    pub(super) fn keys(
        &self,
        origin: Option<Origin>,
    ) -> (&'static [&'static str], &'static [&'static str]) {
        const INSIDE: &[&str] = &["_sdc_source_key_id", "_sdc_level_0_id"];
        match self.table {
            Table::Dlt if origin == Some(Origin::Stitch) && self.is_inner() => (INSIDE, INSIDE),
            Table::Dlt if origin == Some(Origin::Stitch) => (&["id"], &INSIDE[..1]),
            Table::Dlt => (&["_dlt_id"], &["_dlt_parent_id"]),
            Table::Fivetran { owner, .. } => (&["id"], owner),
        }
    }

    /// The column with a row's place in the list, in the tables of a pipeline that numbers them.
    pub(super) fn place_column(&self, origin: Option<Origin>) -> &'static str {
        match (origin == Some(Origin::Stitch), self.is_inner()) {
            (true, true) => "_sdc_level_1_id",
            (true, false) => "_sdc_level_0_id",
            (false, _) => "_dlt_list_idx",
        }
    }
}

/// The files of a list.
#[derive(Debug, Clone)]
pub(crate) struct FoundList {
    pub(super) list: usize,
    pub(crate) file: RawFile,
}

/// The lists whose table has such a name, each with a copy of the file.
pub(crate) fn lists_named(source: &str, stem: &str, file: &RawFile) -> Vec<FoundList> {
    let stem = stem.to_lowercase();
    let named = |list: &List| list.source == source && list.names().contains(&stem);
    let found = LISTS.iter().enumerate().filter(|(_, list)| named(list));
    let found = found.map(|(list, _)| FoundList {
        list,
        file: file.clone(),
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_is_inside_an_object_that_exists() {
        for (at, list) in LISTS.iter().enumerate() {
            assert_eq!(list.object().source, list.source, "{}", list.name);
            let outer = LISTS.iter().position(|outer| outer.name == list.parent);
            assert!(outer.is_none_or(|outer| outer < at), "{}", list.name);
            let rows = list
                .rows_of
                .map(|name| OBJECTS.iter().any(|object| object.name == name));
            assert_ne!(rows, Some(false), "{}", list.name);
        }
    }

    #[test]
    fn tables_are_named_after_every_name_of_their_object() {
        let names = |name: &str| LISTS.iter().find(|list| list.name == name).unwrap().names();
        assert!(
            names("line discount").contains(&"invoice__lines__data__discount_amounts".to_owned())
        );
        assert!(names("organization domain").contains(&"organizations__domain_names".to_owned()));
    }
}
