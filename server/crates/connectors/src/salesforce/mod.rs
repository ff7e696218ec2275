//! Salesforce: everything once by a Bulk job, then what changed by stamp.
//!
//! `queryAll` gives deleted records too, until Salesforce removes them from the recycle bin after 15
//! days. Changes are found by `SystemModstamp` in windows that end five minutes ago, because a
//! transaction shows its records with stamps older than its end, and that begin before the last one
//! ended, for those that took longer. Sources: the REST API and Bulk API 2.0 developer guides.

mod access;
mod bulk;
mod client;
mod config;
mod delta;
mod fields;
mod gone;
mod login;
mod objects;
mod page;
mod state;

use chrono::TimeDelta;

use crate::{Mode, Raw, SyncError, Teller, Told};
pub use access::check;
use client::Client;
pub use config::{SalesforceConfig, Sizes};
use fields::Asked;
use gone::Gone;
pub use login::Login;
pub use objects::fields;
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
    // The object that was read longest ago comes first: a sync that is cut off again and again
    // still reaches each of them, whatever the others have to catch up. Objects of one sync are as
    // old as each other, and keep their order.
    let mut objects: Vec<&Object> = OBJECTS.iter().collect();
    objects.sort_by_key(|object| {
        let until = pull.place(object.name).until;
        until.map(|until| until.timestamp().div_euclid(OVERLAP.num_seconds()))
    });
    let mut first = Ok(());
    for object in objects {
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
        let asked = match fields::asked(self.config, object, description) {
            Err(error) if object.optional => {
                self.note(fields::without(object.name, &error));
                return Ok(());
            }
            asked => asked?,
        };
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
        if !place.object.is_empty() && place.object != asked.name {
            return Err(SyncError::Configuration(format!(
                "salesforce: {object} was read from {} until now, and [salesforce.objects] names {}; records of two objects must not mix: remove the raw folder's salesforce folder to start over",
                place.object, asked.name
            )));
        }
        let to = self.client.now()? - LAG;
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
    fn renew(&self, pass: &mut Pass) -> Result<(), SyncError> {
        pass.way = Way::bulk();
        if pass.is_full() {
            pass.to = self.client.now()? - LAG;
        }
        Ok(())
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
            match gone::land(self.raw, object, first, self.client.now()?)? {
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
        place.object = pass.object;
        place.fields = pass.fields;
        place.until = Some(pass.to);
        place.pass = None;
        self.raw.checkpoint(&self.state)
    }
}
