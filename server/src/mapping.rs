//! How a source's files are written: settings of each source that say which columns and words stand for ours.

use std::collections::BTreeMap;

use tidemark_landing::{DecimalMark, Dialect};

use crate::Failure;
use crate::config::unknown_of;

/// By source and object: our field, then the column that stands for it.
pub type Fields = BTreeMap<(String, String), BTreeMap<String, String>>;
/// By source and object: our field, then the words of the file and what each stands for.
pub type Words = BTreeMap<(String, String), BTreeMap<String, BTreeMap<String, String>>>;

/// The settings about files that every source can have.
pub(crate) const KEYS: [&str; 8] = [
    "amount_in",
    "date_format",
    "decimal",
    "encoding",
    "fields",
    "max_unreadable",
    "separator",
    "values",
];

/// How the files of all sources are written.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Files {
    /// Columns that stand for our fields.
    pub fields: Fields,
    /// Words that stand for ours.
    pub words: Words,
    /// How each source writes numbers, dates and text.
    pub dialects: BTreeMap<String, Dialect>,
}

impl Files {
    /// Takes what is about files out of a source's section; the rest stays.
    ///
    /// # Errors
    /// An object or field that landing does not read, with the nearest that it does, or a value that does not fit:
    /// [`Failure::Usage`].
    pub(crate) fn take(
        &mut self,
        source: &str,
        section: &mut toml::Table,
        place: &str,
    ) -> Result<(), Failure> {
        let at = Place { source, place };
        let objects = tidemark_landing::objects(source);
        for key in KEYS {
            if let Some(value) = section.remove(key) {
                self.set(at, key, value)?;
            }
        }
        for object in objects {
            if let Some(value) = section.remove(object) {
                self.set_object(at, object, value)?;
            }
        }
        Ok(())
    }

    /// Takes a variable such as `TIDEMARK_BILLING_DECIMAL` by the key in it; false if it is not about files.
    pub(crate) fn set_variable(
        &mut self,
        source: &str,
        key: &str,
        value: &str,
        place: &str,
    ) -> Result<bool, Failure> {
        if !KEYS.contains(&key) || key == "fields" || key == "values" {
            return Ok(false);
        }
        let value = toml::Value::String(value.to_owned());
        self.set(Place { source, place }, key, value)?;
        Ok(true)
    }

    fn set(&mut self, at: Place<'_>, key: &str, value: toml::Value) -> Result<(), Failure> {
        match key {
            "fields" => return self.set_fields(at, value),
            "values" => {
                for object in tidemark_landing::objects(at.source) {
                    self.set_values(at, object, false, "values", value.clone())?;
                }
                return at.check_fields("values", &value);
            }
            _ => {}
        }
        let text = match &value {
            toml::Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let wrong = |wanted: &str| at.wrong(key, &format!("is {text:?}, but must be {wanted}"));
        let dialect = self.dialects.entry(at.source.to_owned()).or_default();
        match key {
            "date_format" if Dialect::is_date_format(&text) => dialect.date_format = Some(text),
            "date_format" => return Err(wrong("a pattern of strftime, such as %d.%m.%Y")),
            "encoding" if Dialect::is_encoding(&text) => dialect.encoding = Some(text),
            "encoding" => return Err(wrong("the name of an encoding, such as windows-1252")),
            "decimal" => {
                dialect.decimal = Some(match text.as_str() {
                    "." => DecimalMark::Point,
                    "," => DecimalMark::Comma,
                    _ => return Err(wrong("\".\" or \",\"")),
                });
            }
            "separator" => {
                dialect.separator = Some(match text.as_str() {
                    "," => b',',
                    ";" => b';',
                    "|" => b'|',
                    "\t" | "tab" => b'\t',
                    _ => return Err(wrong("one of \",\", \";\", \"|\" and \"tab\"")),
                });
            }
            "amount_in" => {
                dialect.amounts_in_cents = match text.as_str() {
                    "major" => false,
                    "cents" => true,
                    _ => return Err(wrong("major or cents")),
                };
            }
            _ => {
                let share = text.parse::<f64>().ok();
                dialect.max_unreadable = share
                    .filter(|share| (0.0..=1.0).contains(share))
                    .ok_or_else(|| wrong("a share from 0 to 1, such as 0.2"))?;
            }
        }
        Ok(())
    }

    /// `[<source>.fields]` with columns for every object that has the field, or with sections of objects.
    fn set_fields(&mut self, at: Place<'_>, value: toml::Value) -> Result<(), Failure> {
        let objects = tidemark_landing::objects(at.source);
        for (key, value) in at.table("fields", value)? {
            let written = format!("fields.{key}");
            if objects.contains(&key.as_str()) {
                let columns = at.table(&written, value)?;
                for (field, column) in columns {
                    let written = format!("{written}.{field}");
                    self.set_field(at, &key, &field, &written, &column, true)?;
                }
                continue;
            }
            if value.is_table() {
                return Err(unknown_of(
                    &at.path(&written),
                    at.place,
                    objects.into_iter(),
                ));
            }
            at.field(&key, &written)?;
            for object in &objects {
                self.set_field(at, object, &key, &written, &value, false)?;
            }
        }
        Ok(())
    }

    /// `[<source>.<object>.fields]` and `[<source>.<object>.values.<field>]`.
    fn set_object(
        &mut self,
        at: Place<'_>,
        object: &str,
        value: toml::Value,
    ) -> Result<(), Failure> {
        for (key, value) in at.table(object, value)? {
            let written = format!("{object}.{key}");
            match key.as_str() {
                "fields" => {
                    for (field, column) in at.table(&written, value)? {
                        let written = format!("{written}.{field}");
                        self.set_field(at, object, &field, &written, &column, true)?;
                    }
                }
                "values" => self.set_values(at, object, true, &written, value)?,
                _ => {
                    let known = ["fields", "values"].into_iter();
                    return Err(unknown_of(&at.path(&written), at.place, known));
                }
            }
        }
        Ok(())
    }

    /// One column of an object. A field that is set for all objects is none of this one's fault, and gives way to
    /// what is set for the object itself.
    fn set_field(
        &mut self,
        at: Place<'_>,
        object: &str,
        field: &str,
        written: &str,
        column: &toml::Value,
        is_own: bool,
    ) -> Result<(), Failure> {
        let known = tidemark_landing::fields(at.source, object).unwrap_or_default();
        if !known.contains(&field) {
            return match is_own {
                true => Err(unknown_of(&at.path(written), at.place, known.into_iter())),
                false => Ok(()),
            };
        }
        let column = column.as_str().map(str::trim);
        let Some(column) = column.filter(|column| !column.is_empty()) else {
            return Err(at.wrong(written, "must be the name of a column, in quotes"));
        };
        let place = (at.source.to_owned(), object.to_owned());
        let fields = self.fields.entry(place).or_default();
        if is_own || !fields.contains_key(field) {
            fields.insert(field.to_owned(), column.to_owned());
        }
        Ok(())
    }

    fn set_values(
        &mut self,
        at: Place<'_>,
        object: &str,
        is_own: bool,
        written: &str,
        value: toml::Value,
    ) -> Result<(), Failure> {
        let known = tidemark_landing::fields(at.source, object).unwrap_or_default();
        for (field, words) in at.table(written, value)? {
            let written = format!("{written}.{field}");
            if !known.contains(&field.as_str()) {
                match is_own {
                    true => {
                        return Err(unknown_of(&at.path(&written), at.place, known.into_iter()));
                    }
                    false => continue,
                }
            }
            let place = (at.source.to_owned(), object.to_owned());
            let mut ours = BTreeMap::new();
            for (word, meaning) in at.table(&written, words)? {
                let toml::Value::String(meaning) = meaning else {
                    let written = format!("{written}.\"{word}\"");
                    return Err(
                        at.wrong(&written, "must be text in quotes; \"\" stands for no value")
                    );
                };
                ours.insert(word, meaning);
            }
            let of_object = self.words.entry(place).or_default();
            if is_own || !of_object.contains_key(&field) {
                of_object.insert(field, ours);
            }
        }
        Ok(())
    }
}

/// Where a setting stands: in which section, and of which file.
#[derive(Clone, Copy)]
struct Place<'a> {
    source: &'a str,
    place: &'a str,
}

impl Place<'_> {
    fn path(self, key: &str) -> String {
        format!("{}.{key}", self.source)
    }

    fn wrong(self, key: &str, why: &str) -> Failure {
        Failure::Usage(format!("{}: `{}` {why}", self.place, self.path(key)))
    }

    fn table(self, key: &str, value: toml::Value) -> Result<toml::Table, Failure> {
        match value {
            toml::Value::Table(table) => Ok(table),
            _ => Err(self.wrong(key, &format!("must be a section, [{}]", self.path(key)))),
        }
    }

    /// Whether any object of the source has the field.
    fn field(self, field: &str, written: &str) -> Result<(), Failure> {
        let objects = tidemark_landing::objects(self.source).into_iter();
        let known = objects.filter_map(|object| tidemark_landing::fields(self.source, object));
        let known: Vec<&str> = known.flatten().collect();
        match known.contains(&field) {
            true => Ok(()),
            false => {
                let objects = tidemark_landing::objects(self.source);
                let all = known.into_iter().chain(objects);
                Err(unknown_of(&self.path(written), self.place, all))
            }
        }
    }

    fn check_fields(self, key: &str, value: &toml::Value) -> Result<(), Failure> {
        let table = self.table(key, value.clone())?;
        table
            .keys()
            .try_for_each(|field| self.field(field, &format!("{key}.{field}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(source: &str, toml: &str) -> Result<Files, String> {
        let table: toml::Table = toml.parse().expect("valid TOML");
        let mut section = table[source].as_table().cloned().expect("a section");
        let mut files = Files::default();
        files
            .take(source, &mut section, "tidemark.toml")
            .map_err(|failure| failure.to_string())?;
        assert!(section.is_empty(), "{section:?}");
        Ok(files)
    }

    fn of(source: &str, object: &str) -> (String, String) {
        (source.to_owned(), object.to_owned())
    }

    #[test]
    fn columns_are_named_in_three_forms() {
        for toml in [
            "[salesforce.fields.Account]\nIndustry = \"Sector__c\"",
            "[salesforce.Account.fields]\nIndustry = \"Sector__c\"",
            "[salesforce.fields]\nIndustry = \"Sector__c\"",
        ] {
            let found = files("salesforce", toml).expect("fields");
            let account = &found.fields[&of("salesforce", "Account")];
            assert_eq!(account["Industry"], "Sector__c", "{toml}");
        }
        let both = "[crm.fields]\nsource = \"Origin\"\n[crm.deals.fields]\nsource = \"Channel\"";
        let found = files("crm", both).expect("fields");
        assert_eq!(found.fields[&of("crm", "accounts")]["source"], "Origin");
        assert_eq!(found.fields[&of("crm", "deals")]["source"], "Channel");
        assert!(!found.fields.contains_key(&of("crm", "contacts")));
    }

    #[test]
    fn words_are_mapped_for_every_object_that_has_the_field() {
        let toml = "[crm.values.status]\n\"Closed won\" = \"won\"\nOffered = \"\"";
        let found = files("crm", toml).expect("values");
        let words = &found.words[&of("crm", "deals")]["status"];
        assert_eq!(
            (words["Closed won"].as_str(), words["Offered"].as_str()),
            ("won", "")
        );
        assert_eq!(found.words.len(), 1);
    }

    #[test]
    fn the_dialect_takes_natural_values() {
        let toml = "[billing]\nseparator = \"tab\"\ndecimal = \",\"\namount_in = \"cents\"\n\
            date_format = \"%d.%m.%Y\"\nencoding = \"windows-1252\"\nmax_unreadable = 1";
        let found = files("billing", toml).expect("a dialect");
        let dialect = &found.dialects["billing"];
        assert_eq!(dialect.separator, Some(b'\t'));
        assert_eq!(dialect.decimal, Some(DecimalMark::Comma));
        assert!(dialect.amounts_in_cents && dialect.max_unreadable >= 1.0);
    }

    #[test]
    fn what_landing_does_not_read_is_refused_with_the_nearest() {
        for (toml, message) in [
            (
                "[salesforce.fields.Acount]\nIndustry = \"x\"",
                "no setting `salesforce.fields.Acount`; did you mean `Account`?",
            ),
            (
                "[salesforce.Account.fields]\nIndustri = \"x\"",
                "no setting `salesforce.Account.fields.Industri`; did you mean `Industry`?",
            ),
            (
                "[salesforce.fields]\nIndustri = \"x\"",
                "no setting `salesforce.fields.Industri`; did you mean `Industry`?",
            ),
            (
                "[salesforce.values.Industri]\nx = \"y\"",
                "no setting `salesforce.values.Industri`; did you mean `Industry`?",
            ),
            (
                "[salesforce.fields.Account]\nIndustry = 5",
                "`salesforce.fields.Account.Industry` must be the name of a column",
            ),
            (
                "[salesforce]\nfields = \"x\"",
                "`salesforce.fields` must be a section",
            ),
            (
                "[salesforce]\nAccount = \"x\"",
                "`salesforce.Account` must be a section",
            ),
            (
                "[salesforce]\ndecimal = \";\"",
                "`salesforce.decimal` is \";\", but must be",
            ),
            (
                "[salesforce]\nmax_unreadable = 20",
                "must be a share from 0 to 1",
            ),
            ("[salesforce]\nencoding = \"utf9\"", "windows-1252"),
            ("[salesforce]\ndate_format = \"%!\"", "strftime"),
        ] {
            let error = files("salesforce", toml).expect_err(toml);
            assert!(error.contains(message), "{error}");
        }
    }
}
