//! Salesforce: everything once by a Bulk job, then what changed by stamp.
//!
//! `queryAll` gives deleted records too, until Salesforce removes them from the recycle bin after 15
//! days. Changes are found by `SystemModstamp` in windows that end five minutes ago, because a
//! transaction shows its records with stamps older than its end, and that begin before the last one
//! ended, for those that took longer. Sources: the REST API and Bulk API 2.0 developer guides.

mod bulk;
mod client;
mod delta;
mod fields;
mod gone;
mod login;
mod objects;
mod page;
mod state;

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::TimeDelta;
use url::Url;

use crate::{Access, Mode, Patience, Raw, SyncError, Teller, Told};
use client::Client;
use fields::Asked;
use gone::Gone;
pub use login::Login;
use objects::{OBJECTS, Object};
use state::{Pass, Place, State, Way};

/// Source name, as in the raw folder.
pub const SOURCE: &str = "salesforce";

/// How far a window stays behind Salesforce's clock.
const LAG: TimeDelta = TimeDelta::minutes(5);
/// How far a window reaches back before the end of the last one. With the lag, longer than any transaction may take.
const OVERLAP: TimeDelta = TimeDelta::minutes(15);
/// How long deleted records can be seen; after a longer gap, only reading everything tells what is gone.
const DELETED_SEEN: TimeDelta = TimeDelta::days(15);

/// What the connector must be told.
#[derive(Debug, Clone)]
pub struct SalesforceConfig {
    /// The org's My Domain address, such as `https://acme.my.salesforce.com`.
    pub url: Url,
    /// Who asks.
    pub login: Login,
    /// The org's own objects in place of standard ones: `Account` to `Customer__c`. The raw folder keeps the standard name.
    pub objects: BTreeMap<String, String>,
    /// The org's own fields in place of standard ones, by standard object: `Industry` to `Sector__c`. They land under their own names.
    pub fields: BTreeMap<String, BTreeMap<String, String>>,
    /// How long to keep trying.
    pub patience: Patience,
    /// How much is asked for at once.
    pub sizes: Sizes,
}

/// How much is asked for at once; the defaults suit Salesforce's limits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sizes {
    /// Records of a REST page: 2,000 at most.
    pub rest_page: usize,
    /// Records of a page of a Bulk result. One page is in memory at a time.
    pub bulk_page: usize,
    /// Changed records from which a Bulk job reads the rest of a window.
    pub bulk_from: u64,
    /// First wait for a Bulk job; it doubles up to half a minute.
    pub poll: Duration,
    /// Calls begun in a second at most; 0 for no limit. Salesforce counts calls by the day, so this is politeness.
    pub calls_a_second: f64,
}

impl Default for Sizes {
    fn default() -> Self {
        Self {
            rest_page: 2_000,
            bulk_page: 50_000,
            // What Salesforce recommends.
            bulk_from: 10_000,
            poll: Duration::from_secs(1),
            calls_a_second: 20.0,
        }
    }
}

impl SalesforceConfig {
    /// What tells one org's records from another's: its address.
    #[must_use]
    pub fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }

    /// Whether every renamed object and field is one that is read; says which is not.
    ///
    /// # Errors
    /// [`SyncError::Configuration`].
    fn sound(&self) -> Result<(), SyncError> {
        let object = |name: &str| OBJECTS.iter().find(|object| object.name == name);
        let names = |name: &str| {
            let fits = |c: char| c.is_ascii_alphanumeric() || c == '_';
            !name.is_empty() && name.chars().all(fits)
        };
        let wrong = |what: String| Err(SyncError::Configuration(format!("salesforce: {what}")));
        let own = self
            .objects
            .values()
            .chain(self.fields.values().flat_map(BTreeMap::values));
        if let Some(name) = own.into_iter().find(|name| !names(name)) {
            return wrong(format!(
                "{name:?} is no API name; Setup > Object Manager shows them"
            ));
        }
        for name in self.objects.keys().chain(self.fields.keys()) {
            if object(name).is_none() {
                let known = OBJECTS.iter().map(|object| object.name);
                let known = known.collect::<Vec<_>>().join(", ");
                return wrong(format!("{name} in the settings is none of {known}"));
            }
        }
        for (name, fields) in &self.fields {
            let Some(object) = object(name) else { continue };
            let mut known = object.needed.iter().chain(object.wanted);
            for field in fields.keys() {
                if !known.clone().any(|known| known == field) {
                    let known = known.by_ref().copied().collect::<Vec<_>>().join(", ");
                    return wrong(format!(
                        "{name}.{field} in [salesforce.fields] is no field that can be mapped; those are {known}"
                    ));
                }
            }
        }
        Ok(())
    }
}

/// A pull at work: the API, and the raw folder and the state, which move together.
struct Pull<'a> {
    config: &'a SalesforceConfig,
    client: Client,
    raw: &'a mut Raw,
    state: State,
    tell: &'a Teller,
}

/// Pulls what is new into the raw folder. An object that cannot be read does not keep the others from it.
///
/// # Errors
/// What ended the pull, or kept an object from it. All that was landed before is kept, and its state saved.
pub async fn pull(
    config: &SalesforceConfig,
    raw: &mut Raw,
    mode: Mode,
    tell: &Teller,
) -> Result<(), SyncError> {
    config.sound()?;
    let client = Client::new(config, tell)?;
    let state = raw.state()?.unwrap_or_default();
    let mut pull = Pull {
        config,
        client,
        raw,
        state,
        tell,
    };
    let mut first = Ok(());
    for object in OBJECTS {
        let pulled = pull.object(object, mode).await;
        let going_on = matches!(
            pulled,
            Ok(()) | Err(SyncError::Forbidden { .. } | SyncError::Protocol { .. })
        );
        first = first.and(pulled);
        if !going_on {
            break;
        }
    }
    // What was landed before a fault need not be pulled again.
    let saved = match &first {
        Err(SyncError::Disk { .. }) => Ok(()),
        _ => pull.raw.checkpoint(&pull.state),
    };
    first.and(saved)
}

impl Pull<'_> {
    async fn object(&mut self, object: &Object, mode: Mode) -> Result<(), SyncError> {
        let name = fields::name_in_org(self.config, object);
        let description = self.client.describe(name).await?;
        let description = description.filter(|description| description.queryable);
        let description = description.ok_or_else(|| fields::no_object(name))?;
        let asked = fields::choose(self.config, object, &description);
        asked.usable()?;
        if let Some(note) = asked.note() {
            self.note(note);
        }
        let begun = self.place(object.name).pass;
        let Some(pass) = self.plan(object.name, &asked, mode)? else {
            return Ok(());
        };
        let went_on = begun.is_some_and(|begun| begun == pass);
        self.read(object.name, pass).await?;
        // What was begun by an earlier sync vouches for the time until then only.
        match self.plan(object.name, &asked, Mode::Incremental)? {
            Some(pass) if went_on => self.read(object.name, pass).await,
            _ => Ok(()),
        }
    }

    /// Reads a pass to its end.
    async fn read(&mut self, object: &'static str, pass: Pass) -> Result<(), SyncError> {
        let left = match pass.way {
            Way::Rest { .. } => delta::read(self, object, pass).await?,
            Way::Bulk { .. } => Some(pass),
        };
        match left {
            Some(pass) => bulk::read(self, object, pass).await,
            None => Ok(()),
        }
    }

    fn place(&self, object: &str) -> Place {
        self.state.objects.get(object).cloned().unwrap_or_default()
    }

    /// Decides between going on, reading everything and reading changes; `None` if there is nothing to read yet.
    fn plan(
        &mut self,
        object: &'static str,
        asked: &Asked,
        mode: Mode,
    ) -> Result<Option<Pass>, SyncError> {
        let place = self.place(object);
        let to = self.client.now() - LAG;
        let pass = |from, first_part, way| Pass {
            object: asked.name.clone(),
            fields: asked.fields.clone(),
            from,
            to,
            first_part,
            way,
        };
        let fits = |pass: &Pass| pass.fields == asked.fields && pass.object == asked.name;
        if let Some(begun) = place.pass.filter(fits)
            && (begun.is_full() || mode == Mode::Incremental)
        {
            self.note(format!("{object}: goes on where the last sync ended"));
            return Ok(Some(begun));
        }
        let known = |field: &&String| place.fields.contains(*field);
        let new: Vec<&String> = asked.fields.iter().filter(|field| !known(field)).collect();
        let why = match place.until {
            None => None,
            Some(_) if !new.is_empty() => {
                let new: Vec<&str> = new.into_iter().map(String::as_str).collect();
                Some(format!("it now has {}", new.join(", ")))
            }
            Some(until) if to - until > DELETED_SEEN => Some(format!(
                "the last sync is {} days old, and Salesforce shows deleted records for 15",
                (to - until).num_days()
            )),
            Some(_) if mode == Mode::Full => None,
            Some(until) => {
                let changes = pass(Some(until - OVERLAP), None, Way::Rest { after: None });
                return Ok((to > until).then_some(changes));
            }
        };
        if let Some(why) = why {
            self.note(format!("{object}: everything is read again, since {why}"));
        }
        let first = self.raw.next_number(object)?;
        let earlier = (first > 1).then_some(first);
        Ok(Some(pass(None, earlier, Way::bulk())))
    }

    fn note(&self, text: String) {
        (self.tell)(Told::Note {
            source: SOURCE,
            text,
        });
    }

    /// Lets a Bulk pass begin anew; a reading of everything then vouches for what is there now.
    fn renew(&self, pass: &mut Pass) {
        pass.way = Way::bulk();
        if pass.is_full() {
            pass.to = self.client.now() - LAG;
        }
    }

    /// Takes note of how far a pass is, and saves it when that is due.
    fn keep(&mut self, object: &str, pass: &Pass) -> Result<(), SyncError> {
        let place = self.state.objects.entry(object.to_owned()).or_default();
        place.pass = Some(pass.clone());
        match self.raw.due() {
            true => self.raw.checkpoint(&self.state),
            false => Ok(()),
        }
    }

    /// The same, and saves it now.
    fn save(&mut self, object: &str, pass: &Pass) -> Result<(), SyncError> {
        let place = self.state.objects.entry(object.to_owned()).or_default();
        place.pass = Some(pass.clone());
        self.raw.checkpoint(&self.state)
    }

    /// Ends a pass: all it read is landed.
    fn finish(&mut self, object: &'static str, pass: Pass) -> Result<(), SyncError> {
        self.raw.present(object)?;
        if let Some(first) = pass.first_part {
            // Its parts have to be in their place.
            self.save(object, &pass)?;
            match gone::land(self.raw, object, first, self.client.now())? {
                Gone::Landed(0) => {}
                Gone::Landed(records) => self.note(format!(
                    "{object}: {records} records are gone from Salesforce for good and count as deleted now"
                )),
                Gone::Unlikely(gone, known) => self.note(format!(
                    "{object}: {gone} of {known} records cannot be seen any more; this is taken for a lost permission (View All in the integration user's permission set), and none counts as deleted"
                )),
            }
        }
        let place = self.state.objects.entry(object.to_owned()).or_default();
        place.fields = pass.fields;
        place.until = Some(pass.to);
        place.pass = None;
        self.raw.checkpoint(&self.state)
    }
}

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
