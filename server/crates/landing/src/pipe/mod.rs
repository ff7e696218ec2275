//! Records as other pipelines land them, and fields under configured names, put into the vendor's own shape.
//!
//! Everything happens at the border of a record: what Fivetran, Airbyte or dlt have renamed, flattened or
//! moved to a table of its own becomes the object that the vendor's API gives, as JSON text, and the readers
//! of each object never know. A file is recognised by the columns a pipeline adds to every table. Records
//! that need none of this are not touched.

mod gaps;
mod lists;
mod marks;
mod names;
mod plan;
mod python;
mod rows;
mod tables;
mod write;

use std::collections::BTreeMap;
use std::sync::Arc;

pub(crate) use gaps::gaps;
pub(crate) use lists::{FoundList, lists_named};
use plan::{Kind, Plan};
pub(crate) use rows::Lists;

use crate::LandingOptions;
use crate::objects::{OBJECTS, Object};
use crate::record::{Reason, Record};

/// The pipeline that landed a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Origin {
    Fivetran,
    Airbyte,
    Dlt,
    Stitch,
}

/// How the columns begin that a pipeline adds to every table.
const MARKS: [(&str, Origin); 4] = [
    ("_fivetran_", Origin::Fivetran),
    ("_airbyte_", Origin::Airbyte),
    ("_dlt_", Origin::Dlt),
    // Stitch and other targets of Singer.
    ("_sdc_", Origin::Stitch),
];

impl Origin {
    /// The pipeline whose columns are among `names`.
    pub(crate) fn of<'n>(mut names: impl Iterator<Item = &'n str>) -> Option<Self> {
        names.find_map(|name| {
            let marked = |mark: &str| starts_with(name, mark);
            let found = MARKS.iter().find(|(mark, _)| marked(mark));
            found.map(|(_, origin)| *origin)
        })
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Fivetran => "Fivetran",
            Self::Airbyte => "Airbyte",
            Self::Dlt => "dlt",
            Self::Stitch => "Stitch",
        }
    }
}

fn starts_with(name: &str, start: &str) -> bool {
    let head = name.get(..start.len());
    head.is_some_and(|head| head.eq_ignore_ascii_case(start))
}

/// A record in the vendor's shape.
#[derive(Debug)]
pub(crate) struct Translated {
    /// The pipeline it came from; none if only fields were renamed.
    pub(crate) origin: Option<Origin>,
    /// The record as a JSON object.
    pub(crate) text: String,
    /// The stub the vendor's API gives of it once it is deleted.
    pub(crate) stub: Option<String>,
    /// Whether it does not count at all: a deletion of an object that keeps none.
    pub(crate) is_removed: bool,
    /// What the pipeline marks the record as, where that changes what counts.
    pub(crate) marked: Option<&'static str>,
    /// Orders the versions of a record: the greater is the later one.
    pub(crate) order: Option<i64>,
    /// Fields that stand in the file under another name, with that name.
    pub(crate) renamed: Arc<[(String, String)]>,
}

/// Plans kept from record to record: most files have one or two sets of columns.
const KEPT: usize = 8;

/// Translates records; keeps how the columns of the last ones were to be read.
pub(crate) struct Translator<'o> {
    options: &'o LandingOptions,
    lists: &'o Lists,
    mapped: Vec<(&'static Object, Mapping<'o>)>,
    plans: Vec<Plan>,
    shapes: Vec<Shape>,
    /// How many shapes were seen.
    seen: u64,
    /// The shape of all rows of a block of CSV.
    of_block: Option<Known>,
}

/// What the settings say about the fields of an object.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mapping<'o> {
    /// Our field, and the column that stands for it.
    pub(crate) fields: &'o BTreeMap<String, String>,
    /// By field, the words of the file and ours.
    pub(crate) words: &'o BTreeMap<String, BTreeMap<String, String>>,
}

/// A set of columns, and what is known of it.
#[derive(Debug)]
struct Shape {
    object: &'static Object,
    columns: Vec<String>,
    known: Known,
}

/// What the columns of a record say of it; found once per set of columns, as every record of ours comes by here.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known {
    /// Tells sets of columns apart.
    pub(crate) shape: u64,
    /// Whether one of them is `deleted`.
    pub(crate) has_deleted: bool,
    /// The pipeline that landed it.
    origin: Option<Origin>,
    /// Whether columns stand for parts of nested fields.
    is_flattened: bool,
}

impl<'o> Translator<'o> {
    pub(crate) fn new(options: &'o LandingOptions, lists: &'o Lists) -> Self {
        let mapped = OBJECTS
            .iter()
            .filter_map(|object| Some((object, mapping(options, object)?)));
        Self {
            options,
            lists,
            mapped: mapped.collect(),
            plans: Vec::new(),
            shapes: Vec::new(),
            seen: 0,
            of_block: None,
        }
    }

    /// Begins a block of records, which may be of another file than the last.
    pub(crate) fn begin_block(&mut self) {
        self.of_block = None;
    }

    /// The record in the vendor's shape, `None` if it has that already.
    pub(crate) fn translate(
        &mut self,
        object: &'static Object,
        record: &Record<'_>,
        known: Known,
    ) -> Option<Result<Translated, Reason>> {
        let is_mapped = self.mapped.iter().any(|(of, _)| std::ptr::eq(*of, object));
        if known.origin.is_none() && !is_mapped && !known.is_flattened {
            return None;
        }
        Some(self.through(Kind::of(object), known.origin, record))
    }

    /// What the columns of a record say.
    pub(crate) fn known(&mut self, object: &'static Object, record: &Record<'_>) -> Known {
        if record.header().is_none() {
            return self.shape(object, record);
        }
        if let Some(known) = self.of_block {
            return known;
        }
        let known = self.shape(object, record);
        self.of_block = Some(known);
        known
    }

    fn shape(&mut self, object: &'static Object, record: &Record<'_>) -> Known {
        let known = |shape: &Shape| {
            std::ptr::eq(shape.object, object)
                && shape
                    .columns
                    .iter()
                    .map(String::as_str)
                    .eq(record.columns())
        };
        match self.shapes.iter().position(known) {
            Some(0) => {}
            Some(at) => self.shapes.swap(0, at),
            None => {
                let is_text = record.header().is_some();
                let mut columns = record.columns();
                self.seen += 1;
                let known = Known {
                    shape: self.seen,
                    has_deleted: columns.any(|name| name.eq_ignore_ascii_case("deleted")),
                    origin: Origin::of(record.columns()),
                    is_flattened: is_flattened_in(self.options, object, record.columns(), is_text),
                };
                let shape = Shape {
                    object,
                    columns: record.columns().map(str::to_owned).collect(),
                    known,
                };
                self.shapes.truncate(KEPT - 1);
                self.shapes.insert(0, shape);
            }
        }
        self.shapes[0].known
    }

    fn through(
        &mut self,
        kind: Kind,
        origin: Option<Origin>,
        record: &Record<'_>,
    ) -> Result<Translated, Reason> {
        let lists = self.lists;
        let plan = self.plan(kind, origin, record);
        let Some(inner) = plan.marks.wrapped(record) else {
            return plan.translate(record, lists);
        };
        let order = plan.marks.order(record);
        let inner = inner?;
        let record =
            Record::json_in(&inner, record.file()).map_err(|why| why.within("_airbyte_data"))?;
        let mut translated = self.plan(kind, origin, &record).translate(&record, lists)?;
        translated.order = translated.order.or(order);
        Ok(translated)
    }

    fn plan(&mut self, kind: Kind, origin: Option<Origin>, record: &Record<'_>) -> &Plan {
        let known = |plan: &Plan| plan.fits(kind, origin, record);
        match self.plans.iter().position(known) {
            Some(at) => self.plans.swap(0, at),
            None => {
                let fields = self.mapped.iter().find(|(object, _)| kind.is(object));
                let plan = Plan::new(
                    kind,
                    origin,
                    record.columns().map(str::to_owned).collect(),
                    fields.map(|(_, mapping)| *mapping),
                    &self.options.account_id_key,
                    self.lists,
                );
                self.plans.truncate(KEPT - 1);
                self.plans.insert(0, plan);
            }
        }
        &self.plans[0]
    }
}

/// What the settings say about the fields of an object; `None` if nothing.
pub(crate) fn mapping<'o>(options: &'o LandingOptions, object: &Object) -> Option<Mapping<'o>> {
    static NO_FIELDS: BTreeMap<String, String> = BTreeMap::new();
    static NO_WORDS: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    let place = (object.source.to_owned(), object.name.to_owned());
    let mapping = Mapping {
        fields: options.fields.get(&place).unwrap_or(&NO_FIELDS),
        words: options.words.get(&place).unwrap_or(&NO_WORDS),
    };
    (!mapping.fields.is_empty() || !mapping.words.is_empty()).then_some(mapping)
}

/// Whether the settings name columns or words of an object.
pub(crate) fn is_mapped(options: &LandingOptions, object: &Object) -> bool {
    mapping(options, object).is_some()
}

/// Whether columns of a CSV file stand for parts of nested fields, or hold nested fields as text.
pub(crate) fn is_flattened<'n>(
    options: &LandingOptions,
    object: &'static Object,
    columns: impl Iterator<Item = &'n str>,
) -> bool {
    is_flattened_in(options, object, columns, true)
}

fn is_flattened_in<'n>(
    options: &LandingOptions,
    object: &'static Object,
    mut columns: impl Iterator<Item = &'n str>,
    is_text: bool,
) -> bool {
    columns.any(|column| {
        let key = &options.account_id_key;
        match names::field(object.name, Some(object.contract), key, column) {
            Some((path, is_own)) => path.len() > 1 || !is_own || is_text && names::is_nested(&path),
            None => false,
        }
    })
}

/// Whether a column stands for a field of the object, by its name.
pub(crate) fn is_field(options: &LandingOptions, object: &Object, column: &str) -> bool {
    names::field(
        object.name,
        Some(object.contract),
        &options.account_id_key,
        column,
    )
    .is_some()
}

/// Whether a column of an object's file is read at all.
pub(crate) fn is_read(options: &LandingOptions, object: &'static Object, column: &str) -> bool {
    let lower = column.to_lowercase();
    let names = |field: &String| field.eq_ignore_ascii_case(column) || names::snake(field) == lower;
    let mapping = mapping(options, object);
    marks::is_mark(&lower)
        // Stripe's tables of some pipelines; see [`marks`].
        || ["is_deleted", "updated", "data", "records"].contains(&lower.as_str())
        || is_field(options, object, column)
        || mapping.is_some_and(|mapping| mapping.fields.values().any(names))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Columns that stand for the same field, for a field and a part of it, for nothing, or for the pipeline.
    const COLUMNS: &[&str] = &[
        "id",
        "ID",
        "customer",
        "customer_id",
        "customer__id",
        "items",
        "items__data",
        "items__data__x",
        "metadata",
        "metadata__a",
        "metadata__a__b",
        "__",
        "a__",
        "__b",
        "",
        "status",
        "strange",
        "plan",
        "plan__id",
        "discounts",
        "_dlt_id",
        "_dlt_load_id",
        "_fivetran_active",
        "_fivetran_deleted",
        "_airbyte_data",
        "_airbyte_extracted_at",
        "is_deleted",
        "updated",
        "cancellation_details_reason",
        "cancellation_details__reason",
        "a\"b\\",
    ];
    const VALUES: &[&str] = &[
        "null",
        "1",
        "true",
        "\"\"",
        "\"x\"",
        "\"{\\\"a\\\":[1]}\"",
        "{}",
        "[]",
        "{\"id\":1}",
        "\"[\"",
        "1e999",
        "\"\\ud800\"",
    ];

    proptest! {
        #[test]
        fn whatever_the_columns_a_record_is_translated_or_refused(
            members in prop::collection::vec((0..COLUMNS.len(), 0..VALUES.len()), 1..12),
            place in 0..OBJECTS.len(),
        ) {
            let members = members.iter().map(|(name, value)| {
                let mut text = String::new();
                write::string(&mut text, COLUMNS[*name]);
                format!("{text}:{}", VALUES[*value])
            });
            let text = format!("{{\"_fivetran_synced\":\"2026-01-01\",{}}}", members.collect::<Vec<_>>().join(","));
            let record = Record::json(&text).unwrap();
            let (options, lists) = (LandingOptions::default(), Lists::default());
            let mut translator = Translator::new(&options, &lists);
            for _ in 0..2 {
                let known = translator.known(&OBJECTS[place], &record);
                let translated = translator.translate(&OBJECTS[place], &record, known).expect("a pipeline's record");
                if let Ok(translated) = translated {
                    prop_assert!(Record::json(&translated.text).is_ok(), "{}", translated.text);
                }
            }
        }
    }
}
