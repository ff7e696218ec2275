//! Which fields of an object are asked for: those landing reads, renamed by the settings, less what the user cannot see.

use super::client::Description;
use super::objects::{OF_SOME_ORGS, Object, SYSTEM};
use super::{SOURCE, SalesforceConfig};
use crate::SyncError;

/// An object as it is asked for.
#[derive(Debug)]
pub(crate) struct Asked {
    /// Its name in the org.
    pub(crate) name: String,
    /// Fields to fetch, `Id` first.
    pub(crate) fields: Vec<String>,
    /// Fields without which nothing can be done and that are not visible.
    pub(crate) lacking: Vec<String>,
    /// Fields that are left out.
    pub(crate) left_out: Vec<String>,
    /// Fields whose changes leave no stamp.
    pub(crate) formulas: Vec<String>,
}

/// The object's name in the org.
pub(crate) fn name_in_org<'a>(config: &'a SalesforceConfig, object: &'a Object) -> &'a str {
    config
        .objects
        .get(object.name)
        .map_or(object.name, String::as_str)
}

/// Chooses the fields to ask for.
pub(crate) fn choose(
    config: &SalesforceConfig,
    object: &Object,
    description: &Description,
) -> Asked {
    let renamed = config.fields.get(object.name);
    let named = |field: &'static str| {
        let own = renamed.and_then(|renamed| renamed.get(field));
        own.map_or(field, String::as_str)
    };
    let mut asked = Asked {
        name: name_in_org(config, object).to_owned(),
        fields: Vec::new(),
        lacking: Vec::new(),
        left_out: Vec::new(),
        formulas: Vec::new(),
    };
    let system = SYSTEM.iter().map(|field| (*field, true));
    let needed = object.needed.iter().map(|field| (named(field), true));
    let wanted = object.wanted.iter().map(|field| (named(field), false));
    for (name, needed) in system.chain(needed).chain(wanted) {
        let is = |known: &str| known.eq_ignore_ascii_case(name);
        let field = description.fields.iter().find(|field| is(&field.name));
        // A compound field is none that Bulk gives.
        let field = field.filter(|field| !matches!(field.kind.as_str(), "address" | "location"));
        match field {
            Some(field) if asked.fields.contains(&field.name) => {}
            Some(field) => {
                asked.fields.push(field.name.clone());
                if field.calculated {
                    asked.formulas.push(field.name.clone());
                }
            }
            None if needed => asked.lacking.push(name.to_owned()),
            None if OF_SOME_ORGS.contains(&name) => {}
            None => asked.left_out.push(name.to_owned()),
        }
    }
    asked
}

/// Chooses the fields to ask for; an error if the object cannot be read to any use.
pub(crate) fn asked(
    config: &SalesforceConfig,
    object: &Object,
    description: Option<Description>,
) -> Result<Asked, SyncError> {
    let readable = description.filter(|description| description.queryable);
    let description = readable.ok_or_else(|| no_object(name_in_org(config, object)))?;
    let asked = choose(config, object, &description);
    asked.usable()?;
    Ok(asked)
}

impl Asked {
    /// An error if the object cannot be read to any use.
    pub(crate) fn usable(&self) -> Result<(), SyncError> {
        if self.lacking.is_empty() {
            return Ok(());
        }
        Err(SyncError::Forbidden {
            source_name: SOURCE,
            what: format!("{}.{}", self.name, self.lacking.join(", ")),
            said: "the fields are not visible to the integration user, or do not exist".to_owned(),
            fix: where_to_give(&self.name),
        })
    }

    /// What is left out, in a sentence; `None` if nothing is.
    pub(crate) fn note(&self) -> Option<String> {
        if self.left_out.is_empty() {
            return None;
        }
        Some(format!(
            "{}: without {}, which the integration user cannot see; {}, or map them in [salesforce.fields]",
            self.name,
            self.left_out.join(", "),
            where_to_give(&self.name)
        ))
    }
}

/// Where the permission for an object and its fields is given.
pub(crate) fn where_to_give(object: &str) -> String {
    format!(
        "give Read in Setup > Permission Sets > the integration user's set > Object Settings > {object}"
    )
}

/// What a sync does without, where an optional object cannot be read.
pub(crate) fn without(object: &str, error: &SyncError) -> String {
    format!("{object} is skipped, so no record is matched by the e-mail of a contact: {error}")
}

/// An object that the user cannot read.
pub(crate) fn no_object(object: &str) -> SyncError {
    SyncError::Forbidden {
        source_name: SOURCE,
        what: object.to_owned(),
        said: "there is no such object, or the integration user may not read it".to_owned(),
        fix: format!(
            "{}, with View All; another name goes into [salesforce.objects]",
            where_to_give(object)
        ),
    }
}
