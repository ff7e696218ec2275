//! Whether the integration user may read what the dashboard needs.

use super::client::Client;
use super::fields;
use super::objects::OBJECTS;
use super::{SOURCE, SalesforceConfig};
use crate::{Access, SyncError, Teller, Told};

/// Logs in, and tells for each object what the integration user cannot see and where to give it.
///
/// # Errors
/// If the credentials are refused, or Salesforce cannot be reached.
pub async fn check(config: &SalesforceConfig, tell: &Teller) -> Result<Vec<Access>, SyncError> {
    config.sound()?;
    let client = Client::new(config, tell)?;
    let note = |text: String| {
        (tell)(Told::Note {
            source: SOURCE,
            text,
        })
    };
    if let Some((left, most)) = client.calls_left().await? {
        note(format!(
            "{left} of the org's {most} API requests of 24 hours are left"
        ));
    }
    let mut found = Vec::new();
    for object in OBJECTS {
        let name = fields::name_in_org(config, object);
        let description = client.describe(name).await?;
        if object.optional {
            if let Err(error) = fields::asked(config, object, description) {
                note(fields::without(object.name, &error));
            }
            found.push(Access {
                object: object.name.to_owned(),
                problem: None,
            });
            continue;
        }
        let problem = match description.filter(|description| description.queryable) {
            None => Some(fields::no_object(name).to_string()),
            Some(description) => {
                let asked = fields::choose(config, object, &description);
                for formula in &asked.formulas {
                    note(format!(
                        "{name}.{formula} is a formula: it changes without a trace, so only a full sync sees it"
                    ));
                }
                let lacking = asked.usable().err().map(|error| error.to_string());
                let problems: Vec<String> = lacking.into_iter().chain(asked.note()).collect();
                (!problems.is_empty()).then(|| problems.join("; "))
            }
        };
        found.push(Access {
            object: object.name.to_owned(),
            problem,
        });
    }
    Ok(found)
}
