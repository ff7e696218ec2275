//! Lists inside an object that a pipeline lands as tables of their own, put back into the object.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::sync_channel;
use std::thread;

use super::plan::{Kind, plain};
use super::write::Leaf;
use super::{Origin, Translator};
use crate::discover::{FoundObject, RawFile};
use crate::findings::Finding;
use crate::objects::{OBJECTS, Object};
use crate::read::Reader;
use crate::record::{Reason, Record};
use crate::records::each_record;
use crate::{LandingError, LandingOptions, Quarantined};

/// A list inside an object.
#[derive(Debug)]
pub(super) struct List {
    pub(super) source: &'static str,
    pub(super) name: &'static str,
    /// The object, or the list, whose elements have it.
    parent: &'static str,
    /// Where it stands in them.
    pub(super) path: &'static [&'static str],
    /// The object whose fields its elements have.
    rows_of: Option<&'static str>,
    table: Table,
}

/// How a pipeline lands a list.
#[derive(Debug)]
enum Table {
    /// `<parent>__<path>`, each row with the `_dlt_id` of its parent.
    Dlt,
    Fivetran {
        names: &'static [&'static str],
        /// The column that names the parent's `id`.
        owner: &'static str,
        element: Element,
        /// Which of its rows belong into this list.
        only: fn(&Record<'_>) -> bool,
    },
}

#[derive(Debug, PartialEq, Eq)]
enum Element {
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
            owner: "subscription_id",
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
            owner: "type_id",
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
            owner: "organization_id",
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
            owner: "ticket_id",
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
    fn names(&self) -> Vec<String> {
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
    fn object(&self) -> &'static Object {
        let mut parent = self.parent;
        while let Some(list) = LISTS.iter().find(|list| list.name == parent) {
            parent = list.parent;
        }
        let is_it = |object: &&Object| (object.source, object.name) == (self.source, parent);
        // A test holds every list to an object that exists.
        OBJECTS.iter().find(is_it).unwrap_or(&OBJECTS[0])
    }

    fn kind(&self) -> Kind {
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

    fn origin(&self) -> Origin {
        match self.table {
            Table::Dlt => Origin::Dlt,
            Table::Fivetran { .. } => Origin::Fivetran,
        }
    }

    /// The column of the parent that the rows name, and theirs that does so.
    fn keys(&self) -> (&'static str, &'static str) {
        match self.table {
            Table::Dlt => ("_dlt_id", "_dlt_parent_id"),
            Table::Fivetran { owner, .. } => ("id", owner),
        }
    }
}

/// The files of a list.
#[derive(Debug, Clone)]
pub(crate) struct FoundList {
    list: usize,
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

/// The elements of one parent.
#[derive(Debug, Default)]
struct Elements {
    /// With the place in the list, or what orders versions.
    rows: Vec<(i64, String)>,
    used: AtomicBool,
}

/// The rows of all lists, by list and by the parent they name.
#[derive(Debug, Default)]
pub(crate) struct Lists {
    found: HashMap<usize, HashMap<String, Elements>>,
    /// Rows that could not be read.
    pub(crate) quarantine: Vec<Quarantined>,
    pub(crate) findings: Vec<Finding>,
}

impl Lists {
    /// Reads the files of all lists, those inside of others first.
    pub(crate) fn read(
        found: &[FoundList],
        options: &LandingOptions,
    ) -> Result<Self, LandingError> {
        let mut lists = Self::default();
        for (at, list) in LISTS.iter().enumerate().rev() {
            let files = found.iter().filter(|found| found.list == at);
            let files: Vec<RawFile> = files.map(|found| found.file.clone()).collect();
            if files.is_empty() {
                continue;
            }
            let rows = lists.one(list, files, options)?;
            lists.found.insert(at, rows);
        }
        Ok(lists)
    }

    fn one(
        &mut self,
        list: &List,
        files: Vec<RawFile>,
        options: &LandingOptions,
    ) -> Result<HashMap<String, Elements>, LandingError> {
        let mut rows: HashMap<String, Elements> = HashMap::new();
        let mut quarantine = Vec::new();
        let object = list.object();
        let found = [FoundObject { object, files }];
        let (send, blocks) = sync_channel(2);
        let mut translator = Translator::new(options, self);
        let noticed = thread::scope(|scope| {
            let reading = scope.spawn(|| Reader::new(send, None).run(&found));
            for block in blocks {
                each_record(&block, &mut |source, record| {
                    let row = record.and_then(|row| element(list, &row, &mut translator));
                    match row {
                        Ok(None) => {}
                        Ok(Some((owner, place, text))) => {
                            rows.entry(owner).or_default().rows.push((place, text));
                        }
                        Err(why) => quarantine.push(Quarantined {
                            source: list.source.to_owned(),
                            object: object.name.to_owned(),
                            file: block.file.to_string(),
                            line: source.line,
                            reason: why.text,
                            text: source.text.to_string(),
                        }),
                    }
                    Ok(())
                })?;
            }
            match reading.join() {
                Ok(noticed) => noticed,
                Err(panic) => std::panic::resume_unwind(panic),
            }
        })?;
        for elements in rows.values_mut() {
            elements.rows.sort_by_key(|(place, _)| *place);
        }
        self.findings.extend(noticed.findings);
        self.quarantine.extend(quarantine);
        Ok(rows)
    }

    /// Whether `path` leads into a list whose table was not landed, so that nothing of it can be told.
    pub(super) fn lacks(&self, kind: Kind, origin: Option<Origin>, path: &[String]) -> bool {
        path.len() > 1
            && LISTS.iter().enumerate().any(|(at, list)| {
                (list.source, list.parent) == (kind.source, kind.name)
                    && Some(list.origin()) == origin
                    && list.path[0] == path[0]
                    && !self.found.contains_key(&at)
            })
    }

    /// The lists of such records, each with the place of the column that its rows name.
    pub(super) fn of(
        &self,
        kind: Kind,
        origin: Option<Origin>,
        columns: &[String],
    ) -> Vec<(usize, usize)> {
        let lists = LISTS.iter().enumerate().filter(|(at, list)| {
            (list.source, list.parent) == (kind.source, kind.name)
                && Some(list.origin()) == origin
                && self.found.contains_key(at)
        });
        let with_key = lists.filter_map(|(at, list)| {
            let key = list.keys().0;
            let place = columns
                .iter()
                .position(|column| column.eq_ignore_ascii_case(key))?;
            Some((at, place))
        });
        with_key.collect()
    }

    /// The elements that name a record.
    pub(super) fn rows(&self, list: usize, key: Option<&str>) -> Leaf<'_> {
        let elements = key.and_then(|key| self.found.get(&list)?.get(key));
        let rows: &[(i64, String)] = elements.map_or(&[], |elements| {
            elements.used.store(true, Ordering::Relaxed);
            &elements.rows
        });
        match &LISTS[list].table {
            Table::Fivetran {
                element: Element::Newest,
                ..
            } => match rows.last() {
                Some((_, row)) => Leaf::Raw(row.into()),
                None => Leaf::Null,
            },
            _ => Leaf::List(rows.iter().map(|(_, row)| row.as_str()).collect()),
        }
    }

    /// Whether the table of such a list was landed.
    pub(super) fn has(&self, source: &str, parent: &str, field: &str) -> bool {
        let of = |list: &List| (list.source, list.parent, list.path[0]) == (source, parent, field);
        LISTS
            .iter()
            .enumerate()
            .any(|(at, list)| of(list) && self.found.contains_key(&at))
    }

    /// Whether any element was put into such a list.
    pub(super) fn filled(&self, source: &str, parent: &str, field: &str) -> bool {
        let of = |list: &List| (list.source, list.parent, list.path[0]) == (source, parent, field);
        let lists = LISTS.iter().enumerate().filter(|(_, list)| of(list));
        let mut found = lists.filter_map(|(at, _)| self.found.get(&at));
        found.any(|rows| {
            rows.values()
                .any(|elements| elements.used.load(Ordering::Relaxed))
        })
    }

    /// Rows that name no record there is.
    pub(crate) fn orphans(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (at, list) in LISTS.iter().enumerate() {
            let unused = self.found.get(&at).into_iter().flatten();
            let unused = unused.filter(|(_, elements)| !elements.used.load(Ordering::Relaxed));
            let (mut count, mut first) = (0, None);
            for (key, elements) in unused {
                count += elements.rows.len();
                first = first.into_iter().chain([key]).min();
            }
            if let Some(first) = first {
                let (source, object, owner) = (list.source, list.object().name, list.keys().1);
                findings.push(Finding::warn(
                    source,
                    object,
                    "orphan_rows",
                    format!(
                        "{count} rows of {source}/{} name no row of their parent's table in {owner} (first: {first}) and do not count; \
                         export both tables at the same time",
                        list.names().join(" or ")
                    ),
                ));
            }
        }
        findings
    }
}

/// What a row says: the parent it names, its place and its text. Nothing if it does not belong into the list.
fn element(
    list: &List,
    row: &Record<'_>,
    translator: &mut Translator<'_>,
) -> Result<Option<(String, i64, String)>, Reason> {
    if let Table::Fivetran { only, .. } = &list.table
        && !only(row)
    {
        return Ok(None);
    }
    let origin = Some(list.origin());
    let plan = translator.plan(list.kind(), origin, row);
    if plan.is_deleted(row) {
        return Ok(None);
    }
    let owner = row.key(list.keys().1)?.into_owned();
    let order = plan.order(row).unwrap_or(i64::MIN);
    let place = match &list.table {
        Table::Dlt => row.int("_dlt_list_idx")?.unwrap_or(i64::MAX),
        Table::Fivetran {
            element: Element::Newest,
            ..
        } => match row.instant("updated_at")? {
            Some(updated) => updated.0,
            None => order,
        },
        Table::Fivetran { .. } => row.int("index")?.unwrap_or(0),
    };
    let column = match &list.table {
        Table::Fivetran {
            element: Element::Column(column),
            ..
        } => Some(*column),
        // A list of plain values has them in this one column.
        Table::Dlt if row.columns().any(|name| name.eq_ignore_ascii_case("value")) => Some("value"),
        _ => None,
    };
    let text = match column {
        Some(column) => {
            let at = row
                .columns()
                .position(|name| name.eq_ignore_ascii_case(column));
            let value = at
                .and_then(|at| row.at(at))
                .ok_or_else(|| Reason::missing(column))?;
            let mut text = String::new();
            super::write::string(&mut text, &plain(value));
            text
        }
        None => translator.through(list.kind(), origin, row)?.text,
    };
    Ok(Some((owner, place, text)))
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
