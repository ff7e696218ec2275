//! Which columns of the raw files stand for our fields where a company keeps them in fields of its own.

use std::collections::BTreeMap;

use crate::Failure;
use crate::config::unknown_of;

/// By source and object: our field, then the column that stands for it.
pub type Fields = BTreeMap<(String, String), BTreeMap<String, String>>;

/// Takes the `fields` of a source's section, such as `[salesforce.fields.Account]`.
///
/// # Errors
/// An object or field that landing does not read, with the nearest that it does; a column that is no text. All are
/// [`Failure::Usage`].
pub(crate) fn fields(source: &str, section: toml::Value, place: &str) -> Result<Fields, Failure> {
    let wrong = |key: &str, wanted: &str| {
        Failure::Usage(format!("{place}: `{source}.fields{key}` must be {wanted}"))
    };
    let toml::Value::Table(section) = section else {
        return Err(wrong(
            "",
            "a section with one object each, such as [salesforce.fields.Account]",
        ));
    };
    let mut all = Fields::new();
    for (object, columns) in section {
        let written = format!("{source}.fields.{object}");
        let Some(known) = tidemark_landing::fields(source, &object) else {
            let objects = tidemark_landing::objects(source);
            return Err(unknown_of(&written, place, objects.into_iter()));
        };
        let toml::Value::Table(columns) = columns else {
            return Err(wrong(
                &format!(".{object}"),
                "a section of fields, each with the name of a column",
            ));
        };
        let mut fields = BTreeMap::new();
        for (field, column) in columns {
            let written = format!("{written}.{field}");
            let Some(field) = known.iter().find(|known| **known == field) else {
                return Err(unknown_of(&written, place, known.iter().copied()));
            };
            match column {
                toml::Value::String(column) if !column.trim().is_empty() => {
                    fields.insert((*field).to_owned(), column.trim().to_owned());
                }
                _ => {
                    return Err(wrong(
                        &format!(".{object}.{field}"),
                        "the name of a column, in quotes",
                    ));
                }
            }
        }
        all.insert((source.to_owned(), object), fields);
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(toml: &str) -> Result<Fields, String> {
        let table: toml::Table = toml.parse().expect("valid TOML");
        let section = table["salesforce"]["fields"].clone();
        fields("salesforce", section, "tidemark.toml").map_err(|failure| failure.to_string())
    }

    #[test]
    fn columns_are_named_by_object_and_field() {
        let found = of("[salesforce.fields.Account]\nIndustry = \"Sector__c\"\n[salesforce.fields.Lead]\nIndustry = \"Branch__c\"")
            .expect("fields");
        let account = &found[&("salesforce".to_owned(), "Account".to_owned())];
        assert_eq!(account["Industry"], "Sector__c");
        assert_eq!(found.len(), 2);
    }

    #[test]
    fn what_landing_does_not_read_is_refused_with_the_nearest() {
        for (toml, told) in [
            (
                "[salesforce.fields.Acount]\nIndustry = \"x\"",
                "no setting `salesforce.fields.Acount`; did you mean `Account`?",
            ),
            (
                "[salesforce.fields.Account]\nIndustri = \"x\"",
                "no setting `salesforce.fields.Account.Industri`; did you mean `Industry`?",
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
                "[salesforce.fields]\nAccount = \"x\"",
                "`salesforce.fields.Account` must be a section of fields",
            ),
        ] {
            let error = of(toml).expect_err(toml);
            assert!(error.contains(told), "{error}");
        }
    }
}
