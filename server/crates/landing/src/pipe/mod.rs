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
mod rows;
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
}

/// How the columns begin that a pipeline adds to every table.
const MARKS: [(&str, Origin); 3] = [
    ("_fivetran_", Origin::Fivetran),
    ("_airbyte_", Origin::Airbyte),
    ("_dlt_", Origin::Dlt),
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
    mapped: Vec<(&'static Object, &'o BTreeMap<String, String>)>,
    plans: Vec<Plan>,
}

impl<'o> Translator<'o> {
    pub(crate) fn new(options: &'o LandingOptions, lists: &'o Lists) -> Self {
        let mapped = OBJECTS.iter().filter_map(|object| {
            let fields = mapped(options, object)?;
            Some((object, fields))
        });
        Self {
            options,
            lists,
            mapped: mapped.collect(),
            plans: Vec::new(),
        }
    }

    /// The record in the vendor's shape, `None` if it has that already.
    pub(crate) fn translate(
        &mut self,
        object: &'static Object,
        record: &Record<'_>,
    ) -> Option<Result<Translated, Reason>> {
        // Every record of ours comes by here: one look at the first letters is all it pays.
        let marked = record.has_underscored();
        let origin = marked.then(|| Origin::of(record.columns())).flatten();
        let is_mapped = self.mapped.iter().any(|(of, _)| std::ptr::eq(*of, object));
        if origin.is_none() && !is_mapped {
            return None;
        }
        Some(self.through(Kind::of(object), origin, record))
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
        let record = Record::json(&inner).map_err(|why| why.within("_airbyte_data"))?;
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
                    fields.map(|(_, fields)| *fields),
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

/// The fields of an object that stand under other names, as the settings say.
pub(crate) fn mapped<'o>(
    options: &'o LandingOptions,
    object: &Object,
) -> Option<&'o BTreeMap<String, String>> {
    let place = (object.source.to_owned(), object.name.to_owned());
    options.fields.get(&place).filter(|map| !map.is_empty())
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
                let translated = translator.translate(&OBJECTS[place], &record).expect("a pipeline's record");
                if let Ok(translated) = translated {
                    prop_assert!(Record::json(&translated.text).is_ok(), "{}", translated.text);
                }
            }
        }
    }
}
